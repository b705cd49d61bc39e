"""Files that are sent, once each however many get them.

A channel that takes files first hands out an id for each; it is kept here, because a request with another id would
be another request, which the channel could not recognise as a repeat.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Tx
from storage.sets import among, texts
from storage.tables import broadcast, media, outbox


@dataclass(frozen=True, slots=True)
class Kept:
    """`type` is the channel's: `image` or `file`. Equal files have equal digests, whatever they were sent for."""

    digest: str
    name: str
    type: str
    content: bytes


def kept(name: str, kind: str, content: bytes) -> Kept:
    naming = f"{kind}\0{name}\0".encode()
    return Kept(hashlib.sha256(naming + hashlib.sha256(content).digest()).hexdigest(), name, kind, content)


async def keep(tx: Tx, files: Iterable[Kept], now: datetime) -> None:
    """Each once, whoever kept it before."""
    rows = [
        {"digest": one.digest, "name": one.name, "type": one.type, "content": one.content}
        | {"kept_at": now, "media_id": ""}
        for one in {one.digest: one for one in files}.values()
    ]
    if rows:
        make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
        await tx.execute(make(media).on_conflict_do_nothing(), rows)


async def of(tx: Tx, digests: Iterable[str]) -> Mapping[str, Kept]:
    """Digest → file."""
    wanted = texts(digests)
    columns = (media.c.digest, media.c.name, media.c.type, media.c.content)
    rows = await tx.execute(select(*columns).where(among(media.c.digest, "digests")), {"digests": wanted})
    return {digest: Kept(digest, name, kind, content) for digest, name, kind, content in rows}


async def forget(tx: Tx, digests: Iterable[str]) -> None:
    """Those of them that nothing points to any more."""
    waits = exists().where(outbox.c.media == media.c.digest)
    ordered = exists().where(broadcast.c.media == media.c.digest)
    unused = delete(media).where(among(media.c.digest, "digests"), ~waits, ~ordered)
    await tx.execute(unused, {"digests": texts(digests)})
