"""The clock: which jobs are due, each slot once however many processes run.

Every process computes the next slot with APScheduler's CronTrigger from the last recorded one; a slot belongs to
the process whose transaction inserts its row, and the job's effect, which only enqueues, is in that transaction. A
slot older than its grace is recorded as skipped.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog
from apscheduler.triggers.cron import CronTrigger

from bot.config import Schedule, clock_time, is_quiet
from bot.dispatcher import Clock
from bot.metrics import Metrics
from handlers.actions.standings import fill_owed
from handlers.actions.taking_effect import take_effect
from handlers.exam_clock import ExamClock
from handlers.heads_job import HeadsJob
from handlers.holding import Awake
from handlers.jobs import Jobs
from handlers.plan_job import PlanJob
from storage import daily, inbox, jobs, people, units
from storage.database import Database, Tx
from training.calendar import CITY, DAY, day_of
from training.rules import Rules

TICK_SECONDS: Final = 0.5
ON_TIME: Final = timedelta(minutes=5)  # later than that the quiet hours count, whatever time is configured
PAUSE: Final = timedelta(seconds=10)  # after a failure
INBOX_LIFE: Final = timedelta(hours=24)
_log = structlog.get_logger(__name__)

Exams = Callable[[Database, datetime], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Job:
    """`effect` runs in the transaction of the slot; `aside` after it, in transactions of its own.

    A slot within `grace` that `may_run_late` refuses at this hour is skipped.
    """

    name: str
    trigger: CronTrigger
    grace: timedelta
    effect: Callable[[Tx, datetime], Awaitable[None]] | None = None
    aside: Callable[[Database, datetime], Awaitable[None]] | None = None
    may_run_late: Callable[[datetime], bool] = lambda _now: True


def waking(schedule: Schedule) -> Awake:
    """Whether a moment is outside the quiet hours."""
    return lambda moment: not is_quiet(schedule, moment.astimezone(CITY).time())


def job_list(schedule: Schedule, work: Jobs) -> tuple[Job, ...]:
    day, awake = timedelta(days=1), waking(schedule)
    return (
        Job("daily_push", _at(schedule.daily_at), timedelta(hours=6), work.daily_push, None, awake),
        Job("remind", _at(schedule.remind_at), timedelta(hours=2), work.remind, None, awake),
        Job("close_cards", CronTrigger(minute=5, timezone=CITY), day, effect=work.close_cards),
        Job("calendar", _at("08:52", day_of_week="mon"), timedelta(hours=8), work.warn_of_calendar, None, awake),
        Job("new_day", CronTrigger(hour=0, minute=1, timezone=CITY), day, aside=partial(new_day, work.rules)),
        Job("forget", CronTrigger(minute=17, timezone=CITY), day, aside=forget_old),
    )


def heads_slot(schedule: Schedule, work: HeadsJob) -> Job:
    """Every working day; the job sends it once a week."""
    return Job("heads", _at("08:43"), timedelta(hours=8), work.send_weekly, None, waking(schedule))


def plan_slot(schedule: Schedule, work: PlanJob) -> Job:
    """Every working day; the job knows on which of them there is a rung."""
    return Job("plan", _at("09:53"), timedelta(hours=6), work.remind, None, waking(schedule))


def calling(schedule: Schedule, moment: datetime) -> datetime:
    """The moment itself, or the end of the quiet hours in which it lies."""
    local = moment.astimezone(CITY)
    if not is_quiet(schedule, local.time()):
        return moment
    hour, minute = clock_time(schedule.quiet_hours.partition("-")[2]) or (0, 0)
    end = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return end if end > local else end + DAY


def minding(schedule: Schedule, clock: ExamClock) -> Exams:
    """Nobody is called in the quiet hours."""

    async def mind(database: Database, now: datetime) -> bool:
        return await clock.tick(database, now, call_from=calling(schedule, now))

    return mind


def _at(text: str, **fields: str) -> CronTrigger:
    hour, minute = clock_time(text) or (0, 0)
    return CronTrigger(hour=hour, minute=minute, timezone=CITY, **fields)


async def new_day(rules: Rules, database: Database, now: datetime) -> None:
    """Bring today's view up to date for everyone of whom something begins or ends; then what is owed this year.

    A rule that begins today concerns everybody.
    """
    await take_effect(database, rules, now)
    await refresh_people(database, rules, now)
    await fill_owed(database, rules, day_of(now).year)


async def refresh_people(database: Database, rules: Rules, now: datetime) -> None:
    async with database.write() as tx:
        await units.refresh(tx, await units.due_for_refresh(tx, day_of(now)), day_of(now))
    while True:
        async with database.write() as tx:
            due = await people.due_for_refresh(tx, day_of(now))
            if not due:
                return
            await people.refresh(tx, due, day_of(now), rules.statuses_on(day_of(now)))


async def forget_old(database: Database, now: datetime) -> None:
    """Acts seen more than a day ago."""
    while True:
        async with database.write() as tx:
            if not await inbox.forget(tx, now - INBOX_LIFE):
                return


class Scheduler:
    """One task a process. `exams` looks after them at every tick, and says whether there is mail."""

    def __init__(
        self,
        database: Database,
        todo: Sequence[Job],
        work: Jobs,
        clock: Clock,
        metrics: Metrics,
        on_mail: Callable[[], None],
        exams: Exams | None = None,
    ) -> None:
        self._database = database
        self._todo = todo
        self.work = work
        self._exams = exams
        self._clock = clock
        self._metrics = metrics
        self._on_mail = on_mail
        self._next: dict[str, datetime] = {}
        self._paused_until: dict[str, datetime] = {}

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                await self.tick()
            except Exception as error:  # the database is away
                _log.error("tick_failed", error=type(error).__name__, exc_info=error)
            await asyncio.sleep(TICK_SECONDS)

    async def tick(self) -> None:
        """Run every slot that is due, then go on with pushes that are not queued to the end."""
        now = self._clock()
        for job in self._todo:
            await self._guarded(job.name, now, partial(self._catch_up, job, now))
        await self.continue_pushes()
        if self._exams is not None:
            await self._guarded("exams", now, partial(self._mind_exams, self._exams, now))

    async def _mind_exams(self, exams: Exams, now: datetime) -> None:
        if await exams(self._database, now):
            self._on_mail()

    async def _guarded(self, name: str, now: datetime, work: Callable[[], Awaitable[None]]) -> None:
        """A bug in one job must not stop the others; it is tried again after a pause."""
        if self._paused_until.get(name, now) > now:
            return
        try:
            await work()
        except Exception as error:
            _log.error("job_failed", job=name, exc_info=error)
            self._paused_until[name] = now + PAUSE

    async def _catch_up(self, job: Job, now: datetime) -> None:
        due_at = self._next.get(job.name) or await self._first(job, now)
        while due_at <= now:
            await self._run(job, due_at, now)
            due_at = _following(job, due_at)
        self._next[job.name] = due_at

    async def _first(self, job: Job, now: datetime) -> datetime:
        async with self._database.read() as tx:
            last = await jobs.last_slot(tx, job.name)
        # A first start owes nothing; after a long stop only slots within the grace are worth looking at.
        return _following(job, max(last, now - job.grace - timedelta(days=2)) if last else now)

    async def _run(self, job: Job, due_at: datetime, now: datetime) -> None:
        late = now - due_at
        in_time = late <= ON_TIME or (late <= job.grace and job.may_run_late(now))
        outcome = jobs.RAN if in_time else jobs.SKIPPED
        async with self._database.write() as tx:
            mine = await jobs.take(tx, job.name, due_at, now, outcome)
            if mine and outcome == jobs.RAN and job.effect is not None:
                await job.effect(tx, now)
        if not mine:
            return
        self._metrics.jobs.labels(job.name, outcome).inc()
        _log.info("job", job=job.name, due_at=due_at.isoformat(), outcome=outcome)
        if outcome == jobs.RAN and job.aside is not None:
            await job.aside(self._database, now)
        self._on_mail()

    async def continue_pushes(self) -> None:
        """Queue the next slices of ordered pushes."""
        async with self._database.read() as tx:
            unfinished = await daily.wanted_pushes(tx)
        for wanted in unfinished:
            name = f"push {wanted.day} {wanted.group}"
            await self._guarded(name, self._clock(), partial(self._push_slice, wanted))

    async def _push_slice(self, wanted: daily.PushWanted) -> None:
        async with self._database.write() as tx:
            await self.work.push_slice(tx, wanted, self._clock())
        self._on_mail()


def _following(job: Job, moment: datetime) -> datetime:
    """The first slot after `moment`."""
    found: datetime | None = job.trigger.get_next_fire_time(moment, moment)
    if found is None:
        raise ValueError(f"{job.name} never fires again")
    return found
