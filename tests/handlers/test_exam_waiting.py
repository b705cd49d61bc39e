"""Answers wait for whoever has 缓考 and no make-up: what counts as one, for the clock and for a hand."""

from datetime import datetime
from itertools import product
from typing import Any

import pytest
from sqlalchemy import update

from handlers.actions import exam_setting
from handlers.actions.exam_releasing import tick
from handlers.actions.exam_waiting import without_makeup
from storage import tables
from storage.database import Database
from tests.handlers.exam_city import CLOSES, DAY, build, created, published, settings
from tests.handlers.exam_desk import by_hand, exam, let_off, sat
from training.exam_errors import IllegalMove, MakeupOwed, RollSettled, TooEarly
from training.exams import AnswerRelease, Audience, Excuse, Move, ScoreRelease, State
from training.people import Group

NONE, DEFERRED, EXCUSED = Excuse.NONE, Excuse.DEFERRED, Excuse.EXCUSED
HERE = Audience(persons=("P1", "P9"))  # P1 of sfj and P9 of czj, both staff and at work
LATER = {"opens_at": CLOSES + DAY, "closes_at": CLOSES + 2 * DAY}
SECOND_OVER = CLOSES + 2 * DAY
BEYOND = CLOSES + 30 * DAY


@pytest.fixture
async def city(database: Database) -> Database:
    await build(database, 60)
    return database


async def held(city: Database, why: Excuse, **changed: Any) -> int:
    """An exam for P1 and P9 of which P1 stands so, published."""
    number = await created(city, settings(audience=HERE, **changed))
    await published(city, number)
    if why is not NONE:
        await let_off(city, number, "P1", why)
    return number


async def waiting(city: Database, number: int, now: datetime = CLOSES) -> list[str]:
    async with city.read() as tx:
        return [one.person for one in await without_makeup(tx, await exam(city, number), now)]


async def ticked(city: Database, now: datetime) -> None:
    async with city.write() as tx:
        await tick(tx, now)


AUDIENCES = {
    "everybody": (Audience(), True),
    "the unit": (Audience(units=("sfj",)), True),
    "units above it": (Audience(units=("gov",)), True),
    "not below": (Audience(units=("gov",), below=False), False),
    "another unit": (Audience(units=("czj",)), False),
    "the group": (Audience(groups=(Group.STAFF,)), True),
    "another group": (Audience(groups=(Group.LEADER,)), False),
    "the person": (Audience(persons=("P1",)), True),
    "another person": (Audience(persons=("P9",)), False),
    "another unit and the person": (Audience(units=("czj",), persons=("P1",)), True),
}


@pytest.mark.parametrize(("why", "audience"), list(product(Excuse, [None, *AUDIENCES])))
async def test_who_waits(city: Database, why: Excuse, audience: str | None) -> None:
    """With the make-up a draft, and the same once it has its roll; seen from both exams."""
    first = await held(city, why)
    if audience is None:
        assert await waiting(city, first) == (["P1"] if why is DEFERRED else [])
        return
    meant, takes = AUDIENCES[audience]
    makeup = await created(city, settings(audience=meant, **LATER), makeup_of=first)
    expected = ["P1"] if why is DEFERRED and not takes else []
    assert await waiting(city, first) == await waiting(city, makeup) == expected
    if audience in ("not below", "another group") or (why is EXCUSED and audience in ("the unit", "the person")):
        return  # nobody is left to sit it
    await published(city, makeup, now=CLOSES)
    assert await waiting(city, first) == await waiting(city, makeup) == expected


async def test_who_sat_all_the_same_does_not_wait(city: Database) -> None:
    first = await held(city, DEFERRED)
    await sat(city, first, "P1")
    assert await waiting(city, first) == []


async def test_who_is_away_at_the_make_up_too_was_taken(city: Database) -> None:
    number = await created(city, settings())
    await published(city, number)
    assert await waiting(city, number) == ["P5"]
    makeup = await created(city, settings(**LATER), makeup_of=number)
    await published(city, makeup, now=CLOSES)
    assert await waiting(city, number) == []


async def test_one_make_up_of_several_is_enough(city: Database) -> None:
    first = await held(city, DEFERRED)
    await created(city, settings(audience=Audience(persons=("P9",)), **LATER), makeup_of=first)
    assert await waiting(city, first) == ["P1"]
    await created(city, settings(audience=Audience(persons=("P1",)), **LATER), makeup_of=first)
    assert await waiting(city, first) == []


async def test_who_is_deferred_after_the_roll_of_the_make_up_was_made_waits(city: Database) -> None:
    first = await held(city, EXCUSED)
    makeup = await created(city, settings(**LATER), makeup_of=first)
    await published(city, makeup, now=CLOSES)
    await let_off(city, first, "P1", DEFERRED, now=CLOSES)
    assert await waiting(city, first) == ["P1"]


