"""What is kept of a person beside the roll, answers and hours, for 我的数据: counts, and the pieces of evidence."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, func, select

from storage.database import Tx
from storage.scope import Scope
from storage.tables import attendance, claim, duty_fact, evidence, objection, roll_report
from training.evidence import Piece, State


@dataclass(frozen=True, slots=True)
class OwnRecords:
    """`reports`: 人员变动申报 about the person; `pieces`: those that the person brought and that are kept."""

    attended: int = 0
    claims: int = 0
    objections: int = 0
    duty_facts: int = 0
    reports: int = 0
    pieces: tuple[Piece, ...] = ()


NOTHING: Final = OwnRecords()


async def kept_of(tx: Tx, scope: Scope, person: str) -> OwnRecords:
    whose = (attendance.c.person, claim.c.person, objection.c.person, duty_fact.c.subject, roll_report.c.person)
    attended, claims, objections, facts, reports = [await _count(tx, scope, column, person) for column in whose]
    return OwnRecords(attended, claims, objections, facts, reports, await _pieces(tx, scope, person))


async def _count(tx: Tx, scope: Scope, whose: ColumnElement[str], person: str) -> int:
    statement = select(func.count()).where(whose == person, scope.allows(whose))
    return int((await tx.execute(statement)).scalar_one())


async def _pieces(tx: Tx, scope: Scope, person: str) -> tuple[Piece, ...]:
    its = evidence.c
    statement = (
        select(its.number, its.subject, its.type, its.size_bytes, its.received_at)
        .where(its.person == person, its.state == str(State.KEPT), scope.allows(its.person))
        .order_by(its.number)
    )
    return tuple(
        Piece(row.number, row.subject, person, State.KEPT, row.type, row.size_bytes, row.received_at)
        for row in await tx.execute(statement)
    )
