"""Dealing a pool to the sections of a paper: what fits, never twice, never short when there is a way."""

import hashlib
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.questions import Kind, Question
from training.exams import DEFAULT_SECTIONS, Section
from training.paper_pool import Heavy, PoolQuestion, Shortfall, dealt, heavy, pool_question, shortfalls
from training.people import Group

STAFF, LEADER = Group.STAFF, Group.LEADER


def one(
    place: int,
    kind: Kind = Kind.SINGLE,
    topics: tuple[str, ...] = (),
    difficulty: int = 3,
    audience: tuple[str, ...] = (),
) -> PoolQuestion:
    return PoolQuestion(place, f"q{place}", 1, kind, topics, difficulty, audience, 0)


def section(
    count: int,
    *topics: str,
    kind: Kind = Kind.SINGLE,
    difficulty: tuple[int, ...] = (),
    group: Group | None = None,
) -> Section:
    return Section(kind, count, 100, topics, difficulty, group)


def fits(question: PoolQuestion, wanted: Section, group: Group) -> bool:
    """The rule, read once more."""
    if wanted.group not in (None, group) or question.kind != wanted.kind:
        return False
    if wanted.topics and not any(topic in wanted.topics for topic in question.topics):
        return False
    if wanted.difficulty and question.difficulty not in wanted.difficulty:
        return False
    return question.audience == () or group in question.audience


def matching(pool: Sequence[PoolQuestion], sections: Sequence[Section], group: Group) -> int:
    """How many questions the sections can draw at most: a maximum matching, seat by seat (Kuhn)."""
    seats = [wanted for wanted in sections for _ in range(wanted.count)]
    sits: dict[int, int] = {}

    def seated(seat: int, seen: set[int]) -> bool:
        for question in pool:
            if question.place not in seen and fits(question, seats[seat], group):
                seen.add(question.place)
                if question.place not in sits or seated(sits[question.place], seen):
                    sits[question.place] = seat
                    return True
        return False

    return sum(seated(seat, set()) for seat in range(len(seats)))


POOLS = st.lists(
    st.tuples(
        st.sampled_from((Kind.SINGLE, Kind.SINGLE, Kind.JUDGE)),
        st.sampled_from(((), ("a",), ("b",), ("a", "b"), ("c", "a"))),
        st.integers(1, 3),
        st.sampled_from(((), (), ("leader",), ("staff", "leader"), ("enforcement",))),
    ),
    max_size=30,
).map(lambda rows: [one(place, *row) for place, row in enumerate(rows)])
SECTIONS = st.lists(
    st.builds(
        Section,
        st.sampled_from((Kind.SINGLE, Kind.SINGLE, Kind.JUDGE)),
        st.integers(0, 6),
        st.just(100),
        st.sampled_from(((), ("a",), ("b",), ("b", "c"))),
        st.sampled_from(((), (1,), (2, 3))),
        st.sampled_from((None, None, None, STAFF, LEADER)),
    ),
    min_size=1,
    max_size=5,
)


def test_a_question_enters_the_pool_with_what_choosing_needs() -> None:
    parts = (Question("c-1", Kind.SINGLE, "?"), Question("c-2", Kind.JUDGE, "?"))
    case = Question("c", Kind.CASE, "案情", topics=("a",), difficulty=4, audience=("leader",), parts=parts)
    assert pool_question(7, case, 3) == PoolQuestion(7, "c", 3, Kind.CASE, ("a",), 4, ("leader",), 2)


