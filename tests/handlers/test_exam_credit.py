"""The hours of a passed exam: once, again after new marks, and never against somebody's word."""

import pytest
from sqlalchemy import select

from handlers.actions import exam_credit, merging, reversing
from question_bank.questions import Kind
from storage import batches, exams, ledger, tables, years
from storage.database import Database
from storage.scope import EVERYTHING
from tests.bot.desk import verified
from tests.handlers.exam_sat import FIRST, JUDGE, SINGLES, Hall, hall_of
from tests.handlers.sitting_city import opened
from training.exams import Keep, ScoreRelease, Section
from training.years import YearAct, YearEvent

X1 = SINGLES[0]
AT_ONCE = {"release_score": ScoreRelease.AT_ONCE}
ONE = {"sections": (Section(Kind.SINGLE, 1, 10_000),), **AT_ONCE}


@pytest.fixture
async def hall(database: Database) -> Hall:
    return await hall_of(database, ("R1", "R2"), X1, **ONE)


async def credited(hall: Hall, *persons: str, by: str = "") -> int:
    async with hall.database.write() as tx:
        return await exam_credit.credit(tx, hall.stage.rules, hall.exam, persons, hall.stage.clock(), by=by)


async def reverse(hall: Hall, seq: int) -> None:
    hall.stage.clock.on(minutes=1)
    async with hall.database.write() as tx:
        now = hall.stage.clock()
        await reversing.reverse(tx, hall.stage.rules, seq, by="R6", reason="替考", now=now)


async def test_once(hall: Hall) -> None:
    await hall.sit("R1", x1="A")
    await hall.sit("R2", x1="B")
    assert await credited(hall, "R1", "R2", "R1") == 0
    assert (await hall.lines("R1"), await hall.lines("R2")) == ([("1:R1", "2.00")], [])


async def test_what_was_taken_back_on_somebodys_word_stays_so(hall: Hall) -> None:
    """Also when the key changes afterwards, and the person passes all the same."""
    await hall.sit("R1", x1="A")
    await reverse(hall, 1)
    assert await credited(hall, "R1") == 0
    await hall.change("x1")
    assert await credited(hall, "R1") == 0
    assert (await hall.lines(), await hall.hours()) == ([("1:R1", "2.00"), ("1", "-2.00")], 0)


async def test_again_after_new_marks_and_then_taken_back_by_hand(hall: Hall) -> None:
    await hall.sit("R1", x1="A")
    await hall.change("x1", "B")
    await hall.change("x1")
    lines = [("1:R1", "2.00"), ("1", "-2.00"), ("1:R1#2", "2.00")]
    assert (await hall.lines(), await hall.hours()) == (lines, 200)
    async with hall.database.read() as tx:
        entry = tables.ledger_entry.c
        [again] = await tx.execute(select(entry.note, entry.approved_by, entry.late).where(entry.seq == 3))
    assert tuple(again) == ("第 1 条冲销后重新入账", "R6", False)
    await reverse(hall, 3)
    assert await credited(hall, "R1") == 0
    await hall.change("x1", "B")
    await hall.change("x1", "A")
    assert await hall.lines() == [*lines, ("3", "-2.00")]
    assert await verified(hall.database)


async def test_a_second_sitting_brings_back_what_new_marks_took(database: Database) -> None:
    sections = (Section(Kind.SINGLE, 1, 4_000), Section(Kind.JUDGE, 1, 6_000))
    hall = await hall_of(database, ("R1",), X1, JUDGE, sections=sections, attempts=2, **AT_ONCE)
    await hall.sit("R1", z1="对")
    await hall.change("z1", "错")
    assert await hall.hours() == 0
    await hall.sit("R1", x1="A", z1="错")
    assert await hall.lines() == [("1:R1", "2.00"), ("1", "-2.00"), ("1:R1#2", "2.00")]
    assert await hall.hours() == 200


