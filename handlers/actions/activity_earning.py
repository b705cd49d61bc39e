"""What everybody on the list of an activity earned, as it can be posted.

A number that was merged into another since is that other person, with all days of both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from msgspec.structs import replace

from storage import people, units
from storage.database import Tx
from storage.scope import EVERYTHING
from training.activities import PRESENT, Activity, Attendance
from training.activity_rules import Earning, Presence, Why, earning, notes_of, presences, why_nothing
from training.claims import Stated
from training.crediting import DayPart, DayParts, Length
from training.forms import rule_on
from training.recognising import ACTIVITY, IN_ROOM, ONLINE, Recognised, by_year, rule_words
from training.rules import Rules
from training.statuses import merged_into

EVIDENCE: Final = "活动 {number} 签到表"


@dataclass(frozen=True, slots=True)
class Earned:
    """One person; over New Year there are two in `found`."""

    person: str
    earning: Earning
    found: tuple[Recognised, ...]

    @property
    def amount(self) -> int:
        """Hundredths of an hour, before any limit."""
        return sum(one.earned for one in self.found)


@dataclass(frozen=True, slots=True)
class Without:
    """Somebody who is on the list and gets nothing."""

    person: str
    why: Why


@dataclass(frozen=True, slots=True)
class Everybody:
    """`there`: the sessions of those who were present, by 人员编号."""

    everybody: tuple[Earned, ...]
    without: tuple[Without, ...]
    there: Mapping[str, tuple[Presence, ...]]
    present: tuple[Attendance, ...]

    @property
    def found(self) -> tuple[Recognised, ...]:
        return tuple(chain.from_iterable(one.found for one in self.everybody))


async def earned(
    tx: Tx, rules: Rules, activity: Activity, minutes: Sequence[int], rows: Sequence[Attendance]
) -> Everybody:
    """`minutes` that each session really took."""
    settings = activity.settings
    stays = await _stays(tx, [*{one.person for one in rows}, *settings.speakers])
    attended = _merged(rows, stays)
    there = presences(settings, minutes, attended)
    taught = {stays.get(number, number) for number in settings.speakers}
    host = await _host(tx, activity)
    everybody, without = list[Earned](), list[Without]()
    for person in sorted({one.person for one in attended}):
        if person not in there:
            without.append(Without(person, why_nothing(one for one in attended if one.person == person)))
            continue
        got = earning(settings, there[person], rules.forms, taught=person in taught)
        if isinstance(got, Why):
            without.append(Without(person, got))
        else:
            everybody.append(_earned(rules, activity, person, got, there[person], host))
    present = tuple(one for one in attended if one.mark in PRESENT)
    return Everybody(tuple(everybody), tuple(without), there, present)


async def _stays(tx: Tx, numbers: Sequence[str]) -> Mapping[str, str]:
    """Number → the one that it became, for those that did."""
    stays: dict[str, str] = {}
    waiting = {number: number for number in numbers}
    while waiting:
        periods = await people.periods_of(tx, EVERYTHING, set(waiting.values()))
        became = {first: merged_into(periods.get(now, ())) for first, now in waiting.items()}
        waiting = {first: into for first, into in became.items() if into is not None}
        stays |= waiting
    return stays


def _merged(rows: Sequence[Attendance], stays: Mapping[str, str]) -> list[Attendance]:
    """One row a person and day; of two the one that says that somebody was there."""
    found: dict[tuple[str, object], Attendance] = {}
    for one in rows:
        person = stays.get(one.person, one.person)
        before = found.get((person, one.day))
        if before is None or (before.mark not in PRESENT and one.mark in PRESENT):
            found[person, one.day] = replace(one, person=person)
    return list(found.values())


async def _host(tx: Tx, activity: Activity) -> str:
    """主办单位, those that hold it together joined."""
    codes = activity.settings.units
    names = await units.names(tx, codes)
    return "、".join(names.get(code, code) for code in codes)


def _earned(
    rules: Rules, activity: Activity, person: str, got: Earning, there: Sequence[Presence], host: str
) -> Earned:
    settings, hearing = activity.settings, activity.settings.hearing
    rule = rule_on(rules.forms, got.form, got.parts[0].day)
    about = f"{hearing.court} {hearing.case} {hearing.kind}" if hearing else ""
    whole = Recognised(
        person=person,
        form=got.form,
        classes=settings.classes,
        title=settings.title,
        parts=got.parts,
        starts=got.parts[0].day,
        ends=got.parts[-1].day,
        year=got.parts[0].year,
        organiser=host,
        mode=ONLINE if hearing and hearing.online else IN_ROOM,
        minutes=sum(one.minutes for one in there),
        evidence=EVIDENCE.format(number=activity.number),
        rule=rule_words(rule, got.measure, got.days),
        source=ACTIVITY,
        source_ref=f"{activity.number}:{person}",
        note="；".join(filter(None, (about, "、".join(notes_of(there))))),
    )
    return Earned(person, got, by_year(whole, {one.day: one.minutes for one in there}))


def stated(activity: Activity, own: Earned) -> Stated:
    """The same event as somebody would claim it."""
    settings, got = activity.settings, own.earning
    by_days = isinstance(got.measure, DayParts)
    return Stated(
        form=got.form,
        title=settings.title,
        starts=own.found[0].starts,
        ends=own.found[-1].ends,
        first=got.days[0] if by_days else DayPart.WHOLE,
        last=got.days[-1] if by_days else DayPart.WHOLE,
        minutes=got.measure.minutes if isinstance(got.measure, Length) else None,
        classes=settings.classes,
        organiser=own.found[0].organiser,
    )
