"""The days of a line: where stated hours fall, and what stands on a day."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.storage.rows import entry
from training.calendar import Calendar
from training.forms import FORM_RULES, rule_on
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
    """A hearing is worth at least 2 by length, a lesson taught twice its length."""
    for form, amount in (("court_hearing", 50), ("teaching", 300), ("lecture", 1200)):
        assert shares(form, MONDAY, MONDAY, amount) == {MONDAY: amount}


@pytest.mark.parametrize(
    ("form", "starts", "ends", "amount", "days"),
    [
        ("collective", MONDAY, MONDAY, 400, {MONDAY: 400}),
        ("collective", MONDAY, MONDAY, 401, {MONDAY: 400}),
        # An event over several days is one event: what is bounded is spread, over what can hold it.
        ("collective", FRIDAY, MONDAY, 3000, {FRIDAY: 200, MONDAY: 200}),
        ("competition", MONDAY, MONDAY, 500, {MONDAY: 400}),
        ("off_job", MONDAY, MONDAY, 801, {MONDAY: 800}),
        ("off_job", FRIDAY, MONDAY, 1600, {FRIDAY: 800, MONDAY: 800}),
        ("off_job", FRIDAY, MONDAY, 1700, {FRIDAY: 425, SATURDAY: 425, SUNDAY: 425, MONDAY: 425}),
        ("off_job", FRIDAY, MONDAY, 4000, dict.fromkeys((FRIDAY, SATURDAY, SUNDAY, MONDAY), 800)),
        ("case_review", MONDAY, MONDAY, 900, {MONDAY: 800}),
    ],
)
def test_a_form_can_be_worth_so_much_and_no_more(
    form: str, starts: date, ends: date, amount: int, days: dict[date, int]
) -> None:
    assert shares(form, starts, ends, amount) == days


def test_an_exam_is_worth_two() -> None:
    assert [part.earned for part in as_stated("exam", "考试", (MONDAY, MONDAY), 2026, 900, RULES)] == [200]


def test_the_part_of_an_event_has_its_share_of_what_it_can_be_worth() -> None:
    def worth(amount: int, whole: int) -> int:
        share = Fraction(amount, whole)
        return sum(p.earned for p in as_stated("collective", "课", (MONDAY, MONDAY), 2026, amount, RULES, share))

    assert (worth(300, 600), worth(200, 600), worth(400, 600)) == (200, 133, 266)
    assert worth(150, 300) == 150


def test_the_row_of_the_day_says_what_a_form_can_be_worth() -> None:
    later = replace(rule_on(FORM_RULES, "collective", MONDAY), most=600, valid_from=MONDAY)
    rules = DayRules(Calendar(), (*FORM_RULES, later))
    parts = [as_stated("collective", "课", (day, day), 2026, 700, rules) for day in (FRIDAY, MONDAY)]
    assert [part.earned for [part] in parts] == [400, 600]


def test_a_bound_that_was_lowered_takes_nothing_away() -> None:
    lowered = replace(rule_on(FORM_RULES, "collective", MONDAY), most=100)
    whole_day = replace(rule_on(FORM_RULES, "off_job", MONDAY), whole_day=600)
    rules = DayRules(Calendar(), (lowered, whole_day))
    lines = {1: line("collective", MONDAY, MONDAY, 400), 2: line("off_job", MONDAY, MONDAY, 800)}
    assert on_days(lines, {}, rules) == {MONDAY: 1200}


def test_what_was_bounded_is_found_on_the_same_days_again() -> None:
    """A line that no limit cut keeps only its hours; spread anew they fall where they were posted."""
    for form, amount in (("off_job", 4000), ("off_job", 1700), ("collective", 3000), ("lecture", 2401)):
        stated = shares(form, FRIDAY, MONDAY, amount)
        assert on_days({1: line(form, FRIDAY, MONDAY, sum(stated.values()))}, {}, RULES) == stated


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
