"""Item statistics against numbers worked out by hand, and against the definitions written down once more."""

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.item_statistics import Analysis, ItemFigures, PaperFigures, analysis, root

# Totals 4 2 1 1; rests 3 1 1 1, 3 2 0 1, 2 1 1 0.
ROWS = [[1, 1, 2], [1, 0, 1], [0, 1, 0], [0, 0, 1]]


def test_figures_worked_out_by_hand() -> None:
    assert analysis(ROWS, [1, 1, 4]) == Analysis(
        items=(
            # var x 1/3, var r 1, cov 1/3, the greatest 1/3
            ItemFigures(4, Fraction(1, 2), Decimal("0.5774"), Decimal("57.7350"), Fraction(100)),
            # var x 1/3, var r 5/3, cov 0
            ItemFigures(4, Fraction(1, 2), Decimal("0.5774"), Decimal(0), Fraction(0)),
            # var x 2/3, var r 2/3, cov 1/3, the greatest 2/3
            ItemFigures(4, Fraction(1, 4), Decimal("0.8165"), Decimal(50), Fraction(50)),
        ),
        # var T 2, of the items 4/3: 3/2 (1 - 2/3)
        paper=PaperFigures(4, Fraction(2), Decimal("1.4142"), Fraction(50), Decimal(1)),
    )


def test_other_units_change_only_what_has_a_unit() -> None:
    hundredths = [[mark * 100 for mark in row] for row in ROWS]
    thirds = [[Fraction(mark, 3) for mark in row] for row in ROWS]
    points = [[Decimal(mark) for mark in row] for row in ROWS]
    base = analysis(ROWS, [1, 1, 4])
    assert analysis(points, [Decimal(1), Decimal(1), Decimal(4)]) == base
    for other in (analysis(hundredths, [100, 100, 400]), analysis(thirds, [Fraction(1, 3)] * 2 + [Fraction(4, 3)])):
        for one, same in zip(base.items, other.items, strict=True):
            assert (one.facility, one.discrimination, one.efficiency) == (
                same.facility,
                same.discrimination,
                same.efficiency,
            )
        assert other.paper.consistency == base.paper.consistency
    assert analysis(hundredths, [100, 100, 400]).paper.standard_error == 100
    assert analysis(thirds, [1, 1, 1]).paper.sd == Decimal("0.4714")  # root of 2/9


def test_negative_values_stay_as_they_are() -> None:
    against = analysis([[1, 0], [0, 1], [0, 1]], [1, 1])
    # var x 1/3, var r 1/3, cov -1/3; sorted 0 0 1 with 0 1 1: 1/6
    assert against.items[0] == ItemFigures(3, Fraction(1, 3), Decimal("0.5774"), Decimal(-100), Fraction(-200))
    # T 2 1: variance 1/2; of the items 2 and 1/2: 2 (1 - 5); error: root of 1/2 * 9
    assert analysis([[2, 0], [0, 1]], [2, 1]).paper == PaperFigures(
        2, Fraction(3, 2), Decimal("0.7071"), Fraction(-800), Decimal("2.1213")
    )


def test_items_that_work_alike_are_consistent() -> None:
    paper = analysis([[1, 1, 1], [0, 0, 0], [1, 1, 1]], [1, 1, 1]).paper
    assert (paper.consistency, paper.standard_error) == (Fraction(100), Decimal(0))


def test_nothing_is_undefined_by_accident() -> None:
    nobody = analysis([], [1, 1])
    assert nobody.items == (ItemFigures(0, None, None, None, None),) * 2
    assert nobody.paper == PaperFigures(0, None, None, None, None)
    alone = analysis([[1, 0]], [1, 1])
    assert alone.items[0] == ItemFigures(1, Fraction(1), None, None, None)
    assert alone.paper == PaperFigures(1, Fraction(1), None, None, None)


def test_without_variance_there_is_no_index() -> None:
    same_mark = analysis([[1, 0, 1], [1, 1, 0], [1, 1, 1]], [1, 1, 1]).items[0]
    assert same_mark == ItemFigures(3, Fraction(1), Decimal(0), None, None)
    same_rest = analysis([[1, 1], [0, 1]], [1, 1])
    assert same_rest.items[0] == ItemFigures(2, Fraction(1, 2), Decimal("0.7071"), None, None)
    same_total = analysis([[1, 0], [0, 1]], [1, 1]).paper
    assert same_total == PaperFigures(2, Fraction(1), Decimal(0), None, None)
    one_item = analysis([[1], [0]], [1]).paper
    assert (one_item.sd, one_item.consistency, one_item.standard_error) == (Decimal("0.7071"), None, None)


def test_a_maximum_of_nothing_has_no_facility() -> None:
    assert analysis(ROWS, [1, 0, 4]).items[1].facility is None


