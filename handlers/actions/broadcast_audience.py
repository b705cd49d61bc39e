"""Whom a broadcast reaches at this moment: what is meant, within what its sender may reach, without those left out.

A sender of None is the command line, which sends for the city. A unit admin reaches the 管辖单位 and those below,
by today's tree.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from storage import broadcast_audience, units
from storage.broadcast_audience import Limits, Meant
from storage.database import Tx
from storage.scope import EVERYTHING, Scope
from training.broadcast_errors import NoUnitsManaged
from training.broadcasts import Audience, Left, Settings
from training.calendar import day_of, monday_of
from training.errors import NotAllowed
from training.people import Person, Role
from training.rules import Rules

CITY: Final = ""  # the sender's number of what the command line sends


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people are written to, and how many are left out, by why."""

    persons: int
    left: Mapping[Left, int]

    @property
    def hopeless(self) -> bool:
        """Nobody is written to, and urgency or another week would change nothing about it."""
        return not self.persons and not (self.left.get(Left.MUTED) or self.left.get(Left.BUDGET))


@dataclass(frozen=True, slots=True)
class Aim:
    """What a page of an audience is read by."""

    scope: Scope
    meant: Meant
    limits: Limits


def may_send(rules: Rules, person: Person, now: datetime) -> bool:
    """An admin who is still in post."""
    return person.role in (Role.CITY_ADMIN, Role.UNIT_ADMIN) and person.status not in _gone(rules, now)


async def scope_of(tx: Tx, rules: Rules, sender: Person | None, now: datetime) -> Scope:
    """Raises: NotAllowed, NoUnitsManaged."""
    if sender is None:
        return EVERYTHING
    if not may_send(rules, sender, now):
        raise NotAllowed
    if sender.role is Role.CITY_ADMIN:
        return EVERYTHING
    below = await units.below(tx, sender.managed_units)
    if not below:
        raise NoUnitsManaged
    return Scope(units=below)  # not also the own row: whoever sends is of the audience or is not


async def scope_of_number(tx: Tx, rules: Rules, sender: str, now: datetime) -> Scope:
    """The same of a broadcast that was ordered earlier, by today's roll. Raises: NotAllowed, NoUnitsManaged."""
    if sender == CITY:
        return EVERYTHING
    person = await broadcast_audience.person(tx, EVERYTHING, sender)
    if person is None:
        raise NotAllowed
    return await scope_of(tx, rules, person, now)


async def aim(
    tx: Tx,
    rules: Rules,
    settings: Settings,
    scope: Scope,
    now: datetime,
    channels: tuple[str, ...] | None = None,
    *,
    sent_at: datetime | None = None,
) -> Aim:
    """`channels`: those through which something is sent; None: any account will do. `sent_at`: in whose week it is
    a push, now when None."""
    budget = rules.compliance.push_budget_per_week
    limits = Limits(monday_of(day_of(sent_at or now)), budget, settings.urgent, channels)
    return Aim(scope, await _meant(tx, rules, settings.audience, now), limits)


async def _meant(tx: Tx, rules: Rules, audience: Audience, now: datetime) -> Meant:
    named = frozenset(audience.persons)
    only = bool(named) and not audience.units and not audience.groups
    meant_units = None
    if audience.units:
        meant_units = await units.below(tx, audience.units) if audience.below else frozenset(audience.units)
    return Meant(meant_units, frozenset(audience.groups), named, only, _gone(rules, now))


def _gone(rules: Rules, now: datetime) -> frozenset[str]:
    return frozenset(status.name for status in rules.statuses_on(day_of(now)) if status.leaves)


async def reach(
    tx: Tx, rules: Rules, settings: Settings, sender: Person | None, now: datetime, sent_at: datetime | None = None
) -> Reach:
    """By what is known now, as a push of the week of `sent_at`; nothing is kept.

    Raises: NotAllowed, NoUnitsManaged.
    """
    scope = await scope_of(tx, rules, sender, now)
    found = await aim(tx, rules, settings, scope, now, sent_at=sent_at)
    counts = dict(await broadcast_audience.counts(tx, found.scope, found.meant, found.limits))
    return Reach(counts.pop(Left.NOT, 0), counts)
