"""How the database is set up where the program cannot set it up itself; read by `xuefa doctor`."""

import sqlite3
from dataclasses import dataclass

from sqlalchemy import text

from storage.database import Tx

_POSTGRESQL = text(
    "SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,"
    " current_setting('synchronous_commit') AS synchronous_commit,"
    " coalesce(has_table_privilege(to_regclass('ledger_entry'), 'UPDATE, DELETE, TRUNCATE'), false) AS may_change"
)


@dataclass(frozen=True, slots=True)
class SqliteSettings:
    version: str
    journal_mode: str  # wal, truncate, …


@dataclass(frozen=True, slots=True)
class PostgresSettings:
    """`durable`: a commit that was acknowledged survives a power failure.

    `may_change_ledger`: the role has the right to UPDATE, DELETE or TRUNCATE, and only the triggers stop it.
    """

    version: str
    durable: bool
    may_change_ledger: bool


async def settings(tx: Tx) -> SqliteSettings | PostgresSettings:
    if tx.dialect.name == "sqlite":
        mode = (await tx.execute(text("PRAGMA journal_mode"))).scalar_one()
        return SqliteSettings(sqlite3.sqlite_version, str(mode).upper())
    row = (await tx.execute(_POSTGRESQL)).one()
    durable = row.fsync == "on" and row.synchronous_commit != "off"
    return PostgresSettings(row.version, durable, row.may_change)
