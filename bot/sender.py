"""The sender: takes what is due from the outbox, sends it, and writes down what became of it.

A send without an answer is `unknown`. A mass send is repeated only while WeCom still recognises the identical bytes
(its duplicate check); past that a person decides. Other sends answer somebody's own act and are not repeated:
asking again shows it again.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.channels.channel import Channel, Outcome, Verdict
from bot.dispatcher import Clock
from bot.metrics import Metrics
from storage import outbox
from storage.database import Database
from storage.outbox import Claimed, Ending, State

POLL_SECONDS: Final = 0.5  # the command line queues from another process
DUPLICATE_WINDOW: Final = timedelta(hours=3, minutes=50)  # WeCom remembers a request for 4 hours
MOST_ATTEMPTS: Final = 5  # of a mass send whose answers were lost
RETRY_FOR: Final = timedelta(hours=6)  # of a send that certainly had no effect, such as in an outage
LONGEST_WAIT_SECONDS: Final = 60.0
STOP_SECONDS: Final = 60.0
_log = structlog.get_logger(__name__)


class Sender:
    """One task a process; several processes share one outbox on PostgreSQL."""

    def __init__(self, database: Database, channels: Mapping[str, Channel], clock: Clock, metrics: Metrics) -> None:
        self._database = database
        self._channels = channels
        self._clock = clock
        self._metrics = metrics
        self._mail = asyncio.Event()
        self._held_until: dict[str, datetime] = {}

    def wake(self) -> None:
        self._mail.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                sent = await self.send_due()
            except Exception as error:  # the database is away: keep the process, try again
                _log.error("sender_failed", error=type(error).__name__)
                sent = 0
            if not sent:
                await self._rest()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._mail.wait()
        except TimeoutError:
            pass
        self._mail.clear()

    async def send_due(self) -> int:
        """Send one handful for every channel; returns how many were tried."""
        return sum([await self._send_for(name, channel) for name, channel in self._channels.items()])

    async def _send_for(self, name: str, channel: Channel) -> int:
        now = self._clock()
        if self._held_until.get(name, now) > now:
            return 0
        async with self._database.read() as tx:
            if not await outbox.is_due(tx, name, now):
                return 0
        async with self._database.write() as tx:
            claimed = await outbox.claim(tx, name, now)
        endings = await asyncio.gather(*(self._try(name, channel, one) for one in claimed))
        await self._finish(list(zip(claimed, endings, strict=True)))
        return len(claimed)

    async def _finish(self, done: Sequence[tuple[Claimed, Ending]]) -> None:
        async with self._database.write() as tx:
            for claimed, ending in done:
                await outbox.finish(tx, claimed, ending, self._clock())

    async def _try(self, name: str, channel: Channel, claimed: Claimed) -> Ending:
        if claimed.doubtful and self._is_past(claimed):
            return Ending(State.UNKNOWN, reason="no answer, and too late or not allowed to repeat")
        try:
            outcome = await channel.deliver(claimed.draft, repeated=claimed.doubtful)
        except Exception as error:  # a bug in the channel must not stop the others
            _log.error("deliver_failed", id=claimed.id, exc_info=error)
            return Ending(State.UNKNOWN, reason=type(error).__name__)
        self._metrics.sent.labels(outcome.verdict).inc()
        return self._ending(name, claimed, outcome)

    def _is_past(self, claimed: Claimed) -> bool:
        """WeCom would not recognise a repeat as one."""
        return not claimed.mass or self._clock() - claimed.first_tried_at > DUPLICATE_WINDOW

    def _ending(self, name: str, claimed: Claimed, outcome: Outcome) -> Ending:
        now = self._clock()
        match outcome.verdict:
            case Verdict.SENT:
                return _ended(State.SENT, outcome)
            case Verdict.REFUSED:
                _log.warning("send_refused", id=claimed.id, code=outcome.code)
                return _ended(State.REFUSED, outcome)
            case Verdict.SLOW_DOWN | Verdict.STOP:
                wait = outcome.wait_seconds or STOP_SECONDS
                self._held_until[name] = now + timedelta(seconds=wait)
                _log.error("sending_held", channel=name, code=outcome.code, seconds=wait)
                return _again(outcome, now, wait)
            case Verdict.RETRY if now - claimed.first_tried_at < RETRY_FOR:
                return _again(outcome, now, min(outcome.wait_seconds * claimed.attempts, LONGEST_WAIT_SECONDS))
            case Verdict.UNKNOWN if claimed.mass and claimed.attempts < MOST_ATTEMPTS:
                return _again(outcome, now, 5.0 * claimed.attempts, doubtful=True)
            case Verdict.RETRY:
                return _ended(State.REFUSED, outcome)
        return _ended(State.UNKNOWN, outcome)


def _ended(state: State, outcome: Outcome) -> Ending:
    return Ending(
        state,
        outcome.code,
        outcome.reason,
        outcome.msgid,
        outcome.response_code,
        (*outcome.invalid, *outcome.unlicensed),
    )


def _again(outcome: Outcome, now: datetime, wait_seconds: float, *, doubtful: bool = False) -> Ending:
    due_at = now + timedelta(seconds=wait_seconds)
    return Ending(State.QUEUED, outcome.code, outcome.reason, due_at=due_at, doubtful=doubtful)
