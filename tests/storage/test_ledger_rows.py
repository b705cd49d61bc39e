"""Plain rows say the same as the lines they are read from, on both engines, and are narrowed as asked."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from storage import ledger, ledger_rows
from storage.database import Database
from storage.scope import EVERYTHING, Scope, own
from tests.handlers.sheets.ledgers import row_of
from tests.storage.rows import NOW, entry
from training.hours import Entry
from training.summaries import Cut

ALL = Cut()
ODD = (
    entry(1),
    entry(2, hours=Decimal("-1234.50"), reverses=1, late=True, mark=True, note='引号" 反斜杠\\ \n 换行'),
    entry(3, minutes=45, evidence="档案,3", approved_by="p2", approved_at=datetime(2026, 3, 1, 16, 0, 1, 5, UTC)),
    entry(4, source="activity", source_ref="HD-1:p1", content_classes=(), title="'=1+1\x1f\t😀"),
    entry(5, recorded_at=datetime(2026, 12, 31, 15, 59, 59, 999999, UTC), hours=Decimal("0.00")),
)


async def posted(database: Database, *entries: Entry) -> None:
    async with database.write() as tx:
        await ledger.post(tx, entries)


async def read(
    database: Database, scope: Scope = EVERYTHING, cut: Cut = ALL, **narrow: Any
) -> list[tuple[Any, ...]]:
    wanted = {"year": 2026, "after": 0, "up_to": 99, **narrow}
    async with database.read() as tx:
        found = await ledger_rows.page(tx, scope, wanted.pop("year"), cut, **wanted)
    return [tuple(row) for row in found]


def opened(row: tuple[Any, ...]) -> list[Any]:
    """Spelling of JSON and of yes and no aside."""
    return [row[0], *map(msgspec.json.decode, row[1:])]


async def test_a_row_says_what_the_line_says(database: Database) -> None:
    await posted(database, *ODD)
    found = await read(database)
    assert [opened(row) for row in found] == [opened(row_of(n, line)) for n, line in enumerate(ODD, 1)]


async def test_rows_are_narrowed(database: Database) -> None:
    later = {"starts_on": date(2026, 12, 1), "ends_on": date(2026, 12, 1), "recorded_at": NOW + timedelta(days=9)}
    others = [entry(2, year=2025), entry(3, unit="gaj"), entry(4, person="p2"), entry(5, person="p2", unit="gaj")]
    await posted(database, entry(1), *others, entry(6, **later))

    async def numbers(scope: Scope = EVERYTHING, cut: Cut = ALL, **narrow: Any) -> list[int]:
        return [row[0] for row in await read(database, scope, cut, **narrow)]

    assert await numbers() == [1, 3, 4, 5, 6]
    assert await numbers(year=2025) == [2]
    assert await numbers(units=frozenset({"gaj"})) == [3, 5]
    assert await numbers(units=frozenset()) == []
    assert await numbers(own("p2")) == [4, 5]
    assert await numbers(Scope(person="p2", units=frozenset({"sfj"}))) == [1, 4, 5, 6]
    assert await numbers(after=3) == [4, 5, 6]
    assert await numbers(up_to=4) == [1, 3, 4]
    assert await numbers(cut=Cut(as_of=date(2026, 11, 30))) == [1, 3, 4, 5]
    assert await numbers(cut=Cut(known_at=NOW + timedelta(seconds=4))) == [1, 3, 4]


async def test_a_page_has_a_bound(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_rows, "PAGE_ROWS", 2)
    await posted(database, *(entry(n) for n in range(1, 6)))
    assert [row[0] for row in await read(database)] == [1, 2]
    assert [row[0] for row in await read(database, after=4)] == [5]
