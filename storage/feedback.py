"""投诉建议: numbered, answered, kept; it goes to the city and not to the unit complained of."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from storage.database import Tx
from storage.scope import Scope
from storage.tables import feedback


@dataclass(frozen=True, slots=True)
class Feedback:
    number: int
    person: str
    text: str
    sent_at: datetime
    answer: str
    answered_at: datetime | None


async def add(tx: Tx, person: str, text: str, now: datetime) -> int:
    """Returns the number."""
    row = insert(feedback).values(person=person, text=text, sent_at=now, answer="", answered_by="")
    number: int = (await tx.execute(row.returning(feedback.c.id))).scalar_one()
    return number


async def one(tx: Tx, scope: Scope, number: int) -> Feedback | None:
    statement = select(feedback).where(feedback.c.id == number, scope.allows(feedback.c.person))
    row = (await tx.execute(statement)).one_or_none()
    if row is None:
        return None
    return Feedback(row.id, row.person, row.text, row.sent_at, row.answer, row.answered_at)


async def answer(tx: Tx, number: int, text: str, *, by: str, now: datetime) -> bool:
    """False when it was answered before."""
    open_ = (feedback.c.id == number) & feedback.c.answered_at.is_(None)
    values = {"answer": text, "answered_by": by, "answered_at": now}
    return (await tx.execute(update(feedback).where(open_).values(values))).rowcount == 1


async def waiting(tx: Tx, scope: Scope, *, at_most: int = 20) -> list[Feedback]:
    statement = (
        select(feedback)
        .where(feedback.c.answered_at.is_(None), scope.allows(feedback.c.person))
        .order_by(feedback.c.id)
        .limit(at_most)
    )
    return [
        Feedback(r.id, r.person, r.text, r.sent_at, r.answer, r.answered_at) for r in await tx.execute(statement)
    ]
