"""What a seed draws: a share of the pool, the same again, and nothing that depends on order or on other lines."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.spot_checks import draw, month_after, month_before, size, span

POOLS = st.sets(st.integers(1, 10**9), max_size=300)


@pytest.mark.parametrize(("pool", "wanted"), [(0, 0), (1, 1), (20, 1), (21, 2), (100, 5), (101, 6), (4000, 200)])
def test_five_percent_rounded_up(pool: int, wanted: int) -> None:
    assert size(pool) == wanted
    assert len(draw(range(1, pool + 1), "seed")) == wanted


def test_a_draw_that_was_worked_out_by_hand() -> None:
    """By `printf 's:%d' N | sha256sum` for 1 to 40: 30 has the lowest hash, 18 the second lowest."""
    assert draw(range(1, 41), "s") == (18, 30)


@given(POOLS, st.text(max_size=20))
def test_the_same_pool_and_seed_draw_the_same_in_any_order(pool: set[int], seed: str) -> None:
    drawn = draw(sorted(pool), seed)
    assert drawn == draw(sorted(pool, reverse=True), seed) == draw([*pool, *pool], seed)
    assert set(drawn) <= pool
    assert list(drawn) == sorted(set(drawn))


@given(POOLS.filter(lambda pool: len(pool) > 1), st.text(max_size=20))
def test_a_line_that_was_not_drawn_changes_nothing_about_the_others(pool: set[int], seed: str) -> None:
    drawn = draw(pool, seed)
    without = pool - {next(iter(sorted(pool - set(drawn))))}
    assert set(draw(without, seed)) <= set(drawn)


def test_every_line_can_be_drawn() -> None:
    found = {seq for seed in range(400) for seq in draw(range(1, 21), str(seed))}
    assert found == set(range(1, 21))


def test_months_go_over_new_year_and_begin_at_midnight_in_the_city() -> None:
    assert month_before(date(2027, 1, 4)) == date(2026, 12, 1)
    assert month_before(date(2026, 3, 31)) == date(2026, 2, 1)
    assert month_after(date(2026, 12, 1)) == date(2027, 1, 1)
    assert span(date(2026, 11, 1)) == (
        datetime(2026, 10, 31, 16, tzinfo=UTC),
        datetime(2026, 11, 30, 16, tzinfo=UTC),
    )
