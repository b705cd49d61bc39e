"""我的数据 in words: what is kept is said as people say it, yes and no included."""

from datetime import UTC, datetime

import pytest

from handlers.actions.own_data import OwnData
from handlers.texts.own_data import text
from storage.own_records import OwnRecords
from training.evidence import Piece, State
from training.hours import Standing
from training.people import Field


def lines(**facts: str) -> list[str]:
    kept = OwnData(
        {str(Field[name.upper()]): value for name, value in facts.items()},
        "在岗",
        ("zhangsan",),
        3,
        2026,
        Standing(5000, {"daily": 30}),
    )
    return text("P1", kept).splitlines()


@pytest.mark.parametrize(
    ("field", "name"), [("mark", "行政执法人员"), ("qualification", "法律职业资格"), ("public_lawyer", "公职律师")]
)
def test_yes_and_no_are_said_in_words(field: str, name: str) -> None:
    assert f"{name}：是" in lines(**{field: "1"})
    assert f"{name}：否" in lines(**{field: ""})
    assert not [line for line in lines() if line.startswith(name)]


def test_a_qualification_that_is_named_stays_as_it_is() -> None:
    assert "法律职业资格：A 证" in lines(qualification="A 证")


def test_category_and_role_are_words() -> None:
    said = lines(category="other", role="unit_admin", post="科员")
    assert {"人员类别：其他（不纳入考核）", "角色：单位管理员", "职务：科员"} <= set(said)


def test_the_frame() -> None:
    said = lines(name="张三", post="")
    assert said[:3] == ["【我的数据】", "人员编号：P1", "姓名：张三"]
    assert {"人员状态：在岗", "企业微信账号：zhangsan", "每日一题作答：3 次", "2026年学时：每日一题 0.30"} <= set(
        said
    )
    assert not [line for line in said if line.startswith("职务")]


def test_records_and_evidence_are_said_when_there_are_any() -> None:
    piece = Piece(12, "claim:1", "P1", State.KEPT, "image/jpeg", 20480, datetime(2026, 11, 23, tzinfo=UTC))
    records = OwnRecords(attended=2, claims=1, objections=1, duty_facts=3, reports=1, pieces=(piece,))
    kept = OwnData({}, "在岗", (), 0, 2026, Standing(None, {}), records=records)
    said = text("P1", kept).splitlines()
    assert said[5:-2] == [
        *("培训活动到场登记：2 条", "学时申报：1 件", "异议：1 件", "履职登记：3 条", "涉及您的人员变动申报：1 件"),
        "佐证：E12.jpg（20 KB）",
    ]
