"""What the clock does for 群发: makes those of series, begins those that are due, queues audiences in slices.

Everything is found by its state in the database and done once by whatever process comes first; a process that dies
leaves the rest to the next look.
"""

from collections import deque
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from handlers import holding
from handlers.actions import broadcast_questions, broadcast_starting
from handlers.actions.broadcast_sending import Part, Slice, next_slice
from handlers.actions.broadcast_setting import going_out
from handlers.actions.broadcast_statistics import count_on
from handlers.actions.quiz_beside import FOCUS
from handlers.jobs import Freeze
from handlers.message import Content, File, Push, Text
from handlers.texts import broadcast_sending as texts
from storage import broadcast_audience, broadcast_plans, broadcasts, calendar, focus, media, outbox, sittings
from storage.broadcasts import lane_of, ref_of
from storage.database import Database, Tx
from storage.scope import EVERYTHING
from training.broadcast_errors import NoUnitsManaged
from training.broadcasts import Broadcast, Kind, State
from training.calendar import Calendar
from training.errors import NotAllowed
from training.quizzes import ref_of as place_of
from training.rules import Rules

SLICES: Final = 4  # of one tick, so that nobody waits long for their turn
CALENDAR_LOOKS: Final = timedelta(seconds=5)


@dataclass(eq=False)
class Overtaken(Exception):
    """The mark was moved while the row was held: nothing of this slice may stay."""


@dataclass(slots=True)
class _Days:
    """The working days by which the times of series were planned."""

    looked_at: datetime | None = None
    known: Calendar | None = None


