"""When and how, in one line; it is Monday, 23 November 2026, 10:00 in Beijing."""

from datetime import UTC, datetime, timedelta

import pytest

from training.broadcast_when_words import When, applied, when_from
from training.broadcast_word_errors import BadCredit, FixedEnd, NoHour, NoMoment, OnlyForQuizzes, Past
from training.broadcasts import Every, Kind, Repeat, Settings, Until
from training.calendar import CITY

NOW = datetime(2026, 11, 23, 10, tzinfo=CITY).astimezone(UTC)


def at(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return (datetime(year, month, day, tzinfo=CITY) + timedelta(hours=hour, minutes=minute)).astimezone(UTC)


@pytest.mark.parametrize("text", ["现在", "立即", " 马 上 ", "现在发送。"])
def test_at_once(text: str) -> None:
    assert when_from(text, Kind.NOTICE, NOW) == When(None, None, None, None, None, None)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("明天 9:07", at(11, 24, 9, 7)),
        ("明天9：07发送", at(11, 24, 9, 7)),
        ("今天下午3点", at(11, 23, 15)),
        ("后天 上午 9 点半", at(11, 25, 9, 30)),
        ("14:10", at(11, 23, 14, 10)),
        ("11-27 14:10", at(11, 27, 14, 10)),
        ("11月27日14:10", at(11, 27, 14, 10)),
        ("11/27 14点10分", at(11, 27, 14, 10)),
        ("2026-11-27 14:10", at(11, 27, 14, 10)),
        ("2027年1月5日 9:07", at(1, 5, 9, 7, 2027)),
        ("1-5 9:07", at(1, 5, 9, 7, 2027)),
        ("周五 9:07", at(11, 27, 9, 7)),
        ("周一 11:00", at(11, 23, 11)),
        ("下周一 9:07", at(11, 30, 9, 7)),
        ("周日晚上8点", at(11, 29, 20)),
        ("今天 24:00", at(11, 24, 0)),
        ("晚上12点", at(11, 24, 0)),
    ],
)
def test_a_moment(text: str, moment: datetime) -> None:
    assert when_from(text, Kind.NOTICE, NOW).at == moment


@pytest.mark.parametrize(
    ("text", "repeat"),
    [
        ("每周一 9:07", Repeat(Every.WEEK, 9, 7, 1)),
        ("每月第一个工作日", Repeat(Every.FIRST_WORKING_DAY, 9, 7)),
        ("每个工作日 15:10", Repeat(Every.WORKING_DAY, 15, 10)),
    ],
)
def test_a_rule(text: str, repeat: Repeat) -> None:
    assert when_from(text, Kind.STATISTICS, NOW).repeat == repeat


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", NoMoment),
        ("尽快", NoMoment),
        ("明天 25:00", NoMoment),
        ("11-31 9:00", NoMoment),
        ("2-30 9:00", NoMoment),
        ("每天 9:07", NoMoment),
        ("现在 明天 9:07", NoMoment),
        ("凌晨12点", NoMoment),
        ("9:60", NoMoment),
        ("明天", NoHour),
        ("11-27", NoHour),
        ("9:07", Past),
        ("10:00", Past),
        ("11-20 9:07", Past),
        ("2026-11-20 9:07", Past),
        ("周一 9:00", Past),
        ("现在 截止 明天 18:00", OnlyForQuizzes),
        ("现在 提醒", OnlyForQuizzes),
        ("现在 不计学时", OnlyForQuizzes),
    ],
)
def test_what_is_no_time_for_a_notice(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        when_from(text, Kind.NOTICE, NOW)


@pytest.mark.parametrize(
    ("text", "until", "credit", "remind"),
    [
        ("现在", None, None, None),
        ("现在 默认", None, None, None),
        ("现在 截止 默认 提醒", None, None, True),
        ("现在 截止 11-27 18:00 计学时 提醒", Until(at=at(11, 27, 18)), 10, True),
        ("现在，计学时，提醒，截止：11月27日 18:00", Until(at=at(11, 27, 18)), 10, True),
        ("现在 截止周五 不计学时 不提醒", Until(at=at(11, 28, 0)), 0, False),
        ("现在 截止 3天 计 0.2 学时", Until(days=3), 20, None),
        ("现在 每题 0.05 学时 截止 当天 18:00", Until(days=0, hour=18), 5, None),
        ("现在 截止 12-31", Until(at=at(12, 31, 24)), None, None),
    ],
)
def test_how_a_quiz_is_answered(text: str, until: Until | None, credit: int | None, remind: bool | None) -> None:
    said = when_from(text, Kind.QUIZ, NOW)
    assert (said.at, said.until, said.credit, said.remind) == (None, until, credit, remind)


def test_a_quiz_that_repeats_and_tells_all() -> None:
    said = when_from("每周一 9:07 截止 2天 17:30 公布结果", Kind.QUIZ, NOW)
    assert said == When(None, Repeat(Every.WEEK, 9, 7, 1), Until(days=2, hour=17, minute=30), None, None, True)
    with pytest.raises(FixedEnd):
        when_from("每周一 9:07 截止 11-27 18:00", Kind.QUIZ, NOW)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("现在 截止 以后", NoMoment),
        ("现在 截止 11-20 18:00", Past),
        ("截止 11-27 18:00", NoMoment),
        ("现在 计 0 学时", BadCredit),
        ("现在 计 0.005 学时", BadCredit),
        ("现在 计 5 学时", BadCredit),
        ("现在 计 1.2.3 学时", BadCredit),
    ],
)
def test_what_a_quiz_may_not_say(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        when_from(text, Kind.QUIZ, NOW)


def test_what_is_not_said_is_as_usual() -> None:
    before = Settings(Kind.QUIZ, draw=3, at=NOW, until=Until(days=9), credit=20, remind=True, tell_all=True)
    assert applied(before, when_from("现在", Kind.QUIZ, NOW)) == Settings(Kind.QUIZ, draw=3)
