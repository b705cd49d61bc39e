"""What is added up one attempt at a time comes to what all of them come to at once."""

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from training.item_statistics import ItemFigures, PaperFigures, analysis
from training.item_tally import Tally

MARK = st.none() | st.sampled_from([Fraction(number, 6) for number in (0, 1, 2, 3, 6)])
MATRIX = st.integers(1, 4).flatmap(
    lambda items: st.lists(st.lists(MARK, min_size=items, max_size=items), min_size=0, max_size=20)
)


def tallied(rows: Sequence[Sequence[Fraction | None]]) -> Tally[int]:
    tally = Tally[int]()
    for row in rows:
        tally.add((column, mark) for column, mark in enumerate(row) if mark is not None)
    return tally


@given(MATRIX)
def test_the_same_figures_as_of_all_at_once(rows: list[list[Fraction | None]]) -> None:
    width = len(rows[0]) if rows else 1
    expected, tally = analysis(rows, [1] * width), tallied(rows)
    assert tuple(tally.item(column, Fraction(1)) for column in range(width)) == expected.items
    assert tally.paper() == expected.paper
    assert tally.keys == {column for column in range(width) if any(row[column] is not None for row in rows)}


def test_nobody_sat() -> None:
    assert tallied([]).item(0, Fraction(1)) == ItemFigures(0, None, None, None, None)
    assert tallied([]).paper() == PaperFigures(0, None, None, None, None)


def test_equal_attempts_take_no_more_room() -> None:
    tally = tallied([[Fraction(100), Fraction(100, 3)]] * 500 + [[Fraction(0), Fraction(0)]] * 500)
    assert tally.item(0, Fraction(100)).facility == Fraction(1, 2)
    assert {len(pairs) for pairs in tally._pairs.values()} == {2}
