import datetime
import struct
import zipfile
from io import BytesIO

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from question_bank.formats.table import Fact, Severity, Table, Unreadable, fold_header, read_table
from tests.question_bank.formats.making import bomb, cell, changed, csv_text, with_rows, workbook

ALIASES = {"姓名": "name", "单位": "unit", "单位名称": "unit", "备注": "note"}
REQUIRED = ("name", "unit")


def read(content: bytes) -> Table:
    return read_table("名册.xlsx", content, ALIASES, REQUIRED)


def cells(table: Table) -> list[tuple[int, dict[str, str]]]:
    return [(row.number, dict(row.cells)) for row in table.rows]


def refused(content: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read(content)
    assert caught.value.name == "名册.xlsx"
    return caught.value


PEOPLE = [["姓名", "单位"], ["张三", "司法局"], ["李四", "财政局"]]
READ = [(2, {"name": "张三", "unit": "司法局"}), (3, {"name": "李四", "unit": "财政局"})]


def test_a_workbook() -> None:
    assert read(workbook(PEOPLE)) == Table(("name", "unit"), read(workbook(PEOPLE)).rows)
    assert cells(read(workbook(PEOPLE))) == READ


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le-bom"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimited_text(encoding: str, delimiter: str) -> None:
    text = csv_text(*PEOPLE, delimiter=delimiter)
    content = b"\xff\xfe" + text.encode("utf-16-le") if encoding == "utf-16-le-bom" else text.encode(encoding)
    table = read(content)
    assert cells(table) == READ
    assert table.delimited


def test_the_content_decides_and_not_the_name() -> None:
    assert cells(read_table("名册.csv", workbook(PEOPLE), ALIASES, REQUIRED)) == READ


def test_a_title_above_and_empty_rows_between() -> None:
    fresh = BytesIO()
    with xlsxwriter.Workbook(fresh) as book:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:D1", "宁国市人员名册")
        sheet.write_row(2, 1, ["姓 名", "单位名称*"])
        sheet.write_row(5, 1, ["张三", "司法局"])
        sheet.write_row(9, 1, ["李四", " 财政局\u3000"])
    assert cells(read(fresh.getvalue())) == [
        (6, {"name": "张三", "unit": "司法局"}),
        (10, {"name": "李四", "unit": "财政局"}),
    ]


def test_rows_that_do_not_begin_at_the_top_keep_their_numbers() -> None:
    body = b'<row r="7">' + cell("C7", "姓名") + cell("D7", "单位") + b'</row><row r="9">' + cell("C9") + b"</row>"
    assert cells(read(with_rows(body))) == [(9, {"name": "x"})]


def test_the_first_visible_sheet_with_the_header() -> None:
    fresh = BytesIO()
    with xlsxwriter.Workbook(fresh) as book:
        book.add_worksheet("说明").write("A1", "请填写第二张表")
        hidden = book.add_worksheet("旧表")
        hidden.write_row(0, 0, ["姓名", "单位"])
        hidden.write_row(1, 0, ["王五", "旧单位"])
        hidden.hide()
        sheet = book.add_worksheet("名册")
        for number, row in enumerate(PEOPLE):
            sheet.write_row(number, 0, row)
    assert cells(read(fresh.getvalue())) == READ


def test_values_become_text() -> None:
    fresh = BytesIO()
    with xlsxwriter.Workbook(fresh) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "单位", "备注"])
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        minute = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        values = [3.0, 0.1, 1e6, "007", True]
        for number, value in enumerate(values, start=1):
            sheet.write_row(number, 0, ["x", "y", value])
        sheet.write_datetime(6, 2, datetime.datetime(2026, 3, 1), day)  # noqa: DTZ001
        sheet.write_datetime(7, 2, datetime.datetime(2026, 3, 1, 9, 7), minute)  # noqa: DTZ001
        sheet.write_formula(8, 2, "=1+1", None, 2)
        sheet.write_formula(9, 2, "=1/0", None, "#DIV/0!")
        sheet.write(9, 0, "最后")
    notes = [row.cells.get("note") for row in read(fresh.getvalue()).rows]
    assert notes == ["3", "0.1", "1000000", "007", "TRUE", "2026-03-01", "2026-03-01 09:07", "2", None]


