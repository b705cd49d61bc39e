"""结账 of an assessment year and its reopening: what stands in the ledger of the year, and the event about it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from storage import batches, calendar, ledger, year_waiting, years
from storage.batches import Batch
from storage.database import Database, Tx
from storage.scope import EVERYTHING
from training.activity_hours import ActivityHours
from training.approval import due_after
from training.batches import PastHours, YearClosing
from training.calendar import day_of
from training.chains import Head
from training.years import (
    YearAct,
    YearEvent,
    begins_at,
    closed_days,
    demand_closable,
    demand_closed,
    demand_settled,
    ends_at,
)

MOST_WAITING: Final = 10_000  # open batches that are looked through


@dataclass(frozen=True, slots=True)
class YearLooked:
    """What stands in the ledger of the year up to `head`; `last` is what happened to the year last."""

    year: int
    lines: int
    hours: Decimal
    head: Head
    last: YearEvent | None


async def demand(tx: Tx, year: int, kind: YearAct, now: datetime) -> None:
    """Raises: YearNotOver, YearClosed, HoursWaiting, ActivitiesWaiting, ClaimsWaiting when it cannot be closed;
    YearOpen when not reopened.
    """
    closed = closed_days(await years.last_events(tx))
    if kind is YearAct.REOPENED:
        demand_closed(year, closed)
    else:
        demand_closable(year, closed, await _waiting(tx, year), now)
        held = await year_waiting.activities(tx, begins_at(year), ends_at(year))
        demand_settled(year, held, *await _claims(tx, year, now))


async def _claims(tx: Tx, year: int, now: datetime) -> tuple[int, int]:
    """How many claims wait for a decision, and how many for their claimant, who had less time than they have."""
    found = await year_waiting.claims(tx, EVERYTHING, date(year, 1, 1), date(year, 12, 31))
    days = await calendar.imported(tx)
    patient = [moment for moment in found.returned if day_of(now) <= due_after(day_of(moment), days)]
    return found.submitted, len(patient)


async def _waiting(tx: Tx, year: int) -> Collection[int]:
    """The open batches that would bring hours into the year."""
    found = await batches.waiting(tx, EVERYTHING, at_most=MOST_WAITING)
    return [batch.number for batch in found if _brings_hours(batch, year)]


def _brings_hours(batch: Batch, year: int) -> bool:
    match batch.changes:
        case PastHours(lines=lines):
            return any(line.year == year for line in lines)
        case ActivityHours() as changes:
            return year in changes.years
    return False


async def looked(database: Database, year: int) -> YearLooked:
    """In short reads, so that a serving bot is not kept waiting by the whole ledger."""
    async with database.read() as tx:
        head, last = await ledger.head(tx), (await years.last_events(tx)).get(year)
    lines, hours = 0, Decimal("0.00")
    for after in range(0, head.seq, years.WINDOW_LINES):
        async with database.read() as tx:
            up_to = min(after + years.WINDOW_LINES, head.seq)
            more, amount = await years.sums(tx, EVERYTHING, year, after=after, up_to=up_to)
        lines, hours = lines + more, hours + amount
    return YearLooked(year, lines, hours, head, last)


async def apply(tx: Tx, closing: YearClosing, batch: Batch, *, by: str, now: datetime) -> None:
    """The head is locked first: nothing is posted, and no other batch decides about a year, until this is kept.

    Raises: as `demand`.
    """
    head = await ledger.head(tx, lock=True)
    await demand(tx, closing.year, closing.kind, now)
    await years.record(tx, YearEvent(closing.year, closing.kind, now, by, batch.number, head))
