"""年终: how years stood when they ended, and what units said of them. Both are append-only."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import Row, insert, select

from storage.database import Tx
from storage.scope import Scope
from storage.sets import among, texts
from storage.tables import person_fact, unit_confirmation, year_snapshot
from training.people import Field
from training.year_end import Confirmation, Said, UnitFigures, YearSnapshot, decoded, encoded


async def snapshot(tx: Tx, year: int) -> YearSnapshot | None:
    row = (await tx.execute(select(year_snapshot).where(year_snapshot.c.year == year))).one_or_none()
    if row is None:
        return None
    units = msgspec.json.decode(row.figures, type=dict[str, UnitFigures])
    return YearSnapshot(row.year, row.taken_at, row.head_seq, row.head_hash, units)


async def keep_snapshot(tx: Tx, taken: YearSnapshot) -> None:
    """Once a year; whoever keeps it holds the head of the ledger, so that two processes cannot both."""
    head = {"head_seq": taken.head_seq, "head_hash": taken.head_hash}
    figures = msgspec.json.encode(dict(sorted(taken.units.items()))).decode()
    await tx.execute(
        insert(year_snapshot).values(year=taken.year, taken_at=taken.taken_at, figures=figures, **head)
    )


async def record(tx: Tx, said: Confirmation) -> None:
    values = {"year": said.year, "unit": said.unit, "kind": str(said.kind), "by": said.by, "at": said.at}
    figures = {"head_seq": said.head_seq, "figures": encoded(said.figures), "note": said.note}
    await tx.execute(insert(unit_confirmation).values(**values, **figures))


async def last_said(tx: Tx, year: int) -> Mapping[str, Confirmation]:
    """单位代码 → what was said of it last. A city has a few hundred rows a year."""
    statement = select(unit_confirmation).where(unit_confirmation.c.year == year).order_by(unit_confirmation.c.id)
    return {row.unit: _confirmation(row) for row in await tx.execute(statement)}


def _confirmation(row: Row[Any]) -> Confirmation:
    said = (Said(row.kind), row.by, row.at)
    return Confirmation(row.year, row.unit, *said, row.head_seq, decoded(row.figures), row.note)


async def once_in(tx: Tx, scope: Scope, units: Iterable[str]) -> list[str]:
    """The numbers of all who ever were in these units, or will be, in order."""
    statement = (
        select(person_fact.c.subject)
        .where(
            person_fact.c.field == str(Field.UNIT),
            among(person_fact.c.value, "units"),
            scope.allows(person_fact.c.subject),
        )
        .distinct()
        .order_by(person_fact.c.subject)
    )
    return list((await tx.execute(statement, {"units": texts(units)})).scalars())
