"""What people have so far, read before lines of theirs are posted: sums of years, and hours on days."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol

from handlers.actions.standings import load_standings
from storage import calendar, ledger, refills
from storage.database import Tx
from storage.ledger import Line
from storage.scope import EVERYTHING
from training.earned_rows import disagreeing
from training.hours import Standing
from training.line_days import DayRules, Earned, on_days
from training.past_room import Room
from training.rules import Rules


class Wanted(Protocol):
    """What is to be posted: whose, for which year, on which days, both included."""

    @property
    def person(self) -> str: ...
    @property
    def year(self) -> int: ...
    @property
    def starts(self) -> date: ...
    @property
    def ends(self) -> date: ...


async def room_for(tx: Tx, rules: Rules, lines: Sequence[Wanted], *, lock: bool) -> Room:
    """With `lock` nobody else posts for these people meanwhile; the year of most answers first."""
    wanted: dict[int, set[str]] = {}
    for line in lines:
        for year in {line.year, line.starts.year}:
            wanted.setdefault(year, set()).add(line.person)
    standings = {y: await _standings(tx, rules, wanted[y], y, lock=lock) for y in sorted(wanted, reverse=True)}
    by_day = DayRules(await calendar.imported(tx), rules.forms, rules.day_limit)
    return Room(by_day, standings, await _on_days(tx, by_day, lines))


async def _standings(tx: Tx, rules: Rules, persons: set[str], year: int, *, lock: bool) -> dict[str, Standing]:
    """Without a lock only the sums: what is owed does not change what fits."""
    if lock:
        return await load_standings(tx, rules, persons, year, lock=True)
    found = await ledger.standings(tx, EVERYTHING, persons, year)
    return {person: found.get(person, Standing(None, {})) for person in persons}


async def _on_days(tx: Tx, rules: DayRules, lines: Sequence[Wanted]) -> dict[str, Counter[date]]:
    """Person → what stands on the days in question. A day's lines count for its year or the one before."""
    first, last = min(line.starts for line in lines), max(line.ends for line in lines)
    asked = (tx, EVERYTHING, {line.person for line in lines}, (first.year - 1, last.year), _limited(rules))
    held = await refills.lines_of(*asked, (first, last))
    kept = await refills.earned_of(*asked, (first, last))
    return {person: _of_one(found, kept, rules) for person, found in held.items()}


def _of_one(found: Sequence[Line], kept: Mapping[int, Sequence[Earned]], rules: DayRules) -> Counter[date]:
    """A line whose rows are not what it says is spread as if there were none."""
    lines = {line.seq: line.entry for line in found}
    off = disagreeing(lines, kept)
    return on_days(lines, {seq: days for seq, days in kept.items() if seq not in off}, rules)


def _limited(rules: DayRules) -> Iterable[str]:
    return sorted({row.form for row in rules.forms if row.day_limited})
