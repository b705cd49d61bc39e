"""What the database itself will not do, told apart from a mistake of ours: for whoever has to mend it."""

import sqlite3
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from sqlalchemy import false, text, update
from sqlalchemy.exc import DBAPIError

from storage.database import Database, Tx
from storage.tables import outbox


class Fault(StrEnum):
    READ_ONLY = "read_only"
    DENIED = "denied"  # the account of the database may not
    UNOPENED = "unopened"  # the file, or what SQLite keeps beside it
    LOCKED = "locked"  # by another process, for longer than we wait
    FULL = "full"
    DISK = "disk"
    GONE = "gone"  # the server, or the connection to it


_SQLITE: Final[Mapping[int, Fault]] = {
    sqlite3.SQLITE_READONLY: Fault.READ_ONLY,
    sqlite3.SQLITE_PERM: Fault.DENIED,
    sqlite3.SQLITE_CANTOPEN: Fault.UNOPENED,
    sqlite3.SQLITE_BUSY: Fault.LOCKED,
    sqlite3.SQLITE_LOCKED: Fault.LOCKED,
    sqlite3.SQLITE_FULL: Fault.FULL,
    sqlite3.SQLITE_IOERR: Fault.DISK,
}
_POSTGRESQL: Final[Mapping[str, Fault]] = {  # SQLSTATE, or its class
    "25006": Fault.READ_ONLY,
    "42501": Fault.DENIED,
    "55P03": Fault.LOCKED,
    "53100": Fault.FULL,
    "58": Fault.DISK,
    "08": Fault.GONE,
    "57P": Fault.GONE,
    "25P03": Fault.GONE,
}
_PRIMARY: Final = 0xFF  # of an extended result code of SQLite
_TRIED: Final = text("UPDATE alembic_version SET version_num = version_num")
_ALLOWED: Final = update(outbox).where(false()).values(state=outbox.c.state)


def fault_of(error: Exception) -> Fault | None:
    """None when it is something else."""
    if not isinstance(error, DBAPIError):
        return None
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return _SQLITE.get(code & _PRIMARY)
    state = str(getattr(error.orig, "sqlstate", None) or "")
    found = next((fault for known, fault in _POSTGRESQL.items() if state.startswith(known)), None)
    return Fault.GONE if found is None and error.connection_invalidated else found


class _Enough(Exception):
    """Takes back what was only tried."""


async def unwritable(database: Database) -> Fault | None:
    """Why nothing could be written now; None if it could. Nothing is changed."""
    try:
        async with database.write() as tx:
            await _try(tx)
            raise _Enough
    except _Enough:
        return None
    except DBAPIError as error:
        found = fault_of(error)
        if found is None:
            raise
        return found


async def _try(tx: Tx) -> None:
    """SQLite opens its journal only for a row that is really written; PostgreSQL asks first who may."""
    await tx.execute(_TRIED if tx.dialect.name == "sqlite" else _ALLOWED)