async def test_the_other_exam_of_the_year_fills_the_room(database: Database) -> None:
    """The cap let in one of two; when its line goes, the other one counts."""
    hall = await hall_of(database, ("R1",), X1, **ONE)
    await hall.sit("R1", x1="A")
    other = Hall(hall.stage, await opened(database, "R1", questions=(X1,), city=False, **ONE))
    hidden = {**ONE, "release_score": ScoreRelease.MANUAL}
    unknown = Hall(hall.stage, await opened(database, "R1", questions=(X1,), city=False, **hidden))
    await other.sit("R1", x1="A")
    await unknown.sit("R1", x1="A")
    assert await hall.lines() == [("1:R1", "2.00")]
    await hall.change("x1", "B")
    assert await hall.lines() == [("1:R1", "2.00"), ("1", "-2.00"), ("2:R1", "2.00")]
    assert (await hall.hours(), await verified(database)) == (200, True)


async def test_a_closed_year_takes_only_what_two_persons_stand_behind(hall: Hall) -> None:
    await hall.sit("R1", x1="A")
    await hall.sit("R2", x1="B")
    async with hall.database.write() as tx:
        head = await ledger.head(tx)
        await years.record(tx, YearEvent(2026, YearAct.CLOSED, hall.stage.clock(), "R6", 1, head))
    await hall.change("x1", "B")
    entry = tables.ledger_entry.c
    async with hall.database.read() as tx:
        late = dict((await tx.execute(select(entry.seq, entry.late))).all())
    assert late == {1: False, 2: True, 3: True}
    assert (await hall.hours("R1"), await hall.hours("R2")) == (0, 200)
    assert await credited(hall, "R2") == 0


async def test_a_line_that_a_merge_moved_is_followed(hall: Hall) -> None:
    """R1 became R2: the hours stand under R2, and go with R1's marks."""
    await hall.sit("R1", x1="A")
    hall.stage.clock.on(minutes=1)
    async with hall.database.write() as tx:
        now = hall.stage.clock()
        rules = hall.stage.rules
        merge = await merging.proposed(tx, rules, "R1", "R2", now)
        number = await batches.add(tx, merge, by=FIRST.number, reason="重复建档", now=now)
        batch = await batches.one(tx, EVERYTHING, number)
        assert batch is not None
        hall.stage.clock.on(minutes=1)
        await merging.merge(tx, rules, merge, batch, by="R6", now=hall.stage.clock())
    assert (await hall.hours("R1"), await hall.hours("R2")) == (0, 200)
    assert await credited(hall, "R1") == 0
    await hall.change("x1", "B")
    assert (await hall.hours("R1"), await hall.hours("R2"), await verified(hall.database)) == (0, 0, True)


async def test_where_the_last_sitting_counts_a_pass_waits_for_it(database: Database) -> None:
    """A pass that can still become a failure earns nothing yet."""
    hall = await hall_of(database, ("R1", "R2"), X1, **ONE, attempts=2, keep=Keep.LAST)
    for person, last in (("R1", "B"), ("R2", "A")):
        await hall.sit(person, x1="A")
        assert await hall.lines(person) == []
        await hall.sit(person, x1=last)
    assert (await hall.lines("R1"), await hall.lines("R2")) == ([], [("1:R2", "2.00")])


async def test_who_still_sits_is_credited_at_the_end(database: Database) -> None:
    """The scores come out, and the round of the clock goes past a second sitting."""
    hall = await hall_of(database, ("R1",), X1, **{**ONE, "release_score": ScoreRelease.AT_CLOSE}, attempts=2)
    await hall.sit("R1", x1="A")
    zhou = hall.stage.phone("zhou")
    await zhou("开始")
    async with database.write() as tx:
        await exams.mark_released(tx, hall.exam.number, hall.stage.clock(), scores=True)
    await hall.stage.mind_exams()
    assert await hall.lines() == []
    await zhou("交卷")
    await zhou("确认")
    assert await hall.lines() == [("1:R1", "2.00")]
