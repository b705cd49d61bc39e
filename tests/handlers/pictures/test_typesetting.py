import pytest

from handlers.pictures.typesetting import lines, printable, width


@pytest.mark.parametrize(
    ("text", "ems", "at_most", "broken"),
    [
        ("", 10, 2, ("",)),
        ("宁国市司法局", 6, 2, ("宁国市司法局",)),
        ("宁国市司法局", 5, 2, ("宁国市司法", "局")),
        ("每周约需 5.10 学时", 6, 3, ("每周约需", "5.10 学时")),  # a figure is never cut
        ("甲乙丙丁，戊", 4, 3, ("甲乙丙", "丁，戊")),  # no line begins with a comma
        ("甲乙（丙丁）", 3, 3, ("甲乙", "（丙", "丁）")),  # none ends with an opening bracket
        ("甲乙丙丁戊己庚", 3, 2, ("甲乙丙", "丁戊…")),
        ("aaaaaaaaaaaa", 3, 9, ("aaaaa", "aaaaa", "aa")),  # a word that no line holds
    ],
)
def test_lines(text: str, ems: float, at_most: int, broken: tuple[str, ...]) -> None:
    assert lines(text, ems, at_most) == broken


def test_no_line_is_wider_than_asked() -> None:
    text = "宁国市 Abdurashid·买买提（2026）" * 20
    assert all(width(line) <= 7 for line in lines(text, 7, 5))


def test_printable_leaves_only_what_can_be_drawn() -> None:
    assert printable("张\x00\x1b三\u202e\u200b\ud800\ufffe\n 李\t四 ") == "张三 李 四"
    assert printable("㛃䶮\U00031350") == "㛃䶮\U00031350"  # newer than Python's tables
