"""What becomes of 培训活动, 申报, 佐证 and 异议 of a number that turns out to be somebody else's.

Decisions, duty facts and reports about the roll are history and stay under the number they were written for.
"""

from typing import Final

import msgspec
from sqlalchemy import ColumnElement, delete, exists, select, update

from storage.database import Tx
from storage.tables import activity, attendance, claim, evidence, objection
from training.activities import PRESENT, Settings, State

_OVER: Final = (State.POSTED, State.CANCELLED)
_THERE: Final = tuple(str(mark) for mark in PRESENT)
_OWNED: Final = (claim, evidence, objection)


async def hand_over(tx: Tx, person: str, into: str) -> None:
    """Who held activities that go on holds them still, and cannot be the second pair of eyes."""
    for table in _OWNED:
        await tx.execute(update(table).where(table.c.person == person).values(person=into))
    await tx.execute(
        update(activity)
        .where(activity.c.concluded_by == person, activity.c.state == State.CONCLUDED)
        .values(concluded_by=into)
    )
    await _hand_over_activities(tx, person, into)


async def _hand_over_activities(tx: Tx, person: str, into: str) -> None:
    going_on = activity.c.state.not_in([str(state) for state in _OVER])
    found = select(activity.c.number, activity.c.settings).where(activity.c.organiser == person, going_on)
    for number, settings in (await tx.execute(found)).all():
        planned = msgspec.structs.replace(msgspec.json.decode(settings, type=Settings), organiser=into)
        values = {"organiser": into, "settings": msgspec.json.encode(planned).decode()}
        await tx.execute(update(activity).where(activity.c.number == number).values(**values))


def _same_day(of: str, *, present: bool) -> ColumnElement[bool]:
    """Whether there is a row of `of` for the same activity and day."""
    other = attendance.alias()
    there = (other.c.activity == attendance.c.activity) & (other.c.day == attendance.c.day)
    found = there & (other.c.person == of)
    return exists().where(found & other.c.mark.in_(_THERE) if present else found)


async def hand_over_attendance(tx: Tx, person: str, into: str) -> None:
    """One human being has one row a day: of two, the one that says present, else the own one."""
    mine, theirs = attendance.c.person == into, attendance.c.person == person
    worse = mine & attendance.c.mark.not_in(_THERE) & _same_day(person, present=True)
    await tx.execute(delete(attendance).where(worse))
    await tx.execute(update(attendance).where(theirs & ~_same_day(into, present=False)).values(person=into))
    await tx.execute(delete(attendance).where(theirs))
