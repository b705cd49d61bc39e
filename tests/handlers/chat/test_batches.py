"""Batches in chat: proposed by one city admin, confirmed by another, and nothing without the second."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from handlers.actions import batches, reversing
from storage import daily, people, tables, wishes
from storage.database import Database
from storage.scope import EVERYTHING
from tests.bot.desk import rows, verified
from tests.handlers.city import add_person, populate
from tests.handlers.stage import MONDAY, Stage, at
from training.batches import (
    AccountSince,
    Changes,
    PastHours,
    Period,
    PersonEdit,
    Reversal,
    RollChanges,
    Value,
)
from training.errors import ReversalWaits
from training.hours import HoursRules
from training.past_hours import PastLine
from training.people import Person
from training.rules import Rules

JUNE = date(2026, 6, 1)
MOVE = RollChanges(
    (
        PersonEdit(
            "R1",
            "周敏",
            (Value("category", "leader", JUNE, "staff"), Value("mark", "1", JUNE, "")),
            (Period("产假", date(2026, 2, 10), date(2026, 7, 17)),),
            (AccountSince("zhou2", JUNE),),
        ),
    )
)


@pytest.fixture
async def city(database: Database) -> Database:
    await populate(database)
    async with database.write() as tx:
        await add_person(tx, "R6", "second", name="何芳", role="city_admin")
        await add_person(tx, "R7", "unit", name="卫东", role="unit_admin")
        await wishes.mark_privacy_shown(tx, ["R6", "R7"], at(MONDAY))
    return database


@pytest.fixture
def stage(city: Database) -> Stage:
    return Stage(city)


@pytest.fixture
async def capped(city: Database) -> Stage:
    """Lines 1 to 3 are answers of zhou; the cap of 0.25 holds two and a half, so the third was cut to 0.05."""
    made = Stage(city, rules=Rules(hours=HoursRules(daily_cap="0.25")))
    zhou = made.phone("zhou")
    for day in range(3):
        made.clock.to(MONDAY + timedelta(days=day))
        await zhou("今日一题")
        await zhou.tap("B")
    return made


async def first(stage: Stage) -> Person:
    async with stage.database.write() as tx:
        return await batches.proposer(tx, stage.rules, "wecom", "Admin", stage.clock())


async def propose(stage: Stage, changes: Changes = MOVE, reason: str = "岗位调整") -> int:
    person = await first(stage)
    async with stage.database.write() as tx:
        return await batches.propose(tx, person, changes, reason, stage.clock())


async def test_an_auditor_reads_and_decides_nothing(stage: Stage) -> None:
    async with stage.database.write() as tx:
        await add_person(tx, "R8", "audits", name="严查", role="auditor")
        await wishes.mark_privacy_shown(tx, ["R8"], at(MONDAY))
    await propose(stage)
    auditor = stage.phone("audits")
    assert await auditor("审核") == (
        "【待确认批次】\n1（11月23日）名册变动 1 人，江平提出：岗位调整\n查看明细请回复“审核 编号”。"
    )
    assert (await auditor("审核 1")).endswith("新增账号 zhou2，2026-06-01 起")
    refused = "这项操作需要管理员权限。如需开通，请联系市司法局。"
    assert (await auditor("确认 1"), await auditor("退回 1 不妥")) == (refused, refused)
    assert (await stage.phone("unit")("审核 1"), await stage.phone("zhou")("审核 1")) == (refused, refused)


async def test_the_second_admin_sees_every_change_and_confirms_it(stage: Stage) -> None:
    assert await propose(stage) == 1
    stage.clock.to(MONDAY, "11:00")
    second = stage.phone("second")
    assert await second("审核") == (
        "【待确认批次】\n1（11月23日）名册变动 1 人，江平提出：岗位调整\n"
        "查看明细请回复“审核 编号”，同意请回复“确认 编号”，不同意请回复“退回 编号 理由”。"
    )
    assert "周敏（R1）：人员类别 工作人员→领导干部，2026-06-01 起" in await second("审核 1")
    assert "状态 产假，2026-02-10 至 2026-07-17；新增账号 zhou2，2026-06-01 起" in await second("审核1")
    assert await second("确认 1") == "批次 1 已确认并生效：名册变动 1 人。"
    assert await stage.phone("admin").read() == "您提出的批次 1（名册变动 1 人）已由另一名市级管理员确认并生效。"
    assert await second("审核") == "没有待确认的批次。"
    async with stage.database.read() as tx:
        facts = (await people.facts_of(tx, EVERYTHING, ["R1"]))["R1"]
        [period] = (await people.periods_of(tx, EVERYTHING, ["R1"]))["R1"]
    assert {(f.field, f.value) for f in facts if f.valid_from == JUNE} == {("category", "leader"), ("mark", "1")}
    # Known from the confirmation on, by the one who confirmed.
    assert {f.recorded_at for f in facts if f.valid_from == JUNE} == {period.recorded_at} == {stage.clock()}
    recorded_by = tables.person_fact.c.recorded_by
    assert ("R6",) in await rows(stage.database, recorded_by)
    # On leave from February to July: seven months of the mark's 60.
    assert "应完成 " in await stage.phone("zhou2")("学时差额")


async def test_nobody_confirms_the_own_batch_and_only_city_admins_any(stage: Stage) -> None:
    await propose(stage)
    assert await stage.phone("admin")("确认 1") == "自己提出的批次须由另一名市级管理员确认。"
    assert await stage.phone("admin")("退回 1") == "自己提出的批次须由另一名市级管理员确认。"
    for account in ("zhou", "unit"):
        for words in ("审核 1", "确认 1", "退回 1 不对"):
            assert await stage.phone(account)(words) == "这项操作需要管理员权限。如需开通，请联系市司法局。"
    assert await stage.phone("zhou")("审核") == "这项操作需要管理员权限。如需开通，请联系市司法局。"
    assert await stage.phone("unit")("审核") == "没有待您审核的申报。"  # of batches nothing is shown
    assert [state for (state,) in await rows(stage.database, tables.batch.c.state)] == ["open"]
    assert (await rows(stage.database, tables.person_status.c.person)) == []


async def test_what_is_decided_is_decided(stage: Stage) -> None:
    await propose(stage)
    second = stage.phone("second")
    assert await second("退回 1 日期有误") == "批次 1 已退回，没有生效：名册变动 1 人。"
    assert await stage.phone("admin").read() == (
        "您提出的批次 1（名册变动 1 人）被退回，没有生效，理由：日期有误。"
    )
    assert await second("确认 1") == "批次 1 已经处理过，没有重复生效。回复“审核”查看待确认的批次。"
    assert await second("确认 9") == "没有找到批次“9”，请核对编号。"
    assert await second("确认") == "没有看懂，请按这个样子发送：确认 3"
    assert (await rows(stage.database, tables.person_status.c.person)) == []


async def test_a_batch_that_was_overtaken_changes_nothing_and_stays_open(stage: Stage) -> None:
    await propose(stage)
    await propose(stage, reason="再次调整")
    stage.clock.to(MONDAY, "11:00")
    second = stage.phone("second")
    assert await second("确认 1") == "批次 1 已确认并生效：名册变动 1 人。"
    assert await second("确认 2") == "批次 2 提出之后，R1 的记录又有变动，请退回后按现状重新提出。"
    assert "2（11月23日）" in await second("审核")
    assert len(await rows(stage.database, tables.person_status.c.person)) == 1


async def test_a_line_is_reversed_once_and_the_room_is_filled_again(capped: Stage) -> None:
    """Taking one back lets the rest of the third in."""
    database, zhou = capped.database, capped.phone("zhou")
    assert "计入学时：0.25 / 50.00" in await zhou("我的学时") or "0.25 / 50.00" in await zhou("文字版")
    await propose(capped, Reversal(1, "R1", "第 1 条"), "题目有误")
    await propose(capped, Reversal(1, "R1", "第 1 条"), "重复提出")
    second = capped.phone("second")
    assert await second("确认 1") == "批次 1 已确认并生效：冲销台账第 1 条。"
    entry = tables.ledger_entry.c
    posted = await rows(database, entry.seq, entry.hours, entry.source, entry.source_ref, entry.reverses)
    assert [(seq, Decimal(hours), source, reverses) for seq, hours, source, _, reverses in posted] == [
        (1, Decimal("0.10"), "daily", None),
        (2, Decimal("0.10"), "daily", None),
        (3, Decimal("0.05"), "daily", None),
        (4, Decimal("-0.10"), "reversal", 1),
        (5, Decimal("0.05"), "refill", None),
    ]
    assert await verified(database)
    async with database.read() as tx:
        assert await daily.cut_short(tx, EVERYTHING, "R1", 2026) == []
    [by_form] = [
        f for p, f in await rows(database, tables.person_year.c.person, tables.person_year.c.by_form) if p == "R1"
    ]
    assert by_form == '{"daily":20}'
    assert await second("确认 2") == "第 1 条已由第 4 条冲销，不能再冲销；需要更正时请补记一条新的。"
    assert "2（" in await second("审核")
    async with database.read() as tx:
        for seq in (4, 99):
            with pytest.raises((reversing.CannotReverse, reversing.NoSuchNumber)):
                await reversing.reversible(tx, seq)


async def test_everything_is_in_the_audit_log(stage: Stage) -> None:
    await propose(stage)
    await stage.phone("second")("确认 1")
    log = tables.audit_log.c
    async with stage.database.read() as tx:
        columns = (log.actor, log.what, log.subject, log.before, log.after, log.reason)
        found = list(await tx.execute(select(*columns).order_by(log.seq)))
    held = "R1 人员类别 工作人员；R1 行政执法人员 否"
    wanted = (
        "R1 人员类别 工作人员→领导干部，2026-06-01 起；R1 行政执法人员 否→是，2026-06-01 起；"
        "R1 状态 产假 2026-02-10 至 2026-07-17；R1 新增账号 zhou2，2026-06-01 起"
    )
    assert [tuple(row) for row in found][-2:] == [
        ("R5", "batch.propose", "batch 1", held, wanted, "岗位调整"),
        ("R6", "batch.confirmed", "batch 1", held, wanted, "岗位调整"),
    ]


async def test_a_batch_that_was_returned_leaves_what_held(capped: Stage) -> None:
    await propose(capped, Reversal(1, "R1", "第 1 条"), "题目有误")
    async with capped.database.read() as tx:
        await reversing.demand_unproposed(tx, 11)
        with pytest.raises(ReversalWaits) as refused:
            await reversing.demand_unproposed(tx, 1)
    assert (refused.value.seq, refused.value.number) == (1, 1)
    await capped.phone("second")("退回 1 没有错")
    async with capped.database.read() as tx:
        await reversing.demand_unproposed(tx, 1)
    log = tables.audit_log.c
    held = "台账第 1 条 R1 2026-11-23 每日一题 每日一题 2026-11-23 s1 0.10"
    assert (await rows(capped.database, log.seq, log.what, log.before, log.after, log.reason))[-2:] == [
        (1, "batch.propose", held, "冲销台账第 1 条（R1）", "题目有误"),
        (2, "batch.returned", held, "", "题目有误；退回理由：没有错"),
    ]


async def test_a_batch_that_is_decided_says_by_whom_and_when(stage: Stage) -> None:
    await propose(stage)
    assert (await stage.phone("admin")("审核 1")).endswith("\n这是您提出的批次，请另一名市级管理员确认。")
    stage.clock.to(MONDAY, "11:05")
    second = stage.phone("second")
    assert "同意请回复“确认 编号”" in await second("审核 1")
    await second("确认 1")
    for account in ("admin", "second"):
        shown = await stage.phone(account)("审核 1")
        assert "\n已由何芳于 2026-11-23 11:05 确认并生效。" in shown
        assert "同意请回复" not in shown
    await propose(stage, reason="再次")
    await second("退回 2 不妥")
    assert (await second("审核 2")).endswith("\n已由何芳于 2026-11-23 11:05 退回，没有生效，理由：不妥。")


def past(form: str, title: str, hours: str, day: date = JUNE, person: str = "R1") -> PastLine:
    return PastLine(person, "周敏", form, ("宪法",), title, day, day, Decimal(hours), "司法局", "Z-1", 2026, title)


async def test_past_hours_are_posted_up_to_the_cap_and_never_twice(stage: Stage) -> None:
    """旁听庭审 counts up to 8 学时 a year: of 6 and 4 the second brings in 2."""
    lines = (past("court_hearing", "二", "4", JUNE + timedelta(days=1)), past("court_hearing", "一", "6"))
    await propose(stage, PastHours((*lines, past("lecture", "三", "4", person="R2"))), "年初纸质台账")
    await propose(stage, PastHours(lines), "又一次")
    second = stage.phone("second")
    assert "周敏（R1）2026-06-01 旁听庭审 6 学时，一" in await second("审核 1")
    assert await second("确认 1") == "批次 1 已确认并生效：导入学时 3 条，合计 14 学时，计入 12.00。"
    entry = tables.ledger_entry.c
    posted = await rows(stage.database, entry.seq, entry.person, entry.title, entry.hours, entry.unit, entry.note)
    assert [(person, title, Decimal(hours), unit, note) for _, person, title, hours, unit, note in posted] == [
        ("R1", "一", Decimal("6.00"), "11", ""),
        ("R2", "三", Decimal("4.00"), "11", ""),
        ("R1", "二", Decimal("2.00"), "11", "申报 4，按年度上限认定 2.00"),
    ]
    assert await verified(stage.database)
    year = tables.person_year.c
    sums = dict(await rows(stage.database, year.person, year.by_form))
    assert (sums["R1"], sums["R2"]) == ('{"court_hearing":800}', '{"lecture":400}')
    assert await second("确认 2") == (
        "批次 2 提出之后，周敏（R1）2026-06-01 旁听庭审“一”已登记为台账第 1 条，请退回后按现状重新提出。"
    )
    assert "8.00 / 50.00" in await stage.phone("zhou")("我的学时")


async def test_what_was_taken_back_is_not_filled_again(capped: Stage) -> None:
    """When the line that was cut is itself reversed, its room stays free."""
    await propose(capped, Reversal(3, "R1", "第 3 条"), "题目有误")
    assert await capped.phone("second")("确认 1") == "批次 1 已确认并生效：冲销台账第 3 条。"
    entry = tables.ledger_entry.c
    posted = await rows(capped.database, entry.seq, entry.hours, entry.source)
    assert [(Decimal(hours), source) for _, hours, source in posted][2:] == [
        (Decimal("0.05"), "daily"),
        (Decimal("-0.05"), "reversal"),
    ]
