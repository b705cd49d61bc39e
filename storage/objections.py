"""异议: what was objected to, who answers, and the answer. None is ever removed.

A state changes only from `waiting`.
"""

from typing import Any

from sqlalchemy import Select, insert, select, update

from storage.database import Tx
from storage.scope import Scope
from storage.tables import exam, exam_attempt, objection
from training.objections import Objection, State, Subject, subject_of


def _objection(row: Any) -> Objection:
    return Objection(
        *(row.number, row.person, row.unit, subject_of(row.subject), row.text, row.sent_at, row.against),
        *(row.level, row.due_on, State(row.state), row.answer, row.answered_by, row.answered_at, row.batch),
    )


def _within(scope: Scope) -> Select[Any]:
    return select(objection).where(scope.allows(objection.c.person, objection.c.unit))


async def add(tx: Tx, made: Objection) -> int:
    """Its number; that of `made` is not used."""
    values = {
        **{"person": made.person, "unit": made.unit, "subject": made.subject.key, "text": made.text},
        **{"sent_at": made.sent_at, "against": made.against, "level": made.level, "due_on": made.due},
        **{"state": str(made.state), "answer": made.answer, "answered_by": made.answered_by, "batch": made.batch},
    }
    number: int = (await tx.execute(insert(objection).values(values).returning(objection.c.number))).scalar_one()
    return number


async def one(tx: Tx, scope: Scope, number: int, *, lock: bool = False) -> Objection | None:
    """`lock`: nobody else moves it until the commit."""
    statement = _within(scope).where(objection.c.number == number)
    row = (await tx.execute(statement.with_for_update() if lock else statement)).one_or_none()
    return None if row is None else _objection(row)


async def of_person(tx: Tx, scope: Scope, person: str, *, at_most: int = 10) -> list[Objection]:
    """The latest first."""
    statement = _within(scope).where(objection.c.person == person).order_by(objection.c.number.desc())
    return [_objection(row) for row in await tx.execute(statement.limit(at_most))]


async def about(tx: Tx, scope: Scope, subject: Subject) -> list[Objection]:
    """All that were made to one thing, the earliest first."""
    statement = _within(scope).where(objection.c.subject == subject.key).order_by(objection.c.number)
    return [_objection(row) for row in await tx.execute(statement)]


async def waiting(tx: Tx, scope: Scope, *, at_most: int = 500) -> list[Objection]:
    """The earliest first."""
    statement = _within(scope).where(objection.c.state == str(State.WAITING)).order_by(objection.c.number)
    return [_objection(row) for row in await tx.execute(statement.limit(at_most))]


async def move(tx: Tx, before: Objection, after: State, **columns: Any) -> bool:
    """False: somebody was first."""
    here = (objection.c.number == before.number) & (objection.c.state == str(State.WAITING))
    return (await tx.execute(update(objection).where(here).values(state=str(after), **columns))).rowcount == 1


async def marked(tx: Tx, scope: Scope, person: str, *, at_most: int = 100) -> list[int]:
    """The exams of which the person has a mark, told or not, the latest first."""
    statement = (
        select(exam.c.number)
        .join(exam_attempt, exam_attempt.c.exam == exam.c.number)
        .where(
            exam_attempt.c.person == person,
            exam_attempt.c.score.is_not(None),
            scope.allows(exam_attempt.c.person),
        )
        .distinct()
        .order_by(exam.c.number.desc())
        .limit(at_most)
    )
    return list((await tx.execute(statement)).scalars())
