"""What was queued of a broadcast and nobody can use any more."""

from datetime import datetime

from sqlalchemy import update

from storage.database import Tx
from storage.outbox_claims import ended
from storage.outbox_values import EXPIRED, State
from storage.tables import outbox


async def expire(tx: Tx, number: int, now: datetime) -> int:
    """Its messages that wait beyond their `not_after` are not sent any more; how many requests.

    Also those that an exam holds for longer. One that may have gone out already ends as unknown.
    """
    here = outbox.c.ref.startswith(f"broadcast-{number}-", autoescape=True)
    over = here & (outbox.c.state == State.QUEUED) & (outbox.c.not_after <= now)
    return (await tx.execute(update(outbox).where(over).values(**ended(EXPIRED, now)))).rowcount
