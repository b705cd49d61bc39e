"""What a rush reads is found by an index: one full scan for every batch once cost more than all the rest."""

import pytest
from sqlalchemy import text

from storage import askers, daily, inbox, ledger
from storage.database import Database
from tests.databases import on_sqlite

HOT = {
    "seen": inbox._SEEN,
    "askers": askers._ASKERS,
    "standings": ledger._YEARS,
    "answers": daily._ANSWERS,
    "questions": daily._BETWEEN,
}


@on_sqlite
@pytest.mark.parametrize("name", HOT)
async def test_a_hot_read_scans_no_table(database: Database, name: str) -> None:
    compiled = HOT[name].compile(dialect=database.reader.dialect)
    async with database.read() as tx:
        sql = str(compiled).replace("?", "'[]'")
        plan = [row.detail for row in await tx.execute(text(f"EXPLAIN QUERY PLAN {sql}"))]
    assert any(step.startswith("SEARCH") for step in plan), plan
    assert [step for step in plan if step.startswith("SCAN") and "json_each" not in step] == []
