"""From published to released: every state with every move, the clock, and when scores and answers may be seen."""

from datetime import datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import insert, select, update

from handlers.actions import exam_releasing, exam_setting
from question_bank.questions import Kind
from storage import exams, tables
from storage.database import Database, Tx
from tests.handlers.exam_city import CLOSES, DAY, HOUR, NOW, OPENS, build, created, published, settings
from tests.handlers.exam_desk import by_hand, exam
from training.exam_errors import (
    IllegalMove,
    NoPaper,
    TooEarly,
    Unfillable,
)
from training.exams import MOVES, AnswerRelease, Audience, Exam, Move, ScoreRelease, Section, State
from training.people import Group

SECOND = timedelta(seconds=1)
ALL_HERE = Audience(persons=("P1", "P2", "P3", "P9"))  # P5 has 缓考 by status, P6 免考


@pytest.fixture
async def city(database: Database) -> Database:
    await build(database, 60)
    return database


async def ticked(city: Database, now: datetime) -> list[tuple[State, State]]:
    async with city.write() as tx:
        return [(moved.before, moved.exam.state) for moved in await exam_releasing.tick(tx, now)]


async def acts(city: Database) -> list[tuple[str, str, str]]:
    """(what, via, after) in order."""
    log = tables.audit_log
    async with city.read() as tx:
        rows = await tx.execute(select(log.c.what, log.c.via, log.c.after).order_by(log.c.seq))
        return [(what, via, "" if what == "exam.create" else then) for what, via, then in rows]


async def standing(city: Database, state: State, **changed: object) -> int:
    """A published exam that was brought into this state by other hands, its window around NOW."""
    number = await created(city, settings(**changed))
    if state is not State.DRAFT:
        await published(city, number)
    window = {"opens_at": NOW + HOUR if state is State.PUBLISHED else NOW - HOUR, "closes_at": NOW + 2 * HOUR}
    if state in (State.CLOSED, State.RELEASED):
        window["closes_at"] = NOW - SECOND
    released = {"scores_released_at": NOW, "answers_released_at": NOW} if state is State.RELEASED else {}
    async with city.write() as tx:
        here = tables.exam.c.number == number
        await tx.execute(update(tables.exam).where(here).values(state=str(state), **window, **released))
    return number


@pytest.mark.parametrize(("state", "move"), list(product(State, Move)))
async def test_only_legal_moves(city: Database, state: State, move: Move) -> None:
    number = await standing(city, state)
    legal = (state, move) in MOVES
    try:
        if move is Move.PUBLISH:
            await published(city, number)
        else:
            await by_hand(city, number, move, NOW)
    except IllegalMove as refused:
        assert not legal
        assert (refused.number, refused.state, refused.move) == (number, state, move)
    except TooEarly as refused:
        assert (state, move) == (State.OPEN, Move.RELEASE)
        assert refused.until == NOW + 2 * HOUR
    else:
        assert legal
    after = MOVES[state, move] if legal else state
    assert (await exam(city, number)).state is after


async def test_the_clock_opens_and_closes_on_the_second(city: Database) -> None:
    number = await created(city, settings())
    assert await ticked(city, CLOSES) == []  # a draft has no clock
    await published(city, number)
    assert await ticked(city, OPENS - SECOND) == []
    assert await ticked(city, OPENS) == [(State.PUBLISHED, State.OPEN)]
    assert await ticked(city, OPENS) == []
    assert await ticked(city, CLOSES - SECOND) == []
    assert await ticked(city, CLOSES) == [(State.OPEN, State.CLOSED)]
    assert await ticked(city, CLOSES + DAY) == []
    assert await acts(city) == [
        ("exam.create", "cli", ""),
        ("exam.publish", "cli", "published: roll 6, pool 36"),
        ("exam.open", "clock", "open"),
        ("exam.close", "clock", "closed, scores"),
    ]


