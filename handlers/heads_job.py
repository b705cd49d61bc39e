"""The message with the heads of both chains, to every city admin and auditor: weekly, and before an export.

The weekly one is due on every working day and goes once a week: on the first one on which the bot runs. Before an
export it goes when the ledger has moved since the last one sent, at most once a day. Without a key that can be read
it goes unsigned and says so; a head that nobody was sent is worth less.
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
from storage import calendar, heads_sent, ledger, outbox, people
from storage.database import Tx
from storage.scope import EVERYTHING
from training.calendar import day_of, monday_of
from training.chains import Head
from training.heads import Chain, KeyTrouble, Statement
from training.people import Role

CHAINS: Final[tuple[Chain, ...]] = ("ledger", "audit")
OFFICERS: Final = (Role.CITY_ADMIN, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class HeadsJob:
    """`key` reads the signing key, or makes it at its first use; it may raise KeyTrouble or OSError.

    `by` and `via` stand in the audit log when it was made.
    """

    channel: str
    freeze: Freeze
    key: Callable[[], Key]
    by: str = "clock"
    via: str = "clock"

    async def send_weekly(self, tx: Tx, now: datetime) -> None:
        today = day_of(now)
        accounts = await self._officers(tx)
        if not accounts or not (await calendar.imported(tx)).is_working(today):
            return
        # What was queued earlier in the week stays as it is.
        await self._send(tx, f"heads-{monday_of(today)}", accounts, now, off_the_congested(now))

    async def send_before_export(self, tx: Tx, now: datetime) -> bool:
        """Whether it was queued just now. On a Monday it is the weekly one, which then does not go again."""
        accounts = await self._officers(tx)
        if not accounts:
            return False
        ref = f"heads-{day_of(now)}"
        sent = await heads_sent.any_of(tx, self.channel, ref=ref, lane=lane_of(await ledger.head(tx)))
        if not sent:
            await self._send(tx, ref, accounts, now, now)
        return not sent

    async def _send(self, tx: Tx, ref: str, accounts: tuple[str, ...], now: datetime, due_at: datetime) -> None:
        stated = await self._stated(tx, now)
        drafts = self.freeze(Push(accounts, Text(weekly(stated))), ref, True)
        lane = lane_of(Head(stated[0].seq, stated[0].hash))
        await outbox.add(tx, self.channel, ref, drafts, lane=lane, mass=True, now=now, due_at=due_at)

    async def _officers(self, tx: Tx) -> tuple[str, ...]:
        found = [await people.holders(tx, EVERYTHING, role, self.channel) for role in OFFICERS]
        return tuple(sorted({name for holders in found for names in holders.values() for name in names}))

    async def _stated(self, tx: Tx, now: datetime) -> list[Statement]:
        try:
            key = self.key()
        except (KeyTrouble, OSError):
            return [await heads.state(tx, chain, now) for chain in CHAINS]
        await heads.record_key(tx, key, by=self.by, via=self.via, now=now)
        return [heads.signed(await heads.state(tx, chain, now), key) for chain in CHAINS]


def lane_of(head: Head) -> str:
    """By which a head of the ledger that was sent is found again."""
    return f"heads-{head.seq}-{head.hash}"
