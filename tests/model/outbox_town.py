"""A channel that remembers for four hours what it was sent, and processes that fail at it in every way."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.channels.channel import Outcome, Verdict
from bot.endings import ending, hold_seconds, too_late
from storage import channel_holds, outbox
from storage.database import Database
from storage.outbox import Claimed, Draft, Ending

REMEMBERS = timedelta(hours=4)
MINUTE = timedelta(minutes=1)
ACCOUNTS = ("a", "b", "c", "d")


class Way(StrEnum):
    """What happens to one request."""

    WORKS = "works"
    LOST_AFTER = "lost after"
    LOST_BEFORE = "lost before"
    BUSY = "busy"
    TOO_OFTEN = "too often"
    STOPPED = "stopped"
    UNREACHED = "unreached"
    CONTENT = "content"


OUTCOMES = {
    Way.WORKS: Outcome(Verdict.SENT, msgid="m"),
    Way.LOST_AFTER: Outcome(Verdict.UNKNOWN, reason="TimeoutError"),
    Way.LOST_BEFORE: Outcome(Verdict.UNKNOWN, reason="TimeoutError"),
    Way.BUSY: Outcome(Verdict.RETRY, -1, "busy", 5.0),
    Way.TOO_OFTEN: Outcome(Verdict.SLOW_DOWN, 45009, "limit", 60.0),
    Way.STOPPED: Outcome(Verdict.STOP, 60020, "address"),
    Way.UNREACHED: Outcome(Verdict.RETRY, reason="no route", wait_seconds=5.0),
    Way.CONTENT: Outcome(Verdict.REFUSED, 40058, "bad"),
}


@dataclass
class FakeWeCom:
    """Who got what, and when; `shown` beyond the window of its duplicate check is honest about doubles."""

    shown: dict[tuple[str, str], list[datetime]] = field(default_factory=lambda: defaultdict(list))
    known: dict[bytes, datetime] = field(default_factory=dict)
    times: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    first: dict[str, int] = field(default_factory=dict)  # ref → which request it was that it first came with

    def ask(self, draft: Draft, way: Way, now: datetime) -> Outcome:
        if way in (Way.WORKS, Way.LOST_AFTER):
            self._take(draft, now)
        return OUTCOMES[way]

    def _take(self, draft: Draft, now: datetime) -> None:
        body = json.loads(draft.body)
        for account in draft.receivers:
            self.times[account].append(now)
        first = self.known.get(draft.body)
        if body["check"]:
            if first is not None and now - first < REMEMBERS:
                return
            self.known[draft.body] = now
        self.first.setdefault(body["ref"], len(self.first))
        for account in draft.receivers:
            self.shown[body["ref"], account].append(now)

    def most_in_a_minute(self) -> int:
        most = 0
        for times in self.times.values():
            first = 0
            for last, at in enumerate(times):
                while at - times[first] >= MINUTE:
                    first += 1
                most = max(most, last - first + 1)
        return most


@dataclass
class Hand:
    """One process: what it has claimed and not ended yet. It may stop at any moment, and go on much later."""

    database: Database
    wecom: FakeWeCom
    claimed: list[Claimed] = field(default_factory=list)
    ended: list[tuple[Claimed, Ending, Outcome]] = field(default_factory=list)

    async def claim(self, now: datetime, at_most: int, *, awake: bool = True) -> None:
        async with self.database.write() as tx:
            hold = await channel_holds.held(tx, "wecom")
            if hold is None or hold.until <= now:
                self.claimed += await outbox.claim(tx, "wecom", now, at_most=at_most, awake=awake)

    def send(self, ways: Sequence[Way], now: datetime) -> None:
        """What it has in hand; whoever is too late does not ask."""
        for number, one in enumerate(self.claimed):
            if too_late(one, now):
                outcome = Outcome(Verdict.UNKNOWN, reason="too late", final=True)
            else:
                outcome = self.wecom.ask(one.draft, ways[number % len(ways)], now)
            self.ended.append((one, ending(one, outcome, now), outcome))
        self.claimed = []

    async def finish(self, now: datetime) -> None:
        async with self.database.write() as tx:
            for one, made, outcome in self.ended:
                await outbox.finish(tx, one, made, now)
                if seconds := hold_seconds(outcome):
                    await channel_holds.hold(tx, "wecom", now + timedelta(seconds=seconds), outcome.code)
        self.ended = []

    def die(self) -> None:
        self.claimed, self.ended = [], []


def doubles(wecom: FakeWeCom) -> set[str]:
    """The refs of messages that some account saw more than once."""
    return {ref for (ref, _), times in wecom.shown.items() if len(times) > 1}
