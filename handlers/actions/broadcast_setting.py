"""群发 is ordered: put together as a draft, confirmed, given up. Every act stands in the audit log.

A sender of None is the command line, which sends for the city; `by` is then who stands in the log. `demand_good`
decides whether something may be ordered, wherever it is ordered.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

import msgspec

from handlers.actions.broadcast_audience import CITY
from handlers.actions.broadcast_checks import demand_good as demand_good
from handlers.holding import always, off_the_congested
from storage import audit, broadcast_plans, broadcasts, calendar
from storage.audit import Act
from storage.database import Tx
from training.broadcast_errors import ClosesTooEarly, NoSuchBroadcast, NotInState
from training.broadcast_times import closing, first_slot, reminder_at, sending_at
from training.broadcasts import Broadcast, Kind, Settings, State
from training.calendar import Calendar
from training.errors import NotAllowed
from training.people import Person, Role
from training.rules import Rules

CHAT: Final = "chat"
_GIVEN_UP: Final = (State.DRAFT, State.PLANNED, State.REPEATING)

Awake = Callable[[datetime], bool]


@dataclass(frozen=True, slots=True)
class Times:
    send_at: datetime
    closes_at: datetime
    remind_at: datetime | None


def going_out(
    wanted: datetime, awake: Awake, known_days: Calendar, *, by_clock: bool, urgent: bool = False
) -> datetime:
    """When something that is wanted then goes out.

    Whatever is not urgent waits for a waking hour of a working day, unless the city has no quiet hours at all. What
    the clock starts keeps off the congested minutes; what somebody confirms for now goes at once.
    """
    moment = off_the_congested(wanted) if by_clock else wanted
    if urgent or awake is always:
        return moment
    awaited = sending_at(moment, awake, known_days)
    return awaited if awaited == moment else off_the_congested(awaited)


def times(
    settings: Settings, now: datetime, awake: Awake, known_days: Calendar, *, slot: datetime | None = None
) -> Times:
    """When it goes out, closes and reminds, if it is ordered `now` or made at a `slot` of its series."""
    by_clock = slot is not None or settings.at is not None
    wanted = slot or settings.at or now
    send_at = going_out(wanted, awake, known_days, by_clock=by_clock, urgent=settings.urgent)
    return times_from(settings, send_at, awake, known_days)


def times_from(settings: Settings, send_at: datetime, awake: Awake, known_days: Calendar) -> Times:
    """The same of one that goes out then."""
    closes_at = closing(settings.until, send_at)
    reminds = settings.remind and settings.kind is Kind.QUIZ
    return Times(send_at, closes_at, reminder_at(send_at, closes_at, awake, known_days) if reminds else None)


async def goes_out(tx: Tx, settings: Settings, now: datetime, awake: Awake) -> datetime:
    """When, first, if it is confirmed now."""
    known_days = await calendar.imported(tx)
    slot = first_slot(settings.repeat, now, known_days) if settings.repeat is not None else None
    return times(settings, now, awake, known_days, slot=slot).send_at


async def place(
    tx: Tx,
    rules: Rules,
    settings: Settings,
    *,
    sender: Person | None,
    via: str,
    now: datetime,
    awake: Awake,
    digest: str = "",
    by: str = "",
) -> Broadcast:
    """Made and confirmed at once. Raises: what `demand_good` raises."""
    await demand_good(tx, rules, settings, sender, now, sent_at=await goes_out(tx, settings, now, awake))
    number = await broadcasts.add(
        tx,
        settings,
        state=State.DRAFT,
        sender=sender.number if sender else CITY,
        via=via,
        now=now,
        digest=digest,
    )
    draft = await _numbered(tx, number)
    await _logged(tx, draft, "create", sender, now, via=via, by=by, then=str(settings.kind))
    return await _confirm(tx, draft, sender, now, awake, via=via, by=by)


async def begin(tx: Tx, sender: Person, now: datetime) -> Broadcast:
    """An empty notice, as a draft. Raises: NotAllowed."""
    if sender.role not in (Role.CITY_ADMIN, Role.UNIT_ADMIN):
        raise NotAllowed
    settings = Settings(Kind.NOTICE)
    number = await broadcasts.add(tx, settings, state=State.DRAFT, sender=sender.number, via=CHAT, now=now)
    draft = await _numbered(tx, number)
    await _logged(tx, draft, "create", sender, now, via=CHAT, then=str(settings.kind))
    return draft


async def amend(tx: Tx, sender: Person, number: int, settings: Settings) -> Broadcast:
    """Of an own draft; what it lacks is only said when it is confirmed. Raises: NoSuchBroadcast, NotInState."""
    draft = await _own_draft(tx, sender, number)
    if not await broadcasts.change(tx, number, settings):
        raise NotInState(number, draft.state)
    return await _numbered(tx, number)


async def confirm(tx: Tx, rules: Rules, sender: Person, number: int, now: datetime, awake: Awake) -> Broadcast:
    """From now on it goes out by itself. Raises: NoSuchBroadcast, NotInState, what `demand_good` raises."""
    draft = await _own_draft(tx, sender, number)
    sent_at = await goes_out(tx, draft.settings, now, awake)
    await demand_good(tx, rules, draft.settings, sender, now, sent_at=sent_at)
    return await _confirm(tx, draft, sender, now, awake, via=CHAT)


async def cancel(tx: Tx, asker: Person | None, number: int, now: datetime, via: str, *, by: str = "") -> Broadcast:
    """Before it goes out; of a series, what would come, also what is made and waits for a better hour. A unit admin
    gives up the own ones only.

    Raises: NoSuchBroadcast, NotInState.
    """
    found = await _numbered(tx, number, lock=True)
    if asker is not None and asker.role is not Role.CITY_ADMIN and found.sender != asker.number:
        raise NoSuchBroadcast(number)
    if found.state not in _GIVEN_UP:
        raise NotInState(number, found.state)
    waiting = await broadcast_plans.planned_of(tx, number) if found.state is State.REPEATING else []
    made = [one for child in waiting if (one := await broadcasts.one(tx, child, lock=True)) is not None]
    for one in (found, *(child for child in made if child.state is State.PLANNED)):
        if not await broadcasts.move(tx, one, State.CANCELLED, closed_at=now):
            raise NotInState(one.number, one.state)
        await _logged(tx, one, "cancel", asker, now, via=via, by=by, before=str(one.state), then="cancelled")
    return await _numbered(tx, number)


async def _own_draft(tx: Tx, sender: Person, number: int) -> Broadcast:
    found = await _numbered(tx, number, lock=True)
    if found.sender != sender.number:
        raise NoSuchBroadcast(number)
    if found.state is not State.DRAFT:
        raise NotInState(number, found.state)
    return found


async def _numbered(tx: Tx, number: int, *, lock: bool = False) -> Broadcast:
    found = await broadcasts.one(tx, number, lock=lock)
    if found is None:
        raise NoSuchBroadcast(number)
    return found


async def _confirm(
    tx: Tx, draft: Broadcast, sender: Person | None, now: datetime, awake: Awake, *, via: str, by: str = ""
) -> Broadcast:
    settings, known_days = draft.settings, await calendar.imported(tx)
    if settings.repeat is not None:
        slot = first_slot(settings.repeat, now, known_days)
        through = broadcast_plans.mark(now)
        moved = await broadcasts.move(tx, draft, State.REPEATING, send_at=slot, resolved_through=through)
    else:
        found = times(settings, now, awake, known_days)
        if settings.kind is Kind.QUIZ and found.closes_at <= found.send_at:
            raise ClosesTooEarly(found.closes_at, found.send_at)
        moved = await broadcasts.move(tx, draft, State.PLANNED, **asdict(found))
    if not moved:
        raise NotInState(draft.number, draft.state)
    then = msgspec.json.encode(settings).decode()
    await _logged(tx, draft, "confirm", sender, now, via=via, by=by, before=str(draft.state), then=then)
    if settings.urgent:
        await _logged(tx, draft, "urgent", sender, now, via=via, by=by)
    return await _numbered(tx, draft.number)


async def _logged(
    tx: Tx,
    about: Broadcast,
    act: str,
    actor: Person | None,
    now: datetime,
    *,
    via: str,
    by: str = "",
    before: str = "",
    then: str = "",
) -> None:
    who = actor.number if actor is not None else by or via
    await audit.record(tx, Act(who, via, f"broadcast.{act}", str(about.number), before, then), now)
