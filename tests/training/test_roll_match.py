from dataclasses import replace
from datetime import date

import pytest

from tests.training.rolls import (
    BEFORE,
    CHEN,
    NEW_YEAR,
    NOW,
    TODAY,
    WU,
    ZHOU,
    person,
    plan,
    rejected,
    warned,
)
from training.people import Account, Fact, StatusPeriod


@pytest.mark.parametrize(
    "row",
    [
        ("周敏", "11", "工作人员", "", "R000001"),
        ("周敏", "11", "工作人员", "ZHOUMIN", ""),
        ("周　敏", "司法局", "工作人员", "", ""),
        ("周敏", "市政府/司法局", "工作人员", "zhoumin", "R000001"),
    ],
)
def test_the_same_by_number_account_or_name_and_unit(row: tuple[str, ...]) -> None:
    result = plan(row, persons=(ZHOU, CHEN, WU))
    assert (result.same, result.new, result.changed, result.problems) == (1, (), (), ())


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (("周敏", "11", "工作人员", "chenjing", "R000001"), "account"),  # another's account
        (("周敏", "11", "工作人员", "zhoumin;chenjing", ""), "account"),  # accounts of two
        (("李强", "11", "工作人员", "zhoumin", ""), "account"),  # another name on the account
        (("周敏", "11", "工作人员", "zhoumin", "R000009"), "number"),  # the account has another number
        (("李强", "12", "工作人员", "", "R000001"), "number"),  # neither name nor unit agree with the number
        (("周敏", "11", "工作人员", "zm", ""), "number"),  # a namesake with another account
        (("周敏", "11", "工作人员", "", "R000009"), "number"),  # a namesake with another number
    ],
)
def test_asked_not_guessed(row: tuple[str, ...], field: str) -> None:
    result = plan(row, persons=(ZHOU, CHEN, WU), full=True)
    assert rejected(result) == {"row 2": [field]}
    assert (result.new, result.changed) == ((), ())
    assert "R000001" not in result.not_in_file


def test_two_known_namesakes_in_the_unit() -> None:
    twins = (person("R1", "张伟", "11", "zw1"), person("R2", "张伟", "11", "zw2"))
    assert rejected(plan(("张伟", "11", "工作人员", "", ""), persons=twins)) == {"row 2": ["number"]}
    assert (
        plan(("张伟", "11", "工作人员", "", "R2"), ("张伟", "11", "工作人员", "ZW1", ""), persons=twins).same == 2
    )


def test_a_namesake_with_number_and_account_of_the_own_is_new() -> None:
    result = plan(("周敏", "11", "工作人员", "zm", "R000009"), persons=(ZHOU,))
    assert [change.person for change in result.new] == ["R000009"]


def test_a_namesake_elsewhere_is_new_with_a_hint() -> None:
    result = plan(("周敏", "12", "工作人员", "", ""), persons=(ZHOU,))
    assert len(result.new) == 1
    assert warned(result)["row 2"] == ["name"]


def test_a_namesake_who_has_left_is_asked() -> None:
    gone = person("R1", "张伟", "11", periods=[StatusPeriod("R1", "退休", date(2026, 2, 1), None, BEFORE)])
    assert rejected(plan(("张伟", "11", "工作人员", "", ""), persons=(gone,))) == {"row 2": ["number"]}


def test_the_account_of_a_person_without_one_is_added() -> None:
    result = plan(("伍明", "公安局", "工作人员", "WuMing", ""), persons=(ZHOU, WU))
    assert result.changed[0].accounts == (Account("wuming", "R000003", TODAY),)
    assert (result.changed[0].facts, result.problems) == ((), ())


def test_accounts_of_other_channels_are_no_matter_of_the_roster() -> None:
    known = replace(ZHOU, accounts=(*ZHOU.accounts, Account("123456", "R000001", NEW_YEAR, "telegram")))
    result = plan(
        ("周敏", "11", "工作人员", "zhoumin", ""), ("甲", "11", "工作人员", "123456", ""), persons=(known,)
    )
    assert (result.same, len(result.new)) == (1, 1)


