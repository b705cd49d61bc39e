"""What is typed about activities: commands, codes, lengths, days and the form."""

from datetime import date, datetime

import pytest

from tests.handlers.stage import MONDAY, at
from training.activities import HeldBy, Settings
from training.activity_form import NO_SESSION, Entry, Key, answering, begins_with_label, entries, one_line, planned
from training.activity_when_words import looks_like_when, sessions_from, single_day
from training.activity_word_errors import BadWhen, NotTaken
from training.activity_words import (
    Code,
    Command,
    Concluding,
    Order,
    code_from,
    command_from,
    concluding_from,
    is_code,
    number_and_words,
)

NOW = at(MONDAY)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("", Command(Order.LIST)),
        ("12", Command(Order.SHOW, 12)),
        ("１２号", Command(Order.SHOW, 12)),
        ("码", Command(Order.CODE)),
        ("12 码", Command(Order.CODE, 12)),
        ("12码", Command(Order.CODE, 12)),
        ("码 12", Command(Order.CODE, 12)),
        ("12 签退码", Command(Order.CODE_OUT, 12)),
        ("12 名单", Command(Order.ROLL, 12)),
        ("12 到场 张三、李四 张三", Command(Order.PRESENT, 12, "", ("张三", "李四"))),
        ("12缺席：王五", Command(Order.ABSENT, 12, "", ("王五",))),
        ("12 到场 11-25 张三", Command(Order.PRESENT, 12, "11-25", ("张三",))),
        ("12 发布", Command(Order.PUBLISH, 12)),
        ("名单", None),
        ("12 到场", None),
        ("12 随便", None),
        ("随便", None),
    ],
)
def test_commands(text: str, command: Command | None) -> None:
    assert command_from(text) == command


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("483920", Code(None, "483920")),
        (" ４８３９２０。", Code(None, "483920")),
        ("483 920", Code(None, "483920")),
        ("12 483920", Code(12, "483920")),
        ("12", None),
        ("4839201", None),
        ("码", None),
    ],
)
def test_codes(text: str, code: Code | None) -> None:
    assert code_from(text) == code


def test_six_digits_alone_are_a_code() -> None:
    assert is_code("483920") and not is_code("48392") and not is_code("A48392")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("12", Concluding(12)),
        ("12 按计划", Concluding(12, planned=True)),
        ("12按计划", Concluding(12, planned=True)),
        ("12 150", Concluding(12, (150,))),
        ("12 实到 150分钟", Concluding(12, (150,))),
        ("12 实到150", Concluding(12, (150,))),
        ("12 2.5小时", Concluding(12, (150,))),
        ("12 14:00-16:20", Concluding(12, (140,))),
        ("12 实到 150、140分钟", Concluding(12, (150, 140))),
        ("12 很久", None),
        ("12 实到", None),
        ("按计划", None),
    ],
)
def test_lengths(text: str, said: Concluding | None) -> None:
    assert concluding_from(text) == said


def test_a_number_and_a_reason() -> None:
    assert number_and_words("１２：讲师（王）临时有事，改期") == (12, "讲师（王）临时有事，改期")
    assert number_and_words("12") == (12, "")
    assert number_and_words("讲师") is None


def spans(text: str, now: datetime = NOW) -> list[tuple[str, str, str]]:
    return [
        (f"{one.starts:%m-%d}", f"{one.starts:%H:%M}", f"{one.ends:%H:%M}") for one in sessions_from(text, now)
    ]  # in UTC


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("11-25 14:00-16:30", [("11-25", "06:00", "08:30")]),
        ("11月25日（周三） 下午2点至4点半", [("11-25", "06:00", "08:30")]),
        ("2026年11月25日14时—16时30分", [("11-25", "06:00", "08:30")]),
        ("明天 9:00~11:00", [("11-24", "01:00", "03:00")]),
        ("周三 9:00-11:00", [("11-25", "01:00", "03:00")]),
        ("下周一 9:00-11:00", [("11-30", "01:00", "03:00")]),
        ("11-25、11-26 9:00-10:00", [("11-25", "01:00", "02:00"), ("11-26", "01:00", "02:00")]),
        ("11-25 9:00-10:00；11-26 9:00-11:00", [("11-25", "01:00", "02:00"), ("11-26", "01:00", "03:00")]),
        ("11-30至12-1 9:00-10:00", [("11-30", "01:00", "02:00"), ("12-01", "01:00", "02:00")]),
        ("11月25-26日 9:00-10:00", [("11-25", "01:00", "02:00"), ("11-26", "01:00", "02:00")]),
    ],
)
def test_days_and_times(text: str, found: list[tuple[str, str, str]]) -> None:
    assert spans(text) == found
    assert looks_like_when(text)


