"""佐证: pieces of evidence with their bytes, so that backups and every replica have them.

A piece waits until its bytes are fetched, under a lease; its tries are the fence, so that a process that was
stopped in the middle cannot write over what another one did.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, insert, or_, select, update

from storage.database import Tx
from storage.scope import Scope
from storage.sets import among, texts
from storage.tables import evidence, person_now
from training.evidence import LEASE, Piece, State, Why

_COLUMNS: Final = (
    *(evidence.c.number, evidence.c.subject, evidence.c.person, evidence.c.state, evidence.c.type),
    *(evidence.c.size_bytes, evidence.c.received_at, evidence.c.reason),
)
_OWNED: Final = evidence.outerjoin(person_now, person_now.c.number == evidence.c.person)


@dataclass(frozen=True, slots=True)
class Due:
    """A piece in hand. `tries` counts this one."""

    number: int
    subject: str
    person: str
    channel: str
    account: str
    media_id: str
    received_at: datetime
    tries: int


def of_claim(number: int) -> str:
    """The subject."""
    return f"claim:{number}"


def _piece(row: Any) -> Piece:
    number, subject, person, state, kind, size, received_at, reason = row
    return Piece(number, subject, person, State(state), kind, size, received_at, reason)


async def add(
    tx: Tx, subject: str, person: str, *, channel: str, account: str, media_id: str, now: datetime
) -> int:
    """A piece that is to be fetched; its number."""
    values = {
        **{"subject": subject, "person": person, "state": str(State.WAITING), "channel": channel},
        **{"account": account, "media_id": media_id, "type": "", "name": "", "digest": "", "size_bytes": 0},
        **{"content": b"", "received_at": now, "tries": 0, "reason": ""},
    }
    number: int = (await tx.execute(insert(evidence).values(values).returning(evidence.c.number))).scalar_one()
    return number


async def of_subjects(tx: Tx, scope: Scope, subjects: Iterable[str]) -> Mapping[str, Sequence[Piece]]:
    """Subject → its pieces in order, whatever became of them but for those that were removed."""
    statement = (
        select(*_COLUMNS)
        .select_from(_OWNED)
        .where(
            among(evidence.c.subject, "subjects"),
            evidence.c.state != str(State.REMOVED),
            scope.allows(evidence.c.person, person_now.c.unit),
        )
        .order_by(evidence.c.number)
    )
    found: dict[str, list[Piece]] = {}
    for row in await tx.execute(statement, {"subjects": texts(subjects)}):
        piece = _piece(row)
        found.setdefault(piece.subject, []).append(piece)
    return found


async def content_of(tx: Tx, scope: Scope, number: int) -> bytes | None:
    """None unless it is kept."""
    statement = (
        select(evidence.c.content)
        .select_from(_OWNED)
        .where(
            evidence.c.number == number,
            evidence.c.state == str(State.KEPT),
            scope.allows(evidence.c.person, person_now.c.unit),
        )
    )
    found: bytes | None = (await tx.execute(statement)).scalar_one_or_none()
    return found


async def loose(tx: Tx, scope: Scope, person: str, since: datetime) -> list[Piece]:
    """What the person sent since then without saying what for."""
    mine = and_(evidence.c.person == person, evidence.c.subject == "", evidence.c.received_at >= since)
    live = evidence.c.state.in_([str(State.WAITING), str(State.KEPT)])
    statement = select(*_COLUMNS).where(mine, live, scope.allows(evidence.c.person))
    return [_piece(row) for row in await tx.execute(statement.order_by(evidence.c.number))]


async def attach(tx: Tx, numbers: Iterable[int], subject: str) -> int:
    """Loose pieces to what they belong to; how many were loose still."""
    here = and_(evidence.c.number.in_(sorted(numbers)), evidence.c.subject == "")
    return (await tx.execute(update(evidence).where(here).values(subject=subject))).rowcount


async def forget_loose(tx: Tx, before: datetime, *, at_most: int = 50) -> int:
    """Bytes of which nobody said within the time what they are for; how many pieces."""
    old = select(evidence.c.number).where(
        evidence.c.subject == "", evidence.c.received_at < before, evidence.c.state != str(State.REMOVED)
    )
    numbers = list((await tx.execute(old.limit(at_most))).scalars())
    gone = update(evidence).where(evidence.c.number.in_(numbers), evidence.c.subject == "")
    await tx.execute(gone.values(state=str(State.REMOVED), content=b"", media_id="", lease_until=None))
    return len(numbers)


def _free(now: datetime) -> ColumnElement[bool]:
    free = or_(evidence.c.lease_until.is_(None), evidence.c.lease_until <= now)
    return and_(evidence.c.state == str(State.WAITING), free)


async def is_due(tx: Tx, now: datetime) -> bool:
    return (await tx.execute(select(evidence.c.number).where(_free(now)).limit(1))).first() is not None


_TAKEN: Final = (
    *(evidence.c.number, evidence.c.subject, evidence.c.person, evidence.c.channel, evidence.c.account),
    *(evidence.c.media_id, evidence.c.received_at, evidence.c.tries),
)


async def take(tx: Tx, now: datetime, *, at_most: int) -> list[Due]:
    """What is to be fetched now, the oldest first, leased to whoever asks."""
    free = select(*_TAKEN).where(_free(now)).order_by(evidence.c.number).limit(at_most)
    rows = (await tx.execute(free.with_for_update(skip_locked=True))).all()
    if not rows:
        return []
    mine = update(evidence).where(evidence.c.number.in_([row.number for row in rows]))
    await tx.execute(mine.values(tries=evidence.c.tries + 1, lease_until=now + LEASE))
    return [Due(*row[:-1], row.tries + 1) for row in rows]


async def subject_of(tx: Tx, number: int) -> str:
    """What it is for by now, which may have been said since it came."""
    statement = select(evidence.c.subject).where(evidence.c.number == number)
    return (await tx.execute(statement)).scalar_one_or_none() or ""


def _held(due: Due) -> ColumnElement[bool]:
    return and_(
        evidence.c.number == due.number, evidence.c.state == str(State.WAITING), evidence.c.tries == due.tries
    )


async def keep(tx: Tx, due: Due, content: bytes, kind: str, now: datetime) -> bool:
    """False when the lease had run out and somebody else has it."""
    values = {
        **{"state": str(State.KEPT), "content": content, "type": kind, "size_bytes": len(content)},
        **{"digest": hashlib.sha256(content).hexdigest(), "kept_at": now, "lease_until": None, "media_id": ""},
    }
    return (await tx.execute(update(evidence).where(_held(due)).values(values))).rowcount == 1


async def fail(tx: Tx, due: Due, why: Why) -> bool:
    """For good. False as of `keep`."""
    values = {"state": str(State.FAILED), "reason": str(why), "lease_until": None, "media_id": ""}
    return (await tx.execute(update(evidence).where(_held(due)).values(values))).rowcount == 1


async def put_off(tx: Tx, due: Due, until: datetime) -> bool:
    """It is tried again then. False as of `keep`."""
    return (await tx.execute(update(evidence).where(_held(due)).values(lease_until=until))).rowcount == 1
