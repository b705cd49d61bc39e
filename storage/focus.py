"""One row a person: what a typed word goes to. Written in the transaction of what was shown."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Tx
from storage.sets import among, texts
from storage.tables import focus


async def show(tx: Tx, persons: Iterable[str], kind: str, ref: str, now: datetime) -> None:
    """Point to what is shown now; what was shown before stays beside it."""
    rows = [
        {"person": number, "kind": kind, "ref": ref, "shown_at": now, "earlier_kind": "", "earlier_ref": ""}
        for number in sorted(persons)
    ]
    if not rows:
        return
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    statement = make(focus)
    moved = {
        "kind": statement.excluded.kind,
        "ref": statement.excluded.ref,
        "shown_at": statement.excluded.shown_at,
        "earlier_kind": focus.c.kind,
        "earlier_ref": focus.c.ref,
        "earlier_shown_at": focus.c.shown_at,
    }
    again = focus.c.ref != statement.excluded.ref
    await tx.execute(statement.on_conflict_do_update(index_elements=["person"], set_=moved, where=again), rows)


async def leave(tx: Tx, persons: Iterable[str], *, kind: str = "") -> None:
    """Whatever it is, or only a focus of this kind."""
    statement = delete(focus).where(among(focus.c.person, "persons"))
    if kind:
        statement = statement.where(focus.c.kind == kind)
    await tx.execute(statement, {"persons": texts(persons)})
