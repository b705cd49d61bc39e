"""成绩导入: nothing before the second admin, then sittings with marks, and the hours where scores are out."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from handlers.actions import batches, exam_analysis, exam_reports, exam_scores
from handlers.actions.exam_scores import Planned
from question_bank.formats.table import read_table
from storage import exam_marks, exams, sittings, tables
from storage.database import Database
from storage.scope import EVERYTHING
from tests.handlers.city import add_person
from tests.handlers.exam_sat import FIRST, Hall, hall_of
from tests.handlers.sitting_city import OPENS, TITLE, single
from tests.handlers.stage import MONDAY, at
from tests.storage.rows import ledger_lines
from training.errors import BatchOvertaken, OwnBatch
from training.exams import Excuse, Keep, ScoreRelease
from training.marking import Marks
from training.people import Category, Group
from training.score_rows import HEADERS, REQUIRED

FIVE = tuple(single(n) for n in range(1, 6))
GOOD = {"x001": "A", "x002": "A", "x003": "A", "x004": "A", "x005": "B"}
MANUAL: dict[str, Any] = {"release_score": ScoreRelease.MANUAL}
HEADER = "人员编号,姓名,成绩,考试方式,日期,佐证编号\n"
ROWS = ("R1,周敏,80,纸质,2026-11-23,宁司1号", "R2,陈静,59.99,其他平台,2026-11-23,宁司2号")


@pytest.fixture
async def hall(database: Database) -> Hall:
    return await made(database, **MANUAL)


async def made(database: Database, **changed: Any) -> Hall:
    return await hall_of(database, ("R1", "R2", "R3"), *FIVE, **changed)


async def planned(hall: Hall, *rows: str) -> Planned:
    table = read_table("s.csv", (HEADER + "".join(f"{row}\n" for row in rows)).encode(), HEADERS, REQUIRED)
    return await exam_scores.planned(hall.database, hall.stage.rules, hall.exam.number, table, hall.stage.clock())


async def propose(hall: Hall, *rows: str) -> int:
    found = await planned(hall, *rows)
    assert found.plan.rejected == 0, found.plan.problems
    async with hall.database.write() as tx:
        return await batches.propose(tx, FIRST, found.changes, "纸质考试", hall.stage.clock())


async def release(hall: Hall) -> None:
    async with hall.database.write() as tx:
        await exams.mark_released(tx, hall.exam.number, hall.stage.clock(), scores=True)


async def test_a_second_admin_sees_every_score_and_confirms_it(hall: Hall) -> None:
    number = await propose(hall, *ROWS)
    second, zhou = hall.stage.phone("second"), hall.stage.phone("zhou")
    assert await hall.scores() == {}
    assert await second(f"审核 {number}") == (
        f"【批次 {number}（11月23日）导入考试 1 成绩 2 条，江平提出：纸质考试】\n"
        f"《{TITLE}》：合格 1 条，不合格 1 条，满分 100。请对照原始成绩单核对：\n"
        "周敏（R1）2026-11-23 纸质 80 分，佐证 宁司1号\n"
        "陈静（R2）2026-11-23 其他平台 59.99 分，佐证 宁司2号\n"
        "查看明细请回复“审核 编号”，同意请回复“确认 编号”，不同意请回复“退回 编号 理由”。"
    )
    assert await hall.stage.phone("admin")(f"确认 {number}") == "自己提出的批次须由另一名市级管理员确认。"
    assert await hall.scores() == {}
    assert await second(f"确认 {number}") == f"批次 {number} 已确认并生效：导入考试 1 成绩 2 条。"
    assert await hall.scores() == {"R1": [8000], "R2": [5999]}
    assert await zhou("考试") == f"“{TITLE}”已交卷。成绩由市司法局公布，届时回复“成绩”查看。"
    assert (await zhou("开始")).startswith(f"《{TITLE}》")  # no attempt is left
    assert await hall.scores() == {"R1": [8000], "R2": [5999]}


async def test_a_sitting_from_outside_has_marks_evidence_and_no_paper(hall: Hall) -> None:
    number = await propose(hall, ROWS[0])
    await hall.confirm(number)
    async with hall.database.read() as tx:
        [result] = (await exam_marks.results(tx, EVERYTHING, 1))["R1"]
        [kept] = (await exam_marks.versions(tx, [result.attempt]))[result.attempt]
        batch = (await tx.execute(select(tables.exam_mark.c.batch))).scalar_one()
        assert await sittings.by_number(tx, [result.attempt]) == {}
    assert (result.mode, result.ended_by, result.number) == ("paper", "import", 1)
    assert (result.score, result.full_marks, result.evidence) == (8000, 10000, "宁司1号（纸质）")
    assert result.started_at == result.ended_at == at(MONDAY, "00:00")
    assert (kept.version, kept.marks, kept.reason, batch) == (1, Marks((), 8000), "成绩导入", number)


async def test_hours_come_with_the_release_or_at_once_after_it(hall: Hall) -> None:
    await hall.confirm(await propose(hall, *ROWS))
    assert await hall.lines() == []
    await release(hall)
    await hall.stage.mind_exams()
    assert await hall.lines() == [("1:R1", "2.00")]
    assert await hall.lines("R2") == []
    number = await propose(hall, "R3,,100,,2026-11-23,宁司3号")  # the clock's round is over
    wu = hall.stage.phone("wu")
    assert await wu.read() == ""
    await hall.stage.phone("second")(f"确认 {number}")
    assert await wu.read() == f"“{TITLE}”成绩已公布，回复“成绩”查看。"
    assert await hall.lines("R3") == [("1:R3", "2.00")]
    assert await hall.hours("R3") == 200
    await hall.stage.mind_exams()
    assert (await hall.lines("R1"), await hall.lines("R3")) == ([("1:R1", "2.00")], [("1:R3", "2.00")])
    assert "80 分" in await hall.stage.phone("zhou")("考试")
    assert "成绩 80 分" in await hall.stage.phone("zhou")("证书")


async def test_the_line_stands_on_the_day_of_the_exam(hall: Hall) -> None:
    await release(hall)
    hall.stage.clock.to(date(2026, 12, 10))
    await hall.confirm(await propose(hall, "R1,,80,,2026-11-25,1号"))
    async with hall.database.read() as tx:
        [line] = await ledger_lines(tx)
    assert (line.entry.starts_on, line.entry.ends_on, line.entry.form) == (
        *(date(2026, 11, 25), date(2026, 11, 25)),
        "exam",
    )


async def test_the_same_file_again_is_refused_row_by_row(hall: Hall) -> None:
    first, again = await propose(hall, *ROWS), await propose(hall, *ROWS)
    await hall.confirm(first)
    with pytest.raises(BatchOvertaken) as refused:
        await hall.confirm(again)
    assert refused.value.about == "周敏（R1）"
    found = await planned(hall, *ROWS)
    assert (found.plan.lines, found.plan.rejected) == ((), 2)
    assert found.plan.problems[0].problem.endswith("的同一成绩已经导入过，没有重复导入。")
    assert await hall.scores() == {"R1": [8000], "R2": [5999]}


async def test_what_happened_since_makes_the_batch_overtaken(hall: Hall) -> None:
    number = await propose(hall, *ROWS)
    attempt = await hall.begin("R2", {})
    with pytest.raises(BatchOvertaken):
        await hall.confirm(number)
    await hall.hand_in(attempt, "R2")
    with pytest.raises(BatchOvertaken):
        await hall.confirm(number)
    assert await hall.scores() == {"R2": [0]}  # whole or not at all
    third = await propose(hall, ROWS[0])
    async with hall.database.write() as tx:
        assert await exams.excuse(tx, hall.exam.number, "R1", Excuse.EXCUSED, "1号", OPENS)
    with pytest.raises(BatchOvertaken):
        await hall.confirm(third)


async def test_who_sits_in_chat_meanwhile_is_named(hall: Hall) -> None:
    await hall.begin("R1", {})
    found = await planned(hall, ROWS[0])
    assert [problem.problem for problem in found.plan.problems] == [
        "周敏（R1）正在作答，请等交卷后再导入，或核对人员编号。"
    ]


async def test_the_last_attempt_may_take_a_pass_and_its_hours_away(database: Database) -> None:
    hall = await made(database, attempts=2, keep=Keep.LAST)
    await hall.sit("R1", **GOOD)
    await release(hall)
    await hall.stage.mind_exams()
    assert await hall.lines() == [("1:R1", "2.00")]
    await hall.confirm(await propose(hall, "R1,,50,,2026-11-23,1号"))
    assert await hall.scores() == {"R1": [8000, 5000]}
    assert [hours for _, hours in await hall.lines()] == ["2.00", "-2.00"]
    assert await hall.hours() == 0


async def test_changed_keys_pass_them_over_and_reports_count_them(hall: Hall) -> None:
    await hall.sit("R3", **GOOD)
    await hall.confirm(await propose(hall, *ROWS))
    await hall.change("x005", "B")
    await hall.mind()
    assert await hall.scores() == {"R1": [8000], "R2": [5999], "R3": [10000]}
    stated = await exam_reports.statement(hall.database, hall.stage.rules, 1, hall.stage.clock())
    assert [row.sat.result.score if row.sat else None for row in stated.rows] == [8000, 5999, 10000]
    analysis = await exam_analysis.analysis(hall.database, stated)
    assert analysis.unread == 2


async def test_one_admin_is_not_enough(hall: Hall) -> None:
    number = await propose(hall, *ROWS)
    async with hall.database.write() as tx:
        with pytest.raises(OwnBatch):
            await batches.confirm(tx, hall.stage.rules, FIRST, number, hall.stage.clock())


async def test_many_scores_are_entered_in_order(database: Database) -> None:
    hall = await made(database, **MANUAL)
    async with database.write() as tx:
        numbers = [f"T{n:04}" for n in range(300)]
        for number in numbers:
            await add_person(tx, number)
        roll = [exams.Sitter(number, "11", Category.STAFF, False, Group.STAFF) for number in numbers]
        await exams.add_to_roll(tx, hall.exam.number, roll, OPENS)
    rows = [f"{number},,{n % 101},,2026-11-23,1号" for n, number in enumerate(numbers)]
    await hall.confirm(await propose(hall, *rows))
    assert await hall.scores() == {number: [n % 101 * 100] for n, number in enumerate(numbers)}
