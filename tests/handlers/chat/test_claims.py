"""申报 in chat: one line or a conversation, evidence, and what becomes of it, as transcripts."""

import pytest

from handlers.chat import approving, batches, claims, daily, help
from handlers.message import Kind
from handlers.routing import Router
from storage import tables
from storage.database import Database
from tests.bot.desk import rows
from tests.handlers.claims_city import settle
from tests.handlers.stage import MONDAY, Phone, Stage
from training.rules import Rules

LINE = "申报 讲座 11-20 半天 行政处罚法培训"
HANDED_IN = (
    "申报 1 已提交：11月20日 专题讲座 半天 行政处罚法培训，预计 4.00 学时（以审核和年度上限为准）。"
    "由执法科的管理员审核，11月30日前未审核的转上一级。\n"
    "有照片等佐证可以直接发图片，不强制。撤回请回复“撤回申报 1”。"
)


def claims_stage(database: Database) -> Stage:
    rules = Rules()
    every = (
        *daily.routes(rules),
        *batches.routes(rules),
        *claims.routes(rules),
        *approving.routes(rules),
        *help.routes(),
    )
    return Stage(database, rules=rules, routes=Router(every, help.otherwise(rules), rules))


@pytest.fixture
async def stage(database: Database) -> Stage:
    await settle(database)
    return claims_stage(database)


@pytest.fixture
def zhou(stage: Stage) -> Phone:
    return stage.phone("zhou")


async def picture(phone: Phone, media_id: str = "M1") -> str:
    return await phone.do(media_id, Kind.IMAGE)


async def test_one_line_is_handed_in_and_approved_by_the_lowest_admin(stage: Stage, zhou: Phone) -> None:
    assert await zhou(LINE) == HANDED_IN
    assert await zhou("我的申报") == (
        "【我的申报】\n1 待审核 11月20日 专题讲座 半天 行政处罚法培训\n"
        "查看请回复“申报 编号”，撤回请回复“撤回申报 编号”。"
    )
    ke = stage.phone("ke")
    assert await ke("审核") == (
        "【待审核申报】1 件\n1 周敏：11月20日 专题讲座 半天 行政处罚法培训\n"
        "同意请回复“通过 编号”（可写 15-20 或 15 16），不同意请回复“不通过 编号 理由”，"
        "要补充请回复“退回申报 编号 理由”，看图片请回复“佐证 编号”。\n----\n"
        "待审核申报 1 件\n行政处罚法培训\n11月20日 专题讲座 半天 行政处罚法培训\n周敏\n"
        "[全部通过]\n[逐条]\n[退回]"
    )
    assert await ke("通过 1") == "已通过申报 1（1 件），入账 4.00 学时。"
    assert await zhou.read() == (
        "您的申报 1（11月20日 专题讲座 半天 行政处罚法培训）已认定，入账 4.00 学时，台账第 1 条。"
    )
    assert await ke("通过 1") == "申报 1 现在是“已认定”，不能这样操作。"
    entry = tables.ledger_entry.c
    [line] = await rows(stage.database, entry.person, entry.hours, entry.source_ref, entry.approved_by, entry.unit)
    assert (line[0], f"{line[1]}", *line[2:]) == ("R1", "4.00", "claim:1", "R7", "zfk")
    log = tables.audit_log.c
    assert await rows(stage.database, log.actor, log.what, log.subject) == [("R7", "claim.approve", "claim 1")]


async def test_the_conversation_keeps_its_draft_between_other_things(stage: Stage, zhou: Phone) -> None:
    assert (await zhou("申报")).startswith("【学时申报】请选学习形式：")
    assert await zhou("跑步") == f"没有看懂“跑步”。\n{await zhou('申报')}"
    assert await zhou("讲座") == (
        "已记下：专题讲座。请说日期和时长，如：11-20 14:00-16:30，11-20 半天，11-16至11-20 全天。"
    )
    assert await zhou("11-24 半天") == "11月24日还没有到，学习结束后再申报。"
    assert await zhou("11-20") == "已记下：专题讲座。请说时长，如：14:00-16:30，90分钟，半天，全天。"
    assert (await zhou("我的申报")).startswith("【我的申报】\n1 未提交，接着填写请回复“申报 1”\n")
    assert await zhou("14:00-16:30") == "已记下：专题讲座。请说学习内容，如：行政处罚法培训。"
    assert await zhou("考试制度，与执法") == (
        "【申报预览】\n形式：专题讲座\n时间：11月20日，150 分钟\n内容：考试制度，与执法\n"
        "预计学时：3.33（以审核和年度上限为准）\n"
        "提交请回复“确认”，不报了请回复“取消”；要改直接说，如“内容：…”“主办：…”。"
    )
    assert (await zhou("好的")).startswith("没有看懂“好的”。\n要改内容请写“内容：…”")
    assert "\n主办：市司法局\n" in await zhou("主办：市司法局")
    assert await picture(zhou) == "图片已收到（佐证 E1），放入这份草稿。"
    assert "\n佐证：E1（正在保存）\n" in await zhou("申报")
    assert (await zhou("确认")).startswith(
        "申报 1 已提交：11月20日 专题讲座 150 分钟 考试制度，与执法，预计 3.33 学时"
    )
    assert "确认" not in await zhou("申报 1")