def test_what_stands_beyond_the_header_is_kept_apart() -> None:
    table = read(csv_text(["姓名", "单位"], ["张三", "司法局", "", "多余"]).encode())
    assert table.rows[0].extra == ("多余",)
    assert table.rows[0].where == "row 2"


def test_unknown_and_repeated_columns_are_told() -> None:
    table = read(csv_text(["姓名", "单位", "单位名称", "身高"], ["张三", "", "司法局", "180"]).encode())
    assert [(one.where, one.field, one.severity) for one in table.problems] == [
        ("row 1", "unit", Severity.WARNING),
        ("row 1", "身高", Severity.WARNING),
    ]
    assert cells(table) == [(2, {"name": "张三", "unit": "司法局", "身高": "180"})]


def test_cells_of_several_lines_and_a_separator_line() -> None:
    text = 'sep=;\r\n姓名;单位\r\n"张\n三";"司法局;法制科"\r\n李四;财政局\r\n'
    assert cells(read(text.encode("utf-8-sig"))) == [
        (3, {"name": "张\n三", "unit": "司法局;法制科"}),
        (4, {"name": "李四", "unit": "财政局"}),
    ]


def test_a_quotation_mark_that_never_closes() -> None:
    refusal = refused('姓名,单位\n张三,"司法局\n李四,财政局\n'.encode())
    assert (refusal.fact, refusal.row) == (Fact.QUOTES, 2)


def test_the_missing_headers_are_named() -> None:
    refusal = refused(csv_text(["姓名", "科室"], ["张三", "x"]).encode())
    assert (refusal.fact, refusal.missing) == (Fact.NO_HEADER, ("unit",))
    assert refused(workbook([])).missing == ("name", "unit")


@pytest.mark.parametrize(
    ("content", "fact"),
    [
        (b"", Fact.EMPTY),
        (b" \r\n ", Fact.EMPTY),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Fact.OLD_XLS),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), Fact.ENCRYPTED),
        ("<html><table><tr><td>姓名".encode(), Fact.MARKUP),
        (bytes(range(256)) * 9, Fact.ENCODING),
        ("姓名,单位".encode("utf-16-le"), Fact.ENCODING),
        (b"PK\x03\x04 and no more", Fact.DAMAGED),
        (b"x" * (64 * 1024 * 1024 + 1), Fact.TOO_LARGE),
    ],
    ids=lambda value: value.value if isinstance(value, Fact) else "",
)
def test_what_is_no_table(content: bytes, fact: Fact) -> None:
    assert refused(content).fact is fact


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.99])
def test_a_workbook_that_is_cut_off(kept: float) -> None:
    whole = workbook(PEOPLE)
    assert refused(whole[: int(len(whole) * kept)]).fact is Fact.DAMAGED


