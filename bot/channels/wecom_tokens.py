"""The access token: one for a process, and with a store one for all of them.

`Tokens` fetches once however many wait. `SharedTokens` keeps it in the database, sealed with a key made of the
app's secret, so that a dump of the database gives nothing away and another app's token is none. WeCom answers with
the same token while it is valid: one that is fetched twice does no harm, so nobody waits longer than a lease.
Source: doc 91039.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage import channel_state
from storage.channel_state import SealedToken
from storage.database import Database

EARLY_SECONDS: Final = 300  # a token is renewed this long before it ends
LOOK_SECONDS: Final = 0.1
LOOKS: Final = 60  # one second more than a lease
IDLE_SECONDS: Final = 1.5  # a frozen process holds the row no longer
_NONCE_BYTES: Final = 12
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Token:
    """`seconds`: how long it may be used from now on."""

    text: str = field(repr=False)
    seconds: float


Fetch = Callable[[], Awaitable[Token]]


class TokenStore(Protocol):
    """What the processes share."""

    async def renewed(self, refused: str, fetch: Fetch) -> Token:
        """The token that is kept, unless it is the refused one; else one fetched by whoever comes first."""


class Tokens:
    """The token of one process; `clock` is monotonic, in seconds."""

    def __init__(self, fetch: Fetch, clock: Callable[[], float], store: TokenStore | None) -> None:
        self._fetch = fetch
        self._clock = clock
        self._store = store
        self._token = ""
        self._renew_at = 0.0
        self._fetching: asyncio.Task[str] | None = None

    async def current(self, refused: str = "") -> str:
        """Fetched at most once however many wait for it, and again when `refused` is still it."""
        if self._token and self._token != refused and self._clock() < self._renew_at:
            return self._token
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._renew(refused))
            self._fetching.add_done_callback(self._done)
        return await asyncio.shield(self._fetching)

    async def _renew(self, refused: str) -> str:
        token = await (self._fetch() if self._store is None else self._store.renewed(refused, self._fetch))
        self._token, self._renew_at = token.text, self._clock() + token.seconds
        return token.text

    def _done(self, task: asyncio.Task[str]) -> None:
        self._fetching = None
        if not task.cancelled():
            task.exception()  # seen, even when everybody who waited has gone


def usable_seconds(life: float) -> float:
    """Of a token that lives so long. Source: doc 91039 (it may be renewed before its end)."""
    return life - min(EARLY_SECONDS, life / 10)


class Sealing:
    """AES-256-GCM under a key made of the app's secret; `whose` is bound to what is sealed."""

    def __init__(self, secret: str, *whose: str) -> None:
        self._whose = "\n".join(whose).encode()
        key = HKDF(SHA256(), 32, salt=self._whose, info=b"xuefa: access token").derive(secret.encode())
        self._cipher = AESGCM(key)

    def seal(self, token: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, token.encode(), self._whose)

    def open(self, sealed: bytes) -> str:
        """Empty when it was sealed with another secret, or is no token at all."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], self._whose).decode()
        except (InvalidTag, ValueError):
            return ""


@dataclass(frozen=True, slots=True)
class SharedTokens:
    """A TokenStore in the database. Whoever dies while renewing keeps the others waiting for a lease at most."""

    database: Database
    channel: str
    sealing: Sealing
    clock: Callable[[], datetime]
    look_seconds: float = LOOK_SECONDS

    async def renewed(self, refused: str, fetch: Fetch) -> Token:
        fence: datetime | None = None
        try:
            found, fence = await self._found_or_mine(refused)
        except Exception as error:  # the database is away: then for this process alone
            found = None
            _log.warning("token_not_shared", error=type(error).__name__)
        return found or await self._fetched(fetch, fence)

    async def _found_or_mine(self, refused: str) -> tuple[Token | None, datetime | None]:
        """A token that somebody keeps, or the right to renew it; neither when it takes too long."""
        for _ in range(LOOKS):
            async with self.database.read() as tx:
                kept = await channel_state.token(tx, self.channel)
            found = self._opened(kept, refused)
            if found is not None:
                return found, None
            async with self.database.write(idle_seconds=IDLE_SECONDS) as tx:
                fence = await channel_state.begin_renewing(tx, self.channel, kept.sealed, self.clock())
            if fence is not None:
                return None, fence
            await asyncio.sleep(self.look_seconds)
        return None, None

    def _opened(self, kept: SealedToken, refused: str) -> Token | None:
        seconds = (kept.until - self.clock()).total_seconds() if kept.until else 0.0
        text = self.sealing.open(kept.sealed) if seconds > 0 else ""
        return Token(text, seconds) if text and text != refused else None

    async def _fetched(self, fetch: Fetch, fence: datetime | None) -> Token:
        try:
            token = await fetch()
        except Exception:
            await self._write_down(None, fence)
            raise
        await self._write_down(token, fence)
        return token

    async def _write_down(self, token: Token | None, fence: datetime | None) -> None:
        """Keep it for the others, or let them try."""
        if fence is None:
            return
        try:
            async with self.database.write(idle_seconds=IDLE_SECONDS) as tx:
                if token is None:
                    await channel_state.stop_renewing(tx, self.channel, fence)
                else:
                    until = self.clock() + timedelta(seconds=token.seconds)
                    made = SealedToken(self.sealing.seal(token.text), until)
                    await channel_state.keep_token(tx, self.channel, made, fence)
        except Exception as error:  # it is good for this process all the same
            _log.warning("token_not_shared", error=type(error).__name__)
