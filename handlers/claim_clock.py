"""What the clock does for 申报: what nobody decided in time goes one level up; who decides is told once a day.

Everything is found by its state in the database, and done once by whatever process comes first.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from handlers.actions import claim_levels
from handlers.actions.claim_levels import Bench
from handlers.holding import Awake, always, off_the_congested
from handlers.jobs import Freeze, tag
from handlers.message import Push, Text
from handlers.texts import approving as texts
from storage import audit, calendar, claims, evidence, outbox
from storage.audit import Act
from storage.database import Database, Tx
from storage.scope import EVERYTHING
from training.approval import CITY
from training.calendar import day_of
from training.claims import Claim
from training.rules import Rules

SLICE: Final = 50
LOOSE_LIFE: Final = timedelta(days=1)  # of pictures of which nobody said what they are for


@dataclass(frozen=True, slots=True)
class ClaimClock:
    """Of one channel. `freeze(push, ref, mass)` makes requests of a push; `awake`: no quiet hour."""

    rules: Rules
    channel: str
    freeze: Freeze
    awake: Awake = always

    async def tick(self, database: Database, now: datetime) -> bool:
        """Whether there is mail: never, because who decides is told by `remind`."""
        today = day_of(now)
        async with database.read() as tx:
            due = await claims.is_overdue(tx, today)
        while due:
            async with database.write() as tx:
                due = await self._raise(tx, now)
        return False

    async def _raise(self, tx: Tx, now: datetime) -> bool:
        """The next slice; whether there may be more."""
        found = await claims.overdue(tx, EVERYTHING, day_of(now), at_most=SLICE)
        bench = await claim_levels.bench(tx, self.rules, now) if found else None
        for claim in found:
            if bench is not None:
                await self._raise_one(tx, bench, claim, now)
        return len(found) == SLICE

    async def _raise_one(self, tx: Tx, bench: Bench, claim: Claim, now: datetime) -> None:
        who = await claim_levels.claimant(tx, bench, claim.person, claim.unit)
        above = await claim_levels.place_above(tx, bench, who, claim.level) if who else None
        level, due = (above.level, above.due) if above else (CITY, None)
        await claims.raise_to(tx, claim.number, level, due)
        act = Act("clock", "clock", "claim.escalate", f"claim {claim.number}", claim.level, level)
        await audit.record(tx, act, now)

    async def remind(self, tx: Tx, now: datetime) -> None:
        """On a working day, of what waits and nobody has seen: one message a level, to those who may decide."""
        await self._forget(tx, now)
        today = day_of(now)
        if not (await calendar.imported(tx)).is_working(today):
            return
        unseen = await claims.unseen(tx, EVERYTHING)
        if not unseen:
            return
        bench = await claim_levels.bench(tx, self.rules, now)
        for level, numbers in unseen.items():
            await self._remind(tx, bench, level, numbers, now)

    async def _remind(self, tx: Tx, bench: Bench, level: str, numbers: list[int], now: datetime) -> None:
        found = await claims.several(tx, EVERYTHING, numbers)
        who = [one for claim in found if (one := await claim_levels.claimant(tx, bench, claim.person, claim.unit))]
        accounts = await claim_levels.accounts_at(tx, self.channel, bench, who, level)
        if not accounts:
            return
        name = bench.tree.units[level].name if level in bench.tree.units else level
        ref = f"claims-{day_of(now)}-{tag(level)}"
        drafts = self.freeze(Push(accounts, Text(texts.worth_reminding(len(numbers), name))), ref, True)
        due_at = off_the_congested(now)
        await outbox.add_all(
            tx,
            [
                outbox.row_of(self.channel, ref, n, one, lane=ref, mass=True, now=now, due_at=due_at, waking=True)
                for n, one in enumerate(drafts)
            ],
        )

    async def _forget(self, tx: Tx, now: datetime) -> None:
        while await evidence.forget_loose(tx, now - LOOSE_LIFE):
            pass
