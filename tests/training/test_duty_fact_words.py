"""One line of 履职登记, as it is typed."""

from datetime import date

import pytest

from training.duty_errors import DutyRefusal, FollowsElsewhere, IdentityNumber, UnknownDuty
from training.duty_fact_words import NAMES, Said, fact_words, number_and_reason
from training.errors import Malformed, Refusal

TODAY = date(2026, 11, 23)
DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("讲法治课 张三 2026-11-20 行政处罚法专题", Said("class", ("张三",), DAY, "行政处罚法专题")),
        ("讲法治课　张三、李四　11月20日", Said("class", ("张三", "李四"), DAY)),
        ("讲课，张三，2026年11月20日，行政 处罚法", Said("class", ("张三",), DAY, "行政 处罚法")),
        ("常务会议听取汇报 2026-06-30", Said("meeting", (), date(2026, 6, 30))),
        ("述法 张三 11.20 佐证 档案室 3 号", Said("report", ("张三",), DAY, "", "档案室 3 号")),
        ("述法 张三 11-20 年度述法 佐证：E12", Said("report", ("张三",), DAY, "年度述法", "E12")),
        ("组织旁听 司法局 2025/5/6", Said("hearing-organised", ("司法局",), date(2025, 5, 6))),
    ],
)
def test_lines(text: str, expected: Said) -> None:
    assert fact_words(text, TODAY) == expected


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("讲法治课 张三", Malformed),
        ("讲法治课 张三 2026-02-30 专题", Malformed),
        ("讲法治课 张三 2026-11-20 " + "长" * 201, Malformed),
        ("讲评书 张三 2026-11-20", UnknownDuty),
        ("公职律师 张三 2026-11-20", FollowsElsewhere),
        ("法律知识考试 张三 2026-11-20", FollowsElsewhere),
        ("述法 110101199003070011 2026-11-20", IdentityNumber),
    ],
)
def test_what_is_refused(text: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        fact_words(text, TODAY)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_on_screen_is_understood(name: str) -> None:
    assert fact_words(f"{name} 11-20", TODAY).day == DAY


def test_taking_back() -> None:
    assert number_and_reason("12 填错了 人") == (12, "填错了 人")
    assert number_and_reason("12") == (12, "")
    for wrong in ("", "张三"):
        with pytest.raises(Malformed):
            number_and_reason(wrong)
    with pytest.raises(DutyRefusal):
        number_and_reason("12 错，应为110101199003070011")
