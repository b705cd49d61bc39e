"""The audit log: who did what through an admin path, from where, what was before and after, and why. Chained."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import insert, select, update

from storage.database import Tx
from storage.tables import audit_log, ledger_head

CHAIN: Final = "audit"


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


async def record(tx: Tx, act: Act, now: datetime) -> int:
    """Append one act; returns its number."""
    chosen = select(ledger_head.c.seq, ledger_head.c.hash).where(ledger_head.c.chain == CHAIN).with_for_update()
    last = (await tx.execute(chosen)).one()
    seq = last.seq + 1
    fields = (act.actor, act.via, act.what, act.subject, act.before, act.after, act.reason)
    moment = int(now.timestamp() * 1_000_000)
    digest = hashlib.sha256(msgspec.json.encode((seq, last.hash, moment, *fields))).hexdigest()
    row = dict(zip(("actor", "via", "what", "subject", "before", "after", "reason"), fields, strict=True))
    await tx.execute(insert(audit_log).values(seq=seq, prev=last.hash, hash=digest, at=now, **row))
    await tx.execute(update(ledger_head).where(ledger_head.c.chain == CHAIN).values(seq=seq, hash=digest))
    return int(seq)
