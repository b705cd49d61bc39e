import pytest

from question_bank.formats.options import read_options, split_options


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("A. 甲\nB. 乙\nC. 丙", ("甲", "乙", "丙")),
        ("A、甲 B、乙 C、丙", ("甲", "乙", "丙")),
        ("Ａ．甲；Ｂ．乙；", ("甲", "乙")),
        ("A)甲|B)乙", ("甲", "乙")),
        ("甲\n乙\n\n丙", ("甲", "乙", "丙")),
        ("甲|乙|丙", ("甲", "乙", "丙")),
        ("甲；乙", ("甲", "乙")),
        ("A. 见第C. 条\nB. 乙", ("见第C. 条", "乙")),
        ("A. 甲\n续行\nB. 乙", ("甲\n续行", "乙")),
        ("", ()),
    ],
)
def test_all_in_one_cell(text: str, options: tuple[str, ...]) -> None:
    assert split_options(text) == options


def test_a_column_for_each() -> None:
    assert read_options({"option_A": "甲", "option_B": "乙", "option_C": "丙"}) == ("甲", "乙", "丙")
    assert read_options({"option_A": "甲", "option_C": "丙"}) == ("甲", "", "丙")
    assert read_options({"option_A": "甲", "options": "乙\n丙"}) == ("甲",)


def test_labels_inside_the_columns_are_taken_away_when_all_have_their_own() -> None:
    assert read_options({"option_A": "A. 甲", "option_B": "B.乙"}) == ("甲", "乙")
    assert read_options({"option_A": "A. 甲", "option_B": "乙"}) == ("A. 甲", "乙")
    assert read_options({"option_A": "B. 甲", "option_B": "A. 乙"}) == ("B. 甲", "A. 乙")
