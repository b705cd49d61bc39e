"""The 学时汇总 of a year: everybody whom a scope counts, who left it, and how it agrees with the ledger.

Read in slices of people and of lines, each in a short transaction of its own; nothing is asked for one person.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from handlers.actions.unit_trees import UnitTree, tree_on
from storage import ledger_sums, people
from storage.database import Database, Tx
from storage.scope import EVERYTHING
from training.people import Category, Fact, Field, StatusPeriod
from training.requirements import Owed, owed
from training.rules import Rules
from training.summaries import Amount, Cut, Figures, Reconciliation, figures, recorded
from training.summary_roll import Part, Place, place_on

SLICE_PERSONS: Final = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """`day`: where people stand on it; `units` None is the whole city; lines up to number `up_to`."""

    year: int
    day: date
    cut: Cut
    tree: UnitTree
    units: frozenset[str] | None
    up_to: int

    def holds(self, unit: str) -> bool:
        return self.units is None or unit in self.units


@dataclass(frozen=True, slots=True)
class Row:
    place: Place
    owes: Owed
    figures: Figures


@dataclass(frozen=True, slots=True)
class Summary:
    """`rows` are counted; `gone` stand in the 年内减员表: they left, or moved out of the scope."""

    rows: tuple[Row, ...]
    gone: tuple[Row, ...]
    reconciliation: Reconciliation


def standing_day(year: int, as_of: date) -> date:
    """人员关系 is looked at on the 统计截止日, but never after the year has ended."""
    return min(as_of, date(year, 12, 31))


async def unit_tree(database: Database, day: date, cut: Cut) -> UnitTree:
    async with database.read() as tx:
        return await tree_on(tx, day, cut.known_at)


async def summary(database: Database, rules: Rules, wanted: Wanted) -> Summary:
    rows: list[Row] = []
    gone: list[Row] = []
    asked: list[str] = []
    elsewhere = 0
    after = ""
    while True:
        found = await _slice(database, wanted, after)
        if not found.numbers:
            break
        after = found.numbers[-1]
        asked += found.facts
        for row, amounts in _rows(found, rules, wanted):
            if _counts(row, wanted):
                rows.append(row)
                elsewhere += sum(one.amount for one in amounts if not wanted.holds(one.unit))
            elif _left(row, wanted):
                gone.append(row)
    reconciled = await _reconciled(database, wanted, rows, elsewhere, asked)
    return Summary(_sorted(rows), _sorted(gone), reconciled)


def _sorted(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: (row.place.unit, row.place.number)))


@dataclass(frozen=True, slots=True)
class _Slice:
    numbers: Sequence[str]
    facts: Mapping[str, list[Fact]]
    periods: Mapping[str, list[StatusPeriod]]
    amounts: Mapping[str, list[Amount]]


async def _slice(database: Database, wanted: Wanted, after: str) -> _Slice:
    """The next people on the roll; what is known only of those who ever were in the scope."""
    async with database.read() as tx:
        numbers = await people.numbers(tx, EVERYTHING, after=after, at_most=SLICE_PERSONS)
        return await _known(tx, wanted, numbers)


async def _known(tx: Tx, wanted: Wanted, numbers: Sequence[str]) -> _Slice:
    facts = await people.facts_of(tx, EVERYTHING, numbers)
    asked = [number for number in facts if any(_concerns(fact, wanted) for fact in facts[number])]
    periods = await people.periods_of(tx, EVERYTHING, asked)
    amounts = await ledger_sums.of_people(tx, EVERYTHING, asked, wanted.year, wanted.cut, up_to=wanted.up_to)
    return _Slice(numbers, {number: facts[number] for number in asked}, periods, amounts)


async def rows_among(tx: Tx, rules: Rules, wanted: Wanted, numbers: Sequence[str]) -> list[Row]:
    """Those of the people whom the scope counts, within one transaction: for the units of one admin."""
    rows: list[Row] = []
    for first in range(0, len(numbers), SLICE_PERSONS):
        found = await _known(tx, wanted, numbers[first : first + SLICE_PERSONS])
        rows += [row for row, _ in _rows(found, rules, wanted) if _counts(row, wanted)]
    return rows


def _concerns(fact: Fact, wanted: Wanted) -> bool:
    return fact.field == Field.UNIT and wanted.holds(fact.value)


def _rows(found: _Slice, rules: Rules, wanted: Wanted) -> Iterable[tuple[Row, list[Amount]]]:
    policies, known_at = rules.policies, wanted.cut.known_at
    for number, facts in found.facts.items():
        periods, amounts = found.periods.get(number, []), found.amounts.get(number, [])
        place = place_on(number, facts, periods, wanted.day, wanted.year, rules.statuses_on(wanted.day), known_at)
        owes = owed(facts, periods, wanted.year, *policies, known_at=known_at)
        yield Row(place, owes, figures(owes, recorded(amounts), rules.hours)), amounts


def _counts(row: Row, wanted: Wanted) -> bool:
    """In post at a unit of the scope, and assessed: 其他 only for the months in which the person was not."""
    assessed = row.place.category != Category.OTHER or row.owes.hours > 0
    return row.place.part is Part.COUNTED and wanted.holds(row.place.unit) and assessed


def _left(row: Row, wanted: Wanted) -> bool:
    place = row.place
    if place.part is Part.LEFT:
        return wanted.holds(place.unit) or (wanted.units is not None and place.was_in(wanted.units))
    moved = place.part is Part.COUNTED and not wanted.holds(place.unit)
    return moved and wanted.units is not None and place.was_in(wanted.units)


async def _reconciled(
    database: Database, wanted: Wanted, rows: Sequence[Row], elsewhere: int, asked: Sequence[str]
) -> Reconciliation:
    """The ledger is read once more, by its lines and not by what is owed, so that the two can differ."""
    by_person: dict[str, int] = {}
    lines = 0
    async for found in _totals(database, wanted, asked):
        for person, (amount, count) in found.items():
            by_person[person] = by_person.get(person, 0) + amount
            lines += count
    listed = {row.place.number for row in rows}
    outside = [amount for person, amount in by_person.items() if person not in listed]
    return Reconciliation(
        sum(by_person.values()),
        lines,
        sum(row.figures.recorded for row in rows),
        sum(outside),
        len(outside),
        elsewhere,
    )


async def _totals(
    database: Database, wanted: Wanted, asked: Sequence[str]
) -> AsyncIterator[Mapping[str, ledger_sums.Total]]:
    """Of the city all lines there are, whoever they name; of some units those of all who ever were in them."""
    year, cut, last = wanted.year, wanted.cut, wanted.up_to
    if wanted.units is None:
        for after in range(0, last, ledger_sums.WINDOW_LINES):
            up_to = min(after + ledger_sums.WINDOW_LINES, last)
            async with database.read() as tx:
                yield await ledger_sums.of_lines(tx, EVERYTHING, year, cut, after=after, up_to=up_to)
        return
    for first in range(0, len(asked), SLICE_PERSONS):
        some = asked[first : first + SLICE_PERSONS]
        async with database.read() as tx:
            yield await ledger_sums.of_lines_at(tx, EVERYTHING, year, cut, some, wanted.units, up_to=last)
