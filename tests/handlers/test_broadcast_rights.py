"""Who sent it is asked again each time: whoever left, or was given other units, has no power over it any more."""

import pytest
from msgspec.structs import replace
from sqlalchemy import select, update

from storage import tables, wishes
from storage.database import Database
from tests.handlers import broadcast_town as town
from tests.handlers.broadcast_town import NOTICE, NOW, clock, placed, run, sent, single
from tests.handlers.sent_broadcast import closing_of, to_the_end
from tests.handlers.stage import MONDAY, Stage, at
from training.broadcasts import Audience, Every, Kind, Repeat, Settings, Until
from training.calendar import DAY

WEEKLY = Repeat(Every.WEEK, 9, 7, day=1)
WRITTEN = Settings(Kind.QUIZ, written=(replace(single(), id=""),), credit=10, repeat=WEEKLY)


@pytest.fixture
async def stage(database: Database) -> Stage:
    """A2, who manages `sfj`, sent a notice there, and nobody knows whether it arrived."""
    await town.build(database, single())
    await town.fill(database, 6)
    await placed(database, NOTICE, "A2")
    await run(database)
    async with database.write() as tx:
        await tx.execute(update(tables.outbox).values(state="unknown", finished_at=NOW))
        await wishes.mark_privacy_shown(tx, ["A1", "A2"], town.EARLIER)
    made = Stage(database)
    made.clock.now = NOW
    made.clock.on(hours=1)
    return made


async def test_the_sender_may(stage: Stage) -> None:
    a2 = stage.phone("a2")
    assert "安排" in await a2("群发 1")
    await a2("群发 补发 1 确认")
    await stage.send_all()
    assert "p0000" in stage.wire.boxes


@pytest.mark.parametrize("words", ["群发", "群发 列表", "群发 1", "群发 补发 1 确认", "群发 撤回 1 错了"])
async def test_whoever_retired_may_nothing(stage: Stage, words: str) -> None:
    await town.retire(stage.database, "A2")
    assert (await stage.phone("a2")(words)).startswith("这项操作需要管理员权限")
    await stage.send_all()
    assert "p0000" not in stage.wire.boxes


async def test_nor_a_city_admin_who_retired(stage: Stage) -> None:
    await town.retire(stage.database, "A1")
    assert (await stage.phone("a1")("群发 撤回 1 错了")).startswith("这项操作需要管理员权限")
    assert (await town.one(stage.database, 1)).state == "open"


@pytest.mark.parametrize("words", ["群发 1", "群发 补发 1 确认", "群发 撤回 1 错了"])
async def test_whoever_manages_other_units_may_nothing(stage: Stage, words: str) -> None:
    await town.become(stage.database, "A2", managed_units="czj")
    assert "没有" in await stage.phone("a2")(words)
    await stage.send_all()
    assert "p0000" not in stage.wire.boxes and (await town.one(stage.database, 1)).state == "open"


async def test_the_list_shows_it_without_figures_then(stage: Stage) -> None:
    a2 = stage.phone("a2")
    assert "6 人" in await a2("群发 列表")
    await town.become(stage.database, "A2", managed_units="czj")
    said = await a2("群发 列表")
    assert "安排" in said and "6 人" not in said


async def test_drafts_that_were_given_up_hide_nothing(stage: Stage) -> None:
    a2 = stage.phone("a2")
    for _ in range(31):
        for words in ("群发", "通知", "取消"):
            await a2(words)
    assert "安排" in await a2("群发 列表")


async def test_the_summary_goes_to_nobody_who_left(database: Database) -> None:
    await town.build(database, single())
    await town.fill(database, 6)
    ends = at(MONDAY, "13:00")
    await placed(database, Settings(Kind.QUIZ, questions=("s1",), until=Until(at=ends)), "A2")
    await run(database)
    await town.retire(database, "A2")
    stage = Stage(database)
    stage.clock.now = ends
    await to_the_end(stage, closing_of(stage))
    stage.clock.on(minutes=5)
    await stage.send_all()
    assert sorted(stage.wire.boxes) == ["a1"]


async def test_what_was_written_earns_nothing_from_a_unit_admin(database: Database) -> None:
    """A series of a city admin who then becomes one."""
    await town.build(database)
    await town.fill(database, 1)
    series = await placed(database, replace(WRITTEN, audience=Audience(units=("sfj",))), "A1")
    await town.become(database, "A1", role="unit_admin", managed_units="sfj")
    await run(database, at(MONDAY + 7 * DAY, "09:07"))
    row = await town.one(database, series.number)
    assert (row.state, row.note) == ("stopped", "credit")
    [told] = await sent(database)
    assert told.receivers == "a1" and "自编的题目不能计学时" in told.body.decode()


async def test_what_was_written_earns_once_a_year(database: Database) -> None:
    """However often the series asks it."""
    await town.build(database)
    await town.fill(database, 1)
    await placed(database, WRITTEN, now=at(MONDAY, "09:06"))
    async with database.write() as tx:
        await wishes.mark_privacy_shown(tx, ["P0000"], town.EARLIER)
    for week in range(3):
        slot = at(MONDAY + 7 * week * DAY, "09:08")
        await run(database, slot, clock())
        stage = Stage(database)
        stage.clock.now = slot
        await stage.phone("p0000").key(f"quiz:{week + 2}:0:B")
    answers = tables.quiz_answer.c
    async with database.read() as tx:
        rows = await tx.execute(select(answers.question, answers.earned_hundredths).order_by(answers.broadcast))
        questions, earned = zip(*rows.all(), strict=True)
    assert earned == (10, 0, 0) and len(set(questions)) == 1