@pytest.mark.parametrize(
    ("question", "wanted", "group", "fitting"),
    [
        (one(0), section(1), STAFF, True),
        (one(0, Kind.JUDGE), section(1), STAFF, False),
        (one(0, topics=("x", "a")), section(1, "a", "b"), STAFF, True),
        (one(0, topics=("x",)), section(1, "a", "b"), STAFF, False),
        (one(0), section(1, "a"), STAFF, False),
        (one(0, difficulty=2), section(1, difficulty=(1, 2)), STAFF, True),
        (one(0, difficulty=3), section(1, difficulty=(1, 2)), STAFF, False),
        (one(0, audience=("leader", "staff")), section(1), STAFF, True),
        (one(0, audience=("leader",)), section(1), STAFF, False),
        (one(0), section(1, group=LEADER), LEADER, True),
        (one(0), section(1, group=LEADER), STAFF, False),
        (one(0), section(0), STAFF, False),
    ],
)
def test_what_fits_a_section(question: PoolQuestion, wanted: Section, group: Group, fitting: bool) -> None:
    assert dealt([question], [wanted], group) == ((0,) if fitting else (),)


@given(pool=POOLS, sections=SECTIONS, group=st.sampled_from(Group))
def test_dealing_is_as_good_as_any_and_never_deals_twice(
    pool: list[PoolQuestion], sections: list[Section], group: Group
) -> None:
    places = dealt(pool, sections, group)
    flat = [place for given_here in places for place in given_here]
    drawing = [wanted for wanted in sections if wanted.count]
    assert sorted(flat) == [q.place for q in pool if any(fits(q, wanted, group) for wanted in drawing)]
    assert all(list(given_here) == sorted(given_here) for given_here in places)
    for wanted, given_here in zip(sections, places, strict=True):
        assert all(fits(pool[place], wanted, group) for place in given_here)
    best = matching(pool, sections, group)
    drawn = sum(min(wanted.count, len(given_here)) for wanted, given_here in zip(sections, places, strict=True))
    assert drawn == best
    mine = sum(wanted.count for wanted in sections if wanted.group in (None, group))
    assert sum(short.wanted - short.found for short in shortfalls(pool, sections, [group])) == mine - best


@given(pool=POOLS, sections=SECTIONS, times=st.integers(2, 4))
def test_no_section_hoards_what_others_are_short_of(
    pool: list[PoolQuestion], sections: list[Section], times: int
) -> None:
    """When all could be given so many times what they draw, all are."""
    more = [Section(s.kind, s.count * times, s.points, s.topics, s.difficulty, s.group) for s in sections]
    if not shortfalls(pool, more, [STAFF]):
        places = dealt(pool, sections, STAFF)
        mine = [(s, len(p)) for s, p in zip(sections, places, strict=True) if s.group in (None, STAFF)]
        assert all(found >= times * wanted.count for wanted, found in mine)
        assert times < 3 or not heavy(pool, [s for s in sections if s.count], [STAFF])


@given(pool=POOLS, sections=SECTIONS, data=st.data())
def test_the_order_of_the_pool_does_not_matter(
    pool: list[PoolQuestion], sections: list[Section], data: st.DataObject
) -> None:
    other = data.draw(st.permutations(pool))
    assert dealt(other, sections, STAFF) == dealt(pool, sections, STAFF)


@pytest.mark.parametrize(("first", "second"), [(1, 1), (40, 20), (3, 30), (7, 1)])
def test_two_sections_alike_share_what_is_just_enough(first: int, second: int) -> None:
    pool = [one(place) for place in range(first + second)]
    assert [len(places) for places in dealt(pool, [section(first), section(second)], STAFF)] == [first, second]
    assert shortfalls(pool, [section(first), section(second)], [STAFF]) == []
    assert shortfalls(pool[1:], [section(first), section(second)], [STAFF]) == [
        Shortfall(1, STAFF, second, second - 1)
    ]


def test_a_chain_of_sections_gives_way() -> None:
    """The first takes of `ab` what only the second can use; then it has `ac` instead, and the third its own."""
    topics = [("a", "b")] * 3 + [("a", "c")] * 2 + [("c", "d")] * 2 + [("d",)] * 2 + [("a",)]
    pool = [one(place, topics=each) for place, each in enumerate(topics)]
    sections = [section(3, "a"), section(3, "b"), section(2, "c"), section(2, "d")]
    assert dealt(pool, sections, STAFF) == ((3, 4, 9), (0, 1, 2), (5, 6), (7, 8))


