"""How fast a channel may be spoken to, counted where all processes see it.

A request is counted in the transaction that claims it, before it is sent: what is counted and not sent makes the
pace slower, never faster. Rows of a minute are changed in the order of their accounts, then the path's, then the
day's, so that two claims never wait for each other.
Source: doc 90312 (frequency limits).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Table, and_, bindparam, case, delete, func, select, text, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from storage import bulk
from storage.database import Tx
from storage.sets import among, texts
from storage.tables import account, account_minute, call_minute, send_day
from storage.types import Instant
from training.calendar import DAY, day_of, start_of

MESSAGES: Final = "message/send"  # the one path that reaches people, and is outside the base limit of calls
# To one account in this minute and the last together. Beyond 30 in 60 s, or 1000 in an hour, WeCom drops without a
# word; an hour touches 61 minutes, which are 31 pairs, so that it cannot have more than 868.
MINUTE_MESSAGES: Final = 28
MINUTE_CALLS: Final = 9_000  # of one path; WeCom refuses beyond 10,000
HOUR_CALLS: Final = 140_000  # of one path; WeCom refuses beyond 150,000
DAY_MESSAGES: Final = 200  # for each account of the corp, whoever gets them
SMALLEST_CORP: Final = 200  # accounts; the roll may know fewer than WeCom grants
BUSY_WAIT: Final = timedelta(seconds=10)
MORNING: Final = timedelta(hours=8, minutes=2)  # not at the full hour, when everybody sends
_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_ADD: Final = "ON CONFLICT (channel, account, minute) DO UPDATE SET sends = account_minute.sends + excluded.sends"
_COLUMNS: Final = ("channel", "account", "minute", "sends")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request that is about to be claimed."""

    id: int
    path: str
    receivers: tuple[str, ...]
    mass: bool


async def admit(
    tx: Tx, channel: str, wanted: Sequence[Wanted], now: datetime, day_limit: int | None = None
) -> Mapping[int, datetime]:
    """Count those of `wanted` that may go now; of the others, id → when to ask again.

    `day_limit`: messages a day on this channel, one for each receiver, beyond which mass sends wait for the next
    morning; None for no limit.
    """
    messages = [one for one in wanted if one.path == MESSAGES]
    later = await _over_messages(tx, channel, messages, now)
    later |= await _over_calls(tx, channel, [one for one in wanted if one.path != MESSAGES], now)
    later |= await _over_day(tx, channel, [one for one in messages if one.id not in later], now, day_limit)
    refused = _each(one for one in messages if one.id in later)
    if refused:
        await _count(tx, channel, {name: -sends for name, sends in refused.items()}, now)
    return later


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _each(wanted: Iterable[Wanted]) -> Counter[str]:
    """Account → how many messages."""
    return Counter(name for one in wanted for name in one.receivers)


async def _over_messages(tx: Tx, channel: str, messages: Sequence[Wanted], now: datetime) -> dict[int, datetime]:
    """Counts them all. Only what one of its receivers has no room for waits, and takes no room itself."""
    each = _each(messages)
    if not each:
        return {}
    await _count(tx, channel, each, now)
    room = {name: MINUTE_MESSAGES - sends + each[name] for name, sends in await _busy(tx, channel, each, now)}
    later: dict[int, datetime] = {}
    for one in messages if room else ():
        theirs = [name for name in one.receivers if name in room]
        if any(room[name] < 1 for name in theirs):
            later[one.id] = now + BUSY_WAIT
            continue
        for name in theirs:
            room[name] -= 1
    return later


# One statement for all who get as many, which is nearly always one: binding each name costs more than the row.
_ADD_ON_SQLITE: Final = text(
    "INSERT INTO account_minute (channel, account, minute, sends) "  # noqa: S608 - no values
    f"SELECT :channel, value, :minute, :sends FROM json_each(:accounts) WHERE true {_ADD}"
)


async def _count(tx: Tx, channel: str, each: Mapping[str, int], now: datetime) -> None:
    minute = bulk.moment(_minute(now))
    if tx.dialect.name != "sqlite":
        rows = [(channel, name, minute, each[name]) for name in sorted(each)]
        await bulk.insert(tx, account_minute, _COLUMNS, rows, _ADD)
        return
    alike: dict[int, list[str]] = {}
    for name in sorted(each):
        alike.setdefault(each[name], []).append(name)
    for sends, names in alike.items():
        given = {
            "channel": channel,
            "minute": minute,
            "sends": sends,
            "accounts": msgspec.json.encode(names).decode(),
        }
        await tx.execute(_ADD_ON_SQLITE, given)


