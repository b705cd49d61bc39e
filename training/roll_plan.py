"""A roster compared with the known roll: what it would add, and everything that is wrong with it.

A plan changes nothing; whoever applies it records its facts. "Missing from the file" is a proposal, and only of a
file that is declared complete.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from question_bank.formats.table import Table
from question_bank.problems import Problem, Severity
from training.calendar import day_of
from training.findings import Findings
from training.people import Category, Fact, Field, UnitField
from training.roll import KnownPerson, Roll
from training.roll_changes import (
    PersonChange,
    arrival,
    changes_on,
    check_dates,
    comes_on,
    dated_by_default,
    difference,
)
from training.roll_match import Claim, match
from training.roll_units import RollUnits
from training.roster_columns import NUMBER, VALID_FROM
from training.rosters import roster_row
from training.statuses import STATUSES, Status
from training.unit_ends import check_unit_lives
from training.units import Unit, UnitTree, path_names, units_on

_NUMBER: Final = "R{:06d}"


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit that the roster named and nobody knew."""

    code: str
    path: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class RollPlan:
    """`read` is the sum of new, changed, same and rejected rows.

    `not_in_file` and `leaders_with_mark` are 人员编号; `dated_by_default` counts the new persons of whom the file
    does not say since when they are here; `next_number` is the next free one to generate.
    """

    read: int
    new: tuple[PersonChange, ...]
    changed: tuple[PersonChange, ...]
    same: int
    rejected: int
    not_in_file: tuple[str, ...]
    new_units: tuple[NewUnit, ...]
    leaders_with_mark: tuple[str, ...]
    dated_by_default: int
    next_number: int
    problems: tuple[Problem, ...]


def plan_roll(
    table: Table,
    persons: Iterable[KnownPerson],
    units: Mapping[str, Sequence[Fact]],
    now: datetime,
    *,
    next_number: int = 1,
    full: bool = False,
    statuses: Sequence[Status] = STATUSES,
) -> RollPlan:
    """Compares the file with everybody on record; new persons without 人员编号 are numbered from `next_number`.

    `statuses`: the rows that the city knows today.
    """
    today = day_of(now)
    roll = Roll(persons, today)
    named = RollUnits(UnitTree(units_on(units, today)))
    claims = _claims(table, named, statuses)
    _spell_numbers(claims, roll)
    match([claim for claim in claims if not claim.rejected], roll)
    for claim in claims:
        _check_unit(claim, roll, named.tree)
        check_dates(claim, today, statuses)
    kept = [claim for claim in claims if not claim.rejected]
    numbers = _Numbers(next_number, {*roll.persons, *(claim.row.number for claim in claims)})
    new = tuple(arrival(claim, claim.row.number or numbers.take(), now) for claim in kept if not claim.person)
    known = [difference(claim, roll.persons[claim.person], now) for claim in kept if claim.person]
    changed = tuple(change for change in known if not change.adds_nothing)
    by_default = sum(dated_by_default(claim.row, today) for claim in kept if not claim.person)
    return RollPlan(
        len(claims),
        new,
        changed,
        len(known) - len(changed),
        len(claims) - len(kept),
        _not_in_file(claims, roll) if full else (),
        _new_units(named, (*new, *changed), now),
        _leaders_with_mark((*new, *known), {claim.row.where: claim for claim in kept}),
        by_default,
        numbers.following,
        tuple(_problems(table, claims, by_default, today.year)),
    )


@dataclass(slots=True)
class _Numbers:
    """Gives out 人员编号 that nobody has."""

    following: int
    taken: AbstractSet[str]

    def take(self) -> str:
        while _NUMBER.format(self.following) in self.taken:
            self.following += 1
        self.following += 1
        return _NUMBER.format(self.following - 1)


