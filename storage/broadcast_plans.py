"""What the clock keeps of broadcasts that are not sent yet: the marks of series, and figures being counted.

A series has its mark where one that is sent has its own: the moment through which its times are dealt with. While
figures are counted, they lie where the receivers of one that is sent lie, as its owner writes them.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, select, update

from storage.database import Tx
from storage.tables import broadcast
from training.broadcasts import State

NO_COUNT: Final = "{}"


def mark(moment: datetime) -> str:
    """As `resolved_through` of a series."""
    return moment.isoformat()


async def planned_of(tx: Tx, series: int) -> list[int]:
    """Numbers of those that a series made and that still wait for their time."""
    here = (broadcast.c.series == series) & (broadcast.c.state == str(State.PLANNED))
    return list((await tx.execute(select(broadcast.c.number).where(here).order_by(broadcast.c.number))).scalars())


async def repeating(tx: Tx, now: datetime) -> list[int]:
    """Numbers of the series whose next time lies ahead."""
    here = (broadcast.c.state == str(State.REPEATING)) & (broadcast.c.send_at > now)
    return list((await tx.execute(select(broadcast.c.number).where(here).order_by(broadcast.c.number))).scalars())


async def marked(tx: Tx, number: int) -> datetime | None:
    """The mark of a series; None where none was kept."""
    row = select(broadcast.c.resolved_through).where(broadcast.c.number == number)
    text = (await tx.execute(row)).scalar_one_or_none()
    return datetime.fromisoformat(text) if text else None


def _planned(number: int) -> ColumnElement[bool]:
    return (broadcast.c.number == number) & (broadcast.c.state == str(State.PLANNED))


async def count_of(tx: Tx, number: int) -> str | None:
    """The figures so far of one that is planned; None when it is not any more. Locked until the commit."""
    row = select(broadcast.c.pending).where(_planned(number)).with_for_update()
    return (await tx.execute(row)).scalar_one_or_none()


async def keep_count(tx: Tx, number: int, before: str, text: str) -> bool:
    """False when it is not as it was any more: somebody else counts, or it was given up."""
    here = _planned(number) & (broadcast.c.pending == before)
    return (await tx.execute(update(broadcast).where(here).values(pending=text))).rowcount == 1
