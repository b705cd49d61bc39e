"""Which broadcasts are queued to the last receiver and still not out: some of their requests wait in the outbox."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import exists, select

from storage.database import Tx
from storage.outbox import State
from storage.sets import among_numbers
from storage.tables import broadcast, broadcast_part, outbox

_PART: Final = (
    select(broadcast_part.c.ref)
    .join(outbox, outbox.c.ref == broadcast_part.c.ref)
    .where(broadcast_part.c.broadcast == broadcast.c.number)
    .where(outbox.c.state.in_([str(State.QUEUED), str(State.SENDING)]))
)
_WAITING: Final = select(broadcast.c.number).where(among_numbers(broadcast.c.number, "numbers"), exists(_PART))


async def waiting(tx: Tx, numbers: Iterable[int]) -> frozenset[int]:
    """Those of these of which something is not out yet, whatever became of the rest."""
    return frozenset((await tx.execute(_WAITING, {"numbers": list(numbers)})).scalars())
