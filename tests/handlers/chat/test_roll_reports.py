"""人员变动 in chat, as transcripts: reported by a unit, received by another, confirmed by the city."""

import asyncio
from datetime import date

import pytest

from handlers.actions import roll_reports as actions
from handlers.chat import batches, daily, help, roll_reports
from handlers.routing import Router
from storage import people, tables, wishes
from storage.database import Database
from storage.scope import EVERYTHING
from tests.bot.desk import rows
from tests.handlers.activity_city import person, populate
from tests.handlers.city import add_person
from tests.handlers.stage import MONDAY, Phone, Stage, at
from training.people import Fact, Field, values_on
from training.rules import Rules
from training.wishes import Wishes

PEOPLE = ("R1", "R2", "R3", "R5", "R6", "R7", "R8", "R9", "R10", "R11", "R12")


@pytest.fixture
async def stage(database: Database) -> Stage:
    """R7 (韩梅) administers 司法局, R10 (蔡会) 财政局; R5 and R6 are the city's."""
    await populate(database)
    async with database.write() as tx:
        await add_person(tx, "R10", "cai", name="蔡会", unit="12", role="unit_admin", managed_units="12")
        await add_person(tx, "R11", "audits", name="严查", unit="gov", role="auditor")
        await add_person(tx, "R12", name="周敏", unit="111")
        await wishes.mark_privacy_shown(tx, list(PEOPLE), at(MONDAY, "08:00"))
    rules = Rules()
    every = (*daily.routes(rules), *batches.routes(rules), *roll_reports.routes(rules), *help.routes())
    return Stage(database, rules=rules, routes=Router(every, help.otherwise(rules), rules))


@pytest.fixture
def han(stage: Stage) -> Phone:
    return stage.phone("han")


@pytest.fixture
def cai(stage: Stage) -> Phone:
    return stage.phone("cai")


@pytest.fixture
def city(stage: Stage) -> Phone:
    return stage.phone("admin")


async def states(stage: Stage) -> list[str]:
    return [
        state for _, state in await rows(stage.database, tables.roll_report.c.number, tables.roll_report.c.state)
    ]


async def held(stage: Stage, number: str, day: date) -> dict[str, str]:
    async with stage.database.read() as tx:
        return dict(values_on((await people.facts_of(tx, EVERYTHING, [number])).get(number, []), day))


async def test_a_transfer_goes_by_the_receiving_unit_to_the_city(
    stage: Stage, han: Phone, cai: Phone, city: Phone
) -> None:
    said = await han("人员变动 陈静 调往 财政局 12-01")
    assert said == (
        "【人员变动申报 1】陈静（R2）调往财政局，2026-12-01 起\n"
        "已请财政局的管理员确认接收，之后由市级管理员确认生效，结果会告诉您。写错了请回复“撤回变动 1”。"
    )
    assert await city.read() == ""
    card = await cai.read()
    assert "陈静（R2）调往财政局，2026-12-01 起" in card
    assert "[接收]" in card
    assert "同样的变动已在申报 1 中等待处理" in await han("人员变动 R2 调往 财政局 12-01")
    assert "等待财政局确认接收" in await han("人员变动 1")
    assert "同意请回复“接收 1”" in await cai("人员变动 1")
    stage.clock.on(minutes=5)
    assert "已接收：陈静（R2）调往财政局，2026-12-01 起。已提交市级管理员确认（批次 1）" in await cai.tap("接收")
    assert "已提交市级确认" in await cai("接收 1")
    assert "韩梅提出：陈静（R2）调往财政局，2026-12-01 起" in await city.read()
    assert "财政局蔡会已确认接收" in await city("审核 1")
    assert "单位 执法科（111）→财政局（12），2026-12-01 起" in await city("审核 1")
    stage.clock.on(minutes=5)
    assert await han("确认 1") == "这项操作需要管理员权限。如需开通，请联系市司法局。"
    assert await city("确认 1") == "批次 1 已确认并生效：人员变动申报 1。"
    assert await han.read() == "您的人员变动申报 1（陈静）已由市级管理员确认并生效。"
    assert await states(stage) == ["done"]
    assert (await held(stage, "R2", MONDAY))[Field.UNIT] == "111"
    assert (await held(stage, "R2", date(2026, 12, 1)))[Field.UNIT] == "12"
    acts = [what for _, what in await rows(stage.database, tables.audit_log.c.seq, tables.audit_log.c.what)]
    assert acts[-4:] == ["roll_report.make", "roll_report.receive", "batch.propose", "batch.confirmed"]
    via = [via for _, via in await rows(stage.database, tables.audit_log.c.seq, tables.audit_log.c.via)]
    assert set(via[-4:]) == {"chat"}


