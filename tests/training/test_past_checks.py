"""What a row of past hours is warned of: less than its form is usually worth, and who was not in post."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.training.test_past_hours import GOOD, TODAY, plan
from training.forms import FORM_RULES, rule_on
from training.past_hours import Bounds, PastPlan
from training.people import Fact, Field, StatusPeriod
from training.roll import KnownPerson, Roll

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HEARING = "P1,,,,旁听庭审,,庭审,{day},,{hours},,,,"


def warned(made: PastPlan) -> list[str]:
    assert made.rejected == 0
    return [problem.problem for problem in made.problems]


def test_less_than_the_form_is_worth_is_taken_as_stated() -> None:
    made = plan(HEARING.format(day="2026-03-10", hours="1"))
    assert warned(made) == ["旁听庭审每次一般不少于 2 学时，文件写 1.00，按文件认定，请核对。"]
    assert [str(line.hours) for line in made.lines] == ["1.00"]
    assert warned(plan(HEARING.format(day="2026-03-10", hours="1.99")))
    assert warned(plan(HEARING.format(day="2026-03-10", hours="2"))) == []


def test_the_least_is_that_of_the_rules() -> None:
    march = date(2026, 3, 10)
    later = replace(rule_on(FORM_RULES, "court_hearing", march), least=350, valid_from=march)
    bounds = Bounds(forms=(*FORM_RULES, later))
    assert warned(plan(HEARING.format(day="2026-03-09", hours="2"), bounds=bounds)) == []
    [said] = warned(plan(HEARING.format(day="2026-03-10", hours="2"), bounds=bounds))
    assert "不少于 3.5 学时" in said


def roll(since: date, joined: str = "", *periods: tuple[str, date, date | None]) -> Roll:
    values = {Field.NAME: "张三", Field.UNIT: "sfj", Field.CATEGORY: "staff"}
    facts = [Fact("P1", field, value, since, NOW) for field, value in values.items()]
    if joined:
        facts.append(Fact("P1", Field.JOINED_ON, joined, since, NOW))
    stays = tuple(StatusPeriod("P1", status, starts, ends, NOW, "") for status, starts, ends in periods)
    return Roll([KnownPerson("P1", tuple(facts), stays)], TODAY)


JANUARY, MARCH = date(2026, 1, 1), date(2026, 3, 10)


@pytest.mark.parametrize(
    ("known", "day", "said"),
    [
        (roll(JANUARY, "2026-03-10"), "2026-01-05", "2026-01-05 时张三（P1）尚未入职（2026-03-10 入职），请核对。"),
        (roll(MARCH, "2026-03-10"), "2026-03-09", "2026-03-09 时张三（P1）尚未入职（2026-03-10 入职），请核对。"),
        (roll(MARCH, "2026-03-10"), "2026-03-10", ""),
        (roll(JANUARY, "2019-07-01"), "2025-05-06", ""),  # older than the record
        (roll(MARCH), "2026-03-09", "2026-03-09 时张三（P1）还不在名册（2026-03-10 起在册），请核对。"),
        (roll(MARCH), "2026-03-10", ""),
        (roll(JANUARY), "2025-12-31", ""),  # a roster without days is recorded from New Year
    ],
)
def test_who_had_not_come_yet(known: Roll, day: str, said: str) -> None:
    assert warned(plan(GOOD.replace("2026-03-10", day), roll=known)) == ([said] if said else [])


MOVED = ("调出", date(2026, 8, 1), None)
RETIRED = ("退休", date(2026, 2, 1), None)


@pytest.mark.parametrize(
    ("known", "day", "said"),
    [
        (roll(JANUARY, "", MOVED), "2026-07-31", ""),
        (roll(JANUARY, "", MOVED), "2026-08-01", "2026-08-01 时张三（P1）已于 2026-08-01 调出，请核对。"),
        (roll(JANUARY, "", MOVED), "2026-09-02", "2026-09-02 时张三（P1）已于 2026-08-01 调出，请核对。"),
        (
            roll(JANUARY, "", ("退休", date(2026, 2, 1), None)),
            "2026-03-10",
            "2026-03-10 时张三（P1）已于 2026-02-01 退休，请核对。",
        ),
        (roll(JANUARY, "", ("调出", date(2026, 2, 1), date(2026, 5, 31))), "2026-06-01", ""),  # came back
        (roll(JANUARY, "", ("病假", date(2026, 2, 1), None)), "2026-03-10", ""),
    ],
)
def test_who_had_left(known: Roll, day: str, said: str) -> None:
    assert warned(plan(GOOD.replace("2026-03-10", day), roll=known)) == ([said] if said else [])


def test_a_class_is_warned_of_by_its_last_day() -> None:
    row = GOOD.replace("2026-03-10,,4", "2026-07-30,2026-08-02,4")
    assert warned(plan(row, roll=roll(JANUARY, "", MOVED))) == [
        "2026-08-02 时张三（P1）已于 2026-08-01 调出，请核对。"
    ]
