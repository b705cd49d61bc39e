"""Stored lines hash as they were posted, and whatever was changed in one, readable or not, is told by its hash."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from storage import ledger, ledger_check
from storage.database import Database
from storage.guards import GENESIS
from storage.ledger_check import Stored, first_break
from storage.scope import EVERYTHING, Scope, own
from tests.databases import on_sqlite
from tests.storage.rows import NOW, entry
from training.chains import Broken, Head
from training.hours import Entry

START = Head(0, GENESIS)
FULL: dict[str, Any] = {"minutes": 45, "approved_by": "p9", "approved_at": NOW, "late": True, "reverses": 1}
LINES = (
    entry(1),
    entry(2, hours=Decimal("-0.10"), note='引号" 反斜杠\\ \n 换行 😀', mark=True, **FULL),
    entry(3, content_classes=(), recorded_at=NOW + timedelta(days=3)),
)
# Spellings that would be read as the same value, and cells that could not be read at all.
CHANGED = {
    "starts_on": "2026-1x-23",
    "recorded_at": "2026-11-23T08:00:02.123456",
    "approved_at": "",
    "hours": "-0.100",
    "mark": "2",
    "year": "MMXXVI",
    "late": "",
}


async def posted(database: Database, *entries: Entry) -> None:
    async with database.write() as tx:
        await ledger.post(tx, entries)


async def read(
    database: Database, scope: Scope = EVERYTHING, after: int = 0, at_most: int = 99
) -> Sequence[Stored]:
    async with database.read() as tx:
        return await ledger_check.page(tx, scope, after=after, at_most=at_most)


async def test_what_was_posted_holds(database: Database) -> None:
    await posted(database, *LINES)
    found = await read(database)
    assert [line.seq for line in found] == [1, 2, 3]
    assert first_break(found, START) is None
    assert first_break(found[1:], Head(1, found[0].hash)) is None
    assert first_break(found[1:], START) == Broken(1, "number")
    assert first_break(found[1:], Head(1, "e" * 64)) == Broken(2, "prev")


async def test_a_page_is_narrowed(database: Database) -> None:
    await posted(database, entry(1), entry(2, unit="gaj"), entry(3, person="p2"), entry(4, person="p2", unit="gaj"))

    async def numbers(scope: Scope = EVERYTHING, **narrow: int) -> list[int]:
        return [line.seq for line in await read(database, scope, **narrow)]

    assert await numbers(at_most=2) == [1, 2]
    assert await numbers(after=3) == [4]
    assert await numbers(own("p2")) == [3, 4]
    assert await numbers(Scope(person="p2", units=frozenset({"sfj"}))) == [1, 3, 4]


@on_sqlite
@pytest.mark.parametrize("column", CHANGED)
async def test_a_cell_is_hashed_as_it_stands(database: Database, column: str) -> None:
    await posted(database, *LINES)
    async with database.write() as tx:
        await tx.execute(text("DROP TRIGGER ledger_entry_no_update"))
        await tx.execute(text(f"UPDATE ledger_entry SET {column} = :new WHERE seq = 2"), {"new": CHANGED[column]})
    assert first_break(await read(database), START) == Broken(2, "hash")
