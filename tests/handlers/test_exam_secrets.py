"""The daily question tells its key: it is none of an exam whose answers are kept, while there is another."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from handlers.actions import broadcast_questions
from handlers.actions.asking import question_of
from question_bank.questions import Kind
from storage import exams, questions
from storage.database import Database
from tests.exam_bank import TOPICS, generated
from tests.handlers.city import SINGLE
from tests.handlers.exam_city import CLOSES, NOW, TODAY, build, created, published, settings
from tests.handlers.exam_desk import by_hand
from tests.handlers.sitting_city import opened
from tests.handlers.stage import at
from training.broadcast_errors import Unfit
from training.broadcasts import Kind as BroadcastKind
from training.broadcasts import Settings
from training.daily import ASKABLE, FEWEST
from training.exams import Audience, Move, Section
from training.people import Group

DAY = timedelta(days=1)
STAFF, LEADER, ENFORCEMENT = Group.STAFF, Group.LEADER, Group.ENFORCEMENT
HERE = Audience(persons=("P1", "P2", "P3"))
EVERYTHING = tuple(Section(kind, 1, 100) for kind in ASKABLE)
ONE_LAW = (Section(Kind.SINGLE, 2, 100, topics=TOPICS[:1]), Section(Kind.JUDGE, 1, 100, topics=TOPICS[:1]))


@pytest.fixture
async def city(database: Database) -> Database:
    await build(database, 100)
    return database


async def drawn(city: Database, first: date, days: int) -> set[str]:
    """What all groups are asked on so many days."""
    async with city.write() as tx:
        return {
            (await question_of(tx, first + n * DAY, group, NOW)).question.id for n in range(days) for group in Group
        }


async def exposed(city: Database, *sections: Section, **changed: Any) -> Sequence[Group]:
    number = await created(city, settings(*sections, audience=HERE, **changed))
    return (await published(city, number)).exposed


async def test_the_daily_question_keeps_out_of_the_pool_until_the_answers_are_out(city: Database) -> None:
    number = await created(city, settings(*ONE_LAW, audience=HERE))
    assert (await published(city, number)).exposed == ()
    async with city.read() as tx:
        pool = {questions.decoded(content).id for _, content in await exams.pool(tx, number)}
    assert pool == {q.id for q in generated(100) if q.kind in (Kind.SINGLE, Kind.JUDGE) and TOPICS[0] in q.topics}
    assert not await drawn(city, TODAY, 40) & pool
    await by_hand(city, number, Move.RELEASE, CLOSES)
    assert await drawn(city, TODAY + 40 * DAY, 10) & pool


async def test_a_question_that_was_drawn_before_stays_the_one_of_its_day(city: Database) -> None:
    before = await drawn(city, TODAY, 1)
    await exposed(city, *EVERYTHING)
    assert await drawn(city, TODAY, 1) == before


async def test_an_exam_of_the_whole_bank_is_told_and_the_daily_question_goes_on(city: Database) -> None:
    assert await exposed(city, *EVERYTHING) == (ENFORCEMENT, LEADER, STAFF)
    assert len(await drawn(city, TODAY, FEWEST)) == FEWEST  # keys that it costs, for all groups together


async def test_only_the_groups_are_told_that_have_nothing_else(city: Database) -> None:
    """Questions for who enforces are asked by no section of other groups."""
    others = tuple(Section(kind, 1, 100, group=group) for kind in ASKABLE for group in (LEADER, STAFF))
    blank = Section(Kind.BLANK, 1, 100, group=ENFORCEMENT)
    assert await exposed(city, *others, blank) == (LEADER, STAFF)


async def test_an_exam_is_not_told_what_another_one_has_done(city: Database) -> None:
    await exposed(city, *EVERYTHING)
    assert await exposed(city, Section(Kind.BLANK, 1, 100)) == ()
    assert await exposed(city, *ONE_LAW) == (ENFORCEMENT, LEADER, STAFF)


async def test_a_group_without_any_candidate_is_not_told(database: Database) -> None:
    await build(database, 0)
    async with database.write() as tx:
        made = [q for q in generated(30) if q.kind is Kind.BLANK]
        await questions.add(tx, [(f"fold-{q.id}", q) for q in made], now=NOW, by="test")
    assert await exposed(database, Section(Kind.BLANK, 1, 100)) == ()


async def test_a_quiz_may_not_ask_it_in_january_either(database: Database) -> None:
    """The window closed in December, and nobody released the answers."""
    await opened(
        database,
        questions=(SINGLE,),
        opens_at=at(date(2026, 12, 1)),
        closes_at=at(date(2026, 12, 10)),
    )
    quiz = Settings(BroadcastKind.QUIZ, questions=(SINGLE.id,))
    async with database.read() as tx:
        for day in (date(2026, 12, 31), date(2027, 1, 4), date(2027, 3, 31)):
            assert await broadcast_questions.unfit(tx, quiz, at(day)) == {SINGLE.id: Unfit.SECRET}
        assert await broadcast_questions.unfit(tx, quiz, at(date(2027, 4, 1))) == {}
