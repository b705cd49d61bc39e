"""抽查: 5 % of what people recognised last month is looked at once more, by somebody who had no part in it.

The pool are the lines that were recorded in the month and rest on somebody's decision: activities, claims, imports;
no line that takes another back. Which of them are drawn follows from the seed and the pool alone: lines are put in
order by the hash of seed and number, and the first ones are taken, so that anybody can draw them again.
Source: domain, Ledger (Recognition by source).
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from training.calendar import DAY, start_of
from training.errors import Refusal

SHARE_PERCENT: Final = 5  # 本市
SOURCES: Final = ("activity", "claim", "import")


class Result(StrEnum):
    OPEN = ""  # not looked at
    SOUND = "sound"  # 属实
    FAILED = "failed"  # 不符


@dataclass(frozen=True, slots=True)
class Drawn:
    """`month` is its first day; `pool` lines up to number `through` were drawn from at `at`."""

    month: date
    seed: str
    at: datetime
    through: int
    pool: int


@dataclass(frozen=True, slots=True)
class Checked:
    """A drawn line, and what was found; `batch` takes it back, 0 for none."""

    month: date
    seq: int
    result: Result = Result.OPEN
    by: str = ""
    at: datetime | None = None
    note: str = ""
    batch: int = 0


def size(pool: int) -> int:
    """5 %, rounded up: one at least of any pool that is not empty."""
    return -(-pool * SHARE_PERCENT // 100)


def draw(pool: Collection[int], seed: str) -> tuple[int, ...]:
    """The numbers of the lines, in order."""
    return tuple(sorted(sorted(set(pool), key=lambda seq: (_place(seed, seq), seq))[: size(len(set(pool)))]))


def _place(seed: str, seq: int) -> bytes:
    return hashlib.sha256(f"{seed}:{seq}".encode()).digest()


def month_before(day: date) -> date:
    """The first day of the month before that of `day`."""
    return (day.replace(day=1) - DAY).replace(day=1)


def month_after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def span(month: date) -> tuple[datetime, datetime]:
    """When the month begins, and when the next one does."""
    return start_of(month), start_of(month_after(month))


@dataclass(eq=False)
class SpotRefusal(Refusal):
    """Why a line is not checked; each kind below says why."""

    seq: int


@dataclass(eq=False)
class NotDrawn(SpotRefusal):
    """The line was never drawn."""


@dataclass(eq=False)
class OwnLine(SpotRefusal):
    """It is the line of who wants to check it."""


@dataclass(eq=False)
class OwnDecision(SpotRefusal):
    """Who wants to check it recognised it, concluded the activity, or organised it."""


@dataclass(eq=False)
class CheckedBefore(SpotRefusal):
    """With this result."""

    result: Result
