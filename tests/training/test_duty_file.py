"""A file of 履职登记, row by row."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from question_bank.formats.table import read_table
from tests.training.rolls import sheet
from tests.training.test_duties import TABLE, city
from training.duty_facts import DutyFact, Source
from training.duty_file import HEADERS, REQUIRED, DutyFilePlan, Place, plan_duties
from training.roll import Roll
from training.units import UnitTree, units_on

TODAY = date(2026, 11, 23)
HEADER = "履职事项 人员编号 姓名 单位 日期 内容 佐证"


def planned(*rows: Sequence[str], standing: Sequence[DutyFact] = ()) -> DutyFilePlan:
    found = city()
    tree = UnitTree(units_on(found.units.facts, TODAY))
    place = Place(Roll(found.persons, TODAY), tree, found, TABLE)
    return plan_duties(read_table("a.csv", sheet(HEADER, *rows), HEADERS, REQUIRED), place, standing)


def only_problem(*row: str) -> str:
    found = planned(row)
    assert (found.read, found.lines, found.rejected) == (1, (), 1)
    [problem] = found.problems
    return problem.problem


def test_people_by_number_or_by_name_and_unit_and_units() -> None:
    found = planned(
        ("讲法治课", "S1", "", "", "2026-05-06", "行政处罚法", "档案室3号"),
        ("年度述法", "", "镇长", "桐岭镇政府", "2025年12月20日", "", ""),
        ("组织旁听", "", "", "城管执法局", "2026-05-06", "", ""),
        ("举办法治专题讲座", "", "", "gov", "2026-05-06", "", ""),
    )
    assert found.problems == ()
    assert [(one.quota, one.subject, one.unit, one.day.year, one.title, one.form) for one in found.lines] == [
        ("class", "S1", "sf", 2026, "行政处罚法", "teaching"),
        ("report", "T1", "tl", 2025, "年度述法", ""),
        ("hearing-organised", "cg", "cg", 2026, "组织旁听行政诉讼庭审", "court_hearing"),
        ("lectures", "gov", "gov", 2026, "举办法治专题讲座", "lecture"),
    ]
    assert (found.lines[0].label, found.lines[0].evidence) == ("司法局长（S1）", "档案室3号")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("讲评书", "S1", "", "", "2026-05-06", "", ""), "没有“讲评书”这项履职事项"),
        (("有效执法证", "Z1", "", "", "2026-05-06", "", ""), "“有效执法证”不用登记"),
        (("公职律师", "", "", "sf", "2026-05-06", "", ""), "“公职律师”不用登记"),
        (("述法", "X9", "", "", "2026-05-06", "", ""), "人员编号 X9：名册中没有，请核对。"),
        (("述法", "S1", "张三", "", "2026-05-06", "", ""), "与姓名张三不符"),
        (("述法", "", "司法局长", "", "2026-05-06", "", ""), "单位“”：没有填写"),
        (("述法", "", "司法局长", "财政局", "2026-05-06", "", ""), "单位“财政局”：没有这个单位"),
        (("述法", "", "司法局长", "cg", "2026-05-06", "", ""), "cg：没有司法局长，请填写人员编号。"),
        (("述法", "", "", "sf", "2026-05-06", "", ""), "这项要求是个人的"),
        (("讲法治课", "C2", "", "", "2026-05-06", "", ""), "没有“讲法治课”这项要求"),
        (("讲法治课", "S1", "", "", "2024-12-31", "", ""), "没有“讲法治课”这项要求"),  # not on the roll yet
        (("讲法治课", "S1", "", "", "2026-11-24", "", ""), "日期 2026-11-24 还没有到"),
        (("讲法治课", "S1", "", "", "去年", "", ""), "日期“去年”不是有效日期"),
        (("旁听庭审", "S1", "", "", "2026-05-06", "行政案件出庭应诉", ""), "出庭应诉不算旁听庭审"),
        (("述法", "110101199003070011", "", "", "2026-05-06", "", ""), "含有身份证号样式的号码"),
        (("述法", "S1", "", "", "2026-05-06", "长" * 201, ""), "至多 200 字"),
    ],
)
def test_what_is_rejected(row: Sequence[str], said: str) -> None:
    assert said in only_problem(*row)


def test_what_stands_or_comes_twice_is_not_taken_again() -> None:
    recorded = datetime(2026, 5, 7, tzinfo=UTC)
    stands = DutyFact(*("class", "S1", "sf", date(2026, 5, 6), "甲", Source.ENTRY, "a", "R", recorded), number=7)
    row = ("讲法治课", "S1", "", "", "2026-05-06", "", "")
    other = ("讲法治课", "C1", "", "", "2026-05-06", "", "")
    found = planned(row, other, other, standing=[stands])
    assert [line.subject for line in found.lines] == ["C1"]
    assert [problem.problem for problem in found.problems] == [
        "司法局长（S1） 2026-05-06 的“讲法治课”已登记（编号 7），没有重复登记。",
        "城管局长（C1） 2026-05-06 的“讲法治课”与第 3 行重复，没有重复登记。",
    ]