def test_an_account_that_the_row_does_not_name_stays_with_a_word() -> None:
    result = plan(("陈静", "11", "工作人员", "chenjing", ""), persons=(CHEN,))
    assert (result.same, warned(result)) == (1, {"row 2": ["account"]})


def test_a_new_name_under_the_number_is_a_change_with_a_word() -> None:
    result = plan(("周珉", "11", "工作人员", "", "R000001"), persons=(ZHOU,))
    assert (result.changed[0].facts, result.changed[0].before) == (
        (Fact("R000001", "name", "周珉", TODAY, NOW),),
        {"name": "周敏"},
    )
    assert warned(result) == {"row 2": ["name"]}


def test_equal_rows_count_once() -> None:
    row = ("甲", "11", "工作人员", "jia", "")
    result = plan(row, row, row)
    assert rejected(result) == {"row 3": ["number"], "row 4": ["number"]}
    assert len(result.new) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("甲", "11", "工作人员", "jia", ""), ("甲", "11", "领导干部", "jia", "")),
        (("甲", "11", "工作人员", "", "7"), ("甲", "11", "领导干部", "", "7")),
        (("甲", "11", "工作人员", "", "7"), ("乙", "12", "工作人员", "", "7")),
        (("甲", "11", "工作人员", "", ""), ("甲", "司法局", "领导干部", "", "")),
        (("甲", "11", "工作人员", "jia", ""), ("乙", "11", "工作人员", "JIA", "")),
        (("甲", "11", "工作人员", "jia", ""), ("甲", "12", "工作人员", "jia", "")),
        (("甲", "11", "工作人员", "jia", ""), ("甲", "11", "工作人员", "", "7")),
        (("周敏", "11", "工作人员", "", "R000001"), ("周敏", "11", "领导干部", "zhoumin", "")),
    ],
)
def test_rows_that_contradict_each_other(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    result = plan(one, other, ("丙", "11", "工作人员", "", ""), persons=(ZHOU,))
    assert set(rejected(result)) == {"row 2", "row 3"}
    assert all(len(fields) == 1 for fields in rejected(result).values())
    assert (len(result.new), result.changed, result.same) == (1, (), 0)


def test_a_bare_namesake_goes_and_the_one_that_can_be_told_stays() -> None:
    result = plan(("甲", "11", "工作人员", "jia", ""), ("甲", "11", "工作人员", "", ""))
    assert set(rejected(result)) == {"row 3"}
    known = plan(("周敏", "11", "工作人员", "", "R000001"), ("周敏", "11", "工作人员", "", ""), persons=(ZHOU,))
    assert (set(rejected(known)), known.same) == ({"row 3"}, 1)


@pytest.mark.parametrize("keys", [("a", "", "b", ""), ("", "8", "", "9"), ("a", "8", "b", "9")])
def test_namesakes_that_can_be_told(keys: tuple[str, str, str, str]) -> None:
    result = plan(("甲", "11", "工作人员", *keys[:2]), ("甲", "11", "工作人员", *keys[2:]))
    assert (len(result.new), rejected(result)) == (2, {})


def test_number_and_account_together_carry_a_new_name_and_unit() -> None:
    result = plan(("周珉", "12", "工作人员", "zhoumin", "R000001"), persons=(ZHOU,))
    assert ({fact.field for fact in result.changed[0].facts}, result.problems) == ({"name", "unit"}, ())


def test_an_account_used_for_two_is_called_so() -> None:
    result = plan(("甲", "11", "工作人员", "jia", ""), ("乙", "11", "工作人员", "jia", ""))
    assert rejected(result) == {"row 2": ["account"], "row 3": ["account"]}
    assert "不同的人" in result.problems[-1].problem
