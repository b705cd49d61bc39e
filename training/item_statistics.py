"""Item statistics as Moodle defines them: how hard a question was, and how well it tells people apart.

S attempts, x the mark on the item, T the total of the attempt, r = T - x the rest of the test; variances and
covariances with S - 1. What needs a variance is undefined, None, where that is 0 or where S < 2. Nothing is
clamped: negative values say that a question works against the rest. Marks and maxima are in one unit, whichever,
and `sd` and `standard_error` in the same.

A row is an attempt, its columns the items of the exam: an item left out by the person is a mark of 0, one that was
not on the drawn paper None. An item's figures are of those who had it, x with the rest of their own paper. Totals
must be comparable: where full marks differ by group, give one group at a time.

Arithmetic is exact; only square roots are rounded, once, from the exact radicand to `ROOT_PLACES`, half away from
0.
Source: domain, Item statistics; MoodleDocs, Quiz statistics calculations.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

ROOT_PLACES: Final = 4

Mark = int | Decimal | Fraction


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """`facility` is the mean mark over the maximum, 0 to 1; None without attempts or with a maximum of 0.

    Both in percent: `discrimination`, the correlation of x and r, -100 to 100, and `efficiency`, their covariance
    over the greatest that the same marks could have, both sorted; at most 100, and it may be below -100.
    """

    attempts: int
    facility: Fraction | None
    sd: Decimal | None
    discrimination: Decimal | None
    efficiency: Fraction | None


@dataclass(frozen=True, slots=True)
class PaperFigures:
    """`consistency` is Cronbach's alpha in percent (Moodle's CIC), at most 100; `standard_error` is made of it.

    Both are of the positions of the paper, as for Moodle's random questions: the n-th item that an attempt had, in
    the order of the columns; of one paper for all these are the items. None when papers differ in length, or have
    less than two items.
    """

    attempts: int
    mean: Fraction | None
    sd: Decimal | None
    consistency: Fraction | None
    standard_error: Decimal | None


@dataclass(frozen=True, slots=True)
class Analysis:
    items: tuple[ItemFigures, ...]
    paper: PaperFigures


@dataclass(frozen=True, slots=True)
class _Matrix:
    """Marks as whole numbers of 1 / `scale`, which makes exact sums fast."""

    rows: tuple[tuple[int | None, ...], ...]
    totals: tuple[int, ...]
    scale: int


def analysis(rows: Sequence[Sequence[Mark | None]], maxima: Sequence[Mark]) -> Analysis:
    """The figures of every item, in the order of the columns, and of the whole.

    Raises: ValueError for a row of another length than `maxima`.
    """
    if any(len(row) != len(maxima) for row in rows):
        raise ValueError("a row needs a mark or None for each item")
    matrix = _whole_numbers(rows)
    items = tuple(_item(matrix, column, Fraction(maximum)) for column, maximum in enumerate(maxima))
    return Analysis(items, _paper(matrix))


def _whole_numbers(rows: Sequence[Sequence[Mark | None]]) -> _Matrix:
    exact = [[None if mark is None else mark.as_integer_ratio() for mark in row] for row in rows]
    scale = math.lcm(*{ratio[1] for row in exact for ratio in row if ratio is not None})
    scaled = tuple(
        tuple(None if ratio is None else ratio[0] * (scale // ratio[1]) for ratio in row) for row in exact
    )
    return _Matrix(scaled, tuple(sum(mark or 0 for mark in row) for row in scaled), scale)


def _item(matrix: _Matrix, column: int, maximum: Fraction) -> ItemFigures:
    had = [(row[column], total) for row, total in zip(matrix.rows, matrix.totals, strict=True)]
    return item_figures([(mark, total - mark) for mark, total in had if mark is not None], matrix.scale, maximum)


def item_figures(pairs: Sequence[tuple[int, int]], scale: int, maximum: Fraction) -> ItemFigures:
    """Of one item: `pairs` of (x, r) as whole numbers of 1 / `scale`, in any order."""
    marks, rest = [mark for mark, _ in pairs], [other for _, other in pairs]
    own, others, shared = covariance(marks, marks), covariance(rest, rest), covariance(marks, rest)
    told_apart = bool(own and others)
    return ItemFigures(
        attempts=len(marks),
        facility=Fraction(sum(marks), len(marks) * scale) / maximum if marks and maximum else None,
        sd=_deviation(own, scale, len(marks)),
        discrimination=_correlation(shared, own * others) if told_apart else None,
        efficiency=100 * shared / covariance(sorted(marks), sorted(rest)) if told_apart else None,
    )


def _paper(matrix: _Matrix) -> PaperFigures:
    papers = [[mark for mark in row if mark is not None] for row in matrix.rows]
    parts: list[Fraction] = []
    if len({len(paper) for paper in papers}) == 1:
        parts = [covariance(marks, marks) for marks in zip(*papers, strict=True)]
    return paper_figures(matrix.totals, matrix.scale, parts)


def paper_figures(totals: Sequence[int], scale: int, parts: Sequence[Fraction]) -> PaperFigures:
    """Of `totals` as whole numbers of 1 / `scale`; `parts` are the variances of the positions in the same unit,
    squared, none where papers differ in length."""
    attempts = len(totals)
    variance = covariance(totals, totals)
    alpha = _alpha(parts, variance)
    return PaperFigures(
        attempts=attempts,
        mean=Fraction(sum(totals), attempts * scale) if attempts else None,
        sd=_deviation(variance, scale, attempts),
        consistency=None if alpha is None else 100 * alpha,
        standard_error=None if alpha is None else root(variance * (1 - alpha) / scale**2),
    )


def _alpha(parts: Sequence[Fraction], variance: Fraction) -> Fraction | None:
    """P / (P - 1) · (1 - sum of the variances of P positions / variance of the total); never over 1."""
    if not variance or len(parts) < 2:
        return None
    return Fraction(len(parts), len(parts) - 1) * (1 - sum(parts, Fraction()) / variance)


def covariance(left: Sequence[int], right: Sequence[int]) -> Fraction:
    """With S - 1; of less than two attempts 0, so that everything made of it is undefined."""
    size = len(left)
    if size < 2:
        return Fraction()
    products = sum(one * other for one, other in zip(left, right, strict=True))
    return Fraction(size * products - sum(left) * sum(right), size * (size - 1))


def _deviation(variance: Fraction, scale: int, attempts: int) -> Decimal | None:
    return root(variance / scale**2) if attempts > 1 else None


def _correlation(shared: Fraction, product: Fraction) -> Decimal:
    size = root(10_000 * shared**2 / product)
    return -size if shared < 0 else size


def root(square: Fraction, places: int = ROOT_PLACES) -> Decimal:
    """The square root to so many places, half up, without a rounding in between. Raises: ValueError below 0."""
    doubled = math.isqrt(math.floor(4 * square * 100**places))
    return Decimal((doubled + 1) // 2).scaleb(-places)
