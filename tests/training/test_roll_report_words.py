"""The words of a 人员变动申报."""

from datetime import date

import pytest

from training.people import Category
from training.roll_report_errors import (
    EndsTooEarly,
    IdentityNumber,
    NoSuchDay,
    NotUnderstood,
    OneDayOnly,
    ReportRefusal,
)
from training.roll_report_words import read
from training.roll_reports import MOVES, Kind, Said, State, month_of

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("张三 调往 财政局 11-20", Said(Kind.TRANSFER, "张三", date(2026, 11, 20), unit="财政局")),
        ("张三 调到 财政局 1月5日", Said(Kind.TRANSFER, "张三", date(2027, 1, 5), unit="财政局")),
        ("张三 退休 11-30", Said(Kind.LEAVE, "张三", date(2026, 11, 30), status="退休")),
        ("R000123，已退休，2026年11月30日。", Said(Kind.LEAVE, "R000123", date(2026, 11, 30), status="退休")),
        (
            "张三 产假 11-01至2027-03-31",
            Said(Kind.STATUS, "张三", date(2026, 11, 1), status="产假", ends=date(2027, 3, 31)),
        ),
        (
            "张三 休产假 11-01 至 3-31",
            Said(Kind.STATUS, "张三", date(2026, 11, 1), status="产假", ends=date(2027, 3, 31)),
        ),
        ("张三 借调 12-01起", Said(Kind.STATUS, "张三", date(2026, 12, 1), status="借调")),
        ("新进 李四 工作人员 11-01", Said(Kind.JOIN, "李四", date(2026, 11, 1), category=Category.STAFF)),
        (
            "新进 李四 执法大队 行政执法人员 11-01",
            Said(Kind.JOIN, "李四", date(2026, 11, 1), "执法大队", category=Category.STAFF, mark=True),
        ),
        (
            "新进 李四 领导干部、行政执法人员 11-01",
            Said(Kind.JOIN, "李四", date(2026, 11, 1), category=Category.LEADER, mark=True),
        ),
        ("张三 职务 副局长 11-05", Said(Kind.POST, "张三", date(2026, 11, 5), post="副局长")),
    ],
)
def test_a_line_says_what_changes(words: str, said: Said) -> None:
    assert read(words, TODAY) == said


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ("张三 退休", NotUnderstood),
        ("张三 出家 11-30", NotUnderstood),
        ("张三 并档 11-30", NotUnderstood),
        ("张三 调往 11-30", NotUnderstood),
        ("新进 李四 11-01", NotUnderstood),
        ("新进 李四 工作人员 领导干部 11-01", NotUnderstood),
        ("新进 工作人员 11-01", NotUnderstood),
        ("张三 退休 下月底", NoSuchDay),
        ("张三 退休 11-31", NoSuchDay),
        ("张三 产假 2026-11-20至2026-11-01", EndsTooEarly),
        ("张三 职务 副局长 11-05至11-08", OneDayOnly),
        ("张三 退休 11-30 110101199003074258", IdentityNumber),
    ],
)
def test_what_is_no_change_is_refused(words: str, refusal: type[ReportRefusal]) -> None:
    with pytest.raises(refusal):
        read(words, TODAY)


def test_a_day_without_a_year_is_the_nearest() -> None:
    assert read("张三 退休 12-31", date(2027, 1, 4)).starts == date(2026, 12, 31)
    assert read("张三 退休 1-4", date(2026, 12, 31)).starts == date(2027, 1, 4)
    assert read("张三 退休 2-29", date(2027, 3, 1)).starts == date(2028, 2, 29)


def test_what_is_decided_moves_no_more() -> None:
    assert set(MOVES) == set(State)
    assert not MOVES[State.DONE] | MOVES[State.RETURNED] | MOVES[State.WITHDRAWN]
    assert State.DONE not in MOVES[State.RECEIVING]  # never without the batch that the city confirms
    assert month_of(TODAY) == date(2026, 11, 1)
