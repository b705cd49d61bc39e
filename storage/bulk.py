"""Many rows of one table in one statement whose text does not depend on how many there are.

For hot tables only: values are given as the database wants them, because converting every value of every row
through column types costs more than the database does. SQLite gets one prepared statement and tuples. PostgreSQL
gets a COPY where rows are only ever added, and an array for each column where a row may be there already.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple

from asyncpg import IntegrityConstraintViolationError
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import IntegrityError

from storage.database import Tx
from storage.one_hop import InThread
from training.hours import two_places

Value = str | int | None
_POSTGRESQL: Final[Dialect] = postgresql.dialect()  # type: ignore[no-untyped-call]
_INSTANT: Final = "TIMESTAMP WITH TIME ZONE"
_SENT_AS: Final = {"INTEGER": "int", "BIGINT": "bigint", "BOOLEAN": "int"}  # anything else as text


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


def yes(value: bool) -> int:
    return int(value)


class Spelling(NamedTuple):
    """How an engine wants what `append` is given: texts and whole numbers there, the values themselves here."""

    day: Callable[[date], Any]
    moment: Callable[[datetime], Any]
    hours: Callable[[Decimal], Any]
    yes: Callable[[bool], Any]


def _itself(value: Any) -> Any:
    return value


_AS_TEXTS: Final = Spelling(day, moment, two_places, yes)
_AS_THEY_ARE: Final = Spelling(_itself, _itself, _itself, _itself)


def spelling(tx: Tx) -> Spelling:
    return _AS_TEXTS if tx.dialect.name == "sqlite" else _AS_THEY_ARE


async def append(tx: Tx, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
    """Add new rows in this order, spelled by `spelling`."""
    if not rows:
        return
    if tx.dialect.name == "sqlite":
        await tx.exec_driver_sql(_sqlite(table, columns, ""), list(rows))
        return
    driver: Any = (await tx.get_raw_connection()).driver_connection
    if not driver.is_in_transaction():  # SQLAlchemy begins with its first statement, and this is none of its own
        await tx.exec_driver_sql("SELECT 1")
    copying = driver.copy_records_to_table(table.name, records=rows, columns=columns)
    try:
        await (tx.waited(copying) if isinstance(tx, InThread) else copying)
    except IntegrityConstraintViolationError as error:
        raise IntegrityError(f"COPY {table.name}", None, error, hide_parameters=True) from error


async def insert(
    tx: Tx, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[Value, ...]], on_conflict: str
) -> int:
    """Insert the rows in this order, days and moments as texts, yes and no as 1 and 0.

    `on_conflict` is SQL from `ON CONFLICT` on. Returns how many rows were written.
    """
    if not rows:
        return 0
    if tx.dialect.name == "sqlite":
        result = await tx.exec_driver_sql(_sqlite(table, columns, on_conflict), list(rows))
    else:
        arrays = tuple(list(values) for values in zip(*rows, strict=True))
        result = await tx.exec_driver_sql(_postgresql(table, columns, on_conflict), arrays)
    return result.rowcount


@lru_cache(maxsize=64)
def _sqlite(table: Table, columns: tuple[str, ...], on_conflict: str) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("?" for _ in columns)
    return f"INSERT INTO {table.name} ({names}) VALUES ({marks}) {on_conflict}"  # noqa: S608 - names only


@lru_cache(maxsize=64)
def _postgresql(table: Table, columns: tuple[str, ...], on_conflict: str) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    kinds = [table.c[column].type.compile(dialect=_POSTGRESQL) for column in columns]
    arrays = ", ".join(f"${n}::{_SENT_AS.get(kind, 'text')}[]" for n, kind in enumerate(kinds, start=1))
    values = ", ".join(_value(column, kind) for column, kind in zip(columns, kinds, strict=True))
    source = f"unnest({arrays}) AS given({names})"
    return f"INSERT INTO {table.name} ({names}) SELECT {values} FROM {source} {on_conflict}"  # noqa: S608 - names only


def _value(column: str, kind: str) -> str:
    """Moments come without an offset and are UTC, whatever the session's time zone is."""
    if kind == _INSTANT:
        return f"CAST(\"{column}\" AS timestamp) AT TIME ZONE 'UTC'"
    return f'CAST("{column}" AS {kind})'
