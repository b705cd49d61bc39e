"""`我的要求`: duties besides hours, in the notice's own words."""

import pytest

from storage import units
from storage.database import Database
from tests.handlers.city import NEW_YEAR, add_person, populate
from tests.handlers.stage import MONDAY, Stage, at
from training.people import Fact, UnitField


@pytest.fixture
async def stage(database: Database) -> Stage:
    await populate(database)
    async with database.write() as tx:
        values = {UnitField.NAME: "司法局", UnitField.NATURE: "department", UnitField.ENFORCES: "1"}
        facts = [Fact("11", field, value, NEW_YEAR, at(NEW_YEAR)) for field, value in values.items()]
        await units.add(tx, facts, by="test", now=at(NEW_YEAR), today=MONDAY)
        await add_person(tx, "R8", "head", name="郑局", category="leader", leadership="主要负责人")
    return Stage(database)


async def test_a_head_owes_more_than_hours(stage: Stage) -> None:
    said = await stage.phone("head")("我的要求")
    assert said.startswith("【我的要求 · 2026年度】学时以外：\n")
    for part in ("法治课", "旁听", "述法", "（任务 4，通知）", "（任务 2，通知）", "法律知识考试"):
        assert part in said, said
    assert "学时要求请看“我的学时”。" in said
    assert "40" not in said


async def test_others_owe_the_exam_or_nothing(stage: Stage) -> None:
    assert "法律知识考试" in await stage.phone("zhou")("我的要求")
    assert "法治课" not in await stage.phone("zhou")("履职要求")
    assert "除学时以外" in await stage.phone("lin")("我的要求")
