"""What the clock does for activities: sign-in opens, people are invited once, organisers are reminded."""

import asyncio
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from handlers import activity_clock
from handlers.activity_clock import ActivityClock
from handlers.message import Push
from storage import activities as kept
from storage import tables, wishes
from storage.database import Database
from storage.outbox import Draft
from tests.handlers.activity_city import COURT, TUESDAY, WEDNESDAY, Hall, planned, populate, session
from tests.handlers.stage import MONDAY, at
from training.activities import HeldBy, State
from training.wishes import Wishes


@pytest.fixture
async def hall(database: Database) -> Hall:
    await populate(database)
    return Hall(database)


def freeze(push: Push, ref: str, _mass: bool) -> list[Draft]:
    return [Draft("message/send", repr(push.content).encode(), push.accounts)]


def clock(hall: Hall, *, awake: bool = True) -> ActivityClock:
    return ActivityClock(hall.rules, {"wecom": freeze}, lambda _moment: awake)


async def ticked(hall: Hall, now: datetime, *, awake: bool = True) -> bool:
    return await clock(hall, awake=awake).tick(hall.database, now)


async def mail(hall: Hall) -> list[tuple[str, ...]]:
    """The receivers of each request."""
    async with hall.database.read() as tx:
        rows = await tx.execute(select(tables.outbox.c.receivers).order_by(tables.outbox.c.id))
        return [tuple(receivers.split("|")) for (receivers,) in rows]


async def state(hall: Hall, number: int = 1) -> State:
    async with hall.database.read() as tx:
        found = await kept.one(tx, number)
    assert found is not None
    return found.state


async def test_sign_in_opens_half_an_hour_before(hall: Hall) -> None:
    await hall.hold()
    await ticked(hall, at(TUESDAY, "13:29:59"))
    assert await state(hall) is State.PUBLISHED
    await ticked(hall, at(TUESDAY, "13:30"))
    assert await state(hall) is State.SIGNING


async def test_a_hearing_never_opens_a_sign_in(hall: Hall) -> None:
    await hall.hold(planned(form="court_hearing", hearing=COURT))
    await ticked(hall, at(TUESDAY, "14:00"))
    assert await state(hall) is State.PUBLISHED


async def test_whom_it_is_for_is_invited_once_and_counted(hall: Hall) -> None:
    async with hall.database.write() as tx:
        await wishes.keep(tx, "R2", Wishes(mute_notices=True))
    await hall.hold()
    assert await ticked(hall, at(MONDAY, "10:05")) is True
    assert await ticked(hall, at(MONDAY, "10:06")) is False
    assert await mail(hall) == [("zhou", "han")]
    async with hall.database.read() as tx:
        pushes = await tx.execute(select(tables.push_week.c.person, tables.push_week.c.pushes))
        assert dict(pushes.all()) == {"R1": 1, "R7": 1}


async def test_the_budget_of_the_week_is_kept(hall: Hall) -> None:
    async with hall.database.write() as tx:
        week = {"person": "R1", "week": MONDAY, "pushes": hall.rules.compliance.push_budget_per_week}
        await tx.execute(tables.push_week.insert().values(**week))
    await hall.hold()
    await ticked(hall, at(MONDAY, "10:05"))
    assert await mail(hall) == [("chen", "han")]


async def test_nobody_is_invited_in_the_quiet_hours_or_after_the_end(hall: Hall) -> None:
    await hall.hold()
    assert await ticked(hall, at(MONDAY, "23:05"), awake=False) is False
    assert await mail(hall) == []
    await hall.hold(planned(sessions=(session(date(2026, 11, 20)),)))
    await ticked(hall, at(TUESDAY, "17:00"))
    assert await mail(hall) == []


async def test_a_long_roll_is_invited_in_slices_each_person_once(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activity_clock, "SLICE_PERSONS", 3)
    await hall.hold(planned(held_by=HeldBy.CITY, units=("gov",)), by="R5")
    for minute in range(10):
        await asyncio.gather(*(ticked(hall, at(MONDAY, f"10:{10 + minute}")) for _ in range(2)))
    receivers = [name for part in await mail(hall) for name in part]
    assert sorted(receivers) == ["admin", "chen", "han", "qian", "second", "tang", "wu", "zhou"]
    async with hall.database.read() as tx:
        assert (await tx.execute(select(func.max(tables.push_week.c.pushes)))).scalar_one() == 1


async def test_organisers_are_reminded_on_the_next_working_morning(hall: Hall) -> None:
    friday, monday = date(2026, 11, 27), date(2026, 11, 30)
    await hall.hold(planned(sessions=(session(friday),)))
    await hall.hold(planned(title="二", sessions=(session(monday),)))  # not over then
    async with hall.database.write() as tx:
        for number in (1, 2):
            await kept.advance(tx, number, "", "R9", done_at=at(MONDAY))
    for day, minute, mailed in (
        (friday, "17:00", 0),
        (friday + timedelta(1), "09:00", 0),  # a Saturday
        (monday, "08:46", 0),
        (monday, "08:47", 1),
        (monday, "08:48", 1),
        (monday, "16:00", 1),
        (monday + timedelta(1), "09:00", 2),  # the second one; the first is said once
    ):
        await ticked(hall, at(day, minute))
        assert len(await mail(hall)) == mailed, (day, minute)
    assert set(await mail(hall)) == {("han",)}


async def test_what_was_concluded_is_not_reminded_of(hall: Hall) -> None:
    await hall.hold()
    await hall.sign_in("R1", 1, at(TUESDAY, "14:00"))
    await hall.conclude(1)
    async with hall.database.read() as tx:
        assert await kept.inviting(tx, at(TUESDAY)) == []
    await ticked(hall, at(WEDNESDAY, "09:00"))
    assert await mail(hall) == []


async def test_two_processes_remind_once(hall: Hall) -> None:
    await hall.hold()
    await asyncio.gather(*(ticked(hall, at(WEDNESDAY, "09:00")) for _ in range(3)))
    assert await mail(hall) == [("han",)]
