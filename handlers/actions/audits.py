"""The audit log as a whole: read in pages bounded by its head, and verified from the first line to the head."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime

from storage import audit, people
from storage.audit import Line, first_break
from storage.database import Database
from storage.guards import GENESIS
from storage.ledger import Broken, Head
from storage.scope import EVERYTHING


async def head(database: Database) -> Head:
    async with database.read() as tx:
        return await audit.head(tx)


async def pages(
    database: Database, *, since: datetime | None = None, before: datetime | None = None, up_to: int
) -> AsyncIterator[list[Line]]:
    """Pages of lines up to number `up_to`, each in a short transaction of its own."""
    after = 0
    while True:
        async with database.read() as tx:
            page = await audit.pages(tx, after=after, since=since, before=before)
        lines = [line for line in page if line.seq <= up_to]
        if lines:
            yield lines
        if len(lines) < len(page) or not page:
            return
        after = page[-1].seq


async def actors(database: Database, lines: list[Line]) -> Mapping[str, str]:
    """人员编号 → name, of those who acted and are on the roll."""
    async with database.read() as tx:
        return await people.names(tx, EVERYTHING, sorted({line.act.actor for line in lines}))


async def verify(
    database: Database, kept: Head | None = None, on_progress: Callable[[int], None] | None = None
) -> Head | Broken:
    """The head when everything holds, else the first line that does not. `kept` is a head from outside."""
    final = await head(database)
    last = Head(0, GENESIS)
    async for lines in pages(database, up_to=final.seq):
        broken = first_break(lines, last)
        if broken is not None:
            return broken
        last = Head(lines[-1].seq, lines[-1].hash)
        if kept is not None and any(line.seq == kept.seq and line.hash != kept.hash for line in lines):
            return Broken(kept.seq, "head")
        if on_progress is not None:
            on_progress(last.seq)
    if last != final or (kept is not None and kept.seq > last.seq):
        return Broken(last.seq + 1, "head")
    return await _beyond(database) or last


async def _beyond(database: Database) -> Broken | None:
    """A line behind the head. The head is read last: who appends meanwhile has moved it."""
    async with database.read() as tx:
        end = await audit.last_number(tx)
        final = await audit.head(tx)
    return Broken(final.seq + 1, "head") if end > final.seq else None
