"""The desk: one writer task a process, through which every act of a person goes.

It takes everything that is waiting as one batch, without a timer: reads for all, decides one after the other,
writes for all, commits once, and only then lets the replies go. If a batch fails it is replayed one act a
transaction, so that only the guilty one fails. An action never submits to the desk from inside it.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple

import structlog
from msgspec.structs import replace

from bot import packing
from bot.channels.channel import Answer, Channel, Pack
from bot.mail import held_for, lane_of, rows_of, safe
from bot.metrics import OUTCOMES, Metrics
from bot.sorting import Act, Sorted, asker_now, sort
from handlers.actions import privacy
from handlers.message import Incoming, Kind, Later, Push, Reply, Text
from handlers.routing import Cold, Hot, Item, Route, Router
from handlers.texts import refusals
from handlers.texts.privacy import NOTICE
from storage import inbox, outbox
from storage.database import Database, Tx
from storage.outbox import Draft
from training.errors import Refusal

MOST_ACTS: Final = 256
IDLE_TURNS: Final = 3  # a request needs two turns from the socket to the desk
MOST_TRIES: Final = 2  # of an act by itself: another process may have been in the way
THINKING_SECONDS: Final = 60.0  # of one act by itself, such as a large batch: it holds nothing that answers need
_NOTHING: Final = Reply()
_NOTICE: Final = Push((), Text(NOTICE), shared=True)
_log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]


class Said(NamedTuple):
    """An act with its reply, spelled."""

    act: Act
    reply: Reply
    answer: Answer


class Desk:
    """Implements `Door`. `on_mail` wakes the sender; `on_later` starts what is drawn or computed aside."""

    def __init__(
        self,
        database: Database,
        router: Router,
        channels: Mapping[str, Channel],
        clock: Clock,
        metrics: Metrics,
        on_mail: Callable[[], None],
        on_later: Callable[[str, Later], None],
    ) -> None:
        self._database = database
        self._router = router
        self._channels = channels
        self._clock = clock
        self._metrics = metrics
        self._outcomes = {outcome: metrics.acts.labels(outcome) for outcome in OUTCOMES}
        self._on_mail = on_mail
        self._on_later = on_later
        self._waiting: deque[Act] = deque()
        self._running: dict[str, Act] = {}
        self._wake = asyncio.Event()
        self._late: set[asyncio.Task[None]] = set()

    def submit(self, incoming: Incoming, pack: Pack | None = None) -> asyncio.Future[Answer]:
        act = self._running.get(incoming.key)
        if act is not None:
            act.waiters += 1
            return act.answer
        act = Act(incoming, asyncio.get_running_loop().create_future(), pack)
        self._running[incoming.key] = act
        self._waiting.append(act)
        self._wake.set()
        return act.answer

    def finish_late(self, incoming: Incoming, answer: asyncio.Future[Answer]) -> None:
        act = self._running.get(incoming.key)
        if act is None:
            return
        act.waiters -= 1
        answer.add_done_callback(lambda done: self._bring(act, done.result()))

    def _bring(self, act: Act, answer: Answer) -> None:
        """Nobody waits any more: push what would have been the reply."""
        if act.waiters == 0 and answer.reply is not None:
            incoming, channel = act.incoming, self._channels[act.incoming.channel]
            update = channel.freeze_update(incoming.response_code, [incoming.account], answer.reply)
            drafts = [update] if update else []
            work = self._queue(incoming, "late", drafts, channel.late(incoming, answer.reply))
            task = asyncio.get_running_loop().create_task(work)
            self._late.add(task)
            task.add_done_callback(self._late.discard)

    async def _queue(self, incoming: Incoming, kind: str, drafts: list[Draft], pushes: Sequence[Push]) -> None:
        """Queue what belongs to no transaction of an act; once, however often it is tried."""
        lane, ref = lane_of(incoming.channel, incoming.account), f"{kind}-{safe(incoming.key)}"
        try:
            for number, push in enumerate(pushes):
                drafts += self._channels[incoming.channel].freeze(push, f"{ref}-{number}", mass=False)
            async with self._database.write() as tx:
                await outbox.add(tx, incoming.channel, ref, drafts, lane=lane, mass=False, now=self._clock())
        except Exception as error:  # the database is away; asking again shows it again
            _log.error("push_lost", exc_info=error)
        self._on_mail()

    async def run(self) -> None:
        """Work until cancelled; what is waiting is finished first by `drain`."""
        while True:
            await self._wake.wait()
            await self.drain()

    async def _gather(self) -> None:
        """Let requests that have arrived already reach the desk: while each turn of the loop brings more, go on.

        Not a timer: with nothing else to read it is over at once.
        """
        idle_turns = 0
        while idle_turns < IDLE_TURNS and len(self._waiting) < MOST_ACTS:
            before = len(self._waiting)
            await asyncio.sleep(0)
            idle_turns = 0 if len(self._waiting) > before else idle_turns + 1

    async def drain(self) -> None:
        while self._waiting:
            await self._gather()
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_ACTS))]
            self._metrics.batch.observe(len(batch))
            await self._work(batch)
        self._wake.clear()

    async def _work(self, batch: Sequence[Act]) -> None:
        try:
            await self._together(batch)
        except Exception as error:  # a bug or a lost database: find the guilty one
            unanswered = [act for act in batch if not act.answer.done()]
            if len(batch) == 1:
                await self._failed(batch[0], error)
                return
            _log.warning("batch_replayed", acts=len(unanswered), error=type(error).__name__)
            for act in unanswered:
                await self._work([act])

    async def _failed(self, act: Act, error: Exception) -> None:
        """Once more from the beginning, then an apology."""
        act.tries += 1
        if act.tries < MOST_TRIES:
            _log.warning("act_repeated", error=type(error).__name__)
            await self._work([act])
        else:
            await self._apologise(act, error)

    async def _together(self, batch: Sequence[Act]) -> None:
        now = self._clock()
        found, said = await self._database.together(lambda tx: self._batch(tx, batch, now))
        self._hand_out(found, said)
        for act, item, route in found.cold:
            await self._one_cold(act, item, route)
        for act in reversed(found.waiting):
            self._waiting.appendleft(act)

    async def _batch(self, tx: Tx, batch: Sequence[Act], now: datetime) -> tuple[Sorted, list[Said]]:
        """Everything between begin and commit: statements and pure rules, nothing else is awaited."""
        found = await sort(tx, self._router, batch, now)
        replies = [(act, _to_stranger(act.incoming)) for act in found.strangers]
        writes: list[Callable[[], Awaitable[None]]] = []
        for hot, pairs in found.hot.values():
            decided, write = await self._decided(tx, hot, pairs, now)
            replies += decided
            writes.append(write)
        said = self._spelled(replies)
        packing.start(batch[0].answer.get_loop(), ((one.act.pack, one.answer.wire) for one in said if one.act.pack))
        for write in writes:
            await write()
        await self._store(tx, said, now)
        return found, said

    def _hand_out(self, found: Sorted, said: Sequence[Said]) -> None:
        for act, wire in found.repeats:
            self._answered(act, Answer(wire, None))
        for one in said:
            self._answered(one.act, one.answer)
        self._outcomes["repeat"].inc(len(found.repeats))
        self._outcomes["answered"].inc(len(said))
        if any(one.reply.then for one in said):
            self._on_mail()

    async def _decided(
        self, tx: Tx, hot: Hot, pairs: Sequence[tuple[Act, Item]], now: datetime
    ) -> tuple[list[tuple[Act, Reply]], Callable[[], Awaitable[None]]]:
        """What each is told, and how to write what was decided."""
        items = [item for _, item in pairs]
        state = await hot.load(tx, items, now)
        decisions = [hot.decide(state, item, now) for item in items]
        replies = [
            Reply(Text(refusals.said(decision))) if isinstance(decision, Refusal) else hot.say(item, decision)
            for item, decision in zip(items, decisions, strict=True)
        ]
        replies = await self._with_notice(tx, items, replies, now)
        acts = [act for act, _ in pairs]
        return list(zip(acts, replies, strict=True)), partial(hot.write, tx, state, decisions, now)

    async def _one_cold(self, act: Act, item: Item, route: Route) -> None:
        if isinstance(route.target, Hot):
            raise TypeError("a hot route among the cold ones")
        now = self._clock()
        try:
            async with self._database.write(idle_seconds=THINKING_SECONDS) as tx:
                asker = await asker_now(tx, self._router, act, now)
                if asker is None:
                    reply = _to_stranger(act.incoming)
                else:
                    item = replace(item, asker=asker)
                    reply = await self._cold_reply(tx, route.target, item, now)
                said = self._spelled([(act, reply)])
                await self._store(tx, said, now)
        except Exception as error:  # a bug: only this one fails
            await self._failed(act, error)
            return
        self._answered(act, said[0].answer)
        self._outcomes["answered"].inc()
        if reply.then:
            self._on_mail()
        for later in reply.later:
            self._on_later(act.incoming.channel, later)

    async def _cold_reply(self, tx: Tx, target: Cold, item: Item, now: datetime) -> Reply:
        try:
            async with tx.begin_nested():  # a refusal takes back what was written before it
                reply = await target(tx, item, now)
        except Refusal as refusal:
            reply = Reply(Text(refusals.said(refusal)))
        [told] = await self._with_notice(tx, [item], [reply], now)
        return told

    async def _with_notice(
        self, tx: Tx, items: Sequence[Item], replies: Sequence[Reply], now: datetime
    ) -> list[Reply]:
        """What is kept of a person is said once, behind the first reply."""
        told = await privacy.newly_told(tx, items, replies, now)
        return [replace(r, then=(*r.then, _NOTICE)) if n in told else r for n, r in enumerate(replies)]

    def _spelled(self, replies: Sequence[tuple[Act, Reply]]) -> list[Said]:
        return [
            Said(act, reply, Answer(self._channels[act.incoming.channel].spell(act.incoming, reply), reply))
            for act, reply in replies
        ]

    async def _store(self, tx: Tx, said: Sequence[Said], now: datetime) -> None:
        """Keep every reply; what goes out apart from them is queued in the same transaction."""
        seen = [inbox.Seen(act.incoming.key, act.incoming.account, now, answer.wire) for act, _, answer in said]
        await inbox.remember(tx, seen)
        mail = [(act.incoming, reply) for act, reply, _ in said]
        await outbox.add_all(tx, rows_of(self._channels, mail, now, await held_for(tx, mail, now)))

    def _answered(self, act: Act, answer: Answer) -> None:
        self._running.pop(act.incoming.key, None)
        if not act.answer.done():
            act.answer.set_result(answer)

    async def _apologise(self, act: Act, error: Exception) -> None:
        number = secrets.token_hex(4)
        _log.error("act_failed", id=number, kind=act.incoming.kind, exc_info=error)
        reply = Reply(Text(refusals.APOLOGY.format(number=number)))
        channel = self._channels[act.incoming.channel]
        self._answered(act, Answer(channel.spell(act.incoming, reply), reply))
        self._outcomes["failed"].inc()
        if left_over := channel.overflow(act.incoming, reply):
            await self._queue(act.incoming, f"sorry-{number}", [], left_over)


def _to_stranger(incoming: Incoming) -> Reply:
    if incoming.kind in (Kind.SILENT, Kind.UNSUBSCRIBE, Kind.ENTER):
        return _NOTHING
    return Reply(Text(refusals.NOT_ON_ROLL))
