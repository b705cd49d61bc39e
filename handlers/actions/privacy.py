"""Who has not been told yet what is kept of them, and that they are being told now."""

from collections.abc import Sequence
from datetime import datetime

from handlers.message import Reply
from handlers.routing import Item
from storage import wishes
from storage.database import Tx


async def newly_told(tx: Tx, items: Sequence[Item], replies: Sequence[Reply], now: datetime) -> set[int]:
    """Positions of the replies that the notice goes with: the first one of everybody who has not seen it."""
    told: dict[str, int] = {}
    for position, (item, reply) in enumerate(zip(items, replies, strict=True)):
        says_something = reply.now is not None or reply.then
        if says_something and not item.asker.wishes.privacy_shown:
            told.setdefault(item.asker.person.number, position)
    await wishes.mark_privacy_shown(tx, told, now)
    return set(told.values())
