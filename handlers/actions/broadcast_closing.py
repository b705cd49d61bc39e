"""Whom a broadcast still reaches after it went out: who is reminded, whose cards are changed, who hears of the end.

Decides only; the clock queues (`handlers.broadcast_closing_job`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handlers.actions.broadcast_audience import may_send
from handlers.actions.broadcast_rights import may_read
from storage import broadcast_audience, broadcast_rounds, people
from storage.broadcast_rounds import Reached
from storage.database import Tx
from storage.outbox import SentCard, use_code
from storage.scope import EVERYTHING
from training.broadcasts import Broadcast
from training.calendar import day_of, monday_of
from training.people import Role
from training.rules import Rules

SLICE_PERSONS: Final = 1000


@dataclass(frozen=True, slots=True)
class Change:
    """A card whose code is spent now, and the accounts for which it is changed."""

    channel: str
    card: SentCard
    accounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The next people of a round, who have accounts; `last`: there are no more."""

    people: tuple[Reached, ...]
    through: str
    last: bool


async def cards(
    tx: Tx, number: int, parts: Sequence[int], since: datetime, until: datetime, questions: int
) -> list[Change]:
    """Of these parts, sent between the moments, for those who did not answer everything: the others keep the
    result on their card."""
    found = []
    for channel, card in await broadcast_rounds.cards(tx, number, parts, since, until):
        if not await use_code(tx, card):
            continue
        owners = await people.owners(tx, EVERYTHING, channel, card.receivers)
        complete = await broadcast_rounds.complete(tx, EVERYTHING, number, set(owners.values()), questions)
        left = tuple(a for a in card.receivers if a in owners and owners[a] not in complete)
        if left:
            found.append(Change(channel, card, left))
    return found


async def to_remind(tx: Tx, rules: Rules, number: int, after: str, now: datetime) -> Page:
    """Whoever sits an exam is not reminded, not even later: by its end it may be false."""
    week, budget = monday_of(day_of(now)), rules.compliance.push_budget_per_week
    found = await broadcast_rounds.to_remind(
        tx, EVERYTHING, number, week=week, budget=budget, after=after, at_most=SLICE_PERSONS
    )
    return _page((one for one in found if one.sits_until is None), found, after)


async def to_tell(tx: Tx, rules: Rules, number: int, after: str, due_at: datetime) -> Page:
    """Who gets the closing words, which are sent then."""
    week, budget = monday_of(day_of(due_at)), rules.compliance.push_budget_per_week
    found = await broadcast_rounds.to_tell(
        tx, EVERYTHING, number, week=week, budget=budget, after=after, at_most=SLICE_PERSONS
    )
    return _page(found, found, after)


def _page(wanted: Iterable[Reached], found: Sequence[Reached], after: str) -> Page:
    through = found[-1].person if found else after
    return Page(tuple(one for one in wanted if one.accounts), through, len(found) < SLICE_PERSONS)


async def summary_readers(
    tx: Tx, rules: Rules, broadcast: Broadcast, channels: Iterable[str], now: datetime
) -> Mapping[str, tuple[str, ...]]:
    """Channel → accounts that get the summary: the sender's, as long as the figures are for him or her; else those
    of the city admins."""
    sender = await broadcast_audience.person(tx, EVERYTHING, broadcast.sender) if broadcast.sender else None
    found: dict[str, tuple[str, ...]] = {}
    if sender is not None and may_send(rules, sender, now) and await may_read(tx, sender, broadcast):
        for channel in channels:
            found[channel] = (await people.accounts_of(tx, EVERYTHING, channel, [sender.number])).get(
                sender.number, ()
            )
    if any(found.values()):
        return found
    for channel in channels:
        admins = await people.holders(tx, EVERYTHING, Role.CITY_ADMIN, channel)
        found[channel] = tuple(sorted(name for names in admins.values() for name in names))
    return found
