"""What limits and refilling have to know of the ledger: people's lines of some years, and what cut ones earned.

A number of queries that does not depend on how many people or lines there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, bindparam, func, insert, or_, select

from storage.database import Tx
from storage.ledger import Line, line_of
from storage.scope import Scope
from storage.sets import among, texts
from storage.tables import ledger_earned, ledger_entry
from training.earned_rows import IMPORT, MERGE, RECOGNISED, RECOGNISED_CUT, REFILL
from training.line_days import Earned

_OF_PEOPLE: Final[tuple[ColumnElement[Any], ...]] = (
    among(ledger_entry.c.person, "persons"),
    among(ledger_entry.c.form, "forms"),
    ledger_entry.c.year >= bindparam("first_year"),
    ledger_entry.c.year <= bindparam("last_year"),
    ledger_entry.c.ends_on >= bindparam("first_day"),
    ledger_entry.c.starts_on <= bindparam("last_day"),
)
_HAS_ROWS: Final = select(ledger_earned.c.seq).where(ledger_earned.c.seq == ledger_entry.c.seq).exists()


async def lines_of(
    tx: Tx,
    scope: Scope,
    persons: Iterable[str],
    years: tuple[int, int],
    forms: Iterable[str],
    days: tuple[date, date] = (date.min, date.max),
) -> Mapping[str, list[Line]]:
    """Person → lines of these forms that touch the days, in order; reversals are among them.

    `years` and `days` are the first and the last.
    """
    statement = (
        select(ledger_entry)
        .where(*_OF_PEOPLE, scope.allows(ledger_entry.c.person, ledger_entry.c.unit))
        .order_by(ledger_entry.c.seq)
    )
    found: dict[str, list[Line]] = {}
    for row in await tx.execute(statement, _bound(persons, years, forms, days)):
        found.setdefault(row.person, []).append(line_of(row))
    return found


async def earned_of(
    tx: Tx,
    scope: Scope,
    persons: Iterable[str],
    years: tuple[int, int],
    forms: Iterable[str],
    days: tuple[date, date] = (date.min, date.max),
) -> Mapping[int, list[Earned]]:
    """Number of a line → its days, for those of the same lines of which something was kept."""
    statement = (
        select(ledger_earned)
        .join(ledger_entry, ledger_entry.c.seq == ledger_earned.c.seq)
        .where(*_OF_PEOPLE, scope.allows(ledger_entry.c.person, ledger_entry.c.unit))
        .order_by(ledger_earned.c.seq, ledger_earned.c.day)
    )
    found: dict[int, list[Earned]] = {}
    for row in await tx.execute(statement, _bound(persons, years, forms, days)):
        found.setdefault(row.seq, []).append(_earned(row))
    return found


def _earned(row: Row[Any]) -> Earned:
    return Earned(row.event, row.day, row.earned_hundredths, row.posted_hundredths)


async def with_rows(
    tx: Tx, scope: Scope, *, after: int, up_to: int
) -> tuple[list[Line], Mapping[int, Sequence[Earned]]]:
    """Of the lines after number `after` up to number `up_to` those that have rows or may have to, and these rows.

    Call it for some thousands at a time.
    """
    rows = select(ledger_earned).where(ledger_earned.c.seq > after, ledger_earned.c.seq <= up_to)
    found: dict[int, list[Earned]] = {}
    for row in await tx.execute(rows.order_by(ledger_earned.c.seq, ledger_earned.c.day)):
        found.setdefault(row.seq, []).append(_earned(row))
    source, note = ledger_entry.c.source, ledger_entry.c.note
    lines = select(ledger_entry).where(
        ledger_entry.c.seq > after,
        ledger_entry.c.seq <= up_to,
        or_(
            source.in_((REFILL, MERGE)),
            (source == IMPORT) & (note != ""),
            source.in_(RECOGNISED) & note.startswith(RECOGNISED_CUT),
            _HAS_ROWS,
        ),
        scope.allows(ledger_entry.c.person, ledger_entry.c.unit),
    )
    return [line_of(row) for row in await tx.execute(lines.order_by(ledger_entry.c.seq))], found


async def without_line(tx: Tx) -> int | None:
    """The lowest number of a row of which there is no line."""
    statement = (
        select(func.min(ledger_earned.c.seq))
        .outerjoin(ledger_entry, ledger_entry.c.seq == ledger_earned.c.seq)
        .where(ledger_entry.c.seq.is_(None))
    )
    number: int | None = (await tx.execute(statement)).scalar_one()
    return number


def _bound(
    persons: Iterable[str], years: tuple[int, int], forms: Iterable[str], days: tuple[date, date]
) -> dict[str, Any]:
    return {
        **{"persons": texts(persons), "forms": texts(forms)},
        **{"first_year": years[0], "last_year": years[1], "first_day": days[0], "last_day": days[1]},
    }


async def keep(tx: Tx, kept: Mapping[int, Sequence[Earned]]) -> None:
    """Number of a line just posted → its days."""
    rows = [
        {
            **{"seq": seq, "day": one.day, "event": one.event},
            **{"earned_hundredths": one.earned, "posted_hundredths": one.posted},
        }
        for seq, days in kept.items()
        for one in days
    ]
    if rows:
        await tx.execute(insert(ledger_earned), rows)
