"""What an answer earns under every policy, after a key was changed, and what a paper comes to."""

import random
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.questions import Kind, Question, letters
from tests.question_bank.building import blank, case, judge, multiple, questions, single
from training.exams import Grading
from training.marking import (
    Item,
    KeyChange,
    Marks,
    decode_earned,
    encode_earned,
    half_up,
    items_of,
    mark,
    mark_item,
    mark_paper,
)

FIVE = ("甲项", "乙项", "丙项", "丁项", "戊项")
THREE_RIGHT = multiple(options=FIVE, answer=("A", "C", "E"))
TWO_BLANKS = blank("申请期限为____日，答复期限为____日。", answer=(("五", "5"), "十"))


@pytest.mark.parametrize(
    ("chosen", "exact", "partial", "per_option"),
    [
        ("", 0, 0, 0),
        ("A", 0, 100, Fraction(200, 3)),
        ("E", 0, 100, Fraction(200, 3)),
        ("AC", 0, 100, Fraction(400, 3)),
        ("ACE", 200, 200, 200),
        ("ECA", 200, 200, 200),
        ("B", 0, 0, 0),
        ("AB", 0, 0, 0),
        ("ACD", 0, 0, 0),
        ("ABCDE", 0, 0, 0),
    ],
)
def test_multiple(chosen: str, exact: int, partial: int, per_option: Fraction) -> None:
    earned = [mark(THREE_RIGHT, tuple(chosen), 200, grading) for grading in Grading]
    assert earned == [exact, partial, per_option]


def test_half_of_an_odd_number_of_hundredths_is_exact() -> None:
    assert mark(THREE_RIGHT, ("A",), 25, Grading.PARTIAL) == Fraction(25, 2)


def test_a_multiple_with_one_right_letter_is_right_or_wrong() -> None:
    question = multiple(answer=("B",))
    for grading in Grading:
        assert [mark(question, chosen, 200, grading) for chosen in (("B",), ("A",), ("A", "B"))] == [200, 0, 0]


@pytest.mark.parametrize("grading", Grading)
@pytest.mark.parametrize(
    ("question", "chosen", "earned"),
    [
        (single(), ("B",), 100),
        (single(), ("A",), 0),
        (single(), (), 0),
        (judge(), ("错",), 100),
        (judge(), ("对",), 0),
        (judge(), (), 0),
        (blank(), ("五",), 100),
        (blank(), ("5个工作日",), 100),
        (blank(), ("六",), 0),
        (blank(), (), 0),
        (TWO_BLANKS, ("五", "十"), 100),
        (TWO_BLANKS, ("5", "九"), 50),
        (TWO_BLANKS, ("四", "十"), 50),
        (TWO_BLANKS, ("十", "五"), 0),
        (TWO_BLANKS, ("", "十"), 50),
        (TWO_BLANKS, ("五",), 0),
        (TWO_BLANKS, ("五", "十", "五"), 0),
    ],
)
def test_other_kinds_whatever_the_grading(
    question: Question, chosen: tuple[str, ...], earned: int, grading: Grading
) -> None:
    assert mark(question, chosen, 100, grading) == earned


def test_three_blanks_earn_thirds() -> None:
    question = blank("____、____、____", answer=("甲", "乙", "丙"))
    assert mark(question, ("甲", "错", "丙"), 100, Grading.EXACT) == Fraction(200, 3)


def test_a_case_is_marked_part_by_part() -> None:
    with pytest.raises(ValueError, match="part by part"):
        mark(case(), ("A",), 100, Grading.EXACT)


def test_a_case_shares_its_points_among_its_parts() -> None:
    whole = case(parts=(single(id="c-1-1"), judge(id="c-1-2"), multiple(id="c-1-3")))
    assert [(item.question.id, item.points, item.case) for item in items_of(whole, 500)] == [
        ("c-1-1", Fraction(500, 3), "c-1"),
        ("c-1-2", Fraction(500, 3), "c-1"),
        ("c-1-3", Fraction(500, 3), "c-1"),
    ]
    assert items_of(single(), 100) == (Item(single(), Fraction(100)),)


@pytest.mark.parametrize(
    ("change", "chosen", "earned"),
    [
        (None, ("B",), 100),
        (None, ("C",), 0),
        (KeyChange("q-1", voided=True), ("B",), 100),
        (KeyChange("q-1", voided=True), ("C",), 100),
        (KeyChange("q-1", voided=True), (), 100),
        (KeyChange("q-1", answer=("C",)), ("B",), 0),
        (KeyChange("q-1", answer=("C",)), ("C",), 100),
        (KeyChange("q-1", answer=("C",)), (), 0),
    ],
)
def test_changed_keys(change: KeyChange | None, chosen: tuple[str, ...], earned: int) -> None:
    assert mark_item(single(), chosen, 100, Grading.EXACT, change) == earned


@pytest.mark.parametrize(("chosen", "earned"), [("B", 100), ("BC", 0), ("BCD", 200), ("AB", 0)])
def test_a_corrected_multiple_is_graded_by_the_new_key(chosen: str, earned: int) -> None:
    change = KeyChange("q-1", answer=("B", "D", "C"))
    grading = Grading.EXACT if chosen == "BC" else Grading.PARTIAL
    assert mark_item(multiple(), tuple(chosen), 200, grading, change) == earned


def test_a_corrected_blank_accepts_the_new_texts() -> None:
    change = KeyChange("q-1", answer=(("七", "7"), "十"))
    assert mark_item(TWO_BLANKS, ("7", "十"), 100, Grading.EXACT, change) == 100
    assert mark_item(TWO_BLANKS, ("五", "十"), 100, Grading.EXACT, change) == 50


