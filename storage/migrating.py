"""Bringing a database to the form that this version needs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from storage.database import Database

_TURN: Final = 7_246_001  # any number that is only ours
_FOLDER: Final = Path(__file__).with_name("migrations")


class NewerDatabase(Exception):
    """The database was written by a later version of the program."""

    def __init__(self, revision: str) -> None:
        super().__init__(revision)
        self.revision = revision


class Unreachable(Exception):
    """The database cannot be opened; `reason` is the driver's first line, without the address."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def known() -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


async def revision(database: Database) -> str:
    """The revision of the database, empty for a fresh one.

    Raises: NewerDatabase, Unreachable.
    """
    try:
        async with database.reader.connect() as connection:
            found = await connection.run_sync(revision_on)
    except (DBAPIError, OSError) as error:
        raise Unreachable(first_line(error)) from None
    if found and found not in known():
        raise NewerDatabase(found)
    return found


def revision_on(connection: Connection) -> str:
    """The revision as it is written there, known or not; empty for a fresh database."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def first_line(error: Exception) -> str:
    """The driver's own words without the statement and its values."""
    origin = getattr(error, "orig", None) or error
    return (str(origin).splitlines() or [type(error).__name__])[0]


@asynccontextmanager
async def alone(database: Database) -> AsyncIterator[None]:
    """Of the processes that start together one migrates, and the others wait and then find it done.

    (On SQLite a second `serve` is refused before.)
    """
    if database.is_sqlite:
        yield
        return
    async with database.writer.connect() as held:
        await held.execute(text("SELECT pg_advisory_lock(:turn)"), {"turn": _TURN})
        await held.commit()  # the lock is the session's, and no transaction is left open
        try:
            yield
        finally:
            await held.execute(text("SELECT pg_advisory_unlock(:turn)"), {"turn": _TURN})
            await held.commit()


async def upgrade(database: Database, target: str = "head") -> None:
    async with database.write() as tx:
        await tx.run_sync(lambda c: command.upgrade(_config(c), target))


async def downgrade(database: Database, target: str = "base") -> None:
    async with database.write() as tx:
        await tx.run_sync(lambda c: command.downgrade(_config(c), target))
