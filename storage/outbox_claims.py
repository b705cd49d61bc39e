"""A sender's side of the outbox: what it takes in hand, and what it writes down afterwards.

A claim has a lease and an attempt number as its fence, so that a process that was stopped in the middle cannot
write over what another one did. Rows of one lane go in order, personal ones before mass ones, none faster than
`pace` allows, and none after its `not_after`.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, bindparam, case, exists, func, literal, or_, select, true, update

from storage import pace
from storage.database import Tx
from storage.outbox_values import EXPIRED, UNSENT, Claimed, Draft, Ending, State
from storage.pace import Wanted
from storage.tables import outbox
from storage.types import Instant
from training.calendar import day_of

LEASE: Final = timedelta(seconds=60)
FILE_LEASE: Final = timedelta(seconds=180)  # an upload comes first
_RETRIED: Final = re.compile(r"tries (\d+)/(\d+): ")  # before the reason, while it waits
UNLICENSED: Final = "!"  # before an account among `invalid`; no account begins so


def left_behind(now: datetime) -> Any:
    """By a process that is gone."""
    return and_(outbox.c.state == State.SENDING, outbox.c.lease_until < now)


def _over(now: datetime) -> Any:
    return outbox.c.not_after <= now


def _free(now: datetime, *, awake: bool) -> Any:
    """Due, or left behind. What is in doubt cannot wait until people are awake: WeCom forgets the first try."""
    due = and_(outbox.c.state == State.QUEUED, outbox.c.due_at <= now)
    if not awake:
        due = and_(due, or_(outbox.c.waking.is_(False), outbox.c.doubtful, _over(now)))
    return or_(due, left_behind(now))


def ended(reason: str, now: datetime) -> dict[str, Any]:
    """Values of a row that is not tried any more: one that may have gone out already ends as unknown."""
    doubtful = or_(outbox.c.doubtful, outbox.c.state == State.SENDING)
    return {
        "state": case((doubtful, State.UNKNOWN), else_=State.REFUSED),
        "reason": reason,
        "lease_until": None,
        "finished_at": now,
    }


def _of(channel: str, mass: bool | None) -> Any:
    kind = true() if mass is None else outbox.c.mass.is_(mass)
    return and_(outbox.c.channel == channel, kind)


def _first_of_lane() -> Any:
    earlier = outbox.alias("earlier")
    waits = earlier.c.state.in_([State.QUEUED, State.SENDING])
    return ~exists().where(earlier.c.lane == outbox.c.lane, earlier.c.id < outbox.c.id, waits)


async def is_due(tx: Tx, channel: str, now: datetime, *, mass: bool | None = None, awake: bool = True) -> bool:
    """Of mass sends, of personal ones, or of any; `awake` as for `claim`."""
    statement = select(outbox.c.id).where(_of(channel, mass), _free(now, awake=awake)).limit(1)
    return (await tx.execute(statement)).first() is not None


_TAKEN: Final = (
    *(outbox.c.id, outbox.c.ref, outbox.c.path, outbox.c.body, outbox.c.receivers, outbox.c.media, outbox.c.mass),
    *(outbox.c.state, outbox.c.attempts, outbox.c.doubtful, outbox.c.maybe_twice, outbox.c.first_tried_at),
    *(outbox.c.reason, outbox.c.queued_at, outbox.c.not_after),
)


async def claim(
    tx: Tx,
    channel: str,
    now: datetime,
    *,
    at_most: int = 20,
    mass: bool | None = None,
    day_limit: int | None = None,
    awake: bool = True,
) -> list[Claimed]:
    """Take what is due, personal sends first, the oldest first, one of each lane; what has no room now is put off.

    `mass`: only those, or only the others. `day_limit` as for `pace.admit`. `awake`: whether what waits for people
    to be awake may go. What is past its `not_after` is ended.
    """
    free = and_(_of(channel, mass), _free(now, awake=awake))
    rows = await _due(tx, free, at_most)
    if any(row.not_after is not None and row.not_after <= now for row in rows):
        await _expire(tx, free, now)
        rows = await _due(tx, free, at_most)
    if not rows:
        return []
    wanted = [Wanted(row.id, row.path, _accounts(row.receivers), row.mass) for row in rows]
    later = await pace.admit(tx, channel, wanted, now, day_limit)
    if later:
        await _put_off(tx, later)
    taken = [row for row in rows if row.id not in later]
    if taken:
        await _take(tx, [row.id for row in taken], now)
    return [_claimed(row, now) for row in sorted(taken, key=lambda row: (row.mass, row.id))]


async def _due(tx: Tx, free: Any, at_most: int) -> list[Any]:
    """In the order in which they are taken, and locked."""
    first = (
        select(outbox.c.id)  # alone: what is sorted carries no bodies
        .where(free, _first_of_lane())
        .order_by(outbox.c.mass, outbox.c.due_at, outbox.c.id)
        .limit(at_most)
        .with_for_update(skip_locked=True)
    )
    ids = list((await tx.execute(first)).scalars())
    found = (await tx.execute(select(*_TAKEN).where(outbox.c.id.in_(ids)))).all() if ids else []
    return sorted(found, key=lambda row: ids.index(row.id))


async def _expire(tx: Tx, free: Any, now: datetime) -> None:
    """All of them, but for those that another process has in hand."""
    over = select(outbox.c.id).where(free, _over(now)).with_for_update(skip_locked=True)
    await tx.execute(update(outbox).where(outbox.c.id.in_(over)).values(**ended(EXPIRED, now)))


def _accounts(listed: str) -> tuple[str, ...]:
    return tuple(listed.split("|")) if listed else ()


async def _put_off(tx: Tx, later: Mapping[int, datetime]) -> None:
    """One that was left behind is in doubt, and keeps that."""
    again = update(outbox).where(outbox.c.id == bindparam("row"))
    left = outbox.c.state == State.SENDING
    values = {
        "state": State.QUEUED,
        "due_at": bindparam("later", type_=Instant),
        "doubtful": or_(outbox.c.doubtful, left),
        "lease_until": None,
    }
    await tx.execute(again.values(values), [{"row": row, "later": due_at} for row, due_at in later.items()])


async def _take(tx: Tx, ids: Sequence[int], now: datetime) -> None:
    moment = literal(now, Instant)
    doubtful = or_(outbox.c.doubtful, outbox.c.state == State.SENDING)
    await tx.execute(
        update(outbox)
        .where(outbox.c.id.in_(ids))
        .values(
            state=State.SENDING,
            attempts=outbox.c.attempts + 1,
            doubtful=doubtful,
            lease_until=case(
                (outbox.c.media != "", literal(now + FILE_LEASE, Instant)), else_=literal(now + LEASE, Instant)
            ),
            first_tried_at=case((doubtful, func.coalesce(outbox.c.first_tried_at, moment)), else_=moment),
        )
    )


def _claimed(row: Any, now: datetime) -> Claimed:
    """As `_take` has just written it."""
    doubtful = row.doubtful or row.state == State.SENDING
    retried = _RETRIED.match(row.reason)
    return Claimed(
        row.id,
        row.ref,
        Draft(row.path, row.body, _accounts(row.receivers)),
        row.mass,
        row.attempts + 1,
        doubtful,
        row.first_tried_at if doubtful and row.first_tried_at else now,
        row.queued_at,
        row.media,
        row.maybe_twice,
        int(retried[1]) if retried else 0,
        int(retried[2]) if retried else 0,
    )


def _held(claimed: Claimed) -> Any:
    return and_(outbox.c.id == claimed.id, outbox.c.state == State.SENDING, outbox.c.attempts == claimed.attempts)


async def freeze_file(tx: Tx, claimed: Claimed, body: bytes, now: datetime) -> bool:
    """The bytes with the file's id, to be sent from now on; False when the claim is lost: then do not send."""
    values = {"body": body, "lease_until": now + LEASE}
    return (await tx.execute(update(outbox).where(_held(claimed)).values(values))).rowcount == 1


