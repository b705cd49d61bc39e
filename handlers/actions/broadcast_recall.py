"""Taking a broadcast back, and deciding what becomes of sends without an answer.

What waits is withdrawn at once; what was sent is taken back by the clock (`handlers.broadcast_closing_job`), which
also waits for what is just being sent. WeCom takes a message back within 24 hours. Source: doc 94867.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from handlers.actions.broadcast_rights import may_command, may_read
from storage import audit, broadcast_results, broadcasts, outbox
from storage.audit import Act
from storage.broadcast_results import Fate
from storage.database import Tx
from training.broadcast_errors import NoSuchBroadcast, NotInState
from training.broadcasts import Broadcast, Kind, State
from training.errors import NotAllowed
from training.people import Person

RECALL_FOR: Final = timedelta(hours=24)
_ON_THE_WAY: Final = (State.SENDING, State.OPEN, State.CLOSED)
_IN_DOUBT: Final = (Fate.UNKNOWN, Fate.GIVEN_UP, Fate.AGAIN_UNSENT)


@dataclass(frozen=True, slots=True)
class Recalled:
    """In people. `recalled`: their message was sent lately or is just being sent, and is taken back next;
    `unknown`: it may have arrived, and nobody knows."""

    withdrawn: int
    recalled: int
    too_late: int
    unknown: int
    without_receipt: int = 0  # sent lately, but what would take it back was lost


async def recall(
    tx: Tx, asker: Person | None, number: int, reason: str, now: datetime, *, via: str = "chat", by: str = ""
) -> Recalled:
    """`by`: who it was when nobody of the roll asks, on the command line.

    Raises: NoSuchBroadcast, NotAllowed, NotInState when it never went out, or is taken back already.
    """
    broadcast = await _commanded(tx, asker, number)
    waited = sum((await broadcast_results.waiting(tx, number)).values())  # for a request to be full
    # First: whoever queues another slice of it has done so before, or sees that it may not.
    if not await broadcasts.move(tx, broadcast, State.RECALLED, note=reason, closed_at=None):
        raise NotInState(number, broadcast.state)
    before = await _fates(tx, number)
    reminder, closing = f"broadcast-{number}r-", f"broadcast-{number}s-"
    await outbox.withdraw(tx, f"broadcast-{number}-", now, reminder, closing)
    after = await _fates(tx, number)
    too_late = await broadcast_results.sent_before(tx, number, now - RECALL_FOR)
    await audit.record(tx, _act(asker, by, via, "recall", broadcast, after=str(State.RECALLED), reason=reason), now)
    lost = await broadcast_results.without_receipt(tx, number, now - RECALL_FOR)
    return Recalled(
        after.get(Fate.WITHDRAWN, 0) - before.get(Fate.WITHDRAWN, 0) + waited,
        after.get(Fate.SENT, 0) + after.get(Fate.SENDING, 0) - too_late - lost,
        too_late,
        sum(after.get(fate, 0) for fate in _IN_DOUBT),
        lost,
    )


async def resend_unknown(
    tx: Tx, asker: Person | None, number: int, now: datetime, *, via: str = "chat", by: str = ""
) -> int:
    """Send again what may have reached everybody or nobody, and what never reached anybody; how many requests.

    The first may be seen twice, and counts so. Raises: NoSuchBroadcast, NotAllowed, NotInState.
    """
    broadcast = await _commanded(tx, asker, number)
    demand_resendable(broadcast, now)
    done = await outbox.resend(tx, f"broadcast-{number}-", _name(asker, by), now, via=via)
    await audit.record(tx, _act(asker, by, via, "resend", broadcast, after=str(done)), now)
    return done


def demand_resendable(broadcast: Broadcast, now: datetime) -> None:
    """Raises: NotInState, also when nobody could answer the quiz any more."""
    if broadcast.state not in _ON_THE_WAY:
        raise NotInState(broadcast.number, broadcast.state)
    ends = broadcast.closes_at if broadcast.settings.kind is Kind.QUIZ else None
    if ends is not None and ends <= now:
        raise NotInState(broadcast.number, State.CLOSED)


async def give_up_unknown(
    tx: Tx, asker: Person | None, number: int, now: datetime, *, via: str = "chat", by: str = ""
) -> int:
    """Leave it as it is; how many requests. Raises: NoSuchBroadcast, NotAllowed, NotInState."""
    broadcast = await _commanded(tx, asker, number)
    done = await outbox.settle(tx, f"broadcast-{number}-", _name(asker, by), now, via=via)
    await audit.record(tx, _act(asker, by, via, "give_up", broadcast, after=str(done)), now)
    return done


async def _commanded(tx: Tx, asker: Person | None, number: int) -> Broadcast:
    """Locked until the commit."""
    broadcast = await broadcasts.one(tx, number, lock=True)
    if broadcast is None or broadcast.state is State.DRAFT or not await may_read(tx, asker, broadcast):
        raise NoSuchBroadcast(number)
    if not await may_command(tx, asker, broadcast):
        raise NotAllowed
    if broadcast.state not in _ON_THE_WAY:
        raise NotInState(number, broadcast.state)
    return broadcast


def _name(asker: Person | None, by: str) -> str:
    return asker.number if asker is not None else by


def _act(
    asker: Person | None, by: str, via: str, what: str, broadcast: Broadcast, *, after: str, reason: str = ""
) -> Act:
    name, before = _name(asker, by), str(broadcast.state)
    return Act(name, via, f"broadcast.{what}", str(broadcast.number), before, after, reason)


async def _fates(tx: Tx, number: int) -> dict[Fate, int]:
    found: dict[Fate, int] = {}
    for fates in (await broadcast_results.queued(tx, number)).values():
        for fate, persons in fates.items():
            found[fate] = found.get(fate, 0) + persons
    return found