async def test_a_transfer_is_turned_away_with_a_reason(stage: Stage, han: Phone, cai: Phone, city: Phone) -> None:
    await han("人员变动 陈静 调往 财政局 12-01")
    assert "[不接收]" in await cai.read()
    assert "不接收 1 本单位没有这项调动" in await cai.tap("不接收")
    assert await cai("不接收 1") == "请写明理由，如：不接收 1 本单位没有这项调动"
    assert await han("接收 1") == "人员变动申报 1 不由您处理。"
    assert await stage.phone("zhou")("接收 1") == "这项操作需要管理员权限。如需开通，请联系市司法局。"
    assert await cai("不接收 1 没有批文") == "已退回人员变动申报 1，没有生效。"
    assert (await han.read()).endswith("未获财政局接收，没有生效，理由：没有批文")
    assert "现在是“已退回，没有生效”" in await cai("接收 1")
    assert await city("审核") == "没有待确认的批次。"
    assert await states(stage) == ["returned"]


async def test_what_waits_may_be_withdrawn_by_whoever_reported(stage: Stage, han: Phone, cai: Phone) -> None:
    await han("人员变动 陈静 调往 财政局 12-01")
    await cai.read()
    assert await cai("撤回变动 1") == "人员变动申报 1 不由您处理。"
    assert await han("撤回变动 1") == "人员变动申报 1 已撤回。"
    assert "现在是“已撤回”" in await cai.tap("接收")
    await han("人员变动 陈静 退休 12-01")
    assert "已提交市级确认" in await han("撤回变动 2")
    assert await states(stage) == ["withdrawn", "proposed"]


async def test_what_was_recorded_meanwhile_stops_the_transfer(stage: Stage, han: Phone, cai: Phone) -> None:
    await han("人员变动 陈静 调往 财政局 12-01")
    stage.clock.on(minutes=5)
    async with stage.database.write() as tx:
        fact = Fact("R2", Field.POST, "科长", MONDAY, stage.clock())
        await people.add(tx, [fact], [], [], by="test", now=stage.clock(), today=MONDAY)
    assert "该人员的记录又有变动" in await cai("接收 1")
    assert await states(stage) == ["receiving"]


async def test_without_an_admin_there_the_city_decides_alone(stage: Stage, han: Phone, city: Phone) -> None:
    """河沥街道 has no admin."""
    assert "已提交市级管理员确认（批次 1）" in await han("人员变动 陈静 调往 河沥街道 12-01")
    assert "接收单位没有可确认的管理员，请市级核实" in await city("审核 1")


async def test_leaves_absences_and_posts(stage: Stage, han: Phone, city: Phone) -> None:
    assert "周敏（R1）退休，2026-11-30 起" in await han("人员变动 R1 退休 11-30")
    assert "陈静（R2）产假，2026-11-01 至 2027-03-31" in await han("人员变动 陈静 产假 11-01至2027-03-31")
    assert "韩梅（R7）职务改为副局长，2026-11-05 起" in await han("人员变动 韩梅 职务 副局长 11-05")
    stage.clock.on(minutes=5)
    await city("确认 1")
    await city("确认 2")
    assert await city("退回 3 任职文件未到") == "批次 3 已退回，没有生效：人员变动申报 3。"
    assert (await han.read()).endswith("您的人员变动申报 3（韩梅）被市级退回，没有生效，理由：任职文件未到。")
    assert await states(stage) == ["done", "done", "returned"]
    async with stage.database.read() as tx:
        kept = await people.periods_of(tx, EVERYTHING, ["R1", "R2"])
    assert [(one.status, one.starts, one.ends) for one in (*kept["R1"], *kept["R2"])] == [
        ("退休", date(2026, 11, 30), None),
        ("产假", date(2026, 11, 1), date(2027, 3, 31)),
    ]
    assert "在名册中已经如此" in await han("人员变动 陈静 产假 11-01至2027-03-31")
    assert (await held(stage, "R7", MONDAY)).get(Field.POST) is None


async def test_two_new_ones_never_get_one_number(stage: Stage, han: Phone, cai: Phone, city: Phone) -> None:
    assert "新进李四（R000013），司法局，工作人员，2026-11-01 起" in await han("人员变动 新进 李四 工作人员 11-01")
    said = await cai("人员变动 新进 王五 领导干部、行政执法人员 11-01")
    assert "新进王五（R000014），财政局，领导干部、行政执法人员，2026-11-01 起" in said
    assert "中等待处理" in await han("人员变动 新进 李四 工作人员 11-03")
    stage.clock.on(minutes=5)
    assert "李四（R000013）：姓名 空→李四" in await city.read()
    assert await city("确认 1") == "批次 1 已确认并生效：人员变动申报 1。"
    await city("确认 2")
    assert (await held(stage, "R000013", MONDAY))[Field.NAME] == "李四"
    found = await held(stage, "R000014", MONDAY)
    assert (found[Field.UNIT], found[Field.CATEGORY], found[Field.MARK]) == ("12", "leader", "1")
    assert "已有李四（R000013）" in await han("人员变动 新进 李四 工作人员 11-03")
    assert "另有同名 1 人" not in await city("审核 1")
    await cai("人员变动 新进 李四 工作人员 11-03")
    assert "名册中另有同名 1 人，请核对是否同一人" in await city("审核 3")


