"""The whole database as of one moment, table by table, in the form of a dump.

The tables are read from the database and not from this version's models: a dump is also made before a migration.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, MetaData, Table, collate, select

from storage import dumps
from storage.database import BUSY_MILLISECONDS, Database, Tx, open_database

VERSION_TABLE: Final = "alembic_version"


@asynccontextmanager
async def snapshot(database: Database, folder: Path) -> AsyncIterator[Tx]:
    """A transaction that sees one moment and holds up nobody's commit while it is read."""
    if not database.is_sqlite:
        async with database.reader.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield connection
        return
    copy = folder / "copy.db"
    await asyncio.to_thread(_copy, database.url.database or "", copy)
    copied = open_database(f"sqlite:///{copy}")
    try:
        async with copied.read() as tx:
            yield tx
    finally:
        await copied.close()
        _remove(copy)


async def tables(tx: Tx) -> list[Table]:
    """What the database has, referred tables before the referring ones."""
    found = MetaData()
    await tx.run_sync(found.reflect)
    return [table for table in found.sorted_tables if table.name != VERSION_TABLE]


def _copy(source: str, copy: Path) -> None:
    """The one right way: `cp` of a live database loses rows, and a stepped backup never ends under writes."""
    with closing(sqlite3.connect(source, timeout=BUSY_MILLISECONDS / 1000, isolation_level=None)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))


def _remove(copy: Path) -> None:
    for left in copy.parent.glob(copy.name + "*"):
        left.unlink()


async def lines(tx: Tx, table: Table) -> AsyncIterator[list[bytes]]:
    """The table in the form of a dump, a page at a time."""
    keys = list(table.primary_key.columns)
    rest = sorted((column for column in table.columns if not column.primary_key), key=lambda c: c.name)
    by_bytes = [_by_bytes(tx, column) for column in keys]
    rows = await tx.stream(
        select(*keys, *rest).order_by(*by_bytes), execution_options={"yield_per": dumps.PAGE_ROWS}
    )
    async for page in rows.mappings().partitions():
        yield [dumps.line_of(dict(row)) for row in page]


def _by_bytes(tx: Tx, column: Column[Any]) -> ColumnElement[Any]:
    """PostgreSQL orders text by the rules of a language, unless it is told."""
    if tx.dialect.name == "sqlite" or column.type.python_type is not str:
        return column
    return collate(column, "C")
