"""异议 that wait: whoever answers is reminded when 10 and when 15 working days have passed, once each.

Source: domain, Ledger (The right of reply). The ref of the outbox is what makes a reminder unique.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from handlers.actions import objections as actions
from handlers.actions.objection_subjects import thing
from handlers.actions.objections import Seen
from handlers.holding import off_the_congested
from handlers.jobs import Freeze
from handlers.message import Push, Text
from handlers.texts import objections as texts
from storage import approvers, calendar, duty_sources, objections, outbox
from storage.database import Tx
from storage.scope import EVERYTHING
from training.calendar import day_of
from training.objections import Objection, reminder
from training.rules import Rules


@dataclass(frozen=True, slots=True)
class ObjectionClock:
    """Of one channel. `freeze(push, ref, mass)` makes requests of a push."""

    rules: Rules
    channel: str
    freeze: Freeze

    async def remind(self, tx: Tx, now: datetime) -> None:
        """On a working day."""
        today, days = day_of(now), await calendar.imported(tx)
        if not days.is_working(today):
            return
        wanted: Mapping[str, tuple[Objection, int]] = {
            f"objection-{one.number}-{passed}": (one, passed)
            for one in await objections.waiting(tx, EVERYTHING)
            if (passed := reminder(day_of(one.sent_at), today, days)) is not None
        }
        there = await duty_sources.queued(tx, self.channel, wanted)
        for ref, (one, passed) in wanted.items():
            if ref not in there:
                await self._remind(tx, one, passed, ref, now)

    async def _remind(self, tx: Tx, one: Objection, passed: int, ref: str, now: datetime) -> None:
        accounts = await actions.answerers(tx, self.rules, self.channel, one, now)
        if not accounts:
            return
        known = (await approvers.several(tx, EVERYTHING, [one.person])).get(one.person)
        seen = Seen(one, await thing(tx, one.subject), name=known.name if known else one.person)
        drafts = self.freeze(Push(accounts, Text(texts.overdue(seen, passed))), ref, False)
        due_at = off_the_congested(now)
        await outbox.add(tx, self.channel, ref, drafts, lane=ref, mass=False, now=now, due_at=due_at, waking=True)
