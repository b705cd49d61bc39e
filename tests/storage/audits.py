"""An audit log to be damaged: a few acts, and a hand that goes past the triggers."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert, literal, select, text, update

from storage import audit
from storage.audit import Act, act_hash
from storage.database import Database, Tx
from storage.tables import audit_log
from tests.storage.rows import NOW
from training.chains import Broken

ACTS: Final = tuple(Act(f"p{n}", "cli", "staff change", f"人{n}", "甲", "乙", "调动\n第二行") for n in range(1, 5))


async def record(database: Database, *acts: Act) -> None:
    async with database.write() as tx:
        await record_in(tx, acts or ACTS)


async def record_in(tx: Tx, acts: Iterable[Act] = ACTS, since: datetime = NOW) -> None:
    """One second after the other."""
    for number, act in enumerate(acts):
        await audit.record(tx, act, since + timedelta(seconds=number))


async def tamper(database: Database, *statements: Any) -> None:
    async with database.write() as tx:
        await tamper_in(tx, *statements)


async def tamper_in(tx: Tx, *statements: Any) -> None:
    """As whoever owns the database could: past the triggers."""
    if tx.dialect.name == "sqlite":
        for kind in ("no_update", "no_delete", "only_append"):
            await tx.execute(text(f"DROP TRIGGER IF EXISTS audit_log_{kind}"))
    else:
        await tx.execute(text("SET LOCAL session_replication_role = replica"))
    for statement in statements:
        await tx.execute(statement)


def changed(number: int, **values: Any) -> Any:
    return update(audit_log).where(audit_log.c.seq == number).values(values)


def deleted(*numbers: int) -> Any:
    return audit_log.delete().where(audit_log.c.seq.in_(numbers))


def shifted(*numbers: int, by: int = 1) -> list[Any]:
    """Renumbered, the last first."""
    return [changed(number, seq=number + by) for number in reversed(numbers)]


async def lines(database: Database) -> Sequence[audit.Line]:
    async with database.read() as tx:
        return await audit.pages(tx)


async def forged(database: Database, seq: int, after: int) -> Any:
    """A line with number `seq` and a hash of its own that goes on from line `after`."""
    prev = (await lines(database))[after - 1].hash
    act = replace(ACTS[0], subject="伪造")
    fields = {name: getattr(act, name) for name in ("actor", "via", "what", "subject", "before", "after", "reason")}
    digest = act_hash(seq, prev, NOW, act)
    return insert(audit_log).values(seq=seq, prev=prev, hash=digest, at=NOW, **fields)


def copied(number: int, to: int) -> Any:
    """The line once more, under a number of its own."""
    fields = ("prev", "hash", "at", "actor", "via", "what", "subject", "before", "after", "reason")
    line = select(literal(to), *(audit_log.c[name] for name in fields)).where(audit_log.c.seq == number)
    return insert(audit_log).from_select(["seq", *fields], line)


SWAPPED: Final = [changed(2, seq=99), changed(3, seq=2), changed(99, seq=3)]
# Name → what was done to four acts, and what has to be said of it.
DAMAGE: Final[dict[str, tuple[list[Any], Broken]]] = {
    "actor": ([changed(2, actor="p9")], Broken(2, "hash")),
    "via": ([changed(2, via="Cli")], Broken(2, "hash")),
    "what": ([changed(2, what="staff changf")], Broken(2, "hash")),
    "subject": ([changed(2, subject="人三")], Broken(2, "hash")),
    "before": ([changed(2, before="")], Broken(2, "hash")),
    "after": ([changed(2, after="丙")], Broken(2, "hash")),
    "reason": ([changed(2, reason="调动 第二行")], Broken(2, "hash")),
    "a text that went to the next field": ([changed(2, before="甲乙", after="")], Broken(2, "hash")),
    "a microsecond": ([changed(2, at=NOW + timedelta(seconds=1, microseconds=1))], Broken(2, "hash")),
    "the first": ([changed(1, reason="")], Broken(1, "hash")),
    "the last": ([changed(4, reason="")], Broken(4, "hash")),
    "hash": ([changed(2, hash="e" * 64)], Broken(2, "hash")),
    "prev": ([changed(3, prev="e" * 64)], Broken(3, "prev")),
    "first deleted": ([deleted(1)], Broken(1, "number")),
    "deleted": ([deleted(2)], Broken(2, "number")),
    "deleted and closed up": ([deleted(2), *reversed(shifted(3, 4, by=-1))], Broken(2, "prev")),
    "swapped": (SWAPPED, Broken(2, "prev")),
    "contents swapped": ([changed(2, subject="人3", actor="p3"), changed(3, subject="人2")], Broken(2, "hash")),
}
# The same of lines that who reads from number 1 on never meets: they come before any other fault.
BELOW: Final[dict[str, tuple[list[Any], Broken]]] = {
    "a copy numbered 0": ([copied(4, 0)], Broken(0, "number")),
    "a copy numbered below it": ([copied(4, -1), changed(2, reason="")], Broken(-1, "number")),
    "a copy numbered as low as numbers go": ([copied(1, -(2**63))], Broken(-(2**63), "number")),
}
