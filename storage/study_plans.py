"""The yearly study plan and the 应知应会清单 as they are kept: lines are added, and taken out with the moment."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from storage.database import Tx
from storage.sets import among_numbers
from storage.tables import known_law, study_plan
from training.study_plans import KnownLaw, PlanLine

_BETWEEN = "、"


async def lines(tx: Tx, year: int) -> list[PlanLine]:
    """Those that were not taken out: the city's first, each plan by month."""
    of_year = (study_plan.c.year == year) & study_plan.c.removed_at.is_(None)
    ordered = select(study_plan).where(of_year).order_by(study_plan.c.unit, study_plan.c.month, study_plan.c.number)
    return [_line(row) for row in await tx.execute(ordered)]


async def add_lines(tx: Tx, added: Iterable[PlanLine], now: datetime) -> None:
    rows = [
        {
            **{"year": one.year, "unit": one.unit, "month": one.month, "title": one.title, "form": one.form},
            **{"laws": _BETWEEN.join(one.laws), "responsible": one.responsible, "recorded_at": now},
        }
        for one in added
    ]
    if rows:
        await tx.execute(insert(study_plan), rows)


async def change_line(tx: Tx, changed: PlanLine) -> None:
    """Its form, laws and who is responsible; activities go on naming it by its number."""
    values = {"form": changed.form, "laws": _BETWEEN.join(changed.laws), "responsible": changed.responsible}
    await tx.execute(update(study_plan).where(study_plan.c.number == changed.number).values(values))


async def remove_lines(tx: Tx, numbers: Iterable[int], now: datetime) -> None:
    statement = update(study_plan).where(among_numbers(study_plan.c.number, "numbers")).values(removed_at=now)
    await tx.execute(statement, {"numbers": list(numbers)})


async def laws(tx: Tx, year: int) -> list[KnownLaw]:
    """Those that were not taken out, in the order in which they were brought."""
    of_year = (known_law.c.year == year) & known_law.c.removed_at.is_(None)
    rows = await tx.execute(select(known_law).where(of_year).order_by(known_law.c.number))
    return [KnownLaw(row.year, row.law, row.group, row.note, row.number) for row in rows]


async def add_laws(tx: Tx, added: Iterable[KnownLaw], now: datetime) -> None:
    rows = [
        {"year": one.year, "law": one.law, "group": one.group, "note": one.note, "recorded_at": now}
        for one in added
    ]
    if rows:
        await tx.execute(insert(known_law), rows)


async def remove_laws(tx: Tx, numbers: Iterable[int], now: datetime) -> None:
    statement = update(known_law).where(among_numbers(known_law.c.number, "numbers")).values(removed_at=now)
    await tx.execute(statement, {"numbers": list(numbers)})


def _line(row: Row[Any]) -> PlanLine:
    laws_ = tuple(row.laws.split(_BETWEEN)) if row.laws else ()
    return PlanLine(row.year, row.title, row.unit, row.month, row.form, laws_, row.responsible, row.number)
