"""What the clock does for 群发: makes those of series, begins those that are due, queues audiences in slices.

Everything is found by its state in the database and done once by whatever process comes first; a process that dies
leaves the rest to the next look.
"""

from collections import deque
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from handlers import holding
from handlers.actions import broadcast_questions, broadcast_starting
from handlers.actions.broadcast_sending import Part, Slice, next_slice
from handlers.actions.broadcast_setting import going_out
from handlers.actions.broadcast_starting import Stopped
from handlers.actions.broadcast_statistics import figures
from handlers.actions.quiz_beside import FOCUS
from handlers.jobs import Freeze
from handlers.message import Content, File, Push
from handlers.texts import broadcast_sending as texts
from storage import broadcast_audience, broadcasts, calendar, focus, media, outbox, sittings
from storage.broadcasts import lane_of, ref_of
from storage.database import Database, Tx
from storage.scope import EVERYTHING
from training.broadcast_errors import NoUnitsManaged
from training.broadcasts import Broadcast, Kind, State
from training.errors import NotAllowed
from training.quizzes import ref_of as place_of
from training.rules import Rules

SLICES: Final = 4  # of one tick, so that nobody waits long for their turn


@dataclass(eq=False)
class Overtaken(Exception):
    """The mark was moved while the row was held: nothing of this slice may stay."""


@dataclass(frozen=True, slots=True)
class BroadcastClock:
    """`freezes`: how each channel makes requests of a push; who has several is written to in each of them."""

    rules: Rules
    freezes: Mapping[str, Freeze]
    awake: holding.Awake = holding.always
    _files: dict[str, File] = field(default_factory=dict, compare=False, repr=False)  # at most one, by its digest

    async def tick(self, database: Database, now: datetime) -> bool:
        """Whether there is mail, or more to do. One that fails does not keep the others from their turn."""
        async with database.read() as tx:
            due = await broadcasts.due(tx, now)
        failed: list[Exception] = []
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
                await self._tell(tx, one, why, now)
            return False
        settings = one.settings
        pool = await broadcast_questions.drawable(database, settings, now) if settings.draw else []
        said = await self._said(database, one, now) if settings.kind is Kind.STATISTICS else ""
        async with database.write() as tx:
            why = await broadcast_starting.start(tx, self.rules, one.number, pool, said, now, self.awake)
            await self._tell(tx, one, why, now)
        return False

    async def _said(self, database: Database, one: Broadcast, now: datetime) -> str:
        try:
            found = await figures(database, self.rules, one, now)
        except (NotAllowed, NoUnitsManaged):
            return ""  # it is stopped when it begins
        return "\n".join(filter(None, (one.settings.text.strip(), texts.figures(found))))

    async def _tell(self, tx: Tx, one: Broadcast, why: Stopped | None, now: datetime) -> None:
        """Whoever ordered one that cannot go out."""
        if why is None or not one.sender:
            return
        accounts = await broadcast_audience.accounts(tx, EVERYTHING, self.freezes, [one.sender])
        sits = (await sittings.until(tx, EVERYTHING, [one.sender])).get(one.sender)
        due_at = await self._due_at(tx, one, holding.free_at(sits, now), now)
        for channel in self.freezes:
            names = tuple(name for where, name in accounts.get(one.sender, ()) if where == channel)
            if names:
                ref = f"broadcast-{one.number}n-{channel}"
                drafts = self.freezes[channel](Push(names, texts.stopped(one, why)), ref, True)
                await outbox.add(tx, channel, ref, drafts, lane=ref, mass=True, now=now, due_at=due_at)

    async def _queue_slice(self, database: Database, one: Broadcast, now: datetime) -> bool:
        async with database.write() as tx:
            cut = await next_slice(tx, self.rules, one, tuple(self.freezes), now)
            if cut is None:
                return False
            await self._queue(tx, one, cut.parts, now)
            await self._advance(tx, one, cut, now)
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
        lane = lane_of(one.number, part.number)
        rows = []
        for message, content in enumerate(messages):
            ref = ref_of(one.number, part.number, message)
            drafts = self.freezes[part.channel](Push(part.accounts, content), ref, True)
            rows += [
                outbox.row_of(part.channel, ref, place, draft, lane=lane, mass=True, now=now, due_at=due_at)
                for place, draft in enumerate(drafts)
            ]
        await outbox.add_all(tx, rows)
        last = ref_of(one.number, part.number, len(messages) - 1)
        await broadcasts.add_part(tx, one.number, part.number, last, part.by_unit)

    async def _show(self, tx: Tx, one: Broadcast, parts: Sequence[Part], now: datetime) -> None:
        """Let typed words go to the first question: of those who sit an exam, when they get it."""
        shown: dict[datetime | None, set[str]] = {}
        for part in parts:
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
