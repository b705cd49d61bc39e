"""The study plan and the 应知应会清单: their files, and how far they are carried out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import pytest

from question_bank.formats.table import Table, read_table
from tests.training.rolls import UNITS, sheet
from training.people import Group
from training.study_plan_file import LAW_HEADERS, LAW_REQUIRED, PLAN_HEADERS, PLAN_REQUIRED, law_lines, plan_lines
from training.study_plans import Asked, Event, KnownLaw, PlanLine, carried_out, law_key, reaches
from training.units import UnitTree, units_on

TREE = UnitTree(units_on(UNITS, date(2026, 11, 23)))


def table(header: str, headers: Mapping[str, str], required: Sequence[str], *rows: Sequence[str]) -> Table:
    return read_table("a.csv", sheet(header, *rows), headers, required)


def plan(*rows: Sequence[str]) -> Table:
    return table("月份 学习内容 形式 法律法规 责任单位 单位", PLAN_HEADERS, PLAN_REQUIRED, *rows)


def laws(*rows: Sequence[str]) -> Table:
    return table("法律名称 适用对象 备注", LAW_HEADERS, LAW_REQUIRED, *rows)


def test_lines_of_a_plan() -> None:
    found = plan_lines(
        plan(
            ("3月", "宪法 宣誓", "集体学法", "《宪法》、立法法", "市司法局", ""),
            ("2026-04", "行政复议法", "", "", "", "市政府/司法局"),
            ("全年", "自学", "自学", "", "", "11"),
        ),
        2026,
        TREE,
    )
    assert found.problems == ()
    assert found.lines == (
        PlanLine(2026, "宪法 宣誓", "", 3, "collective", ("宪法", "立法法"), "市司法局"),
        PlanLine(2026, "行政复议法", "11", 4),
        PlanLine(2026, "自学", "11", 0, "self_study"),
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("3", "", "", "", "", ""), "学习内容为空"),
        (("13月", "甲", "", "", "", ""), "月份“13月”请写成 3 或 3月"),
        (("春天", "甲", "", "", "", ""), "月份“春天”"),
        (("3", "甲", "看电影", "", "", ""), "没有学习形式“看电影”"),
        (("3", "甲", "", "", "", "水利局"), "没有这个单位"),
        (("3", "甲", "", "", "", "办公室"), "有 2 个单位叫这个名字"),
        (("3", "长" * 201, "", "", "", ""), "至多 200 字"),
    ],
)
def test_rows_of_a_plan_that_are_rejected(row: Sequence[str], said: str) -> None:
    found = plan_lines(plan(row), 2026, TREE)
    assert (found.lines, found.rejected) == ((), 1)
    assert said in found.problems[0].problem


def test_one_line_twice_is_one() -> None:
    found = plan_lines(
        plan(("3", "甲", "", "", "", ""), ("3月", " 甲", "", "", "", ""), ("4", "甲", "", "", "", "")), 2026, TREE
    )
    assert ([line.month for line in found.lines], found.rejected) == ([3, 4], 1)


def test_laws() -> None:
    found = law_lines(
        laws(
            ("《中华人民共和国行政处罚法》", "", "重点第四章"),
            ("行政处罚法", "", ""),
            ("行政处罚法", "行政执法人员", ""),
            ("民法典", "市民", ""),
            ("", "", ""),
        ),
        2026,
    )
    assert found.lines == (
        KnownLaw(2026, "中华人民共和国行政处罚法", "", "重点第四章"),
        KnownLaw(2026, "行政处罚法", "enforcement"),
    )
    assert [problem.where for problem in found.problems] == ["row 3", "row 5"]


@pytest.mark.parametrize(
    "name", ["行政处罚法", "《行政处罚法》", "中华人民共和国行政处罚法", "《中华人民共和国行政处罚法》"]
)
def test_a_law_by_any_name(name: str) -> None:
    assert law_key(name) == "行政处罚法"


def test_a_line_is_carried_out_by_what_names_it_or_is_called_so() -> None:
    line = PlanLine(2026, "行政复议法 专题", "11", 4, number=7)
    events = [
        Event("活动 1", "别的", "12", plan=7),
        Event("活动 2", "行政复议法专题", "12"),
        Event("活动 3", "行政复议法专题", "11"),
        Event("活动 4", "行政复议法专题", "11", plan=8),
    ]
    [found] = carried_out([line], events)
    assert found.by == ("活动 1", "活动 3")
    [city] = carried_out([replace(line, unit="")], events)
    assert city.by == ("活动 1", "活动 2", "活动 3")


def test_how_far_a_law_reaches() -> None:
    """Each of the group once, whatever they did; others do not count."""
    law = KnownLaw(2026, "行政处罚法")
    events = [
        Event("活动 1", "甲", "11", laws=("中华人民共和国行政处罚法",), persons=frozenset({"L1", "S1"})),
        Event("活动 2", "乙", "11", laws=("民法典",), persons=frozenset({"L3"})),
    ]
    asked = [
        Asked(frozenset({"行政处罚法"}), frozenset({"L1", "L2", "S2"})),
        Asked(frozenset({"民法典"}), frozenset({"L3"})),
    ]
    groups = {"": frozenset({"L1", "L2", "L3"}), Group.STAFF: frozenset({"S1", "S2"})}
    [found] = reaches([law], events, asked, groups)
    assert (found.activities, found.questions, found.reached, found.persons) == (1, 1, 2, 3)
