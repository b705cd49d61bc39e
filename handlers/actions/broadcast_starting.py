"""The time of a 群发 has come: whether its sender may still send it, what it asks, and the next one of a series.

Each is one transaction, in which the row is held and looked at again: of several processes one does it.
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec.structs import replace

from handlers.actions import broadcast_questions
from handlers.actions.broadcast_audience import aim, scope_of_number
from handlers.actions.broadcast_setting import Awake, going_out, times, times_from
from storage import audit, broadcast_plans, broadcasts, calendar, media
from storage.audit import Act
from storage.broadcasts import Numbered
from storage.database import Tx
from training.broadcast_errors import NoUnitsManaged
from training.broadcast_times import closing, first_slot
from training.broadcasts import Broadcast, Kind, State
from training.calendar import Calendar
from training.errors import NotAllowed
from training.rules import Rules

LATE: Final = timedelta(hours=6)  # a slot that is older is skipped
TOO_LATE: Final = timedelta(hours=24)  # what was to go out earlier is not wanted any more
CLOCK: Final = "clock"
_MOMENT: Final = timedelta(microseconds=1)


class Stopped(StrEnum):
    """Why it cannot go out, as its note says."""

    RIGHTS = "rights"
    CREDIT = "credit"  # for questions that were written, and the sender is not of the city any more
    LATE = "late"
    CLOSED = "closed"
    QUESTIONS = "questions"
    FILE = "file"


async def start(
    tx: Tx, rules: Rules, number: int, pool: list[str], said: str, now: datetime, awake: Awake
) -> Stopped | None:
    """A planned one that is due begins to be sent, waits for a better hour, or is stopped.

    `pool`: the questions that may be drawn; `said`: what statistics say.
    """
    found = await broadcasts.one(tx, number, lock=True)
    if found is None or found.state is not State.PLANNED or found.send_at is None or found.send_at > now:
        return None
    late = now - found.send_at > TOO_LATE
    if not late and await _waits(tx, found, now, awake):
        return None
    why = Stopped.LATE if late else await _why_not(tx, rules, found, now)
    if why is None and found.settings.kind is Kind.STATISTICS and not said:
        return None  # they are being counted
    frozen, gone = list[Numbered](), list[str]()
    if why is None and found.settings.kind is Kind.QUIZ:
        frozen, gone = await broadcast_questions.freeze(tx, found, pool, now)
        why = None if frozen else Stopped.QUESTIONS
    if why is not None:
        await stop(tx, found, why, now)
        return why
    await _send(tx, found, said, gone, now, awake)
    await broadcasts.keep_questions(tx, number, frozen)
    return None


async def _send(tx: Tx, found: Broadcast, said: str, gone: list[str], now: datetime, awake: Awake) -> None:
    """It counts as sent now, whenever it was to be."""
    at = times_from(found.settings, now, awake, await calendar.imported(tx))
    await broadcasts.move(
        tx,
        found,
        State.SENDING,
        **asdict(at),
        settings=replace(found.settings, text=said) if said else found.settings,
        pending=broadcast_plans.NO_COUNT,
        note=f"left out: {' '.join(gone)}" if gone else "",
    )


def is_ready(found: Broadcast, now: datetime, awake: Awake, known_days: Calendar) -> bool:
    """Whether it would go out now, as far as the hour decides."""
    if found.send_at is None or found.send_at > now or now - found.send_at > TOO_LATE:
        return False
    return going_out(now, awake, known_days, by_clock=False, urgent=found.settings.urgent) <= now


async def _waits(tx: Tx, found: Broadcast, now: datetime, awake: Awake) -> bool:
    """Nobody slept when it was planned, and now they do: the process stood still, or the hours were changed."""
    known_days, urgent = await calendar.imported(tx), found.settings.urgent
    if going_out(now, awake, known_days, by_clock=False, urgent=urgent) <= now:
        return False
    later = going_out(now, awake, known_days, by_clock=True, urgent=urgent)
    at = asdict(times_from(found.settings, later, awake, known_days))
    await broadcasts.postpone(tx, found, **at, pending=broadcast_plans.NO_COUNT)
    return True


async def _why_not(tx: Tx, rules: Rules, found: Broadcast, now: datetime) -> Stopped | None:
    settings, rights = found.settings, await _lost_rights(tx, rules, found, now)
    if rights is not None:
        return rights
    if settings.kind is Kind.QUIZ and closing(settings.until, now) <= now:
        return Stopped.CLOSED
    if settings.media and await media.place(tx, settings.media, "") is None:
        return Stopped.FILE
    return None


async def _lost_rights(tx: Tx, rules: Rules, found: Broadcast, now: datetime) -> Stopped | None:
    """Why whoever ordered it may not send it any more: is no admin now, or has none of the units that are meant."""
    try:
        scope = await scope_of_number(tx, rules, found.sender, now)
    except (NotAllowed, NoUnitsManaged):
        return Stopped.RIGHTS
    if scope.everything:
        return None
    meant = (await aim(tx, rules, found.settings, scope, now)).meant
    in_reach = meant.units is None or bool(meant.units & scope.units) or bool(meant.named)
    if not in_reach or found.settings.urgent:
        return Stopped.RIGHTS
    return Stopped.CREDIT if found.settings.credit and found.settings.written else None


async def stop(tx: Tx, found: Broadcast, why: Stopped, now: datetime) -> None:
    await broadcasts.move(tx, found, State.STOPPED, note=str(why), closed_at=now)
    act = Act(CLOCK, CLOCK, "broadcast.stop", str(found.number), str(found.state), f"{State.STOPPED}: {why}")
    await audit.record(tx, act, now)


async def make(tx: Tx, rules: Rules, number: int, now: datetime, awake: Awake) -> Stopped | None:
    """One that repeats makes the one of the slot that has come, and waits for the next; after the last it ends.

    What came more than six hours ago is skipped, and noted.
    """
    series = await broadcasts.one(tx, number, lock=True)
    if series is None or series.state is not State.REPEATING or series.send_at is None or series.send_at > now:
        return None
    rights = await _lost_rights(tx, rules, series, now)
    if rights is not None:
        await stop(tx, series, rights, now)
        return rights
    slot, known_days = series.send_at, await calendar.imported(tx)
    repeat = series.settings.repeat
    if repeat is None:
        raise ValueError(f"broadcast {number} repeats without a rule")
    if now - slot > LATE:
        following = first_slot(repeat, now - LATE, known_days)
        await _go_on(tx, series, following, now, note=f"skipped: {slot.isoformat()}")
        return None
    following = first_slot(repeat, slot - _MOMENT, known_days)
    if following == slot:  # else the working days were changed since
        await _make(tx, series, slot, now, awake, known_days)
        following = first_slot(repeat, slot, known_days)
    await _go_on(tx, series, following, now, resolved_through=broadcast_plans.mark(slot))
    return None


async def plan(tx: Tx, number: int, now: datetime) -> None:
    """The next time of a series by the working days as they are known now: they may have changed since.

    What came since its last one, up to six hours ago, is made up for.
    """
    series = await broadcasts.one(tx, number, lock=True)
    if series is None or series.state is not State.REPEATING or series.send_at is None or series.send_at <= now:
        return
    through = await broadcast_plans.marked(tx, number) or now
    if series.settings.repeat is None:
        raise ValueError(f"broadcast {number} repeats without a rule")
    slot = first_slot(series.settings.repeat, max(through, now - LATE), await calendar.imported(tx))
    if slot is not None and slot != series.send_at:
        await broadcasts.postpone(tx, series, send_at=slot)


async def _make(
    tx: Tx, series: Broadcast, slot: datetime, now: datetime, awake: Awake, known_days: Calendar
) -> None:
    settings = replace(series.settings, repeat=None)
    found = times(settings, now, awake, known_days, slot=slot)
    await broadcasts.add(
        tx,
        settings,
        state=State.PLANNED,
        sender=series.sender,
        via=CLOCK,
        now=now,
        series=series.number,
        slot=slot,
        send_at=found.send_at,
        closes_at=found.closes_at,
        remind_at=found.remind_at,
    )


async def _go_on(tx: Tx, series: Broadcast, following: datetime | None, now: datetime, **columns: str) -> None:
    if following is None:
        await broadcasts.move(tx, series, State.CLOSED, closed_at=now, **columns)
    else:
        await broadcasts.postpone(tx, series, send_at=following, **columns)
