"""The way out: encrypted POSTs to the app's callback URL, three attempts, and the check of the URL.

Every attempt of one callback has the same message, newly encrypted with its own nonce and timestamp. Only a 200
within the time-out is an acceptance. A tampered or stale copy is posted once, as an attacker would.
Source: doc 90930, 90238.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from time import perf_counter

import aiohttp
from yarl import URL

from bot.sandbox.corp import App
from bot.sandbox.crypto import CallbackCipher, Envelope
from bot.sandbox.faults import CALLBACK_PATH, Fault
from bot.sandbox.outcomes import Attempt, Callback, Outcome, Verification, WireRequest
from bot.sandbox.reordering import Reordering
from bot.sandbox.replies import BadReply, open_reply, show_reply
from bot.sandbox.state import State
from bot.sandbox.xml_text import write

ATTEMPTS = 3
STRANGER = "ww0000000000000000"
"""The receive id of a callback that was meant for somebody else."""


class CallbackSender:
    """Posts callbacks for every app; owns the HTTP client."""

    def __init__(self, state: State, timeout_seconds: float = 5.0, verification_seconds: float = 1.0) -> None:
        self._state = state
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        self._verification = aiohttp.ClientTimeout(total=verification_seconds)
        self._session: aiohttp.ClientSession | None = None
        self._reordering = Reordering()

    async def close(self) -> None:
        """Closes the HTTP client."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def deliver(self, callback: Callback) -> Outcome:
        """Posts a callback, retries it, and shows the first good reply."""
        app = self._state.app(callback.agent_id)
        if not app.callback_url:
            return Outcome(callback)
        faults = {fault.kind: fault for fault in self._state.faults.take(CALLBACK_PATH)}
        self._state.counters.callbacks += 1
        if delay := faults.get("delay"):
            await asyncio.sleep(delay.seconds)
        async with self._reordering.turn(faults.get("reorder")):
            outcome = Outcome(callback, await self._posts(app, callback, faults))
        self._state.counters.callback_failures += not outcome.accepted
        if outcome.reply is not None:
            show_reply(self._state, callback, outcome.reply)
        return outcome

    async def replay(self, outcome: Outcome) -> Outcome:
        """Posts the very bytes of the last attempt again; whatever comes back is not shown."""
        request = outcome.attempts[-1].request
        attempt = await self._attempt(self._state.app(outcome.callback.agent_id), outcome.callback, request)
        return Outcome(outcome.callback, (attempt,))

    async def repeat(self, outcome: Outcome) -> Outcome:
        """Posts the same message again, newly encrypted, as after an answer that got lost; it is not shown."""
        app = self._state.app(outcome.callback.agent_id)
        return Outcome(outcome.callback, await self._attempts(app, outcome.callback))

    async def verify(self, app: App) -> Verification:
        """Checks the callback URL as WeCom does when it is saved: GET, one second, the plain echo."""
        echo = str(secrets.randbits(62))
        sealed = self._seal(app, echo)
        query = _query(sealed) | {"echostr": sealed.cipher}
        started = perf_counter()
        try:
            async with self._client().get(_target(app, query), timeout=self._verification) as response:
                body, status = await response.read(), response.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            return Verification(False, None, b"", perf_counter() - started)
        return Verification(status == 200 and body == echo.encode(), status, body, perf_counter() - started)

    async def _posts(self, app: App, callback: Callback, faults: Mapping[str, Fault]) -> tuple[Attempt, ...]:
        if "tamper" in faults or "stale" in faults:
            request = self._forged(app, callback, faults)
            return (await self._attempt(app, callback, request),)
        if "twin" in faults:
            pair = await asyncio.gather(self._attempts(app, callback), self._attempts(app, callback))
            return pair[0] + pair[1]
        attempts = await self._attempts(app, callback)
        if "duplicate" in faults:
            attempts += await self._attempts(app, callback)
        return attempts

    async def _attempts(self, app: App, callback: Callback) -> tuple[Attempt, ...]:
        attempts: list[Attempt] = []
        for _ in range(ATTEMPTS):
            request = _request(self._state.corp.corp_id, app, self._seal(app, callback.xml))
            attempts.append(await self._attempt(app, callback, request))
            if attempts[-1].status == 200:
                break
        return tuple(attempts)

    async def _attempt(self, app: App, callback: Callback, request: WireRequest) -> Attempt:
        self._state.counters.callback_attempts += 1
        started = perf_counter()
        try:
            async with self._client().post(
                _target(app, request.query), data=request.body, headers={"Content-Type": "text/xml"}
            ) as response:
                body, status = await response.read(), response.status
        except (aiohttp.ClientError, TimeoutError, OSError) as wrong:
            return Attempt(request, None, type(wrong).__name__, perf_counter() - started)
        return self._answered(app, callback, request, status, body, perf_counter() - started)

    def _answered(
        self, app: App, callback: Callback, request: WireRequest, status: int, body: bytes, latency: float
    ) -> Attempt:
        if status != 200:
            return Attempt(request, status, None, latency, body=body)
        try:
            reply = open_reply(self._state, callback, self._cipher(app), body)
        except BadReply as wrong:
            self._state.counters.bad_replies += 1
            return Attempt(request, status, None, latency, problem=wrong.problem, body=body)
        return Attempt(request, status, None, latency, reply, body=body)

    def _forged(self, app: App, callback: Callback, faults: Mapping[str, Fault]) -> WireRequest:
        stale, tamper = faults.get("stale"), faults.get("tamper")
        receiver = STRANGER if tamper and tamper.what == "receiver" else None
        envelope = self._seal(app, callback.xml, age=stale.seconds if stale else 0.0, receive_id=receiver)
        if tamper and tamper.what == "signature":
            envelope = Envelope(envelope.cipher, "0" * 40, envelope.timestamp, envelope.nonce)
        if tamper and tamper.what == "body":
            envelope = Envelope(_flipped(envelope.cipher), envelope.signature, envelope.timestamp, envelope.nonce)
        return _request(self._state.corp.corp_id, app, envelope)

    def _seal(self, app: App, message: str, *, age: float = 0.0, receive_id: str | None = None) -> Envelope:
        timestamp = str(int(self._state.now() - age))
        return self._cipher(app).seal(message, timestamp, secrets.token_hex(5), receive_id=receive_id)

    def _cipher(self, app: App) -> CallbackCipher:
        return CallbackCipher(app.token, app.encoding_aes_key, self._state.corp.corp_id)

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0)
            self._session = aiohttp.ClientSession(timeout=self._timeout, connector=connector)
        return self._session


def _query(envelope: Envelope) -> dict[str, str]:
    return {
        "msg_signature": envelope.signature,
        "timestamp": envelope.timestamp,
        "nonce": envelope.nonce,
    }


def _target(app: App, query: Mapping[str, str]) -> URL:
    return URL(app.callback_url or "").update_query(dict(query))


def _request(corp_id: str, app: App, envelope: Envelope) -> WireRequest:
    body = write([("ToUserName", corp_id), ("AgentID", str(app.agent_id)), ("Encrypt", envelope.cipher)])
    return WireRequest(_query(envelope), body.encode())


def _flipped(cipher: str) -> str:
    middle = len(cipher) // 2
    return cipher[:middle] + ("A" if cipher[middle] != "A" else "B") + cipher[middle + 1 :]
