"""Files that are sent, once each however many get them.

A channel that takes files first hands out an id for each; it is kept here, because a request with another id would
be another request, which the channel could not recognise as a repeat. For the same reason a file has an id of its
own for each broadcast (`use_of`): nothing but the id tells one picture message from another.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Tx
from storage.sets import among, texts
from storage.tables import broadcast, media, media_place, outbox

ID_LIFE: Final = timedelta(days=2.5)  # WeCom's lives 3 days, and has to outlive the repeats of a send
_USE: Final = re.compile(r"broadcast-\d+")
_UNFINISHED: Final = ("queued", "sending", "unknown")  # a person may have an unknown one sent again


@dataclass(frozen=True, slots=True)
class Kept:
    """`type` is the channel's: `image` or `file`. Equal files have equal digests, whatever they were sent for."""

    digest: str
    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """What the channel calls a file; `id` is empty when it was not brought there yet."""

    id: str
    uploaded_at: datetime | None

    def lives(self, now: datetime) -> bool:
        return self.uploaded_at is not None and now - self.uploaded_at < ID_LIFE


def kept(name: str, kind: str, content: bytes) -> Kept:
    naming = f"{kind}\0{name}\0".encode()
    return Kept(hashlib.sha256(naming + hashlib.sha256(content).digest()).hexdigest(), name, kind, content)


async def keep(tx: Tx, files: Iterable[Kept], now: datetime) -> None:
    """Each once, whoever kept it before: the bytes of a known one do not travel again."""
    new = {one.digest: one for one in files}
    for digest in await _held(tx, new):
        del new[digest]
    rows = [
        {"digest": one.digest, "name": one.name, "type": one.type, "content": one.content} | {"kept_at": now}
        for one in new.values()
    ]
    if rows:
        make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
        await tx.execute(make(media).on_conflict_do_nothing(), rows)


async def _held(tx: Tx, digests: Iterable[str], *, to_drop: bool = False) -> list[str]:
    """Those that are kept, locked, so that none is dropped while somebody begins to point to it."""
    known = select(media.c.digest).where(among(media.c.digest, "digests")).order_by(media.c.digest)
    locked = known.with_for_update(read=not to_drop)
    return list((await tx.execute(locked, {"digests": texts(digests)})).scalars())


async def of(tx: Tx, digests: Iterable[str]) -> Mapping[str, Kept]:
    """Digest → file."""
    wanted = texts(digests)
    columns = (media.c.digest, media.c.name, media.c.type, media.c.content)
    rows = await tx.execute(select(*columns).where(among(media.c.digest, "digests")), {"digests": wanted})
    return {digest: Kept(digest, name, kind, content) for digest, name, kind, content in rows}


def use_of(ref: str, *, mass: bool) -> str:
    """What a file is sent for, by the ref of its row in the outbox; empty for one person's."""
    found = _USE.match(ref) if mass else None
    return found[0] if found else ""


async def place(tx: Tx, digest: str, use: str) -> Place | None:
    """None when the file is not kept any more."""
    here = (media_place.c.digest == media.c.digest) & (media_place.c.use == use)
    columns = select(media_place.c.media_id, media_place.c.uploaded_at)
    row = columns.select_from(media.outerjoin(media_place, here)).where(media.c.digest == digest)
    found = (await tx.execute(row)).first()
    return Place(found.media_id or "", found.uploaded_at) if found is not None else None


async def keep_id(tx: Tx, digest: str, use: str, new: str, now: datetime, *, instead_of: str) -> str:
    """The id that all processes use from now on: `new`, or what somebody else put there instead of `instead_of`."""
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    row = make(media_place).values(digest=digest, use=use, media_id=new, uploaded_at=now)
    changed = {"media_id": row.excluded.media_id, "uploaded_at": row.excluded.uploaded_at}
    seen = media_place.c.media_id == instead_of
    mine = row.on_conflict_do_update(index_elements=["digest", "use"], set_=changed, where=seen)
    if (await tx.execute(mine)).rowcount == 1:
        return new
    standing = await place(tx, digest, use)
    return standing.id if standing is not None and standing.id else new


async def forget(tx: Tx, digests: Iterable[str]) -> None:
    """Those of them that nothing points to any more."""
    held = await _held(tx, digests, to_drop=True)
    pointed = exists().where(outbox.c.media == media.c.digest)
    ordered = exists().where(broadcast.c.media == media.c.digest)
    unused = delete(media).where(among(media.c.digest, "digests"), ~pointed, ~ordered)
    if held:
        await tx.execute(unused, {"digests": held})
        await _forget_places(tx, held)


async def forget_sent(tx: Tx, before: datetime, *, at_most: int = 10) -> int:
    """Drop files kept before that moment whose sends have ended and which no broadcast names; how many went."""
    waits = exists().where(outbox.c.media == media.c.digest, outbox.c.state.in_(_UNFINISHED))
    ordered = exists().where(broadcast.c.media == media.c.digest)
    old = select(media.c.digest).where(media.c.kept_at < before, ~waits, ~ordered).limit(at_most)
    held = await _held(tx, (await tx.execute(old)).scalars(), to_drop=True)
    if not held:
        return 0
    unused = delete(media).where(among(media.c.digest, "digests"), ~waits, ~ordered)
    gone = (await tx.execute(unused, {"digests": held})).rowcount
    await _forget_places(tx, held)
    return gone


async def _forget_places(tx: Tx, digests: Iterable[str]) -> None:
    kept_on = exists().where(media.c.digest == media_place.c.digest)
    left = delete(media_place).where(among(media_place.c.digest, "digests"), ~kept_on)
    await tx.execute(left, {"digests": texts(digests)})
