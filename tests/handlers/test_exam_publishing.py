"""Publishing on both engines: who is on the roll, what is frozen, what is refused, a publishing that broke off."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert, select

from handlers.actions import exam_publishing
from question_bank.questions import Kind
from storage import exams, tables
from storage.database import Database
from storage.exams import Sitter
from storage.scope import EVERYTHING
from tests.exam_bank import KINDS, fill_bank, generated
from tests.handlers.exam_city import CLOSES, DAY, NOW, TODAY, build, created, published, settings
from training.exam_errors import (
    EmptyRoll,
    IllegalMove,
    LongPaper,
    MakeupOfMakeup,
    MakeupTooEarly,
    NoPaper,
    SetAtOnce,
    Unfillable,
)
from training.exams import Audience, Excuse, Section, State
from training.paper_pool import Heavy, Shortfall
from training.people import Category, Group
from training.rules import Rules

STAFF, LEADER, ENFORCEMENT = Group.STAFF, Group.LEADER, Group.ENFORCEMENT


@pytest.fixture
async def city(database: Database) -> Database:
    await build(database)
    return database


async def roll(database: Database, number: int) -> list[Sitter]:
    async with database.read() as tx:
        return await exams.sitters(tx, EVERYTHING, number)


async def called(city: Database, *units: str, **audience: Any) -> dict[str, Group]:
    """Publish for this audience: who is on the roll."""
    number = await created(city, settings(audience=Audience(units=units, **audience)))
    await published(city, number)
    return {one.person: one.group for one in await roll(city, number)}


def test_a_generated_bank_is_always_the_same() -> None:
    assert generated(30)[:10] == generated(10)
    assert {question.kind for question in generated(10)} == set(Kind)
    assert [question.kind for question in generated(10)] == list(KINDS)


async def test_everybody_who_is_assessed_is_on_the_roll_with_what_holds_on_the_day(city: Database) -> None:
    number = await created(city, settings())
    done = await published(city, number)
    assert await roll(city, number) == [
        Sitter("P1", "sfj", Category.STAFF, False, STAFF),
        Sitter("P2", "zfk", Category.STAFF, True, ENFORCEMENT),
        Sitter("P3", "czj", Category.LEADER, False, LEADER),
        Sitter("P5", "sfj", Category.STAFF, False, STAFF, Excuse.DEFERRED, "宁司〔2026〕5号"),
        Sitter("P6", "sfj", Category.LEADER, True, ENFORCEMENT, Excuse.EXCUSED, "宁司〔2026〕6号"),
        Sitter("P9", "czj", Category.STAFF, False, STAFF),
    ]  # not P4 (其他), P7 (retired), P8 (编外)
    assert done.by_group == {ENFORCEMENT: 2, LEADER: 1, STAFF: 3}
    assert done.by_excuse == {Excuse.NONE: 4, Excuse.DEFERRED: 1, Excuse.EXCUSED: 1}
    assert (done.people, done.passed_over, done.heavy) == (6, (), ())
    async with city.read() as tx:
        exam = await exams.one(tx, number)
    assert exam is not None
    assert (exam.state, exam.basis_day) == (State.PUBLISHED, TODAY)


async def test_the_audience_decides(city: Database) -> None:
    assert set(await called(city, "sfj")) == {"P1", "P2", "P5", "P6"}  # with those below
    assert set(await called(city, "sfj", below=False)) == {"P1", "P5", "P6"}
    assert set(await called(city, groups=(LEADER, STAFF))) == {"P1", "P3", "P5", "P9"}
    assert set(await called(city, "sfj", groups=(STAFF,))) == {"P1", "P5"}
    assert set(await called(city, "zfk", persons=("P9",))) == {"P2", "P9"}  # added to the unit
    assert await called(city, persons=("P3", "P4")) == {"P3": LEADER, "P4": STAFF}  # nobody else; 其他 when named


async def test_who_is_named_but_not_there_is_told(city: Database) -> None:
    number = await created(city, settings(audience=Audience(units=("zfk",), persons=("P7", "P8", "P9"))))
    assert (await published(city, number)).passed_over == ("P7", "P8")


async def test_what_is_recorded_later_does_not_change_the_roll_of_the_day(city: Database) -> None:
    number = await created(city, settings(), now=NOW)
    with pytest.raises(EmptyRoll):  # before anybody was recorded
        await published(city, number, now=NOW.replace(month=1, day=2))


async def test_the_pool_is_what_the_sections_ask_for_by_id(city: Database) -> None:
    number = await created(city, settings(Section(Kind.CASE, 2, 400), Section(Kind.BLANK, 3, 100)))
    assert (await published(city, number)).questions == 40
    async with city.read() as tx:
        rows = (await tx.execute(select(tables.exam_pool).order_by(tables.exam_pool.c.place))).all()
    ids = [question.id for question in generated(200) if question.kind in (Kind.CASE, Kind.BLANK)]
    assert [(row.place, row.question, row.version) for row in rows] == [(n, id_, 1) for n, id_ in enumerate(ids)]


async def test_a_bank_that_is_short_refuses_and_leaves_a_draft(city: Database) -> None:
    sections = (Section(Kind.SINGLE, 4, 100), Section(Kind.BLANK, 30, 100, group=LEADER))
    number = await created(city, settings(*sections))
    with pytest.raises(Unfillable) as refused:
        await published(city, number)
    found = sum(q.kind is Kind.BLANK and q.audience == () for q in generated(200))
    assert refused.value.shortfalls == (Shortfall(1, LEADER, 30, found),)
    assert await roll(city, number) == []
    async with city.read() as tx:
        exam = await exams.one(tx, number)
        assert await exams.pool(tx, number) == []
    assert exam is not None and exam.state is State.DRAFT


async def test_a_group_that_nobody_is_of_need_not_be_filled(city: Database) -> None:
    sections = (Section(Kind.SINGLE, 4, 100), Section(Kind.BLANK, 30, 100, group=LEADER))
    number = await created(city, settings(*sections, audience=Audience(groups=(STAFF,))))
    assert (await published(city, number)).by_group == {STAFF: 3}


async def test_a_section_that_draws_more_than_a_third_is_heavy(city: Database) -> None:
    number = await created(city, settings(Section(Kind.BLANK, 7, 100), audience=Audience(groups=(STAFF,))))
    found = sum(q.kind is Kind.BLANK and q.audience == () for q in generated(200))
    assert (await published(city, number)).heavy == (Heavy(0, STAFF, 7, found),)


async def test_people_without_a_paper_are_refused(city: Database) -> None:
    number = await created(city, settings(Section(Kind.SINGLE, 4, 100, group=STAFF)))
    with pytest.raises(NoPaper) as refused:
        await published(city, number)
    assert refused.value.group is ENFORCEMENT


async def test_a_paper_is_not_longer_than_can_be_kept(database: Database) -> None:
    await build(database, 0)
    await fill_bank(database, 4000)
    wanted = settings(Section(Kind.CASE, 260, 100), audience=Audience(persons=("P2",)))  # 260 cases of two parts
    with pytest.raises(LongPaper) as refused:
        await published(database, await created(database, wanted))
    assert (refused.value.items, refused.value.most) == (520, 512)


async def test_an_exam_is_published_once(city: Database) -> None:
    number = await created(city, settings())
    await published(city, number)
    with pytest.raises(IllegalMove):
        await published(city, number)


async def test_a_publishing_that_broke_off_is_repeated(city: Database) -> None:
    """After the roll was written, with somebody on it who has left by now."""
    number = await created(city, settings())
    ready = await exam_publishing.looked(city, Rules(), number, NOW)
    left = Sitter("P0", "gov", Category.STAFF, False, STAFF)
    broken = replace(ready, meant=replace(ready.meant, sitters=(left, *ready.meant.sitters[:3])))
    await exam_publishing.put_roll(city, broken)
    assert [one.person for one in await roll(city, number)] == ["P0", "P1", "P2", "P3"]
    await published(city, number, now=NOW + DAY)
    assert [one.person for one in await roll(city, number)] == ["P1", "P2", "P3", "P5", "P6", "P9"]
    async with city.read() as tx:
        assert len(await exams.pool(tx, number)) == 120  # single and judge, once


async def test_of_two_publishings_at_once_none_leaves_a_mixture(city: Database) -> None:
    number = await created(city, settings())
    one = await exam_publishing.looked(city, Rules(), number, NOW)
    other = await exam_publishing.looked(city, Rules(), number, NOW + DAY)
    await exam_publishing.put_roll(city, one)
    half = replace(other, meant=replace(other.meant, sitters=other.meant.sitters[:2]))
    await exam_publishing.put_roll(city, half)  # the other one is on its way
    with pytest.raises(SetAtOnce):
        await exam_publishing.freeze(city, one, by="cli:test")
    await exam_publishing.put_roll(city, other)
    await exam_publishing.freeze(city, other, by="cli:test")
    with pytest.raises(IllegalMove):  # nobody writes into a roll that is frozen
        await exam_publishing.put_roll(city, one)
    assert len(await roll(city, number)) == 6


async def score(database: Database, exam: int, person: str, points: int, number: int = 1) -> None:
    """An ended sitting of an exam of 6 points in all."""
    async with database.write() as tx:
        held = {"exam": exam, "person": person, "number": number, "mode": "chat", "full_marks": 600}
        clock = {"started_at": NOW, "deadline_at": NOW, "ended_at": NOW, "ended_by": "person", "evidence": ""}
        await tx.execute(insert(tables.exam_attempt).values(**held, **clock, score=points))


async def test_the_make_up_is_for_those_who_failed_were_absent_or_deferred(city: Database) -> None:
    first = await created(city, settings())
    await published(city, first)
    makeup = await created(city, settings(title="补考"), makeup_of=first)
    with pytest.raises(MakeupTooEarly):
        await published(city, makeup)
    await score(city, first, "P1", 600)
    await score(city, first, "P2", 100)
    done = await published(city, makeup, now=CLOSES)
    assert [one.person for one in await roll(city, makeup)] == ["P2", "P3", "P5", "P9"]  # P6 is excused
    assert (await roll(city, makeup))[2].excuse is Excuse.DEFERRED  # P5 is still away
    assert done.passed_over == ()
    with pytest.raises(MakeupOfMakeup):
        await created(city, settings(), makeup_of=makeup)


async def test_a_second_make_up_is_without_those_who_passed_the_first_one(city: Database) -> None:
    first = await created(city, settings(audience=Audience(persons=("P1", "P9"))))
    await published(city, first)
    later = {"opens_at": CLOSES + DAY, "closes_at": CLOSES + 2 * DAY}
    makeup = await created(city, settings(**later), makeup_of=first)
    await published(city, makeup, now=CLOSES)
    await score(city, makeup, "P9", 600)
    second = await created(city, settings(**later), makeup_of=first)
    with pytest.raises(MakeupTooEarly):  # the first one still runs
        await published(city, second, now=CLOSES + DAY)
    await published(city, second, now=CLOSES + 2 * DAY)
    assert [one.person for one in await roll(city, second)] == ["P1"]
    await score(city, second, "P1", 600)
    third = await created(city, settings(**later), makeup_of=first)
    with pytest.raises(EmptyRoll):
        await published(city, third, now=CLOSES + 3 * DAY)
