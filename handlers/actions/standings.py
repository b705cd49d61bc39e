"""Where people stand in a year: sums from the year rows, what is owed computed when the roll changed."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from storage import ledger, people
from storage.database import Tx
from storage.scope import EVERYTHING
from training.hours import Standing, hundredths
from training.requirements import owed
from training.rules import Rules


async def load_standings(
    tx: Tx, rules: Rules, persons: Iterable[str], year: int, *, lock: bool = False
) -> dict[str, Standing]:
    """Person → standing, for everyone asked for; what is owed is known in each."""
    wanted = sorted(set(persons))
    found = dict(await ledger.standings(tx, EVERYTHING, wanted, year, lock=lock))
    missing = [number for number in wanted if number not in found or found[number].owed is None]
    if missing:
        for number, amount in (await _owed(tx, rules, missing, year)).items():
            known = found.get(number, Standing(None, {}))
            found[number] = replace(known, owed=amount)
    return found


async def _owed(tx: Tx, rules: Rules, persons: list[str], year: int) -> Mapping[str, int]:
    """Person → hundredths of an hour."""
    facts = await people.facts_of(tx, EVERYTHING, persons)
    periods = await people.periods_of(tx, EVERYTHING, persons)
    return {
        number: hundredths(owed(facts.get(number, []), periods.get(number, []), year, *rules.policies).hours)
        for number in persons
    }
