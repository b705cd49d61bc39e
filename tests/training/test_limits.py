"""Day limit, yearly caps and refilling, at the boundary: what is posted of what was earned."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

from training.crediting import Part
from training.forms import DAY_LIMIT, FORM_RULES, Form, Table, rule_on
from training.limits import Recorded, post, refill

MONDAY = date(2026, 11, 23)
TUESDAY = MONDAY + timedelta(1)
CAPS = {row.form: row.yearly_cap for row in FORM_RULES}


def part(form: Form, amount: int, day: date = MONDAY, year: int | None = None) -> Part:
    return Part(form, day, year or day.year, amount, rule_on(FORM_RULES, form, day).day_limited)


def posted(*parts: Part, days: Mapping[date, int] | None = None, table: Table = FORM_RULES) -> list[int]:
    return [posting.posted for posting in post(parts, days or {}, {}, table)]


@pytest.mark.parametrize(
    ("so_far", "amount", "within"),
    [
        (0, 1199, 1199),
        (0, 1200, 1200),
        (0, 1201, 1200),
        (1199, 10, 1),
        (1200, 10, 0),
        (1300, 10, 0),
        (800, 800, 400),
    ],
)
def test_a_day_has_at_most_twelve_hours_of_classes_and_claims(so_far: int, amount: int, within: int) -> None:
    (posting,) = post([part(Form.LECTURE, amount)], {MONDAY: so_far}, {})
    assert (posting.within_day, posting.posted, posting.beyond_day) == (within, within, amount - within)
    assert posting.beyond_cap == 0


def test_the_limit_is_over_all_forms_of_one_day() -> None:
    classes = [part(Form.OFF_JOB, 800), part(Form.COLLECTIVE, 300), part(Form.TEACHING, 400)]
    assert posted(*classes, part(Form.TEACHING, 400, TUESDAY)) == [800, 300, 100, 400]


def test_answers_exams_and_summaries_of_a_year_are_apart_from_it() -> None:
    full = {MONDAY: DAY_LIMIT}
    summary = replace(part(Form.ONLINE, 1500), day_limited=False)
    assert posted(part(Form.DAILY, 10), part(Form.EXAM, 200), summary, days=full) == [10, 200, 1500]
    assert posted(summary, part(Form.LECTURE, 1200)) == [1500, 1200]


def test_what_the_cap_keeps_back_takes_no_room_on_the_day() -> None:
    reviews = [part(Form.CASE_REVIEW, 800, TUESDAY), part(Form.CASE_REVIEW, 800), part(Form.LECTURE, 1200)]
    assert posted(*reviews) == [800, 0, 1200]


@pytest.mark.parametrize(("form", "cap"), [(form, cap) for form, cap in CAPS.items() if cap is not None])
def test_a_year_posts_what_fits_under_the_cap_of_the_form(form: Form, cap: int) -> None:
    apart = replace(part(form, 30), day_limited=False)
    for so_far in (cap - 31, cap - 30, cap - 29, cap - 1, cap, cap + 1):
        (posting,) = post([apart], {}, {(form, 2026): so_far, (form, 2025): 9999})
        assert posting.posted == max(0, min(30, cap - so_far))
        assert posting.beyond_cap == 30 - posting.posted
        assert posting.beyond_day == 0


@pytest.mark.parametrize("form", [form for form, cap in CAPS.items() if cap is None])
def test_forms_without_a_cap_have_none(form: Form) -> None:
    assert posted(replace(part(form, 99_999), day_limited=False)) == [99_999]


def test_each_assessment_year_has_its_own_cap() -> None:
    old, new = date(2026, 12, 31), date(2027, 1, 1)
    hearings = [part(Form.COURT_HEARING, 600, day) for day in (old, new)]
    assert posted(part(Form.COURT_HEARING, 400), *hearings) == [400, 400, 600]


def test_a_cap_that_changes_in_mid_year_holds_from_its_day() -> None:
    old = rule_on(FORM_RULES, "collective", MONDAY)
    table = (*FORM_RULES, replace(old, yearly_cap=300, valid_from=MONDAY))
    sunday = MONDAY - timedelta(1)
    first = [part(Form.COLLECTIVE, 400, sunday)]
    assert posted(*first, part(Form.COLLECTIVE, 400), table=table) == [400, 0]
    assert posted(*first, part(Form.COLLECTIVE, 400, sunday), table=table) == [400, 400]
    assert posted(part(Form.COLLECTIVE, 400), table=table) == [300]


def test_a_line_of_january_for_the_year_before_follows_the_cap_of_that_year() -> None:
    old = rule_on(FORM_RULES, "exam", MONDAY)
    table = (*FORM_RULES, replace(old, yearly_cap=100, valid_from=date(2027, 1, 1)))
    january = date(2027, 1, 12)
    assert posted(part(Form.EXAM, 200, january, 2026), table=table) == [200]
    assert posted(part(Form.EXAM, 200, january), table=table) == [100]


def records(*rows: tuple[int, int, bool], form: Form = Form.CASE_REVIEW) -> list[Recorded]:
    """Earned, posted, reversed: one a day, numbered from 1."""
    return [
        Recorded(str(n), part(form, earned_then, MONDAY + timedelta(n)), posted_then, is_reversed)
        for n, (earned_then, posted_then, is_reversed) in enumerate(rows, 1)
    ]


@pytest.mark.parametrize(
    ("rows", "more"),
    [
        ([], ()),
        ([(400, 400, False), (400, 400, False), (400, 0, False)], ()),  # nothing was reversed, nothing is free
        ([(400, 400, True), (400, 400, False), (400, 0, False)], (("3", 400),)),
        ([(600, 600, False), (400, 200, False), (400, 0, False)], ()),
        ([(600, 600, True), (400, 200, False), (400, 0, False)], (("2", 200), ("3", 400))),
        ([(500, 500, True), (400, 300, False), (400, 0, False), (400, 0, False)], (("2", 100), ("3", 400))),
        ([(400, 400, False), (400, 400, True), (300, 0, False), (300, 0, False)], (("3", 300), ("4", 100))),
        ([(400, 400, True), (400, 400, False)], ()),  # nobody waits
        ([(400, 400, True), (400, 0, True), (400, 400, False), (100, 0, False)], (("4", 100),)),
        ([(900, 900, False), (100, 0, False)], ()),  # the cap was lowered meanwhile
        ([(100, 200, False), (900, 600, True), (800, 0, False)], (("3", 600),)),  # more posted than earned stays
    ],
)
def test_a_reversal_makes_room_for_those_that_wait_in_order(
    rows: list[tuple[int, int, bool]], more: tuple[tuple[str, int], ...]
) -> None:
    assert refill(records(*rows), {}) == more


def test_the_order_is_that_of_posting_and_not_of_the_days() -> None:
    first, second, third = records((800, 800, True), (500, 0, False), (500, 0, False))
    assert refill([first, third, second], {}) == (("3", 500), ("2", 300))


def test_a_day_that_is_full_is_not_filled_further() -> None:
    one, other = records((800, 800, True), (800, 0, False))
    assert refill([one, other], {other.part.day: 1000}) == (("2", 200),)
    assert refill([one, other], {other.part.day: 1200}) == ()


def test_events_of_one_day_share_its_room_when_filled() -> None:
    lectures = [Recorded(str(n), part(Form.LECTURE, 800), kept, n == 1) for n, kept in enumerate((800, 400, 0), 1)]
    assert refill(lectures, {}) == (("2", 400), ("3", 400))
    assert refill(lectures, {MONDAY: 300}) == (("2", 400), ("3", 100))


def test_daily_answers_fill_their_year_again() -> None:
    answers = [
        Recorded(str(n), part(Form.DAILY, 10, date(2026, 1, 1) + timedelta(n)), 10 if n < 100 else 0, n < 3)
        for n in range(105)
    ]
    assert refill(answers, {}) == (("100", 10), ("101", 10), ("102", 10))
