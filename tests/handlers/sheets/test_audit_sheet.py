"""The audit log as files, read back by other readers than the ones that wrote them."""

import csv
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from python_calamine import CalamineWorkbook

from handlers.sheets.audit_sheet import (
    HEADERS,
    XLSX_CELL_CHARACTERS,
    AuditParticulars,
    audit_sheet,
    cells_of,
)
from handlers.sheets.table_file import UnknownSheetFormat
from storage.audit import Act, Line
from training.chains import Head

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HASH = "3f" * 32
PARTICULARS = AuditParticulars(
    title="审计日志",
    number="SJ-20261201000509",
    as_of=date(2026, 12, 1),
    known_at=datetime(2026, 11, 30, 16, 5, 9, tzinfo=UTC),
    rules="",
    head=Head(3, HASH),
)
NAMES = {"R5": "江平"}
FORMULAS = ("=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "\t=1", "＝1", ' ="x"')
BOUND_KIB = 6_000
MEASURE = """
import re, sys
from pathlib import Path
from handlers.sheets.audit_sheet import audit_sheet
from tests.handlers.sheets.test_audit_sheet import PARTICULARS, line
for count in (500, 50_000):
    with audit_sheet(Path(sys.argv[1]), PARTICULARS) as sheet:
        for seq in range(count):
            sheet.add([line(seq, subject=f"人 {seq}")], {})
    print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])  # KiB; not the parent's
"""


def line(seq: int = 1, **changes: Any) -> Line:
    act = Act("R5", "cli", "staff.import", "new 2, units 1", "", "R1,R2", "年度更新")
    return Line(seq, "0" * 64, HASH, datetime(2026, 11, 23, 16, 30, tzinfo=UTC), replace(act, **changes))


def written(path: Path, *lines: Line, particulars: AuditParticulars = PARTICULARS) -> list[list[Any]]:
    """The rows, the header included."""
    with audit_sheet(path, particulars) as sheet:
        for one in lines:
            sheet.add([one], NAMES)
    assert sheet.count == len(lines)
    if path.suffix == ".xlsx":
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        return [row[: len(HEADERS)] for row in rows]  # the lines to sign on go further to the right
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_the_headers_are_those_agreed() -> None:
    assert " ".join(HEADERS) == "编号 时间 操作人 途径 事项 对象 变更前 变更后 理由 校验码"


def test_an_act_in_words() -> None:
    assert cells_of(line(7), NAMES) == (
        *(7, "2026-11-24 00:30:00", "江平（R5）", "命令行", "导入名册"),
        *("新增 2 人，新单位 1 个", "", "R1,R2", "年度更新", HASH),
    )


ORDERED = (
    '{"kind":"quiz","title":"周测","questions":["a-1"],"draw":2,"credit":10,'
    '"audience":{"units":["sfj"],"below":false,"groups":["leader"],"persons":["R1"]}}'
)
ORDERED_IN_WORDS = "答题《周测》；试题 a-1、抽 2 题；发给 单位 sfj（不含下级）、领导干部、人员 R1；每题 0.10 学时"


@pytest.mark.parametrize(
    ("what", "subject", "text", "shown"),
    [
        ("batch.propose", "batch 3", "roll P20,P21", ("批次 3", "名册变动：P20,P21")),
        ("batch.confirmed", "batch 3", "past hours 19", ("批次 3", "导入学时 19 条")),
        ("batch.returned", "batch 3", "reversal 29 A004", ("批次 3", "冲销台账第 29 条（A004）")),
        ("batch.propose", "batch 3", "units sfj,czj", ("批次 3", "单位变动：sfj,czj")),
        ("batch.propose", "batch 3", "merge R9 into R1", ("批次 3", "人员编号 R9 并入 R1")),
        ("batch.propose", "batch 3", "year 2025 closed", ("批次 3", "2025 年度结账")),
        ("batch.propose", "batch 3", "year 2025 reopened", ("批次 3", "2025 年度重新开放")),
        ("batch.propose", "batch 3", "exam 2 scores 5", ("批次 3", "导入考试 2 成绩 5 条")),
        ("batch.propose", "batch 3", "exam 2 void t1", ("批次 3", "考试 2 试题 t1 作废")),
        ("batch.propose", "batch 3", "exam 2 correct t1", ("批次 3", "考试 2 试题 t1 更正答案")),
        ("batch.propose", "batch 3", "P20 单位 司法局→财政局", ("批次 3", "P20 单位 司法局→财政局")),
        ("units.import", "units 2", "a,b", ("单位 2 个", "a,b")),
        ("contacts.settle", "changes 2", "batch 4", ("通讯录变动 2 条", "批次 4")),
        ("exam.publish", "7", "published: roll 10, pool 20", ("考试 7", "已发布，应考 10 人，题池 20 题")),
        ("exam.release", "7", "released, scores, answers", ("考试 7", "已公布，成绩，答案")),
        ("feedback.answer", "feedback 5", "batch 3", ("投诉建议 5", "batch 3")),  # somebody's own words
        ("restore", "b.tar", "ledger 3 ab12", ("b.tar", "台账链头 第 3 条 ab12")),
        ("calendar.import", "batch 3", "12", ("batch 3", "12")),  # a file called so
        ("broadcast.create", "12", "quiz", ("群发 12", "答题")),
        ("broadcast.recall", "12", "open", ("群发 12", "已发出")),
        ("broadcast.stop", "12", "stopped: rights", ("群发 12", "已停止：发送人不再有权限")),
        ("broadcast.resend", "12", "3", ("群发 12", "3 条")),
        ("broadcast.confirm", "12", ORDERED, ("群发 12", ORDERED_IN_WORDS)),
        ("broadcast.confirm", "12", "{no settings}", ("群发 12", "{no settings}")),
    ],
)
def test_codes_are_said_in_words(what: str, subject: str, text: str, shown: tuple[str, str]) -> None:
    row = cells_of(line(what=what, subject=subject, before=text, after=text), NAMES)
    assert (row[5], row[6], row[7]) == (shown[0], shown[1], shown[1])
    assert row[4] != what


def test_what_has_no_words_is_shown_as_it_is() -> None:
    row = cells_of(line(actor="cli:root", via="pigeon", what="moon.move"), NAMES)
    assert row[2:5] == ("cli:root", "pigeon", "moon.move")


def test_csv_holds_header_acts_total_and_particulars(tmp_path: Path) -> None:
    rows = written(tmp_path / "日志.csv", line(1), line(2), line(9))
    assert (tmp_path / "日志.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert tuple(rows[0]) == HEADERS
    assert [row[0] for row in rows[1:5]] == ["1", "2", "9", "合计"]
    assert rows[1][4] == "导入名册"
    assert rows[4][1] == "3 条"
    assert [row[0] for row in rows[5:]] == [
        "制表：",
        "报表编号：SJ-20261201000509",
        "统计期间：最早 至 2026-12-01",
        "数据截止时点：2026-12-01 00:05:09",
        f"审计日志校验码（链头）：第 3 条 {HASH}",
    ]


def test_the_period_asked_for_is_named(tmp_path: Path) -> None:
    asked = replace(PARTICULARS, first=date(2026, 1, 1), last=date(2026, 6, 30))
    rows = written(tmp_path / "o.csv", particulars=asked)
    assert ["统计期间：2026-01-01 至 2026-06-30"] in rows


def test_xlsx_holds_the_same(tmp_path: Path) -> None:
    rows = written(tmp_path / "日志.xlsx", line(1), line(2))
    assert tuple(rows[0]) == HEADERS
    assert rows[1] == [1.0, *cells_of(line(1), NAMES)[1:]]
    assert rows[3][:2] == ["合计", "2 条"]
    assert f"审计日志校验码（链头）：第 3 条 {HASH}" in [row[0] for row in rows]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("field", ["actor", "via", "what", "subject", "before", "after", "reason"])
def test_no_text_becomes_a_formula(tmp_path: Path, suffix: str, field: str) -> None:
    path = tmp_path / f"o{suffix}"
    rows = written(path, *(line(n, **{field: text}) for n, text in enumerate(FORMULAS, 1)))
    column = {"actor": 2, "via": 3, "what": 4, "subject": 5, "before": 6, "after": 7, "reason": 8}[field]
    mark = "'" if suffix == ".csv" else ""
    assert [row[column] for row in rows[1 : len(FORMULAS) + 1]] == [f"{mark}{text}" for text in FORMULAS]
    if suffix == ".xlsx":
        with zipfile.ZipFile(path) as packed:
            assert fromstring(packed.read("xl/worksheets/sheet1.xml")).find(f".//{MAIN}f") is None


def test_a_text_too_long_for_a_cell_says_so_in_xlsx_and_is_whole_in_csv(tmp_path: Path) -> None:
    long = "R00001," * 6_000
    assert written(tmp_path / "o.csv", line(after=long))[1][7] == long
    cell = written(tmp_path / "o.xlsx", line(after=long), line(2, after="x" * XLSX_CELL_CHARACTERS))
    assert len(cell[1][7]) == XLSX_CELL_CHARACTERS
    assert cell[1][7].endswith("……（共 42000 字，全文请导出 csv）")
    assert cell[2][7] == "x" * XLSX_CELL_CHARACTERS


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "o.xlsx"
    path.write_text("old")
    with pytest.raises(RuntimeError), audit_sheet(path, PARTICULARS) as sheet:
        sheet.add([line()], {})
        raise RuntimeError
    assert path.read_text() == "old"
    assert [found.name for found in tmp_path.iterdir()] == ["o.xlsx"]


@pytest.mark.parametrize("name", ["o.pdf", "o"])
def test_other_formats_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnknownSheetFormat), audit_sheet(tmp_path / name, PARTICULARS):
        pass


@pytest.mark.parametrize("name", ["o.csv", "o.xlsx"])
def test_memory_does_not_grow_with_the_log(tmp_path: Path, name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path / name)], capture_output=True, text=True, check=True
    )
    few, many = map(int, done.stdout.split())
    assert many - few < BOUND_KIB
