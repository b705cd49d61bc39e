"""An exam from published to released: opened and closed by the clock or by hand, then scores and answers released.

Scores and answers are two rules. Answers are never released before the window of the exam and those of its make-ups
have ended, drafts included, nor while somebody with 缓考 waits for a make-up, whoever asks. Crediting hours is not
done here.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from handlers.actions.exam_moves import CLI, CLOCK, act_of, after, exam_numbered, logged
from handlers.actions.exam_waiting import family, without_makeup
from storage import exams, sittings
from storage.database import Tx
from training.exam_errors import IllegalMove, MakeupOwed, TooEarly
from training.exams import AnswerRelease, Exam, Move, ScoreRelease, State


class Moved(msgspec.Struct, frozen=True):
    """What was done to an exam, which is as it is now; `scores` and `answers` when they were just released.

    `changed` is False when the clock had done it before. `waiting`: how many people with 缓考 and without a make-up
    the answers are kept for. `scores_only`: the answers were not asked for.
    """

    exam: Exam
    before: State
    scores: bool = False
    answers: bool = False
    changed: bool = True
    waiting: int = 0
    scores_only: bool = False


async def is_due(tx: Tx, known: Iterable[Exam], now: datetime) -> bool:
    """Whether `tick` would do anything: a look that writes nothing."""
    for exam in known:
        if exam.state_at(now) is not exam.state:
            return True
        if _answers_wait(exam) and await _answers_may(tx, exam, now):
            return True
    return False


async def tick(tx: Tx, now: datetime) -> list[Moved]:
    """What the clock does to all exams: opens, closes, and releases what the settings leave to it."""
    waiting = await exams.every(tx, State.PUBLISHED, State.OPEN, State.CLOSED, State.RELEASED)
    done: list[Moved] = []
    for exam in sorted(waiting, key=lambda exam: exam.number):
        if exam.state_at(now) is not exam.state or _answers_wait(exam):
            done += await settle(tx, await exam_numbered(tx, exam.number, lock=True), now)
    return done


async def settle(tx: Tx, exam: Exam, now: datetime) -> list[Moved]:
    """What the clock has to do to one exam, which is locked."""
    done: list[Moved] = []
    if exam.state is State.PUBLISHED and now >= exam.opens_at:
        done.append(await _open(tx, exam, exam.opens_at, now, CLOCK, CLOCK))
        exam = done[-1].exam
    if exam.state is State.OPEN and now >= exam.closes_at:
        done.append(await _close(tx, exam, exam.closes_at, now, CLOCK, CLOCK))
        exam = done[-1].exam
    if _answers_wait(exam) and await _answers_may(tx, exam, now):
        done.append(await _release(tx, exam, now, CLOCK, CLOCK, scores=False, answers=True))
    return done


def _answers_wait(exam: Exam) -> bool:
    over = exam.state in (State.CLOSED, State.RELEASED)
    return over and not exam.answers_released and exam.settings.release_answers is AnswerRelease.AT_CLOSE


async def _answers_may(tx: Tx, exam: Exam, now: datetime) -> bool:
    return now >= await answers_from(tx, exam) and not await without_makeup(tx, exam, now)


async def answers_from(tx: Tx, exam: Exam) -> datetime:
    """When the last window of the exam, the one of which it is the make-up, and all their make-ups ends.

    Not before; later when somebody with 缓考 is `without_makeup`.
    """
    return max(one.closes_at for one in [exam, *await family(tx, exam)])


async def open_by_hand(tx: Tx, number: int, now: datetime, *, by: str) -> Moved:
    """Before its time it opens now. What the clock has just opened is left as it is. Raises: IllegalMove."""
    exam = await exam_numbered(tx, number, lock=True)
    if exam.state_at(now) is State.CLOSED:
        await settle(tx, exam, now)
        exam = await exam_numbered(tx, number)
    if await _by_clock(tx, exam, {State.OPEN: [Move.OPEN]}):
        return Moved(exam, exam.state, changed=False)
    return await _open(tx, exam, min(exam.opens_at, now), now, by, CLI)


async def close_by_hand(tx: Tx, number: int, now: datetime, *, by: str) -> Moved:
    """Before its time it closes now, for those too who still sit. Raises: IllegalMove."""
    exam = await exam_numbered(tx, number, lock=True)
    if exam.state_at(now) is not State.PUBLISHED:
        await settle(tx, exam, now)
        exam = await exam_numbered(tx, number)
    if await _by_clock(tx, exam, {State.CLOSED: [Move.CLOSE], State.RELEASED: [Move.CLOSE, Move.RELEASE]}):
        return Moved(exam, exam.state, changed=False)
    moved = await _close(tx, exam, min(exam.closes_at, now), now, by, CLI)
    await sittings.shorten(tx, number, moved.exam.closes_at)
    return moved


async def _by_clock(tx: Tx, exam: Exam, moves: Mapping[State, Sequence[Move]]) -> bool:
    """Whether it is in one of these states, and the clock made all the moves by which it came there."""
    if exam.state not in moves:
        return False
    return {await exams.moved_via(tx, exam.number, act_of(move)) for move in moves[exam.state]} == {CLOCK}


async def _open(tx: Tx, exam: Exam, opens_at: datetime, now: datetime, by: str, via: str) -> Moved:
    state = after(exam, Move.OPEN)
    await exams.move(tx, exam, state, opens_at=opens_at)
    await logged(tx, exam, act_of(Move.OPEN), now, by=by, via=via, before=str(exam.state), then=str(state))
    return Moved(replace(exam, state=state, opens_at=opens_at), exam.state)


async def _close(tx: Tx, exam: Exam, closes_at: datetime, now: datetime, by: str, via: str) -> Moved:
    """Scores that are not kept back are released with it."""
    state = after(exam, Move.CLOSE)
    scores = exam.settings.release_score is not ScoreRelease.MANUAL
    await exams.move(tx, exam, state, closes_at=closes_at)
    await exams.mark_released(tx, exam.number, now, scores=scores)
    then = f"{state}, scores" if scores else str(state)
    await logged(tx, exam, act_of(Move.CLOSE), now, by=by, via=via, before=str(exam.state), then=then)
    closed = replace(exam, state=state, closes_at=closes_at, scores_released=scores or exam.scores_released)
    return Moved(closed, exam.state, scores=scores)


async def release(tx: Tx, number: int, now: datetime, *, by: str, scores_only: bool = False) -> Moved:
    """By hand: the scores, and the answers as soon as they may be. What the clock had to release counts as done.

    With `scores_only` the answers are left to a later release, or to the clock when the settings say so.

    While the answers are kept for people who wait for a make-up, an exam is not released for nothing: it stays
    closed, so that their 缓考 can still be decided. Raises: IllegalMove, also when nothing is left to release;
    TooEarly, MakeupOwed.
    """
    exam = await exam_numbered(tx, number, lock=True)
    done = await settle(tx, exam, now) if exam.state is not State.DRAFT else []
    before, exam = exam.state, done[-1].exam if done else exam
    if exam.state is State.OPEN:
        raise TooEarly(number, exam.closes_at)
    if exam.state is not State.RELEASED:
        after(exam, Move.RELEASE)
    until = await answers_from(tx, exam)
    waiting = 0 if exam.answers_released else len(await without_makeup(tx, exam, now))
    scores, answers = not exam.scores_released, not (exam.answers_released or waiting) and now >= until
    answers = answers and not scores_only
    if scores or answers or not (exam.state is State.RELEASED or waiting or scores_only):
        done.append(await _release(tx, exam, now, by, CLI, scores=scores, answers=answers))
    if not done and scores_only and not exam.answers_released:
        return Moved(exam, before, changed=False, waiting=waiting, scores_only=True)
    if not done:
        await _demand_the_clocks(tx, exam, until, waiting)
        return Moved(exam, before, changed=False)
    told = any(one.scores for one in done), any(one.answers for one in done)
    return Moved(done[-1].exam, before, *told, waiting=waiting, scores_only=scores_only)


async def _demand_the_clocks(tx: Tx, exam: Exam, until: datetime, waiting: int) -> None:
    """Nothing is left to release: no refusal when it was the clock that came first."""
    if waiting:
        raise MakeupOwed(exam.number, exam.makeup_of or exam.number, waiting)
    if not exam.answers_released:
        raise TooEarly(exam.number, until)
    if not await _by_clock(tx, exam, {State.RELEASED: [Move.RELEASE]}):
        raise IllegalMove(exam.number, exam.state, Move.RELEASE)


async def _release(tx: Tx, exam: Exam, now: datetime, by: str, via: str, *, scores: bool, answers: bool) -> Moved:
    """A released exam stays so when the rest of it is released."""
    state = exam.state if exam.state is State.RELEASED else after(exam, Move.RELEASE)
    await exams.move(tx, exam, state)
    await exams.mark_released(tx, exam.number, now, scores=scores, answers=answers)
    what = [name for name, yes in (("scores", scores), ("answers", answers)) if yes]
    then = ", ".join((str(state), *what))
    await logged(tx, exam, act_of(Move.RELEASE), now, by=by, via=via, before=str(exam.state), then=then)
    changed = {
        "scores_released": exam.scores_released or scores,
        "answers_released": exam.answers_released or answers,
    }
    return Moved(replace(exam, state=state, **changed), exam.state, scores, answers)
