"""Past hours of the small city, posted and reversed as batches do it, and what stands in the ledger then."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from handlers.actions import past_hours, reversing
from storage import ledger, tables
from storage.batches import Batch
from storage.database import Database
from storage.ledger import Line
from storage.scope import EVERYTHING
from tests.handlers.stage import MONDAY, at
from training.batches import PastHours, State
from training.past_hours import PastLine
from training.rules import Rules

TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)
NOW = at(date(2026, 12, 7))


def past(
    form: str,
    title: str,
    hours: str,
    day: date = MONDAY,
    *,
    to: date | None = None,
    person: str = "R1",
    year: int | None = None,
) -> PastLine:
    """Its title is its ref."""
    kinds = ("宪法",)
    ends = to or day
    counts = year or day.year
    return PastLine(person, "周敏", form, kinds, title, day, ends, Decimal(hours), "司法局", "Z-1", counts, title)


def batch_of(lines: PastHours, number: int = 1) -> Batch:
    return Batch(number, lines, "R5", "江平", "纸质台账", NOW, State.OPEN)


@dataclass
class Books:
    """The ledger of a database, by the titles of its lines."""

    database: Database
    rules: Rules = field(default_factory=Rules)
    now: datetime = NOW

    async def post(self, *lines: PastLine, late: bool = False) -> list[Line]:
        wanted = PastHours(lines, late=late)
        async with self.database.write() as tx:
            return await past_hours.post(tx, self.rules, wanted, batch_of(wanted), by="R6", now=self.now)

    async def reverse(self, title: str) -> list[Line]:
        """The line that posted the event first."""
        entry = tables.ledger_entry.c
        async with self.database.write() as tx:
            found = select(entry.seq).where(entry.title == title, entry.reverses.is_(None)).order_by(entry.seq)
            seq = (await tx.execute(found.limit(1))).scalar_one()
            return await reversing.reverse(tx, self.rules, seq, by="R6", reason="有误", now=self.now)

    async def hours(self, person: str = "R1", year: int = 2026) -> dict[str, str]:
        """Title → what its lines sum up to; of what was filled up, under the title of the line that did."""
        async with self.database.read() as tx:
            lines = await ledger.lines_of(tx, EVERYTHING, person, year, at_most=500)
        sums: dict[str, Decimal] = {}
        for line in reversed(lines):
            sums[line.entry.title] = sums.get(line.entry.title, Decimal(0)) + line.entry.hours
        return {title: f"{hours:.2f}" for title, hours in sums.items()}

    async def sums(self, person: str = "R1", year: int = 2026) -> dict[str, int]:
        """The year row."""
        async with self.database.read() as tx:
            return dict((await ledger.standings(tx, EVERYTHING, [person], year))[person].by_form)


def told(lines: list[Line]) -> list[tuple[str, str]]:
    """Title and hours of new lines."""
    return [(line.entry.title, f"{line.entry.hours:.2f}") for line in lines]
