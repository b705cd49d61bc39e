"""WeCom's API, asynchronously: wechatpy's client with its one blocking hook replaced.

wechatpy gives the vocabulary (`client.menu.create`, `client.agent.get`, `client.media.upload`, …) and the error
classes; every method that returns the answer as it is becomes awaitable. What it does not know goes through
`call`. Its own `_request` has no time-out, no single flight on the token, and recurses without end on a token that
stays invalid, so none of it is used. Secrets travel in query strings: no exception raised here carries a URL, a
request or an aiohttp error, not even as its context.
Source: docs 90313 (errors), 91039 (access token), 90236, 94888, 94867, 90253, 90231, 90227.
"""

import asyncio
import json
import ssl
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar

import aiohttp
from wechatpy.enterprise import WeChatClient
from wechatpy.exceptions import APILimitedException, WeChatClientException

from bot.channels.channel import Verdict
from bot.channels.wecom_tokens import Sealing, SharedTokens, Token, Tokens, TokenStore, usable_seconds
from bot.channels.wecom_verdicts import RATE_LIMIT, TOKEN, verdict
from storage.database import Database

Body = bytes | aiohttp.FormData | None
T = TypeVar("T")
_BASE_URL: Final = "https://qyapi.weixin.qq.com/cgi-bin"
_UNCONNECTED: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """Where and as whom to call. `base_url` ends in /cgi-bin, with or without a slash; times in seconds."""

    corp_id: str
    agent_id: str
    secret: str = field(repr=False)
    base_url: str = _BASE_URL
    proxy: str = field(default="", repr=False)
    ca_file: str = ""
    connect_seconds: float = 5.0
    total_seconds: float = 15.0
    upload_seconds: float = 60.0
    at_once: int = 5  # calls of one API path under way; WeCom answers 45033 beyond a small number


@dataclass(eq=False)
class Unsent(Exception):
    """The call certainly had no effect; `cause` is a class name or a status, never a URL.

    `lasting` says that a person has to act first: a wrong address, a proxy's refusal, an unknown certificate.
    """

    path: str
    cause: str
    lasting: bool = False


@dataclass(eq=False)
class Lost(Exception):
    """The call was written and its answer is missing or unreadable: it may have taken effect."""

    path: str
    cause: str


def open_session(settings: ApiSettings) -> aiohttp.ClientSession:
    """The connection pool, to be closed by whoever opened it; call it with a running loop.

    Idle connections are dropped early: one that the other side is just closing turns a send into an unknown.
    """
    tls = ssl.create_default_context()
    if settings.ca_file:
        tls.load_verify_locations(settings.ca_file)
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=tls, keepalive_timeout=10, limit=50),
        timeout=aiohttp.ClientTimeout(total=settings.total_seconds, connect=settings.connect_seconds),
        proxy=settings.proxy or None,
        auto_decompress=False,
        headers={"Accept-Encoding": "identity"},
        cookie_jar=aiohttp.DummyCookieJar(),
    )


def shared_tokens(
    settings: ApiSettings, database: Database, channel: str, clock: Callable[[], datetime]
) -> SharedTokens:
    """For the `Client` of each process on this database."""
    whose = (settings.corp_id, settings.agent_id, settings.base_url.rstrip("/"))
    return SharedTokens(database, channel, Sealing(settings.secret, *whose), clock)


