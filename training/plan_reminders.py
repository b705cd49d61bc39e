"""进度提醒: on which days those who want reminders are told what is missing. 本市 data.

A ladder that gets closer towards the end of the year: each rung is the first working day from its date on.
Source: domain, Burden rules (reminders only for those who asked for them, within the push budget).
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from training.calendar import DAY, Calendar

RUNGS: Final = ((4, 1), (7, 1), (9, 1), (10, 1), (11, 1), (12, 1), (12, 15))  # month and day
_LOOK_BACK_DAYS: Final = 14  # the longest holidays with the weekends beside them are shorter


def is_rung(day: date, calendar: Calendar, rungs: Sequence[tuple[int, int]] = RUNGS) -> bool:
    """True when `day` is a working day and the first one on or after a rung's date."""
    if not calendar.is_working(day):
        return False
    for back in range(_LOOK_BACK_DAYS):
        earlier = day - back * DAY
        if back and calendar.is_working(earlier):
            return False
        if (earlier.month, earlier.day) in rungs:
            return True
    return False
