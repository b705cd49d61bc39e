"""Which heads of the ledger were sent: read from the outbox, where the message lies under the head and the day."""

from sqlalchemy import or_, select

from storage.database import Tx
from storage.tables import outbox


async def any_of(tx: Tx, channel: str, *, ref: str, lane: str) -> bool:
    """Whether something of this channel was ever queued under the ref (of a day) or in the lane (of a head)."""
    found = select(outbox.c.id).where(outbox.c.channel == channel, or_(outbox.c.ref == ref, outbox.c.lane == lane))
    return (await tx.execute(found.limit(1))).first() is not None