class Client(WeChatClient):  # type: ignore[misc]  # wechatpy has no types
    """One app's calls: one token for all of them, bounded concurrency, errors by what they mean.

    `shared` keeps the token for several processes; without it every client has its own.
    """

    def __init__(
        self,
        settings: ApiSettings,
        session: aiohttp.ClientSession,
        clock: Callable[[], float] = time.monotonic,
        shared: TokenStore | None = None,
    ) -> None:
        if not settings.base_url.startswith(("http://", "https://")):
            raise ValueError("the base URL has to begin with http:// or https://")
        # Not super().__init__: that opens a blocking session.
        self.corp_id = self.appid = settings.corp_id
        self.secret = settings.secret
        self._settings = settings
        self._http = session
        self._base = settings.base_url.rstrip("/") + "/"
        self._tokens = Tokens(self._fetch_token, clock, shared)
        self._gates: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(settings.at_once))

    @property
    def access_token(self) -> str:
        """Not to be had without waiting. (AttributeError: wechatpy's `__new__` walks over all members.)"""
        raise AttributeError("access_token")

    async def call(
        self,
        method: str,
        path: str,
        params: Mapping[str, str | int] | None = None,
        body: Callable[[], Body] = lambda: None,
        seconds: float | None = None,
    ) -> dict[str, Any]:
        """One call with the token, renewed and repeated once when it is refused; `body` is made for each try.

        Raises: Unsent, Lost, WeChatClientException (with `errcode` and `errmsg`).
        """
        token = await self._tokens.current()
        try:
            return await self._attempt(method, path, {**(params or {}), "access_token": token}, body(), seconds)
        except WeChatClientException as refused:
            if refused.errcode not in TOKEN:
                raise
        token = await self._tokens.current(refused=token)
        return await self._attempt(method, path, {**(params or {}), "access_token": token}, body(), seconds)

    async def upload(self, kind: str, name: str, content: bytes) -> str:
        """The media id of an uploaded file, good for 3 days. Raises as `call`. Source: doc 90253."""
        answer = await self.call(
            "POST",
            "media/upload",
            {"type": kind},
            lambda: _form(name, content),
            self._settings.upload_seconds,
        )
        media_id = answer.get("media_id")
        if not isinstance(media_id, str) or not media_id:
            raise Lost("media/upload", "media_id")
        return media_id

    async def token(self, refused: str = "") -> str:
        """For what `call` cannot do; a new one when `refused` is still it. Raises as `call`."""
        return await self._tokens.current(refused)

    async def recall(self, msgid: str) -> None:
        """Takes a message back within 24 hours. Raises as `call`. Source: doc 94867."""
        await self.post("message/recall", data={"msgid": msgid})

    async def callback_addresses(self) -> list[str]:
        """The addresses that callbacks come from, for a firewall. Raises as `call`."""
        answer = await self.get("getcallbackip")
        return [str(address) for address in answer.get("ip_list", ())]

    async def _request(self, method: str, url_or_endpoint: str, **asked: Any) -> dict[str, Any]:
        """The hook under every wechatpy method: dicts become JSON as WeCom wants it, not escaped."""
        if "files" in asked:
            raise TypeError("files go through upload()")
        content = asked.get("data")
        if isinstance(content, dict):
            content = json.dumps(content, ensure_ascii=False).encode()
        return await self.call(method, url_or_endpoint, asked.get("params"), lambda: content)

    async def _fetch_token(self) -> Token:
        asked = {"corpid": self.corp_id, "corpsecret": self.secret}
        try:
            answer = await self._attempt("GET", "gettoken", asked)
        except Lost as lost:
            failure = Unsent(lost.path, lost.cause)  # what the token was wanted for was never tried
        except WeChatClientException as refused:
            if verdict(int(refused.errcode))[0] in (Verdict.STOP, Verdict.SLOW_DOWN):
                raise  # for a person to mend, or over when the limit is
            failure = Unsent("gettoken", f"errcode {refused.errcode}")
        else:
            token = str(answer.get("access_token", ""))
            if token:
                return Token(token, usable_seconds(float(answer.get("expires_in", 7200))))
            failure = Unsent("gettoken", "access_token")
        raise failure

    async def _attempt(
        self,
        method: str,
        path: str,
        params: Mapping[str, str | int],
        body: Body = None,
        seconds: float | None = None,
    ) -> dict[str, Any]:
        """One HTTP request."""
        status, raw = await self._reached(path, lambda: self._exchange(method, path, params, body, seconds))
        return _accepted(path, params, status, raw)

    async def _reached(self, path: str, talk: Callable[[], Awaitable[T]]) -> T:
        """The failure is raised outside the handler, lest it carries the URL as its context."""
        async with self._gates[path]:
            failure: Exception
            try:
                return await talk()
            except aiohttp.ClientConnectorCertificateError as error:
                failure = Unsent(path, type(error).__name__, lasting=True)
            except (*_UNCONNECTED, aiohttp.ClientHttpProxyError) as error:
                failure = Unsent(path, type(error).__name__)
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                failure = Lost(path, type(error).__name__)
            raise failure

    async def _exchange(
        self,
        method: str,
        path: str,
        params: Mapping[str, str | int],
        body: Body,
        seconds: float | None,
    ) -> tuple[int, bytes]:
        settings = self._settings
        timeout = aiohttp.ClientTimeout(total=seconds or settings.total_seconds, connect=settings.connect_seconds)
        async with self._http.request(
            method, self._base + path, params=params, data=body, timeout=timeout, allow_redirects=False
        ) as response:
            return response.status, await response.read()

    async def download(
        self, path: str, asked: Mapping[str, str], at_most: int, seconds: float
    ) -> tuple[int, bytes]:
        """Status and bytes of an answer that may be a file, hardly read beyond `at_most`. Raises: Unsent, Lost."""
        return await self._reached(path, lambda: self._read_at_most(path, asked, at_most, seconds))

    async def _read_at_most(
        self, path: str, asked: Mapping[str, str], most: int, seconds: float
    ) -> tuple[int, bytes]:
        timeout = aiohttp.ClientTimeout(total=seconds, connect=self._settings.connect_seconds)
        content, url = bytearray(), self._base + path
        async with self._http.get(url, params=asked, timeout=timeout, allow_redirects=False) as response:
            async for chunk in response.content.iter_any():
                content += chunk
                if len(content) > most:
                    break
            return response.status, bytes(content)


def _accepted(path: str, params: Mapping[str, str | int], status: int, raw: bytes) -> dict[str, Any]:
    """The answer when its errcode is 0. A gateway's 5xx says nothing about what WeCom did behind it."""
    if status >= 500:
        raise Lost(path, f"HTTP {status}")
    if not 200 <= status < 300:
        raise Unsent(path, f"HTTP {status}", lasting=status not in (408, 429))
    answer = _json_object(raw)
    code = answer.get("errcode")
    if not isinstance(code, int):
        raise Lost(path, "no errcode")
    if code:
        refusal = APILimitedException if code == RATE_LIMIT else WeChatClientException
        raise refusal(code, _redacted(str(answer.get("errmsg", "")), params))
    return answer


def _redacted(words: str, params: Mapping[str, str | int]) -> str:
    for name in ("access_token", "corpsecret"):
        if secret := params.get(name):
            words = words.replace(str(secret), "***")
    return words


def _json_object(raw: bytes) -> dict[str, Any]:
    """The decoded answer, empty when it is no JSON object."""
    try:
        answer = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _form(name: str, content: bytes) -> aiohttp.FormData:
    """The multipart body of an upload; the name stays as it is, because WeCom shows it and does not unquote it."""
    form = aiohttp.FormData(quote_fields=False)
    plain_name = "".join(character for character in name if character.isprintable() and character not in '/\\"')
    form.add_field("media", content, filename=plain_name or "file", content_type="application/octet-stream")
    return form
