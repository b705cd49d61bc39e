"""What the audit log says of a batch: what held, what is wanted, and no more than a reader can take in."""

from datetime import date
from decimal import Decimal

import pytest

from tests.storage.rows import entry
from training.activity_hours import ActivityHours, Earns
from training.batch_acts import MOST_CHARACTERS, held_and_wanted
from training.batches import (
    Changes,
    KeyChangeProposal,
    OwnHours,
    PastHours,
    Period,
    PersonEdit,
    PersonMerge,
    Reversal,
    RollChanges,
    ScoreImport,
    UnitChanges,
    UnitEdit,
    UnitMade,
    Value,
    YearClosing,
    decoded,
    encoded,
    own_hours,
)
from training.past_lines import PastLine
from training.score_lines import ScoreLine
from training.years import YearAct

DAY = date(2026, 3, 2)
UNITS = {"sfj": "司法局", "czj": "财政局"}


def line(person: str, hours: str) -> PastLine:
    return PastLine(person, "张三", "lecture", (), "课", DAY, DAY, Decimal(hours), "", "", 2026, person)


def key(answer: tuple[str, ...], *, voided: bool = False) -> KeyChangeProposal:
    return KeyChangeProposal(3, "考试", "t1", "题干", ("A",), voided, answer, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("changes", "held", "wanted"),
    [
        (
            RollChanges(
                (PersonEdit("P20", "张三", (Value("unit", "czj", DAY, "sfj"), Value("role", "auditor", DAY))),)
            ),
            "P20 单位 司法局（sfj）；P20 角色 空",
            "P20 单位 司法局（sfj）→财政局（czj），2026-03-02 起；P20 角色 空→督察员，2026-03-02 起",
        ),
        (
            RollChanges(
                (PersonEdit("P20", "张三", (), (Period("产假", DAY), Period("借调", DAY, date(2026, 3, 1)))),)
            ),
            "",
            "P20 状态 产假 2026-03-02 起；P20 状态 借调 撤销 2026-03-02 起的记录",
        ),
        (RollChanges((), (UnitMade("U1", "司法局/新所", ()),)), "", "新建单位 司法局/新所"),
        (
            UnitChanges((UnitEdit("sfj", "司法局", (Value("nature", "agency", DAY, "department"),)),)),
            "sfj 单位性质 政府部门",
            "sfj 单位性质 政府部门→派出机构，2026-03-02 起",
        ),
        (
            PastHours((line("P2", "4"), line("P3", "2.5"))),
            "",
            "导入学时 2 条，合计 6.50：P2 2026-03-02 专题讲座 4；P3 2026-03-02 专题讲座 2.5",
        ),
        (Reversal(29, "A004", "第 29 条"), "台账第 29 条 A004", "冲销台账第 29 条（A004）"),
        (YearClosing(2025, YearAct.CLOSED), "2025 年度未结账", "2025 年度结账"),
        (YearClosing(2025, YearAct.REOPENED), "2025 年度已结账", "2025 年度重新开放"),
        (
            PersonMerge("R9", "张三", "R1", "张三", ("a",), 2, Decimal("4.50")),
            "R9、R1 两个人员编号",
            "R9 并入 R1，转记学时 2 条，合计 4.50",
        ),
        (key(("B", "C")), "考试 3 试题 t1 答案 A", "考试 3 试题 t1 答案 B、C"),
        (key((), voided=True), "考试 3 试题 t1 答案 A", "考试 3 试题 t1 作废"),
        (
            ScoreImport(3, "考试", (ScoreLine("P1", "一", 8550, 10000, "纸质", DAY),), 1),
            "",
            "导入考试 3 成绩 1 条：P1 2026-03-02 85.50 分",
        ),
    ],
)
def test_what_held_and_what_is_wanted(changes: Changes, held: str, wanted: str) -> None:
    assert held_and_wanted(changes, UNITS) == (held, wanted)


def test_the_line_that_is_taken_back_is_named() -> None:
    taken = entry(29, person="A004", form="lecture", title="宪法", starts_on=DAY, hours=Decimal("4.00"))
    held, _ = held_and_wanted(Reversal(29, "A004", "第 29 条"), {}, taken)
    assert held == "台账第 29 条 A004 2026-03-02 专题讲座 宪法 4.00"


def test_a_long_batch_is_cut_and_counted() -> None:
    edits = [PersonEdit(f"P{n}", "张三", (Value("unit", "czj", DAY, "sfj"),)) for n in range(3_000)]
    held, wanted = held_and_wanted(RollChanges(tuple(edits)), UNITS)
    for text in (held, wanted):
        assert text.startswith("P0 单位 司法局（sfj）")
        assert text.endswith("……等 3000 项")
        assert MOST_CHARACTERS - 60 < len(text) < MOST_CHARACTERS + 20


def test_the_hours_of_an_activity_stand_by_number() -> None:
    people = (Earns("R1", "周敏", 2026, Decimal("3.33")), Earns("R2", "陈静", 2026, Decimal("1.00")))
    changes = ActivityHours(12, "讲座", "2026-11-24 14:00 实际 150 分钟", people)
    assert held_and_wanted(changes, {}) == (
        "",
        "活动 12 认定学时 2 人，合计 4.33：R1 2026 年度 3.33；R2 2026 年度 1.00",
    )
    assert own_hours(changes, "R2") == OwnHours(1, Decimal("1.00"))
    assert own_hours(changes, "R3") is None
    assert decoded(encoded(changes)) == changes
