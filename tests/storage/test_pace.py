"""The pace: no account gets more than WeCom shows, no path is called more than it may be, no day is overdrawn."""

from datetime import datetime, timedelta

from sqlalchemy import func, insert, select

from storage import outbox, pace, tables
from storage.database import Database
from storage.outbox import Claimed, Draft, Ending, State
from storage.pace import (
    BUSY_WAIT,
    DAY_MESSAGES,
    HOUR_CALLS,
    MESSAGES,
    MINUTE_CALLS,
    MINUTE_MESSAGES,
    SMALLEST_CORP,
    Wanted,
)
from tests.storage.rows import NOW, add_person
from training.calendar import DAY, day_of, start_of

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
TOP = NOW.replace(second=0, microsecond=0)  # of a minute
UPDATE = "message/update_template_card"


async def admitted(
    database: Database, now: datetime, *wanted: Wanted, day_limit: int | None = None
) -> dict[int, datetime]:
    """Id → until when it was put off."""
    async with database.write() as tx:
        return dict(await pace.admit(tx, "wecom", wanted, now, day_limit))


def to(*receivers: str, number: int = 1, mass: bool = False, path: str = MESSAGES) -> Wanted:
    return Wanted(number, path, receivers, mass)


async def fill_minute(database: Database, account: str, sends: int, minute: datetime = TOP) -> None:
    async with database.write() as tx:
        row = {"channel": "wecom", "account": account, "minute": minute, "sends": sends}
        await tx.execute(insert(tables.account_minute).values(**row))


async def fill_calls(database: Database, calls: int, minute: datetime) -> None:
    async with database.write() as tx:
        row = {"channel": "wecom", "path": UPDATE, "minute": minute, "calls": calls}
        await tx.execute(insert(tables.call_minute).values(**row))


async def test_an_account_gets_no_more_than_its_share_of_a_minute(database: Database) -> None:
    for n in range(MINUTE_MESSAGES):
        assert await admitted(database, TOP + n * SECOND, to("a")) == {}
    last = TOP + 59 * SECOND
    assert await admitted(database, last, to("a"), to("b", number=2)) == {1: last + BUSY_WAIT}
    # What was refused is not counted; the last minute still is, and the one before no more.
    assert await admitted(database, TOP + MINUTE, to("a")) != {}
    assert await admitted(database, TOP + 2 * MINUTE, to("a")) == {}


async def test_a_mass_send_waits_for_the_one_who_is_busy_and_takes_nobodys_room(database: Database) -> None:
    await fill_minute(database, "busy", MINUTE_MESSAGES)
    await fill_minute(database, "nearly", MINUTE_MESSAGES - 1)
    wanted = (to("x", "busy", "nearly", number=1), to("nearly", number=2), to("nearly", number=3))
    assert (await admitted(database, TOP, *wanted)).keys() == {1, 3}
    assert await admitted(database, TOP, to("x")) == {}


async def test_nobody_else_pays_for_another_channel(database: Database) -> None:
    await fill_minute(database, "a", MINUTE_MESSAGES)
    async with database.write() as tx:
        assert await pace.admit(tx, "telegram", [to("a")], TOP) == {}


async def test_an_hour_cannot_have_more_than_wecom_shows(database: Database) -> None:
    """Whoever always gets as much as the minutes allow stays below 1000 in any 60 of them."""
    sent: list[datetime] = []
    for n in range(130):
        for second in (0, 59):
            now = TOP + n * MINUTE + second * SECOND
            while not await admitted(database, now, *(to("a", number=k) for k in range(7))):
                sent += [now] * 7
    assert len(sent) > 1000
    assert max(sum(first <= other < first + HOUR for other in sent) for first in sent) < 1000


async def test_changing_a_card_is_no_message(database: Database) -> None:
    await fill_minute(database, "a", MINUTE_MESSAGES)
    assert await admitted(database, TOP, to("a", path=UPDATE)) == {}


async def test_a_path_is_not_called_too_often_in_a_minute(database: Database) -> None:
    await fill_calls(database, MINUTE_CALLS - 1, TOP)
    wanted = [to("a", number=n, path=UPDATE) for n in (1, 2, 3)]
    now = TOP + 30 * SECOND
    assert await admitted(database, now, *wanted) == {2: TOP + MINUTE, 3: TOP + MINUTE}
    assert await admitted(database, now, to("a")) == {}  # messages have no such limit
    assert await admitted(database, TOP + MINUTE, *wanted) == {}


