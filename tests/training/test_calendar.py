"""Days, weeks and working days of the city, to the second."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from training.calendar import CITY, Calendar, closes_at, day_of, monday_of, start_of

SECOND = timedelta(seconds=1)
TOKYO = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 22, 15, 59, 59, 999_999, UTC), date(2026, 11, 22)),
        (datetime(2026, 11, 22, 16, 0, 0, 0, UTC), date(2026, 11, 23)),
        (datetime(2026, 12, 31, 15, 59, 59, 0, UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 16, 0, 0, 0, UTC), date(2027, 1, 1)),
        (datetime(2027, 1, 1, 0, 30, 0, 0, TOKYO), date(2026, 12, 31)),
        (datetime(2027, 1, 1, 1, 0, 0, 0, TOKYO), date(2027, 1, 1)),
    ],
)
def test_a_day_begins_at_midnight_in_shanghai(moment: datetime, day: date) -> None:
    assert day_of(moment) == day


def test_a_day_starts_at_its_own_first_second() -> None:
    day = date(2026, 11, 23)
    assert start_of(day) == datetime(2026, 11, 22, 16, 0, 0, 0, UTC)
    assert day_of(start_of(day)) == day
    assert day_of(start_of(day) - SECOND) == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("day", "monday"),
    [
        (date(2026, 11, 23), date(2026, 11, 23)),
        (date(2026, 11, 29), date(2026, 11, 23)),
        (date(2027, 1, 1), date(2026, 12, 28)),
    ],
)
def test_a_week_begins_on_monday(day: date, monday: date) -> None:
    assert monday_of(day) == monday


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 11, 23), datetime(2026, 11, 30, tzinfo=CITY)),  # Monday
        (date(2026, 11, 28), datetime(2026, 11, 30, tzinfo=CITY)),
        (date(2026, 11, 29), datetime(2026, 11, 30, tzinfo=CITY)),  # Sunday
        (date(2026, 12, 27), datetime(2026, 12, 28, tzinfo=CITY)),
        (date(2026, 12, 28), datetime(2027, 1, 1, tzinfo=CITY)),  # the week that crosses the year
        (date(2026, 12, 31), datetime(2027, 1, 1, tzinfo=CITY)),
        (date(2027, 1, 1), datetime(2027, 1, 4, tzinfo=CITY)),
        (date(2023, 12, 31), datetime(2024, 1, 1, tzinfo=CITY)),  # a Sunday: both ends meet
    ],
)
def test_making_up_ends_on_sunday_and_at_new_year(day: date, end: datetime) -> None:
    assert closes_at(day) == end


WORKING_WEEKENDS = ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]
HOLIDAYS = ["2026-01-01", "2026-01-02", "2026-02-16", "2026-02-23", "2026-04-06", "2026-05-05", "2026-10-07"]


@pytest.mark.parametrize("day", WORKING_WEEKENDS)
def test_weekends_that_make_up_for_a_holiday_are_worked(day: str) -> None:
    assert date.fromisoformat(day).weekday() >= 5
    assert Calendar().is_working(date.fromisoformat(day))


@pytest.mark.parametrize("day", HOLIDAYS)
def test_holidays_are_free(day: str) -> None:
    assert date.fromisoformat(day).weekday() < 5
    assert not Calendar().is_working(date.fromisoformat(day))


def test_2026_has_as_many_working_days_as_the_state_council_says() -> None:
    days = [date(2026, 1, 1) + timedelta(n) for n in range(365)]
    assert sum(map(Calendar().is_working, days)) == 261 - 19 + 6


def test_what_was_imported_goes_before_the_library() -> None:
    calendar = Calendar({date(2026, 11, 23): False, date(2026, 11, 28): True})
    assert [calendar.is_working(date(2026, 11, day)) for day in (22, 23, 24, 28, 29)] == [
        *(False, False, True, True, False)
    ]


UNKNOWN = 2099
# The last year of the library's table: 2026 as locked, one more with every November's release.
LAST = max(year for year in range(2026, 2050) if Calendar().knows(year))


def test_a_year_that_nobody_knows_is_monday_to_friday() -> None:
    first = date(UNKNOWN, 10, 1)
    assert not Calendar().knows(UNKNOWN)
    assert [Calendar().is_working(first + timedelta(n)) for n in range(7)] == [
        (first + timedelta(n)).weekday() < 5 for n in range(7)
    ]


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        (date(LAST, 11, 30), None),
        (date(LAST, 12, 1), LAST + 1),
        (date(LAST, 12, 31), LAST + 1),
        (date(2025, 12, 1), None),  # 2026 is known
        (date(UNKNOWN, 1, 1), UNKNOWN),
        (date(UNKNOWN, 12, 31), UNKNOWN),
    ],
)
def test_the_warning_comes_from_1_december(today: date, missing: int | None) -> None:
    assert Calendar().warns(today) == missing


def test_an_import_ends_the_warning() -> None:
    imported = Calendar({date(LAST + 1, 1, 1): False})
    assert imported.knows(LAST + 1)
    assert imported.warns(date(LAST, 12, 1)) is None
    assert not imported.is_working(date(LAST + 1, 1, 1))


def test_an_import_of_some_days_leaves_the_others_as_they_were() -> None:
    imported = Calendar({date(UNKNOWN, 1, 1): False})
    assert imported.is_working(date(UNKNOWN, 1, 5))  # a Monday
    assert not imported.is_working(date(UNKNOWN, 1, 4))
