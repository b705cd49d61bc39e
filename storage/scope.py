"""Whose rows may be read: an argument of every read of personal rows, never an ambient setting.

A scope is made in one place from the person who asks (`of_asker`), or is `EVERYTHING` for the clock, the command
line and the desk, which act for the machine and not for a person.
"""

from dataclasses import dataclass
from typing import Final, TypeVarTuple

from sqlalchemy import ColumnElement, Select, or_, true

from training.people import Person, Role

Ts = TypeVarTuple("Ts")


@dataclass(frozen=True, slots=True)
class Scope:
    """`everything`, or the person's own rows and those of `units`."""

    everything: bool = False
    person: str = ""
    units: frozenset[str] = frozenset()

    def allows(self, person: ColumnElement[str], unit: ColumnElement[str] | None = None) -> ColumnElement[bool]:
        """The condition on a query's columns."""
        if self.everything:
            return true()
        if unit is None or not self.units:
            return person == self.person
        return or_(person == self.person, unit.in_(sorted(self.units)))


EVERYTHING: Final = Scope(everything=True)


def within(
    statement: Select[*Ts], scope: Scope, person: ColumnElement[str], unit: ColumnElement[str] | None = None
) -> Select[*Ts]:
    """The statement within the scope; as it is, with all that was compiled of it, when everything may be read."""
    return statement if scope.everything else statement.where(scope.allows(person, unit))


def own(number: str) -> Scope:
    return Scope(person=number)


def of_asker(person: Person, units_below: frozenset[str]) -> Scope:
    """`units_below` are the 管辖单位 with everything under them."""
    if person.role in (Role.CITY_ADMIN, Role.AUDITOR):
        return EVERYTHING
    if person.role is Role.UNIT_ADMIN:
        return Scope(person=person.number, units=units_below)
    return own(person.number)
