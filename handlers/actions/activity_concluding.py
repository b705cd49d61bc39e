"""办结: what the list and the actual length come to, and how it is posted.

What a unit holds itself, and is worth at most `OWN_MOST` to everybody, is posted at once, but for the hours of
whoever concludes: these become a claim that is decided one level up. Everything else waits for a second person.
Source: domain, Ledger (Recognition by source; Approval).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handlers.actions import activity_earning, claims, duty_facts, recognising
from handlers.actions.activity_earning import Earned, Without
from handlers.actions.activity_people import CHAT, CLI, demand_runs, invited, logged, numbered
from handlers.actions.activity_signing import NOT_INVITED
from handlers.actions.recognising import Expected
from storage import activities, attendance, batches, people, years
from storage.batches import Batch
from storage.database import Tx
from storage.ledger import Line
from storage.scope import EVERYTHING
from training.activities import OWN_MOST, PRESENT, Activity, Attendance, HeldBy, Mark, State
from training.activity_errors import BadMinutes, NobodyPresent, NotOver, WrongState
from training.activity_hours import ActivityHours, Earns
from training.activity_rules import MOST_MINUTES, Presence, lengths_said, minutes_since, planned_minutes
from training.errors import BatchOvertaken
from training.hours import decimal
from training.people import Person
from training.recognising import Recognised
from training.rules import Rules
from training.years import ClosedMeanwhile, YearClosed, closed_days

_OPEN: Final = (State.PUBLISHED, State.SIGNING)


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What 办结 would do. `found`: what would be posted, one a person and year; `own`: what would become a claim of
    whoever asks; `without`: who is on the list and gets nothing. `second`: it would wait for a second person.

    `expected` by source_ref, with what limits cut. `absent`: who was invited and is not on the list.
    """

    activity: Activity
    minutes: tuple[int, ...]
    found: tuple[Recognised, ...]
    own: Earned | None
    without: tuple[Without, ...]
    expected: Mapping[str, Expected]
    there: Mapping[str, tuple[Presence, ...]]
    attendances: tuple[Attendance, ...]
    names: Mapping[str, str]
    absent: tuple[str, ...]
    second: bool

    @property
    def late(self) -> tuple[str, ...]:
        return self._those(any(one.late for one in there) for there in self.there.values())

    @property
    def early(self) -> tuple[str, ...]:
        return self._those(any(one.early for one in there) for there in self.there.values())

    @property
    def unknown(self) -> tuple[str, ...]:
        """Those who did not sign out where they should have."""
        return self._those(any(one.unknown for one in there) for there in self.there.values())

    @property
    def doubtful(self) -> tuple[str, ...]:
        return tuple(sorted({one.person for one in self.attendances if one.mark is Mark.DOUBTFUL}))

    @property
    def uninvited(self) -> tuple[str, ...]:
        return tuple(sorted({one.person for one in self.attendances if NOT_INVITED in one.note}))

    @property
    def hours(self) -> int:
        """What would be posted, in hundredths of an hour."""
        return sum(self.expected[one.source_ref].posted for one in self.found)

    def _those(self, holds: Iterable[bool]) -> tuple[str, ...]:
        return tuple(person for person, yes in zip(self.there, holds, strict=True) if yes)


@dataclass(frozen=True, slots=True)
class Concluded:
    """`lines` that were posted; or the number of the `batch` that a second person confirms; the number of the
    `claim` for the own hours, 0 for none."""

    activity: Activity
    lines: tuple[Line, ...]
    batch: int
    claim: int


async def look(
    tx: Tx,
    rules: Rules,
    person: Person,
    number: int,
    minutes: tuple[int, ...] | None,
    now: datetime,
    *,
    via: str = CHAT,
) -> Conclusion:
    """`minutes` that each session really took; None: as planned. Nothing is locked or written.

    Raises: NoSuchActivity, NotOrganiser, WrongState, NotOver, BadMinutes.
    """
    found = await numbered(tx, number)
    await _demand_over(tx, person, found, now)
    return await _looked(tx, rules, person, found, _lengths(found, minutes, now), via)


async def conclude(
    tx: Tx,
    rules: Rules,
    person: Person,
    number: int,
    minutes: tuple[int, ...] | None,
    now: datetime,
    *,
    via: str = CHAT,
    reason: str = "",
) -> Concluded:
    """Post it, or hand it to a second person. Raises: as `look`, and NobodyPresent, YearClosed."""
    found = await numbered(tx, number, lock=True)
    await _demand_over(tx, person, found, now)
    seen = await _looked(tx, rules, person, found, _lengths(found, minutes, now), via)
    if not seen.there:
        raise NobodyPresent(number)
    if seen.second:
        return await _hand_on(tx, seen, person, now, via=via, reason=reason)
    return await _post_own(tx, rules, seen, person, now, via=via, reason=reason)


async def apply(
    tx: Tx, rules: Rules, changes: ActivityHours, batch: Batch, *, by: str, now: datetime
) -> list[Line]:
    """The second person confirmed. Raises: BatchOvertaken, ClosedMeanwhile."""
    before = await numbered(tx, changes.number, lock=True)
    moved = before.batch == batch.number and before.state is State.CONCLUDED
    if not moved or not await activities.move(tx, before, State.POSTED, posted_at=now):
        raise BatchOvertaken(batch.number, f"活动 {changes.number}")
    rows = await attendance.of_activity(tx, EVERYTHING, changes.number)
    earned = await activity_earning.earned(tx, rules, before, before.minutes, rows)
    await duty_facts.from_activity(tx, rules, before, earned.present, now)
    try:
        return await recognising.post(tx, rules, earned.found, approved_by=by, now=now, late=changes.late)
    except YearClosed as closed:
        raise ClosedMeanwhile(batch.number, "台账", closed.year, closed.day) from closed