async def test_nor_in_an_hour(database: Database) -> None:
    for n in range(20):
        await fill_calls(database, HOUR_CALLS // 20, TOP - (n + 1) * 2 * MINUTE)
    assert (await admitted(database, TOP, to("a", path=UPDATE))).keys() == {1}
    assert await admitted(database, TOP + HOUR, to("a", path=UPDATE)) == {}


async def test_mass_sends_beyond_the_day_wait_for_the_morning(database: Database) -> None:
    wanted = (
        to("a", "b", number=1, mass=True),
        to("c", number=2),
        to("d", "e", number=3, mass=True),
        to("f", number=4),
    )
    morning = start_of(day_of(TOP) + DAY) + timedelta(hours=8, minutes=2)
    assert await admitted(database, TOP, *wanted, day_limit=4) == {3: morning}
    assert await admitted(database, TOP, to("g"), day_limit=4) == {}  # a personal one goes in any case
    assert await admitted(database, TOP, to("g", mass=True), day_limit=4) == {1: morning}
    assert await admitted(database, morning, to("g", mass=True), day_limit=4) == {}
    async with database.read() as tx:
        rows = await tx.execute(select(tables.send_day.c.day, tables.send_day.c.sends))
        assert dict(rows.all()) == {day_of(TOP): 5, day_of(morning): 1}


async def test_the_days_limit_grows_with_the_accounts(database: Database) -> None:
    async with database.write() as tx:
        assert await pace.day_limit(tx, "wecom") == DAY_MESSAGES * SMALLEST_CORP
        await add_person(tx, "p1", "a1", "a2")
        for n in range(SMALLEST_CORP):
            row = {"channel": "wecom", "account": f"b{n}", "person": "p1", "since": day_of(NOW)}
            await tx.execute(insert(tables.account).values(**row))
        assert await pace.day_limit(tx, "wecom") == DAY_MESSAGES * (SMALLEST_CORP + 2)


async def test_old_minutes_are_dropped_a_little_at_a_time(database: Database) -> None:
    for n in range(7):
        await fill_minute(database, f"old{n}", 1, TOP - 3 * MINUTE)
    await fill_minute(database, "young", 1, TOP - 2 * MINUTE)
    await fill_calls(database, 1, TOP - HOUR - 3 * MINUTE)
    await fill_calls(database, 1, TOP - HOUR)
    for gone in (5, 2, 0):
        async with database.write() as tx:
            assert await pace.forget(tx, TOP, at_most=5) == gone
    async with database.read() as tx:
        assert list((await tx.execute(select(tables.account_minute.c.account))).scalars()) == ["young"]
        assert (await tx.execute(select(func.count()).select_from(tables.call_minute))).scalar_one() == 1


# The whole way through the outbox.


async def queue(database: Database, ref: str, *accounts: str, mass: bool = False, lane: str = "") -> None:
    async with database.write() as tx:
        draft = Draft(MESSAGES, ref.encode(), accounts)
        await outbox.add(tx, "wecom", ref, [draft], lane=lane or ref, mass=mass, now=TOP)


async def claimed(database: Database, now: datetime, **how: int | bool) -> list[Claimed]:
    async with database.write() as tx:
        return await outbox.claim(tx, "wecom", now, **how)  # type: ignore[arg-type]


async def test_what_is_put_off_is_neither_lost_nor_overtaken_in_its_lane(database: Database) -> None:
    await fill_minute(database, "busy", MINUTE_MESSAGES)
    await queue(database, "first", "busy", "x", mass=True, lane="b")
    await queue(database, "second", "y", mass=True, lane="b")
    await queue(database, "other", "z", mass=True)
    [other] = await claimed(database, TOP)
    async with database.write() as tx:
        assert other.ref == "other"
        assert await outbox.finish(tx, other, Ending(State.SENT), TOP)
    assert await claimed(database, TOP + BUSY_WAIT - SECOND) == []
    later = TOP + 2 * MINUTE
    [first] = await claimed(database, later)
    assert (first.ref, first.attempts, first.doubtful) == ("first", 1, False)
    async with database.write() as tx:
        assert await outbox.finish(tx, first, Ending(State.SENT), later)
    assert [one.ref for one in await claimed(database, later)] == ["second"]


async def test_one_left_behind_keeps_its_doubt_when_it_is_put_off(database: Database) -> None:
    await queue(database, "a", "x")
    await claimed(database, TOP)
    later = TOP + 5 * MINUTE
    await fill_minute(database, "x", MINUTE_MESSAGES, later)
    assert await claimed(database, later) == []
    [again] = await claimed(database, later + 2 * MINUTE)
    assert (again.doubtful, again.first_tried_at) == (True, TOP)


async def test_personal_sends_go_before_mass_ones(database: Database) -> None:
    for n in range(5):
        await queue(database, f"m{n}", f"u{n}", mass=True)
    await queue(database, "answer", "u1")
    assert [one.ref for one in await claimed(database, NOW, at_most=1)] == ["answer"]
    assert [one.ref for one in await claimed(database, NOW, at_most=2)] == ["m0", "m1"]
    await queue(database, "more", "u1")
    assert [one.ref for one in await claimed(database, NOW, mass=True)] == ["m2", "m3", "m4"]
    assert [one.ref for one in await claimed(database, NOW, mass=False)] == ["more"]


async def test_whom_a_try_surely_did_not_reach_does_not_count_for_the_day(database: Database) -> None:
    for ref in ("sent", "refused", "unknown", "again"):
        await queue(database, ref, *(f"{ref}{n}" for n in range(10)), mass=True)
    endings = {
        "sent": Ending(State.SENT, invalid=("sent1",), unlicensed=("sent2", "sent3")),
        "refused": Ending(State.REFUSED, 40058),
        "unknown": Ending(State.UNKNOWN),
        "again": Ending(State.QUEUED, -1),
    }
    held = await claimed(database, NOW)
    async with database.write() as tx:
        await outbox.take_back(tx, "wecom", [(one, endings[one.ref]) for one in held], NOW)
        left = (await tx.execute(select(tables.send_day.c.sends))).scalar_one()
    assert left == 40 - 3 - 10 - 10