async def test_a_clock_that_stood_still_does_all_at_once(city: Database) -> None:
    number = await created(city, settings(release_answers=AnswerRelease.AT_CLOSE, audience=ALL_HERE))
    await published(city, number)
    assert await ticked(city, CLOSES + DAY) == [
        (State.PUBLISHED, State.OPEN),
        (State.OPEN, State.CLOSED),
        (State.CLOSED, State.RELEASED),
    ]
    done = await exam(city, number)
    assert (done.scores_released, done.answers_released) == (True, True)
    assert (done.opens_at, done.closes_at) == (OPENS, CLOSES)


async def test_opened_and_closed_early_the_window_is_what_it_came_to_be(city: Database) -> None:
    number = await created(city, settings())
    await published(city, number)
    await by_hand(city, number, Move.OPEN, NOW + HOUR)
    sitting = {"exam": number, "person": "P1", "number": 1, "mode": "chat", "ended_by": "", "evidence": ""}
    clock = {"started_at": NOW + HOUR, "deadline_at": NOW + 2 * HOUR, "full_marks": 600}
    async with city.write() as tx:
        await tx.execute(insert(tables.exam_attempt).values(**sitting, **clock))
    await by_hand(city, number, Move.CLOSE, NOW + HOUR + SECOND)
    done = await exam(city, number)
    assert (done.opens_at, done.closes_at) == (NOW + HOUR, NOW + HOUR + SECOND)
    assert (done.settings.opens_at, done.settings.closes_at) == (OPENS, CLOSES)
    async with city.read() as tx:
        assert (await tx.execute(select(tables.exam_attempt.c.deadline_at))).scalar_one() == done.closes_at
    assert await ticked(city, CLOSES) == []


async def test_the_clock_that_came_first_is_no_refusal(city: Database) -> None:
    number = await created(city, settings(release_answers=AnswerRelease.AT_CLOSE, audience=ALL_HERE))
    await published(city, number)
    await ticked(city, OPENS)
    assert not (await by_hand(city, number, Move.OPEN, OPENS)).changed
    await ticked(city, CLOSES - SECOND)
    assert not (await by_hand(city, number, Move.CLOSE, CLOSES)).changed  # and closed with it
    moved = await by_hand(city, number, Move.RELEASE, CLOSES)
    assert (moved.changed, moved.exam.state) == (False, State.RELEASED)


async def test_by_hand_after_its_time_is_as_the_clock_would_have_done(city: Database) -> None:
    number = await created(city, settings(audience=ALL_HERE))
    await published(city, number)
    moved = await by_hand(city, number, Move.OPEN, OPENS + HOUR)
    assert (moved.changed, moved.exam.opens_at) == (True, OPENS)
    with pytest.raises(IllegalMove):
        await by_hand(city, number, Move.OPEN, OPENS + HOUR)
    done = await by_hand(city, number, Move.RELEASE, CLOSES)  # closed by it, too
    assert (done.exam.state, done.exam.closes_at, done.scores, done.answers) == (
        *(State.RELEASED, CLOSES),
        *(True, True),
    )


SCORES = {ScoreRelease.AT_ONCE: True, ScoreRelease.AT_CLOSE: True, ScoreRelease.MANUAL: False}


@pytest.mark.parametrize("rule", list(ScoreRelease))
async def test_scores_come_with_the_close_unless_they_are_kept_back(city: Database, rule: ScoreRelease) -> None:
    number = await standing(city, State.OPEN, release_score=rule, audience=ALL_HERE)
    moved = await by_hand(city, number, Move.CLOSE, NOW)
    assert moved.scores is (await exam(city, number)).scores_released is SCORES[rule]
    released = await by_hand(city, number, Move.RELEASE, NOW)
    assert released.scores is not SCORES[rule]
    assert (await exam(city, number)).scores_released


