"""When a year may be closed and reopened, and that nothing of a closed year can be answered any more."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.handlers.stage import at
from training.calendar import closes_at
from training.chains import Head
from training.daily import Window, window
from training.years import (
    HoursWaiting,
    YearAct,
    YearClosed,
    YearEvent,
    YearNotOver,
    YearOpen,
    closed_days,
    demand_closable,
    demand_closed,
    ends_at,
)

NEW_YEAR = datetime(2025, 12, 31, 16, tzinfo=UTC)  # midnight in the city
CLOSED = date(2026, 1, 20)


def event(kind: YearAct, year: int = 2025) -> YearEvent:
    return YearEvent(year, kind, at(CLOSED, "00:30"), "R6", 7, Head(3, "a" * 64))


@pytest.mark.parametrize(
    ("now", "refused"),
    [
        (NEW_YEAR - timedelta(microseconds=1), True),
        (NEW_YEAR, False),
        (NEW_YEAR + timedelta(days=20), False),
        (at(date(2025, 6, 1)), True),
    ],
)
def test_a_year_is_closed_after_it_has_ended_in_the_city(now: datetime, refused: bool) -> None:
    if refused:
        with pytest.raises(YearNotOver) as caught:
            demand_closable(2025, {}, (), now)
        assert caught.value.year == 2025
    else:
        demand_closable(2025, {}, (), now)


def test_closing_twice_and_with_hours_waiting_is_refused() -> None:
    with pytest.raises(YearClosed) as twice:
        demand_closable(2025, {2025: CLOSED}, (), NEW_YEAR)
    assert (twice.value.year, twice.value.day) == (2025, CLOSED)
    with pytest.raises(HoursWaiting) as waiting:
        demand_closable(2025, {2024: CLOSED}, (9, 4), NEW_YEAR)
    assert waiting.value.batches == (4, 9)


def test_only_a_closed_year_is_reopened() -> None:
    demand_closed(2025, {2025: CLOSED})
    with pytest.raises(YearOpen):
        demand_closed(2025, {2024: CLOSED})


def test_the_last_event_of_a_year_holds() -> None:
    last = {2024: event(YearAct.REOPENED, 2024), 2025: event(YearAct.CLOSED)}
    assert closed_days(last) == {2025: CLOSED}


@pytest.mark.parametrize("year", range(2024, 2040))
def test_no_daily_question_is_answered_in_a_year_that_can_be_closed(year: int) -> None:
    """Nothing on the answer path asks whether a year is closed, because it cannot be while its days stand open."""
    day = date(year, 1, 1)
    while day.year == year:
        assert closes_at(day) <= ends_at(year)
        day += timedelta(days=1)
    for back in range(1, 8):
        last = date(year + 1, 1, 1) - timedelta(days=back)
        assert window(last, ends_at(year)) is Window.CLOSED
        assert window(last, ends_at(year) + timedelta(days=1)) is Window.CLOSED
    assert window(date(year, 12, 31), ends_at(year) - timedelta(microseconds=1)) is Window.ON_TIME
