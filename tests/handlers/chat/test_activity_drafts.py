"""新建活动 in chat, as transcripts: one line, the form, line by line, and what is not taken."""

import pytest

from handlers.actions import activities
from storage import activities as kept
from storage import study_plans, tables
from storage.database import Database
from tests.bot.desk import rows
from tests.handlers.activity_city import TUESDAY, WEDNESDAY, person, session
from tests.handlers.chat.activity_talk import LINE, staged
from tests.handlers.city import add_person
from tests.handlers.stage import Phone, Stage
from training.activities import Activity, HeldBy, State
from training.activity_errors import Flawed
from training.broadcasts import Who
from training.study_plans import PlanLine

PREVIEW = (
    "【活动 1 预览】\n标题：行政处罚法培训\n形式：专题讲座\n时间：11月24日 周二 14:00–16:30\n地点：三楼会议室\n"
    "内容类别：专业法律\n主办：司法局（单位活动）\n组织者：韩梅\n范围：司法局（含下级），现有 3 人\n"
    "发布请回复“确认”，要改请发“标签：内容”，放弃请回复“取消”。"
)


@pytest.fixture
async def stage(database: Database) -> Stage:
    return await staged(database)


@pytest.fixture
def han(stage: Stage) -> Phone:
    return stage.phone("han")


async def one(stage: Stage, number: int = 1) -> Activity:
    async with stage.database.read() as tx:
        found = await kept.one(tx, number)
    assert found is not None
    return found


async def test_one_line_and_confirm(stage: Stage, han: Phone) -> None:
    assert await han(LINE) == PREVIEW
    assert (await one(stage)).state is State.PLANNED
    assert await han("活动 1") == PREVIEW
    assert await han("确认") == (
        "活动 1 已发布，将在工作时间通知受邀的 3 人。开始前 30 分钟开放签到，"
        "到时回复“活动 1 码”取签到码；结束后回复“办结 1”。"
    )
    made = await one(stage)
    assert (made.state, made.settings.sessions, made.settings.organiser) == (State.PUBLISHED, (session(),), "R7")
    assert "已发布" in await han("活动 1")


async def test_an_empty_draft_is_filled_in_by_one_line(stage: Stage, han: Phone) -> None:
    await han("新建活动")
    assert (await han(LINE)).startswith("【活动 1 预览】")
    await han("新建活动")
    assert await han("取消活动 2") == "活动 2（草稿）已取消。"


async def test_the_form_is_sent_back_filled_in(stage: Stage, han: Phone) -> None:
    form = await han("新建活动")
    assert form.startswith("【新建活动】请照样填好发回")
    filled = (
        form.replace("主讲：", "主讲：周敏、王教授")
        .replace("联合单位：", "联合单位：财政局")
        .replace("范围：本单位", "范围：司法局、财政局的执法人员")
        .replace("签退：否", "签退：是")
        .replace("11-25 14:00-16:30\n地点", "11-25 14:00-16:30；11-26 9:00-11:30\n地点")
    )
    said = await han(filled)
    assert "时间：11月25日 周三 14:00–16:30；11月26日 周四 09:00–11:30" in said
    assert "主讲：周敏、王教授，其中计讲法治课：周敏（R1）" in said
    assert "主办：司法局、财政局（单位活动）\n签退：是" in said
    assert "范围：司法局、财政局（含下级）的行政执法人员，现有 2 人" in said  # R3, and R1 who teaches
    settings = (await one(stage)).settings
    assert (settings.units, settings.speakers, settings.laws) == (("11", "12"), ("R1",), ("行政处罚法",))
    assert (settings.audience.units, settings.audience.groups) == (("11", "12"), (Who.ENFORCEMENT,))


async def test_line_by_line_keeps_its_draft(stage: Stage, han: Phone) -> None:
    await han("新建活动")
    assert (
        await han("形式：讲座")
        == "已记下：形式：专题讲座。\n还缺标题、时间、内容类别。请说标题，如：行政处罚法培训。"
    )
    assert await han("周三 下午2点-4点半") == (
        "已记下：形式：专题讲座；时间：11月25日 周三 14:00–16:30。\n"
        "还缺标题、内容类别。请说标题，如：行政处罚法培训。"
    )
    assert await han("我的时间") == (
        "已记下：标题：我的时间；形式：专题讲座；时间：11月25日 周三 14:00–16:30。\n"
        "还缺内容类别。请说内容类别：习近平法治思想、宪法、党内法规、公共法律、专业法律、业务知识。"
    )
    assert (await han("新建活动")).startswith("接着上次没填完的活动：\n已记下：标题：我的时间")
    assert "2 " not in await han("活动")
    assert "草稿：我的时间" in await han("活动")
    assert await han("确认") == await han("活动 1")  # asks for what lacks
    assert "没有内容类别“法律”" in await han("法律")
    assert "标题：我的时间" in await han("宪法")
    assert "签退：是" in await han("签退：是")
    assert "标题：宪法学习\n" in await han("标题：宪法学习")
    assert await han("随便说说") == ("没有看懂“随便说说”。请按“标签：内容”的样子发，如“地点：三楼会议室”。")
    assert await han("取消") == "活动 1 已放弃，没有发布。"
    assert (await one(stage)).state is State.CANCELLED
    assert (await han("新建活动")).startswith("【新建活动】请照样填好发回")


