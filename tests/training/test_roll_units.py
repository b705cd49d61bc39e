from datetime import date

import pytest

from tests.training.rolls import CHEN, HEADER, NOW, ZHOU, plan, rejected
from training.people import Fact


def test_unknown_units_are_created_top_down_and_listed() -> None:
    rows = [
        ("甲", "信访局", "工作人员", "", "", "2026-03-01"),
        ("乙", "市政府/信访局", "工作人员", "", "", "2026-02-01"),
        ("丙", "枫渡镇政府/办公室", "工作人员", "", "", "2026-03-01"),
    ]
    result = plan(*rows, header=f"{HEADER} 生效日期")
    assert [(unit.code, unit.path) for unit in result.new_units] == [
        ("U0001", "市政府/信访局"),
        ("U0002", "枫渡镇政府"),
        ("U0003", "枫渡镇政府/办公室"),
    ]
    assert result.new_units[0].facts == (
        Fact("U0001", "name", "信访局", date(2026, 2, 1), NOW),
        Fact("U0001", "parent", "10", date(2026, 2, 1), NOW),
    )
    units = [fact.value for change in result.new for fact in change.facts if fact.field == "unit"]
    assert units == ["U0001", "U0001", "U0003"]


@pytest.mark.parametrize("text", ["办公室", "/", "／"])
def test_units_that_cannot_be_told(text: str) -> None:
    result = plan(("甲", text, "工作人员", "", ""))
    assert rejected(result) == {"row 2": ["unit"]}
    assert result.new_units == ()


def test_a_rejected_row_creates_no_unit() -> None:
    result = plan(
        ("甲", "信访局", "科员", "", ""), ("周敏", "档案馆", "工作人员", "chenjing", ""), persons=(ZHOU, CHEN)
    )
    assert rejected(result) == {"row 2": ["category"], "row 3": ["account"]}
    assert result.new_units == ()
