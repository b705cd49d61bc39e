"""The two rungs before a certificate ends."""

from datetime import date, timedelta

import pytest

from training.certificate_ends import rung

UNTIL = date(2027, 1, 20)


@pytest.mark.parametrize(("left", "expected"), [(61, None), (60, 60), (16, 60), (15, 15), (0, 15), (-1, None)])
def test_rungs(left: int, expected: int | None) -> None:
    assert rung(UNTIL, UNTIL - timedelta(days=left), 60) == expected


def test_a_city_that_reminds_later_than_that_tells_once() -> None:
    assert [rung(UNTIL, UNTIL - timedelta(days=left), 10) for left in (15, 10, 0)] == [None, 10, 10]
