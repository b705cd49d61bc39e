"""`among`: any number of values, whatever they contain, with one SQL text."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, insert, select

from storage.database import Database
from storage.sets import among, texts
from storage.tables import inbox
from tests.storage.rows import NOW

SIGNS = ("", "'", '"', "\\", "{a}", "a,b", "%", "_", "换行\n", "😀")
ALIKE = ("NULL", "null", "1", "01", "1.0", "张三", "ＡＢ", "ab", "AB")
ODD = SIGNS + ALIKE


async def found(database: Database, *keys: str) -> set[str]:
    async with database.read() as tx:
        rows = await tx.execute(select(inbox.c.key).where(among(inbox.c.key, "keys")), {"keys": texts(keys)})
        return set(rows.scalars())


@pytest.fixture
async def odd(database: Database) -> Database:
    async with database.write() as tx:
        rows = [{"key": key, "account": "", "received_at": NOW, "reply": b""} for key in ODD]
        await tx.execute(insert(inbox), rows)
    return database


async def test_finds_exactly_what_is_asked_for(odd: Database) -> None:
    assert await found(odd, *ODD) == set(ODD)
    assert await found(odd) == set()
    assert await found(odd, "nobody", "A", "Ab", "01.0") == set()
    for key in ODD:
        assert await found(odd, key, key) == {key}


async def test_takes_thousands(odd: Database) -> None:
    assert await found(odd, *(f"key {n}" for n in range(50_000)), "张三") == {"张三"}


async def test_can_be_negated_and_joined(odd: Database) -> None:
    wanted = ~among(inbox.c.key, "keys") & among(inbox.c.key, "also")
    async with odd.read() as tx:
        rows = await tx.execute(select(inbox.c.key).where(wanted), {"keys": texts(ODD[1:]), "also": texts(ODD[:3])})
        assert rows.scalars().all() == [""]


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def see(connection: object, cursor: object, statement: str, *rest: object) -> None:
        seen.append(statement)

    event.listen(database.reader.sync_engine, "before_cursor_execute", see)
    yield seen
    event.remove(database.reader.sync_engine, "before_cursor_execute", see)


async def test_its_sql_is_the_same_for_any_number(odd: Database) -> None:
    with statements(odd) as seen:
        await found(odd, "a")
        await found(odd, *ODD)
    assert len({statement for statement in seen if "inbox" in statement}) == 1
