"""What the command line says of a broadcast: rules and closings in the words in which they may be written."""

from datetime import UTC, date, datetime

import pytest

from handlers.actions.broadcast_audience import Reach
from handlers.texts import broadcast_orders as texts
from training.broadcast_times import repeat_from, until_from
from training.broadcasts import Broadcast, Every, Kind, Left, Repeat, Settings, State, Until

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("repeat", "words"),
    [
        (Repeat(Every.WEEK, 9, 7, day=1), "每周一 09:07"),
        (Repeat(Every.WEEK, 9, 7, day=7), "每周日 09:07"),
        (Repeat(Every.MONTH, 9, 10, day=1), "每月1日 09:10"),
        (Repeat(Every.MONTH, 9, 10, day=31), "每月最后一天 09:10"),
        (Repeat(Every.FIRST_WORKING_DAY, 9, 7), "每月第一个工作日 09:07"),
        (Repeat(Every.LAST_WORKING_DAY, 17, 0), "每月最后一个工作日 17:00"),
        (Repeat(Every.WORKING_DAY, 9, 7, last=date(2026, 12, 31)), "每个工作日 09:07 至 2026-12-31"),
    ],
)
def test_a_rule_is_said_as_it_may_be_written(repeat: Repeat, words: str) -> None:
    assert texts.repeat_words(repeat) == words
    assert repeat_from(words) == repeat


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (Until(), "2天后 24:00"),
        (Until(days=0, hour=18), "当天 18:00"),
        (Until(at=datetime(2026, 11, 27, 10, tzinfo=UTC)), "2026年11月27日 18:00"),
    ],
)
def test_a_closing_is_said_as_it_may_be_written(until: Until, words: str) -> None:
    assert texts.until_words(until) == words
    assert until_from(words) == until


def test_who_is_left_out_the_most_first() -> None:
    assert texts.reached(Reach(5, {Left.MUTED: 0})) == "5 人"
    said = texts.reached(Reach(5, {Left.MUTED: 1, Left.NO_ACCOUNT: 20}))
    assert said == "5 人；另有 21 人不发：没有账号 20，已开免打扰 1"


def test_a_list_names_what_each_is_and_when() -> None:
    plain = Broadcast(1, State.PLANNED, Settings(Kind.NOTICE, title="周会"), 0, "", NOW, NOW)
    rule = Broadcast(2, State.REPEATING, Settings(Kind.QUIZ), 0, "", NOW, NOW)
    draft = Broadcast(3, State.CANCELLED, Settings(Kind.FILE), 0, "", NOW)
    assert texts.listed([plain, rule, draft]) == (
        "1 · 通知《周会》 · 待发送 · 发送 2026年11月23日 10:00",
        "2 · 答题 · 定期发送 · 下次发送 2026年11月23日 10:00",
        "3 · 文件 · 已取消 · 创建 2026年11月23日 10:00",
    )
