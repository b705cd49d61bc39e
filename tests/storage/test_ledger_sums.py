"""A person's sums of a year: every line is in them, and an index finds them."""

from decimal import Decimal

import pytest
from sqlalchemy import text

from storage import ledger, ledger_sums
from storage.database import Database
from storage.scope import EVERYTHING, own
from storage.sets import texts
from tests.databases import on_sqlite
from tests.storage.rows import entry
from training.summaries import Amount, Cut

YEAR = 2026


@pytest.fixture
async def many(database: Database) -> Database:
    """450 lines of p1, another class every third, one of them taken back; others' and last year's beside them."""
    lines = [entry(n, content_classes=("宪法",) if n % 3 else (), hours=Decimal("0.10")) for n in range(450)]
    lines.append(entry(450, content_classes=("宪法",), hours=Decimal("-0.10"), reverses=2))
    lines += [entry(500, person="p2", hours=Decimal(7)), entry(501, year=2025, hours=Decimal(9))]
    async with database.write() as tx:
        await ledger.post(tx, lines)
    return database


async def test_no_line_is_left_out(many: Database) -> None:
    async with many.read() as tx:
        found = await ledger_sums.of_people(tx, own("p1"), ["p1"], YEAR, Cut())
        numbered = await ledger_sums.of_people(tx, own("p1"), ["p1"], YEAR, Cut(), up_to=453)
        first = await ledger_sums.of_people(tx, own("p1"), ["p1"], YEAR, Cut(), up_to=1)
    sums = {one.content_classes: (one.amount, one.lines) for one in found["p1"]}
    assert sums == {(): (1500, 150), ("宪法",): (2990, 301)}
    assert numbered == found
    assert first == {"p1": [Amount("p1", "sfj", "daily", (), 10, 1)]}


async def test_only_the_own_ones(many: Database) -> None:
    async with many.read() as tx:
        assert await ledger_sums.of_people(tx, own("p2"), ["p1"], YEAR, Cut()) == {}
        assert set(await ledger_sums.of_people(tx, EVERYTHING, ["p1", "p2"], YEAR, Cut())) == {"p1", "p2"}


@on_sqlite
async def test_they_are_found_by_the_index(database: Database) -> None:
    statement = ledger_sums._by_kind(own("p1"), YEAR, Cut(), None)
    compiled = statement.compile(dialect=database.reader.dialect, compile_kwargs={"render_postcompile": True})
    sql = str(compiled).replace("?", "'[]'")
    async with database.read() as tx:
        plan = [row.detail for row in await tx.execute(text(f"EXPLAIN QUERY PLAN {sql}"), {"persons": texts([])})]
    assert any("ix_ledger_entry_person_year (person=? AND year=?)" in step for step in plan), plan
    assert [step for step in plan if step.startswith("SCAN") and "json_each" not in step] == []
