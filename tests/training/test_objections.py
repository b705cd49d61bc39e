"""异议: what is read from words, whose level answers, and the working days."""

from datetime import date

import pytest

from training.approval import CITY, Claimant
from training.calendar import Calendar
from training.errors import Malformed
from training.objection_errors import IdentityNumberSaid, TooLongText
from training.objections import (
    About,
    Subject,
    level_over,
    read,
    read_answer,
    reminder,
    subject_of,
    working_days_after,
)
from training.people import Category, Person, Role

LINE = ("zfk", "sfj", "gov")


def person(number: str, role: Role = Role.LEARNER, *managed: str) -> Person:
    return Person(number, "", "zfk", Category.STAFF, False, role, "在岗", True, managed_units=managed)


ZHOU = Claimant(person("R1"), LINE)
KE, JU, SHI = (person(n, Role.UNIT_ADMIN, unit) for n, unit in zip(("R7", "R8", "R9"), LINE, strict=True))
ADMINS = (KE, JU, SHI)


@pytest.mark.parametrize(
    ("words", "subject", "why"),
    [
        ("台账 120 实际半天", Subject(About.LINE, 120), "实际半天"),
        ("120 2小时算少了", Subject(About.LINE, 120), "2小时算少了"),
        ("台账第120条，没有参加", Subject(About.LINE, 120), "没有参加"),
        ("申报12：已参加", Subject(About.CLAIM, 12), "已参加"),
        ("成绩 3 第5题有误", Subject(About.EXAM, 3), "第5题有误"),
        ("活动 ４ 本人到场", Subject(About.ACTIVITY, 4), "本人到场"),
    ],
)
def test_what_is_objected_to(words: str, subject: Subject, why: str) -> None:
    assert read(words) == (subject, why)
    assert subject_of(subject.key) == subject


@pytest.mark.parametrize("words", ["", "台账", "台账 120", "120", "不公平", "1234567890 不对"])
def test_a_number_and_a_reason_are_needed(words: str) -> None:
    with pytest.raises(Malformed):
        read(words)


def test_what_is_not_kept() -> None:
    with pytest.raises(IdentityNumberSaid):
        read("台账 1 我是11010119900307775X")
    with pytest.raises(TooLongText):
        read("台账 1 " + "不" * 501)
    assert read("台账 1 " + "不" * 500)[1] == "不" * 500


def test_answers() -> None:
    assert read_answer("7 支持 确实") == (7, True, "确实")
    assert read_answer("7 不支持：没有") == (7, False, "没有")
    for words in ("7 支持", "7 也许 吧", "支持 7 是"):
        with pytest.raises(Malformed):
            read_answer(words)


def test_one_above_whoever_decided() -> None:
    assert level_over(ZHOU, KE, "zfk", ADMINS) == "sfj"
    assert level_over(ZHOU, SHI, "zfk", ADMINS) == CITY
    assert level_over(ZHOU, KE, "zfk", (KE,)) == CITY
    assert level_over(ZHOU, person("R5", Role.CITY_ADMIN), "zfk", ADMINS) == CITY
    assert level_over(ZHOU, None, "zfk", ADMINS) == CITY


def test_above_all_that_the_decider_manages() -> None:
    both = person("R7", Role.UNIT_ADMIN, "zfk", "sfj")
    assert level_over(ZHOU, both, "zfk", (both, SHI)) == "gov"


def test_working_days_over_weekends() -> None:
    monday = date(2026, 11, 23)
    assert working_days_after(monday, 15, Calendar()) == date(2026, 12, 14)
    assert reminder(monday, date(2026, 12, 6), Calendar()) is None
    assert reminder(monday, date(2026, 12, 7), Calendar()) == 10
    assert reminder(monday, date(2026, 12, 11), Calendar()) == 10
    assert reminder(monday, date(2026, 12, 14), Calendar()) == 15
    assert reminder(monday, date(2026, 12, 21), Calendar()) == 15
    assert reminder(monday, date(2026, 12, 22), Calendar()) is None
