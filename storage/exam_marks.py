"""Marks of sittings, every version of them, and the keys that were changed after publishing."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import bindparam, func, insert, select, update

from storage import bulk
from storage.database import Tx
from storage.scope import Scope
from storage.sets import among, among_numbers, texts
from storage.tables import exam_attempt, exam_key, exam_mark, exam_pool
from training.marking import KeyChange, Marks, decode_earned, encode_earned

HANDED_IN: Final = "交卷"


class Kept(msgspec.Struct, frozen=True):
    """One version of a sitting's marks; version 1 is the first."""

    attempt: int
    version: int
    marks: Marks
    reason: str
    marked_at: datetime


async def keep(tx: Tx, attempt: int, marks: Marks, reason: str, now: datetime, *, batch: int | None = None) -> None:
    """As the newest version; the sitting's score follows."""
    last = select(func.coalesce(func.max(exam_mark.c.version), 0)).where(exam_mark.c.attempt == attempt)
    version = (await tx.execute(last)).scalar_one() + 1
    values = {"attempt": attempt, "version": version, "score": marks.score, "batch": batch}
    earned = {"earned": encode_earned(marks.earned), "reason": reason, "marked_at": now}
    await tx.execute(insert(exam_mark).values(**values, **earned))
    here = exam_attempt.c.id == attempt
    await tx.execute(update(exam_attempt).where(here).values(score=marks.score))


async def versions(tx: Tx, attempts: Iterable[int]) -> Mapping[int, list[Kept]]:
    """Attempt → all versions of its marks, the first first."""
    wanted = sorted(set(attempts))
    found: dict[int, list[Kept]] = {attempt: [] for attempt in wanted}
    if not wanted:
        return found
    statement = (
        select(exam_mark)
        .where(among_numbers(exam_mark.c.attempt, "attempts"))
        .order_by(exam_mark.c.attempt, exam_mark.c.version)
    )
    for row in await tx.execute(statement, {"attempts": wanted}):
        marks = Marks(decode_earned(row.earned), row.score)
        found[row.attempt].append(Kept(row.attempt, row.version, marks, row.reason, row.marked_at))
    return found


async def add_change(tx: Tx, exam: int, change: KeyChange, *, reason: str, batch: int, now: datetime) -> None:
    values = {"exam": exam, "question": change.question, "voided": change.voided, "batch": batch}
    answer = msgspec.json.encode(change.answer).decode()
    await tx.execute(insert(exam_key).values(**values, answer=answer, reason=reason, recorded_at=now))


class Recorded(msgspec.Struct, frozen=True):
    """A changed key in its place: `number` grows from one to the next, `batch` by which it was confirmed."""

    number: int
    change: KeyChange
    reason: str
    batch: int
    recorded_at: datetime


async def history(tx: Tx, exam: int) -> list[Recorded]:
    """Every change of a key, in the order in which they were confirmed."""
    statement = select(exam_key).where(exam_key.c.exam == exam).order_by(exam_key.c.id)
    return [
        Recorded(row.id, _change(row.question, row.voided, row.answer), row.reason, row.batch, row.recorded_at)
        for row in await tx.execute(statement)
    ]


def standing(recorded: Iterable[Recorded]) -> dict[str, KeyChange]:
    """Question → what became of its key, the last word of several."""
    return {one.change.question: one.change for one in recorded}


async def changes(tx: Tx, exam: int) -> dict[str, KeyChange]:
    """`standing` of the whole history."""
    return standing(await history(tx, exam))


async def all_changes(tx: Tx) -> dict[int, dict[str, KeyChange]]:
    """Exam → `changes`, of every exam that has any."""
    found: dict[int, dict[str, KeyChange]] = {}
    for row in await tx.execute(select(exam_key).order_by(exam_key.c.id)):
        found.setdefault(row.exam, {})[row.question] = _change(row.question, row.voided, row.answer)
    return found


async def pooled(tx: Tx, numbers: Iterable[int], questions: Iterable[str]) -> set[tuple[int, str, int]]:
    """(exam, question, version) of these questions in the pools of these exams."""
    statement = select(exam_pool.c.exam, exam_pool.c.question, exam_pool.c.version).where(
        among_numbers(exam_pool.c.exam, "numbers"), among(exam_pool.c.question, "questions")
    )
    rows = await tx.execute(statement, {"numbers": sorted(set(numbers)), "questions": texts(questions)})
    return {(number, question, version) for number, question, version in rows}


def _change(question: str, voided: bool, answer: str) -> KeyChange:
    given = msgspec.json.decode(answer, type=tuple[str | tuple[str, ...], ...])
    return KeyChange(question, voided, () if voided else given)


class Result(msgspec.Struct, frozen=True):
    """An ended sitting with its score and full marks, in hundredths of a point."""

    attempt: int
    person: str
    number: int
    mode: str
    started_at: datetime
    ended_at: datetime
    ended_by: str
    score: int
    full_marks: int
    evidence: str


async def results(
    tx: Tx,
    scope: Scope,
    exam: int,
    *,
    person: str = "",
    persons: Iterable[str] | None = None,
    after: str = "",
    at_most_persons: int = 0,
) -> dict[str, list[Result]]:
    """Person → ended sittings in order: of one person, of several, or a page of persons by number; else of all."""
    values: dict[str, Any] = {}
    wanted = [exam_attempt.c.exam == exam, exam_attempt.c.ended_at.is_not(None), exam_attempt.c.score.is_not(None)]
    wanted.append(scope.allows(exam_attempt.c.person))
    if person:
        wanted.append(exam_attempt.c.person == person)
    if persons is not None:
        wanted.append(among(exam_attempt.c.person, "persons"))
        values = {"persons": texts(persons)}
    if at_most_persons:
        page = select(exam_attempt.c.person).where(*wanted, exam_attempt.c.person > after).distinct()
        wanted.append(exam_attempt.c.person.in_(page.order_by(exam_attempt.c.person).limit(at_most_persons)))
    columns = [exam_attempt.c[name] for name in _RESULT]
    statement = select(*columns).where(*wanted).order_by(exam_attempt.c.person, exam_attempt.c.number)
    found: dict[str, list[Result]] = {}
    for row in await tx.execute(statement, values):
        found.setdefault(row.person, []).append(Result(*row))
    return found


_RESULT: Final = (
    *("id", "person", "number", "mode", "started_at", "ended_at", "ended_by", "score", "full_marks", "evidence"),
)


async def keep_many(tx: Tx, rows: Iterable[tuple[int, int, Marks]], reason: str, now: datetime, batch: int) -> None:
    """(attempt, version, marks) of a marking anew; scores follow."""
    spell, given = bulk.spelling(tx), list(rows)
    columns = ("attempt", "version", "score", "earned", "reason", "batch", "marked_at")
    made = [
        (attempt, version, marks.score, encode_earned(marks.earned), reason, batch, spell.moment(now))
        for attempt, version, marks in given
    ]
    await bulk.append(tx, exam_mark, columns, made)
    if given:
        scores = [{"attempt": attempt, "new_score": marks.score} for attempt, _, marks in given]
        await tx.execute(_NEW_SCORE, scores)


_NEW_SCORE: Final = (
    update(exam_attempt).where(exam_attempt.c.id == bindparam("attempt")).values(score=bindparam("new_score"))
)
