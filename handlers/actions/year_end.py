"""年终确认: what unit admins say of their units' year, what the city sees of it, and the snapshot at its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from handlers.actions import year_figures
from handlers.actions.unit_trees import UnitTree, tree_on
from storage import approvers, audit, ledger, people, units, year_end, years
from storage.audit import Act
from storage.database import Database, Tx
from storage.scope import EVERYTHING
from training.calendar import day_of
from training.errors import NotAllowed
from training.exports import OutsideUnits, roots, unit_meant
from training.people import Person, Role
from training.rules import Rules
from training.year_end import (
    ClosedForUnits,
    Confirmation,
    NotEndedYet,
    NothingSaid,
    NotYourUnit,
    NoUnitsGiven,
    Said,
    Standing,
    UnitFigures,
    YearSnapshot,
    encoded,
    standing,
    summed,
    unconfirmed,
)
from training.years import closed_days, ends_at

READERS = (Role.CITY_ADMIN, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class UnitYear:
    """A unit with all below it, as it stands now; `last`: what its admins said of it last."""

    code: str
    name: str
    figures: UnitFigures
    standing: Standing
    last: Confirmation | None
    by: str = ""  # the name of who said it


@dataclass(frozen=True, slots=True)
class CityYear:
    """What was said of the year, and the units with people at its end of which nobody said that they are right.

    `taken`: without a snapshot nobody knows who had people. Whether figures changed since is not looked at here.
    """

    year: int
    taken: YearSnapshot | None
    confirmed: Sequence[tuple[str, Confirmation]]
    objected: Sequence[tuple[str, Confirmation]]
    missing: Sequence[str]
    closed: date | None


async def of_admin(tx: Tx, rules: Rules, person: Person, year: int, words: str, now: datetime) -> list[UnitYear]:
    """`words`: one unit of those managed, or empty for each of them.

    Raises: NotAllowed, NoUnitsGiven, NotYourUnit, NoSuchNumber, WhichUnit, NotEndedYet.
    """
    if person.role is not Role.UNIT_ADMIN:
        raise NotAllowed
    names = {code: unit.name for code, unit in (await units.every(tx)).items()}
    codes = await _codes(tx, person, year, words, names)
    if now < ends_at(year):
        raise NotEndedYet(year)
    tree = await tree_on(tx, date(year, 12, 31))
    last, who = await said_of(tx, year, codes)
    found = []
    for code in codes:
        said, figures = last.get(code), await _figures(tx, rules, year, tree, code, now)
        by = who.get(said.by, "") if said else ""
        found.append(UnitYear(code, names.get(code, code), figures, standing(said, figures), said, by))
    return found


async def _codes(tx: Tx, person: Person, year: int, words: str, names: Mapping[str, str]) -> Sequence[str]:
    reach = await units.below(tx, person.managed_units)
    if not reach:
        raise NoUnitsGiven(year)
    unit = unit_meant(words, names, reach) if words else ""
    try:
        return roots(person, unit, reach)
    except OutsideUnits:
        raise NotYourUnit(year, names[unit]) from None


async def _figures(tx: Tx, rules: Rules, year: int, tree: UnitTree, code: str, now: datetime) -> UnitFigures:
    return summed((await year_figures.of_units(tx, rules, year, tree, tree.below(code), now)).values())


@dataclass(frozen=True, slots=True)
class Saying:
    """What an admin says of the year of units; `words` name one, or are empty for all that he or she manages."""

    year: int
    kind: Said
    note: str = ""
    words: str = ""


async def say(tx: Tx, rules: Rules, person: Person, saying: Saying, now: datetime) -> list[UnitYear]:
    """As it stands afterwards. Raises: as `of_admin`; ClosedForUnits, NothingSaid."""
    year = saying.year
    await audit.head(tx, lock=True)  # before the ledger's, as everybody else takes them
    head = await ledger.head(tx, lock=True)  # nothing is posted, and no year closed, while it is being said
    before = await of_admin(tx, rules, person, year, saying.words, now)
    closed = closed_days(await years.last_events(tx))
    if year in closed:
        raise ClosedForUnits(year, closed[year])
    if saying.kind is Said.WITHDRAWN and all(one.standing is Standing.OPEN for one in before):
        raise NothingSaid(year)
    for unit in before:
        said = Confirmation(
            *(year, unit.code, saying.kind, person.number, now, head.seq),
            figures=unit.figures,
            note=saying.note,
        )
        await year_end.record(tx, said)
        await audit.record(tx, _act(person, unit, said), now)
    return await of_admin(tx, rules, person, year, saying.words, now)


def _act(person: Person, unit: UnitYear, said: Confirmation) -> Act:
    before = f"{unit.last.kind} {encoded(unit.last.figures)}" if unit.last else ""
    after = f"{said.kind} {encoded(said.figures)}"
    subject = f"year {said.year} unit {unit.code}"
    return Act(person.number, "chat", f"year.{said.kind}", subject, before, after, said.note)


async def city(tx: Tx, person: Person, year: int, now: datetime) -> CityYear:
    """Raises: NotAllowed, NotEndedYet."""
    if person.role not in READERS:
        raise NotAllowed
    if now < ends_at(year):
        raise NotEndedYet(year)
    last, taken = await year_end.last_said(tx, year), await year_end.snapshot(tx, year)
    tree = await tree_on(tx, date(year, 12, 31))
    names, had = tree.names, taken.units if taken else {}
    return CityYear(
        year,
        taken,
        [(names.get(code, code), one) for code, one in last.items() if one.kind is Said.CONFIRMED],
        [(names.get(code, code), one) for code, one in last.items() if one.kind is Said.OBJECTED],
        [names.get(code, code) for code in _unsaid(had, tree, last)],
        closed_days(await years.last_events(tx)).get(year),
    )


def _unsaid(had: Mapping[str, UnitFigures], tree: UnitTree, last: Mapping[str, Confirmation]) -> list[str]:
    said = {code for root, one in last.items() if one.kind is Said.CONFIRMED for code in tree.below(root)}
    return sorted(code for code, figures in had.items() if figures.people and code not in said)


async def not_stood_by(database: Database, rules: Rules, year: int, now: datetime) -> tuple[str, ...]:
    """The names of units with people of whose present figures nobody said that they are right."""
    figures, tree = await year_figures.of_city(database, rules, year, now)
    async with database.read() as tx:
        last = await year_end.last_said(tx, year)
    return tuple(tree.names.get(code, code) for code in unconfirmed(figures, tree.parents, last))


async def keep_snapshot(database: Database, rules: Rules, year: int) -> bool:
    """As the year stood at its end, once; False when it is kept already, or nobody was on the roll."""
    async with database.read() as tx:
        if await year_end.snapshot(tx, year) is not None:
            return False
    taken = await year_figures.at_the_end(database, rules, year)
    if not taken.units and not taken.head_seq:
        return False
    async with database.write() as tx:
        await ledger.head(tx, lock=True)
        if await year_end.snapshot(tx, year) is not None:
            return False
        await year_end.keep_snapshot(tx, taken)
    return True


async def said_of(tx: Tx, year: int, codes: Sequence[str]) -> tuple[Mapping[str, Confirmation], Mapping[str, str]]:
    """What was said last of these units, and the names of those who said it."""
    every = await year_end.last_said(tx, year)
    last = {code: every[code] for code in codes if code in every}
    return last, await people.names(tx, EVERYTHING, {one.by for one in last.values()})


async def silent_admins(tx: Tx, rules: Rules, year: int, now: datetime) -> list[str]:
    """The numbers of unit admins with a unit of which nothing holds; none when the year is closed."""
    if year in closed_days(await years.last_events(tx)):
        return []
    today = day_of(now)
    gone = frozenset(status.name for status in rules.statuses_on(today) if status.leaves)
    last, known = await year_end.last_said(tx, year), await units.every(tx)
    held = {code for code, one in last.items() if one.kind is not Said.WITHDRAWN}
    admins = await approvers.unit_admins(tx, EVERYTHING, gone)
    return [one.number for one in admins if any(code in known and code not in held for code in one.managed_units)]
