"""The roll as a whole: read for comparing with a file, and new people and units recorded."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain

from storage import audit, ledger, people, units
from storage.audit import Act
from storage.database import Tx
from storage.scope import Scope
from training.calendar import day_of
from training.people import Fact
from training.roll import KnownPerson
from training.roll_changes import PersonChange
from training.roll_plan import RollPlan
from training.unit_plan import UnitPlan


async def known_people(tx: Tx, scope: Scope) -> list[KnownPerson]:
    """Everybody on record with the whole history; a few thousand in a city."""
    found: list[KnownPerson] = []
    accounts = await people.account_rows(tx, scope)
    after = ""
    while page := await people.numbers(tx, scope, after=after):
        facts = await people.facts_of(tx, scope, page)
        periods = await people.periods_of(tx, scope, page)
        found += [
            KnownPerson(n, tuple(facts.get(n, ())), tuple(periods.get(n, ())), tuple(accounts.get(n, ())))
            for n in page
        ]
        after = page[-1]
    return found


def next_free(known: Sequence[KnownPerson]) -> int:
    """The number after the highest generated one (`R000123`)."""
    generated = [int(p.number[1:]) for p in known if p.number.startswith("R") and p.number[1:].isdecimal()]
    return max(generated, default=0) + 1


async def apply_roll(tx: Tx, plan: RollPlan, *, by: str, now: datetime) -> None:
    """Record the new people and the units they name; changes to known people are not applied here."""
    created = list(chain.from_iterable(unit.facts for unit in plan.new_units))
    if created:
        await units.add(tx, created, by=by, now=now, today=day_of(now))
    await _record(tx, plan.new, by=by, now=now)
    if plan.new or plan.new_units:
        what = f"new {len(plan.new)}, units {len(plan.new_units)}"
        await audit.record(
            tx, Act(by, "cli", "staff.import", what, after=",".join(c.person for c in plan.new)), now
        )


async def _record(tx: Tx, changes: Sequence[PersonChange], *, by: str, now: datetime) -> None:
    facts = list(chain.from_iterable(change.facts for change in changes))
    periods = list(chain.from_iterable(change.periods for change in changes))
    accounts = list(chain.from_iterable(change.accounts for change in changes))
    if changes:
        await people.add(tx, facts, periods, accounts, by=by, now=now, today=day_of(now))
        await ledger.forget_owed(tx, [change.person for change in changes])


async def apply_units(tx: Tx, plan: UnitPlan, *, by: str, now: datetime, changes_too: bool) -> None:
    """Record new units, and changes to known ones only while the roll is empty."""
    applied = (*plan.new, *plan.changed) if changes_too else plan.new
    facts: list[Fact] = list(chain.from_iterable(change.facts for change in applied))
    if facts:
        await units.add(tx, facts, by=by, now=now, today=day_of(now))
        act = Act(by, "cli", "units.import", f"units {len(applied)}", after=",".join(c.code for c in applied))
        await audit.record(tx, act, now)
