"""Who may still see a broadcast and decide about it: asked each time, by the roll of today.

An asker of None is the command line.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import wraps
from typing import Final

from handlers.message import Reply
from handlers.routing import Item
from storage import broadcasts, units
from storage.database import Tx
from training.broadcasts import Broadcast
from training.calendar import day_of
from training.errors import NotAllowed
from training.people import Person, Role
from training.rules import Rules

Handle = Callable[[Tx, Item, datetime], Awaitable[Reply]]
_READERS: Final = (Role.CITY_ADMIN, Role.AUDITOR)


def in_post(rules: Rules, handle: Handle) -> Handle:
    """The same for nobody who has left, whatever role still stands on the roll. Raises: NotAllowed."""

    @wraps(handle)
    async def handled(tx: Tx, item: Item, now: datetime) -> Reply:
        if any(row.leaves and row.name == item.asker.person.status for row in rules.statuses_on(day_of(now))):
            raise NotAllowed
        return await handle(tx, item, now)

    return handled


async def may_read(tx: Tx, asker: Person | None, broadcast: Broadcast) -> bool:
    """Every city admin and auditor, and whoever may decide about it."""
    if asker is None or asker.role in _READERS:
        return True
    return await may_command(tx, asker, broadcast)


async def may_command(tx: Tx, asker: Person | None, broadcast: Broadcast) -> bool:
    """Take it back, or decide what becomes of it: every city admin; a unit admin who sent it, while every unit that
    was written to is in his or her hands."""
    if asker is None or asker.role is Role.CITY_ADMIN:
        return True
    if asker.role is not Role.UNIT_ADMIN or asker.number != broadcast.sender:
        return False
    return await broadcasts.units_of(tx, broadcast.number) <= await units.below(tx, asker.managed_units)
