from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.rolls import (
    BEFORE,
    CHEN,
    HEADER,
    NEW_YEAR,
    NOW,
    UNITS,
    WU,
    ZHOU,
    person,
    plan,
    rejected,
    roster,
    warned,
)
from training.people import Account, Fact, StatusPeriod
from training.roll import KnownPerson
from training.roll_plan import RollPlan, plan_roll


def test_a_new_person() -> None:
    header = f"{HEADER} 职务 状态 状态起 状态止 生效日期"
    row = (
        "林 青",
        "市政府/司法局",
        "行政执法人员",
        "LinQing;lq",
        "",
        "科员",
        "产假",
        "2026-02-10",
        "2026-07-17",
        "2025-06-01",
    )
    result = plan(row, header=header)
    assert (result.read, result.changed, result.same, result.rejected, result.problems) == (1, (), 0, 0, ())
    new = result.new[0]
    since = date(2025, 6, 1)
    assert set(new.facts) == {
        Fact("R000001", "name", "林青", since, NOW),
        Fact("R000001", "unit", "11", since, NOW),
        Fact("R000001", "category", "staff", since, NOW),
        Fact("R000001", "mark", "1", since, NOW),
        Fact("R000001", "post", "科员", since, NOW),
    }
    assert new.periods == (StatusPeriod("R000001", "产假", date(2026, 2, 10), date(2026, 7, 17), NOW),)
    assert new.accounts == (Account("linqing", "R000001", since), Account("lq", "R000001", since))
    assert (new.person, new.where, new.before, result.next_number) == ("R000001", "row 2", {}, 2)


@pytest.mark.parametrize(
    ("joined", "valid_from", "since", "warns"),
    [
        ("", "2025-03-01", date(2025, 3, 1), False),
        ("2026-03-10", "2026-04-01", date(2026, 4, 1), False),
        ("2026-03-10", "", date(2026, 3, 10), False),
        ("2025-12-31", "", NEW_YEAR, True),
        ("2027-01-01", "", NEW_YEAR, True),
        ("", "", NEW_YEAR, True),
    ],
)
def test_since_when_a_new_person_is_here(joined: str, valid_from: str, since: date, warns: bool) -> None:
    result = plan(("林青", "11", "工作人员", "", "", joined, valid_from), header=f"{HEADER} 入职日期 生效日期")
    assert {fact.valid_from for fact in result.new[0].facts} == {since}
    assert result.dated_by_default == warns
    assert warned(result) == ({"file": ["valid_from"]} if warns else {})


def test_numbers_are_given_from_the_next_free_one() -> None:
    rows = [
        ("甲", "11", "其他", "", ""),
        ("乙", "11", "其他", "", "R000005"),
        ("丙", "11", "其他", "", ""),
        ("丁", "11", "其他", "", ""),
    ]
    result = plan_roll(roster(HEADER, *rows), [person("R000004", "戊", "11")], UNITS, NOW, next_number=3)
    assert [change.person for change in result.new] == ["R000003", "R000005", "R000006", "R000007"]
    assert result.next_number == 8


def test_a_status_without_a_first_day_begins_with_the_person() -> None:
    result = plan(("林青", "11", "工作人员", "", "", "借调", "2026-05-01"), header=f"{HEADER} 状态 生效日期")
    assert result.new[0].periods == (StatusPeriod("R000001", "借调", date(2026, 5, 1), None, NOW),)
    assert warned(result) == {"row 2": ["status_from"]}


def test_on_duty_needs_no_period() -> None:
    assert plan(("林青", "11", "工作人员", "", "", "在岗"), header=f"{HEADER} 状态").new[0].periods == ()


def test_managed_units_are_codes_and_a_unit_admin_without_has_the_own_one() -> None:
    header = f"{HEADER} 角色 管辖单位"
    rows = [
        ("甲", "11", "工作人员", "", "", "单位管理员", "市政府/公安局；桐岭镇政府"),
        ("乙", "司法局", "工作人员", "", "", "单位管理员", ""),
        ("丙", "司法局", "工作人员", "", "", "单位管理员", "财政局"),
        ("丁", "司法局", "工作人员", "", "", "单位管理员", "办公室"),
    ]
    result = plan(*rows, header=header)
    managed = [[fact.value for fact in change.facts if fact.field == "managed_units"] for change in result.new]
    assert managed == [["12,20"], ["11"]]
    assert warned(result)["row 3"] == ["managed_units"]
    assert rejected(result) == {"row 4": ["managed_units"], "row 5": ["managed_units"]}


