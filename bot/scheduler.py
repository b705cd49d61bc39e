"""The clock: what is looked after again and again in every process, each thing by itself.

Jobs with slots are `bot.slots`; besides them the clock goes on with pushes that are not queued to the end, and
minds what is found by its state in the database. One that waits for a lock, or fails, stops no other.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Final

import structlog
from apscheduler.triggers.cron import CronTrigger

from bot.config import Schedule, clock_time, is_quiet
from bot.dispatcher import Clock
from bot.metrics import Metrics
from bot.slots import Job, Slots
from handlers.actions.standings import fill_owed
from handlers.actions.taking_effect import take_effect
from handlers.exam_clock import ExamClock
from handlers.heads_job import HeadsJob
from handlers.holding import Awake, always
from handlers.jobs import Jobs
from handlers.plan_job import PlanJob
from storage import daily, inbox, media, people, units
from storage.database import Database, lost
from training.calendar import CITY, DAY, day_of
from training.rules import Rules

TICK_SECONDS: Final = 0.5
PAUSE: Final = timedelta(seconds=10)  # after a failure
CUT_OFF_PAUSE: Final = timedelta(seconds=1)  # after a lost connection
INBOX_LIFE: Final = timedelta(hours=24)
FILE_LIFE: Final = timedelta(days=7)  # a person may still want it sent again
_log = structlog.get_logger(__name__)

Exams = Callable[[Database, datetime], Awaitable[bool]]


def waking(schedule: Schedule) -> Awake:
    """Whether a moment is outside the quiet hours; `always` when there are none."""
    start, _, end = schedule.quiet_hours.partition("-")
    if clock_time(start) == clock_time(end):
        return always
    return lambda moment: not is_quiet(schedule, moment.astimezone(CITY).time())


def job_list(schedule: Schedule, work: Jobs) -> tuple[Job, ...]:
    day, awake = timedelta(days=1), waking(schedule)
    return (
        Job("daily_push", at(schedule.daily_at), timedelta(hours=6), work.daily_push, None, awake),
        Job("remind", at(schedule.remind_at), timedelta(hours=2), work.remind, None, awake),
        Job("close_cards", CronTrigger(minute=5, timezone=CITY), day, effect=work.close_cards),
        Job("calendar", at("08:52", day_of_week="mon"), timedelta(hours=8), work.warn_of_calendar, None, awake),
        Job("new_day", CronTrigger(hour=0, minute=1, timezone=CITY), day, aside=partial(new_day, work.rules)),
        Job("forget", CronTrigger(minute=17, timezone=CITY), day, aside=forget_old),
    )


def heads_slot(schedule: Schedule, work: HeadsJob) -> Job:
    """Every working day; the job sends it once a week."""
    return Job("heads", at("08:43"), timedelta(hours=8), work.send_weekly, None, waking(schedule))


def plan_slot(schedule: Schedule, work: PlanJob) -> Job:
    """Every working day; the job knows on which of them there is a rung."""
    return Job("plan", at("09:53"), timedelta(hours=6), work.remind, None, waking(schedule))


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


def at(text: str, **fields: str) -> CronTrigger:
    """Of every day at `text` in the city, or on fewer by `fields`."""
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
    """Acts seen more than a day ago, and files that were sent more than a week ago."""
    for forget, before in ((inbox.forget, now - INBOX_LIFE), (media.forget_sent, now - FILE_LIFE)):
        while True:
            async with database.write() as tx:
                if not await forget(tx, before):
                    break


class Scheduler:
    """`exams` and what is in `minded` by name are called again and again, and say whether there is mail."""

    def __init__(
        self,
        database: Database,
        todo: Sequence[Job],
        work: Jobs,
        clock: Clock,
        metrics: Metrics,
        on_mail: Callable[[], None],
        exams: Exams | None = None,
        minded: Mapping[str, Exams] = MappingProxyType({}),
    ) -> None:
        self._database = database
        self.work = work
        self._clock = clock
        self._on_mail = on_mail
        self._paused_until: dict[str, datetime] = {}
        self._slots = Slots(database, clock, metrics, on_mail)
        several = {"exams": exams, **minded} if exams else minded
        self._all: dict[str, Callable[[], Awaitable[None]]] = {
            **{job.name: partial(self._slots.catch_up, job) for job in todo},
            "pushes": self.continue_pushes,
            **{name: partial(self._mind, mind) for name, mind in several.items()},
        }

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as group:
            for name, look in self._all.items():
                group.create_task(self._again_and_again(name, look), name=name)

    async def _again_and_again(self, name: str, look: Callable[[], Awaitable[None]]) -> None:
        while True:
            await self._guarded(name, look)
            await asyncio.sleep(self._slots.until_next(name, at_most=TICK_SECONDS))

    async def tick(self) -> None:
        """Look at everything once, one after the other."""
        for name, look in self._all.items():
            await self._guarded(name, look)

    async def _mind(self, mind: Exams) -> None:
        if await mind(self._database, self._clock()):
            self._on_mail()

    async def _guarded(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """A bug in one must not stop the others; it is tried again after a pause."""
        now = self._clock()
        if self._paused_until.get(name, now) > now:
            return
        try:
            await work()
        except Exception as error:
            if lost(error):
                _log.warning("job_cut_off", job=name, error=type(error).__name__)
            else:
                _log.error("job_failed", job=name, exc_info=error)
            self._paused_until[name] = now + (CUT_OFF_PAUSE if lost(error) else PAUSE)

    async def continue_pushes(self) -> None:
        """Queue the next slices of ordered pushes."""
        async with self._database.read() as tx:
            unfinished = await daily.wanted_pushes(tx)
        for wanted in unfinished:
            await self._guarded(f"push {wanted.day} {wanted.group}", partial(self._push_slice, wanted))

    async def _push_slice(self, wanted: daily.PushWanted) -> None:
        async with self._database.write() as tx:
            await self.work.push_slice(tx, wanted, self._clock())
        self._on_mail()