async def test_a_number_that_was_given_away_meanwhile_is_not_written_over(
    stage: Stage, han: Phone, city: Phone
) -> None:
    await han("人员变动 新进 李四 工作人员 11-01")
    stage.clock.on(minutes=5)
    async with stage.database.write() as tx:
        facts = [Fact("R000013", f, v, MONDAY, stage.clock()) for f, v in (("name", "别人"), ("unit", "21"))]
        await people.add(tx, facts, [], [], by="test", now=stage.clock(), today=MONDAY)
    assert "R000013 的记录又有变动" in await city("确认 1")
    assert (await held(stage, "R000013", MONDAY))[Field.NAME] == "别人"
    assert await states(stage) == ["proposed"]


async def test_only_the_own_people_are_found(han: Phone, cai: Phone) -> None:
    said = await han("人员变动 周敏 退休 11-30")
    assert said == "有 2 位“周敏”：R1（司法局）、R12（执法科）。请把姓名换成人员编号再发一次。"
    assert await cai("人员变动 周敏 退休 11-30") == "您管辖的单位里没有找到“周敏”，请核对姓名，也可以写人员编号。"
    assert await cai("人员变动 R1 退休 11-30") == "您管辖的单位里没有找到“R1”，请核对姓名，也可以写人员编号。"
    assert "没有找到单位“水务局”" in await han("人员变动 陈静 调往 水务局 11-30")
    assert "不在您的管辖单位内" in await han("人员变动 新进 李四 财政局 工作人员 11-01")
    assert "相差一年以上" in await han("人员变动 陈静 退休 2024-11-30")
    assert "没有看懂“陈静 出家 11-30”" in await han("人员变动 陈静 出家 11-30")
    assert "里面有身份证号" in await han("人员变动 陈静 退休 11-30 110101199003074258")


async def test_nothing_changed_is_said_once(stage: Stage, han: Phone, cai: Phone, city: Phone) -> None:
    listed = await city("人员变动")
    assert listed == "【人员变动】\n没有处理中的申报。\n本月尚未申报的单位（2 个）：司法局、财政局。"
    assert await han("本月无变动") == "已申报：11月人员无变动。之后如有变动，随时回复“人员变动”。"
    assert await han("人员变动 无变动") == "11月已申报过无变动，没有重复登记。"
    assert (await city("人员变动")).endswith("本月尚未申报的单位（1 个）：财政局。")
    assert "本月您已申报无变动。" in await han("人员变动")
    await cai("人员变动 蔡会 职务 科长 11-05")
    assert "您已申报过人员变动（最近一件是申报 2）" in await cai("本月无变动")
    assert (
        "处理中的申报（1 件）：\n2（11月23日）蔡会（R10）职务改为科长，2026-11-05 起，等待市级确认（批次 1）"
        in (await city("人员变动"))
    )
    assert (await city("人员变动")).endswith("本月各单位均已申报。")
    assert await states(stage) == ["done", "proposed"]


async def test_who_may_not_report(stage: Stage, city: Phone) -> None:
    refused = "这项操作需要管理员权限。如需开通，请联系市司法局。"
    for words in ("人员变动", "本月无变动", "人员变动 陈静 退休 11-30", "接收 1", "人员变动 1"):
        assert await stage.phone("zhou")(words) == refused
    auditor = stage.phone("audits")
    assert "没有处理中的申报。" in await auditor("人员变动")
    assert await auditor("人员变动 陈静 退休 11-30") == refused
    assert "由单位管理员申报" in await city("人员变动 陈静 退休 11-30")
    assert "由单位管理员申报" in await city("本月无变动")
    assert await states(stage) == []


async def test_the_city_receives_for_a_unit_that_does_not_answer(stage: Stage, han: Phone, city: Phone) -> None:
    await han("人员变动 陈静 调往 财政局 12-01")
    assert "等待财政局确认接收" in await city("人员变动")
    assert "已提交市级管理员确认（批次 1）" in await city("接收 1")


async def test_who_wants_texts_gets_no_card(stage: Stage, han: Phone, cai: Phone) -> None:
    async with stage.database.write() as tx:
        await wishes.keep(tx, "R10", Wishes(text_only=True))
    await han("人员变动 陈静 调往 财政局 12-01")
    assert await cai.read() == (
        "【人员变动申报 1】司法局申报：陈静（R2）调往财政局，2026-12-01 起。\n"
        "同意请回复“接收 1”，不同意请回复“不接收 1 理由”。"
    )


async def test_said_twice_at_once_it_is_one(stage: Stage) -> None:
    async def say() -> bool:
        async with stage.database.write() as tx:
            who = await person(tx, "R7")
            _, new = await actions.unchanged(tx, stage.rules, who, None, stage.clock())
            return new

    assert sorted(await asyncio.gather(say(), say())) == [False, True]
    assert await states(stage) == ["done"]


async def test_the_pieces_of_an_answer_say_what_to_do(han: Phone) -> None:
    assert await han("接收") == "没有看懂，请按这个样子发送：接收 5"
    assert await han("撤回变动") == "没有看懂，请按这个样子发送：撤回变动 5"
    assert await han("接收 9") == "没有找到人员变动申报 9，或您无权查看。请核对编号。"
    shown = await han("人员变动")
    assert shown.startswith("【人员变动】\n本月您还没有申报。\n申报请这样写：\n人员变动 张三 调往 财政局 11-20\n")
