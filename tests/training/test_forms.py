"""The table of forms as the domain has it, dated rows, and the content classes."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from training.content import ContentClass, Knowledge, UnknownContentClass, content_classes, knowledge
from training.forms import DAY_LIMIT, FORM_RULES, Basis, Form, FormRule, NoRule, online_group, rule_on
from training.hours import ONLINE_GROUP, HoursRules, form_rules
from training.names import FORMS

DAY = date(2026, 11, 23)
CAPS = {
    "daily": 1000,
    "practice": 600,
    "quiz": None,
    "lecture": None,
    "professional": None,
    "collective": 2000,
    "off_job": None,
    "online": 2000,
    "court_hearing": 800,
    "teaching": 1000,
    "exam": 200,
    "competition": 600,
    "case_review": 800,
    "case_study": 800,
    "self_study": 0,
}


def test_every_form_has_one_row_one_name_and_its_cap() -> None:
    assert [str(row.form) for row in FORM_RULES] == list(CAPS) == [str(form) for form in Form]
    assert {str(row.form): row.yearly_cap for row in FORM_RULES} == CAPS
    assert list(FORMS) == list(CAPS)
    assert len(set(FORMS.values())) == len(CAPS)


def test_the_names_are_those_of_the_domain() -> None:
    assert FORMS["daily"] == "每日一题"
    assert [FORMS[form] for form in ("collective", "off_job", "court_hearing", "teaching")] == [
        *("集体学法", "脱产培训", "旁听庭审", "讲法治课")
    ]


def test_answering_on_the_phone_is_one_group_of_plain_texts() -> None:
    assert online_group(FORM_RULES) == ONLINE_GROUP == {"daily", "practice", "quiz"}
    assert {type(form) for form in ONLINE_GROUP} == {str}  # looked up for every answer


def test_what_machines_post_and_what_earns_nothing_is_apart_from_the_limit_of_a_day() -> None:
    apart = {str(row.form) for row in FORM_RULES if not row.day_limited}
    assert apart == {"daily", "practice", "quiz", "exam", "self_study"}
    assert DAY_LIMIT == 1200


def test_only_off_job_training_asks_for_attendance() -> None:
    assert {row.form: row.most_absence for row in FORM_RULES if row.most_absence is not None} == {
        Form.OFF_JOB: Fraction(1, 7)
    }


@pytest.mark.parametrize("row", FORM_RULES, ids=lambda row: row.form.value)
def test_a_row_says_whatever_its_measure_needs(row: FormRule) -> None:
    assert row.by
    assert bool(row.points) == (Basis.ACHIEVEMENT in row.by)
    assert bool(row.amount) == (Basis.ITEMS in row.by)
    assert row.minutes_an_hour == 45
    assert (row.whole_day, row.half_day) == (800, 400)


OLD = rule_on(FORM_RULES, "collective", DAY)
JULY = replace(OLD, yearly_cap=3000, valid_from=date(2026, 7, 1))
OCTOBER = replace(OLD, yearly_cap=1500, valid_from=date(2026, 10, 1))


@pytest.mark.parametrize(
    ("day", "cap"),
    [
        (date(2020, 1, 1), 2000),
        (date(2026, 6, 30), 2000),
        (date(2026, 7, 1), 3000),
        (date(2026, 9, 30), 3000),
        (date(2026, 10, 1), 1500),
        (date(2027, 1, 1), 1500),
    ],
)
def test_a_row_holds_from_its_day(day: date, cap: int) -> None:
    assert rule_on((OCTOBER, *FORM_RULES, JULY), Form.COLLECTIVE, day).yearly_cap == cap


def test_before_the_first_row_the_first_one_holds() -> None:
    assert rule_on((OCTOBER, JULY), "collective", date(2026, 1, 1)) is JULY


def test_of_two_rows_of_one_day_the_later_in_the_table_holds() -> None:
    city = replace(OLD, yearly_cap=1)
    assert rule_on((*FORM_RULES, city), "collective", DAY) is city


def test_a_form_without_a_row_is_named() -> None:
    with pytest.raises(NoRule) as refused:
        rule_on(FORM_RULES, "yoga", DAY)
    assert refused.value.form == "yoga"


def test_the_daily_question_is_worth_what_the_configuration_says() -> None:
    assert form_rules(HoursRules()) == FORM_RULES
    changed = form_rules(HoursRules(daily_credit="0.15", daily_cap="7.5"))
    daily = rule_on(changed, Form.DAILY, DAY)
    assert (daily.amount, daily.yearly_cap, daily.online) == (15, 750, True)
    assert changed[1:] == FORM_RULES[1:]


def test_the_content_classes_are_those_of_the_domain() -> None:
    assert [str(each) for each in ContentClass] == [
        *("习近平法治思想", "宪法", "党内法规", "公共法律", "专业法律", "业务知识")
    ]


@pytest.mark.parametrize("main", ContentClass)
def test_the_main_class_says_under_which_column_an_event_stands(main: ContentClass) -> None:
    column = Knowledge.BUSINESS if main == "业务知识" else Knowledge.LAW
    for other in ContentClass:
        assert knowledge((main, other)) is column
        assert knowledge([str(main), str(other)]) is column  # as they come from the 台账


def test_an_event_without_a_class_stands_under_the_law() -> None:
    assert knowledge(()) is Knowledge.LAW


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("", ()),
        ("宪法", ("宪法",)),
        ("公共法律、宪法", ("公共法律", "宪法")),
        (" 公共法律， 宪法;业务知识 ", ("公共法律", "宪法", "业务知识")),
        ("宪法、公共法律、宪法", ("宪法", "公共法律")),
    ],
)
def test_classes_are_read_in_order_and_once(text: str, classes: tuple[str, ...]) -> None:
    assert content_classes(text) == classes


def test_an_unknown_class_is_named() -> None:
    with pytest.raises(UnknownContentClass) as refused:
        content_classes("宪法、国际法")
    assert refused.value.text == "国际法"
