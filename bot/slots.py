"""One slot of the clock: whose it is, whether it is still in time, and what runs in its transaction and after it.

Every process computes the next slot of a job with APScheduler's CronTrigger from the last recorded one; a slot
belongs to the process whose transaction inserts its row, and the job's effect, which only enqueues, is in that
transaction. What runs after it holds a lease that is renewed; when the lease passes, any process does it again. A
slot older than its grace is recorded as skipped.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from apscheduler.triggers.cron import CronTrigger

from bot.dispatcher import Clock
from bot.metrics import Metrics
from storage import jobs
from storage.database import IDLE_SECONDS, Database, Tx, lost

ON_TIME: Final = timedelta(minutes=5)  # later than that the quiet hours count, whatever time is configured
LONGEST_STOP: Final = timedelta(days=2)  # beyond the grace; nothing older is looked at
RENEW_SECONDS: Final = jobs.LEASE.total_seconds() / 3
# Others wait for the row of a slot. A process that was frozen with it in its hands loses it so soon that the slot
# fires within 2 s. One that was only thinking is cut off as well, and gets more time when it tries again.
SLOT_IDLE_SECONDS: Final = 0.7
_MORE_TIME: Final = 4
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """`effect` runs in the transaction of the slot; `aside` after it, in transactions of its own.

    An aside may run again from the beginning, and in two processes at once. A slot within `grace` that
    `may_run_late` refuses at this hour is skipped.
    """

    name: str
    trigger: CronTrigger
    grace: timedelta
    effect: Callable[[Tx, datetime], Awaitable[None]] | None = None
    aside: Callable[[Database, datetime], Awaitable[None]] | None = None
    may_run_late: Callable[[datetime], bool] = lambda _now: True


class Slots:
    """What one process knows of the slots: when each job is due next."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        metrics: Metrics,
        on_mail: Callable[[], None],
        *,
        idle_seconds: float = SLOT_IDLE_SECONDS,
        renew_seconds: float = RENEW_SECONDS,
    ) -> None:
        self._database = database
        self._clock = clock
        self._metrics = metrics
        self._on_mail = on_mail
        self._idle_seconds = idle_seconds
        self._renew_seconds = renew_seconds
        self._next: dict[str, datetime] = {}
        self._more_time: dict[str, float] = {}  # seconds

    async def catch_up(self, job: Job) -> None:
        """Run every slot that is due, and what was left behind of earlier ones."""
        now = self._clock()
        due_at = self._next.get(job.name) or await self._first(job, now)
        while due_at <= now:
            await self._run(job, due_at, now)
            due_at = _following(job, due_at)
        self._next[job.name] = due_at
        if job.aside is not None:
            await self._go_on(job, self._clock())

    def until_next(self, name: str, at_most: float) -> float:
        """Seconds to the next slot of a job, so that nobody comes late by a look."""
        due_at = self._next.get(name)
        seconds = (due_at - self._clock()).total_seconds() if due_at else at_most
        return seconds if 0 < seconds < at_most else at_most

    async def _first(self, job: Job, now: datetime) -> datetime:
        async with self._database.read() as tx:
            last = await jobs.last_slot(tx, job.name)
        # A first start owes nothing; after a long stop only slots within the grace are worth looking at.
        return _following(job, max(last, now - job.grace - LONGEST_STOP) if last else now)

    async def _run(self, job: Job, due_at: datetime, now: datetime) -> None:
        late = now - due_at
        in_time = late <= ON_TIME or (late <= job.grace and job.may_run_late(now))
        outcome = (jobs.RAN if job.aside is None else jobs.BEGUN) if in_time else jobs.SKIPPED
        if not await self._take(job, due_at, now, outcome):
            return
        if outcome != jobs.BEGUN:
            self._note(job, due_at, outcome)
        else:
            await self._aside(job, due_at, now)

    async def _take(self, job: Job, due_at: datetime, now: datetime, outcome: str) -> bool:
        idle_seconds = self._more_time.pop(job.name, self._idle_seconds)
        try:
            async with self._database.write(idle_seconds=idle_seconds) as tx:
                mine = await jobs.take(tx, job.name, due_at, now, outcome)
                if mine and outcome != jobs.SKIPPED and job.effect is not None:
                    await job.effect(tx, now)
        except Exception as error:
            if lost(error):
                self._more_time[job.name] = min(_MORE_TIME * idle_seconds, IDLE_SECONDS)
            raise
        return mine

    async def _aside(self, job: Job, due_at: datetime, now: datetime) -> None:
        if job.aside is None:
            return
        lease = asyncio.create_task(self._hold(job, due_at))
        try:
            await job.aside(self._database, now)
        finally:
            lease.cancel()
            await asyncio.gather(lease, return_exceptions=True)
        await self._finish(job, due_at, jobs.RAN)

    async def _hold(self, job: Job, due_at: datetime) -> None:
        """Renew the lease until cancelled. One that could not be renewed only means that another does it again."""
        while True:
            await asyncio.sleep(self._renew_seconds)
            async with self._database.write(idle_seconds=self._idle_seconds) as tx:
                await jobs.still_at_it(tx, job.name, due_at, self._clock())

    async def _go_on(self, job: Job, now: datetime) -> None:
        """Do again what a process that died, or an aside that failed, has left behind."""
        while True:
            async with self._database.read() as tx:
                due_at = await jobs.left_behind(tx, job.name, now - job.grace - LONGEST_STOP, now)
            if due_at is None:
                return
            if now - due_at > job.grace:
                await self._finish(job, due_at, jobs.GIVEN_UP)
                continue
            async with self._database.write(idle_seconds=self._idle_seconds) as tx:
                mine = await jobs.take_again(tx, job.name, due_at, now)
            if mine:
                _log.warning("job_again", job=job.name, due_at=due_at.isoformat())
                await self._aside(job, due_at, now)

    async def _finish(self, job: Job, due_at: datetime, outcome: str) -> None:
        async with self._database.write(idle_seconds=self._idle_seconds) as tx:
            first = await jobs.finish(tx, job.name, due_at, outcome)
        if first:
            self._note(job, due_at, outcome)

    def _note(self, job: Job, due_at: datetime, outcome: str) -> None:
        self._metrics.jobs.labels(job.name, outcome).inc()
        _log.info("job", job=job.name, due_at=due_at.isoformat(), outcome=outcome)
        self._on_mail()


def _following(job: Job, moment: datetime) -> datetime:
    """The first slot after `moment`."""
    found: datetime | None = job.trigger.get_next_fire_time(moment, moment)
    if found is None:
        raise ValueError(f"{job.name} never fires again")
    return found
