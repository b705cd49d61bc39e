"""What the tests of the desk share: a crowd, and what is in the database after it."""

from typing import Any

from sqlalchemy import select

from bot.channels.channel import Answer
from handlers.actions import ledgers
from storage import tables
from storage.database import Database
from tests.handlers.city import add_person
from tests.handlers.stage import MONDAY
from tests.handlers.wire import heard
from training.chains import Head

KEY = f"daily:{MONDAY}:staff:"


async def crowd(database: Database, count: int) -> list[str]:
    """So many more members of staff; their accounts."""
    names = [f"u{n:03}" for n in range(count)]
    async with database.write() as tx:
        for name in names:
            await add_person(tx, f"N{name}", name)
    return names


async def rows(database: Database, *columns: Any) -> list[tuple[Any, ...]]:
    async with database.read() as tx:
        return [tuple(row) for row in await tx.execute(select(*columns).order_by(*columns))]


async def lines(database: Database) -> list[tuple[Any, ...]]:
    return await rows(database, tables.ledger_entry.c.person, tables.ledger_entry.c.starts_on)


async def verified(database: Database) -> bool:
    return isinstance(await ledgers.verify(database, None), Head)


def first_line(answer: Answer) -> str:
    return heard(answer.wire)[0].text.splitlines()[0]
