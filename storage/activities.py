"""培训活动: what was planned, who holds it, its states, and how far its invitations are.

Who was there is in `storage.attendance`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Select, delete, insert, select, update

from storage.database import Tx
from storage.tables import activity, activity_unit
from training.activities import MOVES, Activity, Settings, State

_COLUMNS: Final = (
    activity.c.number,
    activity.c.state,
    activity.c.settings,
    activity.c.created_by,
    activity.c.created_at,
    activity.c.secret,
    activity.c.minutes,
    activity.c.batch,
    activity.c.concluded_by,
    activity.c.concluded_at,
    activity.c.posted_at,
    activity.c.note,
)
_SHOWN: Final = (str(State.PUBLISHED), str(State.SIGNING))
_OPEN: Final = (str(State.PLANNED), *_SHOWN, str(State.CONCLUDED))


async def add(
    tx: Tx, settings: Settings, *, created_by: str, secret: bytes, now: datetime, digest: str = ""
) -> int:
    """A planned one; its number."""
    values: dict[str, Any] = {
        **_planned(settings),
        **{"state": str(State.PLANNED), "secret": secret, "digest": digest},
        **{"created_by": created_by, "created_at": now, "minutes": "", "batch": 0},
        **{"invited_through": "", "concluded_by": "", "note": ""},
    }
    added = await tx.execute(insert(activity).values(values).returning(activity.c.number))
    number: int = added.scalar_one()
    await _keep_units(tx, number, settings)
    return number


def _encoded(settings: Settings) -> str:
    return msgspec.json.encode(settings).decode()


def _activity(row: Sequence[Any]) -> Activity:
    number, state, settings, created_by, created_at, secret, minutes, *rest = row
    planned = msgspec.json.decode(settings, type=Settings)
    lengths = tuple(int(one) for one in minutes.split(",")) if minutes else ()
    return Activity(number, State(state), planned, created_by, created_at, bytes(secret), lengths, *rest)


async def one(tx: Tx, number: int, *, lock: bool = False, share: bool = False) -> Activity | None:
    """`lock`: nobody else moves it, or signs in, until the commit; `share`: nobody else moves it."""
    statement = select(*_COLUMNS).where(activity.c.number == number)
    if lock or share:
        statement = statement.with_for_update(read=share and not lock)
    row = (await tx.execute(statement)).one_or_none()
    return None if row is None else _activity(row)


async def by_digest(tx: Tx, digest: str) -> Activity | None:
    """The latest one that a file with this digest ordered."""
    if not digest:
        return None
    found = await _every(tx, select(*_COLUMNS).where(activity.c.digest == digest).order_by(activity.c.number))
    return found[-1] if found else None


async def open_ones(tx: Tx) -> list[Activity]:
    """All that is not posted or cancelled, by the beginning."""
    return await _every(tx, select(*_COLUMNS).where(activity.c.state.in_(_OPEN)).order_by(*_BY_TIME))


async def latest(tx: Tx, *, at_most: int = 20) -> list[Activity]:
    """Of every state, the latest number first."""
    return await _every(tx, select(*_COLUMNS).order_by(activity.c.number.desc()).limit(at_most))


async def shown_between(tx: Tx, first: datetime, last: datetime) -> list[Activity]:
    """Published ones that are, or have their sessions, between these moments."""
    statement = select(*_COLUMNS).where(
        activity.c.state.in_(_SHOWN), activity.c.starts_at < last, activity.c.ends_at > first
    )
    return await _every(tx, statement.order_by(*_BY_TIME))


async def of_numbers(tx: Tx, numbers: Sequence[int]) -> Mapping[int, Activity]:
    """Those of them that there are. For a handful."""
    found = await _every(tx, select(*_COLUMNS).where(activity.c.number.in_(sorted(set(numbers)))))
    return {one.number: one for one in found}


async def due_to_open(tx: Tx, begin_before: datetime, now: datetime) -> list[Activity]:
    """Published ones whose first session begins before that moment, and which are not over."""
    statement = select(*_COLUMNS).where(
        activity.c.state == str(State.PUBLISHED), activity.c.starts_at <= begin_before, activity.c.ends_at > now
    )
    return await _every(tx, statement.order_by(activity.c.number))


async def unconcluded(tx: Tx, since: datetime, before: datetime) -> list[Activity]:
    """Published ones that ended from `since` on and before `before`."""
    statement = select(*_COLUMNS).where(
        activity.c.state.in_(_SHOWN), activity.c.ends_at >= since, activity.c.ends_at < before
    )
    return await _every(tx, statement.order_by(activity.c.number))


_BY_TIME: Final = (activity.c.starts_at, activity.c.number)


async def _every(tx: Tx, statement: Select[Any]) -> list[Activity]:
    return [_activity(row) for row in await tx.execute(statement)]


async def move(tx: Tx, before: Activity, after: State, **columns: Any) -> bool:
    """Into another state, with other columns (`minutes` as numbers); False: somebody was first.

    Raises: ValueError for a move that does not exist.
    """
    if after not in MOVES[before.state]:
        raise ValueError(f"an activity never goes from {before.state} to {after}")
    if "minutes" in columns:
        columns["minutes"] = ",".join(map(str, columns["minutes"]))
    here = (activity.c.number == before.number) & (activity.c.state == str(before.state))
    return (await tx.execute(update(activity).where(here).values(state=str(after), **columns))).rowcount == 1


async def change(tx: Tx, number: int, settings: Settings) -> bool:
    """What is planned; False when it is not only planned any more."""
    here = (activity.c.number == number) & (activity.c.state == str(State.PLANNED))
    if (await tx.execute(update(activity).where(here).values(_planned(settings)))).rowcount != 1:
        return False
    await tx.execute(delete(activity_unit).where(activity_unit.c.activity == number))
    await _keep_units(tx, number, settings)
    return True


def _planned(settings: Settings) -> dict[str, Any]:
    return {
        **{"settings": _encoded(settings), "form": settings.form, "organiser": settings.organiser},
        **{"starts_at": settings.sessions[0].starts, "ends_at": settings.sessions[-1].ends},
    }


async def _keep_units(tx: Tx, number: int, settings: Settings) -> None:
    units = [{"activity": number, "unit": unit, "place": place} for place, unit in enumerate(settings.units)]
    await tx.execute(insert(activity_unit), units)


async def keep_batch(tx: Tx, number: int, batch: int) -> None:
    """Under which number a second person confirms it."""
    await tx.execute(update(activity).where(activity.c.number == number).values(batch=batch))


async def inviting(tx: Tx, now: datetime) -> list[tuple[Activity, str]]:
    """Published ones that are not over and of which not everybody was invited, with the mark up to which were."""
    statement = (
        select(*_COLUMNS, activity.c.invited_through)
        .where(activity.c.state.in_(_SHOWN), activity.c.invited_at.is_(None), activity.c.ends_at > now)
        .order_by(activity.c.number)
    )
    return [(_activity(row[:-1]), row[-1]) for row in await tx.execute(statement)]


async def invited_through(tx: Tx, number: int) -> tuple[str, bool]:
    """Up to which 人员编号 people were invited, and whether all were."""
    statement = select(activity.c.invited_through, activity.c.invited_at).where(activity.c.number == number)
    through, done = (await tx.execute(statement)).one()
    return through, done is not None


async def advance(tx: Tx, number: int, before: str, through: str, *, done_at: datetime | None) -> bool:
    """Move the mark on; False when another process did the same slice."""
    here = (activity.c.number == number) & (activity.c.invited_through == before)
    here &= activity.c.invited_at.is_(None)
    values = {"invited_through": through, "invited_at": done_at}
    return (await tx.execute(update(activity).where(here).values(values))).rowcount == 1
