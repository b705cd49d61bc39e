"""The days of a line: where stated hours fall, and what stands on a day."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.storage.rows import entry
from training.calendar import Calendar
from training.hours import Entry, decimal
from training.line_days import DayRules, Earned, as_stated, is_year_summary, on_days

FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 11, day) for day in (20, 21, 22, 23))
RULES = DayRules(Calendar())


def shares(form: str, starts: date, ends: date, amount: int, title: str = "课") -> dict[date, int]:
    parts = as_stated(form, title, (starts, ends), starts.year, amount, RULES)
    return {part.day: part.earned for part in parts if part.day_limited}


def line(form: str, starts: date, ends: date, amount: int, **more: Any) -> Entry:
    held: dict[str, Any] = {"form": form, "starts_on": starts, "ends_on": ends, "title": "课"}
    return entry(**{**held, "hours": decimal(amount), **more})


@pytest.mark.parametrize(
    ("starts", "ends", "amount", "days"),
    [
        (SATURDAY, SATURDAY, 400, {SATURDAY: 400}),  # a single day always counts
        (FRIDAY, MONDAY, 1000, {FRIDAY: 500, MONDAY: 500}),
        (FRIDAY, MONDAY, 2400, {FRIDAY: 1200, MONDAY: 1200}),
        # More than the two working days can hold: it was held at the weekend too.
        (FRIDAY, MONDAY, 2401, {FRIDAY: 600, SATURDAY: 600, SUNDAY: 600, MONDAY: 601}),
        (SATURDAY, SUNDAY, 1000, {SATURDAY: 500, SUNDAY: 500}),
    ],
)
def test_stated_hours_fall_on_working_days_as_long_as_these_hold_them(
    starts: date, ends: date, amount: int, days: dict[date, int]
) -> None:
    assert shares("lecture", starts, ends, amount) == days


def test_the_citys_own_calendar_decides_what_a_working_day_is() -> None:
    rules = DayRules(Calendar({FRIDAY: False, SATURDAY: True}))
    parts = as_stated("lecture", "课", (FRIDAY, SATURDAY), 2026, 800, rules)
    assert [(part.day, part.earned) for part in parts] == [(SATURDAY, 800)]


def test_a_summary_of_the_year_is_on_no_day() -> None:
    assert is_year_summary("online", "学习平台 年度汇总")
    assert not is_year_summary("lecture", "年度汇总")
    assert not is_year_summary("online", "民法典课程")
    assert shares("online", MONDAY, MONDAY, 2000, "平台年度汇总") == {}
    assert shares("online", MONDAY, MONDAY, 1000) == {MONDAY: 1000}


def test_what_a_form_is_measured_by_does_not_change_what_was_certified() -> None:
    """A hearing is worth at least 2 by length, collective study at most 4, a lesson taught twice its length."""
    for form, amount in (("court_hearing", 50), ("collective", 600), ("teaching", 300)):
        assert shares(form, MONDAY, MONDAY, amount) == {MONDAY: amount}


def test_a_day_holds_live_lines_of_classes_and_claims() -> None:
    lines = {
        1: line("lecture", FRIDAY, MONDAY, 600),
        2: line("exam", MONDAY, MONDAY, 200),
        3: line("off_job", MONDAY, MONDAY, 800),
        4: line("off_job", MONDAY, MONDAY, -800, reverses=3),
        5: line("teaching", FRIDAY, MONDAY, 500),
        6: line("online", MONDAY, MONDAY, 900, title="平台年度汇总"),
    }
    kept = {5: [Earned(5, FRIDAY, 500, 500), Earned(5, MONDAY, 500, 0)], 3: [Earned(3, MONDAY, 900, 800)]}
    assert on_days(lines, kept, RULES) == {FRIDAY: 300 + 500, MONDAY: 300}
    assert Decimal("5.00") == lines[5].hours
