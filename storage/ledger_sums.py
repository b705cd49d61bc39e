"""Sums over the 学时台账, made by the database: of a page of people, and of a stretch of lines.

Amounts are whole hundredths, exact on both engines: a line has two places, so its hundredfold is a whole number.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Float, Integer, Select, cast, func, literal_column, select, type_coerce

from storage.database import Tx
from storage.guards import GENESIS
from storage.ledger import head
from storage.scope import Scope
from storage.sets import among, texts
from storage.tables import ledger_entry, person_year
from training.chains import Head
from training.summaries import Amount, Cut

WINDOW_LINES: Final = 10_000
YearSums = dict[tuple[str, int], dict[str, int]]
Total = tuple[int, int]  # hundredths, lines
_HUNDREDTHS: Final = cast(
    func.round(type_coerce(ledger_entry.c.hours, Float) * literal_column("100", Float)), Integer
)
_KIND: Final = (
    ledger_entry.c.person,
    ledger_entry.c.unit,
    ledger_entry.c.form,
    ledger_entry.c.content_classes,
)


async def of_people(
    tx: Tx, scope: Scope, persons: Iterable[str], year: int, cut: Cut, *, up_to: int | None = None
) -> Mapping[str, list[Amount]]:
    """Person → sums of the year's lines up to number `up_to` (None: all); people without any are absent."""
    statement, wanted = _by_kind(scope, year, cut, up_to), {"persons": texts(persons)}
    found: dict[str, list[Amount]] = {}
    for person, unit, form, classes, amount, lines in await tx.execute(statement, wanted):
        kinds = tuple(classes.split("、")) if classes else ()
        found.setdefault(person, []).append(Amount(person, unit, form, kinds, int(amount), lines))
    return found


def _by_kind(scope: Scope, year: int, cut: Cut, up_to: int | None) -> Select[Any]:
    numbered = () if up_to is None else (ledger_entry.c.seq <= up_to,)
    return (
        select(*_KIND, func.sum(_HUNDREDTHS), func.count())
        .where(
            among(ledger_entry.c.person, "persons"),
            ledger_entry.c.year == year,
            *numbered,
            *_within(cut),
            scope.allows(ledger_entry.c.person, ledger_entry.c.unit),
        )
        .group_by(*_KIND)
        .order_by(*_KIND)
    )


async def of_lines(tx: Tx, scope: Scope, year: int, cut: Cut, *, after: int, up_to: int) -> Mapping[str, Total]:
    """Person → the year's lines after number `after` up to number `up_to`. Call it for `WINDOW_LINES` at a time."""
    statement = _totals(scope, year, cut, ledger_entry.c.seq > after, ledger_entry.c.seq <= up_to)
    return {person: (int(amount), lines) for person, amount, lines in await tx.execute(statement)}


async def of_lines_at(
    tx: Tx, scope: Scope, year: int, cut: Cut, persons: Iterable[str], units: frozenset[str], *, up_to: int
) -> Mapping[str, Total]:
    """Person → the lines of the year posted at one of `units`, of these people, whatever else there is."""
    of_these = (among(ledger_entry.c.person, "persons"), among(ledger_entry.c.unit, "units"))
    statement = _totals(scope, year, cut, *of_these, ledger_entry.c.seq <= up_to)
    rows = await tx.execute(statement, {"persons": texts(persons), "units": texts(units)})
    return {person: (int(amount), lines) for person, amount, lines in rows}


async def posted_and_kept(tx: Tx, scope: Scope, persons: Iterable[str]) -> tuple[YearSums, YearSums]:
    """Hundredths by form for every person and year, added up from the lines, and as the year rows have them.

    What came to nothing is absent. One statement, because two would see two moments on PostgreSQL.
    """
    keys = (ledger_entry.c.person, ledger_entry.c.year, ledger_entry.c.form)
    lines = (
        select(*keys, func.sum(_HUNDREDTHS).label("amount"))
        .where(among(ledger_entry.c.person, "persons"), scope.allows(ledger_entry.c.person, ledger_entry.c.unit))
        .group_by(*keys)
    )
    rows = select(person_year.c.person, person_year.c.year, person_year.c.by_form, literal_column("NULL")).where(
        among(person_year.c.person, "persons"), scope.allows(person_year.c.person)
    )
    posted: YearSums = {}
    kept: YearSums = {}
    for person, year, said, amount in await tx.execute(lines.union_all(rows), {"persons": texts(persons)}):
        if amount is None:
            sums = {form: held for form, held in msgspec.json.decode(said).items() if held}
            if sums:
                kept[person, year] = sums
        elif amount:
            posted.setdefault((person, year), {})[said] = int(amount)
    return posted, kept


async def kept_owed(tx: Tx, scope: Scope, persons: Iterable[str]) -> Mapping[tuple[str, int], int]:
    """(person, year) → what the year row says is owed, in hundredths, where it says anything."""
    statement = select(person_year.c.person, person_year.c.year, person_year.c.owed_hundredths).where(
        among(person_year.c.person, "persons"),
        person_year.c.owed_hundredths.is_not(None),
        scope.allows(person_year.c.person),
    )
    rows = await tx.execute(statement, {"persons": texts(persons)})
    return {(person, year): amount for person, year, amount in rows}


def _totals(scope: Scope, year: int, cut: Cut, *conditions: ColumnElement[bool]) -> Select[Any]:
    person, unit = ledger_entry.c.person, ledger_entry.c.unit
    return (
        select(person, func.sum(_HUNDREDTHS), func.count())
        .where(*conditions, ledger_entry.c.year == year, *_within(cut), scope.allows(person, unit))
        .group_by(person)
    )


def _within(cut: Cut) -> Iterable[ColumnElement[bool]]:
    if cut.as_of is not None:
        yield ledger_entry.c.starts_on <= cut.as_of
    if cut.known_at is not None:
        yield ledger_entry.c.recorded_at <= cut.known_at


async def head_at(tx: Tx, scope: Scope, known_at: datetime) -> Head:
    """The last line recorded by then: numbers and moments rise together, so it is found by halving."""
    low, high = 0, (await head(tx)).seq
    found = Head(0, GENESIS)
    while low < high:
        middle = (low + high + 1) // 2
        statement = select(ledger_entry.c.recorded_at, ledger_entry.c.hash).where(
            ledger_entry.c.seq == middle, scope.allows(ledger_entry.c.person, ledger_entry.c.unit)
        )
        row = (await tx.execute(statement)).one_or_none()
        if row is not None and row.recorded_at <= known_at:
            low, found = middle, Head(middle, row.hash)
        else:
            high = middle - 1
    return found
