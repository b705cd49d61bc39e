"""办结: nothing is posted without the eyes that the domain asks for, and nothing twice."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from handlers.actions import activities, activity_concluding, batches
from handlers.actions.activity_concluding import Conclusion
from handlers.actions.activity_lists import Seen
from storage import activities as kept
from storage import batches as kept_batches
from storage import claims, people, years
from storage.database import Database
from storage.scope import EVERYTHING
from tests.bot.desk import verified
from tests.handlers.activity_city import (
    AFTER,
    COURT,
    TUESDAY,
    WEDNESDAY,
    Hall,
    person,
    planned,
    populate,
    session,
)
from tests.handlers.stage import MONDAY, at
from training.activities import Activity, HeldBy, Mark, State
from training.activity_errors import (
    BadMinutes,
    BadTimes,
    BeyondScope,
    NobodyPresent,
    NoSuchSession,
    NotOrganiser,
    NotOver,
    SessionToCome,
    UnknownPersons,
    WrongState,
)
from training.activity_hours import ActivityHours
from training.activity_rules import Why
from training.chains import Head
from training.claims import State as ClaimState
from training.errors import BatchDecided, BatchOvertaken, NotAllowed, OwnBatch
from training.people import StatusPeriod
from training.years import ClosedMeanwhile, YearAct, YearEvent

START = at(TUESDAY, "14:00")


@pytest.fixture
async def hall(database: Database) -> Hall:
    await populate(database)
    return Hall(database)


async def one(hall: Hall, number: int = 1) -> Activity:
    async with hall.database.read() as tx:
        found = await kept.one(tx, number)
    assert found is not None
    return found


async def look(hall: Hall, *minutes: int, by: str = "R7", via: str = "chat") -> Conclusion:
    async with hall.database.read() as tx:
        who = await person(tx, by)
        return await activity_concluding.look(tx, hall.rules, who, 1, minutes or None, AFTER, via=via)


async def test_a_units_own_is_posted_at_once(hall: Hall) -> None:
    await hall.hold()
    await hall.sign_in("R1", 1, START)
    await hall.sign_in("R2", 1, at(TUESDAY, "15:00"))
    done = await hall.conclude(1, 140)
    assert (done.batch, done.claim, len(done.lines)) == (0, 0, 2)
    assert await hall.hours("R1") == [("lecture", "3.11")]
    assert await hall.hours("R2") == [("lecture", "1.78")]
    entries = {line.entry.person: line.entry for line in done.lines}
    assert entries["R2"].note == "迟到"
    assert (entries["R1"].rule, entries["R1"].minutes) == ("专题讲座，实际 140 分钟 ÷ 45", 140)
    assert (entries["R1"].source, entries["R1"].source_ref, entries["R1"].approved_by) == ("activity", "1:R1", "R7")
    after = await one(hall)
    assert (after.state, after.minutes, after.concluded_by, after.posted_at) == (State.POSTED, (140,), "R7", AFTER)
    assert await verified(hall.database)


async def test_the_own_hours_of_who_concludes_become_a_claim(hall: Hall) -> None:
    await hall.hold()
    await hall.mark(1, Mark.LISTED, "R1", "R7")
    seen = await look(hall)
    assert (seen.own is not None, [found.person for found in seen.found]) == (True, ["R1"])
    done = await hall.conclude(1)
    assert await hall.hours("R7") == []
    async with hall.database.read() as tx:
        claim = await claims.one(tx, EVERYTHING, done.claim)
    assert claim is not None
    assert (claim.person, claim.state, claim.source) == ("R7", ClaimState.SUBMITTED, "activity:1")
    assert (claim.stated.form, claim.stated.minutes, claim.level) == ("lecture", 150, "")


@pytest.mark.parametrize("minutes", [180, 181])
async def test_more_than_four_hours_need_a_second_person(hall: Hall, minutes: int) -> None:
    await hall.hold(planned(sessions=(session(TUESDAY, "14:00", "17:30"),)))
    await hall.mark(1, Mark.LISTED, "R1")
    seen = await look(hall, minutes)
    assert (seen.second, bool((await hall.conclude(1, minutes)).batch)) == (minutes > 180, minutes > 180)
    assert len(await hall.hours("R1")) == (minutes <= 180)


async def city_held(hall: Hall, *persons: str) -> None:
    await hall.hold(planned(held_by=HeldBy.CITY, units=("gov", "11"), organiser="R5"), by="R5")
    await hall.mark(1, Mark.LISTED, *persons, by="R5")


async def test_what_the_city_holds_is_confirmed_by_another(hall: Hall) -> None:
    await city_held(hall, "R1", "R5", "R6")
    done = await hall.conclude(1, by="R5")
    assert (done.lines, done.activity.state, done.activity.batch) == ((), State.CONCLUDED, done.batch)
    assert await hall.hours("R1") == []
    with pytest.raises(OwnBatch):
        await hall.confirm(done.batch, by="R5")
    with pytest.raises(NotAllowed):
        await hall.confirm(done.batch, by="R7")
    await hall.confirm(done.batch, by="R6")
    assert [await hall.hours(number) for number in ("R1", "R5", "R6")] == [[("lecture", "3.33")]] * 3
    assert (await one(hall)).state is State.POSTED
    with pytest.raises(BatchDecided):
        await hall.confirm(done.batch, by="R6")
    assert await verified(hall.database)


async def test_what_is_confirmed_is_said(hall: Hall) -> None:
    await city_held(hall, "R1", "R6")
    done = await hall.conclude(1, 90, by="R5")
    async with hall.database.read() as tx:
        batch = await kept_batches.one(tx, EVERYTHING, done.batch)
    assert batch is not None
    changes = batch.changes
    assert isinstance(changes, ActivityHours)
    assert (changes.persons, changes.hours, changes.late) == (2, Decimal("4.00"), False)
    assert changes.sessions == "2026-11-24 14:00 实际 90 分钟"
    assert [(earns.name, earns.hours) for earns in changes.people] == [
        ("周敏", Decimal("2.00")),
        ("何洁", Decimal("2.00")),
    ]


async def test_what_is_returned_is_open_again(hall: Hall) -> None:
    await city_held(hall, "R1", "R8")
    first = await hall.conclude(1, by="R5")
    with pytest.raises(WrongState):
        await hall.mark(1, Mark.STRUCK, "R8", by="R5")
    async with hall.database.write() as tx:
        await batches.turn_down(tx, await person(tx, "R6"), first.batch, "唐宁未到", AFTER)
    again = await one(hall)
    assert (again.state, again.note, again.minutes, again.batch) == (State.SIGNING, "唐宁未到", (), 0)
    await hall.mark(1, Mark.STRUCK, "R8", by="R5")
    second = await hall.conclude(1, by="R5")
    await hall.confirm(second.batch)
    assert await hall.hours("R8") == []
    assert await hall.hours("R1") == [("lecture", "3.33")]


async def test_on_the_command_line_there_is_always_a_second_person(hall: Hall) -> None:
    await hall.hold()
    await hall.mark(1, Mark.LISTED, "R1")
    assert (await look(hall, by="R5", via="cli")).second
    done = await hall.conclude(1, by="R5", via="cli")
    assert (done.lines, done.batch) == ((), 1)


@pytest.mark.parametrize(
    ("minutes", "refusal"),
    [((0,), BadMinutes), ((-1,), BadMinutes), ((721,), BadMinutes), ((100, 50), BadMinutes), ((241,), BadMinutes)],
)
async def test_a_length_that_cannot_be(hall: Hall, minutes: tuple[int, ...], refusal: type[Exception]) -> None:
    """It is 18:00, four hours after the beginning."""
    await hall.hold()
    await hall.mark(1, Mark.LISTED, "R1")
    with pytest.raises(refusal):
        await hall.conclude(1, *minutes)


async def test_not_before_it_is_over_nor_by_anybody_nor_for_nobody(hall: Hall) -> None:
    await hall.hold()
    with pytest.raises(NotOver):
        await hall.conclude(1, now=at(TUESDAY, "16:29:59"))
    with pytest.raises(NotOrganiser):
        await hall.conclude(1, by="R9")
    with pytest.raises(NobodyPresent):
        await hall.conclude(1)
    await hall.mark(1, Mark.STRUCK, "R1")
    with pytest.raises(NobodyPresent):
        await hall.conclude(1)


async def test_the_list_is_shown_in_parts(hall: Hall) -> None:
    await hall.hold()
    await hall.hold(planned(title="二"))
    await hall.sign_in("R1", 2, START)
    await hall.sign_in("R1", 1, START)  # doubtful
    await hall.sign_in("R8", 1, at(TUESDAY, "14:20"))  # late, not invited
    await hall.mark(1, Mark.STRUCK, "R2")
    seen = await look(hall)
    assert (seen.doubtful, seen.uninvited, seen.late, seen.absent) == (("R1",), ("R8",), ("R8",), ("R7",))
    assert {(out.person, out.why) for out in seen.without} == {("R1", Why.DOUBTFUL), ("R2", Why.STRUCK)}
    assert [found.person for found in seen.found] == ["R8"]
    assert seen.hours == 289


async def test_a_hearing_by_list_is_worth_two_at_least(hall: Hall) -> None:
    await hall.hold(planned(form="court_hearing", hearing=COURT))
    await hall.mark(1, Mark.LISTED, "R1", "R2")
    done = await hall.conclude(1, 40)
    assert await hall.hours("R2") == [("court_hearing", "2.00")]
    assert done.lines[0].entry.note == "宁国市人民法院 （2026）皖1881行初3号 行政诉讼"
    assert done.lines[0].entry.mode == "线下"


async def test_joint_hours_count_once_and_limits_are_said_before(hall: Hall) -> None:
    days = tuple(session(MONDAY + timedelta(n), "08:30", "17:30") for n in range(-4, -1))
    await hall.hold(
        planned(title="班", form="off_job", held_by=HeldBy.CITY, units=("gov",), sessions=days), by="R5"
    )
    await hall.mark(1, Mark.LISTED, "R1", by="R5")
    await hall.confirm((await hall.conclude(1, by="R5")).batch)
    assert await hall.hours("R1") == [("off_job", "24.00")]


async def test_a_list_with_times_is_brought(hall: Hall) -> None:
    await hall.hold(planned(sign_out=True))
    seen = [
        Seen("R1", TUESDAY, at(TUESDAY, "14:00"), at(TUESDAY, "15:30")),
        Seen("R2", TUESDAY, at(TUESDAY, "15:00")),
    ]
    async with hall.database.write() as tx:
        await activities.attend(tx, await person(tx, "R7"), 1, seen, AFTER)
    done = await hall.conclude(1)
    assert {line.entry.person: (f"{line.entry.hours}", line.entry.note) for line in done.lines} == {
        "R1": ("2.00", "早退"),
        "R2": ("2.00", "迟到、未签退"),
    }


@pytest.mark.parametrize(
    ("seen", "refusal"),
    [
        (Seen("R1", WEDNESDAY), NoSuchSession),
        (Seen("R1", TUESDAY, at(TUESDAY, "15:00"), at(TUESDAY, "14:00")), BadTimes),
        (Seen("R1", TUESDAY, at(WEDNESDAY, "14:00")), BadTimes),
        (Seen("R99", TUESDAY), UnknownPersons),
        (Seen("R8", TUESDAY), BeyondScope),  # neither of the unit nor invited
    ],
)
async def test_a_list_that_cannot_be(hall: Hall, seen: Seen, refusal: type[Exception]) -> None:
    await hall.hold()
    async with hall.database.write() as tx:
        with pytest.raises(refusal):
            await activities.attend(tx, await person(tx, "R7"), 1, [seen], AFTER)


async def test_nobody_is_listed_before_it_began(hall: Hall) -> None:
    await hall.hold(planned(sessions=(session(TUESDAY), session(WEDNESDAY))))
    with pytest.raises(SessionToCome):
        await hall.mark(1, Mark.LISTED, "R1", now=at(TUESDAY, "13:29"))
    await hall.mark(1, Mark.LISTED, "R1", now=at(TUESDAY, "13:30"))
    async with hall.database.read() as tx:
        listing = await activities.listed(tx, await person(tx, "R7"), 1)
    assert [row.day for row in listing.attendances] == [TUESDAY]
    assert (listing.invited, listing.absent) == (("R1", "R2", "R7"), ("R2", "R7"))
    assert listing.names["R2"] == "陈静"


async def test_two_numbers_of_one_person_are_one(hall: Hall) -> None:
    await hall.hold()
    await hall.mark(1, Mark.LISTED, "R1", "R2")
    merged = StatusPeriod("R1", "并档", TUESDAY, None, AFTER, "并入 R2")
    async with hall.database.write() as tx:
        await people.add(tx, [], [merged], [], by="test", now=AFTER, today=TUESDAY)
    await hall.conclude(1)
    assert (await hall.hours("R1"), await hall.hours("R2")) == ([], [("lecture", "3.33")])


async def close_the_year(hall: Hall) -> None:
    async with hall.database.write() as tx:
        await years.record(tx, YearEvent(2026, YearAct.CLOSED, AFTER, "R5", 1, Head(0, "0" * 64)))


async def test_a_year_that_was_closed_in_between_takes_it_only_as_late(hall: Hall) -> None:
    await city_held(hall, "R1")
    first = await hall.conclude(1, by="R5")
    await close_the_year(hall)
    with pytest.raises(ClosedMeanwhile):
        await hall.confirm(first.batch)
    assert (await one(hall)).state is State.CONCLUDED
    async with hall.database.write() as tx:
        await batches.turn_down(tx, await person(tx, "R6"), first.batch, "已结账", AFTER)
    second = await hall.conclude(1, by="R5")
    await hall.confirm(second.batch)
    assert await hall.hours("R1") == [("lecture", "3.33")]


async def test_a_batch_of_what_was_returned_posts_nothing(hall: Hall) -> None:
    """Two batches of one activity: only the one that it waits for."""
    await city_held(hall, "R1")
    first = await hall.conclude(1, by="R5")
    async with hall.database.write() as tx:
        await activity_concluding.give_back(tx, ActivityHours(1, "", "", ()), "重来", AFTER)
    second = await hall.conclude(1, by="R5")
    with pytest.raises(BatchOvertaken):
        await hall.confirm(first.batch)
    await hall.confirm(second.batch)
    assert await hall.hours("R1") == [("lecture", "3.33")]


async def test_two_who_conclude_at_once_post_once(hall: Hall) -> None:
    await hall.hold()
    await hall.mark(1, Mark.LISTED, "R1", "R2")
    done = await asyncio.gather(*(hall.conclude(1) for _ in range(3)), return_exceptions=True)
    assert sorted(type(result).__name__ for result in done) == ["Concluded", "WrongState", "WrongState"]
    assert await hall.hours("R1") == [("lecture", "3.33")]
