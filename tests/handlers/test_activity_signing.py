"""签到: by the code in the room, once, in one room at a time, whatever process it comes to."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from handlers.actions import activities
from handlers.actions.activity_signing import SignedOut
from storage import activities as kept
from storage import attendance, tables
from storage.database import Database
from storage.scope import EVERYTHING
from tests.databases import on_postgresql
from tests.handlers.activity_city import AFTER, COURT, TUESDAY, WEDNESDAY, Hall, person, planned, populate, session
from tests.handlers.stage import MONDAY, at
from training.activities import Activity, HeldBy, Mark, State
from training.activity_errors import (
    HearingByList,
    NoSessionToday,
    NoSignOut,
    NotOrganiser,
    NotSignedIn,
    SignInOver,
    StruckOff,
    TooManyCodes,
    WhichActivity,
    WrongCode,
    WrongState,
)
from training.sign_codes import code_at

START = at(TUESDAY, "14:00")


@pytest.fixture
async def hall(database: Database) -> Hall:
    await populate(database)
    return Hall(database)


async def typed(hall: Hall, number: str, code: str, activity: int | None = None, now: Any = START) -> Any:
    async with hall.database.write() as tx:
        return await activities.sign_in(tx, await person(tx, number), code, activity, now)


async def test_the_code_opens_sign_in_and_lives_a_minute(hall: Hall) -> None:
    one = await hall.hold()
    async with hall.database.write() as tx:
        shown = await activities.code(tx, await person(tx, "R7"), 1, at(TUESDAY, "09:00:03"))
    assert shown.activity.state is State.SIGNING
    assert shown.until == at(TUESDAY, "09:01:00")
    assert shown.scanned == f"签到 1 {shown.code}"
    signed = await typed(hall, "R1", shown.code, now=at(TUESDAY, "09:00:59"))
    assert (signed.activity.number, signed.again, signed.late) == (one.number, False, False)
    wrong = await typed(hall, "R2", shown.code, now=shown.until)
    assert isinstance(wrong, WrongCode)


@pytest.mark.parametrize(
    ("by", "settings", "day", "refusal"),
    [
        ("R1", planned(), TUESDAY, NotOrganiser),
        ("R9", planned(), TUESDAY, NotOrganiser),
        ("R7", planned(), MONDAY, NoSessionToday),
        ("R7", planned(), WEDNESDAY, NoSessionToday),
        ("R7", planned(form="court_hearing", hearing=COURT), TUESDAY, HearingByList),
    ],
)
async def test_who_gets_no_code(hall: Hall, by: str, settings: Any, day: date, refusal: type[Exception]) -> None:
    await hall.hold(settings)
    async with hall.database.write() as tx:
        with pytest.raises(refusal):
            await activities.code(tx, await person(tx, by), 1, at(day))


async def test_a_hearing_takes_no_code_of_anybody(hall: Hall) -> None:
    one = await hall.hold(planned(form="court_hearing", hearing=COURT))
    code = code_at(one.secret, one.number, START)
    with pytest.raises(HearingByList):
        await typed(hall, "R1", code, one.number)
    assert isinstance(await typed(hall, "R1", code), WrongCode)
    assert await hall.marks(one.number) == {}


async def test_the_same_code_twice_is_said_and_changes_nothing(hall: Hall) -> None:
    await hall.hold()
    first = await hall.sign_in("R1", 1, START)
    again = await hall.sign_in("R1", 1, START + timedelta(minutes=20))
    assert (again.again, again.late, again.attendance) == (True, False, first.attendance)


@pytest.mark.parametrize(("clock", "late"), [("14:15:00", False), ("14:15:01", True), ("16:29:59", True)])
async def test_late_is_more_than_a_quarter_of_an_hour(hall: Hall, clock: str, late: bool) -> None:
    await hall.hold()
    assert (await hall.sign_in("R1", 1, at(TUESDAY, clock))).late is late


async def test_after_the_end_nobody_signs_in(hall: Hall) -> None:
    await hall.hold()
    with pytest.raises(SignInOver):
        await hall.sign_in("R1", 1, at(TUESDAY, "16:30"))


async def test_who_was_not_invited_is_signed_in_and_noted(hall: Hall) -> None:
    await hall.hold()
    assert (await hall.sign_in("R8", 1, START)).attendance.note == "未受邀"
    assert (await hall.sign_in("R2", 1, START)).attendance.note == ""


async def test_two_rooms_at_once_are_doubtful_until_listed(hall: Hall) -> None:
    await hall.hold()
    await hall.hold(planned(title="民法典", sessions=(session(TUESDAY, "15:00", "17:00"),)))
    await hall.sign_in("R1", 1, START)
    second = await hall.sign_in("R1", 2, at(TUESDAY, "15:00"))
    assert second.attendance.mark is Mark.DOUBTFUL
    assert second.doubtful_with is not None
    assert second.doubtful_with.number == 1
    await hall.mark(2, Mark.LISTED, "R1")
    assert await hall.marks(2) == {"R1": Mark.LISTED}


async def test_one_after_the_other_is_not_doubtful(hall: Hall) -> None:
    await hall.hold(planned(sign_out=True))
    await hall.hold(planned(title="二", sessions=(session(TUESDAY, "16:30", "17:30"),)))
    await hall.hold(planned(title="三", sessions=(session(TUESDAY, "14:30", "17:30"),)))
    await hall.sign_in("R1", 1, START)
    assert (await hall.sign_in("R1", 2, at(TUESDAY, "16:10"))).doubtful_with is None  # early for the second
    async with hall.database.write() as tx:
        code = code_at((await kept_one(hall, 1)).secret, 1, at(TUESDAY, "15:00"))
        await activities.sign_out(tx, await person(tx, "R1"), code, 1, at(TUESDAY, "15:00"))
    await hall.mark(2, Mark.STRUCK, "R1", now=at(TUESDAY, "16:10"))
    assert (await hall.sign_in("R1", 3, at(TUESDAY, "15:05"))).doubtful_with is None  # had left the first


async def kept_one(hall: Hall, number: int) -> Activity:
    async with hall.database.read() as tx:
        found = await kept.one(tx, number)
    assert found is not None
    return found


async def test_a_cancelled_one_makes_nothing_doubtful(hall: Hall) -> None:
    await hall.hold()
    await hall.hold(planned(title="二"))
    await hall.sign_in("R1", 1, START)
    async with hall.database.write() as tx:
        await activities.cancel(tx, await person(tx, "R7"), 1, "停电", START)
    assert (await hall.sign_in("R1", 2, START)).attendance.mark is Mark.SIGNED


async def test_who_was_struck_does_not_come_back_by_a_code(hall: Hall) -> None:
    await hall.hold()
    await hall.mark(1, Mark.STRUCK, "R1", now=START)
    with pytest.raises(StruckOff):
        await hall.sign_in("R1", 1, START)
    assert await hall.marks(1) == {"R1": Mark.STRUCK}


async def test_guessing_is_slowed_down_and_forgotten_after_ten_minutes(hall: Hall) -> None:
    one = await hall.hold()
    right = code_at(one.secret, 1, START)
    wrong = "000000" if right != "000000" else "000001"
    left = [(await typed(hall, "R1", wrong, 1)).left for _ in range(5)]
    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(TooManyCodes) as refused:
        await typed(hall, "R1", right, 1)
    assert refused.value.until == START + timedelta(minutes=10)
    assert (await hall.sign_in("R2", 1, START)).again is False  # nobody else waits
    later = START + timedelta(minutes=10)
    with pytest.raises(TooManyCodes):
        await typed(hall, "R1", right, 1, later - timedelta(seconds=1))
    assert (await hall.sign_in("R1", 1, later)).attendance.mark is Mark.SIGNED


async def test_a_right_code_forgets_the_wrong_ones(hall: Hall) -> None:
    await hall.hold()
    assert (await typed(hall, "R1", "abc", 1)).left == 4
    await hall.sign_in("R1", 1, START)
    assert (await typed(hall, "R1", "abc", 1)).left == 4


async def test_of_two_with_one_code_it_is_the_one_that_invites(hall: Hall) -> None:
    """A coincidence of one in a million: with this secret both show 326026 at `START`."""
    await hall.hold()
    await hall.hold(planned(held_by=HeldBy.CITY, units=("12",), organiser="R9"), by="R5")
    async with hall.database.write() as tx:
        await tx.execute(update(tables.activity).values(secret=b"93022"))
    assert (await typed(hall, "R3", "326026")).activity.number == 2  # the first is for 司法局
    with pytest.raises(WhichActivity) as refused:
        await typed(hall, "R1", "326026")
    assert [number for number, _ in refused.value.found] == [1, 2]
    assert (await typed(hall, "R1", "326026", 1)).activity.number == 1


async def test_signing_out_is_only_where_it_was_planned_and_the_last_time_counts(hall: Hall) -> None:
    await hall.hold(planned(sign_out=True))
    await hall.hold(planned(title="二", sessions=(session(TUESDAY, "19:00", "20:00"),)))
    early, end = at(TUESDAY, "16:00"), at(TUESDAY, "16:35")
    first = await kept_one(hall, 1)
    async with hall.database.write() as tx:
        with pytest.raises(NotSignedIn):
            await activities.sign_out(tx, await person(tx, "R1"), code_at(first.secret, 1, early), 1, early)
    await hall.sign_in("R1", 1, START)
    out = []
    for moment in (early, end):
        async with hall.database.write() as tx:
            done = await activities.sign_out(
                tx, await person(tx, "R1"), code_at(first.secret, 1, moment), None, moment
            )
            assert isinstance(done, SignedOut)
            out.append((done.attendance.left, done.early, done.again))
    assert out == [(early, True, False), (end, False, True)]
    second, evening = await kept_one(hall, 2), at(TUESDAY, "19:30")
    await hall.sign_in("R1", 2, evening)
    async with hall.database.write() as tx:
        with pytest.raises(NoSignOut):
            await activities.sign_out(tx, await person(tx, "R1"), code_at(second.secret, 2, evening), 2, evening)


async def test_each_day_has_its_own_sign_in(hall: Hall) -> None:
    await hall.hold(planned(sessions=(session(TUESDAY), session(WEDNESDAY))))
    await hall.sign_in("R1", 1, START)
    second = await hall.sign_in("R1", 1, at(WEDNESDAY, "14:00"))
    assert (second.again, second.attendance.day) == (False, WEDNESDAY)


async def test_nobody_signs_in_to_what_is_concluded(hall: Hall) -> None:
    one = await hall.hold(planned(sessions=(session(TUESDAY, "14:00", "14:30"),)))
    await hall.sign_in("R1", 1, START)
    await hall.conclude(1, now=at(TUESDAY, "14:30"))
    with pytest.raises(WrongState):
        await typed(hall, "R2", code_at(one.secret, 1, START), 1, START)


async def test_two_processes_sign_somebody_in_once(hall: Hall) -> None:
    """The same callback, delivered to both at the same moment."""
    await hall.hold()
    done = await asyncio.gather(*(hall.sign_in("R1", 1, START) for _ in range(6)))
    assert sorted(one.again for one in done) == [False, *[True] * 5]
    assert len({one.attendance for one in done}) == 1


async def test_two_rooms_at_the_same_moment_are_known_of_each_other(hall: Hall) -> None:
    await hall.hold()
    await hall.hold(planned(title="二"))
    done = await asyncio.gather(hall.sign_in("R1", 1, START), hall.sign_in("R1", 2, START))
    assert sorted(one.attendance.mark for one in done) == [Mark.DOUBTFUL, Mark.SIGNED]


@on_postgresql
async def test_who_signs_in_waits_for_who_concludes(hall: Hall) -> None:
    """And is not on a list that was counted without him or her."""
    one = await hall.hold(planned(sessions=(session(TUESDAY, "14:00", "16:30"),)))
    await hall.mark(1, Mark.LISTED, "R2")
    async with hall.database.write() as tx:
        held = await kept.one(tx, 1, lock=True)
        assert held is not None
        waiting = asyncio.create_task(typed(hall, "R1", code_at(one.secret, 1, START), 1, START))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        await kept.move(tx, held, State.CONCLUDED, minutes=(150,), concluded_by="R7", concluded_at=AFTER)
    with pytest.raises(WrongState):
        await waiting
    async with hall.database.read() as tx:
        assert [row.person for row in await attendance.of_activity(tx, EVERYTHING, 1)] == ["R2"]
