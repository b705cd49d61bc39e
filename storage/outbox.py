"""What waits to be sent: frozen requests and what became of them.

queued → sending → sent | refused | unknown. This is the door: queueing is here, a sender's side in `outbox_claims`,
what is decided and told afterwards in `outbox_review`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import and_, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage import media
from storage.database import Tx
from storage.outbox_claims import LEASE, claim, finish, freeze_file, is_due, release, take_back
from storage.outbox_review import (
    GIVEN_UP,
    WITHDRAWN,
    RowState,
    SentMessage,
    Tally,
    in_state,
    resend,
    sent_messages,
    settle,
    states,
    tallied,
    tally,
    withdraw,
)
from storage.outbox_values import EXPIRED, MEDIA_ID, Claimed, Draft, Ending, State
from storage.tables import outbox

__all__ = [
    "EXPIRED",
    "GIVEN_UP",
    "LEASE",
    "MEDIA_ID",
    "WITHDRAWN",
    "Claimed",
    "Draft",
    "Ending",
    "RowState",
    "SentCard",
    "SentMessage",
    "State",
    "Tally",
    "add",
    "add_all",
    "claim",
    "counts",
    "finish",
    "freeze_file",
    "in_state",
    "is_due",
    "live_cards",
    "release",
    "resend",
    "row_of",
    "sent_messages",
    "settle",
    "states",
    "take_back",
    "tallied",
    "tally",
    "use_code",
    "withdraw",
]


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
    not_after: datetime | None = None,
    waking: bool = False,
) -> None:
    """Queue the drafts in order; what was queued before under the same ref and part stays as it is."""
    queued = partial(row_of, lane=lane, mass=mass, now=now, due_at=due_at, not_after=not_after, waking=waking)
    await add_all(tx, [queued(channel, ref, number, draft) for number, draft in enumerate(drafts)])


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
    not_after: datetime | None = None,
    waking: bool = False,
) -> dict[str, Any]:
    """A queued row, for `add_all`.

    `not_after`: from when on it is worth nothing any more; `waking`: only while people may be written to.
    """
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
        "not_after": not_after,
        "waking": waking,
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
