from datetime import date

import pytest

from training.cell_words import day_from, folded, listed, looks_like_id_card, month_from, name_text, yes_or_no


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2026-03-10",
            "2026/3/10",
            "2026.3.10",
            "2026年3月10日",
            "2026年3月10",
            "20260310",
            "２０２６－０３－１０",
        ),
        *("2026-03-10 00:00", "2026-03-10 00:00:00", " 2026 年 3 月 10 日 "),
    ],
)
def test_ways_to_write_a_day(text: str) -> None:
    assert day_from(text) == date(2026, 3, 10)


@pytest.mark.parametrize(
    "text",
    ["", "2026-02-29", "2026-13-01", "2026-3", "10/3/2026", "46091", "1026-03-10", "2026-03-10 08:60", "三月十日"],
)
def test_what_is_no_day(text: str) -> None:
    assert day_from(text) is None


def test_leap_day() -> None:
    assert day_from("2024.2.29") == date(2024, 2, 29)


@pytest.mark.parametrize("text", ["2024-02", "2024.2", "2024年2月", "2024/02"])
def test_a_month_begins_and_ends(text: str) -> None:
    assert month_from(text, end=False) == date(2024, 2, 1)
    assert month_from(text, end=True) == date(2024, 2, 29)


@pytest.mark.parametrize("text", ["2024", "2024-13", "2024-02-01", ""])
def test_what_is_no_month(text: str) -> None:
    assert month_from(text, end=True) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        *((word, True) for word in ("是", "有", "Ｙ", "√", "TRUE", "1")),
        *((word, False) for word in ("否", "无", "FALSE", "0", "×")),
        *((word, None) for word in ("", "也许", "2")),
    ],
)
def test_yes_and_no(text: str, said: bool | None) -> None:
    assert yes_or_no(text) is said


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("张 伟", "张伟"),
        ("张　伟", "张伟"),
        (" 张伟 ", "张伟"),
        ("买买提•吐尔逊", "买买提·吐尔逊"),
        ("买买提・吐尔逊", "买买提·吐尔逊"),
        ("阿依古丽 · 热合曼", "阿依古丽·热合曼"),
        ("John  Smith", "John Smith"),
        ("㛃䶮", "㛃䶮"),
    ],
)
def test_names(text: str, name: str) -> None:
    assert name_text(text) == name


def test_lists_and_folding() -> None:
    assert listed("a；b;c、d,e，a；；") == ("a", "b", "c", "d", "e")
    assert folded(" Ｕ１ 局／科 ") == "u1局/科"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("11010119900307123X", True),
        ("编号 110101199003071234 号", True),
        ("110101199013071234", False),  # no thirteenth month
        ("1101011990030712345", False),  # one digit too many
        ("R000123", False),
        ("13800138000", False),
    ],
)
def test_identity_numbers(text: str, found: bool) -> None:
    """The numbers are made up for their shape; their check digits do not hold."""
    assert looks_like_id_card(text) is found
