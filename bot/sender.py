"""The sender: takes what is due from the outbox, sends it, and writes down what became of it.

Personal sends and mass sends go side by side, so that nobody's answer waits behind a broadcast: mass sends leave
one of the channel's calls free. What comes of an outcome is `endings`' affair, how fast it goes `storage.pace`'s.
"""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.channels.channel import Channel, Outcome, TakesFiles, Verdict
from bot.dispatcher import Clock
from bot.draft_files import DraftFiles
from bot.endings import ending, hold_seconds, too_late
from bot.metrics import Metrics
from handlers.holding import Awake, always
from storage import channel_holds, outbox, pace
from storage.channel_holds import Hold
from storage.database import Database, Tx
from storage.outbox import Claimed, Ending, State

POLL_SECONDS: Final = 0.5  # the command line queues from another process
PERSONAL_AT_ONCE: Final = 20
MASS_AT_ONCE: Final = 4  # one less than the calls of a path that may be under way
TOGETHER_SECONDS: Final = 0.02  # what ends within this is written down in one transaction
LAST_SECONDS: Final = 5.0  # for what is under way when the process is asked to stop
FORGET_EVERY: Final = timedelta(seconds=20)
DAY_LIMIT_LIFE: Final = timedelta(minutes=10)
FORGET_ROWS: Final = 5_000
FAILURE_WAIT_SECONDS: Final = 5.0
AFTER_WAKING: Final = timedelta(minutes=2)  # not at the full hour, when everybody sends
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ended:
    """One try, and what it asks of everybody."""

    claimed: Claimed
    ending: Ending
    hold: Hold | None = None


@dataclass(eq=False)
class _Lane:
    """Personal or mass sends of one channel, and the tries of them that are under way."""

    name: str
    channel: Channel
    mass: bool
    mail: asyncio.Event = field(default_factory=asyncio.Event)
    tries: set[asyncio.Task[Ended]] = field(default_factory=set)

    @property
    def room(self) -> int:
        return (MASS_AT_ONCE if self.mass else PERSONAL_AT_ONCE) - len(self.tries)


