"""The ledger as a whole: read in pages bounded by the head, and verified from the first line to the head."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Any

from handlers.actions import chains
from storage import ledger, ledger_rows, ledger_sums, people, units
from storage.database import Database
from storage.ledger import Line, first_break
from storage.scope import EVERYTHING
from training.chains import Broken, Head
from training.people import Field
from training.summaries import Cut


async def head(database: Database) -> Head:
    async with database.read() as tx:
        return await ledger.head(tx)


async def head_at(database: Database, known_at: datetime) -> Head:
    """The head as it was then."""
    async with database.read() as tx:
        return await ledger_sums.head_at(tx, EVERYTHING, known_at)


async def names(database: Database) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    """人员编号 → (name, post), 单位代码 → name."""
    persons: dict[str, tuple[str, str]] = {}
    after = ""
    async with database.read() as tx:
        unit_names = {unit.code: unit.name for unit in (await units.every(tx)).values()}
    while True:
        async with database.read() as tx:
            page = await people.every(tx, EVERYTHING, after=after)
            posts = await people.current_values(tx, EVERYTHING, [p.number for p in page], Field.POST)
        persons |= {p.number: (p.name, posts.get(p.number, "")) for p in page}
        if not page:
            return persons, unit_names
        after = page[-1].number


async def pages(database: Database, *, up_to: int) -> AsyncIterator[list[Line]]:
    """Pages of all lines up to number `up_to`, each in a short transaction of its own."""
    after = 0
    while True:
        async with database.read() as tx:
            page = await ledger.pages(tx, EVERYTHING, after=after)
        lines = [line for line in page if line.seq <= up_to]
        if lines:
            yield lines
        if len(lines) < len(page) or not page:
            return
        after = page[-1].seq


async def rows(
    database: Database, year: int, cut: Cut, *, up_to: int, units: frozenset[str] | None = None
) -> AsyncIterator[Sequence[Sequence[Any]]]:
    """Pages of `storage.ledger_rows` of a year up to number `up_to`, each in a short transaction of its own."""
    after = 0
    while True:
        async with database.read() as tx:
            page = await ledger_rows.page(tx, EVERYTHING, year, cut, after=after, up_to=up_to, units=units)
        if not page:
            return
        yield page
        after = page[-1][0]


async def verify(
    database: Database, kept: Head | None, on_progress: Callable[[int], None] | None = None
) -> Head | Broken:
    """The head when everything holds, else the first line that does not. `kept` is a head from outside."""
    final = await head(database)

    async def end() -> tuple[int, Head]:
        async with database.read() as tx:
            return await ledger.last_number(tx, EVERYTHING), await ledger.head(tx)

    return await chains.verify(pages(database, up_to=final.seq), first_break, final, kept, end, on_progress)
