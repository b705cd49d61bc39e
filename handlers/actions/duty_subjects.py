"""Whose duty is meant: people and units by the words of a line, and the row that they owed on its day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from handlers.actions.known_city import city_with
from storage import duty_sources, units
from storage.database import Tx
from storage.scope import Scope
from training.duties import Duty, Subject, row_for
from training.duty_errors import NobodyCalled, SeveralCalled, SubjectNeeded
from training.duty_fact_words import Said
from training.duty_owing import City, people_on, units_there
from training.people import Person
from training.rules import Rules
from training.units import UnitTree, units_on


@dataclass(frozen=True, slots=True)
class Found:
    """`duty`: the row that fitted on the day, None when none did; `unit`: that of the day; `label` for people."""

    subject: str
    unit: str
    label: str
    duty: Duty | None


async def subjects(
    tx: Tx, rules: Rules, scope: Scope, said: Said, rows: Sequence[Duty], channel: str
) -> list[Found]:
    """Each once. Raises: NobodyCalled, SeveralCalled, SubjectNeeded."""
    if rows[0].subject is Subject.PERSON:
        return await _persons(tx, rules, scope, said, rows, channel)
    city = await city_with(tx, rules, ())
    tree = UnitTree(units_on(city.units.facts, said.day))
    codes = [_unit(tree, scope, word) for word in said.subjects] or [_only(city, scope, said.day, rows, tree)]
    return [_found_unit(code, city, tree, said.day, rows) for code in dict.fromkeys(codes)]


async def _persons(
    tx: Tx, rules: Rules, scope: Scope, said: Said, rows: Sequence[Duty], channel: str
) -> list[Found]:
    if not said.subjects:
        raise SubjectNeeded(rows[0].name, persons=True)
    called = [await _person(tx, scope, word, channel) for word in said.subjects]
    named = {one.number: one.name for one in called}
    city = await city_with(tx, rules, sorted(named))
    there = people_on(city, said.day)
    found: list[Found] = []
    for number, name in named.items():
        stretch = there.get(number)
        row = row_for(rows, stretch.traits, said.day) if stretch else None
        found.append(Found(number, stretch.unit if stretch else "", f"{name}（{number}）", row))
    return found


async def _person(tx: Tx, scope: Scope, word: str, channel: str) -> Person:
    called = await duty_sources.called(tx, scope, channel, word)
    if not called:
        raise NobodyCalled(word, persons=True)
    if len(called) > 1:
        names = await units.names(tx, {one.unit for one in called})
        raise SeveralCalled(word, tuple((one.number, names.get(one.unit, one.unit)) for one in called))
    return called[0]


def _unit(tree: UnitTree, scope: Scope, word: str) -> str:
    codes = [code for code in tree.find(word) if scope.everything or code in scope.units]
    if not codes:
        raise NobodyCalled(word, persons=False)
    if len(codes) > 1:
        raise SeveralCalled(word, tuple((code, tree.path(code)) for code in codes))
    return codes[0]


def _only(city: City, scope: Scope, day: date, rows: Sequence[Duty], tree: UnitTree) -> str:
    """The one unit within reach that it can be. Raises: SubjectNeeded."""
    owing = [
        code
        for code, stretch in units_there(city, day).items()
        if (scope.everything or code in scope.units) and row_for(rows, stretch.traits, day)
    ]
    if len(owing) != 1:
        raise SubjectNeeded(rows[0].name, persons=False, units=tuple(tree.units[code].name for code in owing))
    return owing[0]


def _found_unit(code: str, city: City, tree: UnitTree, day: date, rows: Sequence[Duty]) -> Found:
    stretch = units_there(city, day).get(code)
    row = row_for(rows, stretch.traits, day) if stretch else None
    return Found(code, code, tree.units[code].name, row)
