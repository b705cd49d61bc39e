"""Splitting: within the limit, on the best border, and nothing lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wecom_texts import MAX_TEXT_BYTES, mark, split

WORDS = st.text(st.sampled_from("法a。！\n 学𠮷é？") | st.characters(exclude_categories=["Cs"]), max_size=400)


@given(WORDS, st.integers(40, 200))
def test_parts_fit_and_join_to_the_same_text(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(len(part.encode()) <= limit for part in parts)
    if len(parts) == 1:
        assert parts == (text,)
        return
    marks = [mark(number, len(parts)) for number in range(1, len(parts) + 1)]
    assert all(part.startswith(prefix) for part, prefix in zip(parts, marks, strict=True))
    assert "".join(part.removeprefix(prefix) for part, prefix in zip(parts, marks, strict=True)) == text
    assert all(len(part) > len(prefix) for part, prefix in zip(parts, marks, strict=True))


@pytest.mark.parametrize(("characters", "parts"), [(682, 1), (683, 2)])
def test_the_boundary_of_2048_bytes(characters: int, parts: int) -> None:
    assert len(split("法" * characters)) == parts


def test_2048_bytes_exactly_are_one_part() -> None:
    assert split("a" * MAX_TEXT_BYTES) == ("a" * MAX_TEXT_BYTES,)
    assert len(split("a" * MAX_TEXT_BYTES + "a")) == 2


def test_a_paragraph_is_the_best_border() -> None:
    first, second = split("句子。" * 100 + "\n" + "句子。" * 100 + "\n" + "句子。" * 50)
    assert first == "（1/2）" + "句子。" * 100 + "\n" + "句子。" * 100 + "\n"
    assert second == "（2/2）" + "句子。" * 50


def test_then_a_sentence() -> None:
    first, second = split("长" * 400 + "。”" + "长" * 400)
    assert first == "（1/2）" + "长" * 400 + "。”"
    assert second == "（2/2）" + "长" * 400


def test_then_a_character() -> None:
    first, second = split("长" * 700)
    assert len(first.encode()) == 2048 - (2048 - len(mark(9, 9).encode())) % 3
    assert second.startswith("（2/2）长")


def test_an_early_border_does_not_make_a_tiny_part() -> None:
    first, _ = split("题。" + "长" * 800)
    assert len(first.encode()) > 2000


def test_a_link_is_not_broken_at_its_question_mark() -> None:
    link = "https://example.cn/m/paper?id=1&x=2"
    first, second = split("长" * 500 + "。\n" + "长" * 150 + link + "长" * 200, 2048)
    assert first.endswith("。\n")
    assert link in second


def test_ten_parts_and_more_have_room_for_their_marks() -> None:
    parts = split("法" * 7000)
    assert len(parts) == 11
    assert parts[-1].startswith("（11/11）")
    assert all(len(part.encode()) <= 2048 for part in parts)


@pytest.mark.parametrize("limit", [64, 65, 66])
def test_a_hundred_parts_and_more_within_a_tight_limit(limit: int) -> None:
    parts = split("法" * 3000, limit)
    assert len(parts) > 100
    assert max(len(part.encode()) for part in parts) <= limit


def test_no_room_for_marks() -> None:
    with pytest.raises(ValueError, match="no room"):
        split("法" * 100, 12)
