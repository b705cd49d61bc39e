"""Rounds through the 应考名单: invitations, and hours with word of the score; in slices, each person once.

A round stands at a 人员编号; what was cut short goes on behind it, in whatever process.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec
from sqlalchemy import select, update

from storage.database import Tx
from storage.scope import Scope
from storage.sets import among, texts
from storage.tables import account, exam, exam_attempt, exam_roll
from training.exams import Excuse, State


class Round(StrEnum):
    """As the columns of `exam` begin."""

    INVITED = "invited"
    CREDITED = "credited"


class Called(msgspec.Struct, frozen=True):
    """Somebody on the roll, with the accounts of one channel."""

    person: str
    accounts: tuple[str, ...]
    excuse: Excuse


class Wanted(msgspec.Struct, frozen=True):
    """A round that is not done: through the roll of this exam, behind this 人员编号."""

    exam: int
    kind: Round
    through: str


async def wanted(tx: Tx) -> list[Wanted]:
    """Invitations of open exams, hours of exams whose scores are released."""
    calling = (exam.c.state == str(State.OPEN)) & exam.c.invited_at.is_(None)
    crediting = exam.c.scores_released_at.is_not(None) & exam.c.credited_at.is_(None)
    found = []
    for kind, due, through in (
        (Round.INVITED, calling, exam.c.invited_through),
        (Round.CREDITED, crediting, exam.c.credited_through),
    ):
        rows = await tx.execute(select(exam.c.number, through).where(due).order_by(exam.c.number))
        found += [Wanted(number, kind, reached) for number, reached in rows]
    return found


async def advance(tx: Tx, one: Wanted, through: str, *, done_at: datetime | None) -> bool:
    """Move the mark on; False when another process did the same slice."""
    here = (exam.c.number == one.exam) & (exam.c[f"{one.kind}_through"] == one.through)
    here &= exam.c[f"{one.kind}_at"].is_(None)
    values = {f"{one.kind}_through": through, f"{one.kind}_at": done_at}
    return (await tx.execute(update(exam).where(here).values(values))).rowcount == 1


async def who_sat(tx: Tx, scope: Scope, number: int, persons: Iterable[str]) -> frozenset[str]:
    """Those of them with a sitting that has ended."""
    statement = (
        select(exam_attempt.c.person)
        .where(
            among(exam_attempt.c.person, "persons"),
            exam_attempt.c.exam == number,
            exam_attempt.c.ended_at.is_not(None),
            scope.allows(exam_attempt.c.person),
        )
        .distinct()
    )
    return frozenset((await tx.execute(statement, {"persons": texts(persons)})).scalars())


async def page(tx: Tx, scope: Scope, one: Wanted, channel: str, *, at_most: int) -> Sequence[Called]:
    """The next people of the roll by 人员编号, also those without an account."""
    numbers = (
        select(exam_roll.c.person, exam_roll.c.excuse)
        .where(
            exam_roll.c.exam == one.exam,
            exam_roll.c.person > one.through,
            scope.allows(exam_roll.c.person, exam_roll.c.unit),
        )
        .order_by(exam_roll.c.person)
        .limit(at_most)
        .subquery()
    )
    statement = (
        select(numbers.c.person, numbers.c.excuse, account.c.account)
        .outerjoin(account, (account.c.person == numbers.c.person) & (account.c.channel == channel))
        .order_by(numbers.c.person, account.c.account)
    )
    found: dict[str, Called] = {}
    for person, excuse, name in await tx.execute(statement):
        so_far = found.get(person)
        names = (*(so_far.accounts if so_far else ()), *((name,) if name else ()))
        found[person] = Called(person, names, Excuse(excuse))
    return list(found.values())
