"""答题活动: what an answer to a question of a broadcast is worth, and whether it still counts.

Amounts are whole hundredths of an hour. Source: domain, Forms and credit.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from training.broadcasts import Answered, Asked, State
from training.calendar import day_of

UNDER_WAY: Final = (State.SENDING, State.OPEN)
NEXT: Final = "next"  # in the place of a letter in a card's key: on to the next question
WRITTEN: Final = "="  # before what a question that was written for a quiz goes by; no id begins so
TAKEN_BACK: Final = (State.RECALLED, State.CANCELLED, State.STOPPED)


class Worth(StrEnum):
    """Why an answer earned what it did."""

    CREDITED = "credited"
    NO_CREDIT = "no_credit"  # the quiz gives no hours
    TWICE = "twice"  # this question earned this person hours in another quiz of the year
    NEXT_YEAR = "next_year"  # the year of its sending has ended


class Standing(StrEnum):
    """Whether a quiz may be answered."""

    OPEN = "open"
    CLOSED = "closed"
    RECALLED = "recalled"
    NOT_SENT = "not_sent"


class Quiz(msgspec.Struct, frozen=True):
    """A broadcast as those see it who answer.

    `bank`: by item the id of the question in the bank, or what one that was written for it goes by, so that the
    same question is the same in every quiz.
    """

    number: int
    state: State
    sent_at: datetime
    closes_at: datetime
    credit: int
    asked: tuple[Asked, ...]
    bank: tuple[str, ...]

    def standing(self, now: datetime) -> Standing:
        """Open up to the moment at which it closes, without that moment."""
        if self.state in TAKEN_BACK:
            return Standing.RECALLED
        if self.state is State.CLOSED or (self.state in UNDER_WAY and now >= self.closes_at):
            return Standing.CLOSED
        return Standing.OPEN if self.state in UNDER_WAY else Standing.NOT_SENT

    def worth(self, answered_at: datetime, *, twice: bool) -> Worth:
        """An answer counts for the year in which it is given, and that is the year of sending or none.

        Source: domain, Numbers (never across 31 December).
        """
        if not self.credit:
            return Worth.NO_CREDIT
        if day_of(answered_at).year != day_of(self.sent_at).year:
            return Worth.NEXT_YEAR
        return Worth.TWICE if twice else Worth.CREDITED

    def worth_of(self, answered: Answered) -> Worth:
        """The same of an answer that was given."""
        return self.worth(answered.answered_at, twice=not answered.earned)


def title(broadcast: int, item: int, question: str) -> str:
    """Of the ledger line; the same for everybody who answers it. `question` as in `Quiz.bank`; of early answers to
    what was written for a quiz it is empty."""
    known = "" if question.startswith(WRITTEN) else question
    return f"群发答题 {broadcast} 第{item + 1}题 {known}".rstrip()


def ref_of(broadcast: int, item: int) -> str:
    """What a card's key and a focus begin with."""
    return f"{broadcast}:{item}"


def place_in(ref: str) -> tuple[int, int] | None:
    """Broadcast and item at the beginning of a card's key or of a focus; nothing that no database could hold."""
    broadcast, _, rest = ref.partition(":")
    item = rest.partition(":")[0]
    if not all(part.isascii() and part.isdigit() for part in (broadcast, item)):
        return None
    return (int(broadcast), int(item)) if len(broadcast) < 10 and len(item) < 4 else None


def next_open(of: int, given: set[int], after: int) -> int | None:
    """The next item without an answer behind `after`, round to those before it; `after` itself comes last."""
    order = [*range(after + 1, of), *range(after + 1)]
    return next((item for item in order if item not in given), None)