async def finish(tx: Tx, claimed: Claimed, ending: Ending, now: datetime) -> bool:
    """Write the ending; False when the lease had run out and somebody else has it."""
    values: dict[str, Any] = {
        "state": ending.state,
        "code": ending.code,
        "reason": UNSENT + ending.reason if ending.unsent else ending.reason,
        "msgid": ending.msgid,
        "response_code": ending.response_code,
        "invalid": "|".join((*ending.invalid, *(UNLICENSED + name for name in ending.unlicensed))),
        "lease_until": None,
    }
    if ending.state is State.QUEUED:
        values["due_at"] = ending.due_at or now
        values["doubtful"] = claimed.doubtful or ending.doubtful
        values["reason"] = f"tries {ending.retried}/{ending.busy}: {ending.reason}"
    else:
        values["finished_at"] = now
    return (await tx.execute(update(outbox).where(_held(claimed)).values(values))).rowcount == 1


async def take_back(tx: Tx, channel: str, ended: Sequence[tuple[Claimed, Ending]], now: datetime) -> None:
    """From the day's count: those whom these tries surely did not reach. Last in its transaction, as for `pace`."""
    nobody = sum(
        len(claimed.draft.receivers) if ending.unreached is None else ending.unreached
        for claimed, ending in ended
        if claimed.draft.path == pace.MESSAGES
    )
    if nobody:
        await pace.take_back(tx, channel, nobody, day_of(now))


async def release(tx: Tx, channel: str, now: datetime) -> None:
    """Give up every claim: for the start of the only process that sends, which holds none yet."""
    held = and_(outbox.c.channel == channel, outbox.c.state == State.SENDING)
    await tx.execute(update(outbox).where(held).values(lease_until=now - LEASE))
