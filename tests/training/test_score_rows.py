"""Rows of scores: which become a score, and what is said about every other one."""

from datetime import UTC, date, datetime

import pytest

from question_bank.formats.table import read_table
from question_bank.problems import Severity
from question_bank.questions import Kind
from training.exams import Exam, Excuse, Section, Settings, State
from training.people import Fact, Field, Group, StatusPeriod
from training.roll import KnownPerson, Roll
from training.score_lines import Sat, ScoreLine, fits
from training.score_rows import HEADERS, REQUIRED, Hall, Place, ScorePlan, plan_scores

TODAY = date(2026, 11, 30)
NEW_YEAR, RECORDED = date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)
OPENS, CLOSES = datetime(2026, 11, 20, 1, tzinfo=UTC), datetime(2026, 11, 27, 10, tzinfo=UTC)
SECTIONS = (Section(Kind.SINGLE, 100, 100), Section(Kind.JUDGE, 20, 100, group=Group.LEADER))
HEADER = "人员编号,姓名,成绩,考试方式,日期,佐证编号\n"
ID_CARD = "342501199003071234"


def known(number: str, name: str, became: str = "") -> KnownPerson:
    facts = (Fact(number, Field.NAME, name, NEW_YEAR, RECORDED), Fact(number, Field.UNIT, "u", NEW_YEAR, RECORDED))
    merged = (StatusPeriod(number, "并档", NEW_YEAR, None, RECORDED, became),) if became else ()
    return KnownPerson(number, facts, merged)


ROLL = Roll([known(f"P{n}", name) for n, name in enumerate("零一二三四五", 0)], TODAY)
PLACES = {
    **{"P1": Place(Group.STAFF), "P2": Place(Group.LEADER), "P3": Place(Group.STAFF, Excuse.EXCUSED)},
    "P4": Place(Group.STAFF, Excuse.DEFERRED),
}


def hall(attempts: int = 1, **sat: tuple[Sat, ...]) -> Hall:
    settings = Settings("考试", 2026, OPENS, CLOSES, 60, SECTIONS, attempts=attempts)
    return Hall(Exam(7, State.CLOSED, settings, OPENS, CLOSES), PLACES, sat, (8,))


def plan(*rows: str, to: Hall | None = None) -> ScorePlan:
    table = read_table("s.csv", (HEADER + "".join(f"{row}\n" for row in rows)).encode(), HEADERS, REQUIRED)
    return plan_scores(table, ROLL, to or hall())


def test_a_good_row_is_a_score() -> None:
    found = plan("P1,一,85.5,机考,2026-11-23,宁司1号", "P2,,120,,2026/11/24,2号")
    assert found.lines == (
        ScoreLine("P1", "一", 8550, 10000, "机考", date(2026, 11, 23), "宁司1号"),
        ScoreLine("P2", "二", 12000, 12000, "纸质", date(2026, 11, 24), "2号"),  # leaders have a longer paper
    )
    assert (found.read, found.rejected, found.problems) == (2, 0, ())


def test_two_scores_of_one_day_are_looked_at_again() -> None:
    rows = ("P1,,80,,2026-11-23,1号", "P1,,70,,2026-11-23,2号", "P1,,60,,2026-11-24,3号")
    earlier = Sat(1, date(2026, 11, 24), 5000, True, True)
    here = Sat(1, date(2026, 11, 24), 5000, True, False)
    found = plan(*rows, to=hall(4, P1=(earlier,)))
    assert (len(found.lines), {one.severity for one in found.problems}) == (3, {Severity.WARNING})
    assert [(one.where, one.problem) for one in found.problems] == [
        ("row 3", "一（P1）在 2026-11-23 另有成绩（第 2 行），请核对是否同一天考了两次。"),
        ("row 4", "一（P1）在 2026-11-24 另有成绩（已导入的成绩），请核对是否同一天考了两次。"),
    ]
    assert len(plan(*rows, to=hall(4, P1=(here,))).problems) == 1


@pytest.mark.parametrize("score, hundredths", [("0", 0), ("100", 10000), ("60.05", 6005), ("８５分", 8500)])
def test_scores_are_exact(score: str, hundredths: int) -> None:
    [line] = plan(f"P1,,{score},,2026-11-23,1号").lines
    assert line.score == hundredths


