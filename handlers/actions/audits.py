"""The audit log as a whole: read in pages bounded by its head, and verified from the first line to the head."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime

from handlers.actions import chains
from storage import audit, people
from storage.audit import Line, first_break
from storage.database import Database
from storage.scope import EVERYTHING
from training.chains import Broken, Head


async def head(database: Database) -> Head:
    async with database.read() as tx:
        return await audit.head(tx)


def pages(
    database: Database, *, since: datetime | None = None, before: datetime | None = None, up_to: int
) -> AsyncIterator[list[Line]]:
    """Pages of lines up to number `up_to`, each in a short transaction of its own."""
    return chains.pages(_reader(database, since, before), up_to, audit.PAGE_LINES)


def _reader(database: Database, since: datetime | None = None, before: datetime | None = None) -> chains.Read[Line]:
    async def read(after: int, at_most: int) -> list[Line]:
        async with database.read() as tx:
            return await audit.pages(tx, after=after, since=since, before=before, at_most=at_most)

    return read


async def actors(database: Database, lines: list[Line]) -> Mapping[str, str]:
    """人员编号 → name, of those who acted and are on the roll."""
    async with database.read() as tx:
        return await people.names(tx, EVERYTHING, sorted({line.act.actor for line in lines}))


async def verify(
    database: Database, kept: Head | None = None, on_progress: Callable[[int], None] | None = None
) -> Head | Broken:
    """The head when everything holds, else the first line that does not. `kept` is a head from outside."""

    async def ends() -> chains.Ends:
        async with database.read() as tx:
            return await audit.ends(tx)

    return await chains.verify(_reader(database), first_break, lambda: head(database), ends, kept, on_progress)