_SENDS = func.sum(account_minute.c.sends)
_BUSY: Final = (
    select(account_minute.c.account, _SENDS)
    .where(
        account_minute.c.channel == bindparam("channel"),
        among(account_minute.c.account, "accounts"),
        account_minute.c.minute >= bindparam("last", type_=Instant),
    )
    .group_by(account_minute.c.account)
    .having(_SENDS > MINUTE_MESSAGES)
)


async def _busy(tx: Tx, channel: str, each: Iterable[str], now: datetime) -> list[tuple[str, int]]:
    """Accounts beyond the limit, with their messages of this minute and the last."""
    given = {"channel": channel, "accounts": texts(each), "last": _minute(now) - _MINUTE}
    return [(name, sends) for name, sends in await tx.execute(_BUSY, given)]


async def _over_calls(tx: Tx, channel: str, wanted: Sequence[Wanted], now: datetime) -> dict[int, datetime]:
    """The last ones of a path that has been called too often."""
    later: dict[int, datetime] = {}
    for path, calls in sorted(Counter(one.path for one in wanted).items()):
        key = {"channel": channel, "path": path, "minute": _minute(now)}
        made = await _added(tx, call_minute, key, "calls", calls)
        since = call_minute.c.minute > _minute(now) - _HOUR - _MINUTE
        total = select(func.sum(call_minute.c.calls)).where(
            call_minute.c.channel == channel, call_minute.c.path == path, since
        )
        hourly = (await tx.execute(total)).scalar_one()
        over = max(0, min(calls, max(made - MINUTE_CALLS, hourly - HOUR_CALLS)))
        last = [one for one in wanted if one.path == path][calls - over :]
        later |= {one.id: _minute(now) + _MINUTE for one in last}
        if over:
            await _added(tx, call_minute, key, "calls", -over)
    return later


async def _over_day(
    tx: Tx, channel: str, messages: Sequence[Wanted], now: datetime, limit: int | None
) -> dict[int, datetime]:
    """Mass sends that do not fit into the day any more. Personal ones go in any case, and are counted."""
    if not messages:
        return {}
    key = {"channel": channel, "day": day_of(now)}
    made = await _added(tx, send_day, key, "sends", sum(len(one.receivers) for one in messages))
    over = 0 if limit is None else made - limit
    later: dict[int, datetime] = {}
    for one in reversed(messages):
        if over > 0 and one.mass:
            later[one.id] = start_of(day_of(now) + DAY) + MORNING
            over -= len(one.receivers)
    if later:
        await _added(tx, send_day, key, "sends", -sum(len(one.receivers) for one in messages if one.id in later))
    return later


async def _added(tx: Tx, table: Table, key: Mapping[str, Any], column: str, number: int) -> int:
    """What the counter says with `number` more."""
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    row = make(table).values(**key, **{column: number})
    counted = row.on_conflict_do_update(
        index_elements=list(key), set_={column: table.c[column] + row.excluded[column]}
    )
    return int((await tx.execute(counted.returning(table.c[column]))).scalar_one())


async def take_back(tx: Tx, channel: str, messages: int, day: date) -> None:
    """So many messages of the day surely reached nobody."""
    here = and_(send_day.c.channel == channel, send_day.c.day == day)
    left = case((send_day.c.sends > messages, send_day.c.sends - messages), else_=0)
    await tx.execute(update(send_day).where(here).values(sends=left))


async def day_limit(tx: Tx, channel: str) -> int:
    """Messages a day, by how many accounts there are; slow with many, so not for every claim."""
    known = select(func.count()).select_from(account).where(account.c.channel == channel)
    return DAY_MESSAGES * max(SMALLEST_CORP, (await tx.execute(known)).scalar_one())


async def forget(tx: Tx, now: datetime, *, at_most: int = 5_000) -> int:
    """Drop minutes that no limit asks for any more; how many rows of accounts went, at most `at_most`."""
    before = _minute(now) - 2 * _MINUTE  # a process's clock may be a little behind
    keys = tuple_(account_minute.c.channel, account_minute.c.account, account_minute.c.minute)
    old = select(account_minute.c.channel, account_minute.c.account, account_minute.c.minute).where(
        account_minute.c.minute < before
    )
    # In a WITH, because PostgreSQL may run a locking subquery again for each row, with other rows each time.
    some = old.limit(at_most).with_for_update(skip_locked=True).cte("some", nesting=True)
    gone = (await tx.execute(delete(account_minute).where(keys.in_(select(some))))).rowcount
    if gone < at_most:
        await tx.execute(delete(call_minute).where(call_minute.c.minute < before - _HOUR))
    return gone
