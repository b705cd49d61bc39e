from datetime import date

import pytest

from tests.training.rolls import BEFORE, CHEN, HEADER, NOW, TODAY, WU, ZHOU, person, plan, warned
from training.people import Fact, StatusPeriod
from training.roll import KnownPerson
from training.roll_plan import RollPlan


def changed_row(*cells: str, header: str, persons: tuple[KnownPerson, ...] = (ZHOU, CHEN, WU)) -> RollPlan:
    return plan(("周敏", "11", "工作人员", "zhoumin", "", *cells), persons=persons, header=f"{HEADER} {header}")


def test_a_change_holds_from_today_and_keeps_what_is_blank() -> None:
    known = person("R000001", "周敏", "11", "zhoumin", post="科员", mark="1")
    result = plan(("周敏", "12", "领导干部", "zhoumin", "", ""), persons=(known,), header=f"{HEADER} 职务")
    change = result.changed[0]
    assert set(change.facts) == {
        Fact("R000001", "unit", "12", TODAY, NOW),
        Fact("R000001", "category", "leader", TODAY, NOW),
        Fact("R000001", "mark", "", TODAY, NOW),
    }
    assert change.before == {"unit": "11", "category": "staff", "mark": "1"}


def test_a_change_holds_from_its_day_and_is_compared_with_that_day() -> None:
    result = changed_row("科长", "2026-07-01", header="职务 生效日期")
    assert result.changed[0].facts == (Fact("R000001", "post", "科长", date(2026, 7, 1), NOW),)
    earlier = changed_row("2025-07-01", header="生效日期")
    assert {fact.field for fact in earlier.changed[0].facts} == {"name", "unit", "category"}


def test_a_certificate_without_an_end_is_a_fact_of_somebody_new_too() -> None:
    row = ("胡蓉", "11", "行政执法人员", "hurong", "", "长期", "")
    result = plan(row, header=f"{HEADER} 执法证有效期 职务")
    said = {fact.field: fact.value for fact in result.new[0].facts}
    assert said["certificate_until"] == ""
    assert "post" not in said


def test_joining_this_year_does_not_date_back_a_change() -> None:
    result = changed_row("科长", "2026-03-10", header="职务 入职日期")
    assert {fact.valid_from for fact in result.changed[0].facts} == {TODAY}


LEAVE = StatusPeriod("R000001", "产假", date(2026, 2, 10), None, BEFORE, "人〔2026〕3号")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("产假", "", ""), None),
        (("产假", "2026-02-10", ""), None),
        (("", "", ""), None),
        (("产假", "2026-02-10", "2026-09-30"), ("产假", date(2026, 2, 10), date(2026, 9, 30), LEAVE.document)),
        (("产假", "2026-02-15", ""), ("产假", date(2026, 2, 15), None, LEAVE.document)),
        (("在岗", "", ""), ("在岗", TODAY, None, "")),
        (("在岗", "2026-07-18", ""), ("在岗", date(2026, 7, 18), None, "")),
        (("退休", "2026-10-01", ""), ("退休", date(2026, 10, 1), None, "")),
        (("病假", "", ""), ("病假", TODAY, None, "")),
    ],
)
def test_statuses_of_somebody_on_leave(
    cells: tuple[str, ...], expected: tuple[str, date, date | None, str] | None
) -> None:
    known = person("R000001", "周敏", "11", "zhoumin", periods=[LEAVE])
    result = changed_row(*cells, header="状态 状态起 状态止", persons=(known,))
    periods = [period for change in result.changed for period in change.periods]
    assert [(p.status, p.starts, p.ends, p.document) for p in periods] == ([expected] if expected else [])
    again = person("R000001", "周敏", "11", "zhoumin", periods=[LEAVE, *periods])
    assert changed_row(*cells, header="状态 状态起 状态止", persons=(again,)).same == 1


def test_short_sick_leave_is_recorded_once() -> None:
    cells = ("病假", "2026-08-31", "2026-09-02")
    first = changed_row(*cells, header="状态 状态起 状态止")
    again = person("R000001", "周敏", "11", "zhoumin", periods=first.changed[0].periods)
    assert len(first.changed[0].periods) == 1
    assert changed_row(*cells, header="状态 状态起 状态止", persons=(again,)).same == 1


def test_a_promoted_unit_admin_has_the_own_unit() -> None:
    result = changed_row("单位管理员", header="角色")
    assert {fact.field: fact.value for fact in result.changed[0].facts} == {
        "role": "unit_admin",
        "managed_units": "11",
    }
    assert warned(result) == {"row 2": ["managed_units"]}


def test_a_later_first_day_keeps_the_last_day() -> None:
    leave = StatusPeriod("R000001", "产假", date(2026, 8, 1), date(2026, 12, 31), BEFORE)
    known = person("R000001", "周敏", "11", "zhoumin", periods=[leave])
    result = changed_row("产假", "2026-08-05", header="状态 状态起", persons=(known,))
    assert [(p.starts, p.ends) for p in result.changed[0].periods] == [(date(2026, 8, 5), date(2026, 12, 31))]


def test_on_duty_since_another_day_is_on_duty_all_the_same() -> None:
    back = StatusPeriod("R000001", "在岗", date(2026, 7, 18), None, BEFORE)
    known = person("R000001", "周敏", "11", "zhoumin", periods=[back])
    assert changed_row("在岗", "2026-08-01", header="状态 状态起", persons=(known,)).same == 1


def test_a_unit_admin_keeps_the_units_on_record() -> None:
    known = person("R000001", "周敏", "11", "zhoumin", role="unit_admin", managed_units="12")
    result = changed_row("单位管理员", header="角色", persons=(known,))
    assert (result.same, result.problems) == (1, ())
