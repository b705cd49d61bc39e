"""Ledger lines as plain rows, for files of a million of them: texts and whole numbers, no value made of them.

A row is the number of the line and for each of `GROUPS` a JSON array of its fields, because a ledger has only some
thousands of each and few columns are read sooner than many. On SQLite they are bytes, which nobody has to decode to
see whether they are known; on PostgreSQL texts.
Days are ISO texts; `approved_at` is a moment in UTC to the second, `recorded_hour` to the hour (`2026-11-23 08`);
hours are texts with two places; `content_classes` are joined by 、; `activity_ref` is the `source_ref` of what came
from a 培训活动.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Date, LargeBinary, Select, String, Text, bindparam, case, func, select
from sqlalchemy import literal_column as literal
from sqlalchemy import type_coerce as kept_as

from storage.database import Tx
from storage.scope import Scope, within
from storage.sets import among, texts
from storage.tables import ledger_entry
from storage.types import Hours
from training.summaries import Cut

GROUPS: Final = (
    ("person", "unit", "category", "mark"),
    ("year", "starts_on", "ends_on", "form", "content_classes", "title"),
    ("organiser", "mode", "minutes", "hours", "rule", "source"),
    ("activity_ref", "evidence"),
    ("approved_by", "approved_at"),
    ("recorded_hour", "late", "reverses", "note"),
)
ACTIVITY: Final = "activity"
PAGE_ROWS: Final = 2000  # on SQLite nobody commits while a page is read
_SECOND: Final = "YYYY-MM-DD HH24:MI:SS"
_HOUR: Final = "YYYY-MM-DD HH24"


async def page(
    tx: Tx, scope: Scope, year: int, cut: Cut, *, after: int, up_to: int, units: frozenset[str] | None = None
) -> Sequence[Sequence[Any]]:
    """The next rows of the year after number `after` up to number `up_to`, in order; an empty page is the end."""
    statement = _page(tx.dialect.name, cut.as_of is not None, cut.known_at is not None, units is not None)
    wanted: dict[str, Any] = {"after": after, "up_to": up_to, "year": year, "at_most": PAGE_ROWS}
    wanted |= {name: value for name, value in (("as_of", cut.as_of), ("known_at", cut.known_at)) if value}
    if units is not None:
        wanted["units"] = texts(units)
    found = await tx.execute(within(statement, scope, ledger_entry.c.person, ledger_entry.c.unit), wanted)
    rows: Sequence[Sequence[Any]] = found.cursor.fetchall()  # as the driver gives them: no value needs making
    return rows


@lru_cache(maxsize=16)  # made for a thousand pages of one file, and always the same
def _page(dialect: str, by_day: bool, by_moment: bool, by_units: bool) -> Select[Any]:
    statement = _columns(dialect).where(
        ledger_entry.c.seq > bindparam("after"),
        ledger_entry.c.seq <= bindparam("up_to"),
        ledger_entry.c.year == bindparam("year"),
    )
    if by_day:
        statement = statement.where(ledger_entry.c.starts_on <= bindparam("as_of"))
    if by_moment:
        statement = statement.where(ledger_entry.c.recorded_at <= bindparam("known_at"))
    if by_units:
        statement = statement.where(among(ledger_entry.c.unit, "units"))
    return statement.order_by(ledger_entry.c.seq).limit(bindparam("at_most"))


@lru_cache(maxsize=2)
def _columns(dialect: str) -> Select[Any]:
    made = _made(dialect)
    every = {**{column.name: _spelled(column, dialect) for column in ledger_entry.c}, **made}
    groups = ([every[name] for name in group] for group in GROUPS)
    return select(ledger_entry.c.seq, *(_array(group, dialect) for group in groups))


def _array(columns: Sequence[ColumnElement[Any]], dialect: str) -> ColumnElement[Any]:
    if dialect == "sqlite":
        return func.json_array(*columns).cast(LargeBinary)
    return func.json_build_array(*columns).cast(Text)


def _made(dialect: str) -> Mapping[str, ColumnElement[Any]]:
    is_activity = ledger_entry.c.source == ACTIVITY
    return {
        "activity_ref": case((is_activity, ledger_entry.c.source_ref), else_=""),
        "approved_at": _moment(ledger_entry.c.approved_at, _SECOND, dialect),
        "recorded_hour": _moment(ledger_entry.c.recorded_at, _HOUR, dialect),
    }


def _spelled(column: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    """Days and hours are texts on SQLite already; PostgreSQL makes them."""
    if dialect == "sqlite" or not isinstance(column.type, (Date, Hours)):
        return column
    return column.cast(Text)


def _moment(column: ColumnElement[Any], form: str, dialect: str) -> ColumnElement[Any]:
    if dialect == "sqlite":
        return func.substr(kept_as(column, String), 1, len(form.replace("HH24", "HH")))
    return func.to_char(func.timezone(literal("'UTC'"), column), form)
