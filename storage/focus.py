"""One row a person: what a typed word goes to. Written in the transaction of what was shown.

What an exam holds stands here before it is shown, with the moment at which it will be: until then the one beside it
is what a typed word goes to.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, delete, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Tx
from storage.sets import among, each, texts
from storage.tables import focus
from storage.types import Instant

MANY: Final = 50  # persons, from which on one statement is quicker than a row for each
EXAM: Final = "exam"  # the kind of what holds the others
AHEAD: Final = timedelta(seconds=5)  # the clocks of two processes may differ by so much: that is not yet held
_Columns = tuple[ColumnElement[Any], ...]
_TOP: Final = (focus.c.kind, focus.c.ref, focus.c.shown_at)
_EARLIER: Final = (focus.c.earlier_kind, focus.c.earlier_ref, focus.c.earlier_shown_at)


async def show(
    tx: Tx, persons: Iterable[str], kind: str, ref: str, now: datetime, *, held_until: datetime | None = None
) -> None:
    """Point to what is shown now, or will be then; what was shown before stays beside it."""
    wanted = sorted(persons)
    if not wanted:
        return
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    shown = {"kind": kind, "ref": ref, "shown_at": held_until or now, "earlier_kind": "", "earlier_ref": ""}
    few, statement = len(wanted) < MANY, make(focus)
    if not few:
        statement = statement.from_select(["person", *shown], _of_many(each(tx.dialect, "persons"), shown))
    new = (statement.excluded.kind, statement.excluded.ref, statement.excluded.shown_at)
    is_held = focus.c.shown_at > literal(now + AHEAD, Instant)
    if held_until is None:
        moved = _either(is_held, _TOP, _TOP, new) | _either(is_held, _EARLIER, new, _TOP)
    else:
        moved = dict(zip(_names(_TOP), new, strict=True)) | _either(is_held, _EARLIER, _EARLIER, _TOP)
    again = (focus.c.ref != statement.excluded.ref) | is_held
    given = [{"person": number, **shown} for number in wanted] if few else {"persons": texts(wanted)}
    await tx.execute(statement.on_conflict_do_update(index_elements=["person"], set_=moved, where=again), given)


def _of_many(number: ColumnElement[str], shown: Mapping[str, Any]) -> Select[Any]:
    """The same for every one, so that a mass send need not spell a row for each."""
    values = [literal(value, focus.c[name].type).label(name) for name, value in shown.items()]
    return select(number, *values).where(number != "").order_by(number)  # SQLite reads no ON CONFLICT without WHERE


def _names(columns: _Columns) -> list[str]:
    return [str(column.key) for column in columns]


def _either(condition: ColumnElement[bool], to: _Columns, then: _Columns, otherwise: _Columns) -> dict[str, Any]:
    """Column → one of two values."""
    values = zip(_names(to), then, otherwise, strict=True)
    return {name: case((condition, yes), else_=no) for name, yes, no in values}


async def mean(tx: Tx, person: str, ref: str) -> None:
    """What is in front was asked for again, so it is meant: the exam beside it no longer counts as shown lately."""
    in_front = (focus.c.person == person) & (focus.c.ref == ref) & (focus.c.earlier_kind == EXAM)
    await tx.execute(update(focus).where(in_front).values(earlier_shown_at=None))


async def forget_held(tx: Tx, person: str, now: datetime) -> None:
    """Whoever begins another exam before what was held is shown means that one, also then."""
    await tx.execute(delete(focus).where(focus.c.person == person, focus.c.shown_at > now + AHEAD))


async def leave(tx: Tx, persons: Iterable[str], *, kind: str = "") -> None:
    """All of it, or only what is of this kind, in front or beside."""
    those, numbers = among(focus.c.person, "persons"), {"persons": texts(persons)}
    statement = delete(focus).where(those)
    if kind:
        beside = update(focus).where(those, focus.c.earlier_kind == kind)
        await tx.execute(beside.values(earlier_kind="", earlier_ref="", earlier_shown_at=None), numbers)
        statement = statement.where(focus.c.kind == kind)
    await tx.execute(statement, numbers)
