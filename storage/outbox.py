"""What waits to be sent: frozen requests and what became of them.

queued → sending → sent | refused | unknown. A claim has a lease and an attempt number as its fence, so that a
process that was stopped in the middle cannot write over what another one did. Rows of one lane go in order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Row, and_, exists, func, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage import media
from storage.database import Tx
from storage.media import Kept
from storage.tables import outbox
from storage.types import Instant

MEDIA_ID: Final = "$media_id$"
LEASE: Final = timedelta(seconds=60)


class State(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Draft:
    """One request to the channel's API, frozen to the byte, for at most 1000 receivers.

    `file` is uploaded first when there is one, and its media id takes the place of `MEDIA_ID` in the body.
    """

    path: str
    body: bytes
    receivers: tuple[str, ...]
    file: Kept | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A draft in hand. `attempts` counts this one; `doubtful`: an earlier one may have taken effect."""

    id: int
    ref: str
    draft: Draft
    mass: bool
    attempts: int
    doubtful: bool
    first_tried_at: datetime


async def add(
    tx: Tx,
    channel: str,
    ref: str,
    drafts: Sequence[Draft],
    *,
    lane: str,
    mass: bool,
    now: datetime,
    due_at: datetime | None = None,
) -> None:
    """Queue the drafts in order; what was queued before under the same ref and part stays as it is."""
    await add_all(
        tx, [row_of(channel, ref, n, d, lane=lane, mass=mass, now=now, due_at=due_at) for n, d in enumerate(drafts)]
    )


def row_of(
    channel: str,
    ref: str,
    part: int,
    draft: Draft,
    *,
    lane: str,
    mass: bool,
    now: datetime,
    due_at: datetime | None = None,
) -> dict[str, Any]:
    """A queued row, for `add_all`."""
    return {
        "channel": channel,
        "ref": ref,
        "part": part,
        "path": draft.path,
        "body": draft.body,
        "receivers": "|".join(draft.receivers),
        "file": draft.file,
        "media": draft.file.digest if draft.file else "",
        "lane": lane,
        "mass": mass,
        "state": State.QUEUED,
        "attempts": 0,
        "doubtful": False,
        "maybe_twice": False,
        "due_at": due_at or now,
        "queued_at": now,
        "reason": "",
        "msgid": "",
        "response_code": "",
        "invalid": "",
    }


async def add_all(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """What was queued before under the same ref and part stays as it is."""
    if not rows:
        return
    files = [row["file"] for row in rows if row["file"] is not None]
    if files:
        await media.keep(tx, files, rows[0]["queued_at"])
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    columns = [{name: value for name, value in row.items() if name != "file"} for row in rows]
    await tx.execute(make(outbox).on_conflict_do_nothing(), columns)


def _free(now: datetime) -> Any:
    """Due, or left behind by a process that is gone."""
    return or_(
        and_(outbox.c.state == State.QUEUED, outbox.c.due_at <= now),
        and_(outbox.c.state == State.SENDING, outbox.c.lease_until < now),
    )


def _first_of_lane() -> Any:
    earlier = outbox.alias("earlier")
    waits = earlier.c.state.in_([State.QUEUED, State.SENDING])
    return ~exists().where(earlier.c.lane == outbox.c.lane, earlier.c.id < outbox.c.id, waits)


async def is_due(tx: Tx, channel: str, now: datetime) -> bool:
    statement = select(outbox.c.id).where(outbox.c.channel == channel, _free(now)).limit(1)
    return (await tx.execute(statement)).first() is not None


async def claim(tx: Tx, channel: str, now: datetime, *, at_most: int = 20) -> list[Claimed]:
    """Take what is due, the oldest first, one of each lane."""
    free = (
        select(outbox.c.id)
        .where(outbox.c.channel == channel, _free(now), _first_of_lane())
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(at_most)
        .with_for_update(skip_locked=True)
    )
    ids = list((await tx.execute(free)).scalars())
    taken = (
        update(outbox)
        .where(outbox.c.id.in_(ids))
        .values(
            state=State.SENDING,
            attempts=outbox.c.attempts + 1,
            doubtful=or_(outbox.c.doubtful, outbox.c.state == State.SENDING),
            lease_until=now + LEASE,
            first_tried_at=func.coalesce(outbox.c.first_tried_at, literal(now, Instant)),
        )
        .returning(outbox)
    )
    if not ids:
        return []
    rows = (await tx.execute(taken)).all()
    files = await media.of(tx, {row.media for row in rows if row.media})
    return sorted((_claimed(row, files.get(row.media)) for row in rows), key=lambda c: c.id)


def _claimed(row: Row[Any], file: Kept | None) -> Claimed:
    receivers = tuple(row.receivers.split("|")) if row.receivers else ()
    draft = Draft(row.path, row.body, receivers, file)
    return Claimed(row.id, row.ref, draft, row.mass, row.attempts, row.doubtful, row.first_tried_at)


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of a claimed draft: an end state, or `QUEUED` again until `due_at`."""

    state: State
    code: int = 0
    reason: str = ""
    msgid: str = ""
    response_code: str = ""
    invalid: tuple[str, ...] = ()
    due_at: datetime | None = None
    doubtful: bool = False


async def finish(tx: Tx, claimed: Claimed, ending: Ending, now: datetime) -> bool:
    """Write the ending; False when the lease had run out and somebody else has it."""
    held = and_(outbox.c.id == claimed.id, outbox.c.state == State.SENDING, outbox.c.attempts == claimed.attempts)
    values: dict[str, Any] = {
        "state": ending.state,
        "code": ending.code,
        "reason": ending.reason,
        "msgid": ending.msgid,
        "response_code": ending.response_code,
        "invalid": "|".join(ending.invalid),
        "lease_until": None,
    }
    if ending.state is State.QUEUED:
        values["due_at"] = ending.due_at or now
        values["doubtful"] = claimed.doubtful or ending.doubtful
    else:
        values["finished_at"] = now
    return (await tx.execute(update(outbox).where(held).values(values))).rowcount == 1


async def release(tx: Tx, channel: str, now: datetime) -> None:
    """Give up every claim: for the start of the only process that sends, which holds none yet."""
    held = and_(outbox.c.channel == channel, outbox.c.state == State.SENDING)
    await tx.execute(update(outbox).where(held).values(lease_until=now - LEASE))


async def counts(tx: Tx) -> dict[str, int]:
    """State → how many rows."""
    statement = select(outbox.c.state, func.count()).group_by(outbox.c.state)
    return dict((await tx.execute(statement)).all())


@dataclass(frozen=True, slots=True)
class SentCard:
    """A card that can still be changed: its one response code and whom it reached."""

    id: int
    ref: str
    response_code: str
    receivers: tuple[str, ...]


async def live_cards(tx: Tx, channel: str, ref_prefix: str, since: datetime) -> list[SentCard]:
    """Cards whose code is unused and was given after `since`."""
    statement = select(outbox.c.id, outbox.c.ref, outbox.c.response_code, outbox.c.receivers).where(
        outbox.c.channel == channel,
        outbox.c.ref.startswith(ref_prefix, autoescape=True),
        outbox.c.state == State.SENT,
        outbox.c.response_code != "",
        outbox.c.finished_at > since,
    )
    return [SentCard(i, ref, code, tuple(r.split("|"))) for i, ref, code, r in (await tx.execute(statement))]


async def use_code(tx: Tx, card: SentCard) -> bool:
    """Take the code out of the row; False when somebody took it before."""
    held = and_(outbox.c.id == card.id, outbox.c.response_code == card.response_code)
    return (await tx.execute(update(outbox).where(held).values(response_code=""))).rowcount == 1
