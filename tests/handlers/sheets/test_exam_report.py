"""The workbook of an exam, read by another library, against figures worked out by hand."""

import csv
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from msgspec.structs import replace
from python_calamine import CalamineWorkbook

from handlers.actions.exam_analysis import analysis
from handlers.actions.exam_reports import Statement, statement
from handlers.pictures.exam_picture import draw, picture_of
from handlers.sheets.exam_report import ExamParticulars, write_detail, write_report
from handlers.sheets.particulars import Particulars
from handlers.sheets.table_file import UnknownSheetFormat
from handlers.sheets.workbook import CELL_CHARACTERS, workbook
from storage.database import Database
from tests.handlers.exam_report_city import FORMULA, NOW, OPENS, WEDNESDAY, build
from training.chains import Head
from training.exams import State
from training.rules import Rules

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HEAD = Head(3, "ab" * 32)
SHEETS = ["成绩汇总表", "分类汇总", "成绩明细", "未参加考试人员名单", "试题分析", "成绩分布"]
# Source: domain, Export headers that officials expect; 参考率 in its two ways.
SUMMARY = (
    "序号 单位 应考 实考 缓考 免考 缺考 参考率(不含免考) 参考率(含免考) 满分 合格线 合格人数 合格率 "
    "良好 优秀人数 优秀率 最高分 最低分 平均分 补考 补考后合格率 备注"
)
DETAIL = (
    "序号 单位 姓名 人员编号 人员类别 考核组别 考试方式 开始 交卷 用时(分钟) 成绩 满分 等次 第几次 补考成绩 备注"
)
AWAY = "序号 单位 姓名 人员类别 缺考/缓考/免考 原因类别 单位书面说明 补考安排"


def particulars(found: Statement) -> ExamParticulars:
    return ExamParticulars(found.exam.settings.title, "KS-1", WEDNESDAY, NOW, "2024-1", HEAD, stated=found)


async def written(database: Database, path: Path, found: Statement | None = None) -> Path:
    found = found or await statement(database, Rules(), await build(database), NOW)
    picture = draw(picture_of(found.exam, found.sitters(), found.now))
    write_report(path, particulars(found), found, await analysis(database, found), picture)
    return path


@pytest.fixture
async def report(database: Database, tmp_path: Path) -> Path:
    return await written(database, tmp_path / "报表.xlsx")


