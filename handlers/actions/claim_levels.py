"""Whose decision a claim is, by today's roll and tree: the first level, the one above, and who may decide."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from storage import approvers, calendar, people, units
from storage.database import Tx
from storage.scope import EVERYTHING, Scope, of_asker
from training.approval import CITY, Claimant, due_after, first_level, level_above, may_decide
from training.calendar import day_of
from training.claim_errors import DecidedBefore, NotYours, OwnClaim
from training.claims import Claim, State
from training.duty_words import Place, places
from training.errors import NotAllowed
from training.people import Person, Role, values_on
from training.rules import Rules
from training.units import UnitTree, units_on

DECIDERS: Final = (Role.UNIT_ADMIN, Role.CITY_ADMIN)


@dataclass(frozen=True, slots=True)
class Bench:
    """Everybody who might decide, and the tree, read once for many claims."""

    admins: Sequence[Person]
    tree: UnitTree
    today: date

    def line(self, unit: str) -> tuple[str, ...]:
        """From the unit up to the root."""
        return tuple(one.code for one in reversed(self.tree.line(unit))) or (unit,)


@dataclass(frozen=True, slots=True)
class Placed:
    """`due` is None at the city, above which there is nobody."""

    level: str
    due: date | None


async def bench(tx: Tx, rules: Rules, now: datetime) -> Bench:
    today = day_of(now)
    tree = UnitTree(units_on(await units.facts(tx), today))
    return Bench(await approvers.unit_admins(tx, EVERYTHING, _gone(rules, today)), tree, today)


async def claimant(tx: Tx, found: Bench, number: str, unit: str = "") -> Claimant | None:
    """`unit`: that of the claim; without it the one of today. None: nobody on the roll has this number."""
    person = (await approvers.several(tx, EVERYTHING, [number])).get(number)
    return None if person is None else (await claimants(tx, found, [(person, unit or person.unit)]))[0]


async def claimants(tx: Tx, found: Bench, asked: Sequence[tuple[Person, str]]) -> list[Claimant]:
    """In the order asked; each with the unit in which it is about him or her."""
    facts = await people.facts_of(tx, EVERYTHING, {person.number for person, _ in asked})
    made = []
    for person, unit in asked:
        held = values_on(facts.get(person.number, ()), found.today)
        name = found.tree.units[unit].name if unit in found.tree.units else ""
        head = Place.HEAD.value in places(held, name)
        made.append(Claimant(person, found.line(unit), head))
    return made


async def place_first(tx: Tx, found: Bench, who: Claimant) -> Placed:
    return await place_at(tx, found, first_level(who, found.admins))


async def place_above(tx: Tx, found: Bench, who: Claimant, level: str) -> Placed:
    return await place_at(tx, found, level_above(who, level, found.admins))


async def place_at(tx: Tx, found: Bench, level: str) -> Placed:
    """With the last day that whoever is asked there has."""
    return Placed(level, None if level == CITY else due_after(found.today, await calendar.imported(tx)))


def demand_decider(who: Claimant, claim: Claim, decider: Person) -> None:
    """Whoever turned down what came again by an 异议 has no say. Raises: OwnClaim, DecidedBefore, NotYours."""
    if decider.number == claim.person:
        raise OwnClaim(claim.number)
    if claim.state is State.SUBMITTED and decider.number == claim.decided_by:
        raise DecidedBefore(claim.number)
    if not may_decide(who, claim.level, decider):
        raise NotYours(claim.number, claim.level)


def demand_role(rules: Rules, person: Person, now: datetime) -> None:
    """Raises: NotAllowed unless somebody who decides at all, and is still in service."""
    if person.role not in DECIDERS or person.status in _gone(rules, day_of(now)):
        raise NotAllowed


def _gone(rules: Rules, day: date) -> frozenset[str]:
    return frozenset(status.name for status in rules.statuses_on(day) if status.leaves)


async def scope_of(tx: Tx, person: Person) -> Scope:
    """Whose claims and evidence the person may read."""
    return of_asker(person, await units.below(tx, person.managed_units))


def levels_of(person: Person) -> frozenset[str]:
    """The levels at which the person is asked first; those below may be decided from here too."""
    return frozenset({CITY}) if person.role is Role.CITY_ADMIN else frozenset(person.managed_units)


async def levels_below(tx: Tx, person: Person) -> frozenset[str] | None:
    """Where others are asked first, and the person may decide as well; None: anywhere."""
    return None if person.role is Role.CITY_ADMIN else await units.below(tx, person.managed_units)


async def accounts_at(tx: Tx, channel: str, found: Bench, who: Iterable[Claimant], level: str) -> tuple[str, ...]:
    """The accounts of those who are asked about any of these at the level."""
    if level == CITY:
        holders = await people.holders(tx, EVERYTHING, Role.CITY_ADMIN, channel)
        wanted = {number for number in holders if any(number != one.person.number for one in who)}
        return tuple(sorted(name for number in wanted for name in holders[number]))
    here = [admin for admin in found.admins if level in admin.managed_units]
    able = {admin.number for admin in here for one in who if may_decide(one, level, admin)}
    accounts = await people.accounts_of(tx, EVERYTHING, channel, able)
    return tuple(sorted(name for several in accounts.values() for name in several))
