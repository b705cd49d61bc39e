"""What 异常线索 are made of: decisions, moments, and sums of a year. Each reads the year once."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, String, case, func, select
from sqlalchemy import type_coerce as kept_as

from storage.database import Tx
from storage.scope import Scope
from storage.tables import attendance, claim, daily_answer, ledger_entry, person_now
from training.activities import Mark
from training.calendar import start_of
from training.clues import FULL, TOGETHER, Decision
from training.hours import decimal, hundredths
from training.spot_checks import SOURCES

MOST_GROUPS: Final = 200
SIGN_IN: Final = "sign_in"
DAILY: Final = "daily"
_SECOND: Final = 19  # characters of a moment to the second


def _span(year: int) -> tuple[datetime, datetime]:
    return start_of(date(year, 1, 1)), start_of(date(year + 1, 1, 1))


async def decisions(tx: Tx, scope: Scope, year: int) -> list[Decision]:
    """Of claims that were decided in the year."""
    since, before = _span(year)
    statement = (
        select(claim.c.number, claim.c.decided_by, claim.c.shown_at, claim.c.decided_at)
        .where(
            claim.c.decided_at >= since,
            claim.c.decided_at < before,
            claim.c.decided_by != "",
            claim.c.shown_at.is_not(None),
            scope.allows(claim.c.person, claim.c.unit),
        )
        .order_by(claim.c.number)
    )
    return [Decision(*row) for row in await tx.execute(statement)]


async def moments(tx: Tx, scope: Scope, year: int) -> list[tuple[str, str, datetime, int]]:
    """What, unit, second, and how many persons; the largest first."""
    found = [(SIGN_IN, *row) for row in await _signed(tx, scope, year)]
    found += [(DAILY, *row) for row in await _answered(tx, scope, year)]
    return sorted(found, key=lambda one: (-one[3], one[0], one[1], one[2]))[:MOST_GROUPS]


async def _signed(tx: Tx, scope: Scope, year: int) -> list[tuple[str, datetime, int]]:
    since, before = _span(year)
    second = _second(tx, attendance.c.came_at)
    statement = (
        select(attendance.c.unit, second, func.count())
        .where(
            attendance.c.came_at >= since,
            attendance.c.came_at < before,
            attendance.c.mark == str(Mark.SIGNED),
            scope.allows(attendance.c.person, attendance.c.unit),
        )
        .group_by(attendance.c.unit, second)
        .having(func.count() >= TOGETHER)
    )
    return [(unit, _moment(at), count) for unit, at, count in await tx.execute(statement)]


async def _answered(tx: Tx, scope: Scope, year: int) -> list[tuple[str, datetime, int]]:
    """By the unit of today."""
    since, before = _span(year)
    second = _second(tx, daily_answer.c.answered_at)
    statement = (
        select(person_now.c.unit, second, func.count())
        .join(person_now, person_now.c.number == daily_answer.c.person)
        .where(
            daily_answer.c.answered_at >= since,
            daily_answer.c.answered_at < before,
            scope.allows(person_now.c.number, person_now.c.unit),
        )
        .group_by(person_now.c.unit, second)
        .having(func.count() >= TOGETHER)
    )
    return [(unit, _moment(at), count) for unit, at, count in await tx.execute(statement)]


def _second(tx: Tx, column: ColumnElement[Any]) -> ColumnElement[Any]:
    if tx.dialect.name == "sqlite":
        return func.substr(kept_as(column, String), 1, _SECOND)
    return func.to_char(func.timezone("UTC", func.date_trunc("second", column)), "YYYY-MM-DD HH24:MI:SS")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def december(tx: Tx, scope: Scope, year: int) -> Mapping[str, tuple[int, int]]:
    """单位代码 → hours that began in December, and of the whole year. Equal hours are counted first: exact."""
    late = case((ledger_entry.c.starts_on >= date(year, 12, 1), 1), else_=0)
    columns = (ledger_entry.c.unit, late, ledger_entry.c.hours)
    statement = (
        select(*columns, func.count())
        .where(ledger_entry.c.year == year, scope.allows(ledger_entry.c.person, ledger_entry.c.unit))
        .group_by(*columns)
    )
    found: dict[str, tuple[int, int]] = {}
    for unit, is_late, hours, lines in await tx.execute(statement):
        part, whole = found.get(unit, (0, 0))
        amount = hundredths(Decimal(hours)) * lines
        found[unit] = (part + amount * is_late, whole + amount)
    return found


async def recognised(tx: Tx, scope: Scope, year: int) -> list[tuple[str, datetime, int]]:
    """Who recognised how many lines at which moment of the year."""
    since, before = _span(year)
    columns = (ledger_entry.c.approved_by, ledger_entry.c.recorded_at)
    statement = (
        select(*columns, func.count())
        .where(
            ledger_entry.c.recorded_at >= since,
            ledger_entry.c.recorded_at < before,
            ledger_entry.c.source.in_(SOURCES),
            ledger_entry.c.reverses.is_(None),
            ledger_entry.c.approved_by != "",
            scope.allows(ledger_entry.c.person, ledger_entry.c.unit),
        )
        .group_by(*columns)
    )
    return [(by, moment, count) for by, moment, count in await tx.execute(statement)]


async def full_activities(tx: Tx, scope: Scope, year: int) -> frozenset[int]:
    """Activities of which somebody has a line of exactly `FULL` in the year."""
    statement = select(ledger_entry.c.source_ref).where(
        ledger_entry.c.year == year,
        ledger_entry.c.source == SOURCES[0],
        ledger_entry.c.hours == decimal(FULL),
        scope.allows(ledger_entry.c.person, ledger_entry.c.unit),
    )
    numbers = (ref.split(":")[1] for ref in (await tx.execute(statement)).scalars() if ref.count(":") > 1)
    return frozenset(int(number) for number in numbers if number.isdigit())
