"""What stands in a file and is not read is named; what an export guards is read as it was."""

import pytest

from question_bank.formats.formulas import valueless_formulas
from question_bank.formats.table import Severity, Table, read_table
from question_bank.formats.workbook_guard import checked_workbook
from tests.question_bank.formats.making import cell, csv_text, with_rows, workbook

ALIASES = {"姓名": "name", "单位": "unit", "备注": "note"}
HEADER = ["姓名", "单位"]
PEOPLE = [HEADER, ["张三", "司法局"]]


def read(content: bytes) -> Table:
    return read_table("名册.xlsx", content, ALIASES, ("name", "unit"))


def warnings(content: bytes) -> list[str]:
    problems = read(content).problems
    assert all(problem.severity is Severity.WARNING and problem.where == "file" for problem in problems)
    return [problem.problem for problem in problems]


def test_other_sheets_with_the_header_are_named() -> None:
    notes = [["说明"], ["请填写第一张表"]]
    content = workbook(notes, PEOPLE, [["题目"], HEADER, ["李四", "财政局"]], notes, [HEADER], PEOPLE)
    assert warnings(content) == [
        "工作表“Sheet3”没有读取，请另存为单独文件或并入第一张表。",
        "工作表“Sheet6”没有读取，请另存为单独文件或并入第一张表。",
    ]
    assert [row.cells["name"] for row in read(content).rows] == ["张三"]


def test_a_single_table_and_delimited_text_get_no_warning() -> None:
    assert warnings(workbook(PEOPLE, [["x"]])) == []
    assert warnings(csv_text(*PEOPLE).encode()) == []


def test_a_later_sheet_that_is_too_large_does_not_spoil_the_first() -> None:
    wide = [["x"] * 64, *PEOPLE]
    assert [row.cells["name"] for row in read(workbook(PEOPLE, wide)).rows] == ["张三"]


def formula(place: str, value: str, attributes: str = "", inner: str = "<f>A1</f>") -> bytes:
    return f'<c r="{place}"{attributes}>{inner}{value}</c>'.encode()


@pytest.mark.parametrize("value", ["", "<v/>", "<v></v>", "<v />"])
@pytest.mark.parametrize("inner", ["<f>A1&amp;B1</f>", '<f t="shared" si="0"/>', "<f/>"])
def test_a_formula_without_a_value_is_named(value: str, inner: str) -> None:
    header = b'<row r="1">' + cell("A1", "姓名") + cell("B1", "单位") + b"</row>"
    row = b'<row r="2">' + cell("A2", "张三") + formula("B2", value, ' s="3"', inner) + b"</row>"
    assert warnings(with_rows(header + row)) == ["公式没有保存结果（B2），已读作空白；请改为数值后另存。"]


def test_a_formula_with_a_value_or_an_empty_text_is_none_of_them() -> None:
    kept = formula("A1", "<v>3</v>") + formula("B1", "<v></v>", ' t="str"') + b'<c r="C1"><v>1</v></c><c r="D1"/>'
    assert valueless_formulas(checked_workbook(with_rows(b'<row r="1">' + kept + b"</row>")), 9) == ()
    many = b"".join(formula(f"{letter}1", "") for letter in "ABCDEFG")
    assert valueless_formulas(checked_workbook(with_rows(b'<row r="1">' + many + b"</row>")), 6) == (
        *("A1", "B1", "C1", "D1", "E1", "F1"),
    )


@pytest.mark.parametrize("text", ["=1+1", "+86", "-", "@x", "＝1", "＋1", "－1", "＠x", "'=1"])
def test_the_guard_of_an_export_is_taken_away_once_in_delimited_text_only(text: str) -> None:
    rows = [[*HEADER, "备注"], ["张三", "司法局", f"'{text}"]]
    assert read(csv_text(*rows).encode()).rows[0].cells["note"] == text
    assert read(workbook(rows)).rows[0].cells["note"] == f"'{text}"
    assert read(csv_text(rows[0], ["张三", "司法局", "'x"]).encode()).rows[0].cells["note"] == "'x"