@pytest.mark.parametrize(("voided", "answer"), [(True, ("A",)), (False, ())])
def test_a_key_change_says_one_thing(voided: bool, answer: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="either voided"):
        KeyChange("q-1", voided, answer)


PAPER = (
    *items_of(single(id="s"), 100),
    *items_of(multiple(id="m", options=FIVE, answer=("A", "C", "E")), 100),
    *items_of(case(id="c", parts=tuple(judge(id=f"c-{number}") for number in (1, 2, 3))), 100),
)


def test_a_paper_is_rounded_once_in_the_sum() -> None:
    marks = mark_paper(PAPER, {1: ("A",), 2: ("错",), 4: ("对",)}, Grading.PER_OPTION, {})
    assert list(map(str, marks.earned)) == ["0", "100/3", "100/3", "0", "0"]
    assert marks.score == 67  # 66.67; each rounded by itself would give 66
    assert mark_paper(PAPER, {}, Grading.EXACT, {}).score == 0
    everything = {0: ("B",), 1: ("A", "C", "E"), 2: ("错",), 3: ("错",), 4: ("错",)}
    assert mark_paper(PAPER, everything, Grading.EXACT, {}).score == 300


def test_half_a_hundredth_is_rounded_up() -> None:
    items = items_of(multiple(id="m"), 25)
    assert mark_paper(items, {0: ("B",)}, Grading.PARTIAL, {}).score == 13
    assert [half_up(Fraction(number, 4)) for number in (0, 1, 2, 3, 4, 6, -2)] == [0, 0, 1, 1, 1, 2, 0]


@pytest.mark.parametrize(
    ("changes", "score"),
    [
        ([KeyChange("s", voided=True)], 100),
        ([KeyChange("s", answer=("A",))], 0),
        ([KeyChange("c", voided=True)], 100),
        ([KeyChange("c-2", voided=True)], 33),
        ([KeyChange("c-1", voided=True), KeyChange("c-2", voided=True)], 67),
        ([KeyChange("c-2", answer=("对",)), KeyChange("c", voided=True)], 100),
        ([KeyChange("elsewhere", voided=True)], 0),
    ],
)
def test_changes_reach_the_question_and_the_parts_of_its_case(changes: list[KeyChange], score: int) -> None:
    assert mark_paper(PAPER, {}, Grading.EXACT, {change.question: change for change in changes}).score == score


def test_a_case_cannot_be_corrected_as_a_whole() -> None:
    with pytest.raises(ValueError, match="corrected part by part"):
        mark_paper(PAPER, {}, Grading.EXACT, {"c": KeyChange("c", answer=("对",))})


def test_what_was_earned_is_kept_exact() -> None:
    earned = (Fraction(150), Fraction(100, 3), Fraction())
    assert encode_earned(earned) == '["150","100/3","0"]'
    assert decode_earned('["150","100/3","0"]') == earned
    assert decode_earned(encode_earned(())) == ()


@given(st.lists(st.fractions(min_value=0), max_size=5))
def test_what_was_earned_is_read_back_as_written(earned: list[Fraction]) -> None:
    assert decode_earned(encode_earned(earned)) == tuple(earned)


@st.composite
def answered(draw: st.DrawFn) -> tuple[Question, tuple[str, ...]]:
    question = draw(questions(parts=False))
    if question.kind is not Kind.BLANK:
        return question, tuple(draw(st.lists(st.sampled_from(letters(question)), unique=True)))
    accepted = [text for texts in question.answer for text in (texts if isinstance(texts, tuple) else (texts,))]
    return question, (draw(st.sampled_from([*accepted, "别的"])),)


@given(answered(), st.integers(1, 500))
def test_always(pair: tuple[Question, tuple[str, ...]], points: int) -> None:
    question, chosen = pair
    exact, partial, per_option = (mark(question, chosen, points, grading) for grading in Grading)
    assert 0 <= exact <= min(partial, per_option) <= max(partial, per_option) <= points
    assert exact in (0, points)
    assert (partial == points) == (per_option == points) == (exact == points)
    assert bool(partial) == bool(per_option)
    for grading in Grading:
        assert mark(question, chosen[::-1], points, grading) == mark(question, chosen, points, grading)
        assert mark(question, (), points, grading) == 0
        assert mark_item(question, chosen, points, grading, KeyChange(question.id, voided=True)) == points
        same_key = KeyChange(question.id, answer=question.answer)
        assert mark_item(question, chosen, points, grading, same_key) == mark(question, chosen, points, grading)


def mark_in(order: list[tuple[Item, tuple[str, ...]]], grading: Grading) -> Marks:
    answers = {place: chosen for place, (_, chosen) in enumerate(order)}
    return mark_paper([item for item, _ in order], answers, grading, {})


@given(st.lists(answered(), max_size=6), st.sampled_from(Grading), st.randoms(use_true_random=False))
def test_the_order_of_items_does_not_matter(
    pairs: list[tuple[Question, tuple[str, ...]]], grading: Grading, chance: random.Random
) -> None:
    named = [
        (Item(msgspec.structs.replace(question, id=f"q{number}"), Fraction(100, 1 + number)), chosen)
        for number, (question, chosen) in enumerate(pairs)
    ]
    shuffled = chance.sample(named, len(named))
    one, other = (mark_in(order, grading) for order in (named, shuffled))
    assert one.score == other.score
    assert sorted(one.earned) == sorted(other.earned)
    assert abs(one.score - sum(one.earned, Fraction())) <= Fraction(1, 2)
