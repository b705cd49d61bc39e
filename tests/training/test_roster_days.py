"""Days in rosters: with a time of day, as a spreadsheet's number, far off, or the end of what never ends."""

from datetime import date

import pytest

from tests.training.rolls import HEADER, person, plan, rejected, unit_sheet, warned
from training.cell_words import day_from, looks_like_serial
from training.findings import Findings
from training.roll import Roll
from training.score_cells import stated
from training.unit_files import unit_row

DATED = f"{HEADER} 状态 状态起 状态止 生效日期 任现职日期"
SERIAL = "请把单元格格式改为日期"


def row(
    *, status: str = "", since: str = "", until: str = "", valid_from: str = "", appointed: str = ""
) -> tuple[str, ...]:
    return ("甲", "11", "工作人员", "", "P1", status, since, until, valid_from, appointed)


@pytest.mark.parametrize(
    "text",
    ["2026-04-01 09:00", "2026/4/1 9:05", "2026-04-01 23:59:59", "2026-04-01T09:00:00.5", "2026年4月1日 09:00"],
)
def test_a_time_of_day_is_passed_over(text: str) -> None:
    assert day_from(text) == date(2026, 4, 1)


@pytest.mark.parametrize("text", ["2026-04-01 24:00", "2026-04-01 9", "2026-04-0109:00", "2026-04-01 09:60"])
def test_what_is_no_time_spoils_the_day(text: str) -> None:
    assert day_from(text) is None


@pytest.mark.parametrize(
    ("text", "is_serial"),
    [("46091", True), ("46091.375", True), ("14611", True), ("14610", False), ("73416", False), ("4609", False)],
)
def test_numbers_that_may_be_days(text: str, is_serial: bool) -> None:
    assert looks_like_serial(text) is is_serial
    assert day_from(text) is None


def test_a_number_in_a_column_of_days_is_explained() -> None:
    result = plan(row(valid_from="46091", appointed="46091"), header=DATED)
    assert rejected(result) == {"row 2": ["valid_from"]}
    assert warned(result) == {"row 2": ["appointed_on"]}
    assert all(SERIAL in problem.problem for problem in result.problems)
    found = Findings("row 2")
    unit_row(unit_sheet("单位代码 单位名称 生效日期", ("9", "新局", "46091")).rows[0], found)
    assert SERIAL in found.problems[0].problem
    found = Findings("row 2")
    stated(
        {"number": "P1", "score": "80", "day": "46091"}, found, Roll([person("P1", "甲", "11")], date(2026, 9, 1))
    )
    assert SERIAL in found.problems[0].problem


def test_a_day_more_than_a_year_ahead_gets_a_warning() -> None:
    assert warned(plan(row(valid_from="2027-09-02"), header=DATED)) == {}
    far = plan(row(valid_from="2027-09-03"), header=DATED)
    assert (rejected(far), warned(far)) == ({}, {"row 2": ["valid_from"]})
    known = (person("P1", "甲", "12"),)
    assert warned(plan(row(valid_from="2062-01-01"), header=DATED, persons=known))["row 2"] == ["valid_from"]


@pytest.mark.parametrize(("status", "warns"), [("退休", True), ("已调出", True), ("产假", False)])
def test_an_end_of_what_never_ends_gets_a_warning(status: str, warns: bool) -> None:
    said = row(status=status, since="2026-03-01", until="2026-08-01", valid_from="2026-01-01")
    result = plan(said, header=DATED)
    assert rejected(result) == {}
    assert warned(result) == ({"row 2": ["status_to"]} if warns else {})
