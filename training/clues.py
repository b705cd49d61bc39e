"""异常线索: patterns in a year's record at which somebody may want to look. A clue accuses nobody.

Each one says what was seen and the numbers. The bounds are the city's to choose (本市). Amounts are whole
hundredths of an hour. Source: domain, Ledger; issue of the yearly recognition (Spot check).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from training.calendar import day_of

QUICK: Final = timedelta(seconds=10)  # from being shown to being decided
TOGETHER: Final = 5  # persons of one unit in one second
DECEMBER_PERCENT: Final = 50  # of a unit's year
BULK_LINES: Final = 50  # by one person in one day
FULL: Final = 400  # what a unit's own activity may be worth without a second person
FULL_TIMES: Final = 5  # activities of one unit


class Kind(StrEnum):
    QUICK = "quick"
    TOGETHER = "together"
    DECEMBER = "december"
    BULK = "bulk"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Clue:
    """`about` is a 人员编号 (quick, bulk) or a 单位代码. `count` of what was seen; of `whole` where there is one.

    `numbers`: of claims or activities; `day` or `moment`: when; `seconds`: the shortest decision.
    """

    kind: Kind
    about: str
    count: int
    whole: int = 0
    numbers: tuple[int, ...] = ()
    day: date | None = None
    moment: datetime | None = None
    seconds: int = 0
    what: str = ""  # `sign_in` or `daily`


@dataclass(frozen=True, slots=True)
class Decision:
    """A claim, when it was first shown to somebody who may decide, and when it was decided."""

    number: int
    by: str
    shown_at: datetime
    decided_at: datetime

    @property
    def took(self) -> timedelta:
        return self.decided_at - self.shown_at


def quick(decisions: Iterable[Decision]) -> list[Clue]:
    """One a decider."""
    found: dict[str, list[Decision]] = {}
    every = Counter[str]()
    for one in decisions:
        every[one.by] += 1
        if timedelta(0) <= one.took <= QUICK:
            found.setdefault(one.by, []).append(one)
    return [
        Clue(
            *(Kind.QUICK, by, len(fast), every[by], tuple(sorted(one.number for one in fast))),
            seconds=int(min(one.took for one in fast).total_seconds()),
        )
        for by, fast in sorted(found.items())
    ]


def together(groups: Iterable[tuple[str, str, datetime, int]]) -> list[Clue]:
    """`groups`: what was done, in which unit, in which second, by how many."""
    return [
        Clue(Kind.TOGETHER, unit, count, moment=moment, what=what)
        for what, unit, moment, count in groups
        if count >= TOGETHER
    ]


def december(units: Mapping[str, tuple[int, int]]) -> list[Clue]:
    """`units`: 单位代码 → hours of December and of the whole year."""
    return [
        Clue(Kind.DECEMBER, unit, part, whole)
        for unit, (part, whole) in sorted(units.items())
        if whole > 0 and part * 100 > whole * DECEMBER_PERCENT
    ]


def bulk(lines: Iterable[tuple[str, datetime, int]]) -> list[Clue]:
    """`lines`: who recognised how many at a moment; counted by days of the city."""
    days = Counter[tuple[str, date]]()
    for by, moment, count in lines:
        days[by, day_of(moment)] += count
    return [Clue(Kind.BULK, by, n, day=day) for (by, day), n in sorted(days.items()) if n > BULK_LINES]


def full(hosts: Mapping[int, str], posted: Iterable[int]) -> list[Clue]:
    """`posted`: activities that gave somebody exactly `FULL`; `hosts`: units that held theirs for themselves."""
    found: dict[str, set[int]] = {}
    for number in posted:
        if number in hosts:
            found.setdefault(hosts[number], set()).add(number)
    return [
        Clue(Kind.FULL, unit, len(numbers), numbers=tuple(sorted(numbers)))
        for unit, numbers in sorted(found.items())
        if len(numbers) >= FULL_TIMES
    ]
