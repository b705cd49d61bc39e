"""The clock: every slot once, in however many processes, and what is too old is left out."""

import asyncio
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from apscheduler.triggers.cron import CronTrigger
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, update
from structlog.testing import capture_logs

from bot.config import Schedule
from bot.scheduler import FILE_LIFE, INBOX_LIFE, PAUSE, Scheduler, forget_old, heads_slot, job_list
from bot.slots import Job
from handlers.actions.heads import Key
from handlers.heads_job import HeadsJob
from storage import inbox, jobs, outbox, people, tables
from storage.database import Database, Tx
from storage.media import kept
from storage.outbox import Draft
from tests.databases import on_postgresql
from tests.handlers.city import SINGLE, add_person, populate
from tests.handlers.stage import MONDAY, Stage, at
from training.calendar import CITY, DAY
from training.people import Fact, Field

PUSHES = ("zhou", "chen", "wu", "wu2", "admin")
HOURLY = CronTrigger(minute=5, timezone=CITY)


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    with capture_logs() as found:
        yield found


@pytest.fixture
async def stage(database: Database) -> Stage:
    await populate(database)
    made = Stage(database)
    made.clock.to(MONDAY, "9:00")
    return made


def scheduler(stage: Stage, *todo: Job) -> Scheduler:
    listed = todo or job_list(Schedule(), stage.jobs)
    return Scheduler(stage.database, listed, stage.jobs, stage.clock, stage.metrics, stage.sender.wake)


async def received(stage: Stage) -> dict[str, int]:
    """Account → how many messages since the last look."""
    await stage.send_all()
    found = {account: len(box) for account, box in stage.wire.boxes.items() if box}
    stage.wire.boxes.clear()
    return found


async def runs(stage: Stage, name: str) -> list[tuple[datetime, str]]:
    job = tables.job_run.c
    async with stage.database.read() as tx:
        rows = await tx.execute(select(job.due_at, job.outcome).where(job.job == name).order_by(job.due_at))
        return [(row.due_at, row.outcome) for row in rows]


async def test_the_daily_question_goes_out_at_seven_past_nine(stage: Stage) -> None:
    clock = scheduler(stage)
    await clock.tick()
    stage.clock.to(MONDAY, "9:06:59")
    await clock.tick()
    assert await received(stage) == {}
    stage.clock.to(MONDAY, "9:07")
    await clock.tick()
    assert await received(stage) == dict.fromkeys(PUSHES, 1) | {"wu": 2, "wu2": 2}
    assert await runs(stage, "daily_push") == [(at(MONDAY, "9:07"), jobs.RAN)]
    for _ in range(3):
        stage.clock.on(seconds=1)
        await clock.tick()
    assert await received(stage) == {}


async def test_the_end_of_a_week(stage: Stage) -> None:
    """Pushes on working days; the reminder only for the one who wants it; the cards of Friday greyed at the end."""
    stage.clock.to(MONDAY + 3 * DAY, "0:04")
    clock = scheduler(stage)
    await clock.tick()
    await stage.phone("zhou")("免打扰 提醒")
    await received(stage)
    pushed, reminded, closed = list[dict[str, int]](), list[dict[str, int]](), list[dict[str, int]]()
    for n in range(3, 8):
        for time, found in (("0:05", closed), ("9:07", pushed), ("16:37", reminded)):
            stage.clock.to(MONDAY + n * DAY, time)
            await clock.tick()
            found.append(await received(stage))
    everybody = dict.fromkeys(PUSHES, 1) | {"wu": 2, "wu2": 2}
    assert pushed == [everybody, everybody, {}, {}, everybody]
    assert reminded == [{"zhou": 1}, {"zhou": 1}, {}, {}, {"zhou": 1}]
    assert closed == [{}] * 4 + [dict.fromkeys(PUSHES, 1)]


async def test_a_first_start_owes_nothing(stage: Stage) -> None:
    stage.clock.to(MONDAY, "9:08")
    await scheduler(stage).tick()
    assert await received(stage) == {}
    assert await runs(stage, "daily_push") == []


