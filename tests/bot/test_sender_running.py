"""The sender as it runs: personal sends beside mass ones, holds that all processes keep, the end of a process."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic

import pytest
from sqlalchemy import select

from bot.channels.channel import Outcome, Verdict
from bot.metrics import Metrics
from bot.sender import FORGET_EVERY, MASS_AT_ONCE, Sender
from storage import channel_holds, outbox, pace, tables
from storage.channel_holds import Hold
from storage.database import Database
from storage.outbox import Draft, State
from storage.pace import MINUTE_MESSAGES
from tests.handlers.stage import Clock
from tests.handlers.wire import Wire

BUSY = Outcome(Verdict.SLOW_DOWN, 45009, "limit", 60.0)
STOPPED = Outcome(Verdict.STOP, 60020, "not allowed")


@dataclass
class Slow(Wire):
    """Mass sends wait for the gate."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    under_way: int = 0
    most: int = 0

    async def deliver(self, draft: Draft, *, repeated: bool) -> Outcome:
        if len(draft.receivers) > 1:
            self.under_way += 1
            self.most = max(self.most, self.under_way)
            await self.gate.wait()
            self.under_way -= 1
        return await super().deliver(draft, repeated=repeated)


async def put(database: Database, clock: Clock, ref: str, *accounts: str, lane: str = "") -> None:
    draft = Draft("message/send", b'{"msgtype":"text","text":{"content":"%b"}}' % ref.encode(), accounts or (ref,))
    async with database.write() as tx:
        mass = len(draft.receivers) > 1
        await outbox.add(tx, "wecom", ref, [draft], lane=lane or ref, mass=mass, now=clock())


