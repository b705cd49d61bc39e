"""What a batch says of itself: hours of the one who decides, and a unit that becomes part of another."""

from datetime import timedelta

import pytest

from storage import tables, wishes
from storage.database import Database
from tests.bot.desk import rows
from tests.handlers.chat.test_batches import JUNE, past, propose
from tests.handlers.city import add_person, populate
from tests.handlers.stage import MONDAY, Stage, at
from training.batches import PastHours, RollChanges, UnitEdit, Value


@pytest.fixture
async def stage(database: Database) -> Stage:
    await populate(database)
    async with database.write() as tx:
        await add_person(tx, "R6", "second", name="何芳", role="city_admin")
        await wishes.mark_privacy_shown(tx, ["R6"], at(MONDAY))
    return Stage(database)


async def test_own_hours_are_confirmed_and_noted(stage: Stage) -> None:
    lines = (past("lecture", "一", "4", person="R6"), past("lecture", "二", "4", JUNE + timedelta(days=1), "R6"))
    await propose(stage, PastHours((*lines, past("lecture", "三", "4"))), "同一个班")
    second = stage.phone("second")
    assert "\n其中有您本人的学时 2 条（8.00），确认将注明。\n" in await second("审核 1")
    assert "您本人" not in await stage.phone("admin")("审核 1")
    assert await second("确认 1") == (
        "批次 1 已确认并生效：导入学时 3 条，合计 12。其中有您本人的学时 2 条（8.00），已在审计日志注明。"
    )
    log = tables.audit_log.c
    [(_, after)] = [row for row in await rows(stage.database, log.seq, log.after) if "本人" in row[1]]
    assert after.startswith(
        "含确认人本人的学时 2 条（8.00）；导入学时 3 条，合计 12.00：R6 2026-06-01 专题讲座 4；"
    )


async def test_a_unit_that_becomes_part_of_another_is_the_title(stage: Stage) -> None:
    ended = (Value("assessed", "", JUNE), Value("merged_into", "11", JUNE))
    await propose(stage, RollChanges((), unit_edits=(UnitEdit("12", "司法所", ended),)), "撤并")
    assert "单位合并：司法所（12）并入 11，江平提出：撤并" in await stage.phone("second")("审核")
    log = tables.audit_log.c
    [(_, before, after)] = (await rows(stage.database, log.seq, log.before, log.after))[-1:]
    assert before.startswith("12 纳入考核 是；12 并入单位 空")
    assert after.startswith("12 纳入考核 是→否，2026-06-01 起；12 并入单位 空→")
