"""What every channel offers the rest of the bot, and what it asks of it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

import msgspec

from handlers.message import Incoming, Push, Reply
from storage.media import Kept
from storage.outbox import Draft


class Answer(msgspec.Struct, frozen=True):
    """A reply in the channel's own spelling, durable before it is handed out.

    `wire` is what a repeated delivery gets again, to the letter (empty: nothing to say); `reply` is absent when
    the act was a repeat.
    """

    wire: bytes
    reply: Reply | None


Pack = Callable[[bytes], None]


class Door(Protocol):
    """Where a channel brings what it received."""

    def submit(self, incoming: Incoming, pack: Pack | None = None) -> asyncio.Future[Answer]:
        """Queue one act; the future never fails: a bug becomes an apology.

        `pack` may be called, more than once, with what will probably be the answer's `wire` while it is on its way
        to the disk; it must not let it leave.
        """
        ...

    def finish_late(self, incoming: Incoming, answer: asyncio.Future[Answer]) -> None:
        """The channel stopped waiting: bring the answer to the person another way when it is ready."""
        ...


class Verdict(StrEnum):
    """What became of one request, by what to do about it."""

    SENT = "sent"
    RETRY = "retry"  # certainly without effect; may be repeated after `wait_seconds`
    SLOW_DOWN = "slow_down"  # over a frequency limit: everything waits `wait_seconds`
    STOP = "stop"  # credentials, network policy or permission: a person has to act first
    REFUSED = "refused"  # content or receivers: repeating the same request is useless
    UNKNOWN = "unknown"  # the answer was lost; it may or may not have taken effect


@dataclass(frozen=True, slots=True)
class Outcome:
    """`code` is the API's error code, 0 when it accepted; receivers are casefolded accounts.

    `file_gone`: nothing was sent, because the channel does not know the file's id any more. `final`: an unknown one
    that no repeat can make known.
    """

    verdict: Verdict
    code: int = 0
    reason: str = ""
    wait_seconds: float = 0.0
    msgid: str = ""
    response_code: str = ""
    invalid: tuple[str, ...] = ()
    unlicensed: tuple[str, ...] = ()
    file_gone: bool = False
    final: bool = False


class Channel(Protocol):
    """Spelling and sending; receiving is the channel's own affair and ends at a `Door`."""

    name: str

    def spell(self, incoming: Incoming, reply: Reply) -> bytes:
        """The stored form of an answer to this act."""
        ...

    def overflow(self, incoming: Incoming, reply: Reply) -> Sequence[Push]:
        """What `spell` could not say of `reply.now`; queued with the answer, before `reply.then`."""
        ...

    def late(self, incoming: Incoming, reply: Reply) -> Sequence[Push]:
        """What `spell` said in words, for an answer that came too late to be waited for."""
        ...

    def freeze(self, push: Push, ref: str, *, mass: bool) -> Sequence[Draft]:
        """The requests that send `push`; `ref` makes them differ from every other send.

        `mass` asks the API to drop an identical repeat, so that a repeat after a lost answer is safe.
        """
        ...

    def freeze_update(self, response_code: str, accounts: Sequence[str], reply: Reply) -> Draft | None:
        """The request that changes a card already sent; None when the reply does not change a card."""
        ...

    async def deliver(self, draft: Draft, *, repeated: bool) -> Outcome:
        """Send once. `repeated` says that an earlier try may have taken effect."""
        ...


@runtime_checkable
class TakesFiles(Protocol):
    """A channel to which a file is brought first, and named in requests by an id. Others get it with the draft."""

    async def upload(self, file: Kept) -> str | Outcome:
        """The file's id; or why there is none, and then nothing was sent to anybody."""
        ...

    def with_file(self, body: bytes, file_id: str) -> bytes:
        """A frozen request that names the file by this id, whatever it named before."""
        ...
