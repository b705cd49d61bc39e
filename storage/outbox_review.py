"""What became of what was sent, and what a person decides about it.

A row that ended as `unknown` may have reached everybody or nobody. Sending it again may show it twice, which stays
with the row as `maybe_twice`; giving it up leaves it as refused. What is past its `not_after`, or was withdrawn, is
never sent again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update

from storage import audit
from storage.audit import Act
from storage.database import Tx
from storage.outbox_claims import UNLICENSED, ended, left_behind
from storage.outbox_values import EXPIRED, UNSENT, State
from storage.sets import among, among_numbers, texts
from storage.tables import outbox

WITHDRAWN: Final = "withdrawn"
GIVEN_UP: Final = "given up"
BUSY: Final = -1  # WeCom's own failure: the request was good, and surely had no effect
Which = Sequence[int] | str  # ids, or what the refs begin with


def _begins(tx: Tx, prefix: str) -> Any:
    """SQLite finds a range by its index; on PostgreSQL the order of texts is the database's own."""
    begins = outbox.c.ref.startswith(prefix, autoescape=True)
    if tx.dialect.name != "sqlite" or not prefix:
        return begins
    after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    return and_(outbox.c.ref >= prefix, outbox.c.ref < after, begins)


def _those(tx: Tx, which: Which) -> tuple[Any, dict[str, Any]]:
    """A condition, and what it is asked with."""
    if isinstance(which, str):
        return _begins(tx, which), {}
    return among_numbers(outbox.c.id, "ids"), {"ids": list(which)}


def _count() -> ColumnElement[int]:
    """How many receivers a row has."""
    bars = func.length(outbox.c.receivers) - func.length(func.replace(outbox.c.receivers, "|", ""))
    return case((outbox.c.receivers == "", 0), else_=bars + 1)


def _not_over(now: datetime) -> Any:
    return or_(outbox.c.not_after.is_(None), outbox.c.not_after > now)


def unsent() -> ColumnElement[bool]:
    """Refused, and surely without effect, by no fault of its own."""
    here = or_(outbox.c.code == BUSY, outbox.c.reason.startswith(UNSENT, autoescape=True))
    return and_(outbox.c.state == State.REFUSED, outbox.c.reason.not_in((WITHDRAWN, GIVEN_UP, EXPIRED)), here)


async def withdraw(tx: Tx, ref_prefix: str, now: datetime, *others: str) -> int:
    """What waits, or was left behind, is not sent any more; how many rows. One that may have gone out already ends
    as unknown. What is being sent goes on to its own end, and is not tried again; nor is what had ended. `others`:
    more beginnings of refs."""
    ids = {"ids": await _unsettled(tx, (ref_prefix, *others), now)}
    these = among_numbers(outbox.c.id, "ids")
    await tx.execute(update(outbox).where(these, _not_over(now)).values(not_after=now), ids)
    waits = or_(outbox.c.state == State.QUEUED, left_behind(now))
    return (await tx.execute(update(outbox).where(these, waits).values(**ended(WITHDRAWN, now)), ids)).rowcount


async def _unsettled(tx: Tx, prefixes: Sequence[str], now: datetime) -> list[int]:
    """Rows that were not sent, or not yet. Locked as a sender locks them, so that neither waits for the other."""
    waits = outbox.c.state.in_([State.QUEUED, State.SENDING])
    again = and_(outbox.c.state.in_([State.REFUSED, State.UNKNOWN]), _not_over(now))
    theirs = or_(*(_begins(tx, prefix) for prefix in prefixes))
    rows = select(outbox.c.id).where(theirs, or_(waits, again)).order_by(outbox.c.id)
    return list((await tx.execute(rows.with_for_update())).scalars())


async def resend(tx: Tx, which: Which, by: str, now: datetime, *, via: str = "cli") -> int:
    """Queue again what is unknown, and what never reached anybody; how many rows. Goes to the audit log.

    Not what is worth nothing any more. The window in which WeCom recognises a repeat begins anew, so an unknown one
    may be seen twice, and counts so.
    """
    those, asked = _those(tx, which)
    again = (
        update(outbox)
        .where(those, _not_over(now), or_(outbox.c.state == State.UNKNOWN, unsent()))
        .values(
            state=State.QUEUED,
            due_at=now,
            queued_at=now,
            maybe_twice=or_(outbox.c.maybe_twice, outbox.c.state == State.UNKNOWN),
            doubtful=False,
            first_tried_at=None,
            finished_at=None,
            reason="",
        )
        .returning(outbox.c.ref)
    )
    return await _decided(tx, "outbox.resend", (await tx.execute(again, asked)).scalars(), by, via, now)


