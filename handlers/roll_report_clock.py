"""本月人员有无变动？: from the 25th on, once a month, to the admins of units that have not said so yet.

Source: issue 6, 人员变动申报. It is asked on the first working day from the 25th; whoever had no push left in that
week, or came later, is asked on a later working day of the month.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from handlers.actions.roll_reports import unreported
from handlers.holding import Awake, always, held, may_wait, off_the_congested
from handlers.jobs import Freeze, tag
from handlers.message import Push, Text
from handlers.texts.roll_reports import monthly_card, monthly_words
from storage import calendar, daily, duty_sources, outbox, wishes
from storage.database import Tx
from storage.scope import EVERYTHING
from training.calendar import day_of, monday_of
from training.roll_reports import month_of
from training.rules import Rules

FROM_DAY: Final = 25


@dataclass(frozen=True, slots=True)
class RollReportJob:
    """Of one channel. `freeze(push, ref, mass)` makes requests of a push; `awake`: no quiet hour."""

    rules: Rules
    channel: str
    freeze: Freeze
    awake: Awake = always

    async def remind(self, tx: Tx, now: datetime) -> None:
        """Whoever mutes notices, or has no push left this week, is not asked now."""
        today = day_of(now)
        if today.day < FROM_DAY or not (await calendar.imported(tx)).is_working(today):
            return
        asked = {_ref(now, one.number): one.number for one in await unreported(tx, self.rules, now)}
        there = await duty_sources.queued(tx, self.channel, asked)
        await self._ask(tx, [number for ref, number in asked.items() if ref not in there], now)

    async def _ask(self, tx: Tx, numbers: Sequence[str], now: datetime) -> None:
        """Whoever sits an exam gets it afterwards, or on another day when that is too late."""
        week, most = monday_of(day_of(now)), self.rules.compliance.push_budget_per_week
        reached = await duty_sources.to_notify(tx, EVERYTHING, self.channel, numbers, week, most)
        plain = await wishes.text_only(tx, EVERYTHING, reached)
        sitting = await held(tx, self.channel, [name for names in reached.values() for name in names], now)
        month = month_of(day_of(now))
        for number, accounts in reached.items():
            until = next((sitting[name] for name in accounts if name in sitting), None)
            due_at = off_the_congested(until or now)
            if until is not None and not may_wait(due_at, now, self.awake):
                continue
            ref = _ref(now, number)
            content = Text(monthly_words(month)) if number in plain else monthly_card(month)
            drafts = self.freeze(Push(accounts, content), ref, False)
            queue = partial(outbox.add, tx, self.channel, ref, drafts, lane=ref, mass=False)
            await queue(now=now, due_at=due_at, waking=True)
            await daily.count_pushes(tx, [number], week)


def _ref(now: datetime, number: str) -> str:
    return f"roll-{day_of(now):%Y-%m}-{tag(number)}"
