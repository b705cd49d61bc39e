"""What an 异议 is about: the thing itself, who decided it, and whose level answers."""

from dataclasses import dataclass
from datetime import datetime

from handlers.actions import claim_levels
from handlers.actions.claim_levels import Bench
from storage import activities, approvers, claims, exams, objections, reversals
from storage.database import Tx
from storage.ledger import Line
from storage.scope import EVERYTHING, own
from training.activities import Activity, HeldBy
from training.activities import State as Held
from training.approval import CITY
from training.claims import Claim
from training.claims import State as Claimed
from training.exams import Exam
from training.objection_errors import NothingToObject, NotOver, NotTurnedDown
from training.objections import About, Subject, level_over
from training.people import Person
from training.rules import Rules

Thing = Line | Claim | Exam | Activity


@dataclass(frozen=True, slots=True)
class Decided:
    """`unit`: in which it is about the person; `by` is empty for what the machine decided."""

    thing: Thing
    unit: str
    by: str = ""
    level: str = CITY


async def decided(tx: Tx, rules: Rules, person: Person, subject: Subject, now: datetime) -> Decided:
    """Raises: ObjectionRefusal when the person has none such, or when nothing was decided yet."""
    match subject.about:
        case About.LINE:
            return await _line(tx, person, subject)
        case About.CLAIM:
            return await _claim(tx, rules, person, subject, now)
        case About.EXAM:
            return await _exam(tx, person, subject)
    return await _activity(tx, rules, person, subject, now)


async def thing(tx: Tx, subject: Subject) -> Thing | None:
    """As it stands, for words about it."""
    match subject.about:
        case About.LINE:
            return await reversals.line(tx, EVERYTHING, subject.number)
        case About.CLAIM:
            return await claims.one(tx, EVERYTHING, subject.number)
        case About.EXAM:
            return await exams.one(tx, subject.number)
    return await activities.one(tx, subject.number)


async def _line(tx: Tx, person: Person, subject: Subject) -> Decided:
    """Always the city's: only its admins propose that a line is taken back."""
    line = await reversals.line(tx, own(person.number), subject.number)
    if line is None:
        raise NothingToObject(subject.about, subject.number)
    return Decided(line, line.entry.unit, line.entry.approved_by)


async def _claim(tx: Tx, rules: Rules, person: Person, subject: Subject, now: datetime) -> Decided:
    claim = await claims.one(tx, own(person.number), subject.number)
    if claim is None or claim.state is Claimed.DRAFT:
        raise NothingToObject(subject.about, subject.number)
    if claim.state is not Claimed.REJECTED:
        raise NotTurnedDown(claim.number, claim.state is Claimed.APPROVED)
    bench = await claim_levels.bench(tx, rules, now)
    level = await _over(tx, bench, person, claim.unit, (claim.decided_by, claim.level))
    return Decided(claim, claim.unit, claim.decided_by, level)


async def _exam(tx: Tx, person: Person, subject: Subject) -> Decided:
    """The machine marked it."""
    exam = await exams.one(tx, subject.number)
    if exam is None:
        raise NothingToObject(subject.about, subject.number)
    if not exam.scores_told or exam.number not in await objections.marked(tx, own(person.number), person.number):
        raise NotOver(subject.about, subject.number)
    return Decided(exam, person.unit)


async def _activity(tx: Tx, rules: Rules, person: Person, subject: Subject, now: datetime) -> Decided:
    """Also of whoever is not on its list: that may be just what is wrong."""
    activity = await activities.one(tx, subject.number)
    if activity is None or activity.state in (Held.PLANNED, Held.CANCELLED):
        raise NothingToObject(subject.about, subject.number)
    if activity.state not in (Held.CONCLUDED, Held.POSTED):
        raise NotOver(subject.about, subject.number)
    by, host = activity.concluded_by, activity.settings.units[0]
    if activity.settings.held_by is HeldBy.CITY:
        return Decided(activity, host, by)
    bench = await claim_levels.bench(tx, rules, now)
    return Decided(activity, host, by, await _over(tx, bench, person, host, (by, host)))


async def _over(tx: Tx, bench: Bench, person: Person, unit: str, decided: tuple[str, str]) -> str:
    """`decided`: by whom, and at which level."""
    by, level = decided
    [who] = await claim_levels.claimants(tx, bench, [(person, unit)])
    decider = (await approvers.several(tx, EVERYTHING, [by])).get(by)
    return level_over(who, decider, level, bench.admins)
