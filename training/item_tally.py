"""Item statistics of any number of attempts, added up one at a time: the figures of `item_statistics`, exactly.

Kept are how often each pair of (mark, rest of the paper) came up for an item, how often each total, and the sums of
each position. So the memory needed grows with the items and with the different scores that there are, not with the
attempts: 100,000 papers of 80 questions out of 2,000, marked in whole points, need some tens of megabytes.
"""

import math
from collections import Counter
from collections.abc import Hashable, Iterable
from fractions import Fraction
from typing import Final, Generic, TypeVar

from training.item_statistics import ItemFigures, PaperFigures, item_figures, paper_figures

K = TypeVar("K", bound=Hashable)
Exact = int | Fraction
NO_ATTEMPTS: Final[Counter[tuple[Exact, Exact]]] = Counter()


class Tally(Generic[K]):
    """Of papers with the same full marks, or totals could not be compared. Keys name the items."""

    def __init__(self) -> None:
        self._pairs: dict[K, Counter[tuple[Exact, Exact]]] = {}
        self._totals: Counter[Exact] = Counter()
        self._positions: list[tuple[Exact, Exact]] = []  # the sum and the sum of squares of each
        self._even = True  # papers so far are of one length

    def add(self, marks: Iterable[tuple[K, Fraction]]) -> None:
        """One attempt: what each item of its paper earned, in the order of the positions; left out is 0."""
        paper = [(key, plain(mark)) for key, mark in marks]
        earned = [mark for _, mark in paper]
        total = plain(sum(earned, 0))
        self._add_positions(earned)
        self._totals[total] += 1
        for key, mark in paper:
            pairs = self._pairs.get(key)
            if pairs is None:
                pairs = self._pairs[key] = Counter()
            pairs[mark, plain(total - mark)] += 1

    def _add_positions(self, marks: list[Exact]) -> None:
        if not self._totals:
            self._positions = [(0, 0)] * len(marks)
        self._even = self._even and len(marks) == len(self._positions)
        if self._even:
            before = zip(self._positions, marks, strict=True)
            self._positions = [(once + mark, squared + mark * mark) for (once, squared), mark in before]

    @property
    def keys(self) -> frozenset[K]:
        """Of the items that anybody had."""
        return frozenset(self._pairs)

    def item(self, key: K, maximum: Fraction) -> ItemFigures:
        found = self._pairs.get(key, NO_ATTEMPTS)
        scale = math.lcm(*(number.denominator for pair in found for number in pair))
        pairs = [(int(mark * scale), int(rest * scale)) for mark, rest in found.elements()]
        return item_figures(pairs, scale, maximum)

    def paper(self) -> PaperFigures:
        attempts = self._totals.total()
        scale = math.lcm(*(total.denominator for total in self._totals))
        totals = [int(total * scale) for total in self._totals.elements()]
        parts: list[Fraction] = []
        if self._even and attempts > 1:
            parts = [_variance(once, squared, attempts) * scale**2 for once, squared in self._positions]
        return paper_figures(totals, scale, parts)


def plain(mark: Exact) -> Exact:
    """A whole number as such: most are, and they are added and looked up several times as fast."""
    return mark.numerator if mark.denominator == 1 else mark


def _variance(once: Exact, squared: Exact, attempts: int) -> Fraction:
    """With S - 1."""
    return Fraction(attempts * squared - once * once) / (attempts * (attempts - 1))