@pytest.mark.parametrize(("time", "outcome"), [("9:08", jobs.RAN), ("15:07", jobs.RAN), ("15:07:01", jobs.SKIPPED)])
async def test_a_restart_catches_up_within_the_grace(stage: Stage, time: str, outcome: str) -> None:
    first = scheduler(stage)
    await first.tick()
    stage.clock.to(MONDAY, "9:07")
    await first.tick()
    await received(stage)
    stage.clock.to(MONDAY + DAY, time)  # it was down at 9:07
    await scheduler(stage).tick()
    assert (await runs(stage, "daily_push"))[1:] == [(at(MONDAY + DAY, "9:07"), outcome)]
    assert bool(await received(stage)) is (outcome == jobs.RAN)


@pytest.mark.parametrize(
    ("daily_at", "started_at", "outcome"),
    [
        ("19:30", "19:59", jobs.RAN),
        ("19:30", "20:00", jobs.SKIPPED),  # late, and people are resting
        ("20:30", "20:30", jobs.RAN),  # the city wants it so
        ("20:30", "20:36", jobs.SKIPPED),
    ],
)
async def test_what_is_late_respects_the_quiet_hours(
    stage: Stage, daily_at: str, started_at: str, outcome: str
) -> None:
    listed = job_list(Schedule(daily_at=daily_at), stage.jobs)
    async with stage.database.write() as tx:
        await jobs.take(tx, "daily_push", at(MONDAY - DAY, daily_at), stage.clock(), jobs.RAN)
    stage.clock.to(MONDAY, started_at)
    await scheduler(stage, *listed).tick()
    assert (await runs(stage, "daily_push"))[-1] == (at(MONDAY, daily_at), outcome)


async def test_after_a_long_stop_only_the_last_days_are_looked_at(stage: Stage) -> None:
    async with stage.database.write() as tx:
        await jobs.take(tx, "daily_push", at(date(2026, 3, 2), "9:07"), stage.clock(), jobs.RAN)
    stage.clock.to(MONDAY, "12:00")
    await scheduler(stage).tick()
    found = await runs(stage, "daily_push")
    assert found[-1] == (at(MONDAY, "9:07"), jobs.RAN)
    assert len(found) <= 4
    assert {outcome for _, outcome in found[1:-1]} <= {jobs.SKIPPED}
    assert set((await received(stage)).values()) <= {1, 2}


