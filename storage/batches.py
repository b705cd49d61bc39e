"""Batches that wait for a second pair of eyes, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, select, update

from storage.database import Tx
from storage.scope import Scope
from storage.tables import batch, person_now
from training.batches import Changes, Reversal, State, decoded, encoded


@dataclass(frozen=True, slots=True)
class Batch:
    """`proposer` and `decider` are the names that they have today; `decided_at` is None while it is open."""

    number: int
    changes: Changes
    proposed_by: str
    proposer: str
    reason: str
    proposed_at: datetime
    state: State
    decided_by: str = ""
    decider: str = ""
    decided_at: datetime | None = None
    note: str = ""


_DECIDER: Final = person_now.alias("decider")
_BATCHES: Final = select(
    batch.c.id,
    batch.c.changes,
    batch.c.proposed_by,
    person_now.c.name,
    batch.c.reason,
    batch.c.proposed_at,
    batch.c.state,
    batch.c.decided_by,
    _DECIDER.c.name.label("decider"),
    batch.c.decided_at,
    batch.c.note,
).select_from(
    batch.outerjoin(person_now, person_now.c.number == batch.c.proposed_by).outerjoin(
        _DECIDER, _DECIDER.c.number == batch.c.decided_by
    )
)


def _batch(row: Sequence[Any]) -> Batch:
    number, changes, by, name, reason, at, state, decided_by, decider, decided_at, note = row
    decided = (decided_by, decider or decided_by, decided_at, note)
    return Batch(number, decoded(changes), by, name or by, reason, at, State(state), *decided)


async def add(tx: Tx, changes: Changes, *, by: str, reason: str, now: datetime) -> int:
    """Returns the number."""
    row = insert(batch).values(
        changes=encoded(changes),
        proposed_by=by,
        reason=reason,
        proposed_at=now,
        state=State.OPEN,
        decided_by="",
        note="",
    )
    number: int = (await tx.execute(row.returning(batch.c.id))).scalar_one()
    return number


async def waiting(tx: Tx, scope: Scope, *, at_most: int = 50) -> list[Batch]:
    """The oldest first."""
    statement = (
        _BATCHES.where(batch.c.state == State.OPEN, scope.allows(batch.c.proposed_by))
        .order_by(batch.c.id)
        .limit(at_most)
    )
    return [_batch(row) for row in await tx.execute(statement)]


async def open_reversal(tx: Tx, scope: Scope, seq: int) -> int | None:
    """The number of an open batch that would take back this line of the ledger."""
    begins = encoded(Reversal(seq, "", "")).partition('"person"')[0]
    statement = (
        select(batch.c.id)
        .where(
            batch.c.state == State.OPEN,
            batch.c.changes.startswith(begins, autoescape=True),
            scope.allows(batch.c.proposed_by),
        )
        .order_by(batch.c.id)
        .limit(1)
    )
    return (await tx.execute(statement)).scalar_one_or_none()


async def one(tx: Tx, scope: Scope, number: int) -> Batch | None:
    statement = _BATCHES.where(batch.c.id == number, scope.allows(batch.c.proposed_by))
    row = (await tx.execute(statement)).one_or_none()
    return None if row is None else _batch(row)


async def decide(tx: Tx, number: int, state: State, *, by: str, note: str, now: datetime) -> bool:
    """False when it was decided before; the winner of two who decide at once is the only one to go on."""
    still = (batch.c.id == number) & (batch.c.state == State.OPEN)
    values = {"state": state, "decided_by": by, "decided_at": now, "note": note}
    return (await tx.execute(update(batch).where(still).values(values))).rowcount == 1
