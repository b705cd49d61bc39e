"""Acts already seen, with the replies they got; kept 24 hours."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import delete, select

from storage import bulk
from storage.database import Tx
from storage.sets import among, texts
from storage.tables import inbox

_SEEN = select(inbox.c.key, inbox.c.reply).where(among(inbox.c.key, "keys"))


class Seen(msgspec.Struct, frozen=True):
    """`reply` is the answer in the channel's spelling, before encryption."""

    key: str
    account: str
    received_at: datetime
    reply: bytes


async def replies(tx: Tx, keys: Sequence[str]) -> Mapping[str, bytes]:
    """Key → stored reply, for those that were seen before."""
    rows = await tx.execute(_SEEN, {"keys": texts(keys)})
    return dict(rows.all())


async def remember(tx: Tx, seen: Sequence[Seen]) -> None:
    moment = bulk.spelling(tx).moment
    rows = [(one.key, one.account, moment(one.received_at), one.reply) for one in seen]
    await bulk.append(tx, inbox, ("key", "account", "received_at", "reply"), rows)


async def forget(tx: Tx, before: datetime, *, at_most: int = 5000) -> int:
    """Delete what is older; returns how many rows went, `at_most` in one transaction."""
    old = select(inbox.c.key).where(inbox.c.received_at < before).limit(at_most)
    return (await tx.execute(delete(inbox).where(inbox.c.key.in_(old)))).rowcount
