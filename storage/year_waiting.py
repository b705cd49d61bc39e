"""What of a year is on its way into the ledger: activities that were held, and claims to be decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select

from storage.database import Tx
from storage.scope import Scope
from storage.tables import activity, claim
from training.activities import State
from training.claims import State as ClaimState

_HELD: Final = (str(State.PUBLISHED), str(State.SIGNING), str(State.CONCLUDED))
_ASKED: Final = (str(ClaimState.SUBMITTED), str(ClaimState.RETURNED))


@dataclass(frozen=True, slots=True)
class ClaimsWaiting:
    """`returned`: when each one went back to its claimant."""

    submitted: int
    returned: Sequence[datetime]


async def activities(tx: Tx, since: datetime, before: datetime) -> list[int]:
    """The numbers of those that were published, are not posted or cancelled, and touch the time between."""
    statement = select(activity.c.number).where(
        activity.c.state.in_(_HELD), activity.c.starts_at < before, activity.c.ends_at >= since
    )
    return list((await tx.execute(statement.order_by(activity.c.number))).scalars())


async def claims(tx: Tx, scope: Scope, first: date, last: date) -> ClaimsWaiting:
    """Those that touch the days from `first` to `last`."""
    statement = (
        select(claim.c.state, claim.c.decided_at, func.count())
        .where(
            claim.c.state.in_(_ASKED),
            claim.c.starts_on <= last,
            claim.c.ends_on >= first,
            scope.allows(claim.c.person, claim.c.unit),
        )
        .group_by(claim.c.state, claim.c.decided_at)
    )
    submitted, returned = 0, []
    for state, decided_at, count in await tx.execute(statement):
        if state == ClaimState.SUBMITTED:
            submitted += count
        elif decided_at is not None:
            returned += [decided_at] * count
    return ClaimsWaiting(submitted, returned)
