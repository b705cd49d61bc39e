"""群发: what was ordered, its states, its frozen questions, and how far it is queued.

What an audience is, and whom it holds now, is read in `storage.broadcast_audience`. `Pending` lies beside the mark:
receivers who are resolved, and whose request is not full yet.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from question_bank.questions import Question
from storage import bulk
from storage.database import Tx
from storage.questions import decoded, encoded
from storage.scope import Scope, within
from storage.sets import among, texts
from storage.tables import broadcast, broadcast_part, broadcast_question, broadcast_receiver
from training.broadcasts import MOVES, Broadcast, Left, Settings, State

_RECEIVER: Final = ("broadcast", "person", "unit", "left_out")
_PART: Final = ("broadcast", "part", "unit", "ref", "persons")
_COLUMNS: Final = (
    broadcast.c.number,
    broadcast.c.state,
    broadcast.c.settings,
    broadcast.c.series,
    broadcast.c.sender,
    broadcast.c.created_at,
    broadcast.c.send_at,
    broadcast.c.closes_at,
    broadcast.c.remind_at,
)
_CLOCKED: Final = tuple(str(state) for state in (State.PLANNED, State.REPEATING, State.SENDING))

Numbered = tuple[str, int, Question]  # id, empty for one written for it; version; content


class Waiting(msgspec.Struct, array_like=True):
    """A receiver whose request is not full. `unit` is None where the person is counted with another account."""

    account: str
    person: str
    unit: str | None


class Variant(msgspec.Struct):
    """Who gets the same requests. `due_at`: when an exam lets it out, None as soon as may be."""

    channel: str
    text_only: bool
    due_at: datetime | None
    waiting: list[Waiting] = []


class Pending(msgspec.Struct):
    """`parts`: how many are queued; their numbers count from 0."""

    parts: int = 0
    variants: list[Variant] = []


def ref_of(number: int, part: int, message: int) -> str:
    """Of a message in the outbox."""
    return f"{lane_of(number, part)}-{message}"


def lane_of(number: int, part: int) -> str:
    return f"broadcast-{number}-{part}"


async def add(
    tx: Tx,
    settings: Settings,
    *,
    state: State,
    sender: str,
    via: str,
    now: datetime,
    digest: str = "",
    series: int = 0,
    slot: datetime | None = None,
    send_at: datetime | None = None,
    closes_at: datetime | None = None,
    remind_at: datetime | None = None,
) -> int:
    """A new one; its number, or 0 when that slot of the series was made before."""
    values: dict[str, Any] = {
        **{"state": str(state), "settings": _encoded(settings), "media": settings.media, "digest": digest},
        **{"series": series, "slot": slot, "sender": sender, "via": via, "created_at": now},
        **{"send_at": send_at, "closes_at": closes_at, "remind_at": remind_at},
        **{"resolved_through": "", "pending": "{}", "reminded_through": "", "note": ""},
    }
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    statement = make(broadcast).values(values).on_conflict_do_nothing().returning(broadcast.c.number)
    found: int | None = (await tx.execute(statement)).scalar_one_or_none()
    return found or 0


async def one(tx: Tx, number: int, *, lock: bool = False) -> Broadcast | None:
    """`lock`: nobody else moves it, or queues of it, until the commit."""
    statement = select(*_COLUMNS).where(broadcast.c.number == number)
    row = (await tx.execute(statement.with_for_update() if lock else statement)).one_or_none()
    return _broadcast(row) if row is not None else None


async def latest(tx: Tx, *, sender: str | None = None, at_most: int = 10) -> list[Broadcast]:
    """The latest first; those of everybody, or of one sender. Without drafts, also those that were given up."""
    given_up = (broadcast.c.state == str(State.CANCELLED)) & broadcast.c.send_at.is_(None)
    statement = select(*_COLUMNS).where(broadcast.c.state != str(State.DRAFT), ~given_up)
    if sender is not None:
        statement = statement.where(broadcast.c.sender == sender)
    rows = await tx.execute(statement.order_by(broadcast.c.number.desc()).limit(at_most))
    return [_broadcast(row) for row in rows]


async def draft_of(tx: Tx, sender: str) -> Broadcast | None:
    """The newest draft of somebody."""
    mine = (broadcast.c.sender == sender) & (broadcast.c.state == str(State.DRAFT))
    statement = select(*_COLUMNS).where(mine).order_by(broadcast.c.number.desc()).limit(1)
    row = (await tx.execute(statement)).one_or_none()
    return _broadcast(row) if row is not None else None


async def by_digest(tx: Tx, digest: str) -> Broadcast | None:
    """The latest one that a file with this digest ordered."""
    if not digest:
        return None
    statement = select(*_COLUMNS).where(broadcast.c.digest == digest).order_by(broadcast.c.number.desc()).limit(1)
    row = (await tx.execute(statement)).one_or_none()
    return _broadcast(row) if row is not None else None


async def due(tx: Tx, now: datetime) -> list[Broadcast]:
    """What the clock has to look at: a slot or a time has come, or an audience is not queued to the end."""
    statement = (
        select(*_COLUMNS)
        .where(
            broadcast.c.state.in_(_CLOCKED),
            (broadcast.c.state == str(State.SENDING)) | (broadcast.c.send_at <= now),
        )
        .order_by(broadcast.c.number)
    )
    return [_broadcast(row) for row in await tx.execute(statement)]


def _broadcast(row: Sequence[Any]) -> Broadcast:
    number, state, settings, *others = row
    return Broadcast(number, State(state), _decoded(settings), *others)


def _encoded(settings: Settings) -> str:
    return msgspec.json.encode(settings).decode()


def _decoded(text: str) -> Settings:
    return msgspec.json.decode(text, type=Settings)


async def change(tx: Tx, number: int, settings: Settings) -> bool:
    """Of a draft only; False when it is none any more."""
    here = (broadcast.c.number == number) & (broadcast.c.state == str(State.DRAFT))
    values = {"settings": _encoded(settings), "media": settings.media}
    return (await tx.execute(update(broadcast).where(here).values(values))).rowcount == 1


async def move(tx: Tx, before: Broadcast, after: State, **columns: Any) -> bool:
    """Into another state, with other columns (`settings` as a value); False: somebody was first.

    Raises: ValueError for a move that does not exist.
    """
    if after not in MOVES[before.state]:
        raise ValueError(f"a broadcast never goes from {before.state} to {after}")
    if isinstance(columns.get("settings"), Settings):
        settings: Settings = columns["settings"]
        columns |= {"settings": _encoded(settings), "media": settings.media}
    here = (broadcast.c.number == before.number) & (broadcast.c.state == str(before.state))
    return (await tx.execute(update(broadcast).where(here).values(state=str(after), **columns))).rowcount == 1


async def postpone(tx: Tx, before: Broadcast, **columns: Any) -> bool:
    """Other times in the same state; False: somebody was first."""
    here = (broadcast.c.number == before.number) & (broadcast.c.state == str(before.state))
    here &= broadcast.c.send_at == before.send_at
    return (await tx.execute(update(broadcast).where(here).values(**columns))).rowcount == 1


async def keep_questions(tx: Tx, number: int, frozen: Sequence[Numbered]) -> None:
    rows = [
        {"broadcast": number, "item": item, "question": id_, "version": version, "content": encoded(content)}
        for item, (id_, version, content) in enumerate(frozen)
    ]
    if rows:
        await tx.execute(insert(broadcast_question), rows)


async def questions(tx: Tx, number: int) -> list[Numbered]:
    """As they were frozen, by item."""
    columns = (broadcast_question.c.question, broadcast_question.c.version, broadcast_question.c.content)
    statement = select(*columns).where(broadcast_question.c.broadcast == number)
    rows = await tx.execute(statement.order_by(broadcast_question.c.item))
    return [(id_, version, decoded(content)) for id_, version, content in rows]


async def asked_in_series(tx: Tx, series: int) -> Mapping[str, int]:
    """Question of the bank → the last broadcast of the series that asked it."""
    statement = (
        select(broadcast_question.c.question, func.max(broadcast.c.number))
        .join(broadcast, broadcast.c.number == broadcast_question.c.broadcast)
        .where(broadcast.c.series == series, broadcast_question.c.question != "")
        .group_by(broadcast_question.c.question)
    )
    return dict((await tx.execute(statement)).all()) if series else {}


async def progress(tx: Tx, number: int) -> tuple[str, Pending] | None:
    """How far one that is being sent is resolved, and what waits; nobody else queues of it until the commit."""
    here = (broadcast.c.number == number) & (broadcast.c.state == str(State.SENDING))
    statement = select(broadcast.c.resolved_through, broadcast.c.pending).where(here).with_for_update()
    row = (await tx.execute(statement)).one_or_none()
    return None if row is None else (row[0], msgspec.json.decode(row[1], type=Pending))


async def advance(
    tx: Tx, number: int, before: str, through: str, pending: Pending, *, queued_at: datetime | None
) -> bool:
    """Move the mark on, at the end to `OPEN`; False when another process did the same slice."""
    here = (broadcast.c.number == number) & (broadcast.c.state == str(State.SENDING))
    here &= broadcast.c.resolved_through == before
    state = State.OPEN if queued_at is not None else State.SENDING
    moved = update(broadcast).where(here).values(state=str(state), resolved_through=through, queued_at=queued_at)
    kept = moved.values(pending=msgspec.json.encode(pending).decode())
    return (await tx.execute(kept)).rowcount == 1


async def units_of(tx: Tx, number: int) -> frozenset[str]:
    """Of those who were written to so far."""
    kept = broadcast_part.c
    return frozenset((await tx.execute(select(kept.unit).where(kept.broadcast == number).distinct())).scalars())


async def met(tx: Tx, number: int, persons: Iterable[str]) -> frozenset[str]:
    """Those of them who are among the receivers already, as after a 并档."""
    kept = broadcast_receiver.c
    statement = select(kept.person).where(kept.broadcast == number, among(kept.person, "persons"))
    return frozenset((await tx.execute(statement, {"persons": texts(persons)})).scalars())


async def add_receivers(tx: Tx, number: int, rows: Iterable[tuple[str, str, Left | str]]) -> None:
    """(人员编号, unit, why not) of the next people."""
    await bulk.append(
        tx, broadcast_receiver, _RECEIVER, [(number, person, unit, str(left)) for person, unit, left in rows]
    )


async def add_part(tx: Tx, number: int, part: int, ref: str, persons: Mapping[str, int]) -> None:
    """Unit → how many people; `ref`: of the last message of the part."""
    rows = [(number, part, unit, ref, count) for unit, count in sorted(persons.items())]
    await bulk.append(tx, broadcast_part, _PART, rows)


async def received(tx: Tx, scope: Scope, number: int, persons: Iterable[str]) -> Mapping[str, str]:
    """Person → unit at the moment of sending, of those who were written to."""
    person, unit = broadcast_receiver.c.person, broadcast_receiver.c.unit
    statement = select(person, unit).where(
        broadcast_receiver.c.broadcast == number,
        broadcast_receiver.c.left_out == str(Left.NOT),
        among(person, "persons"),
    )
    rows = await tx.execute(within(statement, scope, person, unit), {"persons": texts(persons)})
    return dict(rows.all())