async def test_a_draft_is_published_by_nobody(stage: Stage, han: Phone) -> None:
    await han("新建活动")
    async with stage.database.write() as tx:
        with pytest.raises(Flawed):
            await activities.publish(tx, await person(tx, "R5"), 1, stage.clock())
    assert await stage.phone("zhou")("活动 1") == "没有找到活动 1，请核对编号。"


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("时间：11-25", "时间“11-25”没有看懂。"),
        ("时间：11-31 9:00-10:00", "时间“11-31 9:00-10:00”没有看懂。"),
        ("时间：11-25 16:30-14:00", "2026-11-25 的结束时间不晚于开始时间，请核对。"),
        ("形式：聚餐", "“聚餐”不能作为活动形式。可选：专题讲座、业务培训"),
        ("内容类别：法律", "没有内容类别“法律”，可选：习近平法治思想"),
        ("联合单位：税务局", "没有找到单位“税务局”。"),
        ("范围：财政局", "范围中的财政局不在您的管辖单位和联合单位内，请核对。"),
        ("级别：市级", "市级活动由市级管理员新建。请改为“级别：单位”。"),
        ("签退：也许", "签退“也许”没有看懂，请写是或否。"),
        ("学法计划：7", "学法计划“7”没有看懂，请写学法计划中的编号或“无”。"),
        ("组织者：伍明", "没有找到“伍明”。"),
        (f"标题：{'长' * 101}", "标题最多 100 个字，请写短一些。"),
        ("主讲：110101199003070011", "里面有身份证号，系统不保存，请去掉后再发。"),
    ],
)
async def test_what_cannot_be_is_named_and_the_rest_stays(
    stage: Stage, han: Phone, line: str, refused: str
) -> None:
    await han(LINE)
    before = (await one(stage)).settings
    assert (await han(line)).startswith(refused)
    assert (await one(stage)).settings == before
    assert await han("活动 1") == PREVIEW


async def test_two_of_one_name_are_asked_for(stage: Stage, han: Phone) -> None:
    async with stage.database.write() as tx:
        await add_person(tx, "R10", "zhou2", name="周敏", unit="111")
    await han(LINE)
    assert await han("组织者：周敏") == "“周敏”有几个：R1（司法局）、R10（执法科）。请改写括号前的编号。"
    assert "组织者：周敏" in await han("组织者：周敏（R10）")
    assert (await one(stage)).settings.organiser == "R10"
    await han("确认")
    stage.clock.to(TUESDAY, "15:00")
    assert await han("活动 1 到场 周敏") == "“周敏”有几个：R1（司法局）、R10（执法科）。请改写括号前的编号。"
    assert "已登记到场：周敏" in await han("活动 1 到场 R10")


async def test_a_city_admins_is_the_citys_unless_said(stage: Stage) -> None:
    admin = stage.phone("admin")
    assert "主办：市政府（市级活动）\n组织者：江平\n范围：全市，现有 8 人" in await admin(LINE)
    assert (await one(stage)).settings.held_by is HeldBy.CITY
    assert "主办：司法局（单位活动）" in await admin("级别：单位\n主办单位：司法局")
    assert "范围：司法局（含下级），现有 3 人" in await admin("活动 1")


async def test_only_admins_make_one(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    assert await zhou("新建活动") == "这项操作需要管理员权限。如需开通，请联系市司法局。"
    assert await zhou(LINE) == "这项操作需要管理员权限。如需开通，请联系市司法局。"


async def test_what_was_held_already_is_listed_and_concluded(stage: Stage, han: Phone) -> None:
    stage.clock.to(WEDNESDAY)
    assert "活动时间已过：发布后不再通知，请登记到场名单后办结。" in await han(LINE)
    assert "请回复“活动 1 到场 姓名”登记到场" in await han("确认")
    assert "已登记到场：周敏" in await han("活动 1 到场 周敏")
    assert "入账 1 人" in await han("办结 1 按计划")


async def test_a_command_that_runs_on_is_no_answer(stage: Stage, han: Phone) -> None:
    await han(LINE)
    await han("确认")
    await han("新建活动")
    assert (await han("活动1")).startswith("【活动 1】行政处罚法培训（已发布）")
    assert await han("办结1") == "活动 1 要到11月24日 16:30 结束，结束后才能办结。"
    assert "没有看懂" not in await han("标题：活动月启动会")
    assert (await one(stage, 2)).settings.title == "活动月启动会"


async def test_what_is_done_stands_in_the_log(stage: Stage, han: Phone) -> None:
    await han(LINE)
    await han("地点：礼堂")
    await han("确认")
    log = tables.audit_log.c
    found = await rows(stage.database, log.actor, log.via, log.what, log.subject)
    acts = ("amend", "amend", "make", "publish")
    assert sorted(found) == [("R7", "chat", f"activity.{act}", "activity 1") for act in acts]


async def test_somebody_elses_draft_is_not_changed(stage: Stage, han: Phone) -> None:
    await han(LINE)
    admin = stage.phone("admin")
    assert (await admin("活动 1")).startswith("【活动 1】行政处罚法培训（计划）")
    assert (await admin("活动 1")).endswith("受邀 3 人。还没有发布，发布请回复“活动 1 发布”。")
    assert "已发布" in await admin("活动 1 发布")
    assert await han("地点：礼堂") == "这个活动草稿已不在了。重新开始请回复“新建活动”。"
    assert (await one(stage)).settings.place == "三楼会议室"


async def test_it_carries_out_a_line_of_the_plan(stage: Stage, han: Phone) -> None:
    async with stage.database.write() as tx:
        await study_plans.add_lines(tx, [PlanLine(2026, "行政处罚法")], stage.clock())
    await han(LINE)
    assert "学法计划：1\n" in await han("学法计划：1")
    assert (await one(stage)).settings.plan == 1
    assert "学法计划" not in await han("计划：无")
