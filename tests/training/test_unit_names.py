"""Names are dated: what a file calls a unit may be what it was called before."""

from datetime import UTC, date, datetime

from tests.training.rolls import (
    BEFORE,
    HEADER,
    NEW_YEAR,
    NOW,
    person,
    rejected,
    roster,
    unit_facts,
    unit_sheet,
    warned,
)
from training.people import Fact, Field, UnitField
from training.roll import KnownPerson
from training.roll_plan import RollPlan, plan_roll
from training.unit_plan import plan_units
from training.units import Meaning, UnitTree, units_on

LATER = datetime(2026, 7, 20, tzinfo=UTC)
AUGUST, JULY = date(2026, 8, 1), date(2026, 7, 1)
DATED = f"{HEADER} 生效日期 管辖单位"


def named(code: str, name: str, since: date) -> Fact:
    return Fact(code, UnitField.NAME, name, since, LATER)


UNITS = {
    "1000": unit_facts("1000", "市政府"),
    "1101": [*unit_facts("1101", "司法局", "1000"), named("1101", "市司法局", AUGUST)],
    "1102": [*unit_facts("1102", "法制办", "1000"), named("1102", "合规处", JULY), named("1102", "法治科", AUGUST)],
    "1103": [*unit_facts("1103", "合规处", "1000"), named("1103", "督察科", JULY)],
}


def plan(*rows: tuple[str, ...], persons: tuple[KnownPerson, ...] = ()) -> RollPlan:
    return plan_roll(roster(DATED, *rows), persons, UNITS, NOW)


def unit_of(text: str, since: str = "") -> tuple[list[str], dict[str, list[str]], dict[str, list[str]]]:
    result = plan(("甲", text, "工作人员", "", "P1", since, ""))
    units = [fact.value for change in result.new for fact in change.facts if fact.field == "unit"]
    assert result.new_units == ()
    return units, rejected(result), warned(result)


def test_a_former_name_is_no_new_unit() -> None:
    for text in ("司法局", "市政府/司法局", "1000/司法局"):
        assert unit_of(text, "2026-01-01") == (["1101"], {}, {})  # it was called so on that day
        assert unit_of(text, "2026-09-01") == (["1101"], {}, {"row 2": ["unit"]})
    result = plan(("甲", "司法局", "工作人员", "", "P1", "2026-09-01", ""))
    assert [p.problem for p in result.problems] == ["“司法局”是 市司法局（1101）的曾用名，已按该单位处理。"]


def test_today_goes_before_the_day_and_what_several_were_called_is_ambiguous() -> None:
    assert unit_of("市司法局", "2026-01-01") == (["1101"], {}, {})
    assert unit_of("合规处", "2026-02-01") == (["1103"], {}, {})
    assert unit_of("合规处", "2026-07-02") == (["1102"], {}, {})
    assert unit_of("合规处", "2026-09-01") == ([], {"row 2": ["unit"]}, {})


def test_units_below_a_former_name_are_created_once_below_its_unit() -> None:
    rows = [(name, "市政府/司法局/信访科", "工作人员", "", name, "2026-09-01", "") for name in ("甲", "乙")]
    result = plan(*rows)
    assert [(unit.code, unit.path) for unit in result.new_units] == [("U0001", "市政府/市司法局/信访科")]
    assert {fact.value for change in result.new for fact in change.facts if fact.field == "unit"} == {"U0001"}


def test_managed_units_may_have_former_names() -> None:
    result = plan(("甲", "1101", "工作人员", "", "P1", "2026-09-01", "司法局"))
    assert (rejected(result), warned(result)) == ({}, {"row 2": ["managed_units"]})


def test_a_tree_that_is_asked_without_a_day_knows_former_names() -> None:
    tree = UnitTree(units_on(UNITS, date(2026, 9, 1)))
    assert tree.find("司法局") == ("1101",)
    assert tree.meaning("市政府/司法局") == Meaning(("1101",), by_other_name=True)
    assert tree.meaning("市司法局/司法局") == Meaning((), by_other_name=True)
    assert tree.meaning("") == Meaning((), by_other_name=True)


def test_a_parent_of_a_units_file_may_have_its_former_name() -> None:
    table = unit_sheet("单位代码 单位名称 上级单位代码", ("2001", "信访科", "司法局"), ("2002", "督查科", "合规处"))
    result = plan_units(table, UNITS, NOW)
    assert [(fact.field, fact.value) for fact in result.new[0].facts] == [("name", "信访科"), ("parent", "1101")]
    assert (rejected(result), warned(result)) == ({"row 3": ["parent"]}, {"row 2": ["parent"]})


MERGED = {
    **UNITS,
    "1103": [
        *UNITS["1103"],
        Fact("1103", UnitField.ASSESSED, "", AUGUST, LATER),
        Fact("1103", UnitField.MERGED_INTO, "1101", AUGUST, LATER),
    ],
    "1102": [*UNITS["1102"], Fact("1102", UnitField.ASSESSED, "", AUGUST, LATER)],
}


def into_merged(since: str, unit: str = "1103", persons: tuple[KnownPerson, ...] = ()) -> RollPlan:
    return plan_roll(roster(DATED, ("甲", unit, "工作人员", "", "P1", since, "")), persons, MERGED, NOW)


def test_nobody_comes_into_a_unit_that_was_merged_away() -> None:
    late = into_merged("2026-08-01")
    assert [p.problem for p in late.problems] == [
        "单位“督察科”（1103）自 2026-08-01 起已并入 “市司法局”（1101），请改填并入后的单位。"
    ]
    assert (late.new, rejected(late)) == ((), {"row 2": ["unit"]})
    moved = into_merged("2026-08-01", persons=(person("P1", "甲", "1101"),))
    assert rejected(moved) == {"row 2": ["unit"]}


def test_who_came_before_the_merger_or_is_there_already_stays() -> None:
    early = into_merged("2026-03-01")
    assert (rejected(early), warned(early)) == ({}, {"row 2": ["unit"]})
    there = into_merged("2026-08-15", persons=(person("P1", "甲", "1103"),))
    assert (rejected(there), warned(there)) == ({}, {})


def test_a_unit_that_is_assessed_no_longer_gets_a_warning() -> None:
    result = into_merged("2026-08-15", "1102")
    assert (rejected(result), warned(result)) == ({}, {"row 2": ["unit"]})
    never = {**UNITS, "1103": [*UNITS["1103"], Fact("1103", UnitField.ASSESSED, "", NEW_YEAR, BEFORE)]}
    table = roster(DATED, ("甲", "1103", "工作人员", "", "P1", "2026-08-15", ""))
    assert warned(plan_roll(table, (), never, NOW)) == {}
    assert Field.UNIT in {fact.field for fact in result.new[0].facts}
