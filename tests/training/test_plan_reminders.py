"""On which days the ladder of reminders has a rung."""

from datetime import date

import pytest

from training.calendar import Calendar
from training.plan_reminders import is_rung

PLAIN = Calendar()


@pytest.mark.parametrize(
    ("day", "rung"),
    [
        (date(2026, 7, 1), True),  # a Wednesday
        (date(2026, 7, 2), False),
        (date(2026, 6, 30), False),
        (date(2026, 8, 3), False),  # no rung in August
        (date(2026, 10, 1), False),  # a holiday: the rung is the first working day behind it
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 9), False),
        (date(2026, 11, 1), False),  # a Sunday
        (date(2026, 11, 2), True),
        (date(2026, 12, 1), True),
        (date(2026, 12, 15), True),
        (date(2026, 12, 16), False),
    ],
)
def test_the_first_working_day_from_each_date_on(day: date, rung: bool) -> None:
    assert is_rung(day, PLAIN) is rung


def test_an_imported_calendar_moves_it() -> None:
    moved = Calendar({date(2026, 7, 1): False, date(2026, 11, 1): True})
    assert [day for day in (1, 2, 3) if is_rung(date(2026, 7, day), moved)] == [2]
    assert [day for day in (1, 2) if is_rung(date(2026, 11, day), moved)] == [1]
