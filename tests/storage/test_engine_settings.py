"""How the database is set up, as the doctor is told."""

import sqlite3

from sqlalchemy import text

from storage.database import JOURNAL_MODE, Database
from storage.engine_settings import PostgresSettings, SqliteSettings, settings
from tests.databases import on_postgresql, on_sqlite


@on_sqlite
async def test_sqlite(database: Database) -> None:
    async with database.read() as tx:
        assert await settings(tx) == SqliteSettings(sqlite3.sqlite_version, JOURNAL_MODE)


@on_postgresql
async def test_who_may_change_the_ledger(database: Database) -> None:
    async with database.read() as tx:
        owner = await settings(tx)
        await tx.execute(text("SET LOCAL ROLE pg_read_all_data"))
        reader = await settings(tx)
    assert isinstance(owner, PostgresSettings)
    assert isinstance(reader, PostgresSettings)
    assert (owner.may_change_ledger, reader.may_change_ledger) == (True, False)


@on_postgresql
async def test_a_commit_that_waits_for_no_disk_is_not_durable(database: Database) -> None:
    async with database.read() as tx:
        await tx.execute(text("SET LOCAL synchronous_commit = off"))
        found = await settings(tx)
    assert isinstance(found, PostgresSettings)
    assert not found.durable
    assert found.version[0].isdecimal()
