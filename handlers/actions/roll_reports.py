"""人员变动申报: made by a unit's admin, confirmed by the receiving unit, then proposed to the city as a batch.

A batch is in the name of whoever reported, who therefore neither confirms it nor goes without hearing of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from msgspec import structs

from handlers.actions import batches, claim_levels
from handlers.actions.claim_levels import Bench
from handlers.actions.duty_scope import scope_of
from handlers.actions.roll_report_reading import Asking, Meant, known, meant
from storage import approvers, audit, people, roll_reports, units
from storage.audit import Act
from storage.database import Tx
from storage.scope import EVERYTHING, Scope, of_asker
from training.batch_acts import held_and_wanted
from training.batches import RollChanges
from training.calendar import DAY, day_of
from training.people import Person, Role
from training.roll_report_changes import demand_near, reason, same, shown
from training.roll_report_errors import (
    CardTooOld,
    ChangedSince,
    NoSuchReport,
    NotInState,
    NotYours,
    ReasonNeeded,
    UnitsReport,
    WaitsAlready,
)
from training.roll_report_words import read
from training.roll_reports import Kind, Report, State, month_of
from training.rules import Rules


@dataclass(frozen=True, slots=True)
class Overview:
    """`silent`: names of the units that have said nothing this month, for the city; None: not asked about."""

    to_receive: Sequence[Report]
    waiting: Sequence[Report]
    this_month: Sequence[Report]
    silent: Sequence[str] | None


async def report(tx: Tx, rules: Rules, channel: str, person: Person, words: str, now: datetime) -> Report:
    """Raises: NotAllowed, ReportRefusal."""
    scope = await _reporter(tx, rules, person, now)
    await roll_reports.take_turn(tx, EVERYTHING, person.number)
    bench = await claim_levels.bench(tx, rules, now)
    said = read(words, bench.today, rules.statuses_on(bench.today))
    demand_near(said, bench.today)
    found = await meant(tx, Asking(rules, channel, person, scope, bench, now), said)
    await _demand_unreported(tx, found)
    moves = said.kind is Kind.TRANSFER and found.to not in scope.units
    asked = receivers(bench, found.to, person.number) if moves else ()
    made = Report(
        next((code for code in bench.line(found.unit) if code in person.managed_units), found.unit),
        month_of(bench.today),
        said.kind,
        person.number,
        now,
        State.RECEIVING if asked else State.PROPOSED,
        "" if said.kind is Kind.JOIN else found.edit.person,
        RollChanges((found.edit,)),
        shown(said, found.edit, found.path),
        found.to if asked else "",
    )
    made = await _keep(tx, made)
    if asked:
        return made
    noted = reason(made.number, _unit(bench, made.unit), alone=moves, admin=found.admin, alike=found.alike)
    return await _propose(tx, made, person, noted, now)


async def unchanged(tx: Tx, rules: Rules, person: Person, month: date | None, now: datetime) -> tuple[Report, bool]:
    """本月无变动, once a month, and whether it is new; what was reported of that month stands instead of it.

    Raises: NotAllowed, UnitsReport, CardTooOld.
    """
    await _reporter(tx, rules, person, now)
    await roll_reports.take_turn(tx, EVERYTHING, person.number)
    this = month_of(day_of(now))
    wanted = month or this
    if wanted not in (this, month_of(this - DAY)):
        raise CardTooOld(wanted)
    mine = [one for one in await roll_reports.of_month(tx, EVERYTHING, wanted) if one.by == person.number]
    if mine:
        return mine[-1], False
    made = Report(person.managed_units[0], wanted, Kind.NONE, person.number, now, State.DONE)
    number = await roll_reports.add(tx, made)
    await _note(tx, person, "unchanged", number, now, after=f"{wanted:%Y-%m}")
    return replace(made, number=number), True


async def receive(tx: Tx, rules: Rules, person: Person, number: int, now: datetime) -> Report:
    """An admin of the receiving unit, or of the city, agrees. Raises: NotAllowed, ReportRefusal."""
    found = await _to_decide(tx, rules, person, number, now)
    who = await known(tx, rules, found.person, day_of(now))
    recorded = [*(fact.recorded_at for fact in who.facts), *(period.recorded_at for period in who.periods)]
    if max(recorded, default=found.at) > found.at:
        raise ChangedSince(number)
    await _move(tx, found, State.RECEIVING, received_by=person.number, received_at=now)
    await _note(tx, person, "receive", number, now)
    names = await units.names(tx, [found.unit, found.receiving])
    several = await approvers.several(tx, EVERYTHING, [found.by, found.person])
    by = f"{names.get(found.receiving, found.receiving)}{person.name}"
    admin = found.person in several and several[found.person].role is Role.UNIT_ADMIN
    noted = reason(number, names.get(found.unit, found.unit), received=by, admin=admin)
    return await _propose(tx, found, several[found.by], noted, now)


async def decline(tx: Tx, rules: Rules, person: Person, number: int, note: str, now: datetime) -> Report:
    """Raises: NotAllowed, ReportRefusal."""
    found = await _to_decide(tx, rules, person, number, now)
    if not note:
        raise ReasonNeeded(number)
    await _move(tx, found, State.RETURNED, received_by=person.number, received_at=now, note=note)
    await _note(tx, person, "decline", number, now, reason=note)
    return replace(found, state=State.RETURNED, note=note)


async def withdraw(tx: Tx, person: Person, number: int, now: datetime) -> Report:
    """By whoever reported, before the receiving unit agreed. Raises: NotAllowed, ReportRefusal."""
    found = await one(tx, person, number)
    if found.by != person.number:
        raise NotYours(number)
    _demand_receiving(found)
    await _move(tx, found, State.WITHDRAWN)
    await _note(tx, person, "withdraw", number, now)
    return replace(found, state=State.WITHDRAWN)


async def one(tx: Tx, person: Person, number: int) -> Report:
    """Raises: NotAllowed, NoSuchReport."""
    found = await roll_reports.one(tx, await _readable(tx, person), number)
    if found is None:
        raise NoSuchReport(number)
    return found


async def is_asked(tx: Tx, person: Person, found: Report) -> bool:
    """Whether the person may say that somebody comes, and nobody has."""
    return person.role is not Role.AUDITOR and _may_receive(found, person, await _readable(tx, person))


async def overview(tx: Tx, rules: Rules, person: Person, now: datetime) -> Overview:
    """Raises: NotAllowed."""
    scope, month = await _readable(tx, person), month_of(day_of(now))
    waiting = await roll_reports.waiting(tx, scope)
    this_month = await roll_reports.of_month(tx, scope, month)
    if person.role is not Role.UNIT_ADMIN:
        return Overview((), waiting, this_month, await _silent(tx, rules, this_month, now))
    to_receive = [one for one in waiting if _may_receive(one, person, scope)]
    others = [
        one for one in waiting if one not in to_receive and (one.by == person.number or one.unit in scope.units)
    ]
    return Overview(to_receive, others, [one for one in this_month if one.by == person.number], None)


async def unreported(tx: Tx, rules: Rules, now: datetime) -> Sequence[Person]:
    """The admins of units that have said nothing this month: of none of their units anybody has."""
    bench = await claim_levels.bench(tx, rules, now)
    said = {one.by for one in await roll_reports.of_month(tx, EVERYTHING, month_of(bench.today))}
    spoken = {code for admin in bench.admins if admin.number in said for code in admin.managed_units}
    return [one for one in bench.admins if set(one.managed_units) - spoken]


async def _silent(tx: Tx, rules: Rules, this_month: Sequence[Report], now: datetime) -> list[str]:
    bench = await claim_levels.bench(tx, rules, now)
    said = {one.by for one in this_month}
    spoken = {code for admin in bench.admins if admin.number in said for code in admin.managed_units}
    asked = {code for admin in bench.admins for code in admin.managed_units}
    return [_unit(bench, code) for code in sorted(asked - spoken)]


def receivers(bench: Bench, unit: str, reporter: str) -> Sequence[Person]:
    """The admins of the unit, or of the nearest above it that has any; never the one who reports."""
    for code in bench.line(unit):
        if here := [one for one in bench.admins if code in one.managed_units and one.number != reporter]:
            return here
    return ()


async def to_tell(tx: Tx, rules: Rules, found: Report, now: datetime) -> Sequence[Person]:
    """Who is asked whether the person comes."""
    return receivers(await claim_levels.bench(tx, rules, now), found.receiving, found.by)


async def accounts(tx: Tx, channel: str, number: str) -> tuple[str, ...]:
    return (await people.accounts_of(tx, EVERYTHING, channel, [number])).get(number, ())


async def _reporter(tx: Tx, rules: Rules, person: Person, now: datetime) -> Scope:
    """What the person reports of. Raises: NotAllowed, UnitsReport."""
    claim_levels.demand_role(rules, person, now)
    if person.role is Role.CITY_ADMIN:
        raise UnitsReport
    return await scope_of(tx, person)


async def _readable(tx: Tx, person: Person) -> Scope:
    """An auditor reads everything. Raises: NotAllowed."""
    return of_asker(person, frozenset()) if person.role is Role.AUDITOR else await scope_of(tx, person)


async def _demand_unreported(tx: Tx, found: Meant) -> None:
    for other in await roll_reports.waiting(tx, EVERYTHING):
        if other.changes is not None and same(other.changes, found.edit):
            raise WaitsAlready(other.number)


async def _keep(tx: Tx, made: Report) -> Report:
    number = await roll_reports.add(tx, made)
    if made.changes is None:
        raise NotInState(number, made.state, 0)
    wanted = held_and_wanted(made.changes, await batches.unit_names(tx, made.changes))[1]
    await audit.record(tx, Act(made.by, "chat", "roll_report.make", f"roll report {number}", after=wanted), made.at)
    return replace(made, number=number, changes=structs.replace(made.changes, report=number))


async def _propose(tx: Tx, found: Report, reporter: Person, noted: str, now: datetime) -> Report:
    if found.changes is None:
        raise NotInState(found.number, found.state, 0)
    changes = structs.replace(found.changes, report=found.number)
    batch = await batches.propose(tx, reporter, changes, noted, now, via="chat")
    await _move(tx, found, State.PROPOSED, batch=batch)
    return replace(found, state=State.PROPOSED, batch=batch, changes=changes)


async def _to_decide(tx: Tx, rules: Rules, person: Person, number: int, now: datetime) -> Report:
    """Raises: NotAllowed, NoSuchReport, NotInState, NotYours."""
    claim_levels.demand_role(rules, person, now)
    found = await one(tx, person, number)
    _demand_receiving(found)
    if not _may_receive(found, person, await _readable(tx, person)):
        raise NotYours(number)
    return found


def _may_receive(found: Report, person: Person, scope: Scope) -> bool:
    within = scope.everything or found.receiving in scope.units
    return found.state is State.RECEIVING and within and found.by != person.number


def _demand_receiving(found: Report) -> None:
    if found.state is not State.RECEIVING:
        raise NotInState(found.number, found.state, found.batch)


async def _move(tx: Tx, found: Report, after: State, **columns: object) -> None:
    """Raises: NotInState: somebody was first."""
    if not await roll_reports.move(tx, found, after, **columns):
        raise NotInState(found.number, found.state, found.batch)


async def _note(
    tx: Tx, person: Person, what: str, number: int, now: datetime, *, after: str = "", reason: str = ""
) -> None:
    act = Act(person.number, "chat", f"roll_report.{what}", f"roll report {number}", after=after, reason=reason)
    await audit.record(tx, act, now)


def _unit(bench: Bench, code: str) -> str:
    return bench.tree.units[code].name if code in bench.tree.units else code
