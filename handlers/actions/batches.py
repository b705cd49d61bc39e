"""Batches: proposed by one city admin, confirmed or returned by another, applied in the same transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from msgspec import structs

from handlers.actions import (
    activity_concluding,
    claim_approval,
    duty_import,
    exam_remarking,
    exam_scores,
    merging,
    past_hours,
    reversing,
    roll_report_following,
    rolls,
    years,
)
from handlers.actions.claim_deciding import Decided
from handlers.actions.exam_remarking import Slice
from handlers.actions.exam_scores import Entered
from storage import askers, audit, batches, people, reversals, units
from storage.audit import Act
from storage.batches import Batch
from storage.database import Tx
from storage.ledger import Line
from storage.scope import EVERYTHING
from training.activity_hours import ActivityHours
from training.batch_acts import held_and_wanted
from training.batches import (
    Changes,
    KeyChangeProposal,
    PastHours,
    PersonMerge,
    Reversal,
    RollChanges,
    ScoreImport,
    State,
    UnitChanges,
    YearClosing,
    demand_proposer,
    demand_reader,
    demand_second,
    own_hours,
    units_named,
)
from training.calendar import day_of
from training.claim_approval import ClaimApproval
from training.duty_import import DutyImport
from training.errors import BatchDecided, NoSuchAccount, NoSuchNumber
from training.people import Person, Role
from training.roll_reports import State as Report
from training.rules import Rules

WHAT = "批次"


async def proposer(tx: Tx, rules: Rules, channel: str, account: str, now: datetime) -> Person:
    """Who stands behind `--as`. Raises: NoSuchAccount, NotAllowed."""
    name, today = account.strip().casefold(), day_of(now)
    known = await askers.by_account(tx, EVERYTHING, channel, [name], today, rules.statuses_on(today))
    found = known.get(name)
    if found is None:
        raise NoSuchAccount(account)
    demand_proposer(found.person)
    return found.person


async def propose(tx: Tx, person: Person, changes: Changes, reason: str, now: datetime, *, via: str = "cli") -> int:
    """Returns the number under which the second admin confirms it."""
    number = await batches.add(tx, changes, by=person.number, reason=reason, now=now)
    held, wanted = await _held_and_wanted(tx, changes)
    await audit.record(tx, Act(person.number, via, "batch.propose", f"batch {number}", held, wanted, reason), now)
    return number


async def unit_names(tx: Tx, changes: Changes) -> Mapping[str, str]:
    """单位代码 → name, for showing what changes."""
    return await units.names(tx, units_named(changes))


async def seconds(tx: Tx, channel: str, proposed_by: str) -> tuple[str, ...]:
    """The accounts of those who may confirm it."""
    holders = await people.holders(tx, EVERYTHING, Role.CITY_ADMIN, channel)
    return tuple(
        sorted(account for number, accounts in holders.items() if number != proposed_by for account in accounts)
    )


async def waiting(tx: Tx, person: Person) -> Sequence[Batch]:
    """Raises: NotAllowed."""
    demand_reader(person)
    return await batches.waiting(tx, EVERYTHING)


async def one(tx: Tx, person: Person, number: int) -> Batch:
    """Raises: NotAllowed, NoSuchNumber."""
    demand_reader(person)
    return await _found(tx, number)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """`remarked`: the persons of an exam who have to be told a new score, when it changed keys; `entered`: those
    who have to be told that there is one, when it brought scores in; `decided`: claims, of which they are told."""

    batch: Batch
    remarked: Slice | None = None
    entered: Entered | None = None
    decided: Decided | None = None


async def confirm(tx: Tx, rules: Rules, person: Person, number: int, now: datetime) -> Batch:
    """`carry_out`, where nobody is told."""
    return (await carry_out(tx, rules, person, number, now)).batch


async def carry_out(tx: Tx, rules: Rules, person: Person, number: int, now: datetime) -> Confirmed:
    """Apply it whole or not at all. Raises: NotAllowed, OwnBatch, NoSuchNumber, BatchDecided, BatchOvertaken, …"""
    remarked, entered, decided = None, None, None
    found = await _decide(tx, person, number, State.CONFIRMED, "", now)
    match found.changes:
        case RollChanges() as changes:
            await rolls.apply_edits(tx, rules, changes, found, by=person.number, now=now)
            await roll_report_following.follow(tx, changes, Report.DONE)
        case UnitChanges() as changes:
            await rolls.apply_unit_edits(tx, changes, found, by=person.number, now=now)
        case Reversal() as changes:
            await reversing.reverse(tx, rules, changes.seq, by=person.number, reason=found.reason, now=now)
        case PastHours() as changes:
            lines = await past_hours.post(tx, rules, changes, found, by=person.number, now=now)
            found = replace(found, changes=structs.replace(changes, posted=_sum(lines)))
        case DutyImport() as changes:
            await duty_import.enter(tx, changes, found, now=now)
        case ActivityHours() as changes:
            lines = await activity_concluding.apply(tx, rules, changes, found, by=person.number, now=now)
            found = replace(found, changes=structs.replace(changes, posted=_sum(lines)))
        case ClaimApproval() as changes:
            decided = await claim_approval.apply(tx, rules, changes, found, person=person, now=now)
            posted = _sum([line for lines in decided.lines.values() for line in lines])
            found = replace(found, changes=structs.replace(changes, posted=posted))
        case PersonMerge() as changes:
            await merging.merge(tx, rules, changes, found, by=person.number, now=now)
        case YearClosing() as changes:
            await years.apply(tx, changes, found, by=person.number, now=now)
        case KeyChangeProposal() as changes:
            remarked = await exam_remarking.apply(tx, rules, changes, found, now)
        case ScoreImport() as changes:
            entered = await exam_scores.enter(tx, rules, changes, found, by=person.number, now=now)
    return Confirmed(found, remarked, entered, decided)


def _sum(lines: Sequence[Line]) -> Decimal:
    return sum((line.entry.hours for line in lines), Decimal(0))


async def turn_down(tx: Tx, person: Person, number: int, note: str, now: datetime) -> Batch:
    """Raises: NotAllowed, OwnBatch, NoSuchNumber, BatchDecided."""
    found = await _decide(tx, person, number, State.RETURNED, note, now)
    if isinstance(found.changes, ActivityHours):
        await activity_concluding.give_back(tx, found.changes, note, now)
    if isinstance(found.changes, RollChanges):
        await roll_report_following.follow(tx, found.changes, Report.RETURNED, note)
    return found


async def _decide(tx: Tx, person: Person, number: int, state: State, note: str, now: datetime) -> Batch:
    demand_proposer(person)
    found = await _found(tx, number)
    demand_second(person, found.proposed_by)
    if not await batches.decide(tx, number, state, by=person.number, note=note, now=now):
        raise BatchDecided(number)
    held, wanted = await _held_and_wanted(tx, found.changes)
    after = f"{_own_noted(person, found.changes)}{wanted}" if state is State.CONFIRMED else ""
    reason = f"{found.reason}；退回理由：{note}" if note else found.reason
    await audit.record(
        tx, Act(person.number, "chat", f"batch.{state}", f"batch {number}", held, after, reason), now
    )
    return found


async def _held_and_wanted(tx: Tx, changes: Changes) -> tuple[str, str]:
    """For the audit log."""
    line = await reversals.line(tx, EVERYTHING, changes.seq) if isinstance(changes, Reversal) else None
    return held_and_wanted(changes, await unit_names(tx, changes), line.entry if line else None)


def _own_noted(person: Person, changes: Changes) -> str:
    own = own_hours(changes, person.number)
    return f"含确认人本人的学时 {own.lines} 条（{own.hours}）；" if own else ""


async def _found(tx: Tx, number: int) -> Batch:
    found = await batches.one(tx, EVERYTHING, number)
    if found is None:
        raise NoSuchNumber(WHAT, str(number))
    return found
