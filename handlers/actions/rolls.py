"""The roll as a whole: read for comparing with a file, and new people and units recorded."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Final

from storage import audit, ledger, people, units
from storage.audit import Act
from storage.batches import Batch
from storage.database import Database, Tx
from storage.scope import EVERYTHING, Scope
from training.batches import PersonEdit, RollChanges, UnitChanges, UnitEdit, Value
from training.calendar import day_of
from training.errors import BatchOvertaken
from training.people import WECOM, Account, Fact, StatusPeriod
from training.roll import KnownPerson
from training.roll_changes import PersonChange
from training.roll_plan import RollPlan
from training.rules import Rules
from training.statuses import STATUSES, Status
from training.unit_plan import UnitPlan

PAGE_PERSONS: Final = 500


async def known_people(
    database: Database, scope: Scope, statuses: tuple[Status, ...] = STATUSES
) -> list[KnownPerson]:
    """Everybody on record with the whole history, to be read by these statuses.

    A page in a transaction: on SQLite nobody could commit while all of a city is read. What is recorded between two
    pages makes a batch that was planned by it overtaken.
    """
    found: list[KnownPerson] = []
    async with database.read() as tx:
        accounts = await people.account_rows(tx, scope)
    after = ""
    while page := await _page(database, scope, after):
        numbers, facts, periods = page
        found += [
            KnownPerson(n, tuple(facts.get(n, ())), tuple(periods.get(n, ())), tuple(accounts.get(n, ())), statuses)
            for n in numbers
        ]
        after = numbers[-1]
    return found


Page = tuple[list[str], Mapping[str, list[Fact]], Mapping[str, list[StatusPeriod]]]


async def _page(database: Database, scope: Scope, after: str) -> Page | None:
    async with database.read() as tx:
        numbers = await people.numbers(tx, scope, after=after, at_most=PAGE_PERSONS)
        if not numbers:
            return None
        return numbers, await people.facts_of(tx, scope, numbers), await people.periods_of(tx, scope, numbers)


def next_free(known: Sequence[KnownPerson]) -> int:
    """The number after the highest generated one (`R000123`)."""
    generated = [int(p.number[1:]) for p in known if p.number.startswith("R") and p.number[1:].isdecimal()]
    return max(generated, default=0) + 1


async def apply_roll(tx: Tx, rules: Rules, plan: RollPlan, *, by: str, now: datetime) -> None:
    """Record the new people and the units they name; changes to known people are not applied here."""
    created = list(chain.from_iterable(unit.facts for unit in plan.new_units))
    if created:
        await units.add(tx, created, by=by, now=now, today=day_of(now))
    await _record(tx, rules, plan.new, by=by, now=now)
    if plan.new or plan.new_units:
        what = f"new {len(plan.new)}, units {len(plan.new_units)}"
        await audit.record(
            tx, Act(by, "cli", "staff.import", what, after=",".join(c.person for c in plan.new)), now
        )


async def _record(tx: Tx, rules: Rules, changes: Sequence[PersonChange], *, by: str, now: datetime) -> None:
    facts = list(chain.from_iterable(change.facts for change in changes))
    periods = list(chain.from_iterable(change.periods for change in changes))
    accounts = list(chain.from_iterable(change.accounts for change in changes))
    if changes:
        today = day_of(now)
        known = rules.statuses_on(today)
        await people.add(tx, facts, periods, accounts, by=by, now=now, today=today, statuses=known)
        await ledger.forget_owed(tx, [change.person for change in changes])


async def apply_edits(
    tx: Tx, rules: Rules, changes: RollChanges, proposed: Batch, *, by: str, now: datetime
) -> None:
    """Record what a second admin confirmed, as known from now on. Raises: BatchOvertaken."""
    numbers = [edit.person for edit in changes.people]
    await _demand_unchanged(tx, changes.people, proposed)
    await _demand_units_unchanged(tx, changes.unit_edits, proposed)
    created = [_fact(unit.code, value, now) for unit in changes.units for value in unit.values]
    created += [_fact(unit.code, value, now) for unit in changes.unit_edits for value in unit.values]
    if created:
        await units.add(tx, created, by=by, now=now, today=day_of(now))
    facts = [_fact(edit.person, value, now) for edit in changes.people for value in edit.values]
    periods = [
        StatusPeriod(edit.person, p.status, p.starts, p.ends, now, p.document)
        for edit in changes.people
        for p in edit.periods
    ]
    accounts = [Account(a.account, edit.person, a.since) for edit in changes.people for a in edit.accounts]
    today = day_of(now)
    known = rules.statuses_on(today)
    await people.add(tx, facts, periods, accounts, by=by, now=now, today=today, statuses=known)
    await ledger.forget_owed(tx, numbers)


async def apply_unit_edits(tx: Tx, changes: UnitChanges, proposed: Batch, *, by: str, now: datetime) -> None:
    """Raises: BatchOvertaken."""
    await _demand_units_unchanged(tx, changes.units, proposed)
    facts = [_fact(edit.code, value, now) for edit in changes.units for value in edit.values]
    await units.add(tx, facts, by=by, now=now, today=day_of(now))


async def _demand_units_unchanged(tx: Tx, edits: Sequence[UnitEdit], proposed: Batch) -> None:
    known = await units.facts(tx) if edits else {}
    for edit in edits:
        if any(fact.recorded_at >= proposed.proposed_at for fact in known.get(edit.code, ())):
            raise BatchOvertaken(proposed.number, f"{edit.name}（{edit.code}）")


def _fact(subject: str, value: Value, now: datetime) -> Fact:
    return Fact(subject, value.field, value.value, value.valid_from, now)


async def _demand_unchanged(tx: Tx, edits: Sequence[PersonEdit], proposed: Batch) -> None:
    """Nothing was recorded of these people since it was proposed, and the accounts are still free."""
    numbers = [edit.person for edit in edits]
    facts = await people.facts_of(tx, EVERYTHING, numbers)
    periods = await people.periods_of(tx, EVERYTHING, numbers)
    for number in numbers:
        records = (*facts.get(number, ()), *periods.get(number, ()))
        if any(record.recorded_at >= proposed.proposed_at for record in records):
            raise BatchOvertaken(proposed.number, number)
    taken = await people.owners(tx, EVERYTHING, WECOM, [a.account for edit in edits for a in edit.accounts])
    for account, number in sorted(taken.items()):
        raise BatchOvertaken(proposed.number, f"{account}（{number}）")


async def apply_units(tx: Tx, plan: UnitPlan, *, by: str, now: datetime, changes_too: bool) -> None:
    """Record new units, and changes to known ones only while the roll is empty."""
    applied = (*plan.new, *plan.changed) if changes_too else plan.new
    facts: list[Fact] = list(chain.from_iterable(change.facts for change in applied))
    if facts:
        await units.add(tx, facts, by=by, now=now, today=day_of(now))
        act = Act(by, "cli", "units.import", f"units {len(applied)}", after=",".join(c.code for c in applied))
        await audit.record(tx, act, now)
