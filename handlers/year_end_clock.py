"""What the clock does at a year's end: the snapshot of New Year's night, and reminders to who has not confirmed."""

from dataclasses import dataclass
from datetime import datetime

from handlers.actions import year_end
from handlers.holding import Awake, always, off_the_congested
from handlers.jobs import Freeze
from handlers.message import Push, Text
from handlers.texts import year_end as texts
from storage import calendar, outbox, people
from storage.database import Database, Tx
from storage.scope import EVERYTHING
from training.calendar import day_of
from training.rules import Rules
from training.year_end import is_reminder


@dataclass(frozen=True, slots=True)
class YearEndClock:
    """Of one channel. `freeze(push, ref, mass)` makes requests of a push; `awake`: no quiet hour."""

    rules: Rules
    channel: str
    freeze: Freeze
    awake: Awake = always

    async def keep_snapshot(self, database: Database, now: datetime) -> None:
        """Of the year that ended last; again and again without harm."""
        await year_end.keep_snapshot(database, self.rules, day_of(now).year - 1)

    async def remind(self, tx: Tx, now: datetime) -> None:
        """On working days from 5 and 12 January, one message to all unit admins of whom nothing was heard."""
        today = day_of(now)
        if not is_reminder(today, await calendar.imported(tx)):
            return
        year = today.year - 1
        silent = await year_end.silent_admins(tx, self.rules, year, now)
        found = await people.accounts_of(tx, EVERYTHING, self.channel, silent)
        accounts = tuple(sorted(account for several in found.values() for account in several))
        if not accounts:
            return
        ref = f"year-end-{today}"
        drafts = self.freeze(Push(accounts, Text(texts.reminder(year))), ref, True)
        due_at = off_the_congested(now)
        rows = [
            outbox.row_of(self.channel, ref, n, one, lane=ref, mass=True, now=now, due_at=due_at, waking=True)
            for n, one in enumerate(drafts)
        ]
        await outbox.add_all(tx, rows)
