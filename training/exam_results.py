"""考试成绩: bands, which attempt counts, and the figures of the 成绩汇总表.

Scores and full marks are whole hundredths of a point, rates pairs of whole numbers that are divided only to be
shown. A total is made of all its persons anew, never of the figures of its rows. Source: domain, Exam and Export
headers.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final, TypeVar

import msgspec

from training.exams import Bands, Excuse, Keep
from training.marking import half_up
from training.people import Group

HUNDRED: Final = 10_000  # points out of which the bands are set, in hundredths

K = TypeVar("K", bound=Hashable)


class Band(StrEnum):
    """The one band in which a score lies; 良好 ends where 优秀 begins."""

    FAILED = "failed"
    PASSED = "passed"
    GOOD = "good"
    EXCELLENT = "excellent"


class Sitter(msgspec.Struct, frozen=True):
    """A person on the 应考名单 with the score that counts, None for who did not sit; the same of the make-up.

    `full` and `makeup_full` are full marks; the latter is read only beside a `makeup_score`.
    """

    unit: str
    category: str
    group: Group
    excuse: Excuse
    full: int
    score: int | None = None
    makeup_score: int | None = None
    makeup_full: int = HUNDRED


@dataclass(frozen=True, slots=True)
class Rate:
    """`of` may be 0: then there is no rate."""

    count: int
    of: int

    @property
    def percent(self) -> Decimal | None:
        """With two places, half up."""
        return Decimal(half_up(Fraction(self.count * 10_000, self.of))).scaleb(-2) if self.of else None


@dataclass(frozen=True, slots=True)
class Figures:
    """One line of the 成绩汇总表.

    应考 `due` is the roll without 免考 `excused`; 缓考 stays in it. 应考 = 实考 `sat` + 缓考 `deferred` + 缺考
    `absent`: who was let off until the make-up and sat all the same is 实考. A score of somebody who is 免考 counts
    nowhere. Of the first sitting, `passed` (合格) are all who reached the pass mark, `good` (良好) and `excellent`
    (优秀) those in these bands. `mean` is rounded half up. `full_marks` are all that occur among 应考; with
    several, highest, lowest and mean compare points of unlike papers. `made_up` (补考) have a score of the make-up,
    `sat_any` of either sitting, and `passed_any` have passed in either.
    """

    due: int
    sat: int
    deferred: int
    excused: int
    passed: int
    good: int
    excellent: int
    highest: int | None
    lowest: int | None
    mean: int | None
    full_marks: tuple[int, ...]
    made_up: int
    sat_any: int
    passed_any: int

    @property
    def absent(self) -> int:
        return self.due - self.sat - self.deferred

    @property
    def attendance(self) -> Rate:
        """参考率 without 免考 in the denominator."""
        return Rate(self.sat, self.due)

    @property
    def attendance_with_excused(self) -> Rate:
        """参考率 of everybody on the roll."""
        return Rate(self.sat, self.due + self.excused)

    @property
    def pass_rate(self) -> Rate:
        """合格率, of those who sat the first sitting; as are the next two."""
        return Rate(self.passed, self.sat)

    @property
    def good_rate(self) -> Rate:
        return Rate(self.good, self.sat)

    @property
    def excellent_rate(self) -> Rate:
        return Rate(self.excellent, self.sat)

    @property
    def pass_rate_after_makeup(self) -> Rate:
        """补考后合格率, of those who sat either sitting."""
        return Rate(self.passed_any, self.sat_any)


def band(score: int, full: int, bands: Bands) -> Band:
    """The band of `score`: bands are set out of 100 points, so other full marks are compared as a percentage.

    Exact: 72 of 120 is 60 % and passes, 71.99 does not. Raises: ValueError for full marks of 0 or less.
    """
    if full <= 0:
        raise ValueError("no full marks")
    if score * HUNDRED >= bands.excellent * full:
        return Band.EXCELLENT
    if score * HUNDRED >= bands.good * full:
        return Band.GOOD
    return Band.PASSED if score * HUNDRED >= bands.passed * full else Band.FAILED


def reaching(limit: int, full: int) -> int:
    """The fewest hundredths of a point, of so many full marks, with which a limit out of 100 points is reached."""
    return -(-limit * full // HUNDRED)


def kept(scores: Sequence[int], keep: Keep) -> int:
    """Which of the attempts, in their order, counts, from 0; of equally high ones the first.

    Raises: ValueError when there is none.
    """
    if not scores:
        raise ValueError("no attempt")
    match keep:
        case Keep.FIRST:
            return 0
        case Keep.LAST:
            return len(scores) - 1
        case Keep.HIGHEST:
            return scores.index(max(scores))


def figures(sitters: Iterable[Sitter], bands: Bands) -> Figures:
    """One line for all of `sitters`."""
    everybody = list(sitters)
    due = [sitter for sitter in everybody if sitter.excuse is not Excuse.EXCUSED]
    scores = [sitter.score for sitter in due if sitter.score is not None]
    first = [_first(sitter, bands) for sitter in due]
    makeup = [_makeup(sitter, bands) for sitter in due]
    either = list(zip(first, makeup, strict=True))
    return Figures(
        due=len(due),
        sat=len(scores),
        deferred=sum(sitter.excuse is Excuse.DEFERRED and sitter.score is None for sitter in due),
        excused=len(everybody) - len(due),
        passed=sum(map(_passes, first)),
        good=first.count(Band.GOOD),
        excellent=first.count(Band.EXCELLENT),
        highest=max(scores, default=None),
        lowest=min(scores, default=None),
        mean=half_up(Fraction(sum(scores), len(scores))) if scores else None,
        full_marks=tuple(sorted({sitter.full for sitter in due})),
        made_up=len(makeup) - makeup.count(None),
        sat_any=len(either) - either.count((None, None)),
        passed_any=sum(_passes(one) or _passes(other) for one, other in either),
    )


def figures_by(sitters: Iterable[Sitter], key: Callable[[Sitter], K], bands: Bands) -> dict[K, Figures]:
    """A line for each key (unit, league, category …), in the order in which keys first occur.

    The total is `figures` of the same sitters.
    """
    sorted_out: dict[K, list[Sitter]] = {}
    for sitter in sitters:
        sorted_out.setdefault(key(sitter), []).append(sitter)
    return {name: figures(those, bands) for name, those in sorted_out.items()}


def _first(sitter: Sitter, bands: Bands) -> Band | None:
    return None if sitter.score is None else band(sitter.score, sitter.full, bands)


def _makeup(sitter: Sitter, bands: Bands) -> Band | None:
    return None if sitter.makeup_score is None else band(sitter.makeup_score, sitter.makeup_full, bands)


def _passes(reached: Band | None) -> bool:
    return reached not in (None, Band.FAILED)
