"""Where people stand in a year: sums from the year rows, what is owed computed when the roll changed."""

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec.structs import replace

from storage import ledger, people
from storage.database import Database, Tx
from storage.scope import EVERYTHING
from training.hours import Standing, hundredths
from training.requirements import owed
from training.rules import Rules

SLICE_PERSONS: Final = 200


async def load_standings(
    tx: Tx, rules: Rules, persons: Iterable[str], year: int, *, lock: bool = False
) -> dict[str, Standing]:
    """Person → standing, for everyone asked for; what is owed is known in each."""
    wanted = sorted(set(persons))
    found = dict(await ledger.standings(tx, EVERYTHING, wanted, year, lock=lock))
    absent = [number for number in wanted if number not in found]
    if lock and absent:
        # There is no row to lock yet. Whoever makes one holds the head until it is there: wait, and look again.
        await ledger.head(tx, lock=True)
        found |= await ledger.standings(tx, EVERYTHING, absent, year, lock=True)
    missing = [number for number in wanted if number not in found or found[number].owed is None]
    if missing:
        for number, amount in (await _owed(tx, rules, missing, year)).items():
            known = found.get(number, Standing(None, {}))
            found[number] = replace(known, owed=amount)
    return found


async def fill_owed(database: Database, rules: Rules, year: int) -> int:
    """Compute what everybody owes ahead of the first answer: after the roll changed, and on New Year's Day.

    In slices, so that a serving bot is not kept waiting; returns for how many people.
    """
    filled = 0
    while True:
        async with database.write() as tx:
            missing = await ledger.without_owed(tx, EVERYTHING, year, at_most=SLICE_PERSONS)
            standings = await load_standings(tx, rules, missing, year, lock=True)
            await ledger.keep_standings(tx, year, standings)
        filled += len(missing)
        if len(missing) < SLICE_PERSONS:
            return filled


async def _owed(tx: Tx, rules: Rules, persons: list[str], year: int) -> Mapping[str, int]:
    """Person → hundredths of an hour."""
    facts = await people.facts_of(tx, EVERYTHING, persons)
    periods = await people.periods_of(tx, EVERYTHING, persons)
    return {
        number: hundredths(owed(facts.get(number, []), periods.get(number, []), year, *rules.policies).hours)
        for number in persons
    }
