"""The question of the day: its window to the second, the draw, and rows of working days."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.calendar import CITY, DAY, Calendar
from training.daily import FEWEST, Candidate, Window, draw, streak, window
from training.errors import NoQuestions
from training.people import Group

STAFF = Group.STAFF
MONDAY = date(2026, 11, 23)
SUNDAY = date(2026, 11, 29)
SILVESTER = date(2026, 12, 31)  # a Thursday


def shanghai(day: date, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=CITY).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "now", "expected"),
    [
        (MONDAY, shanghai(MONDAY - DAY, 23, 59, 59), Window.FUTURE),
        (MONDAY, shanghai(MONDAY), Window.ON_TIME),
        (MONDAY, shanghai(MONDAY, 23, 59, 59), Window.ON_TIME),
        (MONDAY, shanghai(MONDAY + DAY), Window.MAKE_UP),
        (MONDAY, shanghai(SUNDAY, 23, 59, 59), Window.MAKE_UP),
        (MONDAY, shanghai(SUNDAY + DAY), Window.CLOSED),
        (SUNDAY, shanghai(SUNDAY, 23, 59, 59), Window.ON_TIME),
        (SUNDAY, shanghai(SUNDAY + DAY), Window.CLOSED),
        (SILVESTER, shanghai(SILVESTER, 23, 59, 59), Window.ON_TIME),
        (SILVESTER, shanghai(SILVESTER + DAY), Window.CLOSED),
        (SILVESTER - DAY, shanghai(SILVESTER, 23, 59, 59), Window.MAKE_UP),
        (SILVESTER - DAY, shanghai(SILVESTER + DAY), Window.CLOSED),
        (date.max, shanghai(MONDAY), Window.FUTURE),
        (date.min, shanghai(MONDAY), Window.CLOSED),
    ],
)
def test_the_window_to_the_second(day: date, now: datetime, expected: Window) -> None:
    assert window(day, now) is expected


def pool(**topics: int) -> list[Candidate]:
    return [Candidate(f"{topic}-{n}", 1, topic) for topic, size in topics.items() for n in range(size)]


def run(candidates: Sequence[Candidate], days: int, group: Group = STAFF, lately: int = 20) -> list[Candidate]:
    """What is drawn on so many days in a row, every day counted as the bank would."""
    now, drawn = {c.id: c for c in candidates}, list[Candidate]()
    for n in range(days):
        chosen = draw(list(now.values()), [c.topic for c in reversed(drawn)][:lately], MONDAY + n * DAY, group)
        drawn.append(chosen)
        now[chosen.id] = replace(chosen, asked_here=chosen.asked_here + 1)
    return drawn


def test_an_empty_pool_has_no_question() -> None:
    with pytest.raises(NoQuestions) as refused:
        draw([], [], MONDAY, STAFF)
    assert refused.value.group == STAFF


@settings(max_examples=40)
@given(st.dictionaries(st.sampled_from("abcd"), st.integers(1, 6), min_size=1))
def test_nothing_comes_twice_until_the_pool_is_used_up(sizes: dict[str, int]) -> None:
    total = sum(sizes.values())
    drawn = [c.id for c in run(pool(**sizes), 2 * total)]
    assert len(set(drawn[:total])) == total
    assert len(set(drawn[total:])) == total


def test_topics_rotate_by_their_weight() -> None:
    drawn = [c.topic for c in run(pool(many=40, few=10), 50)]
    assert Counter(drawn) == {"many": 40, "few": 10}
    assert all(1 <= drawn[first : first + 10].count("few") <= 3 for first in range(41))


def test_the_topic_that_was_asked_lately_waits() -> None:
    candidates = pool(a=3, b=3)
    assert draw(candidates, ["a"], MONDAY, STAFF).topic == "b"
    assert draw(candidates, ["b"], MONDAY, STAFF).topic == "a"
    assert draw(candidates, ["b", "b", "a"], MONDAY, STAFF).topic == "a"
    # A topic with twice the questions may have been asked twice as often.
    assert draw(pool(a=4, b=2), ["a", "b", "a"], MONDAY, STAFF) == draw(pool(a=4, b=2), [], MONDAY, STAFF)


def test_what_other_groups_were_asked_waits() -> None:
    elsewhere, fresh = Candidate("a", 1, "t", asked_elsewhere=1), Candidate("b", 1, "t")
    for n in range(20):
        assert draw([elsewhere, fresh], [], MONDAY + n * DAY, STAFF) == fresh
    here = replace(fresh, asked_here=1)
    assert draw([elsewhere, here], [], MONDAY, STAFF) == elsewhere


def test_what_the_group_was_asked_counts_before_what_others_were() -> None:
    once_here = Candidate("a", 1, "t", asked_here=1)
    often_elsewhere = Candidate("b", 1, "t", asked_elsewhere=9)
    assert draw([once_here, often_elsewhere], [], MONDAY, STAFF) == often_elsewhere


def secrets(candidates: list[Candidate], **asked: int) -> list[Candidate]:
    return [replace(candidate, secret=True, **asked) for candidate in candidates]


def test_what_is_secret_is_not_drawn_while_there_is_enough_else() -> None:
    """Not even what was never asked, nor the topic that is furthest behind; its share of the pool goes with it."""
    often = [replace(candidate, asked_here=5) for candidate in pool(c=FEWEST)]
    for n in range(20):
        assert not draw([*secrets(pool(a=9, b=1)), *often], [], MONDAY + n * DAY, STAFF).secret
    # Of a and b, of which each has five left, b was asked more lately; with what is secret b would be behind.
    left = [*pool(a=5), *pool(b=5), *secrets(pool(b=50)[5:])]
    assert draw(left, ["b", "b", "a"], MONDAY, STAFF).topic == "a"


def test_secrets_that_were_told_before_come_before_those_that_were_not() -> None:
    told = [*secrets(pool(a=4), asked_here=2), *secrets(pool(b=4), asked_elsewhere=3)]
    few, never = [replace(candidate, asked_here=7) for candidate in pool(c=FEWEST - 8)], secrets(pool(d=30))
    for n in range(20):
        drawn = draw([*told, *few, *never], [], MONDAY + n * DAY, STAFF)
        assert drawn.asked_elsewhere == 3  # of those that may be told, what the group itself was not asked
        assert draw([*told, *few[:-1], *never], [], MONDAY + n * DAY, STAFF) in never


def test_where_all_is_secret_the_draw_is_as_if_nothing_were() -> None:
    candidates = pool(a=5, b=5)
    secret = [replace(candidate, secret=True) for candidate in candidates]
    days = [MONDAY + n * DAY for n in range(9)]
    assert [draw(secret, [], day, STAFF).id for day in days] == [
        draw(candidates, [], day, STAFF).id for day in days
    ]


def test_the_seed_is_the_day_and_the_group() -> None:
    candidates = pool(t=60)
    assert draw(candidates, [], MONDAY, STAFF) == draw(list(reversed(candidates)), [], MONDAY, STAFF)
    assert len({draw(candidates, [], MONDAY + n * DAY, STAFF).id for n in range(30)}) > 15
    assert len({draw(candidates, [], MONDAY + n * DAY, group).id for n in range(3) for group in Group}) > 5


GOLDEN = ["b-2", "a-0", "b-3", "b-2"]


def test_the_draw_is_the_same_in_every_process_and_version() -> None:
    """Golden: a changed seed would ask another question than the one that a crashed process had drawn."""
    candidates = pool(a=5, b=5)
    assert [draw(candidates, [], MONDAY + n * DAY, STAFF).id for n in range(4)] == GOLDEN


def after(length: int, first: date) -> set[date]:
    return {first + n * DAY for n in range(length)}


@pytest.mark.parametrize(
    ("answered", "last", "length"),
    [
        (set(), MONDAY, 0),
        ({MONDAY}, MONDAY, 1),
        ({MONDAY, MONDAY + DAY}, MONDAY + DAY, 2),
        ({MONDAY}, MONDAY + DAY, 0),  # today is not answered
        ({MONDAY, MONDAY + 2 * DAY}, MONDAY + 2 * DAY, 1),
        (after(5, MONDAY) | {MONDAY + 7 * DAY}, MONDAY + 7 * DAY, 6),  # over a weekend
        (after(5, MONDAY), SUNDAY, 5),
        # 1 to 7 October are free, 10 October (a Saturday) is worked.
        ({date(2026, 9, 30), date(2026, 10, 8)}, date(2026, 10, 8), 2),
        ({date(2026, 10, 9), date(2026, 10, 10), date(2026, 10, 12)}, date(2026, 10, 12), 3),
        ({date(2026, 10, 9), date(2026, 10, 12)}, date(2026, 10, 12), 1),
        # Whoever asks on a free day has answered, but it is no working day.
        (after(7, MONDAY) | {MONDAY + 7 * DAY}, MONDAY + 7 * DAY, 6),
        ({SUNDAY}, SUNDAY, 0),
    ],
)
def test_rows_of_working_days(answered: set[date], last: date, length: int) -> None:
    assert streak(answered, last, Calendar()) == length


def test_a_row_is_not_looked_for_longer_than_a_year() -> None:
    free_for_ever = Calendar({MONDAY - n * DAY: False for n in range(1, 1000)})
    assert streak({MONDAY}, MONDAY, free_for_ever) == 1
