"""The study plan and the laws that leaders must know: brought again, and how far they are carried out."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from msgspec.structs import replace as changed

from handlers.actions import study_plans as actions
from handlers.texts import study_plans as texts
from question_bank.formats.table import Table, read_table
from storage import audit, daily, study_plans
from storage.database import Database
from tests.handlers.activity_city import Hall, person, planned, populate
from tests.handlers.city import JUDGE, SINGLE
from tests.handlers.stage import MONDAY, at
from tests.storage.rows import add_questions
from tests.training.rolls import sheet
from training.activities import Mark
from training.daily import Answered, DailyQuestion
from training.people import Group
from training.rules import Rules
from training.study_plan_file import LAW_HEADERS, LAW_REQUIRED
from training.study_plans import PlanLine

NOW = at(MONDAY)
LINES = (PlanLine(2026, "行政处罚法培训", "11", 11, "lecture", ("行政处罚法",)), PlanLine(2026, "民法典", month=12))


@pytest.fixture
async def hall(database: Database) -> Hall:
    await populate(database)
    return Hall(database)


async def bring(hall: Hall, *lines: PlanLine, whole: bool = False) -> actions.Brought:
    async with hall.database.write() as tx:
        return await actions.bring_plan(tx, await person(tx, "R5"), 2026, lines, "年度计划", NOW, whole=whole)


def law_table(*rows: Sequence[str]) -> Table:
    return read_table("a.csv", sheet("法律 对象 备注", *rows), LAW_HEADERS, LAW_REQUIRED)


async def numbers(hall: Hall) -> dict[str, int]:
    async with hall.database.read() as tx:
        return {line.title: line.number for line in await study_plans.lines(tx, 2026)}


async def test_brought_again_a_line_keeps_its_number(hall: Hall) -> None:
    assert await bring(hall, *LINES) == actions.Brought(2, 0, 0, 0)
    before = await numbers(hall)
    assert await bring(hall, *LINES) == actions.Brought(0, 0, 2, 0)
    other = PlanLine(2026, "民法典", month=12, responsible="市司法局")
    assert await bring(hall, other) == actions.Brought(0, 1, 0, 0)
    assert await numbers(hall) == before
    async with hall.database.read() as tx:
        assert {line.responsible for line in await study_plans.lines(tx, 2026)} == {"", "市司法局"}
        act = await audit.last_of(tx, "plan.import")
    assert act is not None
    assert (act.actor, act.subject, act.reason) == ("R5", "year 2026", "年度计划")
    assert act.after == "新增 0，更新 1，不变 0，移出 0"


async def test_only_a_whole_file_takes_lines_out(hall: Hall) -> None:
    await bring(hall, *LINES)
    await bring(hall, LINES[1])
    assert len(await numbers(hall)) == 2
    assert await bring(hall, LINES[1], whole=True) == actions.Brought(0, 0, 1, 1)
    assert list(await numbers(hall)) == ["民法典"]


async def test_laws_brought_again(hall: Hall) -> None:
    async def laws(*rows: Sequence[str], whole: bool = False) -> actions.Brought:
        async with hall.database.write() as tx:
            who = await person(tx, "R5")
            _, found = await actions.bring_laws(tx, who, 2026, law_table(*rows), "清单", NOW, whole=whole)
            return found

    assert await laws(("行政处罚法", "", ""), ("民法典", "", "")) == actions.Brought(2, 0, 0, 0)
    assert await laws(("《中华人民共和国行政处罚法》", "", "第四章")) == actions.Brought(0, 1, 0, 0)
    assert await laws(("民法典", "", ""), whole=True) == actions.Brought(0, 0, 1, 1)
    async with hall.database.read() as tx:
        assert [law.law for law in await study_plans.laws(tx, 2026)] == ["民法典"]


async def test_how_far_it_is_carried_out(hall: Hall) -> None:
    await bring(hall, *LINES)
    async with hall.database.write() as tx:
        who = await person(tx, "R5")
        rows = law_table(("行政处罚法", "", "第四章"), ("民法典", "", ""))
        await actions.bring_laws(tx, who, 2026, rows, "清单", NOW, whole=False)
        await add_questions(tx, SINGLE, JUDGE)
        await daily.keep(tx, DailyQuestion(MONDAY, Group.STAFF, SINGLE, 1), NOW)
        # R2 is the only leader; what staff answers does not count for the list of leaders.
        answers = [Answered(MONDAY, one, Group.STAFF, "B", True, NOW, 10, 10) for one in ("R1", "R8")]
        await daily.record(tx, answers)
    number = (await numbers(hall))["行政处罚法培训"]
    made = await hall.hold(changed(planned(), title="别的名字", plan=number, laws=("中华人民共和国行政处罚法",)))
    found = await actions.coverage(hall.database, Rules(), 2026, NOW)
    assert [one.by for one in found.lines] == [(), ()]  # it is not posted yet
    assert [(one.activities, one.questions, one.reached, one.persons) for one in found.laws] == [
        *((0, 1, 0, 1), (0, 0, 0, 1))
    ]
    await hall.mark(made.number, Mark.LISTED, "R1", "R2")
    await hall.conclude(made.number, 150)
    found = await actions.coverage(hall.database, Rules(), 2026, NOW + timedelta(days=2))
    assert {one.line.title: one.by for one in found.lines} == {
        "行政处罚法培训": (f"活动 {made.number}",),
        "民法典": (),
    }
    assert list(texts.coverage(found)) == [
        "【2026 年度学习计划】已完成 1/2",
        f"  {number + 1} 12月，民法典：未完成",
        f"  {number} 11月，行政处罚法培训（司法局），专题讲座，《行政处罚法》：已完成（活动 {made.number}）",
        "【应知应会清单】2 部，有活动或试题的 1 部",
        "  《行政处罚法》（第四章）：活动 1 次，试题 1 道，领导干部答题或参加 1/1 人",
        "  《民法典》：活动 0 次，试题 0 道，领导干部答题或参加 0/1 人",
    ]


async def test_answers_of_other_years_do_not_count(hall: Hall) -> None:
    async with hall.database.write() as tx:
        await actions.bring_laws(
            tx, await person(tx, "R5"), 2026, law_table(("行政处罚法", "", "")), "清单", NOW, whole=False
        )
        await add_questions(tx, SINGLE)
        for day in (date(2025, 12, 31), date(2026, 1, 5)):
            await daily.keep(tx, DailyQuestion(day, Group.LEADER, SINGLE, 1), NOW)
        await daily.record(tx, [Answered(date(2025, 12, 31), "R2", Group.LEADER, "B", True, NOW, 10, 10)])
    [law] = (await actions.coverage(hall.database, Rules(), 2026, NOW)).laws
    assert (law.reached, law.persons) == (0, 1)
    async with hall.database.write() as tx:
        await daily.record(tx, [Answered(date(2026, 1, 5), "R2", Group.LEADER, "B", True, NOW, 10, 10)])
    [law] = (await actions.coverage(hall.database, Rules(), 2026, NOW)).laws
    assert (law.reached, law.persons) == (1, 1)
