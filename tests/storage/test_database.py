"""The engines: settings that a driver's default would get wrong, and updates that must not get lost."""

import asyncio

import pytest
from sqlalchemy import event, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, OperationalError

from storage.database import IDLE_SECONDS, JOURNAL_MODE, Database, Tx, lost, normal_url, open_database
from storage.tables import push_week
from tests.databases import on_postgresql, on_sqlite
from tests.storage.rows import TODAY

WRITERS = 40


async def pragmas(engine: object) -> dict[str, object]:
    assert engine
    async with engine.connect() as connection:  # type: ignore[attr-defined]
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "query_only")
        return {name: (await connection.execute(text(f"PRAGMA {name}"))).scalar() for name in names}


@on_sqlite
async def test_sqlite_is_durable_strict_and_patient(database: Database) -> None:
    wanted = {"journal_mode": JOURNAL_MODE.lower(), "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}
    assert await pragmas(database.writer) == {**wanted, "query_only": 0}
    assert await pragmas(database.reader) == {**wanted, "query_only": 1}


@on_sqlite
async def test_sqlite_writes_begin_immediate_and_reads_do_not(database: Database) -> None:
    other = open_database(database.url.render_as_string())
    async with other.read() as looking:
        await looking.execute(select(func.count()).select_from(push_week))
        async with database.read() as also:  # two readers at once
            await also.execute(select(func.count()).select_from(push_week))
    async with database.write():
        engine = other.writer.sync_engine

        @event.listens_for(engine, "begin")
        def hurry(connection: object) -> None:
            raise AssertionError("BEGIN IMMEDIATE must have waited and failed before")

        @event.listens_for(engine, "connect")
        def impatient(connection: object, record: object) -> None:
            connection.cursor().execute("PRAGMA busy_timeout = 1")  # type: ignore[attr-defined]

        with pytest.raises(OperationalError, match="locked"):
            async with other.write():
                pass
    await other.close()


@on_sqlite
async def test_a_reader_cannot_write_on_sqlite(database: Database) -> None:
    with pytest.raises(OperationalError, match="readonly"):
        async with database.read() as tx:
            await tx.execute(insert(push_week).values(person="p", week=TODAY, pushes=0))


async def test_concurrent_updates_of_several_processes_lose_nothing(database: Database) -> None:
    """Read, think, write: 40 at once over four engines, as four processes would."""
    async with database.write() as tx:
        await tx.execute(insert(push_week).values(person="p", week=TODAY, pushes=0))
    processes = [open_database(database.url.render_as_string(hide_password=False)) for _ in range(4)]

    async def add_one(process: Database) -> None:
        async with process.write() as tx:
            so_far = (await tx.execute(select(push_week.c.pushes).with_for_update())).scalar_one()
            await asyncio.sleep(0)
            await tx.execute(update(push_week).values(pushes=so_far + 1))

    await asyncio.gather(*(add_one(processes[n % 4]) for n in range(WRITERS)))
    for process in processes:
        await process.close()
    async with database.read() as tx:
        assert (await tx.execute(select(push_week.c.pushes))).scalar_one() == WRITERS


async def test_an_exception_takes_everything_back(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.write() as tx:
            await tx.execute(insert(push_week).values(person="p", week=TODAY, pushes=0))
            raise ZeroDivisionError
    async with database.read() as tx:
        assert (await tx.execute(select(func.count()).select_from(push_week))).scalar_one() == 0


async def pushes(database: Database) -> int:
    async with database.read() as tx:
        return (await tx.execute(select(func.count()).select_from(push_week))).scalar_one()


async def test_one_crossing_commits_once_or_takes_everything_back(database: Database) -> None:
    row = {"person": "p", "week": TODAY, "pushes": 0}

    async def fails(tx: Tx) -> None:
        await tx.execute(insert(push_week).values(row))
        raise ZeroDivisionError

    async def waits(tx: Tx) -> None:
        await tx.execute(insert(push_week).values(row))
        await asyncio.sleep(0)

    async def works(tx: Tx) -> str:
        await tx.execute(insert(push_week).values(row))
        return "done"

    with pytest.raises(ZeroDivisionError):
        await database.together(fails)
    with pytest.raises(RuntimeError, match="waited"):
        await database.together(waits)
    assert await pushes(database) == 0
    assert await database.together(works) == "done"
    assert await pushes(database) == 1
    async with database.write() as tx:  # and the connection is free again
        await tx.execute(update(push_week).values(pushes=1))


@on_sqlite
async def test_what_was_left_open_on_a_connection_is_taken_back(database: Database) -> None:
    async with database.writer.connect() as held:
        driver = (await held.get_raw_connection()).driver_connection
        assert driver
        await driver.execute("BEGIN IMMEDIATE")
        await driver.execute("INSERT INTO push_week (person, week, pushes) VALUES ('p', '2026-11-23', 0)")
    assert await pushes(database) == 0
    assert await database.together(_nothing) is None


async def _nothing(tx: Tx) -> None:
    return None


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("sqlite:///var/x.db", "sqlite+aiosqlite:///var/x.db"),
        ("sqlite+aiosqlite:////x.db", "sqlite+aiosqlite:////x.db"),
        ("postgresql://a:b@h:5433/d", "postgresql+asyncpg://a:b@h:5433/d"),
        ("postgres://a@h/d", "postgresql+asyncpg://a@h/d"),
        ("postgresql+asyncpg://a@h/d", "postgresql+asyncpg://a@h/d"),
        ("postgresql://a@/d?host=/run/pg", "postgresql+asyncpg://a@/d?host=%2Frun%2Fpg"),
        ("postgresql://a@%2Frun%2Fpg/d", "postgresql+asyncpg://a@/d?host=%2Frun%2Fpg&port=5432"),
        ("postgresql://a@%2frun:5433/d", "postgresql+asyncpg://a@/d?host=%2Frun&port=5433"),
    ],
)
def test_urls_mean_the_async_drivers(given: str, meant: str) -> None:
    assert normal_url(given).render_as_string(hide_password=False) == meant


