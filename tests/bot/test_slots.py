"""A slot whose process dies, is frozen or fails: what it began is done, and nobody is held up."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.metrics import Metrics
from bot.scheduler import PAUSE, Scheduler
from bot.slots import Job, Slots
from storage import feedback, jobs
from storage.database import Database, Tx, lost
from storage.scope import EVERYTHING
from tests.bot.test_scheduler import HOURLY, runs
from tests.databases import on_postgresql
from tests.handlers.stage import MONDAY, Stage, at

HOUR = timedelta(hours=1)
Aside = Callable[[Database, datetime], Awaitable[None]]


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    with capture_logs() as found:
        yield found


@pytest.fixture
def stage(database: Database) -> Stage:
    made = Stage(database)
    made.clock.to(MONDAY, "9:00")
    return made


def scheduler(stage: Stage, *todo: Job) -> Scheduler:
    return Scheduler(stage.database, todo, stage.jobs, stage.clock, stage.metrics, stage.sender.wake)


def slots(stage: Stage, **seconds: float) -> Slots:
    return Slots(stage.database, stage.clock, Metrics(), stage.sender.wake, **seconds)


def with_aside(aside: Aside) -> Job:
    return Job("aside", HOURLY, HOUR, aside=aside)


async def counts(ran: list[datetime], now: datetime) -> None:
    ran.append(now)


async def die_at(stage: Stage, clock: str) -> None:
    """A process that takes the slot and is killed in its aside."""
    begun = asyncio.Event()

    async def never_ends(database: Database, now: datetime) -> None:
        begun.set()
        await asyncio.Event().wait()

    process = scheduler(stage, with_aside(never_ends))
    await process.tick()
    stage.clock.to(MONDAY, clock)
    dying = asyncio.create_task(process.tick())
    await begun.wait()
    dying.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await dying


async def test_what_a_killed_process_began_is_done_by_the_next(stage: Stage) -> None:
    ran: list[datetime] = []
    job = with_aside(lambda _, now: counts(ran, now))
    await die_at(stage, "9:05")
    others = scheduler(stage, job), scheduler(stage, job)
    for other in others:
        await other.tick()
    assert (await runs(stage, "aside"), ran) == ([(at(MONDAY, "9:05"), jobs.BEGUN)], [])
    stage.clock.now += jobs.LEASE
    for other in others:
        await other.tick()
    assert (await runs(stage, "aside"), ran) == ([(at(MONDAY, "9:05"), jobs.RAN)], [stage.clock()])


async def test_two_who_find_it_do_it_once(stage: Stage) -> None:
    ran: list[datetime] = []
    await die_at(stage, "9:05")
    stage.clock.now += jobs.LEASE
    job = with_aside(lambda _, now: counts(ran, now))
    await asyncio.gather(*(scheduler(stage, job).tick() for _ in range(4)))
    assert len(ran) == 1


async def test_beyond_its_grace_it_is_given_up(stage: Stage, logged: list[Any]) -> None:
    ran: list[datetime] = []
    await die_at(stage, "9:05")
    stage.clock.to(MONDAY, "10:05:01")
    await scheduler(stage, with_aside(lambda _, now: counts(ran, now))).tick()
    assert await runs(stage, "aside") == [
        (at(MONDAY, "9:05"), jobs.GIVEN_UP),
        (at(MONDAY, "10:05"), jobs.RAN),
    ]
    assert ran == [stage.clock()]
    assert [line["outcome"] for line in logged if line["event"] == "job"] == [jobs.RAN, jobs.GIVEN_UP]


async def test_an_aside_that_fails_is_tried_again(stage: Stage, logged: list[Any]) -> None:
    tries: list[datetime] = []

    async def fails_once(database: Database, now: datetime) -> None:
        tries.append(now)
        if len(tries) == 1:
            raise RuntimeError("bug")

    clock = scheduler(stage, with_aside(fails_once))
    await clock.tick()
    stage.clock.to(MONDAY, "9:05")
    await clock.tick()
    assert await runs(stage, "aside") == [(at(MONDAY, "9:05"), jobs.BEGUN)]
    stage.clock.now += PAUSE
    await clock.tick()
    stage.clock.now += jobs.LEASE
    await clock.tick()
    assert await runs(stage, "aside") == [(at(MONDAY, "9:05"), jobs.RAN)]
    assert tries == [at(MONDAY, "9:05"), stage.clock()]
    assert [line["job"] for line in logged if line["event"] == "job_failed"] == ["aside"]


async def test_the_lease_of_a_long_one_is_renewed(stage: Stage) -> None:
    """For three leases; the other process looks all the time."""
    ran: list[str] = []
    other = slots(stage)

    async def long(database: Database, now: datetime) -> None:
        ran.append("long")
        for _ in range(6):
            stage.clock.now += jobs.LEASE / 2
            await asyncio.sleep(0.1)
            await other.catch_up(with_aside(again))

    async def again(database: Database, now: datetime) -> None:
        ran.append("again")

    one = slots(stage, renew_seconds=0.01)
    for clock in (one, other):
        await clock.catch_up(with_aside(long))
    stage.clock.to(MONDAY, "9:05")
    await one.catch_up(with_aside(long))
    assert ran == ["long"]
    assert await runs(stage, "aside") == [(at(MONDAY, "9:05"), jobs.RAN)]


async def test_one_that_waits_stops_no_other(stage: Stage) -> None:
    ran: asyncio.Queue[datetime] = asyncio.Queue()
    stuck = asyncio.Event()

    async def wait(database: Database, now: datetime) -> None:
        stuck.set()
        await asyncio.Event().wait()

    async def effect(tx: Tx, now: datetime) -> None:
        ran.put_nowait(now)

    clock = scheduler(stage, Job("stuck", HOURLY, HOUR, aside=wait), Job("effect", HOURLY, HOUR, effect))
    await clock.tick()
    stage.clock.to(MONDAY, "9:05")
    running = asyncio.create_task(clock.run())
    async with asyncio.timeout(5):
        await stuck.wait()
        assert await ran.get() == at(MONDAY, "9:05")
        stage.clock.to(MONDAY, "10:05")
        assert await ran.get() == at(MONDAY, "10:05")
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


class Frozen:
    """An effect that says nothing to the database for a while, at its first runs."""

    def __init__(self, *seconds: float) -> None:
        self.seconds = list(seconds)
        self.begun = asyncio.Event()

    async def __call__(self, tx: Tx, now: datetime) -> None:
        await feedback.add(tx, "p1", "effect", now)
        self.begun.set()
        if self.seconds:
            await asyncio.sleep(self.seconds.pop(0))


async def effects(stage: Stage) -> int:
    async with stage.database.read() as tx:
        return len(await feedback.waiting(tx, EVERYTHING))


@on_postgresql
async def test_a_frozen_process_loses_the_slot_to_another(stage: Stage) -> None:
    frozen, other = slots(stage, idle_seconds=0.3), slots(stage)
    sleeper = Frozen(1.5)
    one, two = Job("j", HOURLY, HOUR, sleeper), Job("j", HOURLY, HOUR, Frozen())
    await frozen.catch_up(one)
    await other.catch_up(two)
    stage.clock.to(MONDAY, "9:05")
    holding = asyncio.create_task(frozen.catch_up(one))
    await sleeper.begun.wait()
    begun = time.monotonic()
    await other.catch_up(two)
    assert time.monotonic() - begun < 1.2
    with pytest.raises(Exception) as caught:
        await holding
    assert lost(caught.value)
    await frozen.catch_up(one)  # it goes on, with a new connection
    assert await effects(stage) == 1
    stage.clock.to(MONDAY, "10:05")
    await frozen.catch_up(one)
    assert await effects(stage) == 2


@on_postgresql
async def test_one_that_thinks_long_gets_more_time(stage: Stage, logged: list[Any]) -> None:
    clock = slots(stage, idle_seconds=0.2)
    job = Job("j", HOURLY, HOUR, Frozen(0.5, 0.5, 0.5))
    await clock.catch_up(job)
    stage.clock.to(MONDAY, "9:05")
    with pytest.raises(Exception) as caught:
        await clock.catch_up(job)
    assert lost(caught.value)
    await clock.catch_up(job)
    assert await effects(stage) == 1


@on_postgresql
async def test_one_that_is_cut_off_is_one_line_in_the_log(stage: Stage, logged: list[Any]) -> None:
    async def looks_after(database: Database, now: datetime) -> bool:
        async with database.write(idle_seconds=0.1) as tx:
            await feedback.add(tx, "p1", "effect", now)
            await asyncio.sleep(0.3)
        return True

    clock = Scheduler(
        *(stage.database, (), stage.jobs, stage.clock, stage.metrics, stage.sender.wake),
        minded={"minded": looks_after},
    )
    await clock.tick()
    assert [(line["event"], line["job"]) for line in logged] == [("job_cut_off", "minded")]
    assert "exc_info" not in logged[0]


async def test_nobody_sleeps_over_a_slot(stage: Stage) -> None:
    clock, job = slots(stage), with_aside(lambda _, now: counts([], now))
    assert clock.until_next("aside", at_most=0.5) == 0.5
    await clock.catch_up(job)
    for time_of_day, seconds in (("9:04:59", 0.5), ("9:05:00", 0.5)):
        stage.clock.to(MONDAY, time_of_day)
        assert clock.until_next("aside", at_most=0.5) == seconds  # the second one is due, and perhaps pausing
    stage.clock.now -= timedelta(seconds=0.2)
    assert clock.until_next("aside", at_most=0.5) == pytest.approx(0.2)
