"""Who decides about what somebody asks for: never oneself, never downward.

A *level* is the 单位代码 whose admins decide now, empty for the city's. It is the lowest unit on the way up from
the claimant's that somebody else manages; 主要负责人 and unit admins begin one level up, the city's admins at the
city. What nobody decides goes on to the next level above. Source: domain, Ledger (Approval).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from training.calendar import DAY, Calendar
from training.claims import PATIENCE
from training.people import Person, Role

CITY: Final = ""


@dataclass(frozen=True, slots=True)
class Claimant:
    """`line`: 单位代码 from the own unit up to the root; `head`: 主要负责人 of the own unit."""

    person: Person
    line: tuple[str, ...]
    head: bool = False


def first_level(claimant: Claimant, admins: Iterable[Person]) -> str:
    """Where it goes first. `admins`: those of units who are in service and can be reached."""
    if claimant.person.role is Role.CITY_ADMIN:
        return CITY
    return _lowest(claimant, claimant.line[_begins_at(claimant) :], admins)


def level_above(claimant: Claimant, level: str, admins: Iterable[Person]) -> str:
    """Where it goes when nobody at `level` decided; one that is not on the way up any more leads to the city."""
    if level not in claimant.line:
        return CITY
    return _lowest(claimant, claimant.line[claimant.line.index(level) + 1 :], admins)


def may_decide(claimant: Claimant, level: str, decider: Person) -> bool:
    """The city's admins about everybody but themselves; a unit's from the level on that the claim has reached."""
    if decider.number == claimant.person.number:
        return False
    if decider.role is Role.CITY_ADMIN:
        return True
    if level == CITY or level not in claimant.line:
        return False
    return _is_above(claimant, decider) and _manages(decider, claimant.line[claimant.line.index(level) :])


def _begins_at(claimant: Claimant) -> int:
    """The place on the line from which on others decide."""
    person = claimant.person
    if person.role is not Role.UNIT_ADMIN:
        return 1 if claimant.head else 0
    return 1 + max((place for place, code in enumerate(claimant.line) if code in person.managed_units), default=0)


def _lowest(claimant: Claimant, codes: Sequence[str], admins: Iterable[Person]) -> str:
    managed = {code for admin in admins if _is_above(claimant, admin) for code in admin.managed_units}
    return next((code for code in codes if code in managed), CITY)


def _is_above(claimant: Claimant, admin: Person) -> bool:
    """A unit admin who is not the claimant, and does not work for the claimant."""
    if admin.role is not Role.UNIT_ADMIN or admin.number == claimant.person.number:
        return False
    return not (claimant.head and admin.unit == claimant.person.unit)


def _manages(admin: Person, codes: Sequence[str]) -> bool:
    return any(code in admin.managed_units for code in codes)


def due_after(day: date, calendar: Calendar) -> date:
    """The last of the `PATIENCE` working days behind `day`, by whose end somebody has to decide."""
    left = PATIENCE
    while left:
        day += DAY
        left -= calendar.is_working(day)
    return day
