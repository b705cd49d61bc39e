"""签到 and 签退 by a code that is shown in the room.

Whoever signs in holds the row of the person, and shares that of the activity: nobody is signed in twice, in two
rooms without either knowing, or while the list is being concluded, in whatever process.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from handlers.actions.activity_people import demand_runs, is_invited, logged, numbered
from storage import activities, attendance
from storage.database import Tx
from storage.scope import own
from training import sign_codes
from training.activities import PRESENT, Activity, Attendance, Mark, Session, State
from training.activity_errors import (
    HearingByList,
    NoSessionToday,
    NoSignOut,
    NotSignedIn,
    SignInOver,
    StruckOff,
    TooManyCodes,
    WhichActivity,
    WrongCode,
    WrongState,
)
from training.activity_rules import day_of_session, is_late, session_on
from training.calendar import DAY, day_of, start_of
from training.forms import Form
from training.people import Person

MOST_TRIES: Final = 5
TRIES_WITHIN: Final = timedelta(minutes=10)
NOT_INVITED: Final = "未受邀"
_OPEN: Final = (State.PUBLISHED, State.SIGNING)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the organiser shows; good until then."""

    activity: Activity
    code: str
    until: datetime

    @property
    def scanned(self) -> str:
        """What the QR code says."""
        return sign_codes.scanned(self.activity.number, self.code)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`again`: was signed in before, as `attendance` says; `doubtful_with`: where the person was signed in at the
    same time, so that this one counts only when the organiser lists him or her."""

    activity: Activity
    attendance: Attendance
    late: bool = False
    again: bool = False
    doubtful_with: Activity | None = None


@dataclass(frozen=True, slots=True)
class SignedOut:
    """`early`: before the planned end; `again`: had signed out before, and the last time counts."""

    activity: Activity
    attendance: Attendance
    early: bool
    again: bool


async def code(
    tx: Tx, person: Person | None, number: int, now: datetime, *, via: str = "chat", by: str = ""
) -> Shown:
    """The code of this moment; asking for it opens sign-in, from the morning of a session on.

    Raises: NoSuchActivity, NotOrganiser, HearingByList, WrongState, NoSessionToday.
    """
    found = await numbered(tx, number)
    await demand_runs(tx, person, found)
    _demand_codes(found)
    if found.state not in _OPEN:
        raise WrongState(number, found.state)
    _session_today(found, now)
    if found.state is State.PUBLISHED and await activities.move(tx, found, State.SIGNING):
        await logged(tx, found, "open", person, now, via=via, by=by, then=str(State.SIGNING))
    return Shown(
        await numbered(tx, number),
        sign_codes.code_at(found.secret, number, now),
        sign_codes.good_until(now),
    )


def _demand_codes(found: Activity) -> None:
    """Source: domain, Ledger (`court_hearing`: by the organiser's list only)."""
    if found.settings.form == Form.COURT_HEARING:
        raise HearingByList(found.number)


def _session_today(found: Activity, now: datetime) -> Session:
    today = day_of(now)
    session = session_on(found.settings, today)
    if session is None:
        to_come = (day_of_session(one) for one in found.settings.sessions)
        raise NoSessionToday(found.number, min((day for day in to_come if day > today), default=None))
    return session


async def sign_in(tx: Tx, asker: Person, code: str, number: int | None, now: datetime) -> SignedIn | WrongCode:
    """By the code of an activity that has a session today, or of this one. A wrong code is counted and returned.

    Raises: NoSuchActivity, TooManyCodes, HearingByList, NoSessionToday, WhichActivity, WrongState, SignInOver,
    StruckOff.
    """
    await attendance.take_turn(tx, own(asker.number), asker.number)
    found = await _by_code(tx, asker, code, number, now)
    if isinstance(found, WrongCode):
        return found
    session, before = _session_today(found, now), await _today(tx, asker, found, now)
    if before is not None:
        if before.mark is Mark.STRUCK:
            raise StruckOff(found.number)
        return SignedIn(found, before, _came_late(session, before), again=True)
    if now >= session.ends:
        raise SignInOver(found.number, session.ends)
    elsewhere = await _elsewhere(tx, asker, found, session, now)
    invited = await is_invited(tx, found.settings, asker)
    signed = Attendance(
        *(found.number, asker.number, day_of(now), asker.unit),
        Mark.SIGNED if elsewhere is None else Mark.DOUBTFUL,
        came=now,
        by=asker.number,
        note="" if invited else NOT_INVITED,
    )
    if not await attendance.sign(tx, signed, now):  # the organiser wrote the row in between
        signed = await _today(tx, asker, found, now) or signed
        return SignedIn(found, signed, _came_late(session, signed), again=True)
    return SignedIn(found, signed, is_late(session, now), doubtful_with=elsewhere)


def _came_late(session: Session, one: Attendance) -> bool:
    return one.came is not None and is_late(session, one.came)


async def sign_out(tx: Tx, asker: Person, code: str, number: int | None, now: datetime) -> SignedOut | WrongCode:
    """By the code that is shown then. Raises: as `sign_in`, and NoSignOut, NotSignedIn."""
    await attendance.take_turn(tx, own(asker.number), asker.number)
    found = await _by_code(tx, asker, code, number, now)
    if isinstance(found, WrongCode):
        return found
    if not found.settings.sign_out:
        raise NoSignOut(found.number)
    session, before = _session_today(found, now), await _today(tx, asker, found, now)
    if before is None:
        raise NotSignedIn(found.number)
    if before.mark is Mark.STRUCK:
        raise StruckOff(found.number)
    await attendance.leave(tx, before, now)
    after = await _today(tx, asker, found, now) or before
    return SignedOut(found, after, early=now < session.ends, again=before.left is not None)


async def _today(tx: Tx, asker: Person, found: Activity, now: datetime) -> Attendance | None:
    rows = await attendance.of_persons(tx, own(asker.number), found.number, [asker.number], [day_of(now)])
    return rows[0] if rows else None


async def _by_code(tx: Tx, asker: Person, code: str, number: int | None, now: datetime) -> Activity | WrongCode:
    """The activity, which nobody moves until the commit."""
    since, tries = await _tries(tx, asker, now)
    if tries >= MOST_TRIES:
        raise TooManyCodes(since + TRIES_WITHIN)
    matching = [
        one for one in await _open(tx, number, now) if sign_codes.is_good(one.secret, one.number, code, now)
    ]
    if not matching:
        await attendance.keep_wrong(tx, asker.number, since, tries + 1)
        return WrongCode(MOST_TRIES - tries - 1, since + TRIES_WITHIN)
    if tries:
        await attendance.forget_wrong(tx, asker.number)
    chosen = await numbered(tx, (await _meant(tx, asker, matching)).number, share=True)
    if chosen.state not in _OPEN:
        raise WrongState(chosen.number, chosen.state)
    return chosen


async def _tries(tx: Tx, asker: Person, now: datetime) -> tuple[datetime, int]:
    """Of the last ten minutes."""
    known = await attendance.wrong_tries(tx, asker.number)
    return (now, 0) if known is None or now >= known[0] + TRIES_WITHIN else known


async def _open(tx: Tx, number: int | None, now: datetime) -> Sequence[Activity]:
    """Those with codes that have a session today."""
    if number is not None:
        one = await numbered(tx, number)
        _demand_codes(one)
        if one.state not in _OPEN:
            raise WrongState(number, one.state)
        _session_today(one, now)
        return [one]
    first = start_of(day_of(now))
    shown = await activities.shown_between(tx, first, first + DAY)
    today = [one for one in shown if session_on(one.settings, day_of(now)) is not None]
    return [one for one in today if one.settings.form != Form.COURT_HEARING]


async def _meant(tx: Tx, asker: Person, matching: Sequence[Activity]) -> Activity:
    """Of several with one code the one that invites the person. Raises: WhichActivity."""
    if len(matching) == 1:
        return matching[0]
    inviting = [one for one in matching if await is_invited(tx, one.settings, asker)]
    if len(inviting) != 1:
        raise WhichActivity(tuple((one.number, one.settings.title) for one in inviting or matching))
    return inviting[0]


async def _elsewhere(tx: Tx, asker: Person, found: Activity, session: Session, now: datetime) -> Activity | None:
    """Another activity in whose room the person is at that time, as far as is known."""
    today = day_of(now)
    rows = await attendance.of_person(tx, own(asker.number), asker.number, today, today)
    there = [one for one in rows if one.activity != found.number and one.mark in PRESENT]
    others = await activities.of_numbers(tx, [one.activity for one in there])
    since = max(now, session.starts)
    for one in there:
        other = others[one.activity]
        at = session_on(other.settings, today)
        if other.state is not State.CANCELLED and at is not None:
            until = min(one.left or at.ends, at.ends)
            if since < until and at.starts < session.ends:
                return other
    return None
