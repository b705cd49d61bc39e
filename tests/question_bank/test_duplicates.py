import random

import pytest

from question_bank.duplicates import alike, fold_key, folded_id, near_duplicates, near_text
from question_bank.questions import Question
from tests.question_bank.building import OPTIONS, blank, case, judge, multiple, single

SAME = [
    (single(), single(stem="下列，属于“行政处罚”种类的是哪一项( )。")),
    (single(), single(id="x", difficulty=5, explanation="改了解析")),
    (single(), single(options=OPTIONS[::-1], answer=("C",))),
    (judge(stem="Ａ类企业免检"), judge(stem="a类企业免检。")),
    (blank(answer=(("五", "5日"),)), blank(answer=(("5日", "5"),))),
]
DIFFERENT = [
    (single(), single(answer=("C",))),
    (single(), single(options=(*OPTIONS, "没收"))),
    (single(), multiple(stem=single().stem)),
    (judge(), judge(answer=("对",))),
    (blank("在____日内办结"), blank("在日内____办结")),
    (single(stem="罚款3.5万元"), single(stem="罚款35万元")),
    (case(), case(parts=(single(), judge(answer=("对",))))),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_question(one: Question, other: Question) -> None:
    assert fold_key(one) == fold_key(other)
    assert folded_id(one) == folded_id(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_another_question(one: Question, other: Question) -> None:
    assert fold_key(one) != fold_key(other)


def test_the_key_is_stable() -> None:
    """It is stored: a change of the folding needs a migration, so the value stands here."""
    assert fold_key(judge(stem="行政处罚可以口头设定。")) == "f5c303020b309b8b595d348fe96d6fb2"
    assert folded_id(judge()) == "q-f5c303020b30"


BASE = "行政机关在作出行政处罚决定之前应当告知当事人拟作出的行政处罚内容及事实理由依据"


@pytest.mark.parametrize(
    ("other", "near"),
    [
        (BASE + "吗", True),
        (BASE.replace("应当", "必须"), True),
        (BASE, True),
        ("公务员因公外出应当遵守纪律并按照规定报销差旅费用不得虚报冒领", False),
    ],
)
def test_alike(other: str, near: bool) -> None:
    assert alike(BASE, other) is near


def test_other_figures_are_another_question() -> None:
    assert not alike(BASE + "5日内", BASE + "7日内")


def test_near_duplicates_name_the_earlier_text() -> None:
    texts = {"a": BASE, "b": "完全不同的一道关于信访工作条例的题目", "c": BASE + "吗"}
    assert near_duplicates(texts) == {"c": "a"}
    assert near_duplicates({"c": BASE + "吗"}, {"a": BASE}) == {"c": "a"}
    assert near_duplicates({}, {"a": BASE, "c": BASE + "吗"}) == {}


def test_copies_are_found_in_a_crowd() -> None:
    """2,000 texts over the same few words, ten of them copied with one word changed."""
    words = [
        "行政",
        "机关",
        "处罚",
        "许可",
        "决定",
        "期限",
        "听证",
        "告知",
        "复议",
        "诉讼",
        "公开",
        "申请",
        "受理",
        "送达",
    ]
    chance = random.Random(7)
    texts = {f"t{number}": "".join(chance.choices(words, k=25)) for number in range(2000)}
    copies = {f"copy{number}": texts[f"t{number * 100}"][:-2] + "执行" for number in range(10)}
    assert near_duplicates(texts | copies) == {f"copy{number}": f"t{number * 100}" for number in range(10)}


def test_the_order_of_options_makes_no_difference_to_likeness() -> None:
    assert near_text(single()) == near_text(single(options=OPTIONS[::-1]))