@pytest.mark.parametrize("rule", list(AnswerRelease))
async def test_answers_wait_for_every_make_up(city: Database, rule: AnswerRelease) -> None:
    number = await created(city, settings(release_answers=rule))
    await published(city, number)
    makeup = await created(
        city, settings(opens_at=CLOSES + DAY, closes_at=CLOSES + 3 * DAY, release_answers=rule), makeup_of=number
    )
    await published(city, makeup, now=CLOSES)
    moved = await by_hand(city, number, Move.RELEASE, CLOSES)
    assert (moved.scores, moved.answers, moved.exam.state) == (True, False, State.RELEASED)
    with pytest.raises(TooEarly) as refused:
        await by_hand(city, number, Move.RELEASE, CLOSES + 3 * DAY - SECOND)
    assert refused.value.until == CLOSES + 3 * DAY
    await ticked(city, CLOSES + 3 * DAY - SECOND)
    assert not (await exam(city, number)).answers_released
    await ticked(city, CLOSES + 3 * DAY)
    by_itself = rule is AnswerRelease.AT_CLOSE
    assert (await exam(city, number)).answers_released is by_itself
    assert (await exam(city, makeup)).answers_released is by_itself
    if not by_itself:
        assert (await by_hand(city, number, Move.RELEASE, CLOSES + 3 * DAY)).answers
        with pytest.raises(IllegalMove):
            await by_hand(city, number, Move.RELEASE, CLOSES + 3 * DAY)


async def test_answers_of_a_make_up_wait_for_the_first_exam(city: Database) -> None:
    first = await created(city, settings())
    await published(city, first)
    makeup = await created(city, settings(), makeup_of=first)
    async with city.write() as tx:
        over = update(tables.exam).where(tables.exam.c.number == makeup)
        await tx.execute(over.values(state="closed", closes_at=NOW))
        assert await exam_releasing.answers_from(tx, await _one(tx, makeup)) == CLOSES
    assert not (await by_hand(city, makeup, Move.RELEASE, NOW)).answers


async def _one(tx: Tx, number: int) -> Exam:
    found = await exams.one(tx, number)
    assert found is not None
    return found


async def test_a_draft_gets_a_seed_of_its_own(city: Database) -> None:
    first, second = await created(city, settings(seed="")), await created(city, settings(seed=""))
    seeds = {(await exam(city, number)).settings.seed for number in (first, second)}
    assert len(seeds) == 2
    assert all(len(seed) == 32 for seed in seeds)
    assert (await exam(city, await created(city, settings(seed="一")))).settings.seed == "一"


@pytest.mark.parametrize("now", [CLOSES, CLOSES + DAY, CLOSES + 30 * DAY, NOW])
async def test_a_make_up_comes_whole_weeks_later(city: Database, now: datetime) -> None:
    first = await exam(city, await created(city, settings()))
    made = exam_setting.makeup_settings(first, now)
    assert (made.opens_at - OPENS) % timedelta(weeks=1) == timedelta()
    assert made.closes_at - made.opens_at == CLOSES - OPENS
    assert timedelta() <= made.opens_at - max(CLOSES, now) - DAY < timedelta(weeks=1)
    assert (made.title, made.seed, made.sections) == ("年度考试补考", "", first.settings.sections)


async def test_a_sample_is_the_same_from_the_draft_and_from_the_pool(city: Database) -> None:
    number = await created(city, settings(Section(Kind.SINGLE, 4, 100), Section(Kind.CASE, 1, 400)))
    drafted = await exam_setting.sample(city, number, Group.STAFF)
    assert [item.part for item, _, _ in drafted.items] == [-1, -1, -1, -1, 0, 1]
    await published(city, number)
    assert await exam_setting.sample(city, number, Group.STAFF) == replaced(drafted, await exam(city, number))


def replaced(sample: exam_setting.Sample, now: Exam) -> exam_setting.Sample:
    return exam_setting.Sample(now, sample.group, sample.items)


async def test_a_sample_says_what_is_missing(city: Database) -> None:
    only = Section(Kind.SINGLE, 1, 100, group=Group.STAFF)
    with pytest.raises(NoPaper):
        await exam_setting.sample(city, await created(city, settings(only)), Group.LEADER)
    with pytest.raises(Unfillable):
        await exam_setting.sample(city, await created(city, settings(Section(Kind.CASE, 9, 100))), Group.STAFF)
