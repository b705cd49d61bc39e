"""The rules of a quiz: until when, what an answer is worth, and what comes next."""

from datetime import UTC, datetime, timedelta

import pytest

from training.broadcasts import Answered, State
from training.quizzes import Quiz, Standing, Worth, next_open, place_in, ref_of, title

SENT = datetime(2026, 12, 30, 1, 0, tzinfo=UTC)
CLOSES = datetime(2027, 1, 2, 16, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
YEAR_ENDS = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)  # 24:00 in Beijing


def quiz(state: State = State.OPEN, credit: int = 10) -> Quiz:
    return Quiz(1, state, SENT, CLOSES, credit, (), ())


@pytest.mark.parametrize(
    ("state", "before", "then"),
    [
        (State.DRAFT, Standing.NOT_SENT, Standing.NOT_SENT),
        (State.PLANNED, Standing.NOT_SENT, Standing.NOT_SENT),
        (State.REPEATING, Standing.NOT_SENT, Standing.NOT_SENT),
        (State.SENDING, Standing.OPEN, Standing.CLOSED),
        (State.OPEN, Standing.OPEN, Standing.CLOSED),
        (State.CLOSED, Standing.CLOSED, Standing.CLOSED),
        (State.RECALLED, Standing.RECALLED, Standing.RECALLED),
        (State.CANCELLED, Standing.RECALLED, Standing.RECALLED),
        (State.STOPPED, Standing.RECALLED, Standing.RECALLED),
    ],
)
def test_until_when_it_may_be_answered(state: State, before: Standing, then: Standing) -> None:
    assert quiz(state).standing(CLOSES - MOMENT) is before
    assert quiz(state).standing(CLOSES) is then


@pytest.mark.parametrize(
    ("credit", "at", "twice", "worth"),
    [
        (10, SENT, False, Worth.CREDITED),
        (10, YEAR_ENDS - MOMENT, False, Worth.CREDITED),
        (10, YEAR_ENDS, False, Worth.NEXT_YEAR),
        (10, SENT, True, Worth.TWICE),
        (10, YEAR_ENDS, True, Worth.NEXT_YEAR),
        (0, SENT, False, Worth.NO_CREDIT),
        (0, YEAR_ENDS, True, Worth.NO_CREDIT),
    ],
)
def test_what_an_answer_is_worth(credit: int, at: datetime, worth: Worth, *, twice: bool) -> None:
    assert quiz(credit=credit).worth(at, twice=twice) is worth
    earned = credit if worth is Worth.CREDITED else 0
    answered = Answered(1, 0, "p1", "u", "A", True, at, earned, 0)
    assert quiz(credit=credit).worth_of(answered) is worth


@pytest.mark.parametrize(
    ("of", "given", "after", "following"),
    [
        (3, set(), -1, 0),
        (3, {0}, 0, 1),
        (3, {0, 1}, 1, 2),
        (3, {2}, 2, 0),
        (3, {1}, 0, 2),
        (3, {1, 2}, 0, 0),
        (3, {0, 1, 2}, 1, None),
        (1, set(), 0, 0),
        (1, {0}, 0, None),
    ],
)
def test_what_comes_next(of: int, given: set[int], after: int, following: int | None) -> None:
    assert next_open(of, given, after) == following


@pytest.mark.parametrize(
    ("ref", "place"),
    [
        ("12:0", (12, 0)),
        ("12:3:B", (12, 3)),
        (ref_of(7, 9), (7, 9)),
        *((ref, None) for ref in ("", "12", "12:", ":1", "a:1", "-1:0", "1:-1", "²:0", "1234567890:0", "1:1000")),
    ],
)
def test_places_are_read_or_not(ref: str, place: tuple[int, int] | None) -> None:
    assert place_in(ref) == place


def test_titles_name_the_question_of_the_bank() -> None:
    assert title(12, 0, "xzcf-0012") == "群发答题 12 第1题 xzcf-0012"
    assert title(12, 9, "") == "群发答题 12 第10题"