@asynccontextmanager
async def running(sender: Sender) -> AsyncIterator[None]:
    task = asyncio.create_task(sender.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(holds: Callable[[], bool], seconds: float = 10.0) -> float:
    """How long it took."""
    began = monotonic()
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - the channel is the real subject, it has no event
            await asyncio.sleep(0.005)
    return monotonic() - began


async def counts(database: Database) -> dict[str, int]:
    async with database.read() as tx:
        return await outbox.counts(tx)


def sender_on(database: Database, clock: Clock, wire: Wire) -> Sender:
    return Sender(database, {"wecom": wire}, clock, Metrics())


async def test_an_answer_does_not_wait_behind_a_broadcast(database: Database) -> None:
    clock, wire = Clock(), Slow()
    for n in range(30):
        await put(database, clock, f"m{n}", f"a{n}", f"b{n}")
    sender = sender_on(database, clock, wire)
    async with running(sender):
        await until(lambda: wire.under_way == MASS_AT_ONCE)
        await put(database, clock, "answer")
        sender.wake()
        assert await until(lambda: "answer" in wire.boxes) < 1.0
        assert wire.most == MASS_AT_ONCE
        wire.gate.set()
        await until(lambda: len(wire.sent) == 31)
        assert wire.most == MASS_AT_ONCE
    assert await counts(database) == {State.SENT: 31}


async def test_a_lane_goes_in_order_while_others_pass(database: Database) -> None:
    clock, wire = Clock(), Slow()
    wire.gate.set()
    for n in range(6):
        await put(database, clock, f"m{n}", "a", "b", lane="one")
    await put(database, clock, "x", "c", "d")
    async with running(sender_on(database, clock, wire)):
        await until(lambda: len(wire.sent) == 7)
    texts = [message.text for message in wire.boxes["a"]]
    assert texts == [f"m{n}" for n in range(6)]


async def test_what_is_under_way_may_end_when_the_process_is_stopped(database: Database) -> None:
    clock, wire = Clock(), Slow()
    await put(database, clock, "m", "a", "b")
    async with running(sender_on(database, clock, wire)):
        await until(lambda: wire.under_way == 1)
        asyncio.get_running_loop().call_later(0.2, wire.gate.set)
    assert await counts(database) == {State.SENT: 1}


@pytest.mark.parametrize("outcome", [BUSY, STOPPED])
async def test_a_hold_is_kept_by_all_processes_and_over_a_restart(database: Database, outcome: Outcome) -> None:
    clock, wire, other = Clock(), Wire(script=[outcome]), Wire()
    await put(database, clock, "a")
    assert await sender_on(database, clock, wire).send_due() == 1
    await put(database, clock, "b")
    clock.on(seconds=59.9)
    assert await sender_on(database, clock, other).send_due() == 0
    async with database.read() as tx:
        assert await channel_holds.held(tx, "wecom") == Hold(clock() + timedelta(seconds=0.1), outcome.code)
    clock.on(seconds=0.1)
    assert await sender_on(database, clock, other).send_due() == 2
    async with database.read() as tx:
        assert await channel_holds.held(tx, "wecom") is None


async def test_a_shorter_hold_does_not_end_a_longer_one(database: Database) -> None:
    clock, wire = Clock(), Wire(script=[BUSY, Outcome(Verdict.SLOW_DOWN, 45033, "at once", 5.0)])
    await put(database, clock, "a")
    await put(database, clock, "b")
    sender = sender_on(database, clock, wire)
    assert await sender.send_due() == 2
    clock.on(seconds=10)
    assert await sender.send_due() == 0


async def test_nobody_gets_more_in_a_minute_than_wecom_shows(database: Database) -> None:
    clock, wire = Clock(), Wire()
    for n in range(70):
        await put(database, clock, f"r{n}", "zhou")
    sender = sender_on(database, clock, wire)
    sent: list[int] = []
    for _ in range(60):
        while await sender.send_due():
            pass
        sent.append(len(wire.sent))
        clock.on(seconds=5)
    assert sent[-1] == 70
    assert all(later - now <= MINUTE_MESSAGES for now, later in zip(sent, sent[12:], strict=False))


async def test_mass_sends_wait_for_the_morning_when_the_day_is_full(database: Database) -> None:
    clock, wire = Clock(), Wire()
    async with database.read() as tx:
        limit = await pace.day_limit(tx, "wecom")
    async with database.write() as tx:
        await pace.admit(tx, "wecom", [pace.Wanted(1, pace.MESSAGES, ("x",), mass=True)], clock())
        full = tables.send_day.update().values(sends=limit - 1)
        await tx.execute(full)
    await put(database, clock, "m", "a", "b")
    await put(database, clock, "p")
    sender = sender_on(database, clock, wire)
    assert await sender.send_due() == 1
    assert list(wire.boxes) == ["p"]
    clock.on(days=1)
    assert await sender.send_due() == 1


async def test_what_the_pace_need_not_remember_is_forgotten_when_nothing_is_to_do(database: Database) -> None:
    clock, wire = Clock(), Wire()
    sender = sender_on(database, clock, wire)
    await put(database, clock, "a")
    await sender.send_due()
    clock.on(hours=2)

    async def left() -> int:
        async with database.read() as tx:
            return len((await tx.execute(select(tables.account_minute))).all())

    assert await left() == 1
    clock.now += FORGET_EVERY
    async with running(sender):
        await _eventually(left, 0)


async def _eventually(value: Callable[[], Awaitable[int]], wanted: int) -> None:
    async with asyncio.timeout(10):
        while await value() != wanted:  # noqa: ASYNC110 - the database has no event
            await asyncio.sleep(0.05)


async def test_a_database_that_is_away_stops_nothing_for_good(database: Database) -> None:
    clock, wire = Clock(), Wire()
    away = Database(database.url, database.writer, database.reader)
    sender = sender_on(away, clock, wire)
    async with database.write() as tx:
        await tx.exec_driver_sql("ALTER TABLE outbox RENAME TO outbox_away")
    try:
        async with running(sender):
            await asyncio.sleep(0.3)
            async with database.write() as tx:
                await tx.exec_driver_sql("ALTER TABLE outbox_away RENAME TO outbox")
            await put(database, clock, "a")
            sender.wake()
            await until(lambda: len(wire.sent) == 1)
    finally:
        async with database.read() as tx:
            names = (await tx.exec_driver_sql("SELECT count(*) FROM outbox")).scalar_one()
    assert names == 1
