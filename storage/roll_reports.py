"""人员变动申报 and 本月无变动, and the next free 人员编号 for somebody new.

A report may be seen by who made it, by the admins of its unit, and by those of the unit that has to confirm it.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, insert, or_, select, update

from storage.database import Tx
from storage.scope import Scope
from storage.tables import person, roll_report
from training.batches import RollChanges, decoded, encoded
from training.roll_reports import Kind, Report, State

OPEN: Final = (State.RECEIVING.value, State.PROPOSED.value)
_row = roll_report.c


def _seen(scope: Scope) -> ColumnElement[bool]:
    by_unit = scope.allows(_row.by, _row.unit)
    return or_(by_unit, _row.receiving.in_(sorted(scope.units))) if scope.units else by_unit


def _report(row: Any) -> Report:
    changes = decoded(row.changes) if row.changes else None
    return Report(
        row.unit,
        row.month,
        Kind(row.kind),
        row.by,
        row.at,
        State(row.state),
        row.person,
        changes if isinstance(changes, RollChanges) else None,
        row.shown,
        row.receiving,
        row.number,
        row.received_by,
        row.received_at,
        row.batch,
        row.note,
    )


async def take_turn(tx: Tx, scope: Scope, reporter: str) -> None:
    """Whoever reports twice at once does so one after the other."""
    turn = select(person.c.number).where(person.c.number == reporter, scope.allows(person.c.number))
    await tx.execute(turn.with_for_update(key_share=True))


async def add(tx: Tx, report: Report) -> int:
    """Returns the number."""
    values = {
        "unit": report.unit,
        "month": report.month,
        "kind": report.kind.value,
        "person": report.person,
        "changes": encoded(report.changes) if report.changes else "",
        "shown": report.shown,
        "receiving": report.receiving,
        "state": report.state.value,
        "by": report.by,
        "at": report.at,
        "received_by": "",
        "batch": report.batch,
        "note": report.note,
    }
    number: int = (await tx.execute(insert(roll_report).values(**values).returning(_row.number))).scalar_one()
    return number


async def one(tx: Tx, scope: Scope, number: int) -> Report | None:
    statement = select(roll_report).where(_row.number == number, _seen(scope))
    found = (await tx.execute(statement)).one_or_none()
    return None if found is None else _report(found)


async def waiting(tx: Tx, scope: Scope) -> list[Report]:
    """Those that are not decided, the oldest first."""
    statement = select(roll_report).where(_row.state.in_(OPEN), _seen(scope)).order_by(_row.number)
    return [_report(row) for row in await tx.execute(statement)]


async def of_month(tx: Tx, scope: Scope, month: date) -> list[Report]:
    """What counts as a report for the month: all but what was withdrawn."""
    standing = _row.state != State.WITHDRAWN.value
    statement = select(roll_report).where(_row.month == month, standing, _seen(scope)).order_by(_row.number)
    return [_report(row) for row in await tx.execute(statement)]


async def move(tx: Tx, before: Report, after: State, **columns: Any) -> bool:
    """False: somebody was first."""
    still = (_row.number == before.number) & (_row.state == before.state.value)
    values = {"state": after.value, **columns}
    return (await tx.execute(update(roll_report).where(still).values(**values))).rowcount == 1


async def next_number(tx: Tx, scope: Scope) -> int:
    """After the highest generated one (`R000123`) of the roll and of those who are reported as new."""
    rows = await tx.execute(
        select(person.c.number).where(person.c.number.like("R%"), scope.allows(person.c.number))
    )
    known = [*rows.scalars(), *_promised(await waiting(tx, scope))]
    return max((int(one[1:]) for one in known if one[1:].isdecimal()), default=0) + 1


def _promised(reports: Sequence[Report]) -> list[str]:
    return [
        edit.person
        for report in reports
        if report.kind is Kind.JOIN and report.changes is not None
        for edit in report.changes.people
        if edit.person.startswith("R")
    ]
