"""Sittings of an exam whose scores were brought in from outside: no paper, no answers, one version of marks."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from storage import exam_marks
from storage.database import Tx
from storage.scope import Scope
from storage.sets import among, texts
from storage.sittings import BY_IMPORT, CHAT, PAPER
from storage.tables import exam_attempt, exam_roll
from training.calendar import day_of, start_of
from training.exams import Excuse
from training.marking import Marks
from training.score_lines import Sat, ScoreLine

IMPORTED = "成绩导入"


async def known(
    tx: Tx, scope: Scope, exam: int, persons: Iterable[str] | None = None
) -> Mapping[str, Sequence[Sat]]:
    """Person → sittings of the exam in order, ended or not: of these persons, or of everybody."""
    statement = select(
        exam_attempt.c.person,
        exam_attempt.c.number,
        exam_attempt.c.started_at,
        exam_attempt.c.score,
        exam_attempt.c.ended_at,
        exam_attempt.c.mode,
    ).where(exam_attempt.c.exam == exam, scope.allows(exam_attempt.c.person))
    values: dict[str, Any] = {}
    if persons is not None:
        statement, values = statement.where(among(exam_attempt.c.person, "persons")), {"persons": texts(persons)}
    found: dict[str, list[Sat]] = {}
    rows = await tx.execute(statement.order_by(exam_attempt.c.person, exam_attempt.c.number), values)
    for person, number, began, score, ended, mode in rows:
        found.setdefault(person, []).append(Sat(number, day_of(began), score, ended is not None, mode != CHAT))
    return found


async def excuses(tx: Tx, scope: Scope, exam: int, persons: Iterable[str]) -> Mapping[str, Excuse]:
    """Those of the persons who are on the 应考名单, and whether they need not sit."""
    statement = select(exam_roll.c.person, exam_roll.c.excuse).where(
        exam_roll.c.exam == exam,
        among(exam_roll.c.person, "persons"),
        scope.allows(exam_roll.c.person, exam_roll.c.unit),
    )
    rows = await tx.execute(statement, {"persons": texts(persons)})
    return {person: Excuse(why) for person, why in rows}


async def enter(tx: Tx, exam: int, numbered: Iterable[tuple[int, ScoreLine]], now: datetime, batch: int) -> None:
    """(which sitting of the person, score): ended on the stated day, with first marks of the batch."""
    entering = [(number, line) for number, line in numbered]
    if not entering:
        return
    statement = insert(exam_attempt).returning(exam_attempt.c.id, sort_by_parameter_order=True)
    rows = [_row(exam, number, line) for number, line in entering]
    attempts = (await tx.execute(statement, rows)).scalars().all()
    marks = [(attempt, 1, Marks((), line.score)) for attempt, (_, line) in zip(attempts, entering, strict=True)]
    await exam_marks.keep_many(tx, marks, IMPORTED, now, batch)


def _row(exam: int, number: int, line: ScoreLine) -> dict[str, Any]:
    """Nobody knows the hour: the sitting stands at the beginning of its day."""
    at = start_of(line.day)
    return {
        **{"exam": exam, "person": line.person, "number": number, "mode": PAPER},
        **{"started_at": at, "deadline_at": at, "ended_at": at, "ended_by": BY_IMPORT},
        **{"full_marks": line.full, "evidence": f"{line.evidence or '无'}（{line.way}）"},
    }
