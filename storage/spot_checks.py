"""抽查: what was drawn of a month, and what was found. The draw stays; a result is written once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from storage.database import Tx
from storage.ledger import Line, line_of
from storage.scope import Scope
from storage.sets import among_numbers
from storage.tables import ledger_entry, spot_check, spot_check_line
from training.spot_checks import SOURCES, Checked, Drawn, Result


async def pool(tx: Tx, scope: Scope, since: datetime, before: datetime, *, after: int, up_to: int) -> list[int]:
    """Lines after number `after` up to `up_to` that people recognised in that time. Call it for windows."""
    statement = select(ledger_entry.c.seq).where(
        ledger_entry.c.seq > after,
        ledger_entry.c.seq <= up_to,
        ledger_entry.c.recorded_at >= since,
        ledger_entry.c.recorded_at < before,
        ledger_entry.c.source.in_(SOURCES),
        ledger_entry.c.reverses.is_(None),
        scope.allows(ledger_entry.c.person, ledger_entry.c.unit),
    )
    return list((await tx.execute(statement.order_by(ledger_entry.c.seq))).scalars())


async def keep(tx: Tx, drawn: Drawn, lines: Sequence[int]) -> None:
    """Raises what the database says when the month was drawn before."""
    values = {"month": drawn.month, "seed": drawn.seed, "drawn_at": drawn.at}
    await tx.execute(insert(spot_check).values(**values, through_seq=drawn.through, pool=drawn.pool))
    rows = [
        {"month": drawn.month, "seq": seq, "result": str(Result.OPEN), "by": "", "note": "", "batch": 0}
        for seq in lines
    ]
    if rows:
        await tx.execute(insert(spot_check_line), rows)


async def drawn(tx: Tx, month: date) -> Drawn | None:
    row = (await tx.execute(select(spot_check).where(spot_check.c.month == month))).one_or_none()
    return None if row is None else Drawn(row.month, row.seed, row.drawn_at, row.through_seq, row.pool)


async def latest(tx: Tx) -> date | None:
    """The last month that was drawn."""
    found: date | None = (await tx.execute(select(func.max(spot_check.c.month)))).scalar_one()
    return found


async def of_month(tx: Tx, month: date) -> list[Checked]:
    statement = select(spot_check_line).where(spot_check_line.c.month == month).order_by(spot_check_line.c.seq)
    return [_checked(row) for row in await tx.execute(statement)]


async def one(tx: Tx, seq: int) -> Checked | None:
    """A line belongs to one month, and so is drawn at most once."""
    row = (await tx.execute(select(spot_check_line).where(spot_check_line.c.seq == seq))).one_or_none()
    return None if row is None else _checked(row)


def _checked(row: Row[Any]) -> Checked:
    return Checked(row.month, row.seq, Result(row.result), row.by, row.at, row.note, row.batch)


async def finish(tx: Tx, found: Checked) -> bool:
    """Write what was found; False when somebody was first."""
    here = (spot_check_line.c.month == found.month) & (spot_check_line.c.seq == found.seq)
    values = {"result": str(found.result), "by": found.by, "at": found.at, "note": found.note}
    statement = update(spot_check_line).where(here, spot_check_line.c.result == str(Result.OPEN))
    return (await tx.execute(statement.values(**values, batch=found.batch))).rowcount == 1


async def lines(tx: Tx, scope: Scope, seqs: Iterable[int]) -> Mapping[int, Line]:
    """The ledger's lines of these numbers."""
    statement = select(ledger_entry).where(
        among_numbers(ledger_entry.c.seq, "numbers"), scope.allows(ledger_entry.c.person, ledger_entry.c.unit)
    )
    found = await tx.execute(statement, {"numbers": sorted(set(seqs))})
    return {row.seq: line_of(row) for row in found}
