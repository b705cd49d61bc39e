"""Fetches 佐证: what was sent is brought in at once, by a task of each process, and kept in the database.

A piece is leased while it is fetched, so that of several processes one does it, and another goes on when that one
dies. What cannot be had now is tried again, more and more slowly, for as long as the channel keeps it; who sent it
is told only when it is given up. Names, ids and contents are never logged.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

import structlog

from bot.channels.channel import Channel
from bot.channels.wecom_media import MediaBusy, MediaGone, MediaTooLarge
from bot.dispatcher import Clock
from bot.mail import lane_of
from handlers.message import Push, Text
from handlers.texts import claims as texts
from storage import evidence, outbox
from storage.database import Database
from storage.evidence import Due
from training.evidence import LIFE, MOST_BYTES, Why, fault, pause_after, type_of

POLL_SECONDS: Final = 5.0  # of pieces that another process left
AT_ONCE: Final = 2
_log = structlog.get_logger(__name__)


class GivesMedia(Protocol):
    """A channel that hands out what people sent."""

    async def fetched(self, media_id: str, at_most: int) -> bytes:
        """Raises: MediaGone, MediaTooLarge, MediaBusy."""
        ...


class Fetching:
    """One task a process; several processes share the pieces on PostgreSQL."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        givers: Mapping[str, GivesMedia],
        clock: Clock,
        on_mail: Callable[[], None],
    ) -> None:
        self._database = database
        self._channels = channels
        self._givers = givers
        self._clock = clock
        self._on_mail = on_mail
        self._asked = asyncio.Event()

    def wake(self) -> None:
        """There is something new."""
        self._asked.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                worked = await self.fetch_due()
            except Exception as error:  # the database is away: keep the process, try again
                _log.error("fetching_failed", error=type(error).__name__)
                worked = 0
            if not worked:
                await self._rest()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._asked.wait()
        except TimeoutError:
            pass
        self._asked.clear()

    async def fetch_due(self) -> int:
        """One try of each piece that is free, a few at a time; how many were tried."""
        now = self._clock()
        async with self._database.read() as tx:
            if not await evidence.is_due(tx, now):
                return 0
        async with self._database.write() as tx:
            taken = await evidence.take(tx, now, at_most=AT_ONCE)
        await asyncio.gather(*(self._try(due) for due in taken))
        return len(taken)

    async def _try(self, due: Due) -> None:
        found = await self._fetched(due)
        if found is None:
            await self._put_off(due)
        elif isinstance(found, Why):
            await self._give_up(due, found)
        else:
            await self._keep(due, found)

    async def _fetched(self, due: Due) -> bytes | Why | None:
        """None: not now."""
        giver = self._givers.get(due.channel)
        if giver is None:
            return Why.GONE
        try:
            content = await giver.fetched(due.media_id, MOST_BYTES)
        except MediaGone:
            return Why.GONE
        except MediaTooLarge:
            return Why.LARGE
        except MediaBusy as busy:
            _log.warning("evidence_put_off", number=due.number, tries=due.tries, cause=busy.cause)
            return None
        except Exception as error:  # a bug in the channel must not stop the others
            _log.error("evidence_failed", number=due.number, error=type(error).__name__)
            return None
        return fault(content) or content

    async def _keep(self, due: Due, content: bytes) -> None:
        kind = type_of(content) or ""
        async with self._database.write() as tx:
            kept = await evidence.keep(tx, due, content, kind, self._clock())
        _log.info("evidence", number=due.number, kept=kept, type=kind, bytes=len(content), tries=due.tries)

    async def _put_off(self, due: Due) -> None:
        now = self._clock()
        if now - due.received_at >= LIFE:
            await self._give_up(due, Why.LATE)
            return
        async with self._database.write() as tx:
            await evidence.put_off(tx, due, now + pause_after(due.tries))

    async def _give_up(self, due: Due, why: Why) -> None:
        """And who sent it is told, once."""
        async with self._database.write() as tx:
            if not await evidence.fail(tx, due, why):
                return
            subject = await evidence.subject_of(tx, due.number)
            number = int(subject.partition(":")[2] or 0)
            ref = f"evidence-{due.number}"
            drafts: Sequence[outbox.Draft] = self._channels[due.channel].freeze(
                Push((due.account,), Text(texts.not_kept(f"E{due.number}", why, number))), ref, mass=False
            )
            lane = lane_of(due.channel, due.account)
            await outbox.add(tx, due.channel, ref, drafts, lane=lane, mass=False, now=self._clock())
        _log.info("evidence", number=due.number, kept=False, why=str(why), tries=due.tries)
        self._on_mail()