async def test_the_heads_go_once_a_week_on_the_first_working_day_it_runs(stage: Stage) -> None:
    key = Key(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
    job = HeadsJob("wecom", lambda push, ref, mass: stage.wire.freeze(push, ref, mass=mass), lambda: key)
    clock = scheduler(stage, heads_slot(Schedule(), job))
    weeks = []
    for day in range(8):
        stage.clock.to(MONDAY + day * DAY, "8:42")
        await clock.tick()
        stage.clock.to(MONDAY + day * DAY, "8:44")
        await clock.tick()
        weeks.append(await received(stage))
    # The first look only marks where it begins; Saturday and Sunday are no working days.
    assert [sorted(week) for week in weeks if week] == [["admin"], ["admin"]]
    assert weeks[7] == {"admin": 1}


@on_postgresql
async def test_two_processes_push_once(stage: Stage) -> None:
    other = Stage(stage.database, stage.clock)
    clocks = scheduler(stage), scheduler(other)
    await asyncio.gather(*(clock.tick() for clock in clocks))
    for n in range(3):
        stage.clock.to(MONDAY + n * DAY, "9:07")
        await asyncio.gather(*(clock.tick() for clock in clocks))
        await asyncio.gather(stage.send_all(), other.send_all())
    boxes = [*stage.wire.boxes.items(), *other.wire.boxes.items()]
    assert {name: sum(len(box) for who, box in boxes if who == name) for name in PUSHES} == {
        name: 6 if name in ("wu", "wu2") else 3 for name in PUSHES
    }
    assert len(await runs(stage, "daily_push")) == 3


async def test_a_slot_belongs_to_whoever_writes_it(stage: Stage) -> None:
    ran: list[datetime] = []

    async def effect(tx: Tx, now: datetime) -> None:
        ran.append(now)

    job = Job("effect", HOURLY, timedelta(hours=1), effect)
    one, other = scheduler(stage, job), scheduler(stage, job)
    for clock in (one, other):
        await clock.tick()
    stage.clock.to(MONDAY, "9:05")
    for clock in (one, other, one):
        await clock.tick()
    assert ran == [at(MONDAY, "9:05")]


async def test_a_bug_in_one_job_stops_no_other(stage: Stage, logged: list[Any]) -> None:
    ran: list[datetime] = []

    async def bug(tx: Tx, now: datetime) -> None:
        raise RuntimeError("bug")

    async def effect(tx: Tx, now: datetime) -> None:
        ran.append(now)

    hour = timedelta(hours=1)
    clock = scheduler(stage, Job("bug", HOURLY, hour, bug), Job("effect", HOURLY, hour, effect))
    await clock.tick()
    stage.clock.to(MONDAY, "9:05")
    await clock.tick()
    await clock.tick()
    assert ran == [stage.clock()]
    assert [line["job"] for line in logged if line["event"] == "job_failed"] == ["bug"]  # and then it pauses
    stage.clock.now += PAUSE
    await clock.tick()
    assert [line["job"] for line in logged if line["event"] == "job_failed"] == ["bug"] * 2
    assert await runs(stage, "bug") == []  # its slot is still to be had
    stage.clock.to(MONDAY, "10:05:01")
    await clock.tick()
    assert await runs(stage, "effect") == [(at(MONDAY, "9:05"), jobs.RAN), (at(MONDAY, "10:05"), jobs.RAN)]


async def test_what_was_seen_is_forgotten_after_a_day(stage: Stage) -> None:
    clock = scheduler(stage)
    stage.clock.to(MONDAY, "9:16")
    await clock.tick()
    seen = [
        inbox.Seen(key, "zhou", when, b"<xml/>")
        for key, when in (("old", at(MONDAY - DAY, "9:16:59")), ("new", at(MONDAY - DAY, "9:17")))
    ]
    async with stage.database.write() as tx:
        await inbox.remember(tx, seen)
    stage.clock.to(MONDAY, "9:17")
    await clock.tick()
    async with stage.database.read() as tx:
        assert set(await inbox.replies(tx, ["old", "new"])) == {"new"}


async def test_what_begins_today_holds_at_midnight(stage: Stage) -> None:
    async with stage.database.write() as tx:
        fact = Fact("R1", Field.CATEGORY, "leader", MONDAY + DAY, stage.clock())
        await people.add(tx, [fact], [], [], by="test", now=stage.clock(), today=MONDAY)
        await add_person(tx, "R9", "new", since=MONDAY + DAY)
    clock = scheduler(stage)
    await clock.tick()
    for time in ("0:01", "9:07"):
        stage.clock.to(MONDAY + DAY, time)
        await clock.tick()
    texts = {name: (await stage.phone(name).read()) for name in ("zhou", "new", "chen")}
    assert texts["zhou"] == texts["chen"] != ""
    assert SINGLE.stem in texts["new"]


async def test_a_push_that_was_cut_goes_on_at_the_next_tick(stage: Stage) -> None:
    async with stage.database.write() as tx:
        stage.clock.to(MONDAY, "9:07")
        await stage.jobs.daily_push(tx, stage.clock())  # ordered, and then the process died
    assert await received(stage) == {}
    await scheduler(stage).tick()
    assert set(await received(stage)) == set(PUSHES)


async def test_every_job_fires_and_none_in_a_congested_minute(stage: Stage) -> None:
    for job in job_list(Schedule(), stage.jobs):
        first = job.trigger.get_next_fire_time(None, at(MONDAY, "0:00"))
        assert first is not None
        assert job.trigger.get_next_fire_time(first, first) > first
        if job.name in ("daily_push", "remind", "calendar"):
            assert 2 <= first.minute % 30 <= 28


async def test_old_acts_and_files_that_were_sent_are_forgotten(stage: Stage) -> None:
    now = stage.clock()
    async with stage.database.write() as tx:
        for name, ago in (("old", FILE_LIFE + timedelta(seconds=1)), ("young", FILE_LIFE - timedelta(seconds=1))):
            file = kept(f"{name}.png", "image", b"123456")
            one = Draft("message/send", b"{}", ("zhou",), file)
            await outbox.add(tx, "wecom", name, [one], lane=name, mass=True, now=now - ago)
        await tx.execute(update(tables.outbox).values(state=outbox.State.SENT))
        seen = [inbox.Seen(f"m{n}", "zhou", now - n * INBOX_LIFE - timedelta(seconds=1), b"") for n in range(2)]
        await inbox.remember(tx, seen)
    await forget_old(stage.database, now)
    async with stage.database.read() as tx:
        assert list((await tx.execute(select(tables.media.c.name))).scalars()) == ["young.png"]
        assert list((await tx.execute(select(tables.inbox.c.key))).scalars()) == ["m0"]
