"""What an outcome means for the row in the outbox: an end, or another try, and when.

Repeated is only what surely had no effect, and a mass send without an answer, as long as WeCom recognises the
identical bytes (its duplicate check). Other sends answer somebody's own act: asking again shows it again. What
never reached WeCom is tried for three days, so that no outage over a weekend loses anything.
Source: doc 90313 (only -1 may be repeated blindly).
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.channels.channel import Outcome, Verdict
from storage.outbox import Claimed, Ending, State

DUPLICATE_WINDOW: Final = timedelta(hours=3, minutes=50)  # WeCom remembers a request for 4 hours
BUSY: Final = frozenset({-1, 6000})
MOST_BUSY: Final = 3  # repeats of what WeCom was too busy for
RETRIES_FOR: Final = timedelta(hours=72)  # of what never reached WeCom, such as in an outage
LONGEST_WAIT_SECONDS: Final = 300.0
LONGEST_DOUBT_SECONDS: Final = 600.0
STOP_SECONDS: Final = 60.0
_BUSY_GROWTH: Final = 4  # 5, 20, 80 s
_DOUBT_SECONDS: Final = 5.0
_MOST_DOUBLINGS: Final = 10


def too_late(claimed: Claimed, now: datetime) -> bool:
    """An earlier try may have taken effect, and WeCom would not recognise a repeat as one."""
    return claimed.doubtful and not (claimed.mass and now - claimed.first_tried_at <= DUPLICATE_WINDOW)


def ending(claimed: Claimed, outcome: Outcome, now: datetime) -> Ending:
    match outcome.verdict:
        case Verdict.SENT:
            return _ended(State.SENT, outcome)
        case Verdict.REFUSED:
            # A repeat that is refused says nothing of the first try, unless there was nobody to reach.
            return _ended(State.UNKNOWN if claimed.doubtful and not outcome.invalid else State.REFUSED, outcome)
        case Verdict.SLOW_DOWN | Verdict.STOP:
            return _again(claimed, outcome, now, hold_seconds(outcome))
        case Verdict.RETRY:
            return _retried(claimed, outcome, now)
        case Verdict.UNKNOWN if claimed.mass and not outcome.final:
            doublings = min(claimed.attempts - 1, _MOST_DOUBLINGS)
            wait = min(_DOUBT_SECONDS * 2**doublings, LONGEST_DOUBT_SECONDS)
            return replace(_again(claimed, outcome, now, wait), doubtful=True)
    return _ended(State.UNKNOWN, outcome)


def hold_seconds(outcome: Outcome) -> float:
    """How long the whole channel has to wait; 0: it has not."""
    if outcome.verdict not in (Verdict.SLOW_DOWN, Verdict.STOP):
        return 0.0
    return outcome.wait_seconds or STOP_SECONDS


def _retried(claimed: Claimed, outcome: Outcome, now: datetime) -> Ending:
    busy = outcome.code in BUSY
    if claimed.busy >= MOST_BUSY if busy else now - claimed.queued_at >= RETRIES_FOR:
        # What an earlier try did is not known better because the last one did nothing.
        if claimed.doubtful:
            return _ended(State.UNKNOWN, outcome)
        return replace(_ended(State.REFUSED, outcome), unsent=True)
    if busy:
        waiting = _again(claimed, outcome, now, outcome.wait_seconds * _BUSY_GROWTH**claimed.busy)
        return replace(waiting, busy=claimed.busy + 1)
    wait = min(outcome.wait_seconds * (claimed.retried + 1), LONGEST_WAIT_SECONDS)
    return replace(_again(claimed, outcome, now, wait), retried=claimed.retried + 1)


def _ended(state: State, outcome: Outcome) -> Ending:
    return Ending(
        state,
        outcome.code,
        outcome.reason,
        outcome.msgid,
        outcome.response_code,
        outcome.invalid,
        outcome.unlicensed,
    )


def _again(claimed: Claimed, outcome: Outcome, now: datetime, wait_seconds: float) -> Ending:
    due_at = now + timedelta(seconds=wait_seconds)
    return Ending(
        State.QUEUED,
        outcome.code,
        outcome.reason,
        due_at=due_at,
        retried=claimed.retried,
        busy=claimed.busy,
    )