def rows(path: Path, name: str) -> list[list[Any]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python()


def table(path: Path, name: str) -> list[dict[str, Any]]:
    header, *others = rows(path, name)
    return [dict(zip(header, row, strict=True)) for row in others if isinstance(row[0], float)]


async def test_sheets_and_headers_are_those_that_officials_expect(report: Path) -> None:
    assert CalamineWorkbook.from_path(report).sheet_names == SHEETS
    assert " ".join(rows(report, "成绩汇总表")[0]) == SUMMARY
    assert " ".join(rows(report, "成绩明细")[0]) == DETAIL
    assert " ".join(rows(report, "未参加考试人员名单")[0]) == AWAY


async def test_the_summary_by_unit_with_a_total_of_persons(report: Path) -> None:
    found = rows(report, "成绩汇总表")
    assert found[1:6] == [
        [
            *(1, "财政局", 4, 4, 0, 1, 0, "100.00%（4/4）", "80.00%（4/5）", 100, 60, 3, "75.00%（3/4）", 1, 1),
            *("25.00%（1/4）", 90, 59.5, 73.63, 1, "75.00%（3/4）", ""),
        ],
        [
            *(2, "司法局", 4, 3, 0, 1, 1, "75.00%（3/4）", "60.00%（3/5）", 100, 60, 3, "100.00%（3/3）", 1, 1),
            *("33.33%（1/3）", 100, 60, 80, 1, "100.00%（4/4）", ""),
        ],
        [
            *(3, "执法科", 1, 0, 1, 0, 0, "0.00%（0/1）", "0.00%（0/1）", 100, 60, 0, "—（0/0）", 0, 0),
            *("—（0/0）", "", "", "", 0, "—（0/0）", "无人参加"),
        ],
        [
            *(4, "梅林镇", 1, 0, 0, 1, 1, "0.00%（0/1）", "0.00%（0/2）", 100, 60, 0, "—（0/0）", 0, 0),
            *("—（0/0）", "", "", "", 0, "—（0/0）", "无人参加"),
        ],
        [
            *("合计", "", 10, 7, 1, 3, 2, "70.00%（7/10）", "53.85%（7/13）", 100, 60, 6, "85.71%（6/7）", 2, 2),
            *("28.57%（2/7）", 100, 59.5, 76.36, 2, "87.50%（7/8）", "成绩未公布，仅供内部核对"),
        ],
    ]


async def test_by_category_group_and_league(report: Path) -> None:
    found = table(report, "分类汇总")
    assert [(row["分类"], row["名称"], row["应考"], row["实考"], row["合格率"]) for row in found] == [
        ("人员类别", "领导干部", 3, 2, "100.00%（2/2）"),
        ("人员类别", "工作人员", 7, 5, "80.00%（4/5）"),
        ("考核组别", "行政执法人员", 2, 1, "100.00%（1/1）"),
        ("考核组别", "领导干部", 3, 2, "100.00%（2/2）"),
        ("考核组别", "工作人员", 5, 4, "75.00%（3/4）"),
        ("排名组", "乡镇街道组", 1, 0, "—（0/0）"),
        ("排名组", "政府部门组", 9, 7, "85.71%（6/7）"),
    ]


async def test_a_row_a_person_with_name_and_score(report: Path) -> None:
    found = table(report, "成绩明细")
    assert {row["姓名"]: row["成绩"] for row in found} == {
        **{"甲一": 100, FORMULA: 60, "甲三": 80, "甲四": "", "甲五": "", "甲六": ""},
        **{"乙一": 90, "乙二": 59.5, "乙三": 60, "乙四": 85, "乙五": 100, "丙一": "", "丙二": ""},
    }
    by_name = {row["姓名"]: row for row in found}
    third = by_name["甲三"]
    assert (third["人员类别"], third["考核组别"]) == ("工作人员；行政执法人员", "行政执法人员")
    assert (third["考试方式"], third["开始"], third["交卷"], third["用时(分钟)"]) == (
        *("在线", "2026-11-23 09:00:00", "2026-11-23 09:37:20", 38),
    )
    assert (third["等次"], third["第几次"], third["备注"]) == ("良好", 2, "共 2 次，取最高；到时自动交卷")
    paper = by_name["乙二"]
    assert (paper["考试方式"], paper["开始"], paper["交卷"], paper["用时(分钟)"]) == ("线下", "2026-11-23", "", "")
    assert (paper["等次"], paper["补考成绩"]) == ("不合格", 55)
    assert paper["备注"] == "佐证编号 宁财存〔2026〕9号；补考不合格"
    assert (by_name["甲四"]["补考成绩"], by_name["甲四"]["备注"]) == (70, "缺考；补考合格")
    assert by_name["乙五"]["备注"] == "免考，成绩不计入统计"


async def test_who_was_away_and_why(report: Path) -> None:
    found = rows(report, "未参加考试人员名单")
    window = "补考（考试 2，2026-11-24 09:00 至 2026-11-24 18:00）"
    assert found[1:8] == [
        [1, "财政局", "乙五", "工作人员", "免考", "单位申请", "宁财〔2026〕5号", "已参加考试，成绩不计入统计"],
        [2, "司法局", "甲四", "工作人员", "缺考", "未说明", "", f"{window}：已参加，70 分"],
        [3, "司法局", "甲六", "工作人员", "免考", "产假", "宁司〔2026〕6号", "不需补考"],
        [4, "执法科", "甲五", "工作人员；行政执法人员", "缓考", "单位申请", "宁司〔2026〕5号", f"{window}：缺考"],
        [5, "梅林镇", "丙一", "领导干部", "缺考", "病假", "", f"{window}：缺考"],
        [6, "梅林镇", "丙二", "工作人员", "免考", "单位申请", "+梅〔2026〕2号", "不需补考"],
        ["合计", "6 人", "", "", "", "", "", ""],
    ]


async def test_before_the_ends_nobody_is_absent(database: Database, tmp_path: Path) -> None:
    """As it stands on Monday at noon, with the make-up still to come."""
    found = await statement(database, Rules(), await build(database), NOW)
    opened = replace(found.exam, state=State.OPEN)
    later = tuple(replace(one, state=State.PUBLISHED) for one in found.makeups)
    early = Statement(opened, later, found.rows, found.units, 2, 1, OPENS + timedelta(hours=3))
    path = await written(database, tmp_path / "a.xlsx", early)
    away = {row["姓名"]: row for row in table(path, "未参加考试人员名单")}
    assert away["丙一"]["缺考/缓考/免考"] == "尚未参加"
    assert away["甲五"]["补考安排"].endswith("：已安排")
    told = [str(row[0]) for row in rows(path, "成绩明细")]
    assert any(line.startswith("考试时间：") and "尚未截止" in line for line in told)
    assert "未交卷：2 份答卷还没有交卷评分，不在本报表中" in told
    assert "名单外成绩：1 人有成绩而不在应考名单中，不计入本报表" in told


async def test_the_items(report: Path) -> None:
    header, *found = rows(report, "试题分析")
    first = dict(zip(header, found[0], strict=True))
    assert first == {
        **{
            "序号": 1,
            "试题编号": "x1",
            "题型": "单选",
            "题干": "单选第1题，选甲？",
            "试卷满分": 100,
            "每题分值": 10,
        },
        **{"抽到次数": 6, "得分率(%)": 83.33, "区分度(%)": -52.15, "区分效率(%)": -92, "正确答案": "A"},
        **{"各选项选择次数": "A 5、B 1、C 0、D 0、未答 0", "更正情况": ""},
    }
    by_id = {row[1]: dict(zip(header, row, strict=True)) for row in found}
    assert by_id["x3"]["更正情况"] == "已作废，全部给分"
    assert (by_id["y2"]["正确答案"], by_id["y2"]["更正情况"]) == ("AC", "答案已更正（原为 AB）")
    assert (by_id["y2"]["抽到次数"], by_id["y2"]["得分率(%)"], by_id["y2"]["各选项选择次数"]) == (0, "", "")
    assert by_id["z1"]["各选项选择次数"] == "对 4、错 1、未答 1"
    assert (by_id["t1"]["正确答案"], by_id["t1"]["各选项选择次数"]) == ("法律；银行/指定的银行", "已答 6、未答 0")
    said = [row[0] for row in found if isinstance(row[0], str)]
    assert any(
        line.startswith("试卷（满分 100）：答卷 6 份，平均分 79.17，标准差 16.25，内部一致性") for line in said
    )
    assert "另有 1 份答卷没有逐题记录（如线下考试导入的成绩），不在试题分析中" in said


async def test_the_spread_as_a_table_and_a_picture(report: Path) -> None:
    found = rows(report, "成绩分布")
    counts = {row[1]: row[2:5] for row in found[1:11]}
    assert counts["50–59"] == [1, 1, 0]
    assert counts["60–69"] == [2, 0, 2]
    assert counts["90–100"] == [2, 0, 2]
    assert found[11][:6] == ["合计", "", 7, 1, 6, "100.00%（7/7）"]
    with zipfile.ZipFile(report) as packed:
        assert packed.read("xl/media/image1.png").startswith(b"\x89PNG")


async def test_every_sheet_says_what_it_is_and_can_be_signed(report: Path) -> None:
    for name in SHEETS:
        said = [str(cell) for row in rows(report, name) for cell in row]
        for words in ("制表：", "复核：", "单位负责人（盖章）：", "报表编号：KS-1", "统计截止日：2026-11-25"):
            assert words in said, (name, words)
        for words in ("规则版本：2024-1", f"台账校验码（链头）：第 3 条 {'ab' * 32}", "应考名单基准日：2026-11-20"):
            assert words in said, (name, words)
        assert "数据截止时点：2026-11-25 10:00:00" in said
        assert "成绩公布：成绩未公布，仅供内部核对" in said


async def test_once_released_nothing_says_that_it_is_not(database: Database, tmp_path: Path) -> None:
    found = await statement(database, Rules(), await build(database), NOW)
    told = replace(found.exam, state=State.RELEASED, scores_released=True)
    released = Statement(told, found.makeups, found.rows, found.units, 0, 0, NOW)
    path = await written(database, tmp_path / "a.xlsx", released)
    said = [str(cell) for name in SHEETS for row in rows(path, name) for cell in row]
    assert "成绩公布：已公布" in said
    assert not any("未公布" in words for words in said)


async def test_no_text_is_a_formula_or_a_link(report: Path) -> None:
    with zipfile.ZipFile(report) as packed:
        sheets = [name for name in packed.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) == len(SHEETS)
        for name in sheets:
            root = fromstring(packed.read(name))
            assert root.find(f".//{MAIN}f") is None
            assert root.find(f".//{MAIN}hyperlink") is None


async def test_sheets_are_ready_to_print(report: Path) -> None:
    with zipfile.ZipFile(report) as packed:
        root = fromstring(packed.read("xl/worksheets/sheet1.xml"))
        book = fromstring(packed.read("xl/workbook.xml"))
    setup, pane, area = (root.find(f".//{MAIN}{name}") for name in ("pageSetup", "pane", "autoFilter"))
    assert setup is not None
    assert (setup.get("orientation"), setup.get("paperSize"), setup.get("fitToHeight")) == ("landscape", "9", "0")
    assert pane is not None
    assert (pane.get("state"), pane.get("topLeftCell")) == ("frozen", "C2")
    assert area is not None
    assert area.get("ref") == "A1:V5"  # the four units, without the total
    repeated = [one.text for one in book.iter(f"{MAIN}definedName") if one.get("name") == "_xlnm.Print_Titles"]
    assert sorted(map(str, repeated)) == sorted(f"{name}!$1:$1" for name in SHEETS)
    header = root.find(f".//{MAIN}oddHeader")
    assert header is not None
    assert header.text == "&C&14 2026年度法律知识考试 成绩汇总表"


async def test_the_same_report_has_the_same_bytes(database: Database, tmp_path: Path) -> None:
    found = await statement(database, Rules(), await build(database), NOW)
    one, other = (
        await written(database, tmp_path / "a.xlsx", found),
        await written(database, tmp_path / "b.xlsx", found),
    )
    assert one.read_bytes() == other.read_bytes()


async def test_unlike_full_marks_are_said(database: Database, tmp_path: Path) -> None:
    found = await statement(database, Rules(), await build(database), NOW)
    first = next(row for row in found.rows if row.place.person == "A1")
    assert first.sat is not None
    longer = replace(first, sat=replace(first.sat, result=replace(first.sat.result, full_marks=12000)))
    others = tuple(longer if row is first else row for row in found.rows)
    unlike = Statement(found.exam, found.makeups, others, found.units, 0, 0, NOW)
    path = await written(database, tmp_path / "a.xlsx", unlike)
    unit = table(path, "成绩汇总表")[1]
    assert (unit["单位"], unit["满分"], unit["合格线"]) == ("司法局", "100、120", "60、72")
    assert unit["备注"] == "试卷满分不同，最高、最低、平均分不宜直接比较"
    assert [row["试卷满分"] for row in table(path, "试题分析") if row["试题编号"] == "x1"] == [100, 120]


async def test_detail_alone_as_csv(database: Database, tmp_path: Path) -> None:
    found = await statement(database, Rules(), await build(database), NOW)
    path = tmp_path / "明细.csv"
    write_detail(path, particulars(found), found)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        read = list(csv.reader(file))
    assert " ".join(read[0]) == DETAIL
    assert [(row[2], row[10]) for row in read[1:4]] == [("乙一", "90"), ("乙二", "59.50"), ("乙三", "60")]
    assert [row[2] for row in read if FORMULA in "".join(row)] == [f"'{FORMULA}"]
    assert all(len(row) == len(read[0]) for row in read[:15])
    assert ["成绩公布：成绩未公布，仅供内部核对"] in read


def test_a_workbook_is_there_only_when_it_is_whole(tmp_path: Path) -> None:
    plain = Particulars("标题", "1", WEDNESDAY, NOW, "1", HEAD)
    with pytest.raises(ZeroDivisionError), workbook(tmp_path / "a.xlsx", plain) as book:
        book.sheet("甲", {"序号": 5}).add((1 // 0,))
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(UnknownSheetFormat), workbook(tmp_path / "a.ods", plain):
        pass


def test_a_long_line_below_a_table_is_folded_into_its_width(tmp_path: Path) -> None:
    plain = Particulars("标题", "1", WEDNESDAY, NOW, "1", HEAD)
    with workbook(tmp_path / "a.xlsx", plain) as book:
        sheet = book.sheet("甲", {"序号": 10, "文": 30})
        sheet.add((1, "一"))
        sheet.line("=短")
        sheet.line("长" * 100)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as packed:
        root = fromstring(packed.read("xl/worksheets/sheet1.xml"))
    assert [one.get("ref") for one in root.iter(f"{MAIN}mergeCell")] == ["A3:B3", "A4:B4"]
    heights = [float(row.get("ht", 15)) for row in root.iter(f"{MAIN}row")]
    assert heights[2:] == [15, 90]  # 15 is the default; 200 widths and a tenth in lines of 40
    assert rows(tmp_path / "a.xlsx", "甲")[2][0] == "=短"
    assert root.find(f".//{MAIN}f") is None


def test_a_text_that_no_cell_can_hold_is_cut_and_not_lost(tmp_path: Path) -> None:
    plain = Particulars("2026 标题 & 更多" * 20, "1", WEDNESDAY, NOW, "1", HEAD)
    with workbook(tmp_path / "a.xlsx", plain) as book:
        sheet = book.sheet("甲", {"序号": 5, "文": 5})
        sheet.add((1, "长" * CELL_CHARACTERS))
        sheet.add((2, "长" * (CELL_CHARACTERS + 1)))
        sheet.add((3, "😀" * CELL_CHARACTERS))
        sheet.end(plain)
    found = rows(tmp_path / "a.xlsx", "甲")
    assert found[1][1] == "长" * CELL_CHARACTERS
    assert found[2][1].endswith("……（文字过长，已截断）")
    assert found[3][1].startswith("😀😀")
