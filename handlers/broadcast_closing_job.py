"""What the clock does with a broadcast that went out: reminds once, closes it, takes it back.

Everything is found by its state in the database and done in slices, each with its mark in its transaction, so that
a process that dies leaves the rest to the next look, of whatever process. What is closed in the quiet hours is
closed on time; words about it wait.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from msgspec.structs import replace

from handlers import holding
from handlers.actions import broadcast_closing, broadcast_results
from handlers.actions.broadcast_recall import RECALL_FOR
from handlers.holding import Awake, off_the_congested
from handlers.jobs import CODE_LIFE, Freeze, FreezeUpdate, tag
from handlers.message import Grey, Push, Reply, Text
from handlers.texts import broadcast_results as texts
from storage import broadcast_expiry, broadcast_rounds, broadcasts, calendar, daily, outbox
from storage.broadcast_rounds import Closing, Reached
from storage.database import Database, Tx
from storage.outbox import Draft
from training.broadcast_times import sending_at
from training.broadcasts import Broadcast, Kind, State
from training.calendar import day_of, monday_of
from training.rules import Rules

SLICES_A_TICK: Final = 5  # other clocks wait meanwhile
PARTS_A_SLICE: Final = 20
REMINDS_LATE: Final = timedelta(hours=2)  # beyond that it is left out
CLOSED: Final = "已截止"
RECALLED: Final = "已撤回"

FreezeRecall = Callable[[str], Draft]


@dataclass(frozen=True, slots=True)
class BroadcastClosing:
    """By channel: what makes requests of a push, of the change of a card, and of taking a message back."""

    rules: Rules
    freezes: Mapping[str, Freeze]
    freeze_updates: Mapping[str, FreezeUpdate]
    freeze_recalls: Mapping[str, FreezeRecall]
    awake: Awake = holding.always

    async def tick(self, database: Database, now: datetime) -> bool:
        """Whether there is mail, or more to do. One that fails does not keep the others from their turn."""
        async with database.read() as tx:
            due = await broadcast_rounds.due(tx, now)
        mail, failed = False, list[Exception]()
        for work in (
            *(self._take_back(database, number, now) for number in due.recalling),
            *(self._close(database, number, now) for number in due.closing),
            *(self._remind(database, number, now) for number in due.reminding if self.awake(now)),
        ):
            try:
                mail = await work or mail
            except Exception as error:
                failed.append(error)
        if failed:
            raise failed[0]
        return mail

    # ---- the reminder -----------------------------------------------------------------------------------------

    async def _remind(self, database: Database, number: int, now: datetime) -> bool:
        mail = False
        for _ in range(SLICES_A_TICK):
            async with database.write() as tx:
                reminded = await self._remind_slice(tx, number, now)
            mail = mail or reminded is not None
            if not reminded:
                break
        return mail

    async def _remind_slice(self, tx: Tx, number: int, now: datetime) -> bool | None:
        """Whether there are more people; None: it is not to be done any more."""
        broadcast, mark = await broadcasts.one(tx, number, lock=True), await broadcast_rounds.reminder(tx, number)
        if broadcast is None or mark is None or (broadcast.closes_at is not None and broadcast.closes_at <= now):
            return None
        if now - mark.remind_at > REMINDS_LATE:
            await broadcast_rounds.advance_reminder(tx, number, mark, mark.through, done_at=now)
            return None
        page = await broadcast_closing.to_remind(tx, self.rules, number, mark.through, now)
        done = now if page.last else None
        if not await broadcast_rounds.advance_reminder(tx, number, mark, page.through, done_at=done):
            return None
        due_at = off_the_congested(now)
        said, ends = texts.reminder(broadcast), broadcast.worth_until
        await self._push(tx, f"broadcast-{number}r", page.people, said, now, due_at, not_after=ends)
        return not page.last

    # ---- closing ----------------------------------------------------------------------------------------------

    async def _close(self, database: Database, number: int, now: datetime) -> bool:
        async with database.read() as tx:
            broadcast, reached = await broadcasts.one(tx, number), await broadcast_rounds.closing(tx, number)
        if broadcast is None:
            return False
        if reached is None:
            await self._begin(database, broadcast, now)
        for _ in range(SLICES_A_TICK):
            async with database.write() as tx:
                more = await self._close_slice(tx, broadcast, now)
            if more is None:
                return reached is None
            if not more:
                break
        return True

    async def _begin(self, database: Database, broadcast: Broadcast, now: datetime) -> None:
        """The words are made once, so that all hear the same figures."""
        number, quiz = broadcast.number, broadcast.settings.kind is Kind.QUIZ
        if quiz:
            async with database.write() as tx:  # nobody should get what can be answered no more
                await broadcast_expiry.expire(tx, number, now)
                await outbox.withdraw(tx, f"broadcast-{number}-", now)
        async with database.read() as tx:
            results = await broadcast_results.of(tx, replace(broadcast, state=State.CLOSED))
        said = texts.closed_to_all(results) if quiz and broadcast.settings.tell_all else ""
        begun = Closing(said, all_greyed=not quiz, all_told=not said)
        async with database.write() as tx:
            if await broadcast_rounds.closing(tx, number, lock=True) is not None:
                return
            if await broadcast_rounds.keep_closing(tx, number, begun):
                await self._sum_up(tx, broadcast, texts.overview(results), now)

    async def _sum_up(self, tx: Tx, broadcast: Broadcast, said: str, now: datetime) -> None:
        due_at = await self._calling_at(tx, now)
        readers = await broadcast_closing.summary_readers(tx, self.rules, broadcast, self.freezes, now)
        for channel, accounts in readers.items():
            held = await holding.held(tx, channel, accounts, now)
            for until, names in holding.parted(accounts, held).items():
                ref = f"broadcast-{broadcast.number}s-{channel}" + (f"-{until:%H%M}" if until else "")
                later = due_at if until is None else max(due_at, await self._calling_at(tx, until))
                await self._queue(tx, channel, ref, names, said, now, later)

    async def _close_slice(self, tx: Tx, broadcast: Broadcast, now: datetime) -> bool | None:
        """Whether there is more to be done; None: not yet."""
        number = broadcast.number
        reached = await broadcast_rounds.closing(tx, number, lock=True)
        if reached is None:
            return False
        if not reached.all_greyed:
            greyed = await self._grey(tx, number, reached, now)
            if greyed is None:
                return None
            reached = greyed
        elif not reached.all_told:
            reached = await self._tell(tx, number, reached, now)
        else:
            await broadcasts.move(tx, broadcast, State.CLOSED, closed_at=now)
            return False
        return await broadcast_rounds.keep_closing(tx, number, reached)

    async def _grey(self, tx: Tx, number: int, reached: Closing, now: datetime) -> Closing | None:
        """None: a card of these parts was being sent when it closed, and may still arrive."""
        first, total = reached.greyed, await broadcast_rounds.parts(tx, number)
        behind = min(first + PARTS_A_SLICE, total)
        parts = range(first, behind)
        if await broadcast_rounds.on_its_way(tx, number, parts):
            await outbox.withdraw(tx, f"broadcast-{number}-", now)  # it may have been put back, or left behind
            if await broadcast_rounds.on_its_way(tx, number, parts):
                return None
        await self._change_cards(tx, number, parts, now, now, CLOSED)
        return replace(reached, greyed=behind, all_greyed=behind == total)

    async def _change_cards(
        self, tx: Tx, number: int, parts: Sequence[int], now: datetime, until: datetime, word: str
    ) -> None:
        """Those that were sent until then and whose codes still live."""
        questions = len(await broadcasts.questions(tx, number))
        changes = await broadcast_closing.cards(tx, number, parts, now - CODE_LIFE, until, questions)
        for change in changes:
            freeze = self.freeze_updates.get(change.channel)
            update = freeze(change.card.response_code, change.accounts, Reply(Grey(word))) if freeze else None
            if update is not None:
                ref = f"broadcast-{number}c-{change.card.id}"
                await outbox.add(tx, change.channel, ref, [update], lane=ref, mass=False, now=now)

    async def _tell(self, tx: Tx, number: int, reached: Closing, now: datetime) -> Closing:
        due_at = await self._calling_at(tx, now)
        page = await broadcast_closing.to_tell(tx, self.rules, number, reached.told, due_at)
        groups: dict[datetime, list[Reached]] = {}
        for one in page.people:
            until = holding.free_at(one.sits_until, now)
            groups.setdefault(max(due_at, until) if until else due_at, []).append(one)
        for moment, people in groups.items():
            later = due_at if moment == due_at else await self._calling_at(tx, moment)
            await self._push(tx, f"broadcast-{number}s", people, reached.said, now, later)
        return replace(reached, told=page.through, all_told=page.last)

    # ---- taking back ------------------------------------------------------------------------------------------

    async def _take_back(self, database: Database, number: int, now: datetime) -> bool:
        """Until nothing of it is on its way any more: what is being sent just now is taken back afterwards."""
        first, waits, mail, more = 0, False, False, True
        while more:
            async with database.write() as tx:
                total = await broadcast_rounds.parts(tx, number)
                parts = range(first, min(first + PARTS_A_SLICE, total))
                waits = await broadcast_rounds.on_its_way(tx, number, parts) or waits
                if waits:  # it may have been put back to wait
                    await outbox.withdraw(tx, f"broadcast-{number}-", now)
                mail = await self._take_back_parts(tx, number, parts, now) or mail
                first, more = parts.stop, parts.stop < total
                if not more and not waits:
                    await broadcast_rounds.end_recall(tx, number, now)
        return mail

    async def _take_back_parts(self, tx: Tx, number: int, parts: Sequence[int], now: datetime) -> bool:
        since = now - RECALL_FOR
        rows = []
        for sent in await broadcast_rounds.sent(tx, number, parts, since):
            freeze = self.freeze_recalls.get(sent.channel)
            if freeze is not None:
                ref = f"broadcast-{number}x-{sent.id}"
                draft = freeze(sent.msgid)
                # As a mass send it is repeated when its answer is lost, and to take back twice is safe.
                rows.append(outbox.row_of(sent.channel, ref, 0, draft, lane=ref, mass=True, now=now))
        await outbox.add_all(tx, rows)
        await self._change_cards(tx, number, parts, now, since, RECALLED)
        return bool(rows)

    # ---- sending ----------------------------------------------------------------------------------------------

    async def _calling_at(self, tx: Tx, moment: datetime) -> datetime:
        return off_the_congested(sending_at(moment, self.awake, await calendar.imported(tx)))

    async def _push(
        self,
        tx: Tx,
        ref: str,
        reached: Sequence[Reached],
        said: str,
        now: datetime,
        due_at: datetime,
        *,
        not_after: datetime | None = None,
    ) -> None:
        """One message to each, which counts against the push budget."""
        counted = set[str]()
        for channel in self.freezes:
            people = [one for one in reached if any(door == channel for door, _ in one.accounts)]
            if people:
                part, names = f"{ref}-{channel}-{tag(people[0].person)}", _accounts(people, channel)
                await self._queue(tx, channel, part, names, said, now, due_at, not_after=not_after)
                counted |= {one.person for one in people}
        await daily.count_pushes(tx, counted, monday_of(day_of(due_at)))

    async def _queue(
        self,
        tx: Tx,
        channel: str,
        ref: str,
        accounts: tuple[str, ...],
        said: str,
        now: datetime,
        due_at: datetime,
        *,
        not_after: datetime | None = None,
    ) -> None:
        if accounts:
            drafts = self.freezes[channel](Push(accounts, Text(said)), ref, True)
            add = partial(outbox.add, tx, channel, ref, drafts, lane=ref, mass=True, waking=True)
            await add(now=now, due_at=due_at, not_after=not_after)


def _accounts(people: Iterable[Reached], channel: str) -> tuple[str, ...]:
    return tuple(name for one in people for door, name in one.accounts if door == channel)
