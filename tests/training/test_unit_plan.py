from dataclasses import replace
from datetime import date

import pytest

from tests.training.rolls import NEW_YEAR, NOW, UNITS, rejected, unit_sheet, warned
from training.people import Fact
from training.unit_plan import plan_units

HEADER = "单位代码 单位名称 上级单位代码"


def test_new_units_with_everything() -> None:
    header = f"{HEADER} 排名组 单位性质 行政机关 承担行政执法职能 纳入考核 生效日期"
    row = ("30", "税务局", "", "垂管单位组", "垂管单位", "是", "否", "否", "2026-03-01")
    plan = plan_units(unit_sheet(header, row), {}, NOW)
    assert (plan.read, len(plan.new), plan.changed, plan.same, plan.rejected) == (1, 1, (), 0, 0)
    assert plan.problems == ()
    expected = {"name": "税务局", "league": "垂管单位组", "nature": "vertical", "agency": "1", "enforces": ""}
    assert {fact.field: fact.value for fact in plan.new[0].facts} == {**expected, "assessed": ""}
    assert {(fact.subject, fact.valid_from, fact.recorded_at) for fact in plan.new[0].facts} == {
        ("30", date(2026, 3, 1), NOW)
    }


def test_blank_cells_say_nothing_and_a_new_unit_holds_from_january() -> None:
    plan = plan_units(unit_sheet(f"{HEADER} 单位性质 纳入考核", ("30", "税务局", "", "", "")), UNITS, NOW)
    assert plan.new[0].facts == (Fact("30", "name", "税务局", NEW_YEAR, NOW),)


def test_same_and_changed() -> None:
    rows = [("11", "司法局", "10"), ("12", "公安分局", ""), ("21", "办公室", "20"), ("30", "税务局", "10")]
    plan = plan_units(unit_sheet(HEADER, *rows), UNITS, NOW)
    assert (plan.same, [change.code for change in plan.new]) == (1, ["30"])
    renamed, moved = plan.changed
    assert (renamed.facts, renamed.before) == (
        (Fact("12", "name", "公安分局", date(2026, 9, 1), NOW),),
        {"name": "公安局"},
    )
    assert (moved.facts, moved.before) == ((Fact("21", "parent", "20", date(2026, 9, 1), NOW),), {"parent": "10"})


def test_applying_a_plan_makes_the_file_same() -> None:
    header = f"{HEADER} 单位性质 行政机关 承担行政执法职能 纳入考核 生效日期"
    table = unit_sheet(
        header, ("1", "甲局", "", "部门", "是", "否", "否", "2026年3月1日"), ("2", "乙所", "甲局", *[""] * 5)
    )
    first = plan_units(table, {}, NOW)
    known = {change.code: change.facts for change in first.new}
    second = plan_units(table, known, NOW)
    assert (first.rejected, second.same, second.new, second.changed) == (0, 2, (), ())
    assert {fact.value for fact in known["2"] if fact.field == "parent"} == {"1"}


@pytest.mark.parametrize(
    ("header", "row", "field"),
    [
        (HEADER, ("", "税务局", ""), "code"),
        (HEADER, ("3 0", "税务局", ""), "code"),
        (HEADER, ("30/1", "税务局", ""), "code"),
        (HEADER, ("9" * 65, "税务局", ""), "code"),
        (HEADER, ("30", "", ""), "name"),
        (HEADER, ("30", "税务局", "98"), "parent"),
        (HEADER, ("30", "税务局", "办公室"), "parent"),  # two units have that name
        (HEADER, ("30", "税务局", "30"), "parent"),
        (f"{HEADER} 单位性质", ("30", "税务局", "", "公司"), "nature"),
        (f"{HEADER} 行政机关", ("30", "税务局", "", "可能"), "agency"),
        (f"{HEADER} 是否纳入考核", ("30", "税务局", "", "待定"), "assessed"),
        (f"{HEADER} 生效日期", ("30", "税务局", "", "2026-02-30"), "valid_from"),
    ],
)
def test_rejected_rows(header: str, row: tuple[str, ...], field: str) -> None:
    plan = plan_units(unit_sheet(header, row), UNITS, NOW)
    assert rejected(plan) == {"row 2": [field]}
    assert (plan.read, plan.rejected, plan.new) == (1, 1, ())


def test_a_comma_without_quotation_marks() -> None:
    table = unit_sheet(HEADER, ("30", "税务局", ""))
    shifted = table._replace(rows=tuple(row._replace(extra=("10",)) for row in table.rows))
    assert rejected(plan_units(shifted, UNITS, NOW)) == {"row 2": [""]}


def test_duplicate_codes() -> None:
    rows = [
        ("30", "税务局", ""),
        ("31", "海关", ""),
        ("30", "税务局", ""),
        ("31", "海关办", "10"),
        ("Ａ1", "甲", ""),
        ("a1", "甲", ""),
    ]
    plan = plan_units(unit_sheet(HEADER, *rows), UNITS, NOW)
    assert rejected(plan) == {
        "row 4": ["code"],
        "row 3": ["code"],
        "row 5": ["code"],
        "row 6": ["code"],
        "row 7": ["code"],
    }
    assert [change.code for change in plan.new] == ["30"]
    assert "第 3、5 行" in next(problem.problem for problem in plan.problems if problem.where == "row 5")


def test_a_cycle_and_what_hangs_below_it() -> None:
    rows = [("31", "甲", "32"), ("32", "乙", "33"), ("33", "丙", "31"), ("34", "丁", "33"), ("35", "戊", "")]
    plan = plan_units(unit_sheet(HEADER, *rows), UNITS, NOW)
    assert rejected(plan) == {f"row {n}": ["parent"] for n in (2, 3, 4, 5)}
    assert [change.code for change in plan.new] == ["35"]


def test_a_cycle_through_units_on_record() -> None:
    plan = plan_units(unit_sheet(HEADER, ("10", "市政府", "11")), UNITS, NOW)
    assert rejected(plan) == {"row 2": ["parent"]}
    assert "10 → 11 → 10" in plan.problems[0].problem


def test_parents_may_come_later_in_the_file_and_by_name() -> None:
    plan = plan_units(unit_sheet(HEADER, ("31", "甲所", "乙局"), ("32", "乙局", "10")), UNITS, NOW)
    assert not rejected(plan)
    assert {fact.value for fact in plan.new[0].facts if fact.field == "parent"} == {"32"}


def test_the_child_of_a_rejected_new_unit_waits() -> None:
    plan = plan_units(unit_sheet(f"{HEADER} 性质", ("31", "甲", "", "公司"), ("32", "乙", "31", "")), UNITS, NOW)
    assert rejected(plan) == {"row 2": ["nature"], "row 3": ["parent"]}


def test_a_code_in_another_case_is_the_known_unit() -> None:
    known = {"GA01": [replace(fact, subject="GA01") for fact in UNITS["12"]]}
    plan = plan_units(unit_sheet(HEADER, ("ga01", "公安局", "")), {**UNITS, **known}, NOW)
    assert plan.same == 1


def test_unknown_columns_are_named() -> None:
    assert warned(plan_units(unit_sheet(f"{HEADER} 电话", ("30", "税务局", "", "1")), {}, NOW)) == {
        "row 1": ["电话"]
    }
