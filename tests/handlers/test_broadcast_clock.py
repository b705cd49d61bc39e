"""What the clock does for broadcasts: series over months, quiet hours, and being cut off anywhere."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from bot.config import Schedule
from bot.scheduler import waking
from storage import broadcasts, calendar, tables
from storage.database import Database, Tx
from tests.handlers import broadcast_town as town
from tests.handlers.broadcast_town import NOTICE, NOW, clock, placed, run, sent, single
from tests.handlers.stage import MONDAY, at
from training.broadcasts import Audience, Every, Kind, Repeat, Settings, State, Until
from training.calendar import CITY, DAY

AWAKE = waking(Schedule())
WEEKLY = Repeat(Every.WEEK, 9, 7, day=1)
QUIZ = Settings(Kind.QUIZ, title="周测", draw=1, until=Until(days=4, hour=18), repeat=WEEKLY)


@dataclass
class Cut:
    """A database whose process is killed at the n-th transaction that writes: before its commit, or right after."""

    real: Database
    at: int
    committed: bool

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        self.at -= 1
        if self.at < 0:
            raise Killed
        async with self.real.write() as tx:
            yield tx
            if self.at == 0 and not self.committed:
                raise Killed
        if self.at == 0:
            raise Killed

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        async with self.real.read() as tx:
            yield tx


class Killed(Exception):
    pass


async def outcome(database: Database) -> dict[str, Any]:
    """Everything that a sending leaves behind."""
    async with database.read() as tx:
        box = [(r.ref, r.part, r.body, r.lane, r.due_at) for r in await town.rows(tx, tables.outbox)]
        names = ("broadcast_receiver", "broadcast_part", "broadcast_question", "push_week", "focus")
        others = {name: [tuple(r) for r in await town.rows(tx, getattr(tables, name))] for name in names}
        row = tables.broadcast.c
        standing = select(row.number, row.state, row.slot, row.send_at, row.pending).order_by(row.number)
        ends = [tuple(r) for r in await tx.execute(standing)]
    return {"outbox": box, "broadcast": ends, **others}


async def prepared(database: Database) -> None:
    await town.build(database, single(1), single(2))
    numbers = await town.fill(database, 4500)
    await town.plain(database, *numbers[::7])
    await town.mute(database, *numbers[5::11])
    await town.sits(database, *numbers[3::90], until=NOW + timedelta(minutes=40))
    await placed(database, replace(QUIZ, text="请作答", repeat=replace(WEEKLY, hour=10, minute=7)))


LATER = NOW + timedelta(minutes=8)
WRITES = 5  # the series makes one, it begins, three slices


@pytest.fixture
async def whole(database: Database) -> dict[str, Any]:
    """What is left behind when nothing goes wrong; the database is empty again."""
    await prepared(database)
    counting = Cut(database, 10_000, committed=False)
    await run(cast(Database, counting), LATER)
    assert 10_000 - counting.at == WRITES
    return await outcome(database)


async def test_killed_at_every_transaction(home: Any, database: Database, whole: dict[str, Any]) -> None:
    assert len(whole["outbox"]) == 14 and whole["broadcast"][1][1] == "open"
    for committed in (False, True):
        for place in range(1, WRITES + 1):
            await home.clean()
            await prepared(database)
            with pytest.raises(Killed):
                await run(cast(Database, Cut(database, place, committed)), LATER)
            await run(database, LATER)
            found = await outcome(database)
            if (place, committed) == (1, False):  # the number that was never given is not given again on PostgreSQL
                found, expected = unnumbered(found), unnumbered(whole)
            else:
                expected = whole
            assert found == expected, (place, committed)


def unnumbered(left: dict[str, Any]) -> dict[str, Any]:
    states = [state for _, state, *_ in left["broadcast"]]
    receivers = [row[1:] for row in left["broadcast_receiver"]]
    return {"states": states, "receivers": receivers, "calls": len(left["outbox"]), "pushes": left["push_week"]}


def local(moment: datetime) -> tuple[int, int, str]:
    """Month, day, time in the city."""
    there = moment.astimezone(CITY)
    return there.month, there.day, f"{there:%H:%M}"


def slots(rows: list[Any]) -> list[tuple[int, int, str]]:
    return [local(row.slot) for row in rows if row.slot]


async def all_rows(database: Database) -> list[Any]:
    async with database.read() as tx:
        return await town.rows(tx, tables.broadcast)


async def test_a_series_over_months(database: Database) -> None:
    """Every Monday; the one in the holidays waits for the first working day. What was asked is not asked again."""
    await town.build(database, *(single(n) for n in range(1, 4)))
    async with database.write() as tx:
        off = {date(2026, 12, 7): (False, "放假"), date(2026, 12, 8): (False, "放假")}
        await calendar.keep(tx, off)
    last = replace(QUIZ, repeat=replace(WEEKLY, last=date(2026, 12, 21)))
    series = await placed(database, last, "A1", awake=AWAKE)
    assert (series.state, series.send_at) == (State.REPEATING, at(date(2026, 11, 30), "09:07"))
    moment = NOW
    while moment < at(date(2027, 1, 4)):
        await run(database, moment, clock(AWAKE))
        moment += timedelta(hours=1)
    found = await all_rows(database)
    days = [(11, 30, "09:07"), *((12, n, "09:07") for n in (7, 14, 21))]
    assert slots(found) == days
    made = [row for row in found if row.series]
    assert {row.series for row in made} == {series.number} and {row.state for row in made} == {"open"}
    began = [(month, day, "10:00") for month, day, _ in days]  # the clock of this test looks once an hour
    assert [local(row.send_at) for row in made] == [began[0], (12, 9, "09:00"), *began[2:]]
    assert made[1].closes_at == at(date(2026, 12, 13), "18:00")  # four days after it went out
    async with database.read() as tx:
        asked = [row.question for row in await town.rows(tx, tables.broadcast_question)]
    assert sorted(asked[:3]) == ["s1", "s2", "s3"] and asked[3] == asked[0]
    assert found[0].state == "closed"


async def test_a_slot_twice_is_once(database: Database) -> None:
    await town.build(database, single())
    series = await placed(database, QUIZ)
    slot = at(date(2026, 11, 30), "09:07")
    await run(database, slot)
    made = await all_rows(database)
    async with database.write() as tx:
        settings = {"state": State.PLANNED, "sender": "", "via": "clock", "now": slot}
        again = await broadcasts.add(tx, QUIZ, **settings, series=series.number, slot=slot)  # type: ignore[arg-type]
    assert again == 0 and await all_rows(database) == made and len(made) == 2


@pytest.mark.parametrize(("late", "made"), [(timedelta(hours=6), 1), (timedelta(hours=6, seconds=1), 0)])
async def test_a_slot_of_more_than_six_hours_ago_is_skipped(database: Database, late: timedelta, made: int) -> None:
    await town.build(database, single())
    series = await placed(database, QUIZ)
    slot = at(date(2026, 11, 30), "09:07")
    await run(database, slot + late)
    assert len(await all_rows(database)) == 1 + made
    row = await town.one(database, series.number)
    assert row.send_at == slot + 7 * DAY
    assert row.note == ("" if made else "skipped: 2026-11-30T01:07:00+00:00")


async def test_after_a_long_stop_only_the_last_slot(database: Database) -> None:
    await town.build(database, single())
    await placed(database, QUIZ)
    await run(database, at(date(2026, 12, 21), "09:30"))
    assert slots(await all_rows(database)) == [(12, 21, "09:07")]


async def test_a_series_of_somebody_who_may_not_any_more_ends(database: Database) -> None:
    await town.build(database, single())
    await town.add_people(database, ("R1", {}))
    series = await placed(database, QUIZ, "A2")
    await town.become(database, "A2", role="learner")
    await run(database, at(date(2026, 11, 30), "09:07"))
    assert [row.state for row in await all_rows(database)] == ["stopped"]
    [told] = await sent(database)
    assert told.receivers == "a2" and "以后也不再发送" in told.body.decode()
    assert series.number == 1


async def test_days_that_were_changed_meanwhile(database: Database) -> None:
    """The first working day of the month was another one when the slot was set."""
    await town.build(database, single())
    rule = Repeat(Every.FIRST_WORKING_DAY, 9, 7)
    series = await placed(database, replace(QUIZ, repeat=rule))
    assert series.send_at == at(date(2026, 12, 1), "09:07")
    async with database.write() as tx:
        await calendar.keep(tx, {date(2026, 12, 1): (False, "放假")})
    await run(database, at(date(2026, 12, 1), "09:07"))
    assert (await town.one(database, series.number)).send_at == at(date(2026, 12, 2), "09:07")
    await run(database, at(date(2026, 12, 2), "09:07"))
    assert slots(await all_rows(database)) == [(12, 2, "09:07")]


@pytest.mark.parametrize(
    ("now", "wanted", "goes"),
    [
        (at(MONDAY, "10:30"), None, at(MONDAY, "10:30")),  # confirmed for now: at once
        (at(MONDAY, "21:00"), None, at(MONDAY + DAY, "08:02")),
        (NOW, at(MONDAY, "19:59"), at(MONDAY + DAY, "08:02")),  # off the congested minutes it is night
        (NOW, at(MONDAY, "14:29"), at(MONDAY, "14:32")),
        (NOW, at(MONDAY + 5 * DAY, "10:10"), at(MONDAY + 7 * DAY, "08:02")),
    ],
)
async def test_when_it_goes_out(database: Database, now: datetime, wanted: datetime | None, goes: datetime) -> None:
    await town.build(database)
    made = await placed(database, replace(NOTICE, at=wanted), now=now, awake=AWAKE)
    assert made.send_at == goes
    await run(database, goes - timedelta(seconds=1), clock(AWAKE))
    assert await sent(database) == []
    await run(database, goes, clock(AWAKE))
    assert {row.due_at for row in await sent(database)} == {goes}


async def test_urgent_ones_go_out_at_night(database: Database) -> None:
    await town.build(database)
    night = at(MONDAY + 5 * DAY, "23:00")
    made = await placed(database, replace(NOTICE, urgent=True), "A1", now=night, awake=AWAKE)
    assert made.send_at == night
    await run(database, night, clock(AWAKE))
    assert {row.due_at for row in await sent(database)} == {night}


async def test_a_process_that_stood_still_until_night(database: Database) -> None:
    await town.build(database)
    made = await placed(database, replace(NOTICE, at=at(MONDAY, "19:10")), awake=AWAKE)
    await run(database, at(MONDAY, "20:10"), clock(AWAKE))
    row = await town.one(database, made.number)
    assert (row.state, row.send_at) == ("planned", at(MONDAY + DAY, "08:02"))
    assert row.closes_at == at(MONDAY + 4 * DAY, "00:00")
    await run(database, at(MONDAY + DAY, "08:02"), clock(AWAKE))
    assert len(await sent(database)) == 1


async def test_cut_off_in_the_evening_the_rest_waits_for_the_morning(database: Database) -> None:
    await town.build(database)
    await town.fill(database, 2500)
    await placed(database, replace(NOTICE, audience=Audience(units=("sfj",))), now=at(MONDAY, "19:50"), awake=AWAKE)
    with pytest.raises(Killed):
        await run(cast(Database, Cut(database, 2, committed=True)), at(MONDAY, "19:50"), clock(AWAKE))
    await run(database, at(MONDAY, "21:00"), clock(AWAKE))
    due = [row.due_at for row in await sent(database)]
    assert due == [at(MONDAY, "19:50")] * 2 + [at(MONDAY + DAY, "08:02")]


async def test_a_quiz_that_would_be_over_is_stopped(database: Database) -> None:
    await town.build(database, single())
    settings = replace(QUIZ, repeat=None, at=at(MONDAY, "14:10"), until=Until(at=at(MONDAY, "15:00")))
    made = await placed(database, settings, "A1")
    await run(database, at(MONDAY, "15:00"))
    assert (await town.one(database, made.number)).note == "closed"
    assert "已过截止时间" in (await sent(database))[0].body.decode()


async def test_one_that_fails_does_not_hold_the_others(database: Database) -> None:
    await town.build(database)
    await town.add_people(database, ("R1", {}), ("BAD", {"accounts": "@all"}))
    bad = await placed(database, town.to("BAD"))
    good = await placed(database, town.to("R1"))
    works = clock()
    for _ in range(3):
        try:
            await works.tick(database, NOW)
        except ValueError:
            continue
    assert [row.receivers for row in await sent(database)] == ["r1"]
    states = [(await town.one(database, made.number)).state for made in (bad, good)]
    assert states == ["sending", "open"]


async def test_nothing_to_do_is_one_look(database: Database) -> None:
    await town.build(database)
    await placed(database, replace(NOTICE, at=NOW + DAY))
    assert not await clock().tick(cast(Database, Cut(database, 0, committed=False)), NOW)
