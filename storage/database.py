"""The engines, made in one place, because the drivers' defaults lose updates without an error.

SQLite: writes begin with BEGIN IMMEDIATE on a pool of one, reads are deferred and read-only on a second engine;
synchronous FULL; WAL only where its reset bug is mended (3.51.3), PERSIST otherwise. No transaction may outlive
200 ms beside a running bot. PostgreSQL: READ COMMITTED with explicit row locks; the server ends a transaction whose
process says nothing for too long, so that a frozen one does not hold the others.
"""

import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar, cast
from urllib.parse import unquote

import aiosqlite
from sqlalchemy import event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, PoolResetState

from storage.one_hop import InThread, OneHop, driven

Tx = AsyncConnection
T = TypeVar("T")

IDLE_SECONDS: Final = 60.0  # a command may think between two statements
SERVING_IDLE_SECONDS: Final = 3.0  # everybody waits for the head of the ledger, and WeCom 5 s for everybody
_POSTGRESQL_SETTINGS: Final = {
    # Every read here has its index. A plan made while a table was empty would go on reading all of it in a rush.
    "enable_seqscan": "off",
    "jit": "off",
}
_IDLE: Final = text("SELECT set_config('idle_in_transaction_session_timeout', :milliseconds, true)")
_ENDED: Final = ("25P03", "57P01", "08003", "08006")  # idle in a transaction, ended by an admin, no connection
_DAMAGED: Final = ("Could not decode", "malformed", "invalid byte sequence", "invalid page")
BEGIN_WRITING: Final = "BEGIN IMMEDIATE"
BEGIN_READING: Final = "BEGIN"
BUSY_MILLISECONDS: Final = 30_000
WAL_IS_SAFE: Final = sqlite3.sqlite_version_info >= (3, 51, 3)
JOURNAL_MODE: Final = "WAL" if WAL_IS_SAFE else "PERSIST"
JOURNAL_BYTES: Final = 8 * 1024 * 1024  # what an import may leave behind of its journal
CACHE_KIBIBYTES: Final = 64 * 1024  # at most, to write; by default a city's hot pages would not fit
READING_KIBIBYTES: Final = 8 * 1024


@dataclass(frozen=True, slots=True)
class Database:
    """`writer` for transactions that may write, `reader` for short looks."""

    url: URL
    writer: AsyncEngine
    reader: AsyncEngine
    _hops: dict[int, OneHop] = field(default_factory=dict)

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @asynccontextmanager
    async def write(self, *, idle_seconds: float = 0) -> AsyncIterator[Tx]:
        """One transaction: committed at the end, rolled back on an exception.

        With `idle_seconds` the server ends it earlier than others when nothing is heard for so long.
        """
        async with self.writer.begin() as tx:
            if idle_seconds and not self.is_sqlite:
                await tx.execute(_IDLE, {"milliseconds": _milliseconds(idle_seconds)})
            yield tx

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        async with self.reader.begin() as tx:
            yield tx

    async def together(self, work: Callable[[Tx], Coroutine[Any, Any, T]]) -> T:
        """One transaction of statements only, as fast as the driver allows: `work` may await nothing else."""
        if not self.is_sqlite:
            async with self.write() as tx:
                done: T = await tx.run_sync(lambda connection: driven(work, InThread(connection)))
                return done
        return await self._in_one_hop(self.writer, work, BEGIN_WRITING)

    async def look(self, work: Callable[[Tx], Coroutine[Any, Any, T]]) -> T:
        """The same of statements that only read."""
        if not self.is_sqlite:
            async with self.read() as tx:
                done: T = await tx.run_sync(lambda connection: driven(work, InThread(connection)))
                return done
        return await self._in_one_hop(self.reader, work, BEGIN_READING)

    async def _in_one_hop(self, engine: AsyncEngine, work: Callable[[Tx], Coroutine[Any, Any, T]], begin: str) -> T:
        async with engine.connect() as held:
            driver = (await held.get_raw_connection()).driver_connection
            known = self._hops.get(id(driver))
            if known is None or not known.belongs_to(driver):  # the pool has a new connection since
                known = self._hops[id(driver)] = OneHop(cast(aiosqlite.Connection, driver), begin)
            result: T = await known.run(work)
            return result

    async def close(self) -> None:
        self._hops.clear()
        await self.reader.dispose()
        if self.writer is not self.reader:
            await self.writer.dispose()


def unreadable(error: Exception) -> bool:
    """What stands in the database is no value at all: not a lock, not a lost connection."""
    if isinstance(error, DBAPIError):
        return any(word in str(error.orig) for word in _DAMAGED)
    return isinstance(error, (ValueError, ArithmeticError))


def lost(error: Exception) -> bool:
    """The connection is gone, such as that of a process that was frozen in a transaction, or there is none."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _ENDED
    return isinstance(error, (ConnectionError, TimeoutError))


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))


def normal_url(address: str) -> URL:
    """`postgresql://` and `sqlite://` mean the async drivers here; a unix socket is `%2Fpath` or `?host=/path`."""
    url = make_url(address)
    if url.host and url.host.lower().startswith("%2f"):
        socket = {"host": unquote(url.host), "port": str(url.port or 5432)}
        url = url._replace(host=None, port=None).update_query_dict(socket)
    drivers = {"postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg", "sqlite": "sqlite+aiosqlite"}
    return url.set(drivername=drivers.get(url.drivername, url.drivername))


def open_database(address: str, *, idle_seconds: float = IDLE_SECONDS) -> Database:
    """`idle_seconds`: how long a transaction on PostgreSQL may say nothing before the server ends it."""
    url = normal_url(address)
    if url.get_backend_name() == "sqlite":
        if url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        return Database(url, _sqlite(url, writes=True), _sqlite(url, writes=False))
    settings = {**_POSTGRESQL_SETTINGS, "idle_in_transaction_session_timeout": _milliseconds(idle_seconds)}
    engine = create_async_engine(
        url,
        pool_size=10,
        hide_parameters=True,  # they hold names and answers, and errors are logged
        # No ping before every transaction: after a restart of the server, or a rolling migration that made prepared
        # statements stale, the first transaction fails, the pool starts anew, and who works tries once more.
        connect_args={"server_settings": settings},
    )
    return Database(url, engine, engine)


def _sqlite(url: URL, *, writes: bool) -> AsyncEngine:
    engine = create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1 if writes else 2,
        max_overflow=0,
        hide_parameters=True,
        pool_reset_on_return=None,  # done below
        connect_args={"timeout": BUSY_MILLISECONDS / 1000},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        # The driver must not begin transactions by itself: its SELECT would run outside of one.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        cursor.execute(f"PRAGMA journal_mode = {JOURNAL_MODE}")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute(f"PRAGMA journal_size_limit = {JOURNAL_BYTES}")
        cursor.execute(f"PRAGMA cache_size = -{CACHE_KIBIBYTES if writes else READING_KIBIBYTES}")
        cursor.execute("PRAGMA foreign_keys = ON")
        if not writes:
            cursor.execute("PRAGMA query_only = ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begun(connection: Any) -> None:
        connection.exec_driver_sql(BEGIN_WRITING if writes else BEGIN_READING)

    @event.listens_for(engine.sync_engine, "reset")
    def _returned(connection: Any, _record: object, state: PoolResetState) -> None:
        # Only where something was left open: a needless rollback costs a crossing to the driver's thread.
        if not state.terminate_only and connection.driver_connection.in_transaction:
            connection.rollback()

    return engine
