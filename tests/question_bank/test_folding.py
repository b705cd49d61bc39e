import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.folding import fold, fold_answer


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("“Ａ”  类，乙。", "a类乙"),
        ("应当\u3000在\n五日内（　　）", "应当在五日内"),
        ("3.5", "3.5"),
        ("2021-01-22", "2021-01-22"),
        ("1,000", "1000"),
        ("1、2", "1,2"),
        ("≥5％", "≥5%"),
        ("____", ""),
        ("《》", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


SAME = [
    ("二十万元", "200,000元"),
    ("20万元", "二十万元"),
    ("1.5万", "15000"),
    ("百分之三十", "30％"),
    ("千分之一", "1‰"),
    ("三分之一", "1/3"),
    ("第三十三条", "第33条"),
    ("5 个工作日", "五个工作日"),
    ("二〇二一年", "2021年"),
    ("ＡＢ", "ab"),
    ("《行政处罚法》", "行政处罚法"),
]
DIFFERENT = [("3.5", "35"), ("5%", "5"), ("1、2", "12"), ("三五日", "三十五日"), ("-5", "5"), ("9:30", "930")]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_answers_that_are_the_same(one: str, other: str) -> None:
    assert fold_answer(one) == fold_answer(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_answers_that_are_not(one: str, other: str) -> None:
    assert fold_answer(one) != fold_answer(other)


@given(st.text("一二三十百千万亿零两分之0123456789.,%、 元《》Ａ-", max_size=12))
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
