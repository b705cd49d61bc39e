"""The figures of an audience at the moment at which they are sent: counts, never a name."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from handlers.actions.broadcast_audience import aim, scope_of_number
from handlers.actions.standings import load_standings
from storage import broadcast_audience, daily
from storage.database import Database, Tx
from storage.scope import EVERYTHING
from training.broadcasts import Broadcast
from training.calendar import day_of, monday_of
from training.hours import counted
from training.rules import Rules

SLICE_PERSONS: Final = 200


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


async def figures(database: Database, rules: Rules, broadcast: Broadcast, now: datetime) -> Figures:
    """Of everybody meant, written to or not; a page in a transaction. Raises: NotAllowed, NoUnitsManaged."""
    found, after, last = Figures(now, day_of(now).year), "", False
    while not last:
        async with database.read() as tx:
            scope = await scope_of_number(tx, rules, broadcast.sender, now)
            mark = await aim(tx, rules, broadcast.settings, scope, now)
            page = await broadcast_audience.page(
                tx, mark.scope, mark.meant, mark.limits, after=after, at_most=SLICE_PERSONS
            )
            found = await _more(tx, rules, found, [one.number for one in page.members], day_of(now))
        after, last = page.through, page.last
    return found


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