def test_a_workbook_whose_sheet_is_broken() -> None:
    broken = changed(workbook(PEOPLE), "xl/worksheets/sheet1.xml", lambda sheet: sheet[: len(sheet) // 2])
    assert refused(broken).fact is Fact.DAMAGED


def test_a_zip_of_something_else() -> None:
    fresh = BytesIO()
    with zipfile.ZipFile(fresh, "w") as target:
        target.writestr("word/document.xml", "<document/>")
    assert refused(fresh.getvalue()).fact is Fact.NOT_XLSX


def test_a_bomb_of_a_megabyte_is_not_unpacked() -> None:
    content = bomb(1024)
    assert len(content) < 1_100_000
    refusal = refused(content)
    assert (refusal.fact, refusal.found > refusal.limit) == (Fact.BOMB, True)
    assert refused(bomb(20)).fact is Fact.BOMB  # small enough, but for its ratio


def test_a_bomb_whose_directory_lies() -> None:
    content = bytearray(bomb(64))
    sheet = content.rindex(b"xl/worksheets/sheet1.xml") - 46  # its record in the central directory
    struct.pack_into("<I", content, sheet + 24, 1000)
    assert refused(bytes(content)).fact is Fact.DAMAGED


def test_too_many_parts() -> None:
    fresh = BytesIO()
    with zipfile.ZipFile(fresh, "w") as target:
        for number in range(2001):
            target.writestr(f"xl/media/{number}", "")
    assert refused(fresh.getvalue()).fact is Fact.BOMB


FAR = b'<row r="1">' + cell("A1") + b'</row><row r="1048576">%s</row>'


@pytest.mark.parametrize(
    ("body", "fact"),
    [
        (FAR % cell("XFD1048576"), Fact.TOO_MANY_ROWS),
        (FAR % cell("A1048576"), Fact.TOO_MANY_ROWS),
        (FAR % cell("A1048576", attributes=' n="/>"'), Fact.TOO_MANY_ROWS),
        (FAR % cell("A1048576").replace(b' r="', b'\n r = "'), Fact.TOO_MANY_ROWS),
        (FAR % b"<c t='n'r='A1048576'><v>1</v></c>", Fact.TOO_MANY_ROWS),
        (FAR % b"<c><v>1</v></c>", Fact.TOO_MANY_ROWS),
        (b'<row r="1">' + cell("XFD1") + b"</row>", Fact.TOO_MANY_COLUMNS),
        (b'<row r="1">' + cell("xfd1") + b"</row>", Fact.TOO_MANY_COLUMNS),
        (b"<row>" + b"<c><v>1</v></c>" * 65 + b"</row>", Fact.TOO_MANY_COLUMNS),
        (b"<row><c><v>1</v></c></row>" * 200_001, Fact.TOO_MANY_ROWS),
    ],
)
def test_a_sheet_that_would_unfold_in_memory(body: bytes, fact: Fact) -> None:
    """Each of these few bytes would make the parser allocate gigabytes, or abort the process."""
    assert refused(with_rows(body)).fact is fact


def test_formatted_cells_without_a_value_are_no_extent() -> None:
    rows = b'<row r="1">%s</row><row r="1048576"><c r="XFD1048576" s="1"/></row>'
    table = read(with_rows(rows % (cell("A1", "姓名") + cell("B1", "单位"))))
    assert table.rows == ()


def test_rows_and_cells_in_disorder_are_damage_or_read() -> None:
    body = b'<row r="9">' + cell("C9") + cell("A1") + b'</row><row r="2">' + cell("B2") + b"</row>"
    assert refused(with_rows(body)).fact in (Fact.DAMAGED, Fact.NO_HEADER)


def test_one_text_shared_by_many_cells() -> None:
    shared = changed(
        workbook([["姓名", "单位"], ["x", "x"]]),
        "xl/sharedStrings.xml",
        lambda part: part.replace(b">x<", b">" + b"x" * 300_000 + b"<"),
    )
    assert refused(shared).fact is Fact.CELL_TOO_LONG


def test_a_cell_too_long_and_a_row_too_wide_in_text() -> None:
    assert refused(csv_text(["姓名", "单位"], ["x" * 32_768, "y"]).encode()).row == 2
    assert refused(csv_text(["姓名", "单位"], ["x"] * 65).encode()).fact is Fact.TOO_MANY_COLUMNS
    assert len(read(csv_text(["姓名", "单位", *"abcdefghij"], ["x"] * 40).encode()).rows[0].extra) == 28


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("＊ 题 干（必填）：", "题干"),
        ("选项Ａ", "选项a"),
        ("单位\n名称*", "单位名称"),
        ("时长(分钟)", "时长(分钟)"),
    ],
)
def test_fold_header(text: str, folded: str) -> None:
    assert fold_header(text) == folded


WORD = st.text(st.characters(categories=("L", "N", "P", "S"), max_codepoint=0xFFFF), min_size=1, max_size=12)


@given(st.lists(st.tuples(WORD, WORD), min_size=1, max_size=8))
def test_a_workbook_gives_back_what_was_written(people: list[tuple[str, str]]) -> None:
    fresh = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(fresh, options) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([("姓名", "单位"), *people]):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text)
    assert [(row.cells["name"], row.cells["unit"]) for row in read(fresh.getvalue()).rows] == people


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(noise: bytes) -> None:
    try:
        read(noise)
    except Unreadable as refusal:
        assert refusal.fact
