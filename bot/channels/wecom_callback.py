"""The HTTP side of WeCom's callbacks: one URL, GET to verify it, POST for what people do.

Changes of the contacts come to the same URL in envelopes with keys of their own.

WeCom waits 5 seconds and then asks again, so an answer that is not there after 4 is finished another way. A
refusal is a status and an empty body, counted by reason; nothing of what was refused is logged.
Source: doc 90930 (callback URL), 90238 (5 seconds, three attempts).
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.channels.channel import Door
from bot.channels.patience import Patience
from bot.channels.wecom_codec import MAX_BODY_BYTES, Codec, Rejected
from bot.channels.wecom_messages import ChangeEvent, contact_change, parse
from handlers.message import Kind

ANSWER_SECONDS: Final = 4.0
READ_SECONDS: Final = 2.0
_SKEW_LOG_SECONDS: Final = 60.0
_STATUS: Final = {"size": 413, "form": 400, "slow": 408}  # anything else is 403

_log = structlog.get_logger(__name__)


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class ContactEvents:
    """How changes of the contacts come, and what brings them to disk, once; `keep` never fails."""

    codec: Codec
    keep: Callable[[ChangeEvent], Awaitable[None]]


class Callback:
    """Two aiohttp handlers. `count` is called with the reason of every refusal: a metric label of a few words."""

    def __init__(
        self,
        codec: Codec,
        corp_id: str,
        agent_id: str,
        door: Door,
        count: Callable[[str], None],
        clock: Callable[[], datetime] = _utc_now,
        *,
        answer_seconds: float = ANSWER_SECONDS,
        read_seconds: float = READ_SECONDS,
        contacts: ContactEvents | None = None,
    ) -> None:
        self._codec = codec
        self._corp_id = corp_id
        self._agent_id = agent_id
        self._door = door
        self._count = count
        self._clock = clock
        self._answer_seconds = answer_seconds
        self._read_seconds = read_seconds
        self._contacts = contacts
        self._skew_logged_at = -_SKEW_LOG_SECONDS
        self._patience = Patience()

    async def verify(self, request: web.Request) -> web.Response:
        """GET: the decrypted `echostr`, to the byte."""
        try:
            plain = self._echo(*_parameters(request, "echostr"))
        except Rejected as rejected:
            return self._refusal(rejected)
        return web.Response(body=plain, content_type="text/plain")

    def _echo(self, signature: str, timestamp: str, nonce: str, echostr: str) -> bytes:
        now = self._clock()
        try:
            return self._codec.echo(signature, timestamp, nonce, echostr, now)
        except Rejected as rejected:
            if self._contacts is None or rejected.reason != "signature":
                raise
            return self._contacts.codec.echo(signature, timestamp, nonce, echostr, now)

    async def receive(self, request: web.Request) -> web.Response:
        """POST: one act; answered with its encrypted reply, or with an empty 200 when there is none (yet)."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._answer_seconds
        try:
            signature, timestamp, nonce = _parameters(request)
            body = await _body(request, self._read_seconds)
            now = self._clock()
            plain = self._codec.open(signature, timestamp, nonce, body, now)
            incoming = parse(plain, self._corp_id, self._agent_id, now)
            if incoming.kind is Kind.SILENT and await self._kept(plain, now):  # the keys of both may be the same
                return web.Response()
        except Rejected as rejected:
            if self._contacts is not None and rejected.reason == "signature":  # found when the body had been read
                return await self._by_contact_keys(self._contacts.codec, request, body)
            return self._refusal(rejected)
        packed: dict[bytes, bytes] = {}
        answer = self._door.submit(incoming, lambda wire: packed.update({wire: self._sealed(wire)}))
        await self._patience.settled(answer, until)
        if not answer.done():
            self._door.finish_late(incoming, answer)
            return web.Response()
        wire = answer.result().wire
        if not wire:
            return web.Response()
        return web.Response(body=packed.get(wire) or self._sealed(wire), content_type="application/xml")

    async def _by_contact_keys(self, codec: Codec, request: web.Request, body: bytes) -> web.Response:
        """Nobody acts by these keys: what is no change of a member is accepted and goes no further."""
        try:
            signature, timestamp, nonce = _parameters(request)
            now = self._clock()
            await self._kept(codec.open(signature, timestamp, nonce, body, now), now)
        except Rejected as rejected:
            return self._refusal(rejected)
        return web.Response()

    async def _kept(self, plain: bytes, now: datetime) -> bool:
        """Whether it was a member's change that somebody wants to keep. Raises: Rejected."""
        event = contact_change(plain, self._corp_id, now) if self._contacts is not None else None
        if self._contacts is None or event is None:
            return False
        await self._contacts.keep(event)
        return True

    def _sealed(self, wire: bytes) -> bytes:
        return self._codec.seal(wire, self._clock()) if wire else b""

    def _refusal(self, rejected: Rejected) -> web.Response:
        self._count(rejected.reason)
        if rejected.reason == "stale":
            self._note_skew(rejected.offset_seconds)
        response = web.Response(status=_STATUS.get(rejected.reason, 403))
        if rejected.reason in ("size", "slow"):
            response.force_close()  # the rest of the body is not worth reading
        return response

    def _note_skew(self, offset_seconds: int) -> None:
        """A clock that runs wrong refuses everything; say so once a minute, without saying whose message it was."""
        at = asyncio.get_running_loop().time()
        if at - self._skew_logged_at >= _SKEW_LOG_SECONDS:
            self._skew_logged_at = at
            _log.warning("wecom_callback_stale", offset_seconds=offset_seconds)


def _parameters(request: web.Request, *more: str) -> list[str]:
    query = request.query
    values = [query.get(name, "") for name in ("msg_signature", "timestamp", "nonce", *more)]
    if not all(values):
        raise Rejected("form")
    return values


async def _body(request: web.Request, seconds: float) -> bytes:
    """At most 64 KiB, within the read time-out: neither is left to the server's settings."""
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise Rejected("size")
    if request.content.is_eof():  # it came with the head, as nearly always
        whole = request.content.read_nowait()
        if len(whole) > MAX_BODY_BYTES:
            raise Rejected("size")
        return whole
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    raise Rejected("size")
    except TimeoutError:
        raise Rejected("slow") from None
    except (web.RequestPayloadError, HttpProcessingError, ConnectionError):
        raise Rejected("form") from None
    return bytes(body)
