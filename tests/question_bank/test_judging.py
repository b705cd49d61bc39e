import itertools

import pytest

from question_bank.judging import (
    NotAnAnswer,
    OnlyOneLetter,
    UnknownLetters,
    WrongBlankCount,
    is_right,
    judge_word,
    looks_like_choice,
    parse_answer,
)
from question_bank.questions import LETTERS
from tests.question_bank.building import blank, case, judge, multiple, single


@pytest.mark.parametrize(
    "text", ["B", "b", "Ｂ", " b ", "选B", "B。", "我选b", "答案：B", "答案是B", "B项", "选 B 项", "ⓑ", "(B)", "BB"]
)
def test_one_letter_in_many_writings(text: str) -> None:
    assert parse_answer(single(), text) == ("B",)


@pytest.mark.parametrize(
    "text", ["acd", "A,C,D", "A、C、D", "DCA", "Ａ，Ｃ，Ｄ", "选a c d", "A和C和D", "A/C/D", "答ACD。"]
)
def test_several_letters_are_sorted(text: str) -> None:
    assert parse_answer(multiple(), text) == ("A", "C", "D")


@pytest.mark.parametrize("text", ["对", "√", "✓", "正确", "T", "t", "Ｔrue", "是", "对。", "对的", " 对 ", "选对"])
def test_words_for_right(text: str) -> None:
    assert parse_answer(judge(), text) == ("对",)


@pytest.mark.parametrize("text", ["错", "×", "✗", "错误", "F", "false", "否", "不对", "X", "不正确！", "我选错"])
def test_words_for_wrong(text: str) -> None:
    assert parse_answer(judge(), text) == ("错",)


@pytest.mark.parametrize("text", ["罚款", "C. 罚款", "Ｃ、罚款"])
def test_an_option_typed_in_full(text: str) -> None:
    assert parse_answer(single(), text) == ("C",)


def test_letters_beyond_the_options() -> None:
    with pytest.raises(UnknownLetters) as refused:
        parse_answer(multiple(), "AEG")
    assert (refused.value.letters, refused.value.unknown) == (("A", "B", "C", "D"), ("E", "G"))


def test_two_letters_for_a_single() -> None:
    with pytest.raises(OnlyOneLetter) as refused:
        parse_answer(single(), "ab")
    assert refused.value.chosen == ("A", "B")


@pytest.mark.parametrize("text", ["", "  ", "不知道", "12", "A 1", "不选B", "。"])
def test_no_letters(text: str) -> None:
    with pytest.raises(NotAnAnswer):
        parse_answer(single(), text)


def test_a_judge_question_knows_only_two_words() -> None:
    with pytest.raises(NotAnAnswer):
        parse_answer(judge(), "也许")
    with pytest.raises(OnlyOneLetter):
        parse_answer(judge(), "对、错")
    with pytest.raises(UnknownLetters) as refused:
        parse_answer(judge(), "A")
    assert refused.value.letters == ("对", "错")


def test_a_multiple_is_right_only_with_exactly_the_right_letters() -> None:
    question = multiple(answer=("B", "D"))
    subsets = [chosen for size in range(5) for chosen in itertools.combinations("ABCD", size)]
    assert [chosen for chosen in subsets if is_right(question, chosen)] == [("B", "D")]
    assert is_right(question, ("D", "B"))


@pytest.mark.parametrize("letter", "ABCD")
def test_single(letter: str) -> None:
    assert is_right(single(), (letter,)) is (letter == "B")


@pytest.mark.parametrize(("typed", "right"), [("错", True), ("×", True), ("对", False), ("T", False)])
def test_judge(typed: str, right: bool) -> None:
    assert is_right(judge(), parse_answer(judge(), typed)) is right


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("五", True),
        ("5", True),
        ("５", True),
        (" 五。", True),
        ("5 个工作日", True),
        ("五日", False),
        ("十五", False),
    ],
)
def test_blank(typed: str, right: bool) -> None:
    assert is_right(blank(), parse_answer(blank(), typed)) is right


@pytest.mark.parametrize("typed", ["行政拘留；15", "行政拘留 十五", "行政拘留，十五", "行政拘留\n15"])
def test_two_blanks_are_cut_where_people_cut(typed: str) -> None:
    question = blank("____最长____日。", answer=(("行政拘留",), ("15",)))
    assert is_right(question, parse_answer(question, typed))


def test_blanks_keep_their_order_and_number() -> None:
    question = blank("____和____。", answer=(("甲",), ("乙",)))
    assert not is_right(question, ("乙", "甲"))
    assert not is_right(question, ("甲",))
    with pytest.raises(WrongBlankCount) as refused:
        parse_answer(question, "甲；乙；丙")
    assert (refused.value.blanks, refused.value.found) == (2, 3)
    with pytest.raises(NotAnAnswer):
        parse_answer(question, "  ")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        *(("答案：审核", "审核"), ("答案:审核", "审核"), ("答：审核", "审核"), ("答:审核", "审核")),
        *((" 答案 ：审核 ", "审核"), ("答案 审核", "审核"), ("答案\u3000审核", "审核")),
        *(("答案：答案：审核", "答案：审核"), ("审核", "审核"), ("答辩", "答辩"), ("答 辩", "答 辩")),
        *(("答案正确", "答案正确"), ("答案", "答案"), ("标准答案：审核", "标准答案：审核")),
    ],
)
def test_a_blank_may_be_led_in(typed: str, read: str) -> None:
    assert parse_answer(blank(), typed) == (read,)


def test_a_lead_before_several_blanks() -> None:
    question = blank("____和____。", answer=(("确认",), ("取消",)))
    assert parse_answer(question, "答案：确认；取消") == ("确认", "取消")
    with pytest.raises(NotAnAnswer):
        parse_answer(question, "答案：")


def test_an_answer_of_signs_only_is_no_wildcard() -> None:
    question = blank("书名用____。", answer=(("《》",),))
    assert is_right(question, ("《》",))
    assert not is_right(question, ("“”",))


def test_a_case_has_no_answer_of_its_own() -> None:
    with pytest.raises(ValueError, match="part by part"):
        parse_answer(case(), "A")
    with pytest.raises(ValueError, match="part by part"):
        is_right(case(), ("A",))


@pytest.mark.parametrize(
    ("text", "word"), [("对", "对"), ("×", "错"), ("A", None), ("对错", None), ("", None), ("TRUE", "对")]
)
def test_judge_word(text: str, word: str | None) -> None:
    assert judge_word(text) == word


@pytest.mark.parametrize(
    ("text", "likely"), [("b", True), ("选ACD", True), ("√", True), ("help", False), ("帮助", False), ("", False)]
)
def test_looks_like_choice(text: str, likely: bool) -> None:
    assert looks_like_choice(text) is likely


def test_as_many_options_as_there_are_letters() -> None:
    question = multiple(options=tuple(f"选项{letter}" for letter in LETTERS), answer=("A", "Z"))
    assert parse_answer(question, "za") == ("A", "Z")
