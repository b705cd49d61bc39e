"""The sender, through every ending of a request, with a channel that follows a script."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.channels.channel import Outcome, Verdict
from bot.endings import DUPLICATE_WINDOW, LONGEST_WAIT_SECONDS, MOST_BUSY, RETRIES_FOR, STOP_SECONDS
from bot.metrics import Metrics
from bot.sender import Sender
from storage import outbox, tables
from storage.database import Database
from storage.outbox import LEASE, Claimed, Draft, Ending, State
from tests.databases import on_postgresql
from tests.handlers.stage import Clock
from tests.handlers.wire import Wire

SECOND = timedelta(seconds=1)
SENT = Outcome(Verdict.SENT, msgid="m1", response_code="r1", invalid=("gone",), unlicensed=("free",))
LOST = Outcome(Verdict.UNKNOWN, reason="TimeoutError")


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    with capture_logs() as found:
        yield found


class Post:
    """An outbox, a sender and a scripted channel."""

    def __init__(self, database: Database, *script: Outcome | Exception) -> None:
        self.database, self.clock, self.wire = database, Clock(), Wire(script=list(script))
        self.sender = Sender(database, {"wecom": self.wire}, self.clock, Metrics())

    async def put(
        self,
        ref: str,
        *accounts: str,
        mass: bool = False,
        lane: str = "",
        due_at: datetime | None = None,
    ) -> None:
        body = b'{"msgtype":"text","text":{"content":"%b"}}' % ref.encode()
        draft = Draft("message/send", body, accounts or (("zhou", "chen") if mass else ("zhou",)))
        async with self.database.write() as tx:
            await outbox.add(
                tx, "wecom", ref, [draft], lane=lane or ref, mass=mass, now=self.clock(), due_at=due_at
            )

    async def go(self, after: float = 0) -> int:
        self.clock.on(seconds=after)
        return await self.sender.send_due()

    async def row(self, ref: str) -> Any:
        async with self.database.read() as tx:
            return (await tx.execute(select(tables.outbox).where(tables.outbox.c.ref == ref))).one()

    async def claim(self) -> Claimed:
        async with self.database.write() as tx:
            [held] = await outbox.claim(tx, "wecom", self.clock())
        return held

    @property
    def tries(self) -> list[tuple[str, bool]]:
        """What was tried: the ref, and whether the channel was told of an earlier try."""
        return [(draft.body.split(b'"')[-2].decode(), repeated) for draft, repeated in self.wire.sent]


async def test_what_was_sent_is_written_down(database: Database) -> None:
    post = Post(database, SENT)
    await post.put("a")
    assert await post.go() == 1
    row = await post.row("a")
    assert (row.state, row.msgid, row.response_code, row.invalid) == (State.SENT, "m1", "r1", "gone|!free")
    assert (row.attempts, row.finished_at) == (1, post.clock())
    assert await post.go() == 0
    assert post.tries == [("a", False)]


async def test_nothing_is_sent_before_it_is_due(database: Database) -> None:
    post = Post(database)
    await post.put("a", due_at=post.clock() + 10 * SECOND)
    assert await post.go(9.9) == 0
    assert await post.go(0.1) == 1


async def test_what_never_arrived_is_repeated_with_growing_pauses_for_days(database: Database) -> None:
    """An outage of the network loses nothing that is still worth sending."""
    post = Post(database, *[Outcome(Verdict.RETRY, reason="no route", wait_seconds=70.0)] * 8)
    await post.put("a")
    await post.go()
    for pause in (70, 140, 210, 280, LONGEST_WAIT_SECONDS, LONGEST_WAIT_SECONDS):
        assert (await post.row("a")).state == State.QUEUED
        assert await post.go(pause - 0.1) == 0
        assert await post.go(0.1) == 1
    assert (await post.row("a")).reason == "tries 7/0: no route"
    await post.go((RETRIES_FOR - timedelta(seconds=1300)).total_seconds())
    assert post.clock() == (await post.row("a")).queued_at + RETRIES_FOR
    row = await post.row("a")
    assert (row.state, row.reason, row.attempts) == (State.REFUSED, "unsent: no route", 8)
    assert post.tries == [("a", False)] * 8  # never doubtful: none of them had an effect


async def test_what_never_arrived_within_days_can_be_sent_again_as_long_as_before(database: Database) -> None:
    down = Outcome(Verdict.RETRY, 40014, "invalid token", wait_seconds=60.0)
    post = Post(database, down, down)
    await post.put("a")
    await post.go(RETRIES_FOR.total_seconds())
    async with database.write() as tx:
        [ended] = await outbox.in_state(tx, State.REFUSED)
        assert (ended.unsent, ended.code, ended.reason) == (True, 40014, "invalid token")
        assert await outbox.resend(tx, [ended.id], "cli:root", post.clock()) == 1
    await post.go()
    assert (await post.row("a")).state == State.QUEUED
    await post.go(60)
    row = await post.row("a")
    assert (row.state, row.maybe_twice) == (State.SENT, False)


async def test_what_wecom_is_too_busy_for_is_repeated_three_times(database: Database) -> None:
    post = Post(
        database,
        Outcome(Verdict.RETRY, reason="no route", wait_seconds=5.0),
        Outcome(Verdict.RETRY, -1, "busy", 5.0),
        Outcome(Verdict.SLOW_DOWN, 45009, "limit", 60.0),  # neither of these counts as one of the three
        *[Outcome(Verdict.RETRY, -1, "busy", 5.0)] * 3,
    )
    await post.put("a")
    await post.go()
    for pause in (5, 5, 60, 20, 80):
        assert await post.go(pause - 0.1) == 0
        assert (await post.row("a")).state == State.QUEUED
        assert await post.go(0.1) == 1
    row = await post.row("a")
    assert (row.state, row.code, row.reason, row.attempts) == (State.REFUSED, -1, "unsent: busy", MOST_BUSY + 3)


async def test_after_a_doubt_too_busy_stays_unknown(database: Database) -> None:
    """The last tries did nothing, but the first one may have."""
    post = Post(database, LOST, *[Outcome(Verdict.RETRY, -1, "busy", 5.0)] * 4)
    await post.put("a", mass=True)
    while await post.go(200):
        pass
    assert ((await post.row("a")).state, len(post.tries)) == (State.UNKNOWN, 5)


@pytest.mark.parametrize(
    ("verdict", "said", "waits"),
    [(Verdict.SLOW_DOWN, 30.0, 30.0), (Verdict.STOP, 0.0, STOP_SECONDS)],
)
async def test_a_limit_holds_the_whole_channel(
    database: Database, verdict: Verdict, said: float, waits: float
) -> None:
    post = Post(database, Outcome(verdict, 45009, "limit", said))
    await post.put("a")
    await post.go()
    await post.put("b")
    assert (await post.row("a")).state == State.QUEUED
    assert await post.go(waits - 0.1) == 0
    assert await post.go(0.1) == 2
    assert post.tries == [("a", False), ("a", False), ("b", False)]


async def test_what_is_refused_is_not_repeated_and_does_not_block_its_lane(
    database: Database, logged: list[Any]
) -> None:
    post = Post(database, Outcome(Verdict.REFUSED, 40058, "bad card", invalid=("zhou",)))
    await post.put("a", lane="zhou")
    await post.put("b", lane="zhou")
    assert [await post.go(), await post.go(), await post.go(3600)] == [1, 1, 0]
    row = await post.row("a")
    assert (row.state, row.code, row.reason, row.invalid) == (State.REFUSED, 40058, "bad card", "zhou")
    assert post.tries == [("a", False), ("b", False)]
    assert [line["event"] for line in logged] == ["send_refused"]


async def test_a_lost_mass_send_is_repeated_to_the_byte(database: Database) -> None:
    post = Post(database, LOST, LOST)
    await post.put("a", mass=True)
    await post.go()
    assert (await post.row("a")).doubtful
    assert [await post.go(5), await post.go(10), await post.go(60)] == [1, 1, 0]
    assert post.tries == [("a", False), ("a", True), ("a", True)]
    assert len({draft.body for draft, _ in post.wire.sent}) == 1
    assert (await post.row("a")).state == State.SENT


async def test_a_mass_send_that_stays_lost_is_left_to_a_person(database: Database) -> None:
    post = Post(database, *[LOST] * 100)
    await post.put("a", mass=True)
    began = post.clock()
    while (row := await post.row("a")).state == State.QUEUED:
        post.clock.now = row.due_at
        await post.go()
    assert DUPLICATE_WINDOW < post.clock() - began < DUPLICATE_WINDOW + timedelta(minutes=11)
    assert (await post.row("a")).state == State.UNKNOWN
    assert 20 < len(post.tries) < 40  # more and more seldom


async def test_the_window_begins_with_the_first_try_that_may_have_worked(database: Database) -> None:
    held = Outcome(Verdict.STOP, 60020, "not allowed")
    post = Post(database, held, LOST)
    await post.put("a", mass=True)
    await post.go()
    await post.go(2 * DUPLICATE_WINDOW.total_seconds())
    assert await post.go(10) == 1
    assert post.tries == [("a", False), ("a", False), ("a", True)]
    assert (await post.row("a")).state == State.SENT


async def test_a_mass_send_is_not_repeated_when_the_repeat_would_not_be_recognised(database: Database) -> None:
    post = Post(database, LOST)
    await post.put("a", mass=True)
    await post.go()
    post.clock.now += DUPLICATE_WINDOW + SECOND
    assert await post.go() == 1
    row = await post.row("a")
    assert (row.state, len(post.tries)) == (State.UNKNOWN, 1)


async def test_a_lost_personal_send_is_not_repeated(database: Database) -> None:
    post = Post(database, LOST)
    await post.put("a")
    assert [await post.go(), await post.go(3600)] == [1, 0]
    row = await post.row("a")
    assert (row.state, row.reason) == (State.UNKNOWN, "TimeoutError")


async def test_a_bug_in_the_channel_stops_nobody_else(database: Database) -> None:
    post = Post(database, RuntimeError("bug"))
    await post.put("a")
    await post.put("b")
    assert await post.go() == 2
    assert ((await post.row("a")).state, (await post.row("b")).state) == (State.UNKNOWN, State.SENT)


async def test_after_a_crash_a_personal_send_is_not_repeated(database: Database) -> None:
    post = Post(database)
    await post.put("a")
    await post.claim()  # and then the process died
    assert await post.go(LEASE.total_seconds()) == 0
    assert await post.go(0.1) == 1
    assert post.tries == []
    assert (await post.row("a")).state == State.UNKNOWN


async def test_after_a_crash_a_mass_send_is_repeated_in_doubt(database: Database) -> None:
    post = Post(database)
    await post.put("a", mass=True)
    await post.claim()
    assert await post.go(LEASE.total_seconds() + 1) == 1
    assert post.tries == [("a", True)]
    assert (await post.row("a")).state == State.SENT


async def test_who_lost_the_lease_cannot_write_over_the_other(database: Database) -> None:
    post = Post(database, SENT)
    await post.put("a", mass=True)
    stopped = await post.claim()
    await post.go(LEASE.total_seconds() + 1)
    async with database.write() as tx:
        assert not await outbox.finish(tx, stopped, Ending(State.REFUSED, 1), post.clock())
    assert (await post.row("a")).state == State.SENT


async def test_a_lane_goes_in_order(database: Database) -> None:
    post = Post(database, Outcome(Verdict.RETRY, -1, "busy", 5.0))
    for ref in ("a", "b", "c"):
        await post.put(ref, lane="one")
    await post.put("x", lane="other")
    while await post.go(5):
        pass
    assert [ref for ref, _ in post.tries] == ["a", "x", "a", "b", "c"]


async def test_it_wakes_when_there_is_mail(database: Database) -> None:
    post = Post(database)
    task = asyncio.create_task(post.sender.run())
    try:
        await asyncio.sleep(0.05)
        await post.put("a")
        post.sender.wake()
        async with asyncio.timeout(5):
            while not post.tries:  # noqa: ASYNC110 - the channel is the real subject, it has no event
                await asyncio.sleep(0.01)
        assert [ref for ref, _ in post.tries] == ["a"]
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@on_postgresql
async def test_two_senders_share_the_outbox_without_doubles(database: Database) -> None:
    one, other = Post(database), Post(database)
    for n in range(50):
        await one.put(f"r{n:02}", f"u{n}")
    while any(await asyncio.gather(one.go(), other.go())):
        pass
    assert sorted(one.tries + other.tries) == [(f"r{n:02}", False) for n in range(50)]
    assert one.tries
    assert other.tries