async def test_a_draft_may_be_given_up(zhou: Phone) -> None:
    await zhou("申报 讲座 11-20")
    assert (await zhou("申报 网课")).startswith("原先没有提交的草稿已放弃。已记下：网络课程。")
    assert await zhou("取消") == "这次申报没有提交，已取消。"
    assert (await zhou("申报")).startswith("【学时申报】")


async def test_hearings_are_the_organisers_affair_and_no_pictures_of_them_are_taken(
    stage: Stage, zhou: Phone
) -> None:
    refused = "旁听庭审由组织者按名单登记，不用申报；依《人民法院法庭规则》不收庭审照片。请联系本次旁听的组织者。"
    assert await zhou("申报 旁听 11-20 半天 某行政案") == refused
    assert await picture(zhou) == refused
    assert await rows(stage.database, tables.evidence.c.number) == []
    assert await rows(stage.database, tables.claim.c.number) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("申报 讲座 11-24 半天 甲", "11月24日还没有到，学习结束后再申报。"),
        ("申报 讲座 13-45 半天 甲", "没有“13-45”这一天，请核对日期，如 11-20。"),
        ("申报 讲座 11-20 3学时 甲", "专题讲座按时长（如 14:00-16:30、90分钟）或全天、半天申报，请改一下。"),
        ("申报 每日一题 11-20 半天 甲", "每日一题由系统自动记录，不用申报。"),
        (
            "申报 脱产 11-21至11-22 甲",
            "这几天都是休息日，不能按全天、半天计算，请写明时长，或只写实际上课的那一天。",
        ),
        ("申报 9", "没有找到申报 9，或您无权查看。请核对编号。"),
        ("撤回申报 9", "没有找到申报 9，或您无权查看。请核对编号。"),
        ("撤回申报", "没有看懂，请按这个样子发送：撤回申报 12"),
        ("通过 1", "这项操作需要管理员权限。如需开通，请联系市司法局。"),
    ],
)
async def test_what_is_refused_says_why(stage: Stage, zhou: Phone, words: str, said: str) -> None:
    assert await zhou(words) == said
    assert await rows(stage.database, tables.claim.c.number) == []


async def test_the_same_again_and_what_resembles_it(stage: Stage, zhou: Phone) -> None:
    assert await zhou(LINE) == HANDED_IN
    assert await zhou(LINE) == "同样的内容已在申报 1 中，没有重复提交。查看请回复“申报 1”。"
    second = await zhou("申报 讲座 11-20 14:00-16:00 行政处罚法专题")
    assert "\n疑似重复，审核时会核对：申报 1（2026-11-20 专题讲座 行政处罚法培训）。\n" in second
    ke = stage.phone("ke")
    both = await ke("通过 1-3")
    assert "申报 1 疑似重复：申报 3" in both or "申报 1 疑似重复：申报 2" in both
    assert await rows(stage.database, tables.ledger_entry.c.seq) == []
    number = (await rows(stage.database, tables.claim.c.number))[-1][0]
    assert await ke(f"不通过 {number} 与 1 是同一场") == f"已作不通过处理申报 {number}（1 件）。"
    assert (await zhou.read()).endswith("未通过，理由：与 1 是同一场。")
    assert await ke("通过 1") == "已通过申报 1（1 件），入账 4.00 学时。"
    third = await zhou("申报 业务培训 11-20 16:00-17:00 行政处罚法培训")
    assert "疑似重复，审核时会核对：台账第 1 条" in third
    last = (await rows(stage.database, tables.claim.c.number))[-1][0]
    assert (await ke(f"通过 {last}")).startswith(f"申报 {last} 疑似重复：台账第 1 条")
    assert (await ke(f"通过 {last} 上下午两场")).startswith(f"已通过申报 {last}（1 件），入账 1.33 学时。")
    assert ("上下午两场",) in await rows(stage.database, tables.audit_log.c.reason)


async def test_a_returned_one_is_amended_and_handed_in_again(stage: Stage, zhou: Phone) -> None:
    await zhou(LINE)
    ke = stage.phone("ke")
    assert await ke("退回申报 1") == "请写明理由，如：退回申报 1 请补充主办单位。"
    assert await ke("退回申报 1：请补充主办单位") == "已退回补充申报 1（1 件）。"
    assert (await zhou.read()).endswith("退回补充，理由：请补充主办单位。补充后请回复“申报 1”再提交。")
    assert (await zhou("申报 1")).startswith("【申报 1】退回补充\n形式：专题讲座\n")
    assert "主办：司法局" in await zhou("主办：司法局")
    assert (await zhou("确认")).startswith("申报 1 已提交：")
    assert await zhou("撤回申报 1") == "申报 1 已撤回。"
    assert await ke("通过 1") == "申报 1 现在是“已撤回”，不能这样操作。"


