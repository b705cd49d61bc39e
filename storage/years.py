"""Assessment years that were closed and reopened, and how much stands in the ledger of one."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Row, func, insert, select

from storage.database import Tx
from storage.scope import Scope
from storage.tables import ledger_entry, year_event
from training.chains import Head
from training.years import YearAct, YearEvent

WINDOW_LINES: Final = 20_000


async def last_events(tx: Tx, known_at: datetime | None = None) -> Mapping[int, YearEvent]:
    """Year → what happened to it last, as recorded by `known_at`; years of which nothing was said are absent.

    The table has a row or two a year, so all of it is read.
    """
    statement = select(year_event).order_by(year_event.c.id)
    if known_at is not None:
        statement = statement.where(year_event.c.at <= known_at)
    return {row.year: _event(row) for row in await tx.execute(statement)}


def _event(row: Row[Any]) -> YearEvent:
    head = Head(row.head_seq, row.head_hash)
    return YearEvent(row.year, YearAct(row.kind), row.at, row.by, row.batch, head)


async def record(tx: Tx, event: YearEvent) -> None:
    row = {"year": event.year, "kind": event.kind, "at": event.at, "by": event.by, "batch": event.batch}
    head = {"head_seq": event.head.seq, "head_hash": event.head.hash}
    await tx.execute(insert(year_event).values(**row, **head))


async def sums(tx: Tx, scope: Scope, year: int, *, after: int, up_to: int) -> tuple[int, Decimal]:
    """Lines and hours of the year among those after number `after` up to `up_to`; `WINDOW_LINES` at a time.

    Equal hours are counted first, so that the sum is exact on both engines.
    """
    statement = (
        select(ledger_entry.c.hours, func.count())
        .where(
            ledger_entry.c.seq > after,
            ledger_entry.c.seq <= up_to,
            ledger_entry.c.year == year,
            scope.allows(ledger_entry.c.person, ledger_entry.c.unit),
        )
        .group_by(ledger_entry.c.hours)
    )
    found = [(Decimal(hours), lines) for hours, lines in await tx.execute(statement)]
    total = sum((hours * lines for hours, lines in found), Decimal("0.00"))
    return sum(lines for _, lines in found), total
