"""What somebody may see of a 培训活动, whose code is to be shown, and who is told when it is cancelled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handlers.actions import activities
from handlers.actions.activity_drafting import names_in
from handlers.actions.activity_lists import Listing
from handlers.actions.activity_people import demand_runs, is_invited, meant, numbered, runs
from handlers.actions.activity_signing import Shown
from storage import activities as kept
from storage import attendance, broadcast_audience, people
from storage.broadcast_audience import Limits
from storage.database import Tx
from storage.scope import EVERYTHING, own
from training.activities import Activity, Attendance, State
from training.activity_errors import NoSuchActivity
from training.activity_rules import day_of_session, session_on
from training.activity_word_errors import NoneToShow, WhichOfYours
from training.broadcasts import Left
from training.calendar import day_of
from training.forms import Form
from training.people import Person, Role

_OPEN: Final = (State.PUBLISHED, State.SIGNING)


@dataclass(frozen=True, slots=True)
class View:
    """`listing` for whoever runs it or audits, else None; `mine`: one's own days; `invited`: whether one is."""

    activity: Activity
    names: dict[str, str]
    listing: Listing | None
    mine: tuple[Attendance, ...]
    invited: bool


async def view(tx: Tx, person: Person, number: int) -> View:
    """Raises: NoSuchActivity, also when it is not for this person."""
    found = await numbered(tx, number)
    days = [day_of_session(session) for session in found.settings.sessions]
    mine = await attendance.of_persons(tx, own(person.number), number, [person.number], days)
    reads = person.role is Role.AUDITOR or await runs(tx, person, found.settings)
    invited = await is_invited(tx, found.settings, person)
    if not reads and (found.state is State.PLANNED or not (mine or invited)):
        raise NoSuchActivity(number)
    listing = await activities.listed(tx, person, number) if reads else None
    return View(found, await names_in(tx, found.settings), listing, tuple(mine), invited)


async def code(tx: Tx, person: Person, number: int, now: datetime) -> Shown:
    """Of this one, or with 0 of the one that the person runs today; one's own before those of one's units.

    Raises: NoneToShow, WhichOfYours, and what `activities.code` raises.
    """
    return await activities.code(tx, person, number or await _todays(tx, person, now), now)


async def _todays(tx: Tx, person: Person, now: datetime) -> int:
    found = [
        one
        for one in await kept.open_ones(tx)
        if one.state in _OPEN
        and one.settings.form != Form.COURT_HEARING
        and (session := session_on(one.settings, day_of(now))) is not None
        and session.ends > now
        and await runs(tx, person, one.settings)
    ]
    mine = [one for one in found if one.settings.organiser == person.number] or found
    if not mine:
        raise NoneToShow
    if len(mine) > 1:
        raise WhichOfYours(tuple((one.number, one.settings.title) for one in mine))
    return mine[0].number


async def listing_of(tx: Tx, person: Person, number: int) -> Listing:
    """Raises: NoSuchActivity, NotOrganiser."""
    if person.role is not Role.AUDITOR:
        await demand_runs(tx, person, await numbered(tx, number))
    return await activities.listed(tx, person, number)


async def count_invited(tx: Tx, about: Activity) -> int:
    """By today's roll, without those on leave, and with those who teach."""
    limits = Limits(about.created_at.date(), budget=0, urgent=True)
    found = await broadcast_audience.counts(tx, EVERYTHING, await meant(tx, about.settings), limits)
    beside = [number for number in about.settings.speakers if await _is_beside(tx, about, number)]
    return sum(count for left, count in found.items() if left is not Left.STATUS) + len(beside)


async def _is_beside(tx: Tx, about: Activity, number: str) -> bool:
    """Whether somebody is not of the audience."""
    found = await broadcast_audience.person(tx, EVERYTHING, number)
    return found is not None and not await is_invited(tx, about.settings, found)


async def accounts_of(tx: Tx, channel: str, persons: Sequence[str]) -> tuple[str, ...]:
    found = await people.accounts_of(tx, EVERYTHING, channel, persons)
    return tuple(account for number in persons for account in found.get(number, ()))
