"""What an event is worth, to the minute, and how several days are split."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from training.calendar import Calendar
from training.crediting import (
    CannotCredit,
    Certified,
    DayPart,
    DayParts,
    EndsBeforeStart,
    Event,
    Items,
    Length,
    Measure,
    NegativeAmount,
    NotMeasuredSo,
    NoWorkingDay,
    completed,
    earned,
    in_blocks,
    worth,
)
from training.forms import FORM_RULES, Achievement, Basis, Form, rule_on

WHOLE, HALF = DayPart.WHOLE, DayPart.HALF
MONDAY = date(2026, 11, 23)
CALENDAR = Calendar()


def amount(form: str, measure: Measure, *parts: DayPart) -> int:
    return worth(rule_on(FORM_RULES, form, MONDAY), measure, parts or (WHOLE,))


@pytest.mark.parametrize(
    ("form", "minutes", "hundredths"),
    [
        ("lecture", 0, 0),
        ("lecture", 1, 2),  # 2.22
        ("lecture", 44, 98),  # 97.78
        ("lecture", 45, 100),
        ("lecture", 46, 102),
        ("lecture", 90, 200),
        ("lecture", 1000, 2222),  # one event has no limit of its own; the day has
        ("professional", 120, 267),  # 266.67
        ("collective", 179, 398),
        ("collective", 180, 400),
        ("collective", 181, 400),
        ("collective", 600, 400),
        ("court_hearing", 0, 0),  # not held is not heard
        ("court_hearing", 1, 200),
        ("court_hearing", 89, 200),
        ("court_hearing", 90, 200),
        ("court_hearing", 91, 202),
        ("teaching", 45, 200),
        ("teaching", 1, 4),  # 4.44: doubled before it is rounded
        ("teaching", 40, 178),  # 177.78
        ("case_study", 60, 133),
        ("self_study", 900, 0),
    ],
)
def test_length_is_counted_in_lessons_of_45_minutes(form: str, minutes: int, hundredths: int) -> None:
    assert amount(form, Length(minutes)) == hundredths


def test_halves_go_up() -> None:
    forty = replace(rule_on(FORM_RULES, "lecture", MONDAY), minutes_an_hour=40)
    assert [worth(forty, Length(minutes)) for minutes in (1, 3)] == [3, 8]  # 2.5 and 7.5
    third = replace(forty, factor=Fraction(1, 3))
    assert worth(third, Length(3)) == 3  # 2.5


@pytest.mark.parametrize(
    ("form", "measure", "hundredths"),
    [
        ("daily", Items(1), 10),
        ("daily", Items(0, 1), 10),  # answering counts, right or wrong
        ("daily", Items(0, 0), 0),
        ("practice", Items(9), 0),
        ("practice", Items(10), 20),
        ("practice", Items(6, 4), 20),
        ("practice", Items(5, 5), 0),
        ("practice", Items(11, 8), 0),  # 57.9 %
        ("practice", Items(12, 7), 20),  # 63.2 %, nine of them wait
        ("practice", Items(12, 8), 40),
        ("practice", Items(11, 9), 0),
        ("quiz", Certified(50), 50),
        ("online", Certified(1234), 1234),
        ("online", Certified(5000, year_summary=True), 5000),
        ("exam", Achievement.PASSED, 200),
        ("competition", Achievement.TOOK_PART, 200),
        ("competition", Achievement.PRIZE, 400),
        ("off_job", DayParts(), 800),
        ("case_review", DayParts(), 800),
        ("lecture", DayParts(), 800),
        ("self_study", DayParts(), 0),
    ],
)
def test_what_else_an_event_is_worth(form: str, measure: Measure, hundredths: int) -> None:
    assert amount(form, measure) == hundredths


@pytest.mark.parametrize(
    ("answers", "hundredths", "left"),
    [
        ("", 0, ""),
        ("yyyyyyyyy", 0, "yyyyyyyyy"),
        ("yyyyyynnnn", 20, ""),
        ("yyyyynnnnn", 0, ""),  # judged and spent
        ("yyyyyynnnn" + "n", 20, "n"),
        ("nnnnnnnnnn" + "yyyyyyyyyy" + "yn", 20, "yn"),  # a bad block does not pull the next one down
        ("yyyyyyyyyy" + "yyyyyyyyyn", 40, ""),
    ],
)
def test_practice_is_judged_ten_by_ten(answers: str, hundredths: int, left: str) -> None:
    rule = rule_on(FORM_RULES, "practice", MONDAY)
    assert in_blocks(rule, [each == "y" for each in answers]) == (hundredths, tuple(each == "y" for each in left))


def test_half_days_are_worth_four() -> None:
    assert amount("case_review", DayParts(), HALF) == 400
    assert amount("off_job", DayParts(), HALF, WHOLE, WHOLE, HALF) == 2400


@pytest.mark.parametrize(
    ("form", "measure", "basis"),
    [
        ("daily", Length(45), Basis.LENGTH),  # time online never earns anything
        ("practice", Length(45), Basis.LENGTH),
        ("quiz", Length(45), Basis.LENGTH),
        ("online", Length(45), Basis.LENGTH),
        ("off_job", Length(45), Basis.LENGTH),
        ("lecture", Items(1), Basis.ITEMS),
        ("collective", DayParts(), Basis.DAY_PARTS),
        ("lecture", Certified(100), Basis.CERTIFIED),
        ("lecture", Achievement.PRIZE, Basis.ACHIEVEMENT),
        ("exam", Achievement.PRIZE, Basis.ACHIEVEMENT),
        ("exam", Achievement.TOOK_PART, Basis.ACHIEVEMENT),
        ("competition", Achievement.PASSED, Basis.ACHIEVEMENT),
    ],
)
def test_a_form_is_measured_in_its_own_way_only(form: str, measure: Measure, basis: Basis) -> None:
    with pytest.raises(NotMeasuredSo) as refused:
        amount(form, measure)
    assert (refused.value.form, refused.value.basis) == (form, basis)


@pytest.mark.parametrize(
    ("form", "measure", "below"),
    [
        ("lecture", Length(-1), -1),
        ("court_hearing", Length(-45), -45),
        ("daily", Items(-1), -1),
        ("practice", Items(20, -2), -2),
        ("online", Certified(-10), -10),
    ],
)
def test_nothing_lasts_less_than_no_time(form: str, measure: Measure, below: int) -> None:
    with pytest.raises(NegativeAmount) as refused:
        amount(form, measure)
    assert refused.value.amount == below
    assert isinstance(refused.value, CannotCredit)


@pytest.mark.parametrize(
    ("planned", "absent", "is_completed"),
    [(7, 0, True), (7, 1, True), (7, 2, False), (20, 2, True), (20, 3, False), (13, 2, False), (14, 2, True)],
)
def test_off_job_training_is_completed_with_at_most_a_seventh_missed(
    planned: int, absent: int, is_completed: bool
) -> None:
    assert completed(rule_on(FORM_RULES, "off_job", MONDAY), planned, absent) is is_completed


def test_other_forms_know_no_absence_and_nothing_is_missed_below_zero() -> None:
    assert completed(rule_on(FORM_RULES, "lecture", MONDAY), 2, 2)
    with pytest.raises(NegativeAmount):
        completed(rule_on(FORM_RULES, "off_job", MONDAY), 7, -1)


def off_job(first_day: str, last_day: str, first: DayPart = WHOLE, last: DayPart = WHOLE, *held: str) -> Event:
    days = frozenset(map(date.fromisoformat, held))
    start, end = date.fromisoformat(first_day), date.fromisoformat(last_day)
    return Event(Form.OFF_JOB, start, end, DayParts(), first, last, days)


def split(event: Event) -> list[tuple[str, int]]:
    return [(part.day.isoformat()[5:], part.earned) for part in earned(event, CALENDAR)]


WORKING_WEEK = [(f"11-{day}", 800) for day in range(23, 28)]


@pytest.mark.parametrize(
    ("event", "parts"),
    [
        (off_job("2026-11-23", "2026-11-23"), [("11-23", 800)]),
        (off_job("2026-11-23", "2026-11-23", HALF), [("11-23", 400)]),
        (off_job("2026-11-23", "2026-11-23", WHOLE, HALF), [("11-23", 400)]),
        (off_job("2026-11-23", "2026-11-23", HALF, HALF), [("11-23", 400)]),
        (off_job("2026-11-28", "2026-11-28"), [("11-28", 800)]),  # a class on one Saturday is a class
        (off_job("2026-11-23", "2026-11-27"), WORKING_WEEK),
        (off_job("2026-11-21", "2026-11-29"), WORKING_WEEK),  # with both weekends around
        (off_job("2026-11-26", "2026-11-30", HALF, HALF), [("11-26", 400), ("11-27", 800), ("11-30", 400)]),
        (off_job("2026-11-28", "2026-11-30", HALF), [("11-30", 800)]),  # the half day was a free one
        (
            off_job("2026-11-27", "2026-11-29", WHOLE, HALF, "2026-11-28", "2026-11-29"),
            [("11-27", 800), ("11-28", 800), ("11-29", 400)],
        ),
        # 五一: 1-5 May are free, Saturday 9 May is worked.
        (off_job("2026-04-30", "2026-05-06"), [("04-30", 800), ("05-06", 800)]),
        (
            off_job("2026-05-07", "2026-05-11"),
            [("05-07", 800), ("05-08", 800), ("05-09", 800), ("05-11", 800)],
        ),
        # 国庆: 1-7 October are free; Sunday 20 September and Saturday 10 October are worked.
        (off_job("2026-09-19", "2026-09-21"), [("09-20", 800), ("09-21", 800)]),
        (
            off_job("2026-09-30", "2026-10-12", HALF, HALF),
            [("09-30", 400), ("10-08", 800), ("10-09", 800), ("10-10", 800), ("10-12", 400)],
        ),
    ],
)
def test_several_days_are_split_without_the_free_ones(event: Event, parts: list[tuple[str, int]]) -> None:
    assert split(event) == parts


def test_new_year_parts_the_assessment_years() -> None:
    parts = earned(off_job("2025-12-30", "2026-01-05", HALF, HALF), CALENDAR)
    assert [(part.day.isoformat(), part.year, part.earned) for part in parts] == [
        ("2025-12-30", 2025, 400),
        ("2025-12-31", 2025, 800),
        ("2026-01-04", 2026, 800),  # a Sunday that is worked
        ("2026-01-05", 2026, 400),
    ]


def test_a_make_up_exam_counts_for_the_year_of_the_exam() -> None:
    day = date(2027, 1, 12)
    (part,) = earned(Event(Form.EXAM, day, day, Achievement.PASSED, year=2026), CALENDAR)
    assert (part.day, part.year, part.earned, part.day_limited) == (day, 2026, 200, False)


def test_the_citys_own_calendar_goes_first() -> None:
    city = Calendar({date(2026, 11, 25): False, date(2026, 11, 28): True})
    days = [part.day.day for part in earned(off_job("2026-11-24", "2026-11-29"), city)]
    assert days == [24, 26, 27, 28]


def test_a_length_is_spread_over_its_days_to_the_hundredth() -> None:
    event = Event(Form.LECTURE, MONDAY, date(2026, 11, 25), Length(451), last=HALF)
    parts = [part.earned for part in earned(event, CALENDAR)]
    assert parts == [400, 401, 201]
    assert sum(parts) == worth(rule_on(FORM_RULES, "lecture", MONDAY), Length(451)) == 1002


def test_bounds_are_those_of_the_event_and_not_of_its_days() -> None:
    tuesday = date(2026, 11, 24)
    assert [p.earned for p in earned(Event(Form.COLLECTIVE, MONDAY, tuesday, Length(360)), CALENDAR)] == [200, 200]
    assert [p.earned for p in earned(Event(Form.COURT_HEARING, MONDAY, tuesday, Length(30)), CALENDAR)] == [
        100,
        100,
    ]


def test_a_summary_of_the_year_is_one_part_without_a_day_limit() -> None:
    event = Event(Form.ONLINE, date(2026, 1, 1), date(2026, 12, 31), Certified(1850, year_summary=True))
    (part,) = earned(event, CALENDAR)
    assert (part.day, part.year, part.earned, part.day_limited) == (date(2026, 12, 31), 2026, 1850, False)
    assert {part.day_limited for part in earned(replace(event, measure=Certified(1850)), CALENDAR)} == {True}


def test_only_days_that_would_be_worth_something_by_themselves_must_be_worked() -> None:
    weekend = off_job("2026-11-28", "2026-11-29")
    with pytest.raises(NoWorkingDay) as refused:
        earned(weekend, CALENDAR)
    assert (refused.value.starts_on, refused.value.ends_on) == (weekend.starts_on, weekend.ends_on)
    course = replace(weekend, form=Form.ONLINE, measure=Certified(301))
    assert split(course) == [("11-28", 150), ("11-29", 151)]


def test_nothing_ends_before_it_starts() -> None:
    with pytest.raises(EndsBeforeStart) as refused:
        earned(off_job("2026-11-24", "2026-11-23"), CALENDAR)
    assert (refused.value.starts, refused.value.ends) == (date(2026, 11, 24), MONDAY)


def test_the_rule_of_the_first_day_says_what_an_event_is_worth() -> None:
    old = rule_on(FORM_RULES, "off_job", MONDAY)
    table = (*FORM_RULES, replace(old, whole_day=600, half_day=300, valid_from=date(2026, 11, 24)))
    before, after = off_job("2026-11-23", "2026-11-24"), off_job("2026-11-24", "2026-11-25", HALF)
    assert [part.earned for part in earned(before, CALENDAR, table)] == [800, 800]
    assert [part.earned for part in earned(after, CALENDAR, table)] == [300, 600]
