"""Papers: the same for ever from the same seed, fair over all, and letters that come back as they went."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise, permutations
from math import factorial, sqrt

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.judging import is_right
from question_bank.questions import LETTERS, Kind, Question, letters
from training.exams import DEFAULT_SECTIONS, Section
from training.paper_pool import PoolQuestion, dealt
from training.papers import (
    Item,
    Paper,
    Shape,
    Words,
    as_seen,
    canonical,
    decoded,
    displayed,
    draw,
    encoded,
    permutation,
    seed_of,
    shape,
    without_replacement,
)
from training.people import Group

SHAPES: dict[Kind, Shape] = {
    Kind.SINGLE: (4,),
    Kind.MULTIPLE: (5,),
    Kind.JUDGE: (0,),
    Kind.BLANK: (0,),
    Kind.CASE: (4, 0, 10),
}


def pool_of(kinds: Sequence[Kind]) -> tuple[list[PoolQuestion], list[Shape]]:
    pool = [PoolQuestion(n, f"q{n}", 1, kind, (), 3, (), 3 * (kind is Kind.CASE)) for n, kind in enumerate(kinds)]
    return pool, [SHAPES[kind] for kind in kinds]


def numbers(seed: str) -> Iterator[int]:
    """All the words of a seed, one after the other."""
    at = 0
    while True:
        yield int.from_bytes(hashlib.shake_256(seed.encode()).digest(at + 4)[at:], "big")
        at += 4


def by_hand(
    places: Sequence[Sequence[int]], sections: Sequence[Section], shapes: Sequence[Shape], seed: str
) -> Paper:
    """The algorithm as its docstring says, without any short cut."""
    words = numbers(seed)

    def below(bound: int) -> int:
        return next(word % bound for word in words if word < 2**32 // bound * bound)

    rows: list[tuple[int, int, int]] = []
    for n, (section, mine) in enumerate(zip(sections, places, strict=True)):
        left = list(mine)
        for _ in range(section.count if mine else 0):
            at = below(len(left))
            place, left[at] = left[at], left[-1]
            left.pop()
            parts = range(len(shapes[place])) if section.kind == Kind.CASE else (-1,)
            rows += [(place, part, n) for part in parts]
    return Paper(
        tuple(Item(place, part, below(factorial(shapes[place][max(part, 0)])), n) for place, part, n in rows)
    )


def chi_square(found: Counter[int], cells: int) -> float:
    expected = sum(found.values()) / cells
    return sum((found[cell] - expected) ** 2 / expected for cell in range(cells))


def most(cells: int) -> float:
    """Six standard deviations above the mean of chi-square, and some more for few cells."""
    return cells - 1 + 6 * sqrt(2 * (cells - 1)) + 10


def test_fifty_papers_are_the_same_for_ever() -> None:
    """Never change this value: papers of past exams are drawn again from their seeds."""
    kinds = (Kind.SINGLE, Kind.MULTIPLE, Kind.JUDGE, Kind.CASE, Kind.SINGLE, Kind.BLANK)
    pool, shapes = pool_of([kinds[n * n % 23 % 6] for n in range(1500)])
    sections = (*DEFAULT_SECTIONS, Section(Kind.CASE, 2, 1000), Section(Kind.SINGLE, 30, 50, group=Group.LEADER))
    digest = hashlib.sha256()
    for n in range(50):
        group = (Group.STAFF, Group.LEADER)[n % 2]
        seed = seed_of("2026 年度", 7, f"R{n:06}", 1 + n % 3)
        places = dealt(pool, sections, group)
        assert all(places[section] for section in range(4)) and bool(places[4]) == (group is Group.LEADER)
        digest.update(encoded(draw(places, sections, shapes, seed)).encode())
    assert digest.hexdigest() == "cf505f49aa331a495fabe9944ecec648cbd673d3c9c6b1b14cc88d21d89636d1"


def test_a_paper_in_full() -> None:
    places = ((10, 11, 12, 13, 14), (), (3,), (0, 1, 2))
    sections = [Section(kind, 2, 100) for kind in (Kind.SINGLE, Kind.JUDGE)]
    sections += [Section(Kind.CASE, 1, 100), Section(Kind.JUDGE, 3, 100)]
    shapes = [(0,), (0,), (0,), (4, 0, 10), *[(0,)] * 6, *[(4,)] * 5]
    assert encoded(draw(places, sections, shapes, "试卷")) == (
        "[[14,-1,6,0],[10,-1,9,0],[3,0,5,2],[3,1,0,2],[3,2,2873637,2],[1,-1,0,3],[0,-1,0,3],[2,-1,0,3]]"
    )


def test_a_seed_is_bound_to_everything_it_is_of() -> None:
    expected = hashlib.sha256('["paper","春",7,"R000123",2]'.encode()).hexdigest()
    assert seed_of("春", 7, "R000123", 2) == expected
    facts = [("春", 7, "R1", 2), ("春", 7, "R12", 2), ("春", 71, "R1", 2), ("", 7, "R1", 2), ("春", 7, "R1", 1)]
    assert len({seed_of(*each) for each in facts}) == len(facts)


@given(
    sizes=st.lists(st.tuples(st.sampled_from(Kind), st.integers(0, 30), st.integers(0, 30)), max_size=5),
    seed=st.text(max_size=20),
)
def test_drawing_is_what_its_description_says(sizes: list[tuple[Kind, int, int]], seed: str) -> None:
    sections = [Section(kind, min(count, size), 100) for kind, size, count in sizes]
    kinds = [kind for kind, size, _ in sizes for _ in range(size)]
    starts = [sum(size for _, size, _ in sizes[:n]) for n in range(len(sizes) + 1)]
    places = [range(a, b) for a, b in pairwise(starts)]
    shapes = [SHAPES[kind] for kind in kinds]
    paper = draw(places, sections, shapes, seed)
    assert paper == by_hand(places, sections, shapes, seed)
    drawn = Counter((item.section, item.place) for item in paper.items if item.part <= 0)
    assert all(times == 1 and place in places[section] for (section, place), times in drawn.items())
    assert Counter(section for section, _ in drawn) == {n: one.count for n, one in enumerate(sections) if one.count}
    assert decoded(encoded(paper)) == paper and type(paper.items) is tuple


def test_drawing_from_a_large_pool_is_what_its_description_says() -> None:
    pool, shapes = pool_of([(Kind.SINGLE, Kind.MULTIPLE, Kind.JUDGE)[n % 3] for n in range(30_000)])
    places = dealt(pool, DEFAULT_SECTIONS, Group.STAFF)
    for n in range(30):
        paper = draw(places, DEFAULT_SECTIONS, shapes, f"{n}")
        assert paper == by_hand(places, DEFAULT_SECTIONS, shapes, f"{n}")


@given(bounds=st.lists(st.integers(1, 2**32), max_size=60), seed=st.text(max_size=5), expected=st.integers(0, 70))
def test_words_that_would_be_unfair_are_passed_over(bounds: list[int], seed: str, expected: int) -> None:
    words = numbers(seed)
    wanted = [next(word % bound for word in words if word < 2**32 // bound * bound) for bound in bounds]
    drawn = Words(seed, expected)
    assert drawn.below(bounds[:7]) + drawn.below(bounds[7:]) == wanted


def test_rejection_makes_large_bounds_even() -> None:
    """Without it the lower half of three quarters of all words would come twice as often."""
    bound = 3 * 2**30
    found = Counter(word // 2**30 for word in Words("even", 0).below([bound] * 3000))
    assert chi_square(found, 3) < most(3)


@given(data=st.data(), length=st.integers(1, 60))
def test_nothing_is_drawn_twice(data: st.DataObject, length: int) -> None:
    count = data.draw(st.integers(1, length))
    picks = [data.draw(st.integers(0, length - 1 - n)) for n in range(count)]
    left, wanted = list(range(length)), []
    for pick in picks:
        wanted.append(left[pick])
        left[pick] = left[-1]
        left.pop()
    assert list(without_replacement(length, picks)) == wanted
    assert len(set(wanted)) == count


def test_a_section_dealt_too_little_is_an_error_and_one_dealt_nothing_is_not_of_the_paper() -> None:
    sections = [Section(Kind.JUDGE, 2, 100), Section(Kind.JUDGE, 1, 100)]
    with pytest.raises(ValueError, match="dealt less"):
        draw([(0,), (1,)], sections, [(0,), (0,)], "s")
    assert draw([(), (1,)], sections, [(0,), (0,)], "s") == Paper((Item(1, -1, 0, 1),))
    assert draw([(), ()], sections, [(0,), (0,)], "s") == Paper(())


def test_exposure_is_even() -> None:
    """Each question as often as any other, anywhere in the paper and as its first."""
    pool, shapes = pool_of([Kind.SINGLE] * 200)
    sections = [Section(Kind.SINGLE, 20, 100)]
    places = dealt(pool, sections, Group.STAFF)
    papers = [draw(places, sections, shapes, seed_of("even", 1, f"R{n}", 1)) for n in range(4000)]
    anywhere = Counter(item.place for paper in papers for item in paper.items)
    first, last = (Counter(paper.items[at].place for paper in papers) for at in (0, -1))
    for found in (anywhere, first, last):
        assert 100 < chi_square(found, 200) < most(200)
    assert len({encoded(paper) for paper in papers}) == 4000


def test_right_answers_and_orders_are_even() -> None:
    pool, shapes = pool_of([Kind.SINGLE] * 60)
    sections = [Section(Kind.SINGLE, 20, 100)]
    places = dealt(pool, sections, Group.STAFF)
    items = [
        item for n in range(2000) for item in draw(places, sections, shapes, seed_of("right", 1, f"R{n}", 1)).items
    ]
    assert chi_square(Counter(item.order for item in items), 24) < most(24)
    for right in "ABCD":
        seen = Counter("ABCD".index(as_seen((right,), item.order, 4)[0]) for item in items)
        assert chi_square(seen, 4) < most(4)


def test_shapes() -> None:
    single = Question("1", Kind.SINGLE, "?", tuple("甲乙丙丁"), ("A",))
    judge = Question("2", Kind.JUDGE, "?", (), ("对",))
    fixed = msgspec.structs.replace(single, shuffle=False)
    long = Question("3", Kind.MULTIPLE, "?", tuple("甲乙丙丁戊己庚辛壬癸"), ("A", "J"))
    longer = msgspec.structs.replace(long, options=(*long.options, "子"))
    blank = Question("4", Kind.BLANK, "__", (), (("x",),))
    alone = Question("5", Kind.MULTIPLE, "?", ("甲",), ("A",))
    assert [shape(one) for one in (single, judge, fixed, long, longer, blank, alone)] == [
        (4,), (0,), (0,), (10,), (0,), (0,), (0,)
    ]  # fmt: skip
    case = Question("6", Kind.CASE, "案情", parts=(single, judge, fixed, long))
    assert shape(case) == (4, 0, 0, 10)
    assert shape(msgspec.structs.replace(case, shuffle=False)) == (0, 0, 0, 0)


def test_orders_are_all_permutations_in_their_order() -> None:
    assert [permutation(order, 4) for order in range(24)] == list(permutations(range(4)))
    assert permutation(factorial(10) - 1, 10) == tuple(range(9, -1, -1))
    for order in (-1, 24):
        with pytest.raises(ValueError, match="order"):
            permutation(order, 4)


def test_a_question_as_it_is_seen() -> None:
    question = Question("1", Kind.MULTIPLE, "?", ("甲", "乙", "丙", "丁"), ("A", "C"), explanation="…")
    seen = displayed(question, 9)  # 1, 2, 3, 0
    assert seen == msgspec.structs.replace(question, options=("乙", "丙", "丁", "甲"), answer=("B", "D"))
    assert displayed(question, 0) is question
    assert canonical(("B", "D"), 9, 4) == ("A", "C") and as_seen(("A", "C"), 9, 4) == ("B", "D")
    judge = Question("2", Kind.JUDGE, "?", (), ("对",))
    assert displayed(judge, 0) is judge
    with pytest.raises(ValueError, match="order"):
        displayed(judge, 1)


def test_what_has_no_letters_of_options_stays_as_it_is() -> None:
    assert canonical(("错",), 0, 0) == ("错",) == as_seen(("错",), 0, 0)
    assert canonical(("第二格", "第一格"), 0, 0) == ("第二格", "第一格")
    with pytest.raises(KeyError):
        canonical(("E",), 1, 4)


@st.composite
def shown(draw_: st.DrawFn) -> tuple[Question, int, tuple[str, ...]]:
    """A question, an order, and letters chosen on screen."""
    count = draw_(st.integers(2, 10))
    options = tuple(f"选项{n}" for n in range(count))
    subset = st.sets(st.sampled_from(LETTERS[:count]), min_size=1).map(lambda chosen: tuple(sorted(chosen)))
    question = Question("1", Kind.MULTIPLE, "?", options, draw_(subset))
    return question, draw_(st.integers(0, factorial(count) - 1)), draw_(subset)


@given(shown())
def test_letters_come_back_as_they_went(case: tuple[Question, int, tuple[str, ...]]) -> None:
    question, order, chosen = case
    count = len(question.options)
    stored = canonical(chosen, order, count)
    assert as_seen(stored, order, count) == chosen
    assert stored == tuple(sorted(stored)) and set(stored) <= set(letters(question))
    seen = displayed(question, order)
    on_screen = dict(zip(letters(seen), seen.options, strict=True))
    in_bank = dict(zip(letters(question), question.options, strict=True))
    assert {on_screen[letter] for letter in chosen} == {in_bank[letter] for letter in stored}
    assert is_right(seen, chosen) == is_right(question, stored)
    assert canonical(tuple(map(str, seen.answer)), order, count) == question.answer


@pytest.mark.parametrize("text", ["", "[[1,2,3]]", "[[1,2,3,4,5]]", '[["1",2,3,4]]', "{}"])
def test_what_is_no_paper(text: str) -> None:
    with pytest.raises(msgspec.DecodeError):
        decoded(text)


def test_a_paper_as_text() -> None:
    paper = Paper((Item(12, -1, 23, 0), Item(4, 0, 0, 1)))
    assert encoded(paper) == "[[12,-1,23,0],[4,0,0,1]]"
    assert decoded("[[12,-1,23,0],[4,0,0,1]]") == paper
    assert isinstance(decoded(encoded(paper)).items[0], Item)
