"""The ledger as a whole: its head, its rows page by page, and verifying it from the first line to the head."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Any

from handlers.actions import chains, earned
from storage import ledger, ledger_check, ledger_rows, ledger_sums, people, units
from storage.database import Database
from storage.ledger_check import Stored
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


async def rows(
    database: Database, year: int, cut: Cut, *, up_to: int, units: frozenset[str] | None = None
) -> AsyncIterator[Sequence[Sequence[Any]]]:
    """Pages of `storage.ledger_rows` of a year up to number `up_to`, each in a short transaction of its own."""
    after = 0
    while page := await _page(database, year, cut, after, up_to, units):
        yield page
        after = page[-1][0]


async def _page(
    database: Database, year: int, cut: Cut, after: int, up_to: int, units: frozenset[str] | None
) -> Sequence[Sequence[Any]]:
    return await database.look(
        lambda tx: ledger_rows.page(tx, EVERYTHING, year, cut, after=after, up_to=up_to, units=units)
    )


async def verify(
    database: Database, kept: Head | None, on_progress: Callable[[int], None] | None = None
) -> Head | Broken:
    """The head when everything holds, else the first line that does not. `kept` is a head from outside.

    First the chain, then what was kept of cut lines, which is in no hash.
    """

    async def read(after: int, at_most: int) -> list[Stored]:
        return await database.look(lambda tx: ledger_check.page(tx, EVERYTHING, after=after, at_most=at_most))

    async def ends() -> chains.Ends:
        async with database.read() as tx:
            return await ledger.ends(tx, EVERYTHING)

    found = await chains.verify(read, ledger_check.first_break, lambda: head(database), ends, kept, on_progress)
    return found if isinstance(found, Broken) else await earned.first_off(database, found.seq) or found