@pytest.mark.parametrize(
    "row, field, said",
    [
        (",一,80,,2026-11-23,1", "number", "没有人员编号，请填写。"),
        ("P9,,80,,2026-11-23,1", "number", "名册中没有人员编号 P9，请核对。"),
        ("P1,二,80,,2026-11-23,1", "name", "人员编号登记为一（P1），与姓名二不符，请核对。"),
        ("P5,,80,,2026-11-23,1", "number", "五（P5）不在考试 7 的应考名单中，请核对人员编号和考试编号。"),
        ("P3,,80,,2026-11-23,1", "number", "三（P3）已登记免考，成绩不计入；请删去这一行，或核对免考登记。"),
        ("P1,,八十,,2026-11-23,1", "score", "成绩“八十”不是分数，请写成 85 或 85.5 的样子。"),
        ("P1,,-1,,2026-11-23,1", "score", "成绩“-1”不是分数，请写成 85 或 85.5 的样子。"),
        ("P1,,1e1,,2026-11-23,1", "score", "成绩“1e1”不是分数，请写成 85 或 85.5 的样子。"),
        ("P1,,8_0,,2026-11-23,1", "score", "成绩“8_0”不是分数，请写成 85 或 85.5 的样子。"),
        ("P1,,٨٠,,2026-11-23,1", "score", "成绩“٨٠”不是分数，请写成 85 或 85.5 的样子。"),
        ("P1,,,,2026-11-23,1", "score", "成绩“”不是分数，请写成 85 或 85.5 的样子。"),
        ("P1,,缺考,,2026-11-23,1", "score", "“缺考”不是成绩；没有参加的不用导入，请删去这一行。"),
        ("P1,,80.125,,2026-11-23,1", "score", "成绩 80.125 的小数多于两位，请核对。"),
        ("P1,,100.01,,2026-11-23,1", "score", "成绩 100.01 高于满分 100，请核对，或按满分折算后填写。"),
        ("P1,,80,,上周,1", "day", "日期“上周”无法识别，请写成 2026-11-23 的样子。"),
        ("P1,,80,,2026-12-01,1", "day", "日期 2026-12-01 还没有到，请核对。"),
        ("P1,,80,,2025-12-31,1", "day", "日期 2025-12-31 早于考核年度 2026 年，请核对日期和考试编号。"),
        (f"P1,,80,{'考' * 21},2026-11-23,1", "way", "考试方式至多 20 字，请精简。"),
        (f"P1,,80,,2026-11-23,{'证' * 201}", "evidence", "佐证编号至多 200 字，请精简。"),
    ],
)
def test_each_bad_row_is_named_with_what_to_do(row: str, field: str, said: str) -> None:
    found = plan(row)
    assert found.lines == ()
    assert [(p.where, p.field, p.problem, p.severity) for p in found.problems] == [
        ("row 2", field, said, Severity.REJECTED)
    ]


@pytest.mark.parametrize("column", range(6))
def test_an_identity_number_is_refused_wherever_it_stands_and_not_repeated(column: int) -> None:
    cells = ["P1", "一", "80", "纸质", "2026-11-23", "1号"]
    cells[column] = ID_CARD
    found = plan(",".join(cells))
    assert found.lines == ()
    assert "不收集身份证号" in found.problems[0].problem
    assert not any(ID_CARD in problem.problem for problem in found.problems)


def test_what_is_doubtful_is_taken_and_said() -> None:
    found = plan("P4,,80,,2026-11-28,")
    assert [line.deferred for line in found.lines] == [True]
    assert [(p.field, p.severity) for p in found.problems] == [
        *(("day", Severity.WARNING), ("evidence", Severity.WARNING), ("number", Severity.WARNING)),
    ]
    assert found.problems[0].problem == "日期 2026-11-28 不在考试开放期间（2026-11-20 至 2026-11-27），请核对。"
    assert found.problems[2].problem.endswith("请核对；补考成绩请导入考试 8。")


def test_a_number_that_became_another_is_named() -> None:
    roll = Roll([known("P1", "一", "P2"), known("P2", "二")], TODAY)
    table = read_table("s.csv", (HEADER + "P1,,80,,2026-11-23,1\n").encode(), HEADERS, REQUIRED)
    [problem] = plan_scores(table, roll, hall()).problems
    assert problem.problem == "人员编号 P1 已并入 P2，请改用后者。"


NOW_OPEN = Sat(1, date(2026, 11, 23), None, ended=False, elsewhere=False)
IN_CHAT = Sat(1, date(2026, 11, 22), 5000, ended=True, elsewhere=False)
BROUGHT = Sat(1, date(2026, 11, 23), 8000, ended=True, elsewhere=True)
ROW = "P1,一,80,,2026-11-23,1号"


@pytest.mark.parametrize(
    "attempts, sat, said",
    [
        (1, IN_CHAT, "一（P1）已在系统中参加（1 次），本场考试每人至多 1 次，请删去这一行。"),
        (2, IN_CHAT, None),
        (2, NOW_OPEN, "一（P1）正在作答，请等交卷后再导入，或核对人员编号。"),
        (1, BROUGHT, "一（P1）在 2026-11-23 的同一成绩已经导入过，没有重复导入。"),
        (2, BROUGHT, "一（P1）在 2026-11-23 的同一成绩已经导入过，没有重复导入。"),
        (
            *(1, Sat(1, date(2026, 11, 22), 8000, ended=True, elsewhere=True)),
            "一（P1）已有导入的成绩（1 次），本场考试每人至多 1 次，请删去这一行。",
        ),
    ],
)
def test_who_has_sat_already(attempts: int, sat: Sat, said: str | None) -> None:
    found = plan(ROW, to=hall(attempts, P1=(sat,)))
    assert [problem.problem for problem in found.problems] == ([said] if said else [])
    line = plan(ROW).lines[0]
    assert fits(line, [sat], attempts) is (said is None)


def test_rows_of_one_person() -> None:
    other = "P1,一,81,,2026-11-24,2号"
    again = plan(ROW, ROW.replace("1号", "9号"), other)
    assert [line.score for line in again.lines] == [8000]
    assert [problem.problem for problem in again.problems] == [
        "与第 2 行相同，没有重复导入。",
        "一（P1）在第 2 行已有成绩，本场考试每人至多 1 次，请只留一行。",
    ]
    assert [line.score for line in plan(ROW, ROW, other, to=hall(2)).lines] == [8000, 8100]
    assert [line.score for line in plan(ROW, other, to=hall(2, P1=(IN_CHAT,))).lines] == [8000]


def test_a_rejected_row_takes_no_attempt() -> None:
    found = plan("P1,一,180,,2026-11-23,1号", ROW)
    assert [line.score for line in found.lines] == [8000]
