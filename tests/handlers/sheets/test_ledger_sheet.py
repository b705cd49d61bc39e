"""The 学时台账 as files, read back by other readers than the ones that wrote them."""

import csv
import subprocess
import sys
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from python_calamine import CalamineWorkbook

from handlers.sheets.ledger_columns import COLUMNS, HEADERS, Names
from handlers.sheets.ledger_sheet import ledger_sheet
from handlers.sheets.table_file import UnknownSheetFormat
from handlers.sheets.xlsx_table import XlsxTable
from tests.handlers.sheets.ledgers import HASH, NAMES, PARTICULARS, line, write_ledger

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HOURS = HEADERS.index("认定学时")
LINES = [line(1), line(2, hours=Decimal("7.25"), minutes=326), line(5, hours=Decimal("-0.10"), reverses=1)]
BOUND_KIB = 6_000
MEASURE = """
import re, sys
from pathlib import Path
from tests.handlers.sheets.ledgers import NAMES, PARTICULARS, many, write_ledger
for lines in (500, 50_000):
    write_ledger(Path(sys.argv[1]), PARTICULARS, NAMES, many(lines))
    print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])  # KiB; not the parent's
"""


def read_csv(path: Path) -> list[list[str]]:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def read_xlsx(path: Path, sheet: int = 0) -> list[list[Any]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_index(sheet).to_python()


def markup(path: Path, part: str = "xl/worksheets/sheet1.xml") -> Element:
    with zipfile.ZipFile(path) as packed:
        root: Element = fromstring(packed.read(part))
    return root


def test_csv_holds_header_lines_total_and_particulars(tmp_path: Path) -> None:
    path = tmp_path / "台账.csv"
    assert write_ledger(path, PARTICULARS, NAMES, iter(LINES)) == (3, Decimal("7.25"))
    rows = read_csv(path)
    assert rows[0] == list(HEADERS)
    assert [row[0] for row in rows[1:4]] == ["1", "2", "5"]
    assert [row[HOURS] for row in rows[1:4]] == ["0.10", "7.25", "-0.10"]
    assert all(len(row) == len(HEADERS) for row in rows[:5])
    assert (rows[4][0], rows[4][1], rows[4][HOURS]) == ("合计", "3 条", "7.25")
    assert rows[5:] == [
        ["制表：", "复核：", "单位负责人（盖章）："],
        ["报表编号：XF-TZ-2026-0007"],
        ["统计截止日：2026-11-30"],
        ["数据截止时点：2026-12-01 00:05:09"],
        ["规则版本：本市 2026-01-01"],
        [f"台账校验码（链头）：第 3 条 {HASH}"],
    ]
    assert path.read_bytes().count(b"\r\n") == len(rows)


def test_xlsx_holds_the_same_and_lines_to_sign_on(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    write_ledger(path, PARTICULARS, NAMES, iter(LINES))
    rows = read_xlsx(path)
    assert CalamineWorkbook.from_path(path).sheet_names == ["学时台账"]
    assert rows[0] == list(HEADERS)
    assert [row[0] for row in rows[1:4]] == [1, 2, 5]
    assert [row[HOURS] for row in rows[1:4]] == [0.1, 7.25, -0.1]
    assert (rows[1][1], rows[1][2], rows[2][HEADERS.index("时长(分钟)")]) == ("宁国市司法局", "张晓岚", 326)
    assert (rows[4][0], rows[4][1], rows[4][HOURS]) == ("合计", "3 条", 7.25)
    assert [cell for cell in rows[6] if cell] == ["制表：", "复核：", "单位负责人（盖章）："]
    assert [row[0] for row in rows[8:]] == [f"{label}：{value}" for label, value in PARTICULARS.lines()]


def test_xlsx_is_ready_to_print(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_ledger(path, PARTICULARS, NAMES, iter(LINES))
    sheet = markup(path)
    setup, pane = sheet.find(f"{MAIN}pageSetup"), sheet.find(f".//{MAIN}pane")
    assert setup is not None
    assert (setup.get("paperSize"), setup.get("orientation"), setup.get("fitToHeight")) == ("9", "landscape", "0")
    assert pane is not None
    assert (pane.get("state"), pane.get("ySplit"), pane.get("topLeftCell")) == ("frozen", "1", "D2")
    names = {name.get("name"): name.text for name in markup(path, "xl/workbook.xml").iter(f"{MAIN}definedName")}
    assert names["_xlnm.Print_Titles"] == "学时台账!$1:$1"
    assert "2026 年度学时台账" in "".join(sheet.itertext())
    assert "报表编号：XF-TZ-2026-0007" in (sheet.findtext(f".//{MAIN}oddFooter") or "")
    filtered = sheet.find(f"{MAIN}autoFilter")
    assert filtered is not None
    assert filtered.get("ref") == "A1:Z4"  # without the total


def test_hours_are_shown_with_two_places(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_ledger(path, PARTICULARS, NAMES, iter(LINES))
    styles = markup(path, "xl/styles.xml")
    codes = {one.get("numFmtId"): one.get("formatCode") for one in styles.iter(f"{MAIN}numFmt")}
    formats = [codes.get(xf.get("numFmtId")) for xf in styles.findall(f"{MAIN}cellXfs/{MAIN}xf")]
    cells = {cell.get("r"): cell for cell in markup(path).iter(f"{MAIN}c")}
    assert [formats[int(cells[place].get("s", "0"))] for place in ("P2", "P3", "P5")] == ["0.00"] * 3
    assert cells["P2"].findtext(f"{MAIN}v") == "0.10"  # exact, as in the ledger


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "{=1}", "http://x.example/", "_x0041_"]
)
def test_a_text_is_never_a_formula(tmp_path: Path, text: str) -> None:
    hostile = [line(1, title=text, note=text, rule=text)]
    names = Names(NAMES.persons, {"0101": text})
    write_ledger(tmp_path / "a.xlsx", PARTICULARS, names, hostile)
    write_ledger(tmp_path / "a.csv", PARTICULARS, names, hostile)
    sheet = markup(tmp_path / "a.xlsx")
    assert not list(sheet.iter(f"{MAIN}f"))
    assert not list(sheet.iter(f"{MAIN}hyperlink"))
    packed = read_xlsx(tmp_path / "a.xlsx")[1]
    plain = read_csv(tmp_path / "a.csv")[1]
    for header in ("单位", "内容", "认定规则", "备注"):
        place = HEADERS.index(header)
        assert packed[place].replace("\r", "\n") == text.replace("\r", "\n")
        assert plain[place] in (text, f"'{text}")
        assert not plain[place].startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_title_with_codes_of_the_page_header_stays_text(tmp_path: Path) -> None:
    title = "2026 年 A&B 台账 &P" + "长" * 300
    particulars = replace(PARTICULARS, title=title, number="N&D")
    write_ledger(tmp_path / "a.xlsx", particulars, NAMES, [])
    header = markup(tmp_path / "a.xlsx").findtext(f".//{MAIN}oddHeader") or ""
    assert header.startswith("&C&14 2026 年 A&&B 台账 &&P长")
    assert len(header) < 255


def test_an_empty_ledger_is_a_sheet_too(tmp_path: Path) -> None:
    for name in ("a.xlsx", "a.csv"):
        assert write_ledger(tmp_path / name, PARTICULARS, NAMES, []) == (0, Decimal("0.00"))
    assert read_csv(tmp_path / "a.csv")[1][HOURS] == "0.00"
    assert read_xlsx(tmp_path / "a.xlsx")[1][:2] == ["合计", "0 条"]


def test_pages_may_come_one_after_the_other(tmp_path: Path) -> None:
    whole, paged = tmp_path / "whole.xlsx", tmp_path / "paged.xlsx"
    write_ledger(whole, PARTICULARS, NAMES, LINES)
    with ledger_sheet(paged, PARTICULARS, NAMES) as sheet:
        sheet.add(LINES[:2])
        assert not paged.exists()
        sheet.add(LINES[2:])
    assert paged.read_bytes() == whole.read_bytes()  # the same report again is the same file
    with zipfile.ZipFile(whole) as packed:
        assert {part.date_time for part in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}  # whenever it is made


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_a_failure_leaves_the_older_file_and_nothing_else(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("older")
    with pytest.raises(ConnectionError), ledger_sheet(path, PARTICULARS, NAMES) as sheet:
        sheet.add(LINES)
        raise ConnectionError
    assert path.read_text() == "older"
    assert list(tmp_path.iterdir()) == [path]
    write_ledger(path, PARTICULARS, NAMES, LINES)
    assert list(tmp_path.iterdir()) == [path]
    assert path.stat().st_size > 1000


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownSheetFormat) as refused:
        write_ledger(tmp_path / "a.pdf", PARTICULARS, NAMES, LINES)
    assert refused.value.suffix == ".pdf"
    assert list(tmp_path.iterdir()) == []


def test_a_full_sheet_goes_on_on_the_next(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    table = XlsxTable(path, COLUMNS, PARTICULARS, name="学时台账", rows_a_sheet=2)
    for seq in range(1, 6):
        table.add((seq,))
    table.end(("合计",), PARTICULARS)
    table.close()
    assert CalamineWorkbook.from_path(path).sheet_names == ["学时台账", "学时台账（2）", "学时台账（3）"]
    firsts = [[row[0] for row in read_xlsx(path, sheet)] for sheet in range(3)]
    assert (firsts[0], firsts[1], firsts[2][:3]) == (["序号", 1, 2], ["序号", 3, 4], ["序号", 5, "合计"])


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_fifty_thousand_lines_take_no_more_memory(tmp_path: Path, suffix: str) -> None:
    root, path = Path(__file__).parents[3], tmp_path / f"a{suffix}"
    command = [sys.executable, "-c", MEASURE, str(path)]
    ran = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    few, lots = map(int, ran.stdout.split())
    assert lots - few < BOUND_KIB
    if suffix == ".csv":
        assert read_csv(path)[50_001][:2] == ["合计", "50000 条"]
        return
    with zipfile.ZipFile(path) as packed:
        assert b'<autoFilter ref="A1:Z50001"/>' in packed.read("xl/worksheets/sheet1.xml")[-2000:]
