import pytest

from question_bank.numerals import arabic, chinese


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "零"),
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (33, "三十三"),
        (100, "一百"),
        (101, "一百零一"),
        (110, "一百一十"),
        (120, "一百二十"),
        (1001, "一千零一"),
        (1010, "一千零一十"),
        (1260, "一千二百六十"),
        (10_000, "一万"),
        (20_500, "二万零五百"),
        (100_000, "十万"),
    ],
)
def test_both_ways(number: int, text: str) -> None:
    assert chinese(number) == text
    assert arabic(text) == number


def test_every_article_number_comes_back() -> None:
    assert [arabic(chinese(number)) for number in range(12_000)] == list(range(12_000))


@pytest.mark.parametrize(
    ("text", "number"), [("两", 2), ("两百", 200), ("百", 100), ("二〇二一", 2021), ("一亿零五", 100_000_005)]
)
def test_other_ways_to_say_a_number(text: str, number: int) -> None:
    assert arabic(text) == number


@pytest.mark.parametrize("text", ["", "二三", "一百二", "一万五", "万一", "十百", "甲", "3"])
def test_what_says_no_number(text: str) -> None:
    assert arabic(text) is None


@pytest.mark.parametrize("number", [-1, 100_000_000])
def test_beyond_the_range(number: int) -> None:
    with pytest.raises(ValueError, match="no Chinese numeral"):
        chinese(number)
