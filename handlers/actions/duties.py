"""Who owes which duty, read from the roll and the units as they are recorded, with names for a list."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from handlers.actions.duty_progress import Done, done_by, progress_of
from handlers.actions.rolls import known_people
from handlers.actions.standings import load_standings
from storage import people, units
from storage.database import Database
from storage.scope import EVERYTHING, Scope
from training.duties import Duty, Measure, Owes
from training.duty_facts import Progress
from training.duty_gaps import Gap, gaps
from training.duty_owing import City, city_of, owing_in
from training.errors import NoSuchNumber
from training.hours import counted, decimal
from training.people import Field
from training.roll import KnownPerson
from training.rules import Rules
from training.units import UnitTree, units_on

_SLICE_PERSONS: Final = 500
_NOTHING: Final = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Listing:
    """`owed`: every row of the table with those who owe it, waived ones too. Names are those of the day `as_of`.

    `done`: what was done; `counted`: 人员编号 → 计入学时, of those who owe hours.
    """

    year: int
    as_of: date
    owed: tuple[tuple[Duty, tuple[Owes, ...]], ...]
    gaps: tuple[Gap, ...]
    persons: dict[str, str]
    units: dict[str, str]
    done: Done
    counted: Mapping[str, Decimal]

    def progress(self, owes: Owes) -> Progress:
        return progress_of(owes, self.done)

    def short(self, owes: Owes) -> Decimal | None:
        """Hours that are missing; None of another measure."""
        if owes.duty.measure is not Measure.HOURS:
            return None
        return max(owes.amount - self.counted.get(owes.subject, _NOTHING), _NOTHING)

    def name(self, row: Owes | Gap) -> str:
        """Of the subject; a unit is its own."""
        names = self.units if row.subject == row.unit else self.persons
        return names.get(row.subject, row.subject)

    def unit_name(self, row: Owes | Gap) -> str:
        return self.units.get(row.unit, row.unit)


async def listing(
    database: Database, scope: Scope, rules: Rules, year: int, as_of: date, unit: str = ""
) -> Listing:
    """Of everything in the scope, or of `unit` (code, name or path) with those below it. Raises: NoSuchNumber.

    Somebody who moved stands with the unit in which the duty was owed last. Raises: UnknownStatus.
    """
    async with database.read() as tx:
        facts = await units.facts(tx)
    tree = UnitTree(units_on(facts, as_of))
    wanted = _wanted(tree, unit)
    city = city_of(await _persons(database, scope), facts, *rules.policies)
    duties = rules.duties
    found = [owes for owes in owing_in(duties, city, year, as_of) if _shown(owes, scope, wanted)]
    async with database.read() as tx:
        done = await done_by(tx, found, year)
    return Listing(
        year,
        as_of,
        tuple((duty, tuple(owes for owes in found if owes.duty == duty)) for duty in duties),
        tuple(gap for gap in gaps(city, as_of) if _shown(gap, scope, wanted)),
        dict(_names(city, as_of)),
        {code: held.name for code, held in tree.units.items()},
        done,
        await _counted(database, rules, found, year),
    )


async def _counted(database: Database, rules: Rules, found: Iterable[Owes], year: int) -> dict[str, Decimal]:
    """In slices, so that nobody waits while all of a city is read."""
    persons = [owes.subject for owes in found if owes.duty.measure is Measure.HOURS]
    hours: dict[str, Decimal] = {}
    for start in range(0, len(persons), _SLICE_PERSONS):
        async with database.read() as tx:
            slice_ = await load_standings(tx, rules, persons[start : start + _SLICE_PERSONS], year)
        hours |= {number: decimal(counted(standing, rules.hours)) for number, standing in slice_.items()}
    return hours


async def _persons(database: Database, scope: Scope) -> list[KnownPerson]:
    """Whom the scope shows today, each with the whole history: a history alone does not tell whose unit it is."""
    if scope.everything:
        return await known_people(database, scope)
    found: list[KnownPerson] = []
    after = ""
    while True:
        async with database.read() as tx:
            page = [person.number for person in await people.every(tx, scope, after=after)]
            facts = await people.facts_of(tx, EVERYTHING, page)
            periods = await people.periods_of(tx, EVERYTHING, page)
        if not page:
            return found
        found += [KnownPerson(n, tuple(facts.get(n, ())), tuple(periods.get(n, ()))) for n in page]
        after = page[-1]


def _wanted(tree: UnitTree, unit: str) -> frozenset[str] | None:
    """None when nobody asked for a unit."""
    if not unit:
        return None
    codes = tree.find(unit)
    if len(codes) != 1:
        raise NoSuchNumber("单位", unit)
    return tree.descendants(codes[0])


def _shown(row: Owes | Gap, scope: Scope, wanted: frozenset[str] | None) -> bool:
    allowed = scope.everything or row.unit in scope.units or row.subject == scope.person
    return allowed and (wanted is None or row.unit in wanted)


def _names(city: City, day: date) -> Iterator[tuple[str, str]]:
    for person in city.persons:
        yield person.number, person.values(day).get(Field.NAME, person.number)
