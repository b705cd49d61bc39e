"""A channel's access token, one row for all processes; `held_until` beside it is `storage.pace`'s affair.

What is kept is sealed by the channel. Whoever finds the one that is kept of no use begins to renew it, which holds
for a lease; the lease is the fence, so that whoever was frozen meanwhile does not write over a newer one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Update, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Tx
from storage.tables import channel_state

RENEWING: Final = timedelta(seconds=5)  # at most so long do the others wait for one that died


@dataclass(frozen=True, slots=True)
class SealedToken:
    """Empty and without a moment where none was ever kept. `until`: it may be used before that."""

    sealed: bytes = b""
    until: datetime | None = None


async def token(tx: Tx, channel: str) -> SealedToken:
    state = channel_state.c
    row = (await tx.execute(select(state.token, state.token_until).where(state.channel == channel))).first()
    return SealedToken() if row is None else SealedToken(row.token, row.token_until)


async def begin_renewing(tx: Tx, channel: str, seen: bytes, now: datetime) -> datetime | None:
    """The fence, for the one who may renew the token that was `seen`; None: somebody else does, or just has."""
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    await tx.execute(make(channel_state).values(channel=channel, held_code=0, token=b"").on_conflict_do_nothing())
    state, until = channel_state.c, now + RENEWING
    free = or_(state.renewing_until.is_(None), state.renewing_until <= now)
    mine = update(channel_state).where(state.channel == channel, state.token == seen, free)
    return until if (await tx.execute(mine.values(renewing_until=until))).rowcount else None


async def keep_token(tx: Tx, channel: str, made: SealedToken, fence: datetime) -> bool:
    """False: the lease ended, and another one has begun."""
    mine = _held(channel, fence).values(token=made.sealed, token_until=made.until, renewing_until=None)
    return (await tx.execute(mine)).rowcount == 1


async def stop_renewing(tx: Tx, channel: str, fence: datetime) -> None:
    """It failed: the next may try at once."""
    await tx.execute(_held(channel, fence).values(renewing_until=None))


def _held(channel: str, fence: datetime) -> Update:
    state = channel_state.c
    return update(channel_state).where(state.channel == channel, state.renewing_until == fence)
