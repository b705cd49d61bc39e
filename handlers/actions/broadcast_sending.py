"""群发 goes out: its audience is resolved in slices, and full requests are cut from it.

A slice is one transaction, in which the row of the broadcast is held: whoever comes second goes on where the first
one stopped. What is cut must be queued, and the mark moved, in that transaction.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from handlers import holding
from handlers.actions.broadcast_audience import aim, scope_of_number
from storage import broadcast_audience, broadcast_budget, broadcasts, sittings
from storage.broadcast_audience import Member, Page
from storage.broadcasts import Pending, Variant, Waiting
from storage.database import Tx
from storage.scope import EVERYTHING, Scope
from training.broadcast_errors import NoUnitsManaged
from training.broadcasts import Broadcast, Kind, Left
from training.calendar import day_of, monday_of
from training.errors import NotAllowed
from training.rules import Rules

SLICE_PERSONS: Final = 2000
RECEIVERS: Final = 1000  # of a request

_Key = tuple[str, bool, datetime | None]
_NOBODY: Final = Scope()


@dataclass(frozen=True, slots=True)
class Part:
    """Up to 1000 receivers of the same requests. `due_at`: when an exam lets them out, None: as soon as may be."""

    number: int
    channel: str
    text_only: bool
    due_at: datetime | None
    waiting: tuple[Waiting, ...]

    @property
    def accounts(self) -> tuple[str, ...]:
        return tuple(one.account for one in self.waiting)

    @property
    def persons(self) -> list[str]:
        return sorted({one.person for one in self.waiting})

    @property
    def by_unit(self) -> Mapping[str, int]:
        """Whoever has several accounts is counted once, with the first."""
        return Counter(one.unit for one in self.waiting if one.unit is not None)


@dataclass(frozen=True, slots=True)
class Slice:
    """`before` and `through`: the mark as it was, and as it is to be."""

    before: str
    through: str
    last: bool
    parts: tuple[Part, ...]
    pending: Pending


async def next_slice(
    tx: Tx, rules: Rules, broadcast: Broadcast, channels: tuple[str, ...], now: datetime
) -> Slice | None:
    """The next people of the audience, kept as receivers and counted; None when it is not being sent any more."""
    held = await broadcasts.progress(tx, broadcast.number)
    if held is None:
        return None
    before, pending = held
    page = await _page(tx, rules, broadcast, channels, before, now)
    met = await broadcasts.met(tx, broadcast.number, [one.number for one in page.members])
    members = [one for one in page.members if one.number not in met]
    free = await _free_at(tx, [one.number for one in members if one.left is Left.NOT], now)
    over = await _counted(tx, rules, broadcast, members, free, now)
    members = [replace(one, left=Left.BUDGET) if one.number in over else one for one in members]
    rows = [(one.number, one.unit, one.left) for one in members]
    await broadcasts.add_receivers(tx, broadcast.number, rows)
    reached = [one for one in members if one.left is Left.NOT]
    accounts = await broadcast_audience.accounts(tx, EVERYTHING, channels, [one.number for one in reached])
    _put_down(pending, reached, accounts, free, plain=broadcast.settings.kind is not Kind.QUIZ)
    return Slice(before, page.through, page.last, tuple(_cut(pending, everything=page.last)), pending)


async def _counted(
    tx: Tx,
    rules: Rules,
    broadcast: Broadcast,
    members: Sequence[Member],
    free: Mapping[str, datetime],
    now: datetime,
) -> frozenset[str]:
    """A push more for whoever gets it; those who had their last one since the page was read."""
    ends, urgent = broadcast.worth_until, broadcast.settings.urgent
    wanted = [one.number for one in members if one.left is Left.NOT]
    wanted = [number for number in wanted if ends is None or free.get(number, now) < ends]
    budget = None if urgent else rules.compliance.push_budget_per_week
    return await broadcast_budget.count(tx, wanted, monday_of(day_of(now)), budget)


async def _page(
    tx: Tx, rules: Rules, broadcast: Broadcast, channels: tuple[str, ...], after: str, now: datetime
) -> Page:
    """Nobody more is reached when the sender may not send any more."""
    try:
        scope = await scope_of_number(tx, rules, broadcast.sender, now)
    except (NotAllowed, NoUnitsManaged):
        scope = _NOBODY
    found = await aim(tx, rules, broadcast.settings, scope, now, channels)
    return await broadcast_audience.page(
        tx, found.scope, found.meant, found.limits, after=after, at_most=SLICE_PERSONS
    )


async def _free_at(tx: Tx, persons: Sequence[str], now: datetime) -> Mapping[str, datetime]:
    """Until when an exam holds it, of those whom one holds."""
    sitting = await sittings.until(tx, EVERYTHING, persons)
    return {person: free for person, until in sitting.items() if (free := holding.free_at(until, now))}


def _put_down(
    pending: Pending,
    reached: Sequence[Member],
    accounts: Mapping[str, Sequence[tuple[str, str]]],
    free: Mapping[str, datetime],
    *,
    plain: bool,
) -> None:
    """Everybody with the variant of each account. `plain`: it has no cards, so that words are no variant."""
    variants: dict[_Key, Variant] = {(one.channel, one.text_only, one.due_at): one for one in pending.variants}
    for member in reached:
        text_only, due_at = member.text_only and not plain, free.get(member.number)
        unit: str | None = member.unit
        for channel, name in accounts[member.number]:
            key = (channel, text_only, due_at)
            if key not in variants:
                variants[key] = Variant(*key, [])
            variants[key].waiting.append(Waiting(name, member.number, unit))
            unit = None
    pending.variants = list(variants.values())


def _cut(pending: Pending, *, everything: bool) -> list[Part]:
    """Full requests, and at the end the rest; what is left stays pending."""
    parts = []
    for variant in pending.variants:
        while len(variant.waiting) >= RECEIVERS or (everything and variant.waiting):
            cut, variant.waiting = variant.waiting[:RECEIVERS], variant.waiting[RECEIVERS:]
            parts.append(Part(pending.parts, variant.channel, variant.text_only, variant.due_at, tuple(cut)))
            pending.parts += 1
    pending.variants = [variant for variant in pending.variants if variant.waiting]
    return parts