async def settle(tx: Tx, which: Which, by: str, now: datetime, *, via: str = "cli") -> int:
    """What is unknown is given up; how many rows. Goes to the audit log."""
    those, asked = _those(tx, which)
    ended = (
        update(outbox)
        .where(those, outbox.c.state == State.UNKNOWN)
        .values(state=State.REFUSED, reason=GIVEN_UP, finished_at=now)
        .returning(outbox.c.ref)
    )
    return await _decided(tx, "outbox.settle", (await tx.execute(ended, asked)).scalars(), by, via, now)


async def _decided(tx: Tx, what: str, refs: Iterable[str], by: str, via: str, now: datetime) -> int:
    named = sorted(refs)
    for ref in sorted(set(named)):
        await audit.record(tx, Act(by, via, what, ref), now)
    return len(named)


@dataclass(frozen=True, slots=True)
class RowState:
    """One request. `receivers`: how many accounts it names; `invalid` and `unlicensed` ones of them got nothing.

    `unsent`: refused, but it can be sent again.
    """

    id: int
    ref: str
    path: str
    mass: bool
    state: State
    receivers: int
    invalid: tuple[str, ...] = ()
    unlicensed: tuple[str, ...] = ()
    maybe_twice: bool = False
    code: int = 0
    reason: str = ""
    finished_at: datetime | None = None
    unsent: bool = False


def _row_states() -> Any:
    return select(
        *(
            outbox.c.id,
            outbox.c.ref,
            outbox.c.path,
            outbox.c.mass,
            outbox.c.state,
            _count().label("number"),
            outbox.c.invalid,
        ),
        *(outbox.c.maybe_twice, outbox.c.code, outbox.c.reason, outbox.c.finished_at, unsent().label("unsent")),
    ).order_by(outbox.c.id)


def _row_state(row: Any) -> RowState:
    named = row.invalid.split("|") if row.invalid else []
    return RowState(
        row.id,
        row.ref,
        row.path,
        row.mass,
        State(row.state),
        row.number,
        tuple(name for name in named if not name.startswith(UNLICENSED)),
        tuple(name.removeprefix(UNLICENSED) for name in named if name.startswith(UNLICENSED)),
        row.maybe_twice,
        row.code or 0,
        row.reason.removeprefix(UNSENT),
        row.finished_at,
        bool(row.unsent),
    )


async def states(tx: Tx, refs: Iterable[str]) -> Mapping[str, tuple[RowState, ...]]:
    """Ref → its requests in order; a long text has several. What was never queued is missing."""
    asked = _row_states().where(among(outbox.c.ref, "refs"))
    found: dict[str, tuple[RowState, ...]] = {}
    for row in await tx.execute(asked, {"refs": texts(refs)}):
        found[row.ref] = (*found.get(row.ref, ()), _row_state(row))
    return found


async def in_state(tx: Tx, state: State, *, at_most: int = 1000) -> list[RowState]:
    """The oldest first."""
    return [
        _row_state(row) for row in await tx.execute(_row_states().where(outbox.c.state == state).limit(at_most))
    ]


@dataclass(frozen=True, slots=True)
class Tally:
    """Receivers by what became of their request; who has several requests counts several times.

    `sent` is without those whom WeCom named as `invalid` or `unlicensed`. `maybe_twice`: of all, those who may have
    got it twice.
    """

    by_state: Mapping[State, int] = field(default_factory=dict)
    invalid: int = 0
    unlicensed: int = 0
    maybe_twice: int = 0

    @property
    def sent(self) -> int:
        return self.by_state.get(State.SENT, 0)


def tallied(rows: Iterable[RowState]) -> Tally:
    by_state = dict.fromkeys(State, 0)
    invalid = unlicensed = twice = 0
    for row in rows:
        reached = row.receivers
        if row.state is State.SENT:
            reached -= len(row.invalid) + len(row.unlicensed)
        by_state[row.state] += reached
        invalid += len(row.invalid)
        unlicensed += len(row.unlicensed)
        twice += reached if row.maybe_twice and row.state is not State.REFUSED else 0
    return Tally(by_state, invalid, unlicensed, twice)


async def tally(tx: Tx, ref_prefix: str) -> Tally:
    return tallied([_row_state(row) for row in await tx.execute(_row_states().where(_begins(tx, ref_prefix)))])


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message that WeCom can take back within 24 hours by its `msgid`."""

    id: int
    msgid: str
    receivers: int


async def sent_messages(tx: Tx, ref_prefix: str, since: datetime) -> list[SentMessage]:
    """Sent after `since`, in order. Of what is unknown there is no msgid."""
    statement = (
        select(outbox.c.id, outbox.c.msgid, _count())
        .where(
            _begins(tx, ref_prefix),
            outbox.c.state == State.SENT,
            outbox.c.msgid != "",
            outbox.c.finished_at > since,
        )
        .order_by(outbox.c.id)
    )
    return [SentMessage(*row) for row in await tx.execute(statement)]