TANGLED_POOLS = st.lists(st.sets(st.sampled_from("abcde"), min_size=1, max_size=2), max_size=24).map(
    lambda rows: [one(place, topics=tuple(sorted(row))) for place, row in enumerate(rows)]
)
TANGLED_SECTIONS = st.lists(st.integers(0, 5), min_size=5, max_size=5).map(
    lambda counts: [section(count, topic) for count, topic in zip(counts, "abcde", strict=True)]
)


@given(pool=TANGLED_POOLS, sections=TANGLED_SECTIONS)
def test_tangled_topics_are_dealt_as_well_as_can_be(pool: list[PoolQuestion], sections: list[Section]) -> None:
    counts = [
        min(wanted.count, len(got)) for wanted, got in zip(sections, dealt(pool, sections, STAFF), strict=True)
    ]
    assert sum(counts) == matching(pool, sections, STAFF)


def test_what_is_only_for_one_section_leaves_the_rest_to_others() -> None:
    pool = [one(place, topics=("a",)) for place in range(60)] + [one(place) for place in range(60, 160)]
    wide, narrow = dealt(pool, [section(10), section(10, "a")], STAFF)
    assert len(narrow) == 60 and set(narrow) == set(range(60))
    assert len(wide) == 100


def test_neighbours_in_the_bank_are_dealt_to_different_sections() -> None:
    """A bank is often sorted by law: no section gets one end of it."""
    first, second = dealt([one(place) for place in range(3000)], [section(20), section(10)], STAFF)
    for tenth in range(10):
        here = range(300 * tenth, 300 * (tenth + 1))
        assert 180 <= sum(place in here for place in first) <= 220
    assert len(first) + len(second) == 3000


def test_each_group_has_its_own_shortfalls() -> None:
    pool = [one(place, audience=("leader",)) for place in range(5)] + [one(5), one(6)]
    sections = [section(4), section(3, group=LEADER), section(1, kind=Kind.CASE, group=STAFF)]
    assert shortfalls(pool, sections, [STAFF, LEADER]) == [Shortfall(0, STAFF, 4, 2), Shortfall(2, STAFF, 1, 0)]


def test_a_section_is_heavy_when_it_draws_more_than_a_third() -> None:
    pool = [one(place) for place in range(12)]
    assert heavy(pool, [section(4)], [STAFF]) == []
    assert heavy(pool, [section(5)], [STAFF]) == [Heavy(0, STAFF, 5, 12)]
    assert heavy(pool, [section(12)], [STAFF, LEADER]) == [Heavy(0, STAFF, 12, 12), Heavy(0, LEADER, 12, 12)]
    assert heavy(pool, [section(13)], [STAFF]) == []  # a shortfall


def test_dealing_stays_what_it_is() -> None:
    """Papers are drawn from it again years later: this text never changes."""
    topics = (("a",), ("b", "a"), ("c",), ("a", "c", "b"), ())
    kinds = (Kind.SINGLE, Kind.MULTIPLE, Kind.SINGLE, Kind.JUDGE)
    pool = [one(n, kinds[n * 7 % 4], topics[n * 3 % 5], n * 5 % 3 + 1) for n in range(2000)]
    sections = [section(30), section(20, "a"), section(15, "b", "c", difficulty=(1, 2)), *DEFAULT_SECTIONS[1:]]
    places = dealt(pool, sections, STAFF)
    assert [len(given_here) for given_here in places] == [475, 300, 225, 500, 500]
    assert hashlib.sha256(repr(places).encode()).hexdigest() == (
        "348d99873128a6bd75f6258384932da51294ca4f2427ee8f0af5874a85a09cf3"
    )


def test_a_large_pool_is_dealt_whole() -> None:
    kinds = (Kind.SINGLE, Kind.MULTIPLE, Kind.JUDGE)
    pool = [one(n, kinds[n % 3]) for n in range(30_000)]
    assert Counter(map(len, dealt(pool, DEFAULT_SECTIONS, STAFF))) == {10_000: 3}