def test_drawn_papers() -> None:
    found = analysis([[1, None, 1], [0, 1, None], [1, None, 0], [None, 1, 1]], [1, 1, 1])
    assert found.items == (
        # x 1 0 1 with r 1 1 0: var 1/3 and 1/3, cov -1/6
        ItemFigures(3, Fraction(2, 3), Decimal("0.5774"), Decimal(-50), Fraction(-50)),
        ItemFigures(2, Fraction(1), Decimal(0), None, None),
        ItemFigures(3, Fraction(2, 3), Decimal("0.5774"), None, None),  # the rest is 1 for all three
    )
    # by position 1 0 1 1 and 1 1 0 1: variances 1/4, of the totals 2 1 1 2: 1/3
    assert found.paper == PaperFigures(4, Fraction(3, 2), Decimal("0.5774"), Fraction(-100), Decimal("0.8165"))


def test_an_omitted_item_is_not_a_missing_one() -> None:
    assert analysis([[1, 0], [1, 1], [0, 0]], [1, 1]).items[1].facility == Fraction(1, 3)
    assert analysis([[1, None], [1, 1], [0, 0]], [1, 1]).items[1].facility == Fraction(1, 2)


def test_papers_of_unequal_length_have_no_consistency() -> None:
    paper = analysis([[1, None], [1, 1], [0, 0]], [1, 1]).paper
    assert (paper.sd, paper.consistency, paper.standard_error) == (Decimal(1), None, None)
    longer = analysis([[1, 1, None], [1, 0, 1], [0, 0, 0]], [1, 1, 1]).paper
    assert (longer.mean, longer.consistency) == (Fraction(4, 3), None)


@pytest.mark.parametrize("row", [[1], [1, 0, 1]])
def test_a_row_of_another_length(row: list[int]) -> None:
    with pytest.raises(ValueError, match="for each item"):
        analysis([row], [1, 1])


@pytest.mark.parametrize(
    ("square", "places", "expected"),
    [
        (Fraction(2), 4, "1.4142"),
        (Fraction(2), 0, "1"),
        (Fraction(9, 4), 0, "2"),  # 1.5
        (Fraction(9, 4) - Fraction(1, 10**40), 0, "1"),
        (Fraction(1, 400_000_000), 4, "0.0001"),  # 0.00005
        (Fraction(0), 4, "0"),
        (Fraction(10**60), 0, "1" + "0" * 30),
    ],
)
def test_a_root_is_rounded_once(square: Fraction, places: int, expected: str) -> None:
    assert root(square, places) == Decimal(expected)


def test_there_is_no_root_of_a_negative_number() -> None:
    with pytest.raises(ValueError):
        root(Fraction(-1))


def spread(left: list[Fraction], right: list[Fraction]) -> Fraction:
    """The covariance as it is defined: deviations from the means, S - 1."""
    mean, other = sum(left, Fraction()) / len(left), sum(right, Fraction()) / len(right)
    return sum(((x - mean) * (y - other) for x, y in zip(left, right, strict=True)), Fraction()) / (len(left) - 1)


MARK = st.sampled_from([Fraction(number, 6) for number in (0, 1, 2, 3, 6)])


MATRIX = st.integers(2, 5).flatmap(
    lambda items: st.lists(st.lists(MARK, min_size=items, max_size=items), min_size=2, max_size=30)
)


@given(MATRIX)
def test_the_definitions_once_more(rows: list[list[Fraction]]) -> None:
    found = analysis(rows, [1] * len(rows[0]))
    totals = [sum(row, Fraction()) for row in rows]
    variances = []
    for column, item in enumerate(found.items):
        marks = [row[column] for row in rows]
        rest = [total - mark for total, mark in zip(totals, marks, strict=True)]
        variances.append(spread(marks, marks))
        product = spread(marks, marks) * spread(rest, rest)
        assert item.facility == sum(marks) / len(marks)
        assert item.sd is not None
        assert float(item.sd) == pytest.approx(math.sqrt(spread(marks, marks)), abs=6e-5)
        assert (item.discrimination is None) == (item.efficiency is None) == (product == 0)
        if item.discrimination is not None and item.efficiency is not None:
            index = 100 * float(spread(marks, rest)) / math.sqrt(product)
            assert float(item.discrimination) == pytest.approx(index, abs=6e-5)
            assert item.efficiency == 100 * spread(marks, rest) / spread(sorted(marks), sorted(rest))
            assert abs(item.discrimination) <= 100
            assert item.efficiency <= 100
    check_paper(found.paper, totals, variances)


def check_paper(paper: PaperFigures, totals: list[Fraction], variances: list[Fraction]) -> None:
    variance, positions = spread(totals, totals), len(variances)
    if variance == 0:
        assert (paper.consistency, paper.standard_error) == (None, None)
        return
    alpha = Fraction(positions, positions - 1) * (1 - sum(variances) / variance)
    assert paper.consistency == 100 * alpha <= 100
    assert paper.standard_error is not None
    assert float(paper.standard_error) == pytest.approx(math.sqrt(variance) * math.sqrt(1 - alpha), abs=6e-5)
