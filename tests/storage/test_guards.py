"""What is append-only stays so, whatever statement is tried, on both engines."""

from typing import Any

import pytest
from sqlalchemy import Table, insert, select, text
from sqlalchemy.exc import IntegrityError

from storage import guards
from storage.database import Database
from storage.tables import metadata
from tests.databases import on_postgresql, on_sqlite
from tests.storage.rows import fill

ALL = pytest.mark.parametrize("name", guards.APPEND_ONLY)
CHAINED = pytest.mark.parametrize("name", guards.CHAINED)


async def contents(database: Database, table: Table) -> list[dict[str, Any]]:
    async with database.read() as tx:
        rows = await tx.execute(select(table).order_by(*table.primary_key.columns))
        return [dict(row) for row in rows.mappings()]


async def refused(database: Database, table: Table, statement: Any, by: str = "append-only") -> None:
    before = await contents(database, table)
    assert before
    with pytest.raises(IntegrityError, match=by):
        async with database.write() as tx:
            await tx.execute(statement)
    assert await contents(database, table) == before


@ALL
async def test_a_row_is_never_changed(database: Database, name: str) -> None:
    await fill(database)
    for column in metadata.tables[name].columns:
        await refused(database, metadata.tables[name], text(f'UPDATE {name} SET "{column.name}" = "{column.name}"'))


@ALL
async def test_a_row_is_never_deleted(database: Database, name: str) -> None:
    await fill(database)
    await refused(database, metadata.tables[name], text(f"DELETE FROM {name}"))


@on_postgresql
@ALL
async def test_a_table_is_never_emptied(database: Database, name: str) -> None:
    await fill(database)
    table = metadata.tables[name]
    await refused(database, table, text(f"TRUNCATE {name}"))
    for key in table.foreign_keys:
        await refused(database, table, text(f"TRUNCATE {key.column.table.name} CASCADE"))


@on_sqlite
@ALL
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE"])
async def test_a_row_is_never_replaced(database: Database, name: str, verb: str) -> None:
    await fill(database)
    await refused(database, metadata.tables[name], text(f"{verb} INTO {name} SELECT * FROM {name} LIMIT 1"))


async def test_a_line_never_takes_the_place_of_one_with_the_same_source(database: Database) -> None:
    """A new number and the right hash before it, but the key of a line that is there."""
    await fill(database)
    table = metadata.tables["ledger_entry"]
    first, *_, last = await contents(database, table)
    row = {**first, "seq": last["seq"] + 1, "prev": last["hash"], "hash": "f" * 64}
    statement = insert(table).values(row)
    if database.is_sqlite:
        await refused(database, table, statement.prefix_with("OR REPLACE"))
    else:
        with pytest.raises(IntegrityError, match="uq_ledger_entry_source_source_ref"):
            async with database.write() as tx:
                await tx.execute(statement)


@CHAINED
@pytest.mark.parametrize("step", [-3, -1, 0, 2, 100])
async def test_numbers_have_no_gap_and_no_repeat(database: Database, name: str, step: int) -> None:
    await fill(database)
    table = metadata.tables[name]
    last = (await contents(database, table))[-1]
    row = _next(last, seq=last["seq"] + step)
    # On PostgreSQL the chain is looked at after the statement: a number that is there meets the key before that.
    repeats = step <= 0 and last["seq"] + step >= 1 and not database.is_sqlite
    await refused(database, table, insert(table).values(row), f"pk_{name}" if repeats else "append-only")


@CHAINED
@pytest.mark.parametrize("prev", ["", guards.GENESIS, "e" * 64])
async def test_a_line_names_the_hash_before_it(database: Database, name: str, prev: str) -> None:
    await fill(database)
    table = metadata.tables[name]
    last = (await contents(database, table))[-1]
    await refused(database, table, insert(table).values(_next(last, prev=prev)))


@CHAINED
async def test_the_next_line_goes_in(database: Database, name: str) -> None:
    """Or the refusals above would prove nothing."""
    await fill(database)
    table = metadata.tables[name]
    before = await contents(database, table)
    async with database.write() as tx:
        await tx.execute(insert(table).values(_next(before[-1])))
    assert len(await contents(database, table)) == len(before) + 1


@CHAINED
async def test_the_first_line_begins_the_chain(database: Database, name: str) -> None:
    await fill(database)
    table = metadata.tables[name]
    row = _next((await contents(database, table))[-1], seq=1, prev="e" * 64)
    async with database.write() as tx:
        await tx.execute(text(_asleep(database, name)))
        await tx.execute(table.delete())
    if database.is_sqlite:
        async with database.write() as tx:
            statements = [s for s in guards.triggers("sqlite") if f" {name}_no_delete " in s]
            await tx.execute(text(statements[0]))
    for wrong in (row, {**row, "seq": 2, "prev": guards.GENESIS}):
        with pytest.raises(IntegrityError, match="append-only"):
            async with database.write() as tx:
                await tx.execute(insert(table).values(wrong))
    async with database.write() as tx:
        await tx.execute(insert(table).values({**row, "prev": guards.GENESIS}))
    assert len(await contents(database, table)) == 1


def _asleep(database: Database, name: str) -> str:
    return (
        f"DROP TRIGGER {name}_no_delete" if database.is_sqlite else "SET LOCAL session_replication_role = replica"
    )


def _next(last: dict[str, Any], **changed: Any) -> dict[str, Any]:
    row = {**last, "seq": last["seq"] + 1, "prev": last["hash"], "hash": "f" * 64}
    if "source_ref" in row:
        row["source_ref"] = "another"
    return {**row, **changed}
