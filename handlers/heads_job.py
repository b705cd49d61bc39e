"""The weekly message with the heads of both chains, to every city admin and auditor.

It is due on every working day and goes once a week: on the first one on which the bot runs. Without a key that can
be read it goes unsigned and says so; a head that nobody was sent is worth less.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handlers.actions import heads
from handlers.actions.heads import Key
from handlers.jobs import Freeze, off_the_congested
from handlers.message import Push, Text
from handlers.texts.heads import weekly
from storage import calendar, outbox, people
from storage.database import Tx
from storage.scope import EVERYTHING
from training.calendar import day_of, monday_of
from training.heads import Chain, KeyTrouble, Statement
from training.people import Role

CHAINS: Final[tuple[Chain, ...]] = ("ledger", "audit")
OFFICERS: Final = (Role.CITY_ADMIN, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class HeadsJob:
    """`key` reads the signing key, or makes it at its first use; it may raise KeyTrouble or OSError."""

    channel: str
    freeze: Freeze
    key: Callable[[], Key]

    async def send_weekly(self, tx: Tx, now: datetime) -> None:
        today = day_of(now)
        ref = f"heads-{monday_of(today)}"
        accounts = await self._officers(tx)
        if not accounts or not (await calendar.imported(tx)).is_working(today):
            return
        stated = await self._stated(tx, now)
        drafts = self.freeze(Push(accounts, Text(weekly(stated))), ref, True)
        # What was queued earlier in the week stays as it is.
        await outbox.add(tx, self.channel, ref, drafts, lane=ref, mass=True, now=now, due_at=off_the_congested(now))

    async def _officers(self, tx: Tx) -> tuple[str, ...]:
        found = [await people.holders(tx, EVERYTHING, role, self.channel) for role in OFFICERS]
        return tuple(sorted({name for holders in found for names in holders.values() for name in names}))

    async def _stated(self, tx: Tx, now: datetime) -> list[Statement]:
        try:
            key = self.key()
        except (KeyTrouble, OSError):
            return [await heads.state(tx, chain, now) for chain in CHAINS]
        await heads.record_key(tx, key, by="clock", via="clock", now=now)
        return [heads.signed(await heads.state(tx, chain, now), key) for chain in CHAINS]
