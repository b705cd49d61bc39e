"""What of the duties that are registered is still to be done this year, and what was registered last."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handlers.actions.duty_facts import Recorded
from handlers.actions.duty_progress import done_by, progress_of
from handlers.actions.duty_scope import scope_of
from handlers.actions.known_city import city_with
from storage import duty_facts, duty_sources, people, units
from storage.database import Tx
from storage.scope import EVERYTHING, Scope
from training.calendar import day_of
from training.duties import Duty, Owes, Subject
from training.duty_facts import DutyFact, registered
from training.duty_owing import owing_in
from training.people import Person
from training.rules import Rules

LAST: Final = 5


@dataclass(frozen=True, slots=True)
class Missing:
    """Who has not done all of it, with names."""

    duty: str
    hard: bool
    persons: bool
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    year: int
    missing: tuple[Missing, ...]
    last: tuple[Recorded, ...]


async def overview(tx: Tx, rules: Rules, person: Person, now: datetime) -> Overview:
    """Within what the person may register. Raises: NotAllowed."""
    scope, today = await scope_of(tx, person), day_of(now)
    duties = [duty for duty in rules.duties if registered(duty)]
    city = await city_with(tx, rules, await duty_sources.leaders(tx, scope))
    owed = [owes for owes in owing_in(duties, city, today.year, today) if _reached(owes, scope)]
    done = await done_by(tx, owed, today.year)
    short = [owes for owes in owed if progress_of(owes, done).missing]
    last = await duty_facts.last(tx, scope, LAST)
    names = await _names(tx, {owes.subject for owes in short} | {fact.subject for fact in last})
    missing = (_missing(duty, short, names) for duty in duties)
    return Overview(
        today.year,
        tuple(one for one in missing if one.names),
        tuple(Recorded(fact, _duty_name(duties, fact), names.get(fact.subject, fact.subject)) for fact in last),
    )


def _reached(owes: Owes, scope: Scope) -> bool:
    return owes.duty.subject is Subject.PERSON or scope.everything or owes.subject in scope.units


def _missing(duty: Duty, short: Iterable[Owes], names: Mapping[str, str]) -> Missing:
    whose = tuple(names.get(owes.subject, owes.subject) for owes in short if owes.duty == duty)
    return Missing(duty.name, duty.hard, duty.subject is Subject.PERSON, whose)


def _duty_name(duties: Sequence[Duty], fact: DutyFact) -> str:
    return next((duty.name for duty in duties if duty.quota == fact.quota), fact.quota)


async def _names(tx: Tx, subjects: set[str]) -> Mapping[str, str]:
    """Of people and units, whom the scope has shown."""
    return {**await units.names(tx, subjects), **await people.names(tx, EVERYTHING, subjects)}
