"""Going through a paper: the next open item, marks, numbers in words, letters in and out, minutes."""

from datetime import UTC, datetime, timedelta

import pytest

from training.sitting import item_named, marked, minutes_left, next_open, numbers, toggled, too_fast

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("answered", "after", "following"),
    [
        ("000", -1, 0),
        ("000", 0, 1),
        ("100", 0, 1),
        ("101", 0, 1),
        ("110", 0, 2),
        ("011", 0, 0),  # itself, when it is the only one
        ("011", 1, 0),  # round from the end
        ("011", 2, 0),
        ("101", 2, 1),
        ("000", 2, 0),
        ("111", -1, None),
        ("111", 1, None),
        ("0", 0, 0),
        ("1", 0, None),
        ("", -1, None),
    ],
)
def test_the_next_open_item(answered: str, after: int, following: int | None) -> None:
    assert next_open(answered, after) == following


@pytest.mark.parametrize(
    ("letters", "item", "yes", "after"),
    [("000", 0, True, "100"), ("000", 2, True, "001"), ("111", 1, False, "101"), ("111", 1, True, "111")],
)
def test_one_letter_is_set(letters: str, item: int, yes: bool, after: str) -> None:
    assert marked(letters, item, yes=yes) == after


@pytest.mark.parametrize(
    ("letters", "letter", "found"),
    [("", "0", ()), ("000", "0", (1, 2, 3)), ("010", "0", (1, 3)), ("010", "1", (2,)), ("111", "0", ())],
)
def test_numbers_as_on_screen(letters: str, letter: str, found: tuple[int, ...]) -> None:
    assert numbers(letters, letter) == found


@pytest.mark.parametrize(
    ("words", "item"),
    [
        ("第17题", 16),
        ("17题", 16),
        ("第17", 16),
        (" 第 17 题 ", 16),
        ("第１７题", 16),
        ("第1题", 0),
        ("第0题", -1),  # no item: refused where the paper is known
        ("第9999题", 9998),
        ("第99999题", None),
        ("17", None),  # may be the text of a blank
        ("第题", None),
        ("第十七题", 16),
        ("第3道题", 2),
        ("第 3 道题", 2),
        ("第五题", 4),
        ("第十题", 9),
        ("第十二题", 11),
        ("第二十题", 19),
        ("第九十九道题", 98),
        ("第一百题", 99),
        ("第一百零五题", 104),
        ("第二百一十题", 209),
        ("第九百九十九题", 998),
        ("第零题", -1),
        ("第5题。", 4),
        ("第５题！！", 4),
        ("第二三题", None),  # two or three
        ("五题", None),
        ("3道题", None),  # may be the text of a blank, as all that counts nothing
        ("第五", None),
        ("第五条", None),
        ("第百十题题", None),
        ("第17题B", None),
        ("看第17题", None),
        ("题", None),
        ("", None),
    ],
)
def test_an_item_named_in_words(words: str, item: int | None) -> None:
    assert item_named(words) == item


@pytest.mark.parametrize(
    ("chosen", "letter", "after"),
    [("", "B", "B"), ("B", "A", "AB"), ("AB", "A", "B"), ("B", "B", ""), ("ACD", "B", "ABCD"), ("AC", "Z", "AC")],
)
def test_letters_in_and_out(chosen: str, letter: str, after: str) -> None:
    assert toggled(chosen, letter, ("A", "B", "C", "D")) == after


@pytest.mark.parametrize(
    ("left", "minutes"),
    [
        (timedelta(hours=1), 60),
        (timedelta(hours=1) - SECOND, 60),  # a begun minute counts
        (timedelta(minutes=59), 59),
        (timedelta(minutes=1), 1),
        (SECOND, 1),
        (timedelta(microseconds=1), 1),
        (timedelta(0), 0),
        (-SECOND, 0),
        (-timedelta(days=3), 0),
    ],
)
def test_minutes_left(left: timedelta, minutes: int) -> None:
    assert minutes_left(NOON, NOON + left) == minutes


@pytest.mark.parametrize(
    ("answers", "seconds", "fast"),
    [(10, 26, True), (10, 27, False), (9, 1, False), (80, 236, True), (80, 237, False), (0, 0, False)],
)
def test_faster_than_one_can_read(answers: int, seconds: int, fast: bool) -> None:
    """Three seconds a question on the average, from the tenth answer on."""
    assert too_fast(answers, NOON, NOON + timedelta(seconds=seconds)) is fast
