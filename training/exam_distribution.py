"""How scores are spread: ten bands of a tenth of the full marks each, the last one with the full marks.

Exact: of 120 points 71.99 is below 60 % and 72 in the band that begins there. Source: domain, Exam.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from training.exam_results import Band, Sitter, band
from training.exams import Bands, Excuse

BANDS_OF_TEN: Final = 10


@dataclass(frozen=True, slots=True)
class Column:
    """From `least` percent of the full marks to below the next column's; the last to 100."""

    least: int
    failed: int
    passed: int

    @property
    def most(self) -> int:
        """The last whole percent of it."""
        return 100 if self.least == 90 else self.least + 9

    @property
    def count(self) -> int:
        return self.failed + self.passed


def distribution(sitters: Iterable[Sitter], bands: Bands) -> tuple[Column, ...]:
    """Of the first sitting of those who are 应考."""
    failed, passed = [0] * BANDS_OF_TEN, [0] * BANDS_OF_TEN
    for sitter in sitters:
        if sitter.score is None or sitter.excuse is Excuse.EXCUSED:
            continue
        tenth = min(sitter.score * BANDS_OF_TEN // sitter.full, BANDS_OF_TEN - 1)
        where = failed if band(sitter.score, sitter.full, bands) is Band.FAILED else passed
        where[max(tenth, 0)] += 1
    both = zip(failed, passed, strict=True)
    return tuple(Column(10 * tenth, lost, won) for tenth, (lost, won) in enumerate(both))
