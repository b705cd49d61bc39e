from collections.abc import Mapping
from datetime import date

import pytest

from question_bank.formats.table import Row
from training.findings import Findings
from training.people import Field
from training.rosters import RosterRow, roster_row

NEEDED = {"name": "周敏", "unit": "司法局", "category": "工作人员"}


def read(**cells: str) -> tuple[RosterRow, Findings]:
    found = Findings("row 2")
    filled: Mapping[str, str] = {field: text for field, text in (NEEDED | cells).items() if text}
    return roster_row(Row(2, filled), found), found


def fields(found: Findings) -> list[str]:
    return [str(problem.field) for problem in found.problems]


def test_the_least_row() -> None:
    row, found = read()
    assert row == RosterRow(
        "row 2", "周敏", "司法局", "", (), {"category": "staff", "mark": ""}, (), "", None, None, None
    )
    assert found.problems == []


@pytest.mark.parametrize(
    ("text", "category", "mark"),
    [
        ("领导干部", "leader", ""),
        ("工作人员", "staff", ""),
        ("其他", "other", ""),
        ("其他（不纳入考核）", "other", ""),
        ("行政执法人员", "staff", "1"),
        ("领导干部，行政执法人员", "leader", "1"),
        ("领导干部；行政执法人员", "leader", "1"),
        ("领导干部;行政执法人员", "leader", "1"),
        ("行政执法人员、工作人员", "staff", "1"),
        ("工作人员,行政执法人员,", "staff", "1"),
        ("工作 人员", None, None),
        ("Leader, Enforcement", "leader", "1"),
        ("领导干部、工作人员", None, None),
        ("科员", None, None),
        ("；", None, None),
    ],
)
def test_categories(text: str, category: str | None, mark: str | None) -> None:
    row, found = read(category=text)
    if category is None:
        assert fields(found) == ["category"]
        assert found.rejected
    else:
        assert (row.values[Field.CATEGORY], row.values[Field.MARK]) == (category, mark)
        assert found.problems == []


def test_the_mark_on_other_is_said_to_do_nothing() -> None:
    row, found = read(category="其他、行政执法人员")
    assert (row.values[Field.CATEGORY], row.values[Field.MARK]) == ("other", "1")
    assert fields(found) == ["category"]
    assert not found.rejected


@pytest.mark.parametrize(
    ("text", "accounts"),
    [
        ("ZhouMin", ("zhoumin",)),
        ("zhou.min@city", ("zhou.min@city",)),
        ("1_-@.", ("1_-@.",)),
        ("a；b;c、d,e f", ("a", "b", "c", "d", "e", "f")),
        ("a;A", ("a",)),
        ("x" * 64, ("x" * 64,)),
    ],
)
def test_accounts(text: str, accounts: tuple[str, ...]) -> None:
    row, found = read(account=text)
    assert (row.accounts, found.problems) == (accounts, [])


@pytest.mark.parametrize("text", ["周敏", "_a", "-a", ".a", "@a", "a+b", "x" * 65, "ａｂ", "a%"])
def test_what_is_no_account(text: str) -> None:
    assert fields(read(account=text)[1]) == ["account"]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("学员", "learner"),
        ("单位管理员", "unit_admin"),
        ("市级管理员", "city_admin"),
        ("督察员", "auditor"),
        ("系统管理员", "system_admin"),
        ("CITY_ADMIN", "city_admin"),
    ],
)
def test_roles(text: str, role: str) -> None:
    assert read(role=text)[0].values[Field.ROLE] == role


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "名" * 65}, "name"),
        ({"unit": ""}, "unit"),
        ({"category": ""}, "category"),
        ({"role": "管理员"}, "role"),
        ({"number": "A 1"}, "number"),
        ({"number": "A/1"}, "number"),
        ({"number": "9" * 65}, "number"),
        ({"number": "11010119900307123X"}, "number"),
        ({"job": "身份证 11010119900307123X"}, "job"),
        ({"joined_on": "2026-02-30"}, "joined_on"),
        ({"valid_from": "明天"}, "valid_from"),
        ({"status": "休假"}, "status"),
        ({"status": "病假", "status_from": "3月"}, "status_from"),
        ({"status": "病假", "status_from": "2026-03-02", "status_to": "2026-03-01"}, "status_to"),
        ({"status": "病假", "status_to": "2026-03-01"}, "status_from"),
        ({"status_from": "2026-03-01"}, "status"),
    ],
)
def test_rejected(cells: dict[str, str], field: str) -> None:
    found = read(**cells)[1]
    assert fields(found) == [field]
    assert found.rejected
    assert all(problem.problem.endswith("。") for problem in found.problems)


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"appointed_on": "去年"}, "appointed_on"),
        ({"certificate_until": "2026-02-30"}, "certificate_until"),
        ({"public_lawyer": "在办"}, "public_lawyer"),
        ({"joined_on": "2026-03-10", "valid_from": "2026-03-01"}, "valid_from"),
    ],
)
def test_warned_and_read(cells: dict[str, str], field: str) -> None:
    found = read(**cells)[1]
    assert (fields(found), found.rejected) == ([field], False)


def test_everything_else() -> None:
    row, found = read(
        name="周 敏",
        number="R000001",
        post="科长",
        leadership="是",
        appointed_on="2023年5月",
        staffing="行政编制",
        certificate="无",
        certificate_until="2028-02",
        job="法制审核",
        qualification="A证",
        public_lawyer="否",
        workplace="市政府/政府办公室",
        status="已退休",
        status_from="2026/3/1",
        status_to="2026-3-1",
        joined_on="20100701",
        valid_from="2026.1.1",
        managed_units="司法局；公安局",
    )
    assert found.problems == []
    assert (row.name, row.number, row.status, row.managed_units) == (
        "周敏",
        "R000001",
        "退休",
        ("司法局", "公安局"),
    )
    assert (row.status_from, row.status_to, row.valid_from) == (
        date(2026, 3, 1),
        date(2026, 3, 1),
        date(2026, 1, 1),
    )
    assert row.joined_on == date(2010, 7, 1)
    assert row.values == {
        "category": "staff",
        "mark": "",
        "post": "科长",
        "leadership": "班子成员",
        "appointed_on": "2023-05-01",
        "staffing": "行政编制",
        "certificate": "",
        "certificate_until": "2028-02-29",
        "job": "法制审核",
        "qualification": "A证",
        "public_lawyer": "",
        "workplace": "市政府/政府办公室",
        "joined_on": "2010-07-01",
    }


@pytest.mark.parametrize(("text", "value"), [("是", "1"), ("无", ""), ("C证", "C证")])
def test_qualification(text: str, value: str) -> None:
    assert read(qualification=text)[0].values[Field.QUALIFICATION] == value


def test_a_certificate_for_ever_has_no_last_day() -> None:
    row, found = read(certificate_until="长期")
    assert (row.values[Field.CERTIFICATE_UNTIL], found.problems) == ("", [])