async def test_nobody_decides_about_oneself_or_beyond_the_scope(stage: Stage) -> None:
    ke, ju, shi, chen, admin = (stage.phone(name) for name in ("ke", "ju", "shi", "chen", "admin"))
    assert "由司法局的管理员审核" in await ke(LINE)  # 1: an admin's own
    assert "由市政府的管理员审核" in await chen(LINE)  # 2: the head's
    assert "由市级管理员审核" in await admin(LINE)  # 3: a city admin's
    assert await ke("通过 1") == "申报 1 是您本人的，由他人审核。"
    assert await ke("通过 2") == "没有找到申报 2，或您无权查看。请核对编号。"
    assert await ju("通过 2") == "申报 2 由上一级管理员审核。"
    assert await admin("通过 3") == "申报 3 是您本人的，由他人审核。"
    assert await shi("通过 3") == "申报 3 由市级管理员审核。"
    assert (await shi("审核")).splitlines()[0] == "【待审核申报】1 件"
    assert "\n另有 1 件由下级单位审核中。\n" in await shi("审核")
    assert (await ju("通过 1-3")).startswith("已通过申报 1（1 件）")
    assert (await stage.phone("second")("通过 2 3")).startswith("已通过申报 2-3（2 件），入账 8.00 学时。")


async def test_one_card_decides_a_whole_class(stage: Stage, zhou: Phone) -> None:
    lin, ke = stage.phone("lin"), stage.phone("ke")
    await zhou(LINE)
    await lin(LINE)
    assert "1-2 周敏、林涛：11月20日 专题讲座 半天 行政处罚法培训" in await ke("审核")
    assert (await ke.tap("逐条")).startswith("1 周敏（执法科）：11月20日 专题讲座 半天 行政处罚法培训\n2 林涛")
    assert await ke.tap("退回") == "请写明理由，如：退回申报 1-2 请补充主办单位。"
    said = await ke.tap("全部通过")
    assert "已通过申报 1-2（2 件），入账 8.00 学时。" in said
    assert "已认定，入账 4.00 学时" in await zhou.read()
    assert "已认定，入账 4.00 学时" in await lin.read()


async def test_pictures_find_their_claim(stage: Stage, zhou: Phone) -> None:
    assert (await picture(zhou)).startswith("收到图片，但没有可以放入的申报，图片没有保存。")
    await zhou(LINE)
    assert await picture(zhou) == "图片已收到（佐证 E1），放入申报 1。"
    await zhou("申报 讲座 11-19 半天 行政许可法培训")
    asked = await picture(zhou, "M2")
    assert asked.startswith("图片已收到（佐证 E2）。请说放入哪件申报，如“佐证 编号”：\n2 ")
    assert await zhou("佐证 2") == "佐证 E2 已放入申报 2。"
    stage.clock.on(hours=2)
    assert (await picture(zhou)).startswith("收到图片，但没有可以放入的申报")
    table = tables.evidence.c
    assert await rows(stage.database, table.subject, table.media_id) == [("claim:1", "M1"), ("claim:2", "M2")]


async def test_evidence_is_shown_to_whoever_may_see_the_claim(stage: Stage, zhou: Phone) -> None:
    await zhou(LINE)
    await picture(zhou)
    async with stage.database.write() as tx:
        await tx.execute(
            tables.evidence.update().values(state="kept", type="image/png", content=b"\x89PNG\r\n\x1a\n1")
        )
    said = await stage.phone("ke")("佐证 1")
    assert said.startswith("申报 1 的佐证：E1")
    assert "E1.png" in said
    assert await stage.phone("wu")("佐证 1") == "没有找到申报 1，或您无权查看。请核对编号。"
    assert (await stage.phone("ke")("申报 1")).startswith("【申报 1】待审核\n申报人：周敏\n")
    assert await stage.phone("wu")("申报 1") == "没有找到申报 1，或您无权查看。请核对编号。"
    await stage.phone("ke")("通过 1")
    assert await rows(stage.database, tables.ledger_entry.c.evidence) == [("佐证 E1",)]


async def test_claims_end_on_the_fifteenth_of_january(stage: Stage, zhou: Phone) -> None:
    stage.clock.to(MONDAY.replace(year=2027, month=1, day=15), "23:00")
    assert "已提交" in await zhou("申报 讲座 12-30 半天 甲法培训")
    stage.clock.to(MONDAY.replace(year=2027, month=1, day=16), "00:01")
    assert await zhou("申报 讲座 2026-12-29 半天 乙法培训") == (
        "2026 年度的申报已于 2027年1月15日 截止。确有遗漏，请联系单位管理员按补录办理。"
    )