async def give_back(tx: Tx, changes: ActivityHours, note: str, now: datetime) -> None:
    """The second person returned it: the list is open again, and it can be concluded anew."""
    before = await numbered(tx, changes.number, lock=True)
    if before.state is State.CONCLUDED:
        again = {"batch": 0, "minutes": (), "concluded_by": "", "concluded_at": None}
        await activities.move(tx, before, State.SIGNING, note=note, **again)


async def _demand_over(tx: Tx, person: Person, found: Activity, now: datetime) -> None:
    await demand_runs(tx, person, found)
    if found.state not in _OPEN:
        raise WrongState(found.number, found.state)
    ends = found.settings.sessions[-1].ends
    if now < ends:
        raise NotOver(found.number, ends)


def _lengths(found: Activity, minutes: tuple[int, ...] | None, now: datetime) -> tuple[int, ...]:
    """Of every session; none goes on until after now. Raises: BadMinutes."""
    sessions = found.settings.sessions
    lengths = planned_minutes(found.settings) if minutes is None else minutes
    most = [min(MOST_MINUTES, minutes_since(session, now)) for session in sessions]
    if len(lengths) != len(sessions) or not all(0 < length <= m for length, m in zip(lengths, most, strict=True)):
        raise BadMinutes(found.number, len(sessions), min(most))
    return lengths


async def _looked(
    tx: Tx, rules: Rules, person: Person, found: Activity, minutes: tuple[int, ...], via: str
) -> Conclusion:
    rows = await attendance.of_activity(tx, EVERYTHING, found.number)
    earned = await activity_earning.earned(tx, rules, found, minutes, rows)
    dear = any(one.amount > OWN_MOST for one in earned.everybody)
    second = found.settings.held_by is HeldBy.CITY or dear or via == CLI
    own = None if second else next((one for one in earned.everybody if one.person == person.number), None)
    posted = tuple(one for one in earned.found if own is None or one.person != own.person)
    everybody = await invited(tx, found.settings)
    on_list = {one.person for one in rows} | set(earned.there)
    absent = tuple(number for number in everybody if number not in on_list)
    return Conclusion(
        activity=found,
        minutes=minutes,
        found=posted,
        own=own,
        without=earned.without,
        expected=await recognising.expected(tx, rules, posted),
        there=earned.there,
        attendances=tuple(rows),
        names=await people.names(tx, EVERYTHING, sorted(on_list | set(absent))),
        absent=absent,
        second=second,
    )


async def _hand_on(tx: Tx, seen: Conclusion, person: Person, now: datetime, *, via: str, reason: str) -> Concluded:
    found = seen.activity
    closed = closed_days(await years.last_events(tx))
    changes = ActivityHours(
        found.number,
        found.settings.title,
        lengths_said(found.settings, seen.minutes),
        tuple(_earns(seen, one) for one in seen.found),
        late=any(one.year in closed for one in seen.found),
    )
    why = reason or f"活动 {found.number} 办结"
    number = await batches.add(tx, changes, by=person.number, reason=why, now=now)
    await _move(tx, seen, State.CONCLUDED, person, now, batch=number)
    then = f"{lengths_said(found.settings, seen.minutes)}；批次 {number}，{changes.persons} 人 {changes.hours}"
    await logged(tx, found, "conclude", person, now, via=via, then=then, reason=reason)
    return Concluded(await numbered(tx, found.number), (), number, 0)


def _earns(seen: Conclusion, one: Recognised) -> Earns:
    hours = decimal(seen.expected[one.source_ref].posted)
    return Earns(one.person, seen.names.get(one.person, one.person), one.year, hours)


async def _post_own(
    tx: Tx, rules: Rules, seen: Conclusion, person: Person, now: datetime, *, via: str, reason: str
) -> Concluded:
    """The ledger comes last: everybody waits for its head."""
    found, claim = seen.activity, 0
    await _move(tx, seen, State.POSTED, person, now, posted_at=now)
    then = f"{lengths_said(found.settings, seen.minutes)}；{len(seen.found)} 人 {decimal(seen.hours)}"
    await logged(tx, found, "conclude", person, now, via=via, then=then, reason=reason)
    if seen.own is not None:
        stated = activity_earning.stated(found, seen.own)
        evidence = activity_earning.EVIDENCE.format(number=found.number)
        claim = await claims.submit_from_activity(tx, rules, person.number, found.number, stated, evidence, now)
    concluded = await numbered(tx, found.number)
    await duty_facts.from_activity(tx, rules, concluded, _present(seen), now)
    lines = await recognising.post(tx, rules, seen.found, approved_by=person.number, now=now)
    return Concluded(concluded, tuple(lines), 0, claim)


def _present(seen: Conclusion) -> Sequence[Attendance]:
    return [one for one in seen.attendances if one.mark in PRESENT]


async def _move(tx: Tx, seen: Conclusion, after: State, person: Person, now: datetime, **columns: object) -> None:
    """Raises: WrongState."""
    said = {"minutes": seen.minutes, "concluded_by": person.number, "concluded_at": now, "note": ""}
    if not await activities.move(tx, seen.activity, after, **said, **columns):
        raise WrongState(seen.activity.number, seen.activity.state)
