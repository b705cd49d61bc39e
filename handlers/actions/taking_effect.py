"""Rules taking effect: what was computed under other rules, today's view of people and what they owe, is made anew.

Which rules it was made under stands in the audit log: the version, and the day since which its policy holds.
"""

from datetime import date, datetime
from typing import Final

from handlers.actions.standings import fill_owed
from storage import audit, ledger, people
from storage.audit import Act
from storage.database import Database, Tx
from storage.scope import EVERYTHING
from training.calendar import day_of
from training.requirements import policy_on
from training.rules import DEFAULT_VERSION, Rules
from training.statuses import status_named

WHAT: Final = "rules.effect"
SLICE_PERSONS: Final = 200


async def unknown_statuses(tx: Tx, rules: Rules, today: date) -> list[str]:
    """What the roll says of somebody and the rules do not know; nothing can be computed for these people."""
    known = rules.statuses_on(today)
    return sorted(
        word for word in await people.recorded_statuses(tx, EVERYTHING) if status_named(word, known) is None
    )


async def take_effect(database: Database, rules: Rules, now: datetime) -> bool:
    """True when other rules were in force before. A stop in between begins again. Raises: UnknownStatus."""
    today = day_of(now)
    async with database.read() as tx:
        before = await _last(tx)
    mark = mark_of(rules, today)
    if before == mark:
        return False
    after = ""
    while True:
        async with database.write() as tx:
            numbers = await people.numbers(tx, EVERYTHING, after=after, at_most=SLICE_PERSONS)
            await ledger.forget_owed(tx, numbers)  # year rows before persons, as a merge takes them
            await people.refresh(tx, numbers, today, rules.statuses_on(today))
        if len(numbers) < SLICE_PERSONS:
            break
        after = numbers[-1]
    await fill_owed(database, rules, today.year)
    async with database.write() as tx:
        if await _last(tx) != mark:  # another process may have done the same just now
            await audit.record(tx, Act("system", "clock", WHAT, rules.version, before=before, after=mark), now)
    return True


async def in_effect(tx: Tx, rules: Rules, now: datetime) -> bool:
    """What is kept was computed under these rules."""
    return await _last(tx) == mark_of(rules, day_of(now))


def mark_of(rules: Rules, today: date) -> str:
    """`2024-1`, or `2024-1+1f3a9c02 2026-07-01` since a policy that began on a day."""
    begun = policy_on(rules.policies, today).valid_from
    return rules.version if begun == date.min else f"{rules.version} {begun}"


async def _last(tx: Tx) -> str:
    """Whoever never had other rules has the built-in ones."""
    last = await audit.last_of(tx, WHAT)
    return DEFAULT_VERSION if last is None else last.after
