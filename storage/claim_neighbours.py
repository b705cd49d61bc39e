"""What stands near a claim on the lists of activities: who was there, and who the organiser says was not."""

from datetime import date
from typing import Any, Final

import msgspec
from sqlalchemy import select

from storage.database import Tx
from storage.scope import Scope
from storage.tables import activity, attendance
from training.activities import Mark, Settings, State


class Listed(msgspec.Struct, frozen=True):
    """One person on one day of an activity."""

    activity: int
    title: str
    form: str
    day: date
    mark: Mark


_COLUMNS: Final = (activity.c.number, activity.c.settings, activity.c.form, attendance.c.day, attendance.c.mark)


async def listed(tx: Tx, scope: Scope, person: str, days: tuple[date, date]) -> list[Listed]:
    """Of activities that took place or will; `days`: the first and the last."""
    statement = (
        select(*_COLUMNS)
        .join(activity, activity.c.number == attendance.c.activity)
        .where(
            attendance.c.person == person,
            attendance.c.day >= days[0],
            attendance.c.day <= days[1],
            activity.c.state != str(State.CANCELLED),
            scope.allows(attendance.c.person, attendance.c.unit),
        )
        .order_by(activity.c.number, attendance.c.day)
    )
    return [_listed(*row) for row in await tx.execute(statement)]


def _listed(number: int, settings: str, form: str, day: date, mark: str) -> Listed:
    named: Any = msgspec.json.decode(settings, type=Settings)
    return Listed(number, named.title, form, day, Mark(mark))
