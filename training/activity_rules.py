"""Who was present at an activity for how long, and what that earns, before any limit.

Minutes are whole and of the actual length: somebody who came late, or signed out early, has those that he or she
was there. Whoever taught earns 讲法治课 for it, and nothing for having listened. Where days count, a day is whole
from `WHOLE_DAY_MINUTES`, and a session of which more than half was missed is absence.
Source: domain, Forms and credit; Ledger (activity).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import accumulate, pairwise
from typing import Final

from training.activities import EARLY_MINUTES, LATE_MINUTES, PRESENT, Attendance, Mark, Session, Settings
from training.broadcasts import Audience, Who
from training.calendar import CITY, day_of
from training.crediting import DayPart, DayParts, Length, Measure, Part, completed, worth
from training.forms import Achievement, Basis, Form, FormRule, Table, rule_on
from training.people import Category, Person

WHOLE_DAY_MINUTES: Final = 300
MOST_MINUTES: Final = 720  # of a session
HELD: Final = (
    *(Form.LECTURE, Form.PROFESSIONAL, Form.COLLECTIVE, Form.OFF_JOB, Form.COURT_HEARING, Form.TEACHING),
    *(Form.COMPETITION, Form.CASE_REVIEW, Form.CASE_STUDY, Form.SELF_STUDY),
)
TAUGHT: Final = (Form.LECTURE, Form.PROFESSIONAL, Form.COLLECTIVE, Form.TEACHING)
_MINUTE: Final = timedelta(minutes=1)
_WHO: Final = {Category.LEADER: Who.LEADER, Category.STAFF: Who.STAFF, Category.OTHER: Who.OTHER}


class Why(StrEnum):
    """Why somebody on the list gets nothing."""

    STRUCK = "struck"
    DOUBTFUL = "doubtful"
    NO_MINUTES = "no_minutes"  # came after the end
    NOT_COMPLETED = "not_completed"  # missed more than the form allows


@dataclass(frozen=True, slots=True)
class Presence:
    """One person in one session. `minutes` of `of`; `unknown`: a sign-out was asked for, and there is none."""

    day: date
    minutes: int
    of: int
    late: bool = False
    early: bool = False
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Earning:
    """What somebody earned: `form` may be 讲法治课; `days` are the day parts where these count."""

    form: Form
    measure: Measure
    parts: tuple[Part, ...]
    days: tuple[DayPart, ...] = ()


def day_of_session(session: Session) -> date:
    return day_of(session.starts)


def session_on(settings: Settings, day: date) -> Session | None:
    return next((session for session in settings.sessions if day_of_session(session) == day), None)


def planned_minutes(settings: Settings) -> tuple[int, ...]:
    return tuple((session.ends - session.starts) // _MINUTE for session in settings.sessions)


def minutes_since(session: Session, now: datetime) -> int:
    """Whole minutes since it began."""
    return (now - session.starts) // _MINUTE


def lengths_said(settings: Settings, minutes: Sequence[int]) -> str:
    """`2026-11-25 14:00 实际 150 分钟`, one a session."""
    said = (
        f"{session.starts.astimezone(CITY):%Y-%m-%d %H:%M} 实际 {length} 分钟"
        for session, length in zip(settings.sessions, minutes, strict=True)
    )
    return "；".join(said)


def opens_at(session: Session) -> datetime:
    """When sign-in opens by itself."""
    return session.starts - EARLY_MINUTES * _MINUTE


def is_late(session: Session, came: datetime) -> bool:
    return came > session.starts + LATE_MINUTES * _MINUTE


def presences(
    settings: Settings, minutes: Sequence[int], attended: Iterable[Attendance]
) -> Mapping[str, tuple[Presence, ...]]:
    """Person → the sessions in which he or she was, in their order. `minutes`: what each session really took."""
    lengths = {day_of_session(s): (s, length) for s, length in zip(settings.sessions, minutes, strict=True)}
    found: dict[str, list[Presence]] = {}
    for one in sorted(attended, key=lambda one: one.day):
        if one.mark in PRESENT and one.day in lengths:
            found.setdefault(one.person, []).append(_presence(one, *lengths[one.day], settings.sign_out))
    return {person: tuple(several) for person, several in found.items()}


def _presence(one: Attendance, session: Session, length: int, sign_out: bool) -> Presence:
    ends = session.starts + length * _MINUTE
    late = one.came is not None and is_late(session, one.came)
    early = one.left is not None and one.left < ends
    since = one.came if late and one.came is not None else session.starts
    until = one.left if early and one.left is not None else ends
    there = max(0, (until - since) // _MINUTE)
    return Presence(one.day, there, length, late, early, unknown=sign_out and one.left is None)


def why_nothing(attended: Iterable[Attendance]) -> Why:
    """Of somebody who is on the list, and in no session present."""
    return Why.DOUBTFUL if any(one.mark is Mark.DOUBTFUL for one in attended) else Why.STRUCK


def earning(settings: Settings, there: Sequence[Presence], rules: Table, *, taught: bool = False) -> Earning | Why:
    """`there`: the sessions of one person. The rule in force on the first day of the activity holds."""
    rule = rule_on(rules, _earned_form(settings, taught), day_of_session(settings.sessions[0]))
    if not any(one.minutes for one in there):
        return Why.NO_MINUTES
    if Basis.LENGTH in rule.by:
        return _by_length(rule, there)
    if Basis.DAY_PARTS in rule.by:
        return _by_days(rule, there, len(settings.sessions))
    amount = worth(rule, Achievement.TOOK_PART)
    last = there[-1].day
    return Earning(rule.form, Achievement.TOOK_PART, (_part(rule, last, amount),))


def _earned_form(settings: Settings, taught: bool) -> Form:
    form = Form(settings.form)
    if form in TAUGHT and taught:
        return Form.TEACHING
    return Form.LECTURE if form is Form.TEACHING else form


def _by_length(rule: FormRule, there: Sequence[Presence]) -> Earning:
    total = sum(one.minutes for one in there)
    amount = worth(rule, Length(total))
    reached = list(accumulate((one.minutes for one in there), initial=0))
    shares = [amount * after // total - amount * before // total for before, after in pairwise(reached)]
    days = zip(there, shares, strict=True)
    return Earning(rule.form, Length(total), tuple(_part(rule, one.day, share) for one, share in days))


def _by_days(rule: FormRule, there: Sequence[Presence], planned: int) -> Earning | Why:
    counted = [one for one in there if one.minutes * 2 >= one.of and one.minutes]
    if not counted or not completed(rule, planned, planned - len(counted)):
        return Why.NOT_COMPLETED
    days = tuple(DayPart.WHOLE if one.minutes >= WHOLE_DAY_MINUTES else DayPart.HALF for one in counted)
    parts = [_part(rule, one.day, worth(rule, DayParts(), [day])) for one, day in zip(counted, days, strict=True)]
    return Earning(rule.form, DayParts(), tuple(parts), days)


def _part(rule: FormRule, day: date, amount: int) -> Part:
    return Part(rule.form, day, day.year, amount, rule.day_limited)


def notes_of(there: Iterable[Presence]) -> tuple[str, ...]:
    """What a reader of the line has to know: 迟到, 早退, 未签退."""
    every = tuple(there)
    said = (("迟到", any(p.late for p in every)), ("早退", any(p.early for p in every)))
    return tuple(word for word, holds in (*said, ("未签退", any(p.unknown for p in every))) if holds)


def audience_of(settings: Settings) -> Audience:
    """Whom it invites. What a unit holds, and names no unit, is for those who hold it."""
    audience = settings.audience
    only_named = bool(audience.persons) and not audience.units and not audience.groups
    if settings.held_by == "city" or audience.units or only_named:
        return audience
    return Audience(settings.units, audience.below, audience.groups, audience.persons)


def invites(audience: Audience, units: frozenset[str], person: Person) -> bool:
    """`units`: those of the audience with all that it lets in below them."""
    if person.number in audience.persons:
        return True
    if audience.persons and not audience.units and not audience.groups:
        return False
    who = {_WHO[person.category], *((Who.ENFORCEMENT,) if person.mark else ())}
    in_unit = not audience.units or person.unit in units
    return in_unit and (not audience.groups or not who.isdisjoint(audience.groups))
