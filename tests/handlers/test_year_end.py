"""年终: the snapshot of New Year's night, what unit admins say of their figures, and who is reminded."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from handlers.chat import batches as batch_chat
from handlers.chat import help, year_end
from handlers.routing import Router
from handlers.year_end_clock import YearEndClock
from storage import ledger, people, tables, units, years
from storage import year_end as rows
from storage.database import Database
from storage.scope import EVERYTHING
from tests.handlers.claims_city import settle
from tests.handlers.stage import Stage, at
from tests.storage.rows import entry
from training.chains import Head
from training.people import Fact, Field
from training.rules import Rules
from training.year_end import Said, UnitFigures
from training.years import YearAct, YearEvent

EVE = date(2026, 12, 31)
JANUARY = date(2027, 1, 6)


@pytest.fixture
async def stage(database: Database) -> Stage:
    await settle(database)
    rules = Rules()
    routes = Router((*year_end.routes(rules), *batch_chat.routes(rules)), help.otherwise(rules), rules)
    stage = Stage(database, rules=rules, routes=routes)
    await post(stage, EVE, (1, "R1", "zfk", "50.00"), (2, "R3", "czj", "10.00"))
    stage.clock.to(JANUARY)
    return stage


async def post(stage: Stage, day: date, *wanted: tuple[int, str, str, str]) -> None:
    """Number, person, unit and hours of lectures of 2026, recorded on that day."""
    made = [
        entry(
            *(number,),
            person=person,
            unit=unit,
            hours=Decimal(hours),
            form="lecture",
            year=2026,
            recorded_at=at(day, "09:00"),
            starts_on=date(2026, 6, 1),
            ends_on=date(2026, 6, 1),
        )
        for number, person, unit, hours in wanted
    ]
    async with stage.database.write() as tx:
        await ledger.post(tx, made)


def clock(stage: Stage) -> YearEndClock:
    return YearEndClock(stage.rules, "wecom", lambda push, ref, mass: stage.wire.freeze(push, ref, mass=mass))


async def taken(stage: Stage) -> dict[str, UnitFigures]:
    async with stage.database.read() as tx:
        found = await rows.snapshot(tx, 2026)
    assert found is not None
    assert (found.head_seq, found.taken_at) == (2, at(date(2027, 1, 1), "00:00"))
    return dict(found.units)


async def test_the_snapshot_is_of_the_year_s_end_whenever_it_is_taken(stage: Stage) -> None:
    await post(stage, JANUARY, (3, "R1", "zfk", "4.00"), (4, "R3", "czj", "4.00"))
    await clock(stage).keep_snapshot(stage.database, stage.clock())
    found = await taken(stage)
    assert found["czj"] == UnitFigures(people=1, assessed=1, met=0, owed=5000, recorded=1000, counted=1000)
    assert found["zfk"] == UnitFigures(people=3, assessed=3, met=1, owed=15000, recorded=5000, counted=5000)
    assert sum(one.people for one in found.values()) == 9
    await post(stage, JANUARY, (5, "R1", "zfk", "4.00"))
    await clock(stage).keep_snapshot(stage.database, stage.clock() + timedelta(days=9))
    assert await taken(stage) == found


async def test_a_year_of_which_nobody_knew_has_no_snapshot(stage: Stage) -> None:
    await clock(stage).keep_snapshot(stage.database, at(date(2025, 1, 1), "00:02"))
    async with stage.database.read() as tx:
        assert await rows.snapshot(tx, 2024) is None


async def test_an_admin_sees_the_figures_and_says_that_they_are_right(stage: Stage) -> None:
    ke = stage.phone("ke")
    shown = await ke("年终确认")
    assert shown.splitlines()[:3] == [
        "【年终确认】2026 年度学时（人员按 12 月 31 日的人事关系，含下级单位）",
        "◆ 执法科：在册 3 人，纳入考核 3 人，达标 1、未达标 2；应完成 150.00，已认定 50.00，计入 50.00",
        "　尚未确认。",
    ]
    assert "周敏" not in shown  # names stand in the sheet
    assert await ke("年终确认 2026 无误") == (
        "已记录：执法科 2026 年度学时确认无误。数据以后有变动的，须重新确认。"
    )
    assert "　已由柯明于 2027-01-06 确认无误。" in await ke("年终确认")
    await post(stage, JANUARY, (3, "R4", "zfk", "2.00"))
    stale = await ke("年终确认 2026年度")
    assert "确认后数据有变动（当时在册 3 人" in stale
    assert "已认定 52.00" in stale
    await ke("年终确认2026无误")
    assert "确认无误。" in await ke("年终确认")
    log = tables.audit_log.c
    async with stage.database.read() as tx:
        acts = [tuple(row) for row in await tx.execute(select(log.actor, log.what, log.subject).order_by(log.seq))]
    assert acts == [("R7", "year.confirmed", "year 2026 unit zfk")] * 2


async def test_a_unit_above_counts_those_below_and_people_by_the_end_of_the_year(stage: Stage) -> None:
    moved = [
        Fact("R1", Field.UNIT, "sfj", date(2027, 1, 4), at(JANUARY, "08:00")),  # belongs to 执法科 for 2026
        Fact("R3", Field.UNIT, "sfj", date(2026, 12, 20), at(JANUARY, "08:00")),
    ]
    async with stage.database.write() as tx:
        await people.add(tx, moved, [], [], by="test", now=at(JANUARY, "08:00"), today=JANUARY)
    assert "◆ 司法局：在册 6 人" in await stage.phone("ju")("年终确认")
    assert "◆ 执法科：在册 3 人" in await stage.phone("ke")("年终确认")


async def test_what_is_wrong_goes_to_the_city_and_is_said_again_or_taken_back(stage: Stage) -> None:
    await clock(stage).keep_snapshot(stage.database, stage.clock())
    ke, admin = stage.phone("ke"), stage.phone("admin")
    assert "没有看懂" in await ke("年终确认 2026 有误")
    assert await ke("年终确认 撤回") == "2026 年度还没有确认过，不用撤回。"
    assert "已告知市级管理员" in await ke("年终确认 2026 执法科 有误 周敏少记 4 学时")
    assert await admin.read() == "【年终确认】执法科（柯明）提出 2026 年度学时有误：周敏少记 4 学时"
    seen = await admin("年终确认")
    assert "年末：在册 9 人" in seen
    assert "◆ 执法科（2027-01-06）有误：周敏少记 4 学时" in seen
    assert "尚未确认 4 个单位：财政局、市政府、司法局、执法科。" in seen
    await stage.phone("ju")("年终确认 2026 无误")
    seen = await admin("年终确认")
    assert "确认无误 1 份，提出有误 1 份。" in seen
    assert "尚未确认 2 个单位：财政局、市政府。" in seen
    assert "已撤回 执法科" in await ke("年终确认 撤回")
    assert "提出有误 0 份" in await admin("年终确认 2026")


async def test_who_may_say_it_of_what_and_when(stage: Stage) -> None:
    ke = stage.phone("ke")
    assert "需要管理员权限" in await stage.phone("zhou")("年终确认 2026 无误")
    assert (await ke("年终确认 2026 财政局 无误")).startswith("财政局不在您的管辖单位内。")
    assert await ke("年终确认 2027 无误") == "2027 年度还没有结束，2028 年 1 月 1 日起确认。"
    closed = YearEvent(2026, YearAct.CLOSED, stage.clock(), "R6", 1, Head(2, "a" * 64))
    async with stage.database.write() as tx:
        await years.record(tx, closed)
    assert "已于 2027-01-06 结账，不能再确认" in await ke("年终确认 2026 无误")
    assert "◆ 执法科" in await ke("年终确认 2026")
    async with stage.database.read() as tx:
        assert await rows.last_said(tx, 2026) == {}
    assert "已于 2027-01-06 结账。" in await stage.phone("admin")("年终确认")


async def test_those_of_whom_nothing_was_heard_are_reminded_on_two_days(stage: Stage) -> None:
    async def reminded(day: date) -> list[str]:
        stage.clock.to(day, "09:37")
        for _ in range(2):
            async with stage.database.write() as tx:
                await clock(stage).remind(tx, stage.clock())
        stage.clock.on(minutes=10)
        await stage.send_all()
        found = [account for account, box in sorted(stage.wire.boxes.items()) for _ in box]
        stage.wire.boxes.clear()
        return found

    assert await reminded(date(2027, 1, 4)) == []
    assert await reminded(date(2027, 1, 5)) == ["ju", "ke", "shi"]
    await stage.phone("ke")("年终确认 2026 无误")
    await stage.phone("ju")("年终确认 2026 有误 少一人")
    stage.wire.boxes.clear()
    assert await reminded(date(2027, 1, 12)) == ["shi"]


async def test_an_admin_of_several_units_says_it_of_all_or_of_one(stage: Stage) -> None:
    given = [Fact("R7", Field.MANAGED_UNITS, "zfk,czj", date(2027, 1, 1), at(JANUARY, "08:00"))]
    async with stage.database.write() as tx:
        await people.add(tx, given, [], [], by="test", now=at(JANUARY, "08:00"), today=JANUARY)
        assert (await units.names(tx, ["czj"])) == {"czj": "财政局"}
    ke = stage.phone("ke")
    assert "已记录：财政局 2026" in await ke("年终确认 财政局 无误")
    async with stage.database.read() as tx:
        assert {code: one.kind for code, one in (await rows.last_said(tx, 2026)).items()} == {"czj": Said.CONFIRMED}
    assert "执法科、财政局 2026 年度学时确认无误" in await ke("年终确认 无误")
    async with stage.database.read() as tx:
        assert sorted(await rows.last_said(tx, 2026)) == ["czj", "zfk"]
        assert await rows.once_in(tx, EVERYTHING, ["czj"]) == ["R3"]
