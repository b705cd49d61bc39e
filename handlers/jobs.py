"""What the clock does. A job only enqueues; what is sent is the sender's affair.

Jobs carry no conversation and re-check the clock: a slice that was cut short goes on from the mark in the database.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from handlers import holding
from handlers.actions import asking, reminding
from handlers.actions.daily import FOCUS, ref_of
from handlers.holding import off_the_congested as off_the_congested
from handlers.message import Content, Grey, Push, Reply, Text
from handlers.texts import daily as texts
from handlers.texts import notices
from storage import calendar, daily, focus, outbox, people
from storage.daily import PushWanted, Receiver
from storage.database import Tx
from storage.outbox import Draft
from storage.scope import EVERYTHING
from training.calendar import DAY, closes_at, day_of, monday_of, start_of
from training.errors import NoQuestions
from training.people import Group, Role
from training.rules import Rules

SLICE_PERSONS: Final = 1000
CODE_LIFE: Final = timedelta(hours=71, minutes=50)  # a response code works for 72 hours

Freeze = Callable[[Push, str, bool], Sequence[Draft]]
FreezeUpdate = Callable[[str, Sequence[str], Reply], Draft | None]


@dataclass(frozen=True, slots=True)
class Jobs:
    """The jobs of one channel. `freeze(push, ref, mass)` makes requests of a push; `awake`: no quiet hour."""

    rules: Rules
    channel: str
    freeze: Freeze
    freeze_update: FreezeUpdate
    awake: holding.Awake = holding.always

    async def daily_push(self, tx: Tx, now: datetime) -> None:
        """Order today's pushes on a working day; `push_slice` queues them."""
        known_days = await calendar.imported(tx)
        if not known_days.is_working(day_of(now)):
            return
        for group in Group:
            try:
                await self.order(tx, day_of(now), group, now, by_hand=False)
            except NoQuestions:
                await self._tell_city(
                    tx, f"no-questions-{day_of(now)}-{group}", notices.no_questions(group, day_of(now)), now
                )

    async def order(self, tx: Tx, day: date, group: Group, now: datetime, *, by_hand: bool) -> bool:
        """Draw the question and order its push; False when it was ordered before. Raises: NoQuestions."""
        await asking.question_of(tx, day, group, now)
        return await daily.want_push(tx, day, group, by_hand=by_hand, now=now)

    async def push_slice(self, tx: Tx, wanted: PushWanted, now: datetime) -> int:
        """Queue the next people of an ordered push; returns how many get it, now or after their exam."""
        week = monday_of(day_of(now))
        page = await daily.receivers(
            tx,
            EVERYTHING,
            self.channel,
            wanted.group,
            week=week,
            after=wanted.queued_through,
            at_most=SLICE_PERSONS,
        )
        done = len(page) < SLICE_PERSONS
        through = page[-1].number if page else wanted.queued_through
        if not await daily.advance_push(tx, wanted, through, done_at=now if done else None):
            return 0
        parts = self._parted([one for one in page if self._may_reach(one, by_hand=wanted.by_hand)], wanted, now)
        for held_until, reached in parts.items():
            await self._queue(tx, wanted, reached, now, held_until)
        numbers = [one.number for reached in parts.values() for one in reached]
        await daily.count_pushes(tx, numbers, week)
        return len(numbers)

    def _may_reach(self, one: Receiver, *, by_hand: bool) -> bool:
        within = one.pushes_this_week < self.rules.compliance.push_budget_per_week
        return not one.muted and (by_hand or within)

    def _parted(
        self, reached: Sequence[Receiver], wanted: PushWanted, now: datetime
    ) -> dict[datetime | None, list[Receiver]]:
        """Until when an exam holds it (None: nothing does) → whom it reaches then, by hand in quiet hours too."""
        parts: dict[datetime | None, list[Receiver]] = {}
        for one in reached:
            until = holding.free_at(one.sits_until, now)
            if until is not None:
                until = until if wanted.by_hand else off_the_congested(until)
                if not holding.may_wait(until, now, holding.always if wanted.by_hand else self.awake):
                    continue
            parts.setdefault(until, []).append(one)
        return parts

    async def _queue(
        self, tx: Tx, wanted: PushWanted, reached: Sequence[Receiver], now: datetime, held_until: datetime | None
    ) -> None:
        """And let typed words go there: of those who sit, when they get it."""
        asked = await asking.question_of(tx, wanted.day, wanted.group, now)
        due_at = held_until or (now if wanted.by_hand else off_the_congested(now))
        first = reached[0].number
        for text_only in (False, True):
            accounts = tuple(name for one in reached if one.text_only is text_only for name in one.accounts)
            messages = texts.question_messages(asked, trial=self.rules.compliance.on_trial, text_only=text_only)
            ref = f"daily-{wanted.day}-{wanted.group}-{int(now.timestamp())}-{tag(first)}{'t' if text_only else ''}"
            ends = closes_at(wanted.day)
            await self._send(tx, ref, accounts, messages, now, due_at, not_after=ends, waking=not wanted.by_hand)
        place = ref_of((wanted.day, wanted.group))
        await focus.show(tx, [one.number for one in reached], FOCUS, place, now, held_until=held_until)

    async def _send(
        self,
        tx: Tx,
        ref: str,
        accounts: tuple[str, ...],
        messages: Sequence[Content],
        now: datetime,
        due_at: datetime,
        *,
        not_after: datetime | None = None,
        waking: bool = True,
    ) -> None:
        if not accounts:
            return
        add = partial(outbox.add, tx, self.channel, lane=ref, mass=True, now=now, due_at=due_at)
        for number, content in enumerate(messages):
            part = f"{ref}-{number}"
            drafts = self.freeze(Push(accounts, content), part, True)
            await add(part, drafts, not_after=not_after, waking=waking)

    async def remind(self, tx: Tx, now: datetime) -> None:
        """To those who asked for it and have not answered today's question, on working days."""
        today = day_of(now)
        if not (await calendar.imported(tx)).is_working(today):
            return
        for group in Group:
            asked = (await daily.between(tx, today, today)).get((today, group))
            if asked is None:
                continue
            found = await reminding.unanswered(tx, self.rules, self.channel, today, group)
            accounts = tuple(name for one in found for name in one.accounts)
            ref = f"remind-{today}-{group}-{int(now.timestamp())}"
            said, ends = (texts.reminder(asked),), start_of(today + DAY)  # it says what is so today
            await self._send(tx, ref, accounts, said, now, off_the_congested(now), not_after=ends)
            await daily.count_pushes(tx, [one.number for one in found], monday_of(today))

    async def close_cards(self, tx: Tx, now: datetime) -> None:
        """Grey the cards of closed questions whose codes still live, for those who did not answer."""
        for card in await outbox.live_cards(tx, self.channel, "daily-", now - CODE_LIFE):
            day = date.fromisoformat(card.ref[len("daily-") :][:10])
            if closes_at(day) > now or not await outbox.use_code(tx, card):
                continue
            left = await reminding.without_answer(tx, self.rules, self.channel, card.receivers, day)
            update = self.freeze_update(card.response_code, left, Reply(Grey("已截止"))) if left else None
            if update is not None:
                lane = f"close-{card.id}"
                await outbox.add(tx, self.channel, lane, [update], lane=lane, mass=False, now=now)

    async def warn_of_calendar(self, tx: Tx, now: datetime) -> None:
        """From 1 December, when next year's working days are not known."""
        year = (await calendar.imported(tx)).warns(day_of(now))
        if year is not None:
            await self._tell_city(tx, f"calendar-{day_of(now)}", notices.calendar_missing(year, day_of(now)), now)

    async def _tell_city(self, tx: Tx, ref: str, text: str, now: datetime) -> None:
        holders = await people.holders(tx, EVERYTHING, Role.CITY_ADMIN, self.channel)
        accounts = sorted(name for names in holders.values() for name in names)
        held = await holding.held(tx, self.channel, accounts, now)
        for until, names in holding.parted(accounts, held).items():
            part = f"{ref}-{until:%H%M}" if until else ref
            await self._send(tx, part, names, (Text(text),), now, off_the_congested(until or now))


def tag(number: str) -> str:
    """A 人员编号 as part of a task id: short, and different for each."""
    return hashlib.sha256(number.encode()).hexdigest()[:16]
