"""The list of who was there: shown to whoever runs the activity, added to and struck from before 办结.

Only those may be listed whom it invites, who belong to the units that hold it, or who signed in; of what the city
holds anybody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from handlers.actions.activity_people import (
    CHAT,
    demand_runs,
    invited,
    logged,
    numbered,
)
from handlers.actions.recognising import held_on
from storage import attendance, broadcast_audience, people, units
from storage.database import Tx
from storage.scope import EVERYTHING, Scope
from training.activities import Activity, Attendance, HeldBy, Mark, Session, State
from training.activity_errors import (
    BadTimes,
    BeyondScope,
    NoSuchSession,
    SessionToCome,
    UnknownPersons,
    WrongState,
)
from training.activity_rules import day_of_session, opens_at, session_on
from training.calendar import day_of
from training.people import Field, Person, Role
from training.sign_lists import Seen as Seen


@dataclass(frozen=True, slots=True)
class Listing:
    """`names` and `units` of everybody in `attendances` and `absent`; `absent`: who was invited, and is not on the
    list in any way. Once nobody can sign in any more, `absent` is final."""

    activity: Activity
    attendances: tuple[Attendance, ...]
    names: Mapping[str, str]
    invited: tuple[str, ...]
    absent: tuple[str, ...]

    @property
    def sessions(self) -> tuple[Session, ...]:
        return self.activity.settings.sessions


async def listed(tx: Tx, organiser: Person | None, number: int) -> Listing:
    """Raises: NoSuchActivity, NotOrganiser."""
    found = await numbered(tx, number)
    if organiser is None or organiser.role is not Role.AUDITOR:
        await demand_runs(tx, organiser, found)
    rows = await attendance.of_activity(tx, EVERYTHING, number)
    everybody = await invited(tx, found.settings)
    there = {one.person for one in rows}
    absent = tuple(person for person in everybody if person not in there)
    names = await people.names(tx, EVERYTHING, sorted(there | set(absent)))
    return Listing(found, tuple(rows), names, tuple(everybody), absent)


async def mark(
    tx: Tx,
    organiser: Person | None,
    number: int,
    day: date | None,
    persons: Sequence[str],
    mark: Mark,
    now: datetime,
    *,
    via: str = CHAT,
    by: str = "",
) -> list[Attendance]:
    """到场 or 缺席 of these people, on one day or, without one, on all that have come so far.

    Raises: NoSuchActivity, NotOrganiser, WrongState, NoSuchSession, SessionToCome, UnknownPersons, BeyondScope.
    """
    found = await _open(tx, organiser, number)
    days = _days(found, day, now)
    seen = [Seen(person, one) for person in dict.fromkeys(persons) for one in days]
    return await _written(tx, organiser, found, seen, mark, now, via=via, by=by)


async def attend(
    tx: Tx,
    organiser: Person | None,
    number: int,
    seen: Sequence[Seen],
    now: datetime,
    *,
    via: str = CHAT,
    by: str = "",
    reason: str = "",
) -> list[Attendance]:
    """A sign-in list is brought: who was there on which day, with times as far as it has any.

    Raises: as `mark`, and BadTimes.
    """
    found = await _open(tx, organiser, number)
    for one in seen:
        _days(found, one.day, now)
        _demand_times(one)
    return await _written(tx, organiser, found, seen, Mark.LISTED, now, via=via, by=by, reason=reason)


def _demand_times(one: Seen) -> None:
    wrong_day = any(at is not None and day_of(at) != one.day for at in (one.came, one.left))
    if wrong_day or (one.came is not None and one.left is not None and one.left < one.came):
        raise BadTimes(one.person)


async def _open(tx: Tx, organiser: Person | None, number: int) -> Activity:
    found = await numbered(tx, number, lock=True)
    await demand_runs(tx, organiser, found)
    if found.state not in (State.PUBLISHED, State.SIGNING):
        raise WrongState(number, found.state)
    return found


def _days(found: Activity, day: date | None, now: datetime) -> list[date]:
    """Days of sessions for which sign-in may be open."""
    if day is not None:
        session = session_on(found.settings, day)
        if session is None:
            raise NoSuchSession(found.number, day)
        sessions = [session]
    else:
        every = found.settings.sessions
        sessions = [session for session in every if opens_at(session) <= now] or [every[0]]
    for session in sessions:
        if now < opens_at(session):
            raise SessionToCome(found.number, session.starts)
    return [day_of_session(session) for session in sessions]


async def _written(
    tx: Tx,
    organiser: Person | None,
    found: Activity,
    seen: Sequence[Seen],
    mark: Mark,
    now: datetime,
    *,
    via: str,
    by: str,
    reason: str = "",
) -> list[Attendance]:
    persons = sorted({one.person for one in seen})
    rows = await attendance.of_activity(tx, EVERYTHING, found.number)
    before = {(one.person, one.day): one for one in rows}
    await _demand_listable(tx, found, [p for p in persons if p not in {one.person for one in rows}])
    who = organiser.number if organiser is not None else by or via
    on_days = await _units_on(tx, persons, {one.day for one in seen})
    written = [_marked(found, one, before.get((one.person, one.day)), mark, on_days, who) for one in seen]
    await attendance.write(tx, written, now)
    then = f"{mark} {'、'.join(f'{one.person} {one.day}' for one in written)}"
    await logged(tx, found, "mark", organiser, now, via=via, by=by, then=then, reason=reason)
    return written


def _marked(
    found: Activity,
    one: Seen,
    before: Attendance | None,
    mark: Mark,
    on_days: Mapping[tuple[str, date], str],
    who: str,
) -> Attendance:
    """What is known of the person's coming and going stays, unless the list says otherwise."""
    came, left = (before.came, before.left) if before else (None, None)
    return Attendance(
        *(found.number, one.person, one.day),
        before.unit if before else on_days[one.person, one.day],
        mark,
        came=one.came or came,
        left=one.left or left,
        by=who,
        note=before.note if before else "",
    )


async def _units_on(tx: Tx, persons: Sequence[str], days: set[date]) -> Mapping[tuple[str, date], str]:
    facts = await people.facts_of(tx, EVERYTHING, persons)
    return {
        (person, day): held_on(facts.get(person, []), day).get(Field.UNIT, "") for person in persons for day in days
    }


async def _demand_listable(tx: Tx, found: Activity, persons: Sequence[str]) -> None:
    """Raises: UnknownPersons, BeyondScope."""
    if not persons:
        return
    settings = found.settings
    holding = Scope(units=await units.below(tx, settings.units))
    nobody, outside = await broadcast_audience.unknown(tx, holding, persons)
    if nobody:
        raise UnknownPersons(tuple(sorted(nobody)))
    if settings.held_by is HeldBy.CITY or not outside:
        return
    beyond = outside - set(await invited(tx, settings))
    if beyond:
        raise BeyondScope(persons=tuple(sorted(beyond)))
