"""Rounds through what a broadcast reached, after it went out: its reminder, its closing, its recall.

Each stands at a mark in the row of the broadcast; what was cut short goes on behind it, in whatever process. While
it is being closed, `pending` holds a `Closing`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, String, cast, exists, or_, select, update

from storage.broadcast_reached import Reached as Reached
from storage.broadcast_reached import complete as complete
from storage.broadcast_reached import to_remind as to_remind
from storage.broadcast_reached import to_tell as to_tell
from storage.database import Tx
from storage.outbox import SentCard, State
from storage.sets import among, texts
from storage.tables import broadcast, outbox
from training import broadcasts
from training.broadcasts import Kind, Settings

OPEN_FOR: Final = timedelta(hours=72)  # of what is not answered: its figures are complete by then
_OPEN: Final = broadcast.c.state == str(broadcasts.State.OPEN)
_RECALLED: Final = (broadcast.c.state == str(broadcasts.State.RECALLED)) & broadcast.c.closed_at.is_(None)


class Due(msgspec.Struct, frozen=True):
    """Numbers of broadcasts; `recalling` also while something of it may still be on its way."""

    closing: tuple[int, ...] = ()
    reminding: tuple[int, ...] = ()
    recalling: tuple[int, ...] = ()


async def due(tx: Tx, now: datetime) -> Due:
    """What is to be done; little is read when that is nothing. What is no quiz stays open for `OPEN_FOR`."""
    reminds = _OPEN & (broadcast.c.remind_at <= now) & broadcast.c.reminded_at.is_(None)
    found = [
        tuple((await tx.execute(select(broadcast.c.number).where(here).order_by(broadcast.c.number))).scalars())
        for here in (reminds, _RECALLED)
    ]
    return Due(await _closing(tx, now), *found)


async def _closing(tx: Tx, now: datetime) -> tuple[int, ...]:
    columns = (broadcast.c.number, broadcast.c.settings, broadcast.c.closes_at, broadcast.c.queued_at)
    old = broadcast.c.queued_at <= now - OPEN_FOR
    candidates = select(*columns).where(_OPEN, or_(broadcast.c.closes_at <= now, old)).order_by(broadcast.c.number)
    return tuple(
        number
        for number, settings, closes_at, queued_at in await tx.execute(candidates)
        if _ends(msgspec.json.decode(settings, type=Settings), closes_at, queued_at) <= now
    )


def _ends(settings: Settings, closes_at: datetime | None, queued_at: datetime) -> datetime:
    if settings.kind is Kind.QUIZ and closes_at is not None:
        return closes_at
    return queued_at + OPEN_FOR


# ---- marks ----------------------------------------------------------------------------------------------------


class Mark(msgspec.Struct, frozen=True):
    """How far the reminder is."""

    remind_at: datetime
    through: str


async def reminder(tx: Tx, number: int) -> Mark | None:
    """Of one that is not reminded to the end."""
    here = _OPEN & (broadcast.c.number == number) & broadcast.c.reminded_at.is_(None)
    columns = (broadcast.c.remind_at, broadcast.c.reminded_through)
    row = (await tx.execute(select(*columns).where(here))).one_or_none()
    return Mark(*row) if row is not None and row[0] is not None else None


async def advance_reminder(tx: Tx, number: int, mark: Mark, through: str, *, done_at: datetime | None) -> bool:
    """False when another process did the same slice."""
    here = _OPEN & (broadcast.c.number == number) & (broadcast.c.reminded_through == mark.through)
    here &= broadcast.c.reminded_at.is_(None)
    moved = update(broadcast).where(here).values(reminded_through=through, reminded_at=done_at)
    return (await tx.execute(moved)).rowcount == 1


class Closing(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far the closing is: the cards of so many parts are `greyed`, people through `told` have these words."""

    said: str
    greyed: int = 0
    all_greyed: bool = False
    told: str = ""
    all_told: bool = False


