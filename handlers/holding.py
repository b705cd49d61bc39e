"""An open exam attempt holds every push until it ends: when what is held goes out, and for whom.

Answers to one's own act and what the exam itself has to say are never held. What the clock would send is left out
when the moment falls into another day or into the quiet hours; what somebody wrote goes out in any case.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from storage import people, sittings
from storage.database import Tx
from storage.scope import EVERYTHING
from training.calendar import day_of
from training.exams import GRACE

_CONGESTED: Final = timedelta(minutes=2)  # the platform is, round :00 and :30
STEP: Final = timedelta(minutes=5)  # so that a city that sits together costs few requests
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

Awake = Callable[[datetime], bool]


def always(_moment: datetime) -> bool:
    return True


def off_the_congested(moment: datetime) -> datetime:
    """Mass sends started by the clock never within two minutes of :00 or :30. Source: domain, Numbers."""
    for minute in (0, 30, 60):
        congested = moment.replace(minute=0, second=0, microsecond=0) + timedelta(minutes=minute)
        if abs(moment - congested) < _CONGESTED:
            return congested + _CONGESTED
    return moment


def free_at(sits_until: datetime | None, now: datetime) -> datetime | None:
    """The first full five minutes after an attempt of this deadline has ended; None: nothing holds a push now."""
    if sits_until is None or now > sits_until + GRACE:
        return None
    return _EPOCH + ((sits_until + GRACE - _EPOCH) // STEP + 1) * STEP


def may_wait(until: datetime, now: datetime, awake: Awake) -> bool:
    """Whether what the clock sends now is still worth it then."""
    return day_of(until) == day_of(now) and awake(until)


async def held(tx: Tx, channel: str, accounts: Iterable[str], now: datetime) -> Mapping[str, datetime]:
    """Account → until when it is not written to, of those whose person sits an exam."""
    owners = await people.owners(tx, EVERYTHING, channel, accounts)
    sitting = await sittings.until(tx, EVERYTHING, owners.values())
    free = {person: moment for person, until in sitting.items() if (moment := free_at(until, now))}
    return {account: free[person] for account, person in owners.items() if person in free}


def parted(accounts: Iterable[str], held: Mapping[str, datetime]) -> Mapping[datetime | None, tuple[str, ...]]:
    """Until when they are held (None: not at all) → which of the accounts, in their order."""
    if not held:
        return {None: tuple(accounts)}
    parts: dict[datetime | None, list[str]] = {}
    for account in accounts:
        parts.setdefault(held.get(account), []).append(account)
    return {until: tuple(those) for until, those in parts.items()}
