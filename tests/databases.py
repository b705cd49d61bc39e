"""Databases of both engines for the tests: migrated once a session, empty again after each test.

PostgreSQL: one database, whose rows are deleted with the triggers asleep. SQLite: append-only triggers cannot
sleep, so each test gets a fresh copy of a migrated file. Both keep their engine, and with it the compiled queries.
"""

import os
import shutil
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final, Protocol

import pytest
from sqlalchemy import text

from storage import migrating
from storage.database import Database, open_database
from storage.guards import GENESIS
from storage.tables import metadata
from tests.postgres import Server

ENGINES: Final = ("sqlite", "postgresql")
# For a test of what only one of them has.
on_sqlite: Final = pytest.mark.parametrize("home", ["sqlite"], indirect=True)
on_postgresql: Final = pytest.mark.parametrize("home", ["postgresql"], indirect=True)


class Home(Protocol):
    """One engine's place for databases."""

    @property
    def database(self) -> Database:
        """The migrated one."""

    async def clean(self) -> None:
        """Bring it back to what it was after the migration."""

    async def empty(self) -> Database:
        """Another one, without any table; closed and dropped with the home."""

    async def close(self) -> None: ...


@dataclass
class SqliteHome:
    folder: Path
    database: Database
    template: Path
    others: list[Database] = field(default_factory=list)

    async def clean(self) -> None:
        await self.database.close()
        file = Path(self.database.url.database or "")
        for left in file.parent.glob(file.name + "-*"):
            left.unlink()
        shutil.copyfile(self.template, file)

    async def empty(self) -> Database:
        self.others.append(open_database(f"sqlite:///{self.folder}/other-{len(self.others)}.db"))
        return self.others[-1]

    async def close(self) -> None:
        for database in (self.database, *self.others):
            await database.close()


async def sqlite_home(folder: Path) -> SqliteHome:
    template = folder / "template.db"
    database = open_database(f"sqlite:///{template}")
    await migrating.upgrade(database)
    await database.close()
    home = SqliteHome(folder, open_database(f"sqlite:///{folder}/tests.db"), template)
    await home.clean()
    return home


_NUMBERS = count()


def _name() -> str:
    return f"xuefa_test_{os.getpid()}_{next(_NUMBERS)}"


@dataclass
class PostgresHome:
    server: Server
    database: Database
    others: list[Database] = field(default_factory=list)

    async def clean(self) -> None:
        async with self.database.write() as tx:
            await tx.execute(text("SET LOCAL lock_timeout = '5s'"))  # a test left a transaction open
            await tx.execute(text("SET LOCAL session_replication_role = replica"))
            await tx.execute(text(_EMPTY_ALL))
            rows = [{"chain": chain, "hash": GENESIS} for chain in ("ledger", "audit")]
            await tx.execute(text("INSERT INTO ledger_head (chain, seq, hash) VALUES (:chain, 0, :hash)"), rows)

    async def empty(self) -> Database:
        self.others.append(open_database(await self.server.create(_name())))
        return self.others[-1]

    async def close(self) -> None:
        for database in (self.database, *self.others):
            await database.close()
            await self.server.drop(database.url.database or "")


# Numbers begin at 1 again, so that a transcript reads the same in every test and on both engines.
_EMPTY_ALL: Final = (
    "DO $$ DECLARE s text; BEGIN "
    + " ".join(f"DELETE FROM {table.name};" for table in reversed(metadata.sorted_tables))
    + " FOR s IN SELECT quote_ident(sequencename) FROM pg_sequences WHERE schemaname = current_schema()"
    + " LOOP PERFORM setval(s, 1, false); END LOOP; END $$"
)


async def postgres_home(server: Server) -> PostgresHome:
    database = open_database(await server.create(_name()))
    await migrating.upgrade(database)
    home = PostgresHome(server, database)
    await home.clean()
    return home