class _Kept(msgspec.Struct, frozen=True):
    """As it lies in `pending`, where `storage.broadcasts.Pending` lay, which has `parts` too, and no `closing`."""

    parts: int = 0
    closing: Closing | None = None


async def closing(tx: Tx, number: int, *, lock: bool = False) -> Closing | None:
    """None: not begun, or over. `lock`: nobody else goes on with it until the commit."""
    kept = await _kept(tx, _OPEN & (broadcast.c.number == number), lock=lock)
    return kept.closing if kept is not None else None


async def keep_closing(tx: Tx, number: int, reached: Closing) -> bool:
    """False when it is not open any more."""
    here = _OPEN & (broadcast.c.number == number)
    kept = await _kept(tx, here, lock=True)
    if kept is None:
        return False
    text = msgspec.json.encode(_Kept(kept.parts, reached)).decode()
    return (await tx.execute(update(broadcast).where(here).values(pending=text))).rowcount == 1


async def _kept(tx: Tx, here: ColumnElement[bool], *, lock: bool = False) -> _Kept | None:
    statement = select(broadcast.c.pending).where(here)
    text = (await tx.execute(statement.with_for_update() if lock else statement)).scalar_one_or_none()
    return msgspec.json.decode(text, type=_Kept) if text is not None else None


async def end_recall(tx: Tx, number: int, now: datetime) -> bool:
    here = _RECALLED & (broadcast.c.number == number)
    return (await tx.execute(update(broadcast).where(here).values(closed_at=now))).rowcount == 1


# ---- requests -------------------------------------------------------------------------------------------------


class Sent(msgspec.Struct, frozen=True):
    """A message of a broadcast that arrived and can be taken back."""

    id: int
    channel: str
    msgid: str


async def parts(tx: Tx, number: int) -> int:
    """How many parts were queued; their numbers count from 0."""
    kept = await _kept(tx, broadcast.c.number == number)
    return kept.parts if kept is not None else 0


def _of(number: int, parts: Sequence[int]) -> dict[str, Any]:
    return {"lanes": texts(f"broadcast-{number}-{part}" for part in parts)}


async def cards(
    tx: Tx, number: int, parts: Sequence[int], since: datetime, until: datetime
) -> list[tuple[str, SentCard]]:
    """(channel, card) of every card of the parts whose unused code was given after `since`, up to `until`."""
    columns = (outbox.c.channel, outbox.c.id, outbox.c.ref, outbox.c.response_code, outbox.c.receivers)
    statement = select(*columns).where(
        among(outbox.c.lane, "lanes"),
        outbox.c.state == State.SENT,
        outbox.c.response_code != "",
        outbox.c.finished_at > since,
        outbox.c.finished_at <= until,
    )
    rows = await tx.execute(statement.order_by(outbox.c.id), _of(number, parts))
    return [(channel, SentCard(i, ref, code, tuple(r.split("|")))) for channel, i, ref, code, r in rows]


async def sent(tx: Tx, number: int, parts: Sequence[int], since: datetime) -> list[Sent]:
    """Messages of the parts that arrived after `since` and were not asked back yet."""
    recall = outbox.alias("recall")
    asked = exists().where(recall.c.ref == f"broadcast-{number}x-" + cast(outbox.c.id, String))
    columns = (outbox.c.id, outbox.c.channel, outbox.c.msgid)
    statement = select(*columns).where(
        among(outbox.c.lane, "lanes"),
        outbox.c.state == State.SENT,
        outbox.c.msgid != "",
        outbox.c.finished_at > since,
        ~asked,
    )
    return [Sent(*row) for row in await tx.execute(statement.order_by(outbox.c.id), _of(number, parts))]


async def on_its_way(tx: Tx, number: int, parts: Sequence[int]) -> bool:
    """Whether a message of the parts may still arrive."""
    statement = select(outbox.c.id).where(
        among(outbox.c.lane, "lanes"), outbox.c.state.in_([State.QUEUED, State.SENDING])
    )
    return (await tx.execute(statement.limit(1), _of(number, parts))).first() is not None
