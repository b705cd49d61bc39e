"""What the clock does for an exam: opens, ends, closes, calls and credits, each once in whatever process."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from handlers import exam_clock
from storage import daily, exams, sittings, tables
from storage.database import Database
from storage.scope import EVERYTHING
from tests.handlers.sitting_city import CLOSES, OPENS, opened
from tests.handlers.stage import MONDAY, Stage, at
from training.exams import ScoreRelease, State

FULL = ("A", "AB", "对", "法律；银行", "A", "对")


@pytest.fixture
async def stage(database: Database) -> Stage:
    """R1 and R2 are on the roll; it is ten o'clock."""
    await opened(database, "R1", "R2")
    return Stage(database)


async def state(database: Database) -> State:
    async with database.read() as tx:
        exam = await exams.one(tx, 1)
        assert exam is not None
        return exam.state


async def hours(database: Database) -> list[tuple[str, str, int]]:
    lines = select(tables.ledger_entry).where(tables.ledger_entry.c.form == "exam")
    async with database.read() as tx:
        return [(row.person, str(row.hours), row.year) for row in await tx.execute(lines)]


async def back_to(database: Database, wanted: State) -> None:
    async with database.write() as tx:
        await tx.execute(update(tables.exam).values(state=str(wanted)))


async def test_it_opens_and_closes_by_itself(database: Database, stage: Stage) -> None:
    await back_to(database, State.PUBLISHED)
    stage.clock.now = OPENS - timedelta(seconds=1)
    assert (await stage.mind_exams(), await state(database)) == (False, State.PUBLISHED)
    assert stage.shelf.has(1)  # made ready before
    stage.clock.now = OPENS
    await stage.mind_exams()
    assert await state(database) is State.OPEN
    stage.clock.now = CLOSES
    await stage.mind_exams()
    assert await state(database) is State.CLOSED


async def test_who_is_on_the_roll_is_called_once(stage: Stage) -> None:
    zhou, wu = stage.phone("zhou"), stage.phone("wu")
    assert await stage.mind_exams(awake=False) is False
    assert await zhou.read() == ""
    for _ in range(3):
        await stage.mind_exams()
    stage.clock.on(minutes=5)
    said = await zhou.read()
    assert said.startswith("“2026年度法律知识考试”已开始，请在 2026年11月23日 18:00 前完成，时长 60 分钟。")
    assert said.count("已开始") == 1
    assert await wu.read() == ""  # not on the roll


async def test_a_round_that_was_cut_short_goes_on(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exam_clock, "PAGE_PERSONS", 1)
    await opened(database, "R1", "R2", "R3")
    one = Stage(database)
    await one.mind_exams()
    two = Stage(database, one.clock, wire=one.wire)  # the first process is gone
    for _ in range(4):
        await two.mind_exams()
    one.clock.on(minutes=5)
    for account in ("zhou", "chen", "wu"):
        assert (await two.phone(account).read()).count("已开始") == 1


async def test_time_is_up_and_what_was_saved_counts(database: Database, stage: Stage) -> None:
    zhou = stage.phone("zhou")
    await zhou("开始")
    await zhou("A")
    stage.clock.on(minutes=60, seconds=20)
    await stage.mind_exams()
    async with database.read() as tx:
        assert await sittings.open_of(tx, EVERYTHING, "R1") is not None  # the grace is not over
    stage.clock.on(seconds=1)
    assert await stage.mind_exams() is True
    assert await stage.mind_exams() is False  # it is done
    async with database.read() as tx:
        assert await sittings.open_of(tx, EVERYTHING, "R1") is None
        [marks] = (await tx.execute(select(tables.exam_mark))).all()
        [attempt] = (await tx.execute(select(tables.exam_attempt))).all()
    assert (marks.version, attempt.ended_by) == (1, "clock")
    assert attempt.ended_at == attempt.deadline_at
    said = await zhou.read()
    assert "“2026年度法律知识考试”考试时间到，已自动交卷，已保存的作答都计入。" in said
    assert "分" not in said.partition("考试时间到")[2].partition("成绩在")[0]


async def passed(stage: Stage, account: str) -> None:
    phone = stage.phone(account)
    for words in ("开始", *FULL, "确认"):
        await phone(words)


async def test_scores_and_hours_come_with_the_close(database: Database, stage: Stage) -> None:
    await passed(stage, "zhou")
    assert await hours(database) == []
    zhou = stage.phone("zhou")
    assert "成绩在 2026年11月23日 18:00 考试结束后公布" in await zhou("考试")
    stage.clock.now = CLOSES + timedelta(minutes=5)
    for _ in range(3):
        await stage.mind_exams()
    assert await hours(database) == [("R1", "2.00", 2026)]
    assert (await zhou("考试")).count("成绩：100 分（满分 100），优秀") == 1
    assert "成绩已公布" in (await Stage(database, stage.clock, wire=stage.wire).phone("zhou").read())


async def test_at_night_hours_are_credited_and_nobody_is_called(database: Database, stage: Stage) -> None:
    await passed(stage, "zhou")
    zhou = stage.phone("zhou")
    await zhou.read()
    stage.clock.to(MONDAY + timedelta(days=1), "01:39")
    morning = at(MONDAY + timedelta(days=1), "08:00")
    for _ in range(3):
        await stage.mind_exams(quiet_until=morning)
    assert await hours(database) == [("R1", "2.00", 2026)]
    stage.clock.now = morning + timedelta(minutes=1, seconds=59)  # the congested minutes
    await stage.mind_exams()
    assert "成绩已公布" not in await zhou.read()
    stage.clock.on(seconds=1)
    assert (await zhou.read()).count("成绩已公布") == 1


async def test_whose_time_is_up_at_night_is_told_at_once(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    await zhou("开始")
    stage.clock.on(minutes=61)
    assert await stage.mind_exams(awake=False) is True
    assert "考试时间到" in await zhou.read()


async def test_two_processes_credit_once(database: Database, stage: Stage) -> None:
    await passed(stage, "zhou")
    await passed(stage, "chen")
    other = Stage(database, stage.clock, wire=stage.wire)
    stage.clock.now = CLOSES + timedelta(minutes=5)
    for _ in range(3):
        await stage.mind_exams()
        await other.mind_exams()
    assert sorted(await hours(database)) == [("R1", "2.00", 2026), ("R2", "2.00", 2026)]


async def test_scores_that_are_kept_back_stay_so(database: Database) -> None:
    await opened(database, release_score=ScoreRelease.MANUAL)
    stage = Stage(database)
    await passed(stage, "zhou")
    stage.clock.now = CLOSES + timedelta(minutes=5)
    for _ in range(3):
        await stage.mind_exams()
    assert (await hours(database), await state(database)) == ([], State.CLOSED)
    assert "成绩由市司法局公布" in await stage.phone("zhou")("考试")


async def test_an_open_paper_holds_every_push(database: Database, stage: Stage) -> None:
    await stage.phone("zhou")("开始")
    await stage.mind_exams()
    stage.clock.on(minutes=5)
    await stage.send_all()
    before = len(stage.wire.boxes.get("zhou", []))
    for _ in range(2):
        async with database.write() as tx:
            await stage.jobs.daily_push(tx, stage.clock())
    async with database.write() as tx:
        for wanted in await daily.wanted_pushes(tx):
            await stage.jobs.push_slice(tx, wanted, stage.clock())
    stage.clock.on(minutes=5)
    await stage.send_all()
    assert len(stage.wire.boxes.get("zhou", [])) == before
    assert stage.wire.boxes["chen"]
