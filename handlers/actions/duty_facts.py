"""履职登记: what an activity leaves when it is posted, what somebody registers, and what is taken back.

Nobody registers, or takes back, what is his or her own. Source: domain, Who owes what.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from msgspec.structs import replace

from handlers.actions.duty_scope import scope_of
from handlers.actions.duty_subjects import Found, subjects
from handlers.actions.known_city import city_with
from storage import audit, duty_facts
from storage.audit import Act
from storage.database import Tx
from storage.scope import EVERYTHING
from training.activities import Activity, Attendance
from training.calendar import day_of
from training.duties import Duty
from training.duty_activities import APPEARED, Done, Seen, done_in
from training.duty_errors import (
    DayToCome,
    HasAppeared,
    NoSuchFact,
    NotOwed,
    OwnDuty,
    ReasonNeeded,
    Registered,
    TakenBackByCity,
)
from training.duty_fact_words import Said
from training.duty_facts import DutyFact, Source, rows_of
from training.forms import Form
from training.people import Person, Role
from training.rules import Rules

CHAT: Final = "chat"


@dataclass(frozen=True, slots=True)
class Recorded:
    """`name`: of the duty, `whose`: of the subject, as people know them."""

    fact: DutyFact
    name: str
    whose: str


async def from_activity(
    tx: Tx, rules: Rules, activity: Activity, present: Sequence[Attendance], now: datetime
) -> None:
    """Register what it fulfils; called in the transaction that posts it. A second call adds nothing.

    What was registered stays when lines are reversed later: only `撤销登记` takes it back.
    """
    people = {one.person for one in present}
    seen = Seen(activity, present, await city_with(tx, rules, sorted(people)), rules.forms)
    found = [_of_activity(done, activity, now) for done in done_in(seen, rules.duties)]
    there = await duty_facts.refs(tx, Source.ACTIVITY, [fact.source_ref for fact in found])
    await duty_facts.add(tx, [fact for fact in found if fact.source_ref not in there])


def _of_activity(done: Done, activity: Activity, now: datetime) -> DutyFact:
    return DutyFact(
        *(done.quota, done.subject, done.unit, done.day, activity.settings.title),
        *(Source.ACTIVITY, f"{activity.number}:{done.quota}:{done.subject}"),
        recorded_by=activity.concluded_by or activity.settings.organiser,
        recorded_at=now,
        form=done.form,
        content=done.content,
        activity=activity.number,
    )


async def demand_registrar(tx: Tx, person: Person) -> None:
    """Before anything is said about the words. Raises: NotAllowed."""
    await scope_of(tx, person)


async def record(
    tx: Tx, rules: Rules, registrar: Person, said: Said, now: datetime, *, channel: str, via: str = CHAT
) -> list[Recorded]:
    """All of the line or nothing. Raises: NotAllowed, and every `DutyRefusal`."""
    scope = await scope_of(tx, registrar)
    if said.day > day_of(now):
        raise DayToCome(said.day)
    rows = rows_of(rules.duties, said.quota)
    found = await subjects(tx, rules, scope, said, rows, channel)
    for one in found:
        _demand_sound(one, said, rows, registrar)
    recorded = [await _keep(tx, one, said, registrar, now) for one in found]
    for fact in (one.fact for one in recorded):
        act = Act(registrar.number, via, "duty.record", f"duty {fact.number}", after=fact_words(fact))
        await audit.record(tx, act, now)
    return recorded


def _demand_sound(one: Found, said: Said, rows: Sequence[Duty], registrar: Person) -> None:
    """Raises: OwnDuty, HasAppeared, NotOwed."""
    if one.subject == registrar.number:
        raise OwnDuty
    if one.duty is None:
        raise NotOwed(rows[0].name, one.label, said.day)
    if Form.COURT_HEARING in one.duty.forms and APPEARED in said.title:
        raise HasAppeared


async def _keep(tx: Tx, one: Found, said: Said, registrar: Person, now: datetime) -> Recorded:
    """Raises: Registered."""
    duty = one.duty
    name = duty.name if duty else said.quota
    before = await standing_on(tx, said.quota, one.subject, said.day)
    if before is not None:
        raise Registered(before.number, one.label, said.day)
    fact = DutyFact(
        *(said.quota, one.subject, one.unit, said.day, said.title or name, Source.ENTRY),
        await free_ref(tx, Source.ENTRY, f"{said.quota}:{one.subject}:{said.day}"),
        *(registrar.number, now),
        form=duty.forms[0] if duty and duty.forms else "",
        evidence=said.evidence,
    )
    return Recorded(await kept(tx, fact), name, one.label)


async def kept(tx: Tx, fact: DutyFact) -> DutyFact:
    """With its number."""
    [number] = await duty_facts.add(tx, [fact])
    return replace(fact, number=number)


async def standing_on(tx: Tx, quota: str, subject: str, day: date) -> DutyFact | None:
    """What says already that this was done on that day."""
    facts = await duty_facts.standing(tx, EVERYTHING, [subject])
    return next((fact for fact in facts if (fact.quota, fact.day) == (quota, day)), None)


async def free_ref(tx: Tx, source: Source, ref: str) -> str:
    """`ref`, or behind those that were taken back before `ref#2` and so on."""
    taken = await duty_facts.refs_from(tx, source, ref)
    return f"{ref}#{taken + 1}" if taken else ref


async def revoke(tx: Tx, person: Person, number: int, reason: str, now: datetime, *, via: str = CHAT) -> DutyFact:
    """Take one back; returns it as it was.

    Raises: NotAllowed, NoSuchFact, TakenBackByCity, OwnDuty, ReasonNeeded.
    """
    scope = await scope_of(tx, person)
    fact = await duty_facts.one(tx, scope, number)
    if fact is None:
        raise NoSuchFact(number)
    if fact.source is not Source.ENTRY and person.role is not Role.CITY_ADMIN:
        raise TakenBackByCity(number)
    if fact.subject == person.number:
        raise OwnDuty
    if not reason:
        raise ReasonNeeded(number)
    await duty_facts.add(tx, [_taking_back(fact, person, reason, now)])
    act = Act(person.number, via, "duty.revoke", f"duty {number}", before=fact_words(fact), reason=reason)
    await audit.record(tx, act, now)
    return fact


def _taking_back(fact: DutyFact, person: Person, reason: str, now: datetime) -> DutyFact:
    return DutyFact(
        *(fact.quota, fact.subject, fact.unit, fact.day, fact.title, Source.REVOKED, str(fact.number)),
        *(person.number, now),
        revokes=fact.number,
        reason=reason,
    )


def fact_words(fact: DutyFact) -> str:
    """For the audit log: numbers and no names."""
    papers = f"，佐证 {fact.evidence}" if fact.evidence else ""
    return f"{fact.quota} {fact.subject} {fact.day} {fact.title}{papers}"
