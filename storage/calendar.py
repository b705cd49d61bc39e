"""The city's own table of days, from the State Council's list; it goes before the library's."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import delete, insert, select

from storage.database import Tx
from storage.tables import calendar_day
from training.calendar import Calendar


async def imported(tx: Tx) -> Calendar:
    rows = await tx.execute(select(calendar_day.c.day, calendar_day.c.working))
    return Calendar(dict(rows.all()))


async def keep(tx: Tx, days: Mapping[date, tuple[bool, str]]) -> None:
    """Day → (is a working day, its name); a day that is known already is replaced."""
    await tx.execute(delete(calendar_day).where(calendar_day.c.day.in_(sorted(days))))
    if days:
        await tx.execute(
            insert(calendar_day), [{"day": d, "working": w, "name": name} for d, (w, name) in sorted(days.items())]
        )
