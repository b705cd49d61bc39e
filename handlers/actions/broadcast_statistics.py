"""The figures of an audience at the moment at which they are sent: counts, never a name.

They are counted a few pages at a time, so that other broadcasts have their turn, and by one process at a time. What
was counted lies with the broadcast; a process that dies leaves the rest to whoever comes when its lease is over.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from handlers.actions.broadcast_audience import aim, scope_of_number
from handlers.actions.standings import load_standings
from storage import broadcast_audience, broadcast_plans, daily
from storage.database import Database, Tx
from storage.scope import EVERYTHING
from training.broadcasts import Broadcast
from training.calendar import day_of, monday_of
from training.hours import counted
from training.rules import Rules

SLICE_PERSONS: Final = 200
PAGES_A_LOOK: Final = 10
LEASE: Final = timedelta(seconds=60)
STALE: Final = timedelta(hours=1)  # older figures are counted anew


@dataclass(frozen=True, slots=True)
class Figures:
    """Of `persons`, `owing` have hours to do this year and `reached` have done them; `counted`: 计入学时 of those
    who owe, in hundredths. `today` and `this_week`: how many answered a daily question of that time."""

    at: datetime
    year: int
    persons: int = 0
    owing: int = 0
    reached: int = 0
    counted: int = 0
    today: int = 0
    this_week: int = 0


class _Count(msgspec.Struct, frozen=True):
    """How far it is. `busy_until`: somebody is at it."""

    so_far: Figures
    through: str = ""
    last: bool = False
    busy_until: datetime | None = None


async def count_on(database: Database, rules: Rules, broadcast: Broadcast, now: datetime) -> Figures | None:
    """The next pages of everybody meant, written to or not; None: there are more, or somebody else is at it.

    Raises: NotAllowed, NoUnitsManaged.
    """
    async with database.write() as tx:
        taken = await _taken(tx, broadcast.number, now)
    if taken is None or taken.last:
        return taken.so_far if taken else None
    found = taken
    for _ in range(PAGES_A_LOOK):
        async with database.read() as tx:
            found = await _next_page(tx, rules, broadcast, found)
        if found.last:
            break
    async with database.write() as tx:
        mine = await broadcast_plans.keep_count(tx, broadcast.number, _text(taken), _text(found))
    return found.so_far if mine and found.last else None


async def _taken(tx: Tx, number: int, now: datetime) -> _Count | None:
    """With a lease, unless there is nothing left to count."""
    text = await broadcast_plans.count_of(tx, number)
    if text is None:
        return None
    fresh = _Count(Figures(now, day_of(now).year))
    found = fresh if text == broadcast_plans.NO_COUNT else msgspec.json.decode(text, type=_Count)
    if found.busy_until is not None and found.busy_until > now:
        return None
    if now - found.so_far.at > STALE:
        found = fresh
    if found.last:
        return found
    taken = _Count(found.so_far, found.through, busy_until=now + LEASE)
    await broadcast_plans.keep_count(tx, number, text, _text(taken))
    return taken


def _text(count: _Count) -> str:
    return msgspec.json.encode(count).decode()


async def _next_page(tx: Tx, rules: Rules, broadcast: Broadcast, count: _Count) -> _Count:
    at = count.so_far.at
    scope = await scope_of_number(tx, rules, broadcast.sender, at)
    mark = await aim(tx, rules, broadcast.settings, scope, at)
    page = await broadcast_audience.page(
        tx, mark.scope, mark.meant, mark.limits, after=count.through, at_most=SLICE_PERSONS
    )
    more = await _more(tx, rules, count.so_far, [one.number for one in page.members], day_of(at))
    return _Count(more, page.through, page.last)


async def _more(tx: Tx, rules: Rules, so_far: Figures, persons: list[str], today: date) -> Figures:
    standings = (await load_standings(tx, rules, persons, so_far.year)).values()
    owing = [(counted(one, rules.hours), one.owed) for one in standings if one.owed]
    answered = await daily.answers(tx, EVERYTHING, persons, monday_of(today), today)
    return Figures(
        so_far.at,
        so_far.year,
        so_far.persons + len(persons),
        so_far.owing + len(owing),
        so_far.reached + sum(done >= owed for done, owed in owing),
        so_far.counted + sum(done for done, _ in owing),
        so_far.today + sum(day == today for day, _ in answered),
        so_far.this_week + len({person for _, person in answered}),
    )
