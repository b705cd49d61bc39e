"""What the database will not do is told apart from our mistakes, on both engines."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage import migrating
from storage.database import Database, open_database
from storage.faults import Fault, fault_of, unwritable
from tests.read_only import nothing_written, open_folder


async def test_a_database_that_takes_what_is_written(database: Database) -> None:
    async with database.read() as tx:
        before = (await tx.execute(text("SELECT version_num FROM alembic_version"))).scalar_one_or_none()
    assert await unwritable(database) is None
    async with database.read() as tx:
        assert (await tx.execute(text("SELECT version_num FROM alembic_version"))).scalar_one_or_none() == before


async def test_what_may_only_be_read(database: Database) -> None:
    with pytest.raises(DBAPIError) as refused:
        async with database.read() as tx:
            if not database.is_sqlite:
                await tx.execute(text("SET TRANSACTION READ ONLY"))
            await tx.execute(text("DELETE FROM outbox"))
    assert fault_of(refused.value) is Fault.READ_ONLY


async def test_a_mistake_of_ours_is_none(database: Database) -> None:
    with pytest.raises(DBAPIError) as refused:
        async with database.write() as tx:
            await tx.execute(text("DELETE FROM nowhere"))
    assert fault_of(refused.value) is None
    assert fault_of(ValueError("readonly database")) is None


async def test_a_folder_in_which_nothing_may_be_written() -> None:
    with open_folder() as folder:
        database = open_database(f"sqlite:///{folder}/x.db")
        try:
            await migrating.upgrade(database)
            await database.close()
            with nothing_written(folder):
                assert await unwritable(database) is Fault.READ_ONLY
                assert await migrating.revision(database) == migrating.newest()
                await database.close()
        finally:
            await database.close()


async def test_a_file_that_may_be_written_in_a_folder_that_may_not() -> None:
    """There SQLite cannot make its journal."""
    with open_folder() as folder:
        database = open_database(f"sqlite:///{folder}/x.db")
        try:
            await migrating.upgrade(database)
            await database.close()
            (folder / "x.db-journal").unlink(missing_ok=True)
            with nothing_written(folder, writable=("x.db",)):
                assert await unwritable(database) in (Fault.UNOPENED, Fault.READ_ONLY)
                await database.close()
        finally:
            await database.close()


async def test_another_process_that_holds_it_too_long(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    database = open_database(f"sqlite:///{file}")
    try:
        await migrating.upgrade(database)
        async with database.writer.connect() as held:
            await held.exec_driver_sql("PRAGMA busy_timeout = 50")
        with closing(sqlite3.connect(file)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert await asyncio.wait_for(unwritable(database), 10) is Fault.LOCKED
    finally:
        await database.close()
