"""Ledger lines as the database keeps them, for verifying: whatever stands in a column is hashed as it stands.

No value is made of it first, which would fail at a cell that cannot be read, and could read two spellings as one.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

import msgspec
from sqlalchemy import Boolean, ColumnElement, Date, Integer, Select, String, Text, func, select
from sqlalchemy import literal_column as literal
from sqlalchemy import type_coerce as kept_as

from storage import bulk
from storage.database import Tx
from storage.scope import Scope
from storage.tables import ledger_entry
from storage.types import Hours, Instant
from training import chains
from training.chains import Broken, Head
from training.hours import Entry, fields_hash, microseconds

_FIELDS: Final = Entry.__struct_fields__
_YES: Final = tuple(n for n, name in enumerate(_FIELDS) if isinstance(ledger_entry.c[name].type, Boolean))
_MOMENTS: Final = tuple(n for n, name in enumerate(_FIELDS) if isinstance(ledger_entry.c[name].type, Instant))
_SPELLED: Final = "YYYY-MM-DD HH24:MI:SS.US"


class Stored(msgspec.Struct, frozen=True):
    """One line; `fields` as `training.hours.fields_hash` wants them."""

    seq: int
    prev: str
    hash: str
    fields: Sequence[Any]


async def page(tx: Tx, scope: Scope, *, after: int, at_most: int) -> list[Stored]:
    """The next lines after number `after`, in order; none is the end."""
    statement = _columns(tx.dialect.name).where(
        ledger_entry.c.seq > after, scope.allows(ledger_entry.c.person, ledger_entry.c.unit)
    )
    rows = await tx.execute(statement.order_by(ledger_entry.c.seq).limit(at_most))
    return [_stored(row) for row in rows]


def _stored(row: Sequence[Any]) -> Stored:
    seq, prev, digest, *fields = row
    for place in _YES:
        fields[place] = _yes(fields[place])
    for place in _MOMENTS:
        fields[place] = _microseconds(fields[place])
    return Stored(seq, prev, digest, fields)


def _yes(value: Any) -> Any:
    """SQLite keeps 1 and 0; anything else stays what it is, and the hash will tell."""
    return bool(value) if value in (0, 1) else value


@lru_cache(maxsize=4096)
def _microseconds(text: Any) -> Any:
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
        return microseconds(moment) if bulk.moment(moment) == text else text
    except (TypeError, ValueError):
        return text


@lru_cache(maxsize=2)
def _columns(dialect: str) -> Select[Any]:
    chained = (kept_as(ledger_entry.c[name], String) for name in ("prev", "hash"))
    return select(ledger_entry.c.seq, *chained, *(_as_kept(ledger_entry.c[name], dialect) for name in _FIELDS))


def _as_kept(column: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    if dialect == "sqlite":
        return kept_as(column, Integer if isinstance(column.type, (Boolean, Integer)) else String)
    if isinstance(column.type, Instant):
        return func.to_char(func.timezone(literal("'UTC'"), column), _SPELLED)
    return column.cast(Text) if isinstance(column.type, (Date, Hours)) else column


def first_break(lines: Sequence[Stored], last: Head) -> Broken | None:
    """Check one page against the line before it."""
    return chains.first_break(lines, last, lambda line: fields_hash(line.seq, line.prev, line.fields))
