"""Until when a channel may not be used, for all of its processes and over a restart.

A hold is lengthened by a later one, never shortened. Its code stays to be seen until something could be sent again.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import and_, case, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Tx
from storage.tables import channel_state
from storage.types import Instant

NONE: Final = 0


@dataclass(frozen=True, slots=True)
class Hold:
    """`code` is the API's error code; it is kept when `until` has passed."""

    until: datetime
    code: int


async def hold(tx: Tx, channel: str, until: datetime, code: int) -> None:
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    row = make(channel_state).values(channel=channel, held_until=until, held_code=code, token=b"")
    longer = or_(channel_state.c.held_until.is_(None), channel_state.c.held_until < literal(until, Instant))
    changes = {
        column: case((longer, row.excluded[column]), else_=channel_state.c[column])
        for column in ("held_until", "held_code")
    }
    await tx.execute(row.on_conflict_do_update(index_elements=["channel"], set_=changes))


async def held(tx: Tx, channel: str) -> Hold | None:
    """The last hold, whether it has passed or not; None when something was sent since."""
    row = select(channel_state.c.held_until, channel_state.c.held_code).where(channel_state.c.channel == channel)
    found = (await tx.execute(row)).first()
    return Hold(found.held_until, found.held_code) if found is not None and found.held_until else None


async def lift(tx: Tx, channel: str, now: datetime) -> None:
    """Something could be sent: a hold that has passed is history."""
    passed = and_(channel_state.c.channel == channel, channel_state.c.held_until <= now)
    await tx.execute(update(channel_state).where(passed).values(held_until=None, held_code=NONE))
