"""申报 that were proposed on the command line are approved in chat, and whoever claimed is told."""

import pytest

from handlers.actions import batches, claim_approval
from storage.database import Database
from tests.handlers.activity_city import person
from tests.handlers.chat.test_claims import LINE, claims_stage
from tests.handlers.claims_city import settle
from tests.handlers.stage import Stage


@pytest.fixture
async def stage(database: Database) -> Stage:
    await settle(database)
    return claims_stage(database)


async def propose(stage: Stage, *numbers: int, by: str = "R5") -> int:
    async with stage.database.write() as tx:
        who, now = await person(tx, by), stage.clock()
        found = await claim_approval.planned(tx, stage.rules, who, numbers, "集中审核", now)
        assert not found.refused
        return await batches.propose(tx, who, found.changes, "集中审核", now)


async def test_the_second_admin_sees_them_and_the_claimants_are_told(stage: Stage) -> None:
    zhou, lin, second = (stage.phone(account) for account in ("zhou", "lin", "second"))
    await zhou(LINE)
    await lin(LINE)
    assert await propose(stage, 1, 2) == 1
    assert await second("审核 1") == (
        "【批次 1（11月23日）认定申报 2 件，江平提出：集中审核】\n共 2 件，预计入账 8.00 学时。\n"
        "申报 1 周敏（R1）：11月20日 专题讲座 半天 行政处罚法培训，4.00 学时\n"
        "申报 2 林涛（R4）：11月20日 专题讲座 半天 行政处罚法培训，4.00 学时\n"
        "查看明细请回复“审核 编号”，同意请回复“确认 编号”，不同意请回复“退回 编号 理由”。"
    )
    assert await stage.phone("admin")("确认 1") == "自己提出的批次须由另一名市级管理员确认。"
    assert await second("确认 1") == "批次 1 已确认并生效：认定申报 2 件，入账 8.00 学时。"
    assert await zhou.read() == (
        "您的申报 1（11月20日 专题讲座 半天 行政处罚法培训）已认定，入账 4.00 学时，台账第 1 条。"
    )
    assert "申报 2" in await lin.read()


async def test_returned_the_claims_wait_as_before(stage: Stage) -> None:
    zhou, second = stage.phone("zhou"), stage.phone("second")
    await zhou(LINE)
    await propose(stage, 1)
    assert "已退回，没有生效：认定申报 1 件" in await second("退回 1 请逐级审核")
    assert await stage.phone("ke")("通过 1") == "已通过申报 1（1 件），入账 4.00 学时。"


async def test_decided_in_chat_meanwhile(stage: Stage) -> None:
    await stage.phone("zhou")(LINE)
    await propose(stage, 1)
    await stage.phone("ke")("通过 1")
    assert "申报 1" in await stage.phone("second")("确认 1")
    assert "审核 编号" in await stage.phone("second")("审核")
