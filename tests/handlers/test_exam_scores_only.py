"""Scores without the answers, so that a make-up can still be set; who would need one."""

from datetime import datetime

import pytest

from handlers.actions import exam_releasing
from handlers.actions.exam_releasing import Moved
from handlers.actions.exam_rolls import not_passed
from storage import tables
from storage.database import Database
from tests.handlers.exam_city import CLOSES, DAY, HOUR, build, created, published, settings
from tests.handlers.exam_desk import BY, by_hand, exam, let_off
from training.exams import AnswerRelease, Audience, Excuse, Move, ScoreRelease, State

HERE = Audience(persons=("P1", "P2", "P3", "P9"))
BY_HAND = {"audience": HERE, "release_score": ScoreRelease.MANUAL}


@pytest.fixture
async def city(database: Database) -> Database:
    await build(database, 60)
    return database


async def closed(city: Database, **changed: object) -> int:
    number = await created(city, settings(**{**BY_HAND, **changed}))
    await published(city, number)
    async with city.write() as tx:
        await exam_releasing.tick(tx, CLOSES)
    return number


async def scores_only(city: Database, number: int, now: datetime = CLOSES + HOUR) -> Moved:
    async with city.write() as tx:
        return await exam_releasing.release(tx, number, now, by=BY, scores_only=True)


async def released(city: Database, number: int) -> tuple[State, bool, bool]:
    found = await exam(city, number)
    return found.state, found.scores_released, found.answers_released


async def test_the_answers_stay_until_they_are_asked_for(city: Database) -> None:
    number = await closed(city)
    moved = await scores_only(city, number)
    assert (moved.scores, moved.answers, moved.changed, moved.scores_only) == (True, False, True, True)
    assert await released(city, number) == (State.RELEASED, True, False)
    again = await scores_only(city, number)
    assert (again.scores, again.changed) == (False, False)
    assert await released(city, number) == (State.RELEASED, True, False)
    last = await by_hand(city, number, Move.RELEASE, CLOSES + DAY)
    assert (last.scores, last.answers) == (False, True)
    assert await released(city, number) == (State.RELEASED, True, True)


async def test_scores_that_are_out_are_not_released_for_nothing(city: Database) -> None:
    number = await closed(city, release_score=ScoreRelease.AT_CLOSE)
    assert (await scores_only(city, number)).changed is False
    assert await released(city, number) == (State.CLOSED, True, False)


async def test_the_clock_goes_on_as_the_settings_say(city: Database) -> None:
    number = await closed(city, release_answers=AnswerRelease.AT_CLOSE)
    assert await released(city, number) == (State.RELEASED, False, True)
    assert (await scores_only(city, number)).scores
    assert await released(city, number) == (State.RELEASED, True, True)


async def test_who_would_need_a_make_up(city: Database) -> None:
    number = await closed(city)
    assert await not_passed(city, await exam(city, number)) == 4  # nobody sat
    await let_off(city, number, "P9", Excuse.EXCUSED)
    for person, score in (("P1", 600), ("P2", 100)):
        await _sat(city, number, person, score)
    assert await not_passed(city, await exam(city, number)) == 2  # P2 failed, P3 was absent


async def _sat(city: Database, number: int, person: str, score: int) -> None:
    sitting = {"exam": number, "person": person, "number": 1, "mode": "chat", "ended_by": "person", "evidence": ""}
    clock = {"started_at": CLOSES, "deadline_at": CLOSES, "ended_at": CLOSES, "score": score, "full_marks": 600}
    async with city.write() as tx:
        await tx.execute(tables.exam_attempt.insert().values(**sitting, **clock))