@dataclass(frozen=True, slots=True)
class BroadcastClock:
    """`freezes`: how each channel makes requests of a push; who has several is written to in each of them."""

    rules: Rules
    freezes: Mapping[str, Freeze]
    awake: holding.Awake = holding.always
    _files: dict[str, File] = field(default_factory=dict, compare=False, repr=False)  # at most one, by its digest
    _days: _Days = field(default_factory=_Days, compare=False, repr=False)

    async def tick(self, database: Database, now: datetime) -> bool:
        """Whether there is mail, or more to do. One that fails does not keep the others from their turn."""
        failed: list[Exception] = []
        await self._guarded(self._plan_anew(database, now), failed)
        async with database.read() as tx:
            due = await broadcasts.due(tx, now)
        sending = deque(one for one in due if one.state is State.SENDING)
        for one in due:
            if one.state is not State.SENDING:
                await self._guarded(self._begin(database, one, now), failed)
        for _ in range(SLICES):
            if sending and await self._guarded(self._queue_slice(database, sending[0], now), failed):
                sending.rotate(-1)
            elif sending:
                sending.popleft()
        if failed:
            raise failed[0]
        return bool(due)

    async def _plan_anew(self, database: Database, now: datetime) -> bool:
        """The times of series, when the working days are not those by which they were planned; nothing is due by it
        that a look at what is due would not find."""
        looked_at = self._days.looked_at
        if looked_at is not None and timedelta(0) <= now - looked_at < CALENDAR_LOOKS:
            return False
        async with database.read() as tx:
            known, series = await calendar.imported(tx), await broadcast_plans.repeating(tx, now)
        if known != self._days.known:
            for number in series:
                async with database.write() as tx:
                    await broadcast_starting.plan(tx, number, now)
        self._days.looked_at, self._days.known = now, known
        return False

    async def _guarded(self, work: Coroutine[None, None, bool], failed: list[Exception]) -> bool:
        """Whether there is more of it."""
        try:
            return await work
        except Exception as error:
            failed.append(error)
            return False

    async def _begin(self, database: Database, one: Broadcast, now: datetime) -> bool:
        if one.state is State.REPEATING:
            async with database.write() as tx:
                why = await broadcast_starting.make(tx, self.rules, one.number, now, self.awake)
                await self._tell(tx, one, texts.stopped(one, why) if why else None, now)
            return False
        settings = one.settings
        pool = await broadcast_questions.drawable(database, settings, now) if settings.draw else []
        said = await self._said(database, one, now) if settings.kind is Kind.STATISTICS else ""
        async with database.write() as tx:
            why = await broadcast_starting.start(tx, self.rules, one.number, pool, said, now, self.awake)
            await self._tell(tx, one, texts.stopped(one, why) if why else None, now)
        return False

    async def _said(self, database: Database, one: Broadcast, now: datetime) -> str:
        """Empty: they are not counted to the end yet, or it does not go out now."""
        async with database.read() as tx:
            ready = broadcast_starting.is_ready(one, now, self.awake, await calendar.imported(tx))
        try:
            found = await count_on(database, self.rules, one, now) if ready else None
        except (NotAllowed, NoUnitsManaged):
            return ""  # it is stopped when it begins
        return "\n".join(filter(None, (one.settings.text.strip(), texts.figures(found)))) if found else ""

    async def _tell(self, tx: Tx, one: Broadcast, said: Text | None, now: datetime) -> None:
        """Whoever ordered one that cannot go out."""
        if said is None or not one.sender:
            return
        accounts = await broadcast_audience.accounts(tx, EVERYTHING, self.freezes, [one.sender])
        sits = (await sittings.until(tx, EVERYTHING, [one.sender])).get(one.sender)
        due_at = await self._due_at(tx, one, holding.free_at(sits, now), now)
        waking = not one.settings.urgent
        for channel in self.freezes:
            names = tuple(name for where, name in accounts.get(one.sender, ()) if where == channel)
            if names:
                ref = f"broadcast-{one.number}n-{channel}"
                drafts = self.freezes[channel](Push(names, said), ref, True)
                await outbox.add(
                    tx, channel, ref, drafts, lane=ref, mass=True, now=now, due_at=due_at, waking=waking
                )

    async def _queue_slice(self, database: Database, one: Broadcast, now: datetime) -> bool:
        async with database.write() as tx:
            cut = await next_slice(tx, self.rules, one, tuple(self.freezes), now)
            if cut is None:
                return False
            await self._queue(tx, one, cut.parts, now)
            await self._advance(tx, one, cut, now)
            if cut.last and not cut.pending.parts:
                await self._tell(tx, one, texts.nobody(one), now)
        if cut.last:
            self._files.clear()
        return not cut.last

    async def _advance(self, tx: Tx, one: Broadcast, cut: Slice, now: datetime) -> None:
        queued_at = now if cut.last else None
        if not await broadcasts.advance(tx, one.number, cut.before, cut.through, cut.pending, queued_at=queued_at):
            raise Overtaken

    async def _queue(self, tx: Tx, one: Broadcast, parts: Sequence[Part], now: datetime) -> None:
        if not parts:
            return
        frozen = await broadcasts.questions(tx, one.number)
        file = await self._file(tx, one)
        trial = self.rules.compliance.on_trial
        contents = {
            plain: texts.messages(one, frozen, file, trial=trial, text_only=plain)
            for plain in {part.text_only for part in parts}
        }
        for part in parts:
            due_at = await self._due_at(tx, one, part.due_at, now)
            await self._send(tx, one, part, contents[part.text_only], now, due_at)
        if one.settings.kind is Kind.QUIZ:
            await self._show(tx, one, parts, now)

    async def _send(
        self, tx: Tx, one: Broadcast, part: Part, messages: Sequence[Content], now: datetime, due_at: datetime
    ) -> None:
        queued = partial(
            outbox.row_of,
            lane=lane_of(one.number, part.number),
            mass=True,
            now=now,
            due_at=due_at,
            not_after=one.worth_until,
            waking=not one.settings.urgent,
        )
        rows = []
        for message, content in enumerate(messages):
            ref = ref_of(one.number, part.number, message)
            drafts = self.freezes[part.channel](Push(part.accounts, content), ref, True)
            rows += [queued(part.channel, ref, place, draft) for place, draft in enumerate(drafts)]
        await outbox.add_all(tx, rows)
        last = ref_of(one.number, part.number, len(messages) - 1)
        await broadcasts.add_part(tx, one.number, part.number, last, part.by_unit)

    async def _show(self, tx: Tx, one: Broadcast, parts: Sequence[Part], now: datetime) -> None:
        """Let typed words go to the first question: of those who sit an exam, when they get it, if they do."""
        shown: dict[datetime | None, set[str]] = {}
        for part in parts:
            if one.worth_until is None or max(part.due_at or now, now) < one.worth_until:
                shown.setdefault(part.due_at, set()).update(part.persons)
        for held_until, persons in shown.items():
            await focus.show(tx, persons, FOCUS, place_of(one.number, 0), now, held_until=held_until)

    async def _due_at(self, tx: Tx, one: Broadcast, held_until: datetime | None, now: datetime) -> datetime:
        """Of those whom an exam holds not before it lets them out; nobody is left out because of one."""
        settings = one.settings
        by_clock = bool(one.series) or settings.at is not None or held_until is not None
        wanted = max(held_until or now, now)
        known_days = await calendar.imported(tx)
        return going_out(wanted, self.awake, known_days, by_clock=by_clock, urgent=settings.urgent)

    async def _file(self, tx: Tx, one: Broadcast) -> File | None:
        digest = one.settings.media
        if not digest:
            return None
        if digest not in self._files:
            found = (await media.of(tx, [digest]))[digest]
            self._files.clear()
            picture = one.settings.kind is Kind.PICTURE
            self._files[digest] = File(found.name, found.content, picture, digest)
        return self._files[digest]