def test_leaders_with_the_mark_are_listed() -> None:
    rows = [
        ("甲", "11", "领导干部、行政执法人员", "", ""),
        ("乙", "11", "行政执法人员", "", ""),
        ("周敏", "11", "领导干部;执法人员", "", "R000001"),
    ]
    assert plan(*rows, persons=(ZHOU,)).leaders_with_mark == ("R000002", "R000001")


def test_missing_means_something_only_in_a_complete_file() -> None:
    gone = person(
        "R000004", "钱进", "11", periods=[StatusPeriod("R000004", "调出", date(2026, 2, 1), None, BEFORE)]
    )
    persons = (ZHOU, CHEN, WU, gone)
    row = ("周敏", "11", "工作人员", "", "")
    assert plan(row, persons=persons).not_in_file == ()
    assert plan(row, persons=persons, full=True).not_in_file == ("R000002", "R000003")


def test_a_rejected_row_is_in_the_file_all_the_same() -> None:
    rows = [
        ("周敏", "11", "科员", "", ""),
        ("某人", "11", "科员", "chenjing", ""),
        ("某人", "11", "科员", "", "R000003"),
    ]
    assert plan(*rows, persons=(ZHOU, CHEN, WU), full=True).not_in_file == ()


def applied(result: RollPlan, persons: tuple[KnownPerson, ...]) -> tuple[KnownPerson, ...]:
    known = {person.number: person for person in persons}
    for change in (*result.new, *result.changed):
        old = known.get(change.person, KnownPerson(change.person, ()))
        known[change.person] = KnownPerson(
            change.person,
            (*old.facts, *change.facts),
            (*old.periods, *change.periods),
            (*old.accounts, *change.accounts),
        )
    return tuple(known.values())


names = st.sampled_from(["周敏", "陈静", "伍明", "张伟", "赵新"])
rows_of_a_file = st.tuples(
    names,
    st.sampled_from(["11", "司法局", "市政府/公安局", "信访局", "办公室", ""]),
    st.sampled_from(["工作人员", "领导干部、行政执法人员", "行政执法人员", "科员"]),
    st.sampled_from(["", "zhoumin", "chenjing", "new1", "new1;new2", "中文"]),
    st.sampled_from(["", "R000001", "R000002", "7", "8"]),
    st.sampled_from(["", "在岗", "产假", "退休"]),
    st.sampled_from(["", "2026-02-10"]),
    st.sampled_from(["", "2026-01-05", "2026-10-01"]),
)


@given(st.lists(rows_of_a_file, max_size=6))
def test_whatever_the_file_says(rows: list[tuple[str, ...]]) -> None:
    """Every row is one of four; accounts stay unique; what has been applied is the same the second time."""
    persons = (ZHOU, CHEN, WU)
    header = f"{HEADER} 状态 状态起 生效日期"
    result = plan(*rows, persons=persons, header=header)
    assert result.read == len(result.new) + len(result.changed) + result.same + result.rejected
    assert len(rejected(result)) == result.rejected
    numbers = [change.person for change in (*result.new, *result.changed)]
    assert len(numbers) == len(set(numbers))
    after = applied(result, persons)
    accounts = [account.account for known in after for account in known.accounts]
    assert len(accounts) == len(set(accounts))
    units = UNITS | {unit.code: list(unit.facts) for unit in result.new_units}
    codes = set(units)
    assert {fact.value for change in result.new for fact in change.facts if fact.field == "unit"} <= codes
    read = [row for place, row in enumerate(rows, start=2) if f"row {place}" not in rejected(result)]
    again = plan_roll(roster(header, *read), after, units, NOW)
    assert (again.new, again.changed, again.new_units) == ((), (), ())


def test_a_namesake_elsewhere_does_not_stand_in_for_the_missing() -> None:
    assert plan(("周敏", "12", "工作人员", "", ""), persons=(ZHOU,), full=True).not_in_file == ("R000001",)
