"""Whether what the year rows say is owed, by which people are told what they miss, is what the roll comes to.

Only under the rules by which the rows were made: when others come, the rows are made anew as these take effect.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handlers.actions.taking_effect import in_effect
from storage import ledger_sums, people
from storage.database import Database
from storage.scope import EVERYTHING
from training.hours import hundredths
from training.people import Fact, StatusPeriod
from training.requirements import owed
from training.rules import Rules

SLICE_PERSONS: Final = 200


@dataclass(frozen=True, slots=True)
class OwedOff:
    """Of one person in one year, in hundredths: what is owed by the roll, and what the year row says."""

    person: str
    year: int
    owed: int
    kept: int


async def comparable(database: Database, rules: Rules, now: datetime) -> bool:
    """The rows were made by these rules."""
    async with database.read() as tx:
        return await in_effect(tx, rules, now)


async def first_off(database: Database, rules: Rules) -> OwedOff | None:
    """The first one that differs, by 人员编号 and year, of those of whom it is kept."""
    after = ""
    while True:
        async with database.read() as tx:
            numbers = await people.numbers(tx, EVERYTHING, after=after, at_most=SLICE_PERSONS)
        if not numbers:
            return None
        # Twice: what is changed on the roll between two statements looks like a difference, once.
        if (found := await _off(database, rules, numbers)) and (off := await _again(database, rules, found)):
            return off[0]
        after = numbers[-1]


async def _again(database: Database, rules: Rules, found: Sequence[OwedOff]) -> list[OwedOff]:
    still = await _off(database, rules, sorted({off.person for off in found}))
    return [off for off in still if off in found]


async def _off(database: Database, rules: Rules, persons: Iterable[str]) -> list[OwedOff]:
    async with database.read() as tx:
        kept = await ledger_sums.kept_owed(tx, EVERYTHING, persons)
        facts = await people.facts_of(tx, EVERYTHING, persons)
        periods = await people.periods_of(tx, EVERYTHING, persons)
    found = _differences(kept, facts, periods, rules)
    return [off for off in found if off.owed != off.kept]


def _differences(
    kept: Mapping[tuple[str, int], int],
    facts: Mapping[str, Sequence[Fact]],
    periods: Mapping[str, Sequence[StatusPeriod]],
    rules: Rules,
) -> Iterable[OwedOff]:
    for (person, year), amount in sorted(kept.items()):
        owes = owed(facts.get(person, ()), periods.get(person, ()), year, *rules.policies)
        yield OwedOff(person, year, hundredths(owes.hours), amount)