def _claims(table: Table, named: RollUnits, statuses: Sequence[Status]) -> list[Claim]:
    """Paths go first, so that a plain name further up in the file means the unit that a path creates."""
    claims = []
    for row in table.rows:
        found = Findings(row.where)
        claims.append(Claim(roster_row(row, found, statuses), found))
    readable = [claim for claim in claims if not claim.rejected]
    for claim in sorted(readable, key=lambda claim: -len(path_names(claim.row.unit))):
        claim.unit = named.resolve(claim.row.unit, claim.found, claim.row.valid_from)
    for claim in readable:
        claim.managed = named.managed(claim.row.managed_units, claim.found, claim.row.valid_from)
    return claims


def _spell_numbers(claims: Sequence[Claim], roll: Roll) -> None:
    """人员编号 as they are on record; a new one that is a known one but for letter case gets a warning."""
    alike = {number.casefold(): number for number in roll.persons}
    for claim in claims:
        number = roll.number(claim.row.number)
        claim.row = replace(claim.row, number=number)
        other = alike.setdefault(number.casefold(), number)
        if number not in roll.persons and other != number:
            claim.found.warn(NUMBER, f"人员编号 {number} 与已有的 {other} 只差大小写，请核对。")


def _check_unit(claim: Claim, roll: Roll, tree: UnitTree) -> None:
    """Of those who come into the unit; who is there already stays, whatever became of it."""
    if claim.rejected:
        return
    known = roll.persons.get(claim.person)
    day = changes_on(claim.row, known, roll.day) if known else comes_on(claim.row, roll.day)
    if known is None or known.values(day).get(Field.UNIT) != claim.unit:
        check_unit_lives(claim.unit, day, roll.day, tree, claim.found)


def _not_in_file(claims: Sequence[Claim], roll: Roll) -> tuple[str, ...]:
    """Whoever a row may mean is in the file, even when the row was rejected."""
    meant: set[str] = set()
    for claim in claims:
        owners = {roll.owners.get(account, "") for account in claim.row.accounts}
        meant |= {claim.person, claim.row.number} | owners
        if claim.rejected:
            meant.update(roll.named(claim.row.name))
    return tuple(number for number in roll.present() if number not in meant)


def _new_units(named: RollUnits, changes: Sequence[PersonChange], now: datetime) -> tuple[NewUnit, ...]:
    """The created units that somebody is in or manages, with those above them, from the first day of the plan."""
    facts = [fact for change in changes for fact in change.facts]
    texts = [fact.value for fact in facts if fact.field in (Field.UNIT, Field.MANAGED_UNITS)]
    used = {code for text in texts for code in text.split(",")}
    lines = {unit.code for code in used for unit in named.tree.line(code)}
    since = min((fact.valid_from for fact in facts), default=day_of(now))
    return tuple(
        NewUnit(unit.code, named.tree.path(unit.code), _unit_facts(unit, since, now))
        for unit in named.created.values()
        if unit.code in lines
    )


def _unit_facts(unit: Unit, since: date, now: datetime) -> tuple[Fact, ...]:
    name = Fact(unit.code, UnitField.NAME, unit.name, since, now)
    parent = Fact(unit.code, UnitField.PARENT, unit.parent, since, now)
    return (name, parent) if unit.parent else (name,)


def _leaders_with_mark(changes: Sequence[PersonChange], claims: Mapping[str, Claim]) -> tuple[str, ...]:
    """就高: they owe what the mark owes, so the list is printed for confirmation."""
    said = [(change.person, claims[change.where].row.values) for change in changes]
    return tuple(
        person for person, values in said if values[Field.CATEGORY] == Category.LEADER and values[Field.MARK]
    )


def _problems(table: Table, claims: Sequence[Claim], by_default: int, year: int) -> Iterator[Problem]:
    yield from table.problems
    if by_default:
        sentence = (
            f"{by_default} 名新人员未填生效日期，也无今年的入职日期，按 {year}-01-01 起计算学时要求，请核对。"
        )
        yield Problem("file", VALID_FROM, sentence, Severity.WARNING)
    for claim in claims:
        yield from claim.found.problems