@pytest.mark.parametrize(
    "text",
    [
        *("11-25", "14:00-16:30", "11-31 9:00-10:00", "11-25 9:00-10:00 礼堂", "11-25 9:00-10:00 11-26"),
        *("11-25 9:60-10:00", "11-25 9:00-25:00", "11-27至11-25 9:00-10:00", "10-1至11-25 9:00-10:00", ""),
    ],
)
def test_no_days_and_times(text: str) -> None:
    with pytest.raises(BadWhen):
        sessions_from(text, NOW)


@pytest.mark.parametrize(
    ("text", "today", "day"),
    [
        ("1-8", date(2026, 11, 23), date(2027, 1, 8)),
        ("12-30", date(2027, 1, 4), date(2026, 12, 30)),
        ("9-1", date(2026, 11, 23), date(2026, 9, 1)),
        ("2025-9-1", date(2026, 11, 23), date(2025, 9, 1)),
        ("2-29", date(2027, 12, 1), date(2028, 2, 29)),
    ],
)
def test_a_day_without_a_year_is_the_nearest(text: str, today: date, day: date) -> None:
    assert single_day(text, at(today)) == day


def test_one_line() -> None:
    assert one_line("讲座 11-25 14:00-16:30 三楼会议室 《行政处罚法》（二）培训 主讲：王教授") == [
        Entry(Key.TITLE, "《行政处罚法》（二）培训"),
        Entry(Key.FORM, "讲座"),
        Entry(Key.WHEN, "11-25 14:00-16:30"),
        Entry(Key.PLACE, "三楼会议室"),
        Entry(Key.SPEAKER, "王教授"),
    ]
    assert one_line("讲座 11-25 至 11-26 14:00 - 16:30 会议室") == [
        Entry(Key.TITLE, "会议室"),
        Entry(Key.FORM, "讲座"),
        Entry(Key.WHEN, "11-25至11-26 14:00-16:30"),
    ]


def test_labelled_lines() -> None:
    assert entries(
        "标题：甲\n时间：11-25 9:00-10:00\n11-26 9:00-10:00\n联合单位：\n签退：否\n放弃请回复“取消”。"
    ) == (
        [Entry(Key.TITLE, "甲"), Entry(Key.WHEN, "11-25 9:00-10:00；11-26 9:00-10:00"), Entry(Key.SIGN_OUT, "否")],
        "",
    )
    assert entries("你好\n标题：甲\n多出来的") == ([Entry(Key.TITLE, "甲")], "你好\n多出来的")
    assert begins_with_label("签退：否") and not begins_with_label("签退 483920")
    assert not begins_with_label("申报 讲座 11-20 主办：司法局")


def test_words_without_a_label_answer_what_lacks() -> None:
    lacks = (Key.TITLE, Key.FORM, Key.WHEN, Key.CLASSES)
    assert answering("讲座", lacks) == [Entry(Key.FORM, "讲座")]
    assert answering("明天 9:00-10:00", lacks) == [Entry(Key.WHEN, "明天 9:00-10:00")]
    assert answering("宪法", lacks) == [Entry(Key.CLASSES, "宪法")]
    assert answering("宪法学习", lacks) == [Entry(Key.TITLE, "宪法学习")]
    with pytest.raises(NotTaken):
        answering("随便", ())


def test_a_hearing_is_forgotten_with_its_form() -> None:
    empty = Settings("", "", (NO_SESSION,), "R1", HeldBy.UNIT, ("11",))
    hearing = planned(planned(empty, Entry(Key.FORM, "旁听庭审"), NOW), Entry(Key.COURT, "宁国法院"), NOW)
    assert hearing.hearing is not None and hearing.hearing.court == "宁国法院"
    assert planned(hearing, Entry(Key.FORM, "讲座"), NOW).hearing is None
