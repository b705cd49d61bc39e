"""What the clock does for 抽查: on the first working day of a month it draws from the month before, and says so."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from handlers.actions import spot_checks
from handlers.holding import off_the_congested
from handlers.jobs import Freeze
from handlers.message import Push, Text
from handlers.texts import spot_checks as texts
from storage import calendar, outbox, people
from storage import spot_checks as rows
from storage.database import Database, Tx
from storage.scope import EVERYTHING
from training.calendar import day_of
from training.people import Role
from training.spot_checks import Drawn, draw, month_before

SEED_BYTES = 16


@dataclass(frozen=True, slots=True)
class SpotCheckClock:
    """Of one channel. `freeze(push, ref, mass)` makes requests of a push."""

    channel: str
    freeze: Freeze

    async def draw(self, database: Database, now: datetime) -> None:
        """On a working day, if the month before was not drawn yet: a first day that was missed is made up for."""
        today = day_of(now)
        month = month_before(today)
        async with database.read() as tx:
            working = (await calendar.imported(tx)).is_working(today)
            if not working or await rows.drawn(tx, month) is not None:
                return
        pool, through = await spot_checks.pool_of(database, month)
        seed = secrets.token_hex(SEED_BYTES)
        drawn, lines = Drawn(month, seed, now, through, len(pool)), draw(pool, seed)
        async with database.write() as tx:
            if await spot_checks.keep(tx, drawn, lines) and lines:
                await self._tell(tx, drawn, len(lines), now)

    async def _tell(self, tx: Tx, drawn: Drawn, lines: int, now: datetime) -> None:
        holders = await people.holders(tx, EVERYTHING, Role.CITY_ADMIN, self.channel)
        accounts = tuple(sorted(account for several in holders.values() for account in several))
        if not accounts:
            return
        ref = f"spot-check-{drawn.month}"
        drafts = self.freeze(Push(accounts, Text(texts.drawn(drawn, lines))), ref, True)
        due_at = off_the_congested(now)
        await outbox.add_all(
            tx,
            [
                outbox.row_of(self.channel, ref, n, one, lane=ref, mass=True, now=now, due_at=due_at, waking=True)
                for n, one in enumerate(drafts)
            ],
        )
