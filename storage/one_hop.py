"""A whole transaction in one crossing from the event loop.

On SQLite the async driver crosses to its thread and back for every statement, which costs more than the statements
of a hot batch. Here the coroutine that makes the statements is itself run in that thread, from BEGIN to COMMIT, on
a synchronous connection over the same SQLite connection. On PostgreSQL it is run in one greenlet instead of one for
every statement. Its awaits never wait, because every one of them ends in
`InThread.execute`; one that does is a bug and raises.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, cast

import aiosqlite
from sqlalchemy import Connection, CursorResult, Executable, create_engine
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import PoolProxiedConnection, StaticPool
from sqlalchemy.util import await_only

Work = Callable[[AsyncConnection], Coroutine[Any, Any, Any]]


class InThread:
    """The part of `AsyncConnection` that storage uses, without a hop."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.dialect: Dialect = connection.dialect

    async def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        return self._connection.execute(statement, parameters)

    async def get_raw_connection(self) -> PoolProxiedConnection:
        return self._connection.connection

    async def waited(self, done: Awaitable[Any]) -> Any:
        """What the async driver itself gives: for the engine whose transaction runs in a greenlet."""
        return await_only(done)

    async def exec_driver_sql(self, statement: str, parameters: Any = None) -> CursorResult[Any]:
        return self._connection.exec_driver_sql(statement, parameters)


class OneHop:
    """Made once for a driver connection, and used only by who holds that connection."""

    def __init__(self, driver: aiosqlite.Connection, begin: str) -> None:
        self._driver: Any = driver  # its way into the thread has no types
        self._begin = begin
        self._tx: InThread | None = None

    def belongs_to(self, driver: object) -> bool:
        return self._driver is driver

    async def run(self, work: Work) -> Any:
        """What `work` returns, committed; rolled back on an exception."""
        return await self._driver._execute(self._transaction, work)

    def _transaction(self, work: Work) -> Any:
        connection: sqlite3.Connection = self._driver._conn
        if self._tx is None:
            self._tx = _in_thread(connection)
        connection.execute(self._begin)
        try:
            done = driven(work, self._tx)
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
        return done


def _in_thread(connection: sqlite3.Connection) -> InThread:
    # Nothing is begun, committed or rolled back by this engine: that is done around it.
    engine = create_engine(
        "sqlite://",
        creator=lambda: connection,
        poolclass=StaticPool,
        pool_reset_on_return=None,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
    )
    return InThread(engine.connect())


def driven(work: Work, tx: InThread) -> Any:
    """Run a coroutine whose awaits all end in `tx`, without a loop. Raises: RuntimeError when one does not."""
    coroutine = work(cast(AsyncConnection, tx))
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    coroutine.close()
    raise RuntimeError("a transaction waited for something other than the database")
