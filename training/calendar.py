"""Days, weeks and years of the city, computed in this one place.

Every moment is aware and kept in UTC; a day is a day in Asia/Shanghai, a week begins on Monday.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import chinese_calendar

CITY: Final = ZoneInfo("Asia/Shanghai")
DAY: Final = timedelta(days=1)
WARN_FROM_MONTH: Final = 12  # the State Council publishes next year's days in November


@lru_cache(maxsize=256)  # a batch asks for the day of one moment many times
def day_of(moment: datetime) -> date:
    return moment.astimezone(CITY).date()


def start_of(day: date) -> datetime:
    return datetime.combine(day, dt.time(), CITY)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


@lru_cache(maxsize=256)
def closes_at(day: date) -> datetime:
    """When 补做 ends: Sunday 24:00, and never across 31 December. Source: domain, Numbers."""
    return min(start_of(monday_of(day) + 7 * DAY), start_of(date(day.year + 1, 1, 1)))


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working days with 调休. `imported` (day → is a working day) goes before the library's table."""

    imported: Mapping[date, bool] = field(default_factory=dict)

    def knows(self, year: int) -> bool:
        """False when the days of `year` are guessed as Monday to Friday."""
        return _library(date(year, 7, 1)) is not None or any(day.year == year for day in self.imported)

    def is_working(self, day: date) -> bool:
        known = self.imported.get(day)
        if known is None:
            known = _library(day)
        return day.weekday() < 5 if known is None else known

    def warns(self, today: date) -> int | None:
        """The year that is missing although it is time to have it."""
        if not self.knows(today.year):
            return today.year
        if today.month >= WARN_FROM_MONTH and not self.knows(today.year + 1):
            return today.year + 1
        return None


def _library(day: date) -> bool | None:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None
