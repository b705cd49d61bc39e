"""本月人员有无变动？: one card a month, answered by one tap."""

from datetime import date, timedelta

import pytest

from handlers.chat import batches, daily, help, roll_reports
from handlers.roll_report_clock import RollReportJob
from handlers.routing import Router
from storage import tables, wishes
from storage.database import Database
from tests.bot.desk import rows
from tests.handlers.activity_city import populate
from tests.handlers.city import add_person
from tests.handlers.stage import MONDAY, Phone, Stage, at
from training.rules import Rules
from training.wishes import Wishes

DAY = date(2026, 11, 25)  # a Wednesday


@pytest.fixture
async def stage(database: Database) -> Stage:
    await populate(database)
    async with database.write() as tx:
        await add_person(tx, "R10", "cai", name="蔡会", unit="12", role="unit_admin", managed_units="12")
        await wishes.mark_privacy_shown(tx, ["R7", "R10"], at(MONDAY, "08:00"))
    rules = Rules()
    every = (*daily.routes(rules), *batches.routes(rules), *roll_reports.routes(rules), *help.routes())
    return Stage(database, rules=rules, routes=Router(every, help.otherwise(rules), rules))


async def run(stage: Stage, day: date, *phones: Phone) -> list[str]:
    """What each of them was sent."""
    stage.clock.to(day, "10:13")
    job = RollReportJob(stage.rules, "wecom", lambda push, ref, mass: stage.wire.freeze(push, ref, mass=mass))
    async with stage.database.write() as tx:
        await job.remind(tx, stage.clock())
    stage.clock.on(minutes=5)
    return [await phone.read() for phone in phones]


async def test_one_card_a_month_and_one_tap(stage: Stage) -> None:
    han, cai = stage.phone("han"), stage.phone("cai")
    assert await run(stage, DAY - timedelta(days=1), han, cai) == ["", ""]
    for said in await run(stage, DAY, han, cai):
        assert said.startswith("11月人员有无变动？")
        assert "[本月无变动]" in said
    assert await run(stage, DAY, han, cai) == ["", ""]
    assert await run(stage, DAY + timedelta(days=1), han, cai) == ["", ""]
    assert "已申报：11月人员无变动。" in await han.tap("本月无变动")
    assert "没有重复登记" in await han.tap("本月无变动")
    assert "人员变动 张三 调往 财政局 11-20" in await cai.tap("有变动")
    report = tables.roll_report.c
    assert await rows(stage.database, report.number, report.by, report.month) == [(1, "R7", date(2026, 11, 1))]


async def test_the_card_of_november_answers_for_november(stage: Stage) -> None:
    han, cai = stage.phone("han"), stage.phone("cai")
    await run(stage, DAY, han, cai)
    stage.clock.to(date(2026, 12, 2))
    assert "已申报：11月人员无变动。" in await han.tap("本月无变动")
    stage.clock.to(date(2027, 1, 4))
    assert await cai.tap("本月无变动") == "11月的申报已经结束。如有人员变动，请回复“人员变动”查看申报方法。"
    assert len(await rows(stage.database, tables.roll_report.c.number)) == 1


async def test_who_has_said_so_is_not_asked_and_others_later(stage: Stage) -> None:
    han, cai = stage.phone("han"), stage.phone("cai")
    async with stage.database.write() as tx:
        await wishes.keep(tx, "R10", Wishes(mute_notices=True))
    stage.clock.to(date(2026, 10, 9))
    await han("本月无变动")
    october = date(2026, 10, 26)  # the 25th is a Sunday
    assert await run(stage, october - timedelta(days=1), han, cai) == ["", ""]
    assert await run(stage, october, han, cai) == ["", ""]
    async with stage.database.write() as tx:
        await wishes.keep(tx, "R10", Wishes(text_only=True))
    [to_han, to_cai] = await run(stage, october + timedelta(days=1), han, cai)
    assert to_han == ""
    assert to_cai.startswith("【人员变动】10月本单位人员有无变动")
