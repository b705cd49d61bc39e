"""Random weeks of an outbox: two processes, every kind of failure, kills between any two steps, leaps of the clock.

The model is what the fake WeCom showed to whom. Whatever happened, nobody saw a message twice unless a person sent
it again and it counts as such, nothing was lost, every lane came in order, nobody got too much in a minute. Nothing
was taken in hand that was withdrawn, or worth nothing any more, nor at night what waits for the morning.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from bot.endings import DUPLICATE_WINDOW
from storage import outbox
from storage.database import Database
from storage.outbox import LEASE, Draft, RowState, State
from tests.handlers.stage import Clock
from tests.model.outbox_town import ACCOUNTS, FakeWeCom, Hand, Way, doubles

# How often a request goes each way, by the mood of the day.
MOODS = (
    {Way.WORKS: 6, Way.LOST_AFTER: 3, Way.LOST_BEFORE: 2, Way.BUSY: 2, Way.UNREACHED: 1, Way.CONTENT: 1},
    {Way.WORKS: 20, Way.TOO_OFTEN: 1, Way.STOPPED: 1, Way.LOST_AFTER: 1},
    {Way.WORKS: 1},
    {Way.LOST_AFTER: 4, Way.BUSY: 1, Way.CONTENT: 1},
)
ACTS = {
    "turn": 12,
    "queue": 5,
    "wait": 6,
    "kill": 1,
    "frozen": 2,
    "mood": 2,
    "resend": 1,
    "withdraw": 1,
    "night": 1,
}
WAITS = (1, 6, 6, 30, 61, 61, 61, 200, 600, 4 * 3600)  # seconds
LIVES = (None, None, None, 60, 600, 4 * 3600)  # seconds for which a request is worth something


@dataclass
class Week:
    """One outbox and two processes that claim, send and finish in separate steps."""

    database: Database
    random: Random
    clock: Clock = field(default_factory=Clock)
    wecom: FakeWeCom = field(default_factory=FakeWeCom)
    lanes: dict[str, list[str]] = field(default_factory=dict)
    refs: list[str] = field(default_factory=list)
    resent: set[str] = field(default_factory=set)
    mood: dict[Way, int] = field(default_factory=lambda: MOODS[0])
    ends: dict[str, datetime] = field(default_factory=dict)
    waking: set[str] = field(default_factory=set)
    awake: bool = True

    def __post_init__(self) -> None:
        self.hands = [Hand(self.database, self.wecom), Hand(self.database, self.wecom)]

    async def step(self) -> None:
        [act] = self.random.choices(list(ACTS), list(ACTS.values()))
        hand = self.random.choice(self.hands)
        match act:
            case "turn":
                await self.turn(hand, self.random.choice((1, 2, 3, 3, 3, 3)))
            case "queue":
                await self.queue()
            case "wait":
                self.wait(self.random.choice(WAITS))
            case "kill":
                hand.die()
            case "frozen":  # with something sent and not written down yet, and the other one goes on
                await self.turn(hand, 2)
                self.wait(self.random.choice((200, 4 * 3600)))
                await self.turn(next(other for other in self.hands if other is not hand), 3)
            case "mood":
                self.mood = self.random.choice(MOODS)
            case "night":
                self.awake = not self.awake
            case _:
                await self.a_person(act)

    async def queue(self) -> None:
        mass, lane = self.random.random() < 0.6, self.random.choice(("one", "two", "", ""))
        to = tuple(sorted(self.random.sample(ACCOUNTS, self.random.randint(1, len(ACCOUNTS)))))
        async with self.database.write() as tx:
            for _ in range(self.random.choice((1, 2, 3, 25))):
                ref = f"r{len(self.refs)}-"
                self.refs.append(ref)
                where = f"{lane}/{mass}" if lane else ref
                self.lanes.setdefault(where, []).append(ref)
                draft = Draft("message/send", json.dumps({"ref": ref, "check": mass}).encode(), to)
                limits = self.limits(ref)
                await outbox.add(tx, "wecom", ref, [draft], lane=where, mass=mass, now=self.clock(), **limits)

    def limits(self, ref: str) -> dict[str, Any]:
        life, waking = self.random.choice(LIVES), self.random.random() < 0.3
        if life is not None:
            self.ends[ref] = self.clock() + timedelta(seconds=life)
        if waking:
            self.waking.add(ref)
        return {"not_after": self.ends.get(ref), "waking": waking}

    async def turn(self, hand: Hand, steps: int, at_most: int = 0) -> None:
        """A process goes on where it was, and stops somewhere in its turn or at its end."""
        await hand.finish(self.clock())
        if not hand.claimed:
            await hand.claim(self.clock(), at_most or self.random.choice((1, 4, 20)), awake=self.awake)
            for one in hand.claimed:
                assert one.ref not in self.ends or self.clock() < self.ends[one.ref]
                assert self.awake or one.ref not in self.waking or one.doubtful
        if steps > 1:
            ways = self.random.choices(list(self.mood), list(self.mood.values()), k=20)
            hand.send(ways, self.clock())
        if steps > 2:
            await hand.finish(self.clock())

    def wait(self, seconds: int) -> None:
        """What is claimed and not sent by the end of its lease is not sent: the sender's time-outs are shorter.

        What was sent may be written down much later, by a process that was frozen.
        """
        self.clock.on(seconds=seconds)
        if seconds > LEASE.total_seconds():
            for hand in self.hands:
                hand.claimed = []

    async def a_person(self, act: str) -> None:
        async with self.database.write() as tx:
            if act == "withdraw":
                ref = self.random.choice(self.refs or ["r0-"])
                await outbox.withdraw(tx, ref, self.clock())
                self.ends[ref] = min(self.clock(), self.ends.get(ref, self.clock()))
                return
            for row in (await outbox.in_state(tx, State.UNKNOWN))[:3]:
                if await outbox.resend(tx, [row.id], "cli", self.clock()):
                    self.resent.add(row.ref)

    async def rows(self) -> list[RowState]:
        async with self.database.read() as tx:
            return [row for rows in (await outbox.states(tx, self.refs)).values() for row in rows]

    async def holds(self) -> None:
        """What must be true at any moment."""
        twice = doubles(self.wecom)
        assert twice <= self.resent
        if twice:
            assert twice <= {row.ref for row in await self.rows() if row.maybe_twice}
        assert self.wecom.most_in_a_minute() <= 30
        for refs in self.lanes.values():
            firsts = [self.wecom.first[ref] for ref in refs if ref in self.wecom.first and ref not in self.resent]
            assert firsts == sorted(firsts)

    async def end(self) -> None:
        """From now on everything works: all that waits comes to an end, and every end is true."""
        self.mood, self.awake = {Way.WORKS: 1}, True
        for hand in self.hands:
            hand.die()
        for _ in range(1000):
            self.clock.on(seconds=30)
            await self.turn(self.hands[0], 3, at_most=20)
            async with self.database.read() as tx:
                if not (await outbox.counts(tx)).keys() & {State.QUEUED, State.SENDING}:
                    break
        for row in await self.rows():
            self.true_end(row)

    def true_end(self, row: RowState) -> None:
        copies = sum(len(times) for (ref, _), times in self.wecom.shown.items() if ref == row.ref)
        assert row.state in (State.SENT, State.REFUSED, State.UNKNOWN), row
        if row.state is State.SENT:
            assert copies == row.receivers or (row.maybe_twice and copies > row.receivers)
        if row.state is State.REFUSED and row.ref not in self.resent:
            assert copies == 0


async def lived(database: Database, seed: int, steps: int) -> Week:
    week = Week(database, Random(seed))
    for _ in range(steps):
        await week.step()
        await week.holds()
    await week.end()
    await week.holds()
    return week


def test_the_window_is_shorter_than_wecoms_memory() -> None:
    assert timedelta(hours=4) > DUPLICATE_WINDOW


@pytest.mark.parametrize("seed", range(8))
async def test_random_weeks(database: Database, seed: int) -> None:
    week = await lived(database, seed, 100)
    assert len(week.refs) > 20


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 200))
async def test_many_random_weeks(database: Database, seed: int) -> None:
    week = await lived(database, seed, 300)
    assert len(week.refs) > 60
