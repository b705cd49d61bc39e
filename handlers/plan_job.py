"""进度提醒: on the rungs of the ladder, what is missing and what it takes a week, to those who want reminders."""

from dataclasses import dataclass
from datetime import datetime

from handlers.actions.standings import load_standings
from handlers.holding import Awake, always, free_at, may_wait
from handlers.jobs import Freeze, off_the_congested, tag
from handlers.message import Push, Text
from handlers.texts.notices import behind
from storage import calendar, daily, outbox
from storage.daily import Receiver
from storage.database import Tx
from storage.scope import EVERYTHING
from training.calendar import day_of, monday_of
from training.hours import Standing, counted, missing, weekly
from training.people import Group
from training.plan_reminders import is_rung
from training.rules import Rules


@dataclass(frozen=True, slots=True)
class PlanJob:
    """Of one channel. `freeze(push, ref, mass)` makes requests of a push; `awake`: no quiet hour."""

    rules: Rules
    channel: str
    freeze: Freeze
    awake: Awake = always

    async def remind(self, tx: Tx, now: datetime) -> None:
        """Nobody else is written to, and nobody beyond the week's budget. A figure is the person's own affair.

        Whoever sits an exam gets it afterwards.
        """
        today = day_of(now)
        if not is_rung(today, await calendar.imported(tx)):
            return
        for group in Group:
            wanting = await daily.wanting_reminder(tx, EVERYTHING, self.channel, group, week=monday_of(today))
            within = [r for r in wanting if r.pushes_this_week < self.rules.compliance.push_budget_per_week]
            standings = await load_standings(tx, self.rules, [r.number for r in within], today.year)
            short = [one for one in within if missing(standings[one.number], self.rules.hours)]
            reached = [(one, due_at) for one in short if (due_at := self._due_at(one, now))]
            for one, due_at in reached:
                await self._send(tx, one, standings[one.number], now, due_at)
            await daily.count_pushes(tx, [one.number for one, _ in reached], monday_of(today))

    def _due_at(self, one: Receiver, now: datetime) -> datetime | None:
        """None: when the exam ends it would be too late for today."""
        until = free_at(one.sits_until, now)
        due_at = off_the_congested(until or now)
        return due_at if until is None or may_wait(due_at, now, self.awake) else None

    async def _send(self, tx: Tx, one: Receiver, standing: Standing, now: datetime, due_at: datetime) -> None:
        today, short = day_of(now), missing(standing, self.rules.hours)
        said = behind(counted(standing, self.rules.hours), standing.owed or 0, short, weekly(short, today))
        ref = f"plan-{today}-{tag(one.number)}"
        drafts = self.freeze(Push(one.accounts, Text(said)), ref, False)
        await outbox.add(tx, self.channel, ref, drafts, lane=ref, mass=False, now=now, due_at=due_at)
