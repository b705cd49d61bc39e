"""Contact changes: kept once as they come, looked at by `staff sync`, never applied to the roll by themselves."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from storage import audit, batches, contacts, inbox
from storage.audit import Act
from storage.contacts import OpenChange
from storage.database import Tx
from storage.scope import EVERYTHING
from training.batches import RollChanges
from training.contact_matching import ContactChange

SYSTEM: Final = "sys"  # whom WeCom names as the sender of such events
_MOST_BATCHES: Final = 1000


async def keep(tx: Tx, channel: str, key: str, change: ContactChange, now: datetime) -> bool:
    """False when this event was kept before; `key` is the same for every delivery of it."""
    if await inbox.replies(tx, [key]):
        return False
    await inbox.remember(tx, [inbox.Seen(key, SYSTEM, now, b"")])
    await contacts.add(tx, channel, change, now)
    return True


async def proposed_already(tx: Tx) -> Mapping[str, int]:
    """Account → number of the batch that waits to add it."""
    found: dict[str, int] = {}
    for batch in await batches.waiting(tx, EVERYTHING, at_most=_MOST_BATCHES):
        if isinstance(batch.changes, RollChanges):
            found |= {one.account: batch.number for edit in batch.changes.people for one in edit.accounts}
    return found


async def settle(tx: Tx, seen: Sequence[OpenChange], *, by: str, batch: int | None, now: datetime) -> None:
    """Whoever ran the comparison has seen them; `batch` is what came of it."""
    if not seen:
        return
    await contacts.settle(tx, [one.number for one in seen], now)
    after = f"batch {batch}" if batch is not None else ""
    await audit.record(tx, Act(by, "cli", "contacts.settle", f"changes {len(seen)}", after=after), now)
