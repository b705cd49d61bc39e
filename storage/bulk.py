"""Many rows of one table in one statement whose text does not depend on how many there are.

For hot tables only: values are given as the database wants them (texts, whole numbers, yes/no, nothing; days as ISO
texts, moments by `moment`), because converting every value of every row through column types costs more than the
database does. SQLite gets one prepared statement and tuples, PostgreSQL one JSON document.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final

import msgspec
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect

from storage.database import Tx

Value = str | int | bool | None
_POSTGRESQL: Final[Dialect] = postgresql.dialect()  # type: ignore[no-untyped-call]
_INSTANT: Final = "TIMESTAMP WITH TIME ZONE"


def moment(value: datetime) -> str:
    """As both engines keep it: SQLite's text has no offset, and PostgreSQL is told that it is UTC."""
    if value.tzinfo is None:
        raise ValueError("naive datetime")
    return _moment(value)


@lru_cache(maxsize=256)
def _moment(value: datetime) -> str:
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


@lru_cache(maxsize=512)
def day(value: date) -> str:
    return value.isoformat()


async def insert(
    tx: Tx, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[Value, ...]], *, on_conflict: str = ""
) -> int:
    """Insert the rows in this order; `on_conflict` is SQL from `ON CONFLICT` on. Returns how many were written."""
    if not rows:
        return 0
    if tx.dialect.name == "sqlite":
        result = await tx.exec_driver_sql(_sqlite(table, columns, on_conflict), list(rows))
    else:
        document = msgspec.json.encode([dict(zip(columns, row, strict=True)) for row in rows]).decode()
        result = await tx.exec_driver_sql(_postgresql(table, columns, on_conflict), (document,))
    return result.rowcount


@lru_cache(maxsize=64)
def _sqlite(table: Table, columns: tuple[str, ...], on_conflict: str) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("?" for _ in columns)
    return f"INSERT INTO {table.name} ({names}) VALUES ({marks}) {on_conflict}"  # noqa: S608 - names only


@lru_cache(maxsize=64)
def _postgresql(table: Table, columns: tuple[str, ...], on_conflict: str) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    typed = ", ".join(f'"{column}" {_type(table, column)}' for column in columns)
    values = ", ".join(_value(table, column) for column in columns)
    source = f"json_to_recordset(CAST($1 AS json)) AS given({typed})"
    return f"INSERT INTO {table.name} ({names}) SELECT {values} FROM {source} {on_conflict}"  # noqa: S608 - names only


def _type(table: Table, column: str) -> str:
    kind = table.c[column].type.compile(dialect=_POSTGRESQL)
    return "timestamp" if kind == _INSTANT else kind


def _value(table: Table, column: str) -> str:
    """Moments come without an offset and are UTC, whatever the session's time zone is."""
    kind = table.c[column].type.compile(dialect=_POSTGRESQL)
    return f"\"{column}\" AT TIME ZONE 'UTC'" if kind == _INSTANT else f'"{column}"'
