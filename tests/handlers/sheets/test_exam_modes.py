"""考试方式 in the 成绩明细: as it was imported, else where it was sat."""

import pytest

from handlers.sheets.exam_persons import mode_cell
from storage.exam_marks import Result
from storage.sittings import BY_IMPORT, BY_PERSON, CHAT, PAPER
from tests.handlers.stage import MONDAY, at


@pytest.mark.parametrize(
    ("mode", "ended_by", "evidence", "said"),
    [
        (PAPER, BY_IMPORT, "宁司2号（其他平台）", "其他平台"),
        (PAPER, BY_IMPORT, "宁司〔2026〕2号（甲）（纸质）", "纸质"),
        (PAPER, BY_IMPORT, "无（机考）", "机考"),
        (PAPER, BY_IMPORT, "", "线下"),
        (CHAT, BY_PERSON, "甲（乙）", "在线"),
    ],
)
def test_how_it_was_sat(mode: str, ended_by: str, evidence: str, said: str) -> None:
    then = at(MONDAY)
    assert mode_cell(Result(1, "R1", 1, mode, then, then, ended_by, 8_000, 10_000, evidence)) == said