@on_postgresql
async def test_a_transaction_that_says_nothing_is_ended_and_the_next_one_works(database: Database) -> None:
    """What a frozen process holds is free again, and when it goes on it can do no harm."""
    process = open_database(database.url.render_as_string(hide_password=False), idle_seconds=0.2)
    row = {"person": "p", "week": TODAY, "pushes": 0}
    with pytest.raises(DBAPIError) as caught:
        async with process.write() as tx:
            await tx.execute(insert(push_week).values(row))
            await asyncio.sleep(0.5)
            await tx.execute(update(push_week).values(pushes=1))
    assert lost(caught.value)
    assert await pushes(database) == 0
    async with process.write() as tx:
        await tx.execute(insert(push_week).values(row))
    await process.close()
    assert await pushes(database) == 1


@on_postgresql
async def test_one_transaction_may_have_less_time_than_the_others(database: Database) -> None:
    with pytest.raises(DBAPIError) as caught:
        async with database.write(idle_seconds=0.1) as tx:
            await tx.execute(insert(push_week).values(person="p", week=TODAY, pushes=0))
            await asyncio.sleep(0.3)
    assert lost(caught.value)
    async with database.write() as tx:
        found = (await tx.execute(text("SHOW idle_in_transaction_session_timeout"))).scalar_one()
    assert found == f"{IDLE_SECONDS / 60:.0f}min"


async def test_other_errors_are_not_a_lost_connection(database: Database) -> None:
    with pytest.raises(DBAPIError) as caught:
        async with database.write(idle_seconds=1) as tx:
            await tx.execute(text("SELECT nonsense"))
    assert not lost(caught.value)
    assert not lost(ValueError())
    assert lost(ConnectionRefusedError())
