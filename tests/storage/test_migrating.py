"""Every migration there and back on both engines, and what the tables and triggers are then."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from storage import guards, migrating
from storage.database import Database, Tx, open_database
from storage.tables import metadata
from tests.conftest import Empty


async def triggers(tx: Tx) -> set[str]:
    known = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    return set((await tx.execute(text(known[tx.dialect.name]))).scalars())


async def leftovers(tx: Tx) -> set[str]:
    """Everything that a database can hold besides rows."""
    if tx.dialect.name == "sqlite":
        return set((await tx.execute(text("SELECT name FROM sqlite_master"))).scalars())
    kinds = (
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " UNION SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    )
    return set((await tx.execute(text(kinds))).scalars())


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))


async def test_each_migration_goes_up_down_and_up_again(empty: Empty) -> None:
    database = await empty()
    assert await migrating.revision(database) == ""
    revisions = sorted(migrating.known())
    for revision in revisions:
        await migrating.upgrade(database, revision)
        async with database.read() as tx:
            before = await leftovers(tx)
        await migrating.downgrade(database, "-1")
        await migrating.upgrade(database, revision)
        assert await migrating.revision(database) == revision
        async with database.read() as tx:
            assert await leftovers(tx) == before
    assert revisions[-1] == migrating.newest()
    await migrating.downgrade(database)
    async with database.read() as tx:
        assert {name for name in await leftovers(tx) if "alembic_version" not in name} == set()


async def test_the_models_are_what_the_migrations_make(database: Database) -> None:
    async with database.read() as tx:
        assert await tx.run_sync(differences) == []
        found = await tx.run_sync(lambda connection: inspect(connection).get_table_names())
    assert set(found) == {*metadata.tables, "alembic_version"}


async def test_every_guard_is_in_its_place(database: Database) -> None:
    async with database.read() as tx:
        assert await triggers(tx) == guards.trigger_names(tx.dialect.name)
    assert {table: table in metadata.tables for table in guards.APPEND_ONLY} == dict.fromkeys(
        guards.APPEND_ONLY, True
    )


async def test_a_database_of_a_later_version_is_named(database: Database, empty: Empty) -> None:
    later = await empty()
    await migrating.upgrade(later)
    async with later.write() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(migrating.NewerDatabase) as caught:
        await migrating.revision(later)
    assert caught.value.revision == "9999"


async def test_an_unreachable_database_is_a_reason_without_the_address() -> None:
    database = open_database("postgresql://someone:secret@127.0.0.1:1/nowhere")
    with pytest.raises(migrating.Unreachable) as caught:
        await migrating.revision(database)
    assert "secret" not in caught.value.reason
    assert caught.value.reason
    await database.close()
