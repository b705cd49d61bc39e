"""A bot without a network: the real router, desk, sender and jobs over the channel of `wire`.

`Stage` is one process on a database; several may share one. `Phone` is what one account sees. A test speaks in
transcripts: `assert await zhou("今日一题") == …`. Everything that came since the last word is in the answer, the
passive reply first, messages divided by a line of dashes.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from bot.channels.channel import Answer
from bot.dispatcher import Desk
from bot.metrics import Metrics
from bot.sender import Sender
from handlers.actions.exam_books import Shelf
from handlers.exam_clock import ExamClock
from handlers.holding import Awake, always
from handlers.jobs import Jobs
from handlers.message import Incoming, Kind, Later
from handlers.routes import router
from handlers.routing import Router
from storage import outbox
from storage.database import Database
from tests.handlers.wire import AGENT, Message, Wire, heard
from training.calendar import CITY
from training.rules import Rules

BREAK = "\n----\n"
MONDAY = date(2026, 11, 23)
_KEYS = count(1)


def at(day: date, clock: str = "10:00") -> datetime:
    """That time of the day in Shanghai; `clock` may have seconds."""
    hour, minute, second = (*map(int, clock.split(":")), 0)[:3]
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=CITY).astimezone(UTC)


@dataclass
class Clock:
    now: datetime = field(default_factory=lambda: at(MONDAY))

    def __call__(self) -> datetime:
        return self.now

    def to(self, day: date, clock: str = "10:00") -> None:
        self.now = at(day, clock)

    def on(self, **later: float) -> None:
        self.now += timedelta(**later)


class Stage:
    """One process: desk, sender and jobs on a database, with a clock that stands still."""

    def __init__(
        self,
        database: Database,
        clock: Clock | None = None,
        rules: Rules | None = None,
        wire: Wire | None = None,
        routes: Router | None = None,
        awake: Awake = always,
    ) -> None:
        self.database = database
        self.clock = clock or Clock()
        self.rules = rules or Rules()
        self.wire = wire or Wire()
        self.metrics = Metrics()
        self.later: list[Later] = []
        self.shelf = Shelf()
        channels = {self.wire.name: self.wire}
        self.sender = Sender(database, channels, self.clock, self.metrics, awake)
        self.desk = Desk(
            database,
            routes or router(self.rules, self.shelf),
            channels,
            self.clock,
            self.metrics,
            self.sender.wake,
            lambda _channel, later: self.later.append(later),
        )
        self.jobs = Jobs(
            self.rules,
            self.wire.name,
            lambda push, ref, mass: self.wire.freeze(push, ref, mass=mass),
            self.wire.freeze_update,
        )
        self.exam_clock = ExamClock(self.rules, self.shelf, self.wire.name, self.jobs.freeze)

    async def mind_exams(self, *, awake: bool = True, quiet_until: datetime | None = None) -> bool:
        """A tick of the exam clock; nobody is called for an hour, or till then, unless `awake`."""
        now = self.clock()
        asleep = quiet_until or (None if awake else now + timedelta(hours=1))
        return await self.exam_clock.tick(self.database, now, call_from=asleep or now)

    async def send_all(self) -> None:
        while await self.sender.send_due():
            pass

    def act(self, account: str, text: str, kind: Kind = Kind.TEXT, **more: Any) -> Incoming:
        key = more.pop("key", None) or f"{'e' if kind is Kind.TAP else 'm'}:{AGENT}:{next(_KEYS)}"
        return Incoming("wecom", key, account, kind, text, self.clock(), **more)

    async def answers(self, *acts: Incoming) -> list[Answer]:
        """All of them put on the desk before it works."""
        waiting = [self.desk.submit(act) for act in acts]
        await self.desk.drain()
        return [answer.result() for answer in waiting]

    def phone(self, account: str) -> "Phone":
        return Phone(self, account)

    async def waiting(self) -> dict[str, int]:
        async with self.database.read() as tx:
            return await outbox.counts(tx)


@dataclass
class Phone:
    """What one account sees, and what it can do."""

    stage: Stage
    account: str
    seen: int = 0
    cards: list[Message] = field(default_factory=list)

    async def __call__(self, words: str) -> str:
        return await self.do(words)

    async def tap(self, button: str, *choices: str) -> str:
        """A button of the last card that has one."""
        card = next(card for card in reversed(self.cards) if button in card.keys)
        return await self.key(card.keys[button], *choices, code=card.code)

    async def key(self, key: str, *choices: str, code: str = "") -> str:
        return await self.do(key, Kind.TAP, choices=choices, response_code=code or f"tap-{next(_KEYS)}")

    async def do(self, words: str, kind: Kind = Kind.TEXT, **more: Any) -> str:
        [answer] = await self.stage.answers(self.stage.act(self.account, words, kind, **more))
        said = heard(answer.wire)
        self.cards += [message for message in said if message.keys]
        pushed = await self.read()
        return BREAK.join([*(message.text for message in said), *([pushed] if pushed else [])])

    async def read(self) -> str:
        """What was pushed since the last look."""
        await self.stage.send_all()
        box = self.stage.wire.boxes.get(self.account, [])
        new, self.seen = box[self.seen :], len(box)
        self.cards += [message for message in new if message.keys]
        return BREAK.join(message.text for message in new)