@pytest.mark.parametrize("rule", list(AnswerRelease))
@pytest.mark.parametrize("scores", list(ScoreRelease))
async def test_answers_wait_and_scores_do_not(city: Database, rule: AnswerRelease, scores: ScoreRelease) -> None:
    first = await held(city, DEFERRED, release_answers=rule, release_score=scores)
    await ticked(city, BEYOND)
    found = await exam(city, first)
    by_itself = scores is not ScoreRelease.MANUAL
    assert (found.state, found.scores_released, found.answers_released) == (State.CLOSED, by_itself, False)
    if not by_itself:
        moved = await by_hand(city, first, Move.RELEASE, BEYOND)
        assert (moved.scores, moved.answers, moved.waiting, moved.exam.state) == (True, False, 1, State.RELEASED)
    with pytest.raises(MakeupOwed) as refused:
        await by_hand(city, first, Move.RELEASE, BEYOND)
    assert (refused.value.number, refused.value.first, refused.value.waiting) == (first, first, 1)
    assert not (await exam(city, first)).answers_released


async def test_a_hand_that_closes_it_first_releases_what_may_be(city: Database) -> None:
    first = await held(city, DEFERRED)
    moved = await by_hand(city, first, Move.RELEASE, CLOSES)
    assert (moved.scores, moved.answers, moved.waiting, moved.exam.state) == (True, False, 1, State.CLOSED)


@pytest.mark.parametrize("rule", list(AnswerRelease))
async def test_with_a_make_up_the_answers_come_when_it_has_ended(city: Database, rule: AnswerRelease) -> None:
    first = await held(city, DEFERRED, release_answers=rule)
    makeup = await created(city, settings(release_answers=rule, **LATER), makeup_of=first)
    await published(city, makeup, now=CLOSES)
    moved = await by_hand(city, first, Move.RELEASE, CLOSES)
    assert (moved.answers, moved.waiting) == (False, 0)
    with pytest.raises(TooEarly):
        await by_hand(city, first, Move.RELEASE, SECOND_OVER - DAY)
    await ticked(city, SECOND_OVER)
    for number in (first, makeup):
        if rule is AnswerRelease.MANUAL:
            await by_hand(city, number, Move.RELEASE, SECOND_OVER)
        assert (await exam(city, number)).answers_released


async def test_the_answers_of_a_make_up_wait_for_another_one_too(city: Database) -> None:
    first = await held(city, DEFERRED)
    makeup = await created(city, settings(audience=Audience(units=("czj",)), **LATER), makeup_of=first)
    await published(city, makeup, now=CLOSES)
    await ticked(city, SECOND_OVER)
    with pytest.raises(MakeupOwed) as refused:
        await by_hand(city, makeup, Move.RELEASE, SECOND_OVER)
    assert (refused.value.number, refused.value.first) == (makeup, first)


@pytest.mark.parametrize("why", [NONE, EXCUSED])
async def test_decided_otherwise_the_answers_come(city: Database, why: Excuse) -> None:
    first = await held(city, DEFERRED, release_answers=AnswerRelease.AT_CLOSE)
    await ticked(city, CLOSES)
    assert (await exam(city, first)).state is State.CLOSED
    await let_off(city, first, "P1", why, now=CLOSES)
    await ticked(city, CLOSES)
    assert ((await exam(city, first)).state, await waiting(city, first)) == (State.RELEASED, [])


async def test_of_a_released_exam_only_who_waits_may_still_be_excused(city: Database) -> None:
    """Nobody of the make-up's audience, and gone by now: or the answers would be kept for ever."""
    first = await held(city, DEFERRED, release_score=ScoreRelease.MANUAL)
    await by_hand(city, first, Move.RELEASE, CLOSES)
    for person, why in (("P1", NONE), ("P1", DEFERRED), ("P9", EXCUSED), ("P9", NONE), ("P4", EXCUSED)):
        with pytest.raises(RollSettled):
            await let_off(city, first, person, why, now=CLOSES)
    await let_off(city, first, "P1", EXCUSED, now=CLOSES)
    assert (await by_hand(city, first, Move.RELEASE, CLOSES)).answers
    with pytest.raises(IllegalMove):
        await by_hand(city, first, Move.RELEASE, CLOSES)
    with pytest.raises(RollSettled):
        await let_off(city, first, "P1", EXCUSED, now=CLOSES)


async def test_the_list_names_first_exams_that_are_over(city: Database) -> None:
    waits, makeup = await held(city, DEFERRED), await held(city, NONE)
    out, runs = await held(city, DEFERRED), await held(city, DEFERRED, closes_at=BEYOND)
    async with city.write() as tx:
        table = tables.exam
        await tx.execute(update(table).where(table.c.number == makeup).values(makeup_of=runs))
        await tx.execute(update(table).where(table.c.number == out).values(answers_released_at=CLOSES))
    async with city.read() as tx:
        known = [await exam(city, number) for number in (waits, makeup, out, runs)]
        assert await exam_setting.owed_makeups(tx, known, CLOSES) == {waits: 1}
