"""The audit log: who did what through an admin path, from where, what was before and after, and why.

Append-only, numbered without gaps and chained as the ledger is; its head stands beside the ledger's.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Row, func, insert, select, update

from storage.database import Tx
from storage.tables import audit_log, ledger_head
from training import chains
from training.chains import Broken, Head, HeadLost

CHAIN: Final = "audit"
PAGE_LINES: Final = 500  # an import's line may name thousands of people
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Act:
    """`actor` is a 人员编号, or the name of the system account on the command line; `via` is chat, cli or clock."""

    actor: str
    via: str
    what: str
    subject: str
    before: str = ""
    after: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One act in its place."""

    seq: int
    prev: str
    hash: str
    at: datetime
    act: Act


_FIELDS: Final = ("actor", "via", "what", "subject", "before", "after", "reason")
_HEAD: Final = select(ledger_head.c.seq, ledger_head.c.hash).where(ledger_head.c.chain == CHAIN)


def act_hash(seq: int, prev: str, at: datetime, act: Act) -> str:
    """SHA-256 over the number, the previous hash, the moment in whole microseconds and every field, as JSON."""
    fields = (getattr(act, name) for name in _FIELDS)
    return hashlib.sha256(msgspec.json.encode((seq, prev, (at - _EPOCH) // _MICROSECOND, *fields))).hexdigest()


async def head(tx: Tx, *, lock: bool = False) -> Head:
    """Raises: HeadLost."""
    row = (await tx.execute(_HEAD.with_for_update() if lock else _HEAD)).one_or_none()
    if row is None:
        raise HeadLost("audit")
    return Head(row.seq, row.hash)


async def ends(tx: Tx) -> tuple[int, int]:
    """The lowest and the highest number that there is, whatever the head says; (1, 0) when the log is empty."""
    lowest, highest = (select(of(audit_log.c.seq)).scalar_subquery() for of in (func.min, func.max))
    first, last = (await tx.execute(select(func.coalesce(lowest, 1), func.coalesce(highest, 0)))).one()
    return int(first), int(last)


async def record(tx: Tx, act: Act, now: datetime) -> int:
    """Append one act; returns its number."""
    last = await head(tx, lock=True)
    seq = last.seq + 1
    digest = act_hash(seq, last.hash, now, act)
    row = {name: getattr(act, name) for name in _FIELDS}
    await tx.execute(insert(audit_log).values(seq=seq, prev=last.hash, hash=digest, at=now, **row))
    await tx.execute(update(ledger_head).where(ledger_head.c.chain == CHAIN).values(seq=seq, hash=digest))
    return seq


async def pages(
    tx: Tx,
    *,
    after: int = 0,
    since: datetime | None = None,
    before: datetime | None = None,
    at_most: int = PAGE_LINES,
) -> list[Line]:
    """The next page of lines after number `after`, in order; an empty page is the end.

    Narrowed to acts from the moment `since` on, and to those earlier than `before`.
    """
    statement = select(audit_log).where(audit_log.c.seq > after)
    if since is not None:
        statement = statement.where(audit_log.c.at >= since)
    if before is not None:
        statement = statement.where(audit_log.c.at < before)
    return [_line(row) for row in await tx.execute(statement.order_by(audit_log.c.seq).limit(at_most))]


async def last_of(tx: Tx, what: str) -> Act | None:
    """The latest act of this kind."""
    statement = select(audit_log).where(audit_log.c.what == what).order_by(audit_log.c.seq.desc()).limit(1)
    row = (await tx.execute(statement)).one_or_none()
    return None if row is None else _line(row).act


def _line(row: Row[Any]) -> Line:
    return Line(row.seq, row.prev, row.hash, row.at, Act(*(getattr(row, name) for name in _FIELDS)))


def first_break(lines: Iterable[Line], last: Head) -> Broken | None:
    """Check one page against the line before it."""
    return chains.first_break(lines, last, lambda line: act_hash(line.seq, line.prev, line.at, line.act))
