"""签到: who was there on which day of an activity, and wrong codes that somebody typed.

A person has one row an activity and day, whoever writes it first; two processes meet at that key.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Tx
from storage.scope import Scope, within
from storage.sets import among, texts
from storage.tables import attendance, person, wrong_code
from training.activities import Attendance, Mark

_COLUMNS: Final = (
    attendance.c.activity,
    attendance.c.person,
    attendance.c.day,
    attendance.c.unit,
    attendance.c.mark,
    attendance.c.came_at,
    attendance.c.left_at,
    attendance.c.by,
    attendance.c.note,
)
_WHOSE: Final = (attendance.c.person, attendance.c.unit)


def _attendance(row: Sequence[Any]) -> Attendance:
    activity, number, day, unit, mark, *rest = row
    return Attendance(activity, number, day, unit, Mark(mark), *rest)


def _row(one: Attendance, now: datetime) -> dict[str, Any]:
    return {
        **{"activity": one.activity, "person": one.person, "day": one.day, "unit": one.unit},
        **{"mark": str(one.mark), "came_at": one.came, "left_at": one.left},
        **{"by": one.by, "at": now, "note": one.note},
    }


async def take_turn(tx: Tx, scope: Scope, number: str) -> None:
    """Nobody else signs this person in anywhere until the commit."""
    turn = select(person.c.created_at).where(person.c.number == number, scope.allows(person.c.number))
    await tx.execute(turn.with_for_update(key_share=True))


async def of_activity(tx: Tx, scope: Scope, activity: int) -> list[Attendance]:
    """By person and day."""
    statement = select(*_COLUMNS).where(attendance.c.activity == activity)
    ordered = within(statement, scope, *_WHOSE).order_by(attendance.c.person, attendance.c.day)
    return [_attendance(row) for row in await tx.execute(ordered)]


async def of_person(tx: Tx, scope: Scope, number: str, first: date, last: date) -> list[Attendance]:
    """Of all activities, on these days."""
    statement = select(*_COLUMNS).where(
        attendance.c.person == number, attendance.c.day >= first, attendance.c.day <= last
    )
    ordered = within(statement, scope, *_WHOSE).order_by(attendance.c.day, attendance.c.activity)
    return [_attendance(row) for row in await tx.execute(ordered)]


async def of_persons(
    tx: Tx, scope: Scope, activity: int, persons: Iterable[str], days: Iterable[date]
) -> list[Attendance]:
    """Of one activity, these people on these days."""
    statement = select(*_COLUMNS).where(
        attendance.c.activity == activity,
        among(attendance.c.person, "persons"),
        attendance.c.day.in_(sorted(set(days))),
    )
    rows = await tx.execute(within(statement, scope, *_WHOSE), {"persons": texts(persons)})
    return [_attendance(row) for row in rows]


async def sign(tx: Tx, one: Attendance, now: datetime) -> bool:
    """Write it unless there is a row already; False then."""
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    return (await tx.execute(make(attendance).values(_row(one, now)).on_conflict_do_nothing())).rowcount == 1


async def write(tx: Tx, rows: Sequence[Attendance], now: datetime) -> None:
    """As they are, also over what is there."""
    if not rows:
        return
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    statement = make(attendance)
    changed = {column.name: statement.excluded[column.name] for column in attendance.c if not column.primary_key}
    key = ["activity", "person", "day"]
    await tx.execute(
        statement.on_conflict_do_update(index_elements=key, set_=changed), [_row(one, now) for one in rows]
    )


async def leave(tx: Tx, one: Attendance, left: datetime) -> None:
    """Signed out; the last time counts."""
    here = (attendance.c.activity == one.activity) & (attendance.c.person == one.person)
    await tx.execute(update(attendance).where(here & (attendance.c.day == one.day)).values(left_at=left, at=left))


async def wrong_tries(tx: Tx, number: str) -> tuple[datetime, int] | None:
    """Since when, and how many."""
    statement = select(wrong_code.c.since, wrong_code.c.tries).where(wrong_code.c.person == number)
    row = (await tx.execute(statement)).one_or_none()
    return None if row is None else (row.since, row.tries)


async def keep_wrong(tx: Tx, number: str, since: datetime, tries: int) -> None:
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    values = {"since": since, "tries": tries}
    row = make(wrong_code).values(person=number, **values)
    await tx.execute(row.on_conflict_do_update(index_elements=["person"], set_=values))


async def forget_wrong(tx: Tx, number: str) -> None:
    await tx.execute(delete(wrong_code).where(wrong_code.c.person == number))
