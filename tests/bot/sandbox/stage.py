"""The stage of the sandbox's tests: a small enterprise, a caller of the API, and an echo bot.

The echo bot is a few lines of its own on the sandbox's cipher: both ends here are under test.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.sandbox import App, Corp, Department, Limits, Member, Sandbox, make_app
from bot.sandbox.crypto import CallbackCipher, CryptoError, Envelope
from bot.sandbox.xml_text import Pairs, read, text_of, write

TOKEN = "QDG6eK"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
CORP_ID = "wx5823bf96d3bd56c7"
AGENT, OTHER_AGENT = 1000002, 1000003
START = 1_795_000_000.0
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 32


@dataclass
class Clock:
    """Time that moves when a test says so."""

    at: float = START

    def __call__(self) -> float:
        return self.at


def corp() -> Corp:
    """Two apps (the second sees one unit and one person), four units, members of every status."""
    return Corp(
        CORP_ID,
        apps=[
            App(AGENT, "app-secret", TOKEN, AES_KEY),
            App(OTHER_AGENT, "other-secret", TOKEN, AES_KEY, name="别的", visible=("sun", 3)),
        ],
        members=[
            Member("ZhaoMin", "赵敏", (2, 3), "科长", role="管理员"),
            Member("qian", "钱进", 2),
            Member("sun", "孙立", 4),
            Member("gone", "离职", 2, status=5),
            Member("stopped", "停用", 2, status=2),
            Member("fresh", "新人", 2, status=4),
            Member("nolicence", "无证", 2, licensed=False),
        ],
        departments=[
            Department(1, "市政府", 0),
            Department(2, "司法局", 1, 10),
            Department(3, "执法科", 2),
            Department(4, "财政局", 1),
        ],
        contact_secret="contact-secret",
        tags={7: ["qian", "sun"]},
    )


@dataclass
class Wire:
    """Calls the API as an app does, with a token of its own."""

    base: str
    session: aiohttp.ClientSession
    secret: str = "app-secret"
    token: str = ""

    async def fetch_token(self) -> dict[str, Any]:
        """One gettoken."""
        params = {"corpid": CORP_ID, "corpsecret": self.secret}
        async with self.session.get(f"{self.base}/cgi-bin/gettoken", params=params) as response:
            answer: dict[str, Any] = await response.json()
        self.token = answer.get("access_token", "")
        return answer

    async def get(self, path: str, **params: str | int) -> dict[str, Any]:
        """A GET call."""
        return await self._answer("GET", path, dict(params), None)

    async def post(self, path: str, body: object, **params: str | int) -> dict[str, Any]:
        """A POST call with a JSON body in plain UTF-8."""
        return await self._answer("POST", path, dict(params), json.dumps(body, ensure_ascii=False).encode())

    async def post_raw(self, path: str, body: bytes) -> dict[str, Any]:
        """A POST call with these bytes."""
        return await self._answer("POST", path, {}, body)

    async def upload(self, kind: str, content: bytes, filename: str = "a.png") -> dict[str, Any]:
        """media/upload."""
        form = aiohttp.FormData()
        form.add_field("media", content, filename=filename)
        return await self._answer("POST", "media/upload", {"type": kind}, form)

    async def _answer(self, method: str, path: str, params: dict[str, str | int], data: Any) -> dict[str, Any]:
        if not self.token:
            await self.fetch_token()
        url = f"{self.base}/cgi-bin/{path}"
        query = params | {"access_token": self.token}
        async with self.session.request(method, url, params=query, data=data) as response:
            assert response.status == 200, response.status
            answer: dict[str, Any] = await response.json()
            return answer

    async def send(self, kind: str = "text", payload: object = None, **extra: object) -> dict[str, Any]:
        """message/send of one payload to ZhaoMin unless `extra` says otherwise."""
        content = {"content": "你好"} if payload is None else payload
        body = {"touser": "ZhaoMin", "msgtype": kind, "agentid": AGENT, kind: content} | extra
        return await self.post("message/send", {name: value for name, value in body.items() if value is not None})


@dataclass
class EchoBot:
    """Records what it is told and answers what `reply` makes of it."""

    reply: Callable[[dict[str, str]], Pairs | None] = lambda told: None
    told: list[dict[str, str]] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    pause: list[float] = field(default_factory=list)
    spoil: Callable[[str], str] = lambda body: body
    reply_corp: str = CORP_ID

    def cipher(self, corp_id: str = CORP_ID) -> CallbackCipher:
        """The cipher of the app under test."""
        return CallbackCipher(TOKEN, AES_KEY, corp_id)

    async def verify(self, request: web.Request) -> web.Response:
        """The GET."""
        return web.Response(text=self.cipher().open(self._envelope(request, request.query["echostr"])))

    async def take(self, request: web.Request) -> web.Response:
        """The POST."""
        root = read(await request.text())
        assert root is not None
        envelope = self._envelope(request, text_of(root, "Encrypt"))
        try:
            inner = read(self.cipher().open(envelope))
        except CryptoError as wrong:
            self.refused.append(wrong.reason)
            return web.Response(status=403)
        assert inner is not None
        told = {child.tag: child.text or "" for child in inner}
        told["Selected"] = ";".join(
            f"{item.findtext('QuestionKey')}={','.join(o.text or '' for o in item.findall('OptionIds/OptionId'))}"
            for item in inner.findall("SelectedItems/SelectedItem")
        )
        if scanned := inner.findtext("ScanCodeInfo/ScanResult"):
            told["ScanResult"] = scanned
        self.told.append(told)
        self.envelopes.append(envelope)
        if self.pause:
            await asyncio.sleep(self.pause.pop(0))
        if self.statuses and (status := self.statuses.pop(0)) != 200:
            return web.Response(status=status)
        return web.Response(text=self._body(told))

    def _body(self, told: dict[str, str]) -> str:
        pairs = self.reply(told)
        if pairs is None:
            return ""
        head: Pairs = [("ToUserName", told["FromUserName"]), ("FromUserName", CORP_ID), ("CreateTime", 1)]
        sealed = self.cipher(self.reply_corp).seal(write([*head, *pairs]), "1795000000", "nonce")
        body: Pairs = [
            ("Encrypt", sealed.cipher),
            ("MsgSignature", sealed.signature),
            ("TimeStamp", 1795000000),
            ("Nonce", "nonce"),
        ]
        return self.spoil(write(body))

    def _envelope(self, request: web.Request, cipher: str) -> Envelope:
        query = request.query
        return Envelope(cipher, query["msg_signature"], query["timestamp"], query["nonce"])


@dataclass
class Stage:
    """Everything one test needs."""

    sandbox: Sandbox
    clock: Clock
    wire: Wire
    bot: EchoBot
    base: str

    def other(self, secret: str) -> Wire:
        """A caller with another secret."""
        return Wire(self.base, self.wire.session, secret)


async def opened(limits: Limits | None = None, callback_seconds: float = 5.0) -> tuple[Stage, Callable[[], Any]]:
    """A running stage, and the coroutine that takes it down."""
    clock = Clock()
    sandbox = Sandbox(corp(), now=clock, limits=limits, callback_timeout_seconds=callback_seconds)
    bot = EchoBot()
    bot_app = web.Application()
    bot_app.add_routes([web.get("/cb", bot.verify), web.post("/cb", bot.take)])
    bot_server, api_server = TestServer(bot_app), TestServer(make_app(sandbox))
    await bot_server.start_server()
    await api_server.start_server()
    for app in sandbox.state.apps.values():
        app.callback_url = str(bot_server.make_url("/cb"))
    session = aiohttp.ClientSession()
    base = str(api_server.make_url("/")).rstrip("/")

    async def close() -> None:
        await session.close()
        await api_server.close()
        await bot_server.close()

    return Stage(sandbox, clock, Wire(base, session), bot, base), close
