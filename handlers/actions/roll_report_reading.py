"""What a 人员变动申报 speaks of: the person within the units of the one who reports, and the unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from handlers.actions.claim_levels import Bench
from storage import duty_sources, people, roll_reports
from storage.database import Tx
from storage.scope import EVERYTHING, Scope
from training.batches import PersonEdit
from training.people import Person, Role
from training.roll import KnownPerson
from training.roll_report_changes import edit_of, newcomer
from training.roll_report_errors import (
    NameTaken,
    NoSuchPerson,
    NoSuchUnit,
    WhichPerson,
    WhichUnit,
)
from training.roll_reports import Kind, Said
from training.rules import Rules
from training.statuses import MERGED


@dataclass(frozen=True, slots=True)
class Meant:
    """`unit` is the person's own; `to` is where a transfer leads or somebody new comes, `path` that in words.

    `admin`: the person administers a unit. `alike`: how many on the whole roll have the name of somebody new.
    """

    edit: PersonEdit
    unit: str
    to: str
    path: str
    admin: bool = False
    alike: int = 0


@dataclass(frozen=True, slots=True)
class Asking:
    """Who reports, from which channel, and what belongs to that person."""

    rules: Rules
    channel: str
    person: Person
    scope: Scope
    bench: Bench
    now: datetime

    @property
    def today(self) -> date:
        return self.bench.today


async def meant(tx: Tx, asking: Asking, said: Said) -> Meant:
    """Raises: ReportRefusal."""
    if said.kind is Kind.JOIN:
        return await _somebody_new(tx, asking, said)
    found = await _person(tx, asking, said.person)
    to = _one_unit(asking.bench, said.unit, said.starts) if said.kind is Kind.TRANSFER else ""
    edit = edit_of(said, await known(tx, asking.rules, found.number, asking.today), to)
    path = _said(asking.bench, to) if to else ""
    return Meant(edit, found.unit, to, path, admin=found.role is Role.UNIT_ADMIN)


async def known(tx: Tx, rules: Rules, number: str, today: date) -> KnownPerson:
    facts = (await people.facts_of(tx, EVERYTHING, [number])).get(number, [])
    periods = (await people.periods_of(tx, EVERYTHING, [number])).get(number, [])
    return KnownPerson(number, tuple(facts), tuple(periods), (), tuple(rules.statuses_on(today)))


async def _somebody_new(tx: Tx, asking: Asking, said: Said) -> Meant:
    unit = _where(asking, said)
    mine = _present(asking, await _called(tx, asking, asking.scope, said.person))
    if mine:
        raise NameTaken(said.person, mine[0].number)
    others = _present(asking, await _called(tx, asking, EVERYTHING, said.person))
    number = f"R{await roll_reports.next_number(tx, EVERYTHING):06d}"
    edit = newcomer(said, number, unit)
    return Meant(edit, unit, unit, _said(asking.bench, unit), alike=len(others))


async def _person(tx: Tx, asking: Asking, word: str) -> Person:
    found = await duty_sources.called(tx, asking.scope, asking.channel, word)
    standing = [one for one in found if one.status != MERGED.name]
    chosen = _present(asking, standing) or standing
    if not chosen:
        raise NoSuchPerson(word)
    if len(chosen) > 1:
        raise WhichPerson(word, tuple((one.number, _unit_name(asking.bench, one.unit)) for one in chosen))
    return chosen[0]


async def _called(tx: Tx, asking: Asking, scope: Scope, name: str) -> list[Person]:
    found = await duty_sources.called(tx, scope, asking.channel, name)
    return [one for one in found if one.name == name and one.status != MERGED.name]


def _present(asking: Asking, found: Sequence[Person]) -> list[Person]:
    gone = {one.name for one in asking.rules.statuses_on(asking.today) if one.leaves}
    return [one for one in found if one.status not in gone]


def _where(asking: Asking, said: Said) -> str:
    """The unit of somebody new: the one that was named, else the own one. Raises: NoSuchUnit, WhichUnit."""
    person, managed = asking.person, asking.person.managed_units
    if said.unit:
        unit = _one_unit(asking.bench, said.unit, said.starts, within=asking.scope.units)
    elif person.unit in managed:
        unit = person.unit
    elif len(managed) == 1:
        unit = managed[0]
    else:
        raise WhichUnit("", tuple((code, asking.bench.tree.path(code)) for code in managed))
    if unit not in asking.scope.units:
        raise NoSuchUnit(said.unit or unit, yours=True)
    return unit


def _one_unit(bench: Bench, word: str, day: date, within: frozenset[str] = frozenset()) -> str:
    """Of several of one name those `within` go first. Raises: NoSuchUnit, WhichUnit."""
    found = bench.tree.find(word, day)
    chosen = [code for code in found if code in within] or list(found)
    if not chosen:
        raise NoSuchUnit(word)
    if len(chosen) > 1:
        raise WhichUnit(word, tuple((code, bench.tree.path(code)) for code in chosen))
    return chosen[0]


def _said(bench: Bench, code: str) -> str:
    """The unit's name, or its path where several are called so."""
    name = _unit_name(bench, code)
    return bench.tree.path(code) if len(bench.tree.find(name)) > 1 else name


def _unit_name(bench: Bench, code: str) -> str:
    return bench.tree.units[code].name if code in bench.tree.units else code
