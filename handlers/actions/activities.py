"""培训活动 are planned, published and cancelled; every act stands in the audit log.

A maker or organiser of None is the command line, which acts for the city; `by` is then who stands in the log.
Signing in is in `activity_signing`, the list of who was there in `activity_lists`, 办结 in `activity_concluding`.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec

from handlers.actions.activity_lists import Listing as Listing
from handlers.actions.activity_lists import Seen as Seen
from handlers.actions.activity_lists import attend as attend
from handlers.actions.activity_lists import listed as listed
from handlers.actions.activity_lists import mark as mark
from handlers.actions.activity_people import CHAT, demand_runs, invited, is_invited, logged, numbered, runs
from handlers.actions.activity_signing import Shown as Shown
from handlers.actions.activity_signing import SignedIn as SignedIn
from handlers.actions.activity_signing import SignedOut as SignedOut
from handlers.actions.activity_signing import code as code
from handlers.actions.activity_signing import sign_in as sign_in
from handlers.actions.activity_signing import sign_out as sign_out
from storage import activities, attendance, broadcast_audience, units, years
from storage.database import Tx
from storage.scope import EVERYTHING, Scope
from training.activities import MOVES, Activity, HeldBy, Settings, State
from training.activity_checks import demand_sound
from training.activity_errors import BeyondScope, OnlyByCity, UnknownPersons, UnknownUnits, WrongState
from training.activity_rules import day_of_session
from training.errors import NotAllowed
from training.people import Person, Role
from training.rules import Rules
from training.years import YearClosed, closed_days

SECRET_BYTES: Final = 32


async def make(
    tx: Tx,
    rules: Rules,
    maker: Person | None,
    settings: Settings,
    now: datetime,
    *,
    via: str = CHAT,
    digest: str = "",
    by: str = "",
    reason: str = "",
) -> Activity:
    """A planned one, which nobody sees yet but who runs it. Raises: what `demand_good` raises."""
    await demand_good(tx, maker, settings)
    who = maker.number if maker is not None else by or via
    secret = secrets.token_bytes(SECRET_BYTES)
    number = await activities.add(tx, settings, created_by=who, secret=secret, now=now, digest=digest)
    made = await numbered(tx, number)
    then = msgspec.json.encode(settings).decode()
    await logged(tx, made, "make", maker, now, via=via, by=by, then=then, reason=reason)
    return made


async def amend(
    tx: Tx,
    rules: Rules,
    maker: Person | None,
    number: int,
    settings: Settings,
    now: datetime,
    *,
    via: str = CHAT,
    by: str = "",
) -> Activity:
    """Plan it differently, before it is published. Raises: NoSuchActivity, NotOrganiser, WrongState, …"""
    before = await _run(tx, maker, number)
    await demand_good(tx, maker, settings)
    if not await activities.change(tx, number, settings):
        raise WrongState(number, before.state)
    await logged(tx, before, "amend", maker, now, via=via, by=by, then=msgspec.json.encode(settings).decode())
    return await numbered(tx, number)


async def publish(
    tx: Tx,
    maker: Person | None,
    number: int,
    now: datetime,
    *,
    via: str = CHAT,
    by: str = "",
    reason: str = "",
) -> Activity:
    """Those whom it concerns see it; the clock invites them.

    Raises: NoSuchActivity, NotOrganiser, WrongState; Flawed, for a draft that lacks something.
    """
    demand_sound((await _run(tx, maker, number)).settings)
    return await _moved(tx, maker, number, State.PUBLISHED, "publish", now, via=via, by=by, noted=reason)


async def cancel(
    tx: Tx, person: Person | None, number: int, reason: str, now: datetime, *, via: str = CHAT, by: str = ""
) -> tuple[Activity, Sequence[str]]:
    """And whom to tell: the 人员编号 of everybody who was invited or signed in. Attendance stays on record.

    Raises: NoSuchActivity, NotOrganiser, WrongState.
    """
    done = await _moved(tx, person, number, State.CANCELLED, "cancel", now, via=via, by=by, reason=reason)
    there = {one.person for one in await attendance.of_activity(tx, EVERYTHING, number)}
    through, everybody = await activities.invited_through(tx, number)
    if everybody or through:
        there |= set(await invited(tx, done.settings, through=None if everybody else through))
    return done, sorted(there)


async def visible(tx: Tx, person: Person, now: datetime) -> list[Activity]:
    """Open ones by their beginning: those that he or she runs or reads, and published ones to come that invite."""
    found = []
    for one in await activities.open_ones(tx):
        reads = person.role is Role.AUDITOR or await runs(tx, person, one.settings)
        to_come = one.state in (State.PUBLISHED, State.SIGNING) and one.settings.sessions[-1].ends > now
        if reads or (to_come and await is_invited(tx, one.settings, person)):
            found.append(one)
    return found


async def demand_good(tx: Tx, maker: Person | None, settings: Settings) -> None:
    """Everything that keeps it from being planned, without doing anything.

    Raises: NotAllowed, Flawed, OnlyByCity, UnknownUnits, UnknownPersons, BeyondScope, YearClosed.
    """
    if maker is not None and maker.role not in (Role.CITY_ADMIN, Role.UNIT_ADMIN):
        raise NotAllowed
    demand_sound(settings)
    by_unit = maker is not None and maker.role is Role.UNIT_ADMIN
    if by_unit and settings.held_by is HeldBy.CITY:
        raise OnlyByCity
    audience, known = settings.audience, await units.every(tx)
    if unknown := [code for code in (*settings.units, *audience.units) if code not in known]:
        raise UnknownUnits(tuple(dict.fromkeys(unknown)))
    persons = {settings.organiser, *settings.speakers, *audience.persons}
    nobody, _ = await broadcast_audience.unknown(tx, EVERYTHING, persons)
    if nobody:
        raise UnknownPersons(tuple(sorted(nobody)))
    if by_unit and maker is not None:
        await _demand_within(tx, maker, settings)
    await _demand_open_year(tx, settings)


async def _demand_within(tx: Tx, maker: Person, settings: Settings) -> None:
    """The host is the admin's; whom it is for may also be of the units that hold it together."""
    own = await units.below(tx, maker.managed_units)
    reach = own | await units.below(tx, settings.units)
    host = [code for code in settings.units[:1] if code not in own]
    beyond = [*host, *(code for code in settings.audience.units if code not in reach)]
    named: Iterable[str] = {settings.organiser, *settings.audience.persons} - {maker.number}
    _, outside = await broadcast_audience.unknown(tx, Scope(units=reach), named)
    if beyond or outside:
        raise BeyondScope(tuple(dict.fromkeys(beyond)), tuple(sorted(outside)))


async def _demand_open_year(tx: Tx, settings: Settings) -> None:
    """What a unit holds is posted without a second person, and so never into a closed year."""
    closed = closed_days(await years.last_events(tx))
    for year in sorted({day_of_session(session).year for session in settings.sessions} & set(closed)):
        if settings.held_by is HeldBy.UNIT:
            raise YearClosed(year, closed[year])


async def _run(tx: Tx, person: Person | None, number: int) -> Activity:
    found = await numbered(tx, number, lock=True)
    await demand_runs(tx, person, found)
    return found


async def _moved(
    tx: Tx,
    person: Person | None,
    number: int,
    after: State,
    act: str,
    now: datetime,
    *,
    via: str,
    by: str,
    reason: str = "",
    noted: str = "",
) -> Activity:
    """`reason` stands with the activity and in the log, `noted` only there."""
    before = await _run(tx, person, number)
    if after not in MOVES[before.state] or not await activities.move(tx, before, after, note=reason):
        raise WrongState(number, before.state)
    await logged(tx, before, act, person, now, via=via, by=by, then=str(after), reason=reason or noted)
    return await numbered(tx, number)