class Sender:
    """One task a process; several processes share one outbox on PostgreSQL.

    `awake`: when people may be written to who are not urgently to hear something.
    """

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        clock: Clock,
        metrics: Metrics,
        awake: Awake = always,
    ) -> None:
        self._database = database
        self._clock = clock
        self._awake = awake
        self._metrics = metrics
        self._files = DraftFiles(database, clock)
        self._lanes = [_Lane(name, channel, mass) for name, channel in channels.items() for mass in (False, True)]
        self._day_limits: dict[str, tuple[int, datetime]] = {}
        self._forget_at = clock()

    def wake(self) -> None:
        for lane in self._lanes:
            lane.mail.set()

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as working:  # which waits for every one of them to end
            for lane in self._lanes:
                working.create_task(self._work(lane))

    async def _work(self, lane: _Lane) -> None:
        try:
            while True:
                try:
                    moved = await self._turn(lane)
                except Exception as error:  # the database is away: keep the process, try again
                    _log.error("sender_failed", error=type(error).__name__)
                    moved = 0
                if not moved:
                    await self._rest(lane)
        finally:
            await self._stop(lane)

    async def _turn(self, lane: _Lane) -> int:
        """Write down what has ended, and take what there is room for; how many of both."""
        done = {task for task in lane.tries if task.done()}
        await self._finish(lane.name, [task.result() for task in done])
        lane.tries -= done
        claimed = await self._claim(lane, lane.room) if lane.room else []
        lane.tries |= {asyncio.create_task(self._try(lane.channel, one)) for one in claimed}
        return len(done) + len(claimed)

    async def _rest(self, lane: _Lane) -> None:
        """Until something ends, there is mail and room for it, or a while has passed."""
        mail = asyncio.create_task(lane.mail.wait()) if lane.room else None
        waiting = {*lane.tries, mail} if mail else lane.tries
        try:
            ended, _ = await asyncio.wait(waiting, timeout=POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if mail:
                mail.cancel()
        lane.mail.clear()
        if ended - {mail}:
            await asyncio.sleep(TOGETHER_SECONDS)
        elif not ended and not lane.mass:
            await self._forget_old()

    async def _stop(self, lane: _Lane) -> None:
        """What is under way may end: an answer that nobody waits for is an unknown."""
        if not lane.tries:
            return
        done, late = await asyncio.wait(lane.tries, timeout=LAST_SECONDS)
        for task in late:
            task.cancel()
        await self._finish(lane.name, [task.result() for task in done])

    async def send_due(self) -> int:
        """Send one handful of each kind for every channel; returns how many were tried."""
        return sum([await self._send_handful(name) for name in dict.fromkeys(lane.name for lane in self._lanes)])

    async def _send_handful(self, name: str) -> int:
        claimed = [
            (one, lane.channel)
            for lane in self._lanes
            if lane.name == name
            for one in await self._claim(lane, PERSONAL_AT_ONCE)
        ]
        claimed.sort(key=lambda each: each[0].id)
        await self._finish(name, await asyncio.gather(*(self._try(channel, one) for one, channel in claimed)))
        return len(claimed)

    async def _claim(self, lane: _Lane, at_most: int) -> list[Claimed]:
        now = self._clock()
        awake = self._awake(now) and self._awake(now - AFTER_WAKING)
        async with self._database.read() as tx:
            if not await outbox.is_due(tx, lane.name, now, mass=lane.mass, awake=awake):
                return []
            hold = await channel_holds.held(tx, lane.name)
            if hold is not None and hold.until > now:
                return []
            limit = await self._day_limit(tx, lane.name, now) if lane.mass else None
        async with self._database.write() as tx:
            return await outbox.claim(
                tx, lane.name, now, at_most=at_most, mass=lane.mass, day_limit=limit, awake=awake
            )

    async def _day_limit(self, tx: Tx, name: str, now: datetime) -> int:
        limit, counted_at = self._day_limits.get(name, (0, now - DAY_LIMIT_LIFE))
        if now - counted_at >= DAY_LIMIT_LIFE:
            limit = await pace.day_limit(tx, name)
            self._day_limits[name] = (limit, now)
        return limit

    async def _try(self, channel: Channel, claimed: Claimed) -> Ended:
        if claimed.doubtful and claimed.lacks_file_id and isinstance(channel, TakesFiles):
            claimed = replace(claimed, doubtful=False)  # whoever had it before did not come to sending
        if too_late(claimed, self._clock()):
            return Ended(claimed, Ending(State.UNKNOWN, reason="no answer, and too late or not allowed to repeat"))
        ready = await self._prepared(self._files.ready(channel, claimed))
        outcome = ready if isinstance(ready, Outcome) else await self._outcome(channel, ready)
        return self._ended(channel.name, claimed, outcome)

    async def _prepared(self, preparing: Awaitable[Claimed | Outcome]) -> Claimed | Outcome:
        try:
            return await preparing
        except Exception as error:  # the database is away; nothing was sent
            _log.error("file_not_ready", error=type(error).__name__)
            return Outcome(Verdict.RETRY, reason=type(error).__name__, wait_seconds=FAILURE_WAIT_SECONDS)

    async def _outcome(self, channel: Channel, ready: Claimed) -> Outcome:
        """Of a draft that can be sent, with another id of its file when WeCom has forgotten the first."""
        outcome = await self._delivered(channel, ready)
        if not outcome.file_gone:
            return outcome
        if ready.doubtful:  # it would be another request, and be seen twice
            return replace(outcome, verdict=Verdict.UNKNOWN, final=True)
        again = await self._prepared(self._files.renewed(channel, ready))
        return again if isinstance(again, Outcome) else await self._delivered(channel, again)

    async def _delivered(self, channel: Channel, ready: Claimed) -> Outcome:
        try:
            return await channel.deliver(ready.draft, repeated=ready.doubtful or ready.maybe_twice)
        except Exception as error:  # a bug in the channel must not stop the others
            _log.error("deliver_failed", id=ready.id, exc_info=error)
            return Outcome(Verdict.UNKNOWN, reason=type(error).__name__, final=True)

    def _ended(self, name: str, claimed: Claimed, outcome: Outcome) -> Ended:
        now = self._clock()
        self._metrics.sent.labels(outcome.verdict).inc()
        if outcome.verdict is Verdict.REFUSED:
            _log.warning("send_refused", id=claimed.id, code=outcome.code)
        seconds = hold_seconds(outcome)
        if not seconds:
            return Ended(claimed, ending(claimed, outcome, now))
        _log.error("sending_held", channel=name, code=outcome.code, seconds=seconds)
        hold = Hold(now + timedelta(seconds=seconds), outcome.code)
        return Ended(claimed, ending(claimed, outcome, now), hold)

    async def _finish(self, name: str, ended: Sequence[Ended]) -> None:
        if not ended:
            return
        now = self._clock()
        ended = sorted(ended, key=lambda one: one.claimed.id)  # as `outbox.withdraw` takes them
        async with self._database.write() as tx:
            mine = [one for one in ended if await outbox.finish(tx, one.claimed, one.ending, now)]
            if any(one.ending.state is State.SENT for one in mine):
                await channel_holds.lift(tx, name, now)
            for hold in [one.hold for one in ended if one.hold]:
                await channel_holds.hold(tx, name, hold.until, hold.code)
            await outbox.take_back(tx, name, [(one.claimed, one.ending) for one in mine], now)

    async def _forget_old(self) -> None:
        """What the pace need not remember, a little at a time, while nothing else is to do."""
        now = self._clock()
        if now < self._forget_at:
            return
        async with self._database.write() as tx:
            gone = await pace.forget(tx, now, at_most=FORGET_ROWS)
        self._forget_at = now if gone == FORGET_ROWS else now + FORGET_EVERY
