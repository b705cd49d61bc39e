"""培训活动 in chat, as transcripts: what is shown, sign-in by code, the list, 办结 and cancelling."""

import pytest

from handlers.message import Kind
from storage import wishes
from storage.database import Database
from tests.handlers.activity_city import TUESDAY, WEDNESDAY, Hall, planned, session
from tests.handlers.chat.activity_talk import code_of, published, staged
from tests.handlers.stage import BREAK, Phone, Stage
from training.wishes import Wishes


@pytest.fixture
async def stage(database: Database) -> Stage:
    return await staged(database)


@pytest.fixture
def han(stage: Stage) -> Phone:
    return stage.phone("han")


@pytest.fixture
def zhou(stage: Stage) -> Phone:
    return stage.phone("zhou")


async def test_what_concerns_me_is_listed_and_shown(stage: Stage, han: Phone, zhou: Phone) -> None:
    await published(han)
    listed = await zhou("活动")
    assert listed == (
        "【培训活动】\n1 11月24日（周二）14:00–16:30 行政处罚法培训（三楼会议室）\n看详情请回复“活动 编号”。\n"
        "----\n培训活动\n点编号看详情\n1 行政处罚法培训\n[活动 1]"
    )
    whole = (
        "【活动 1】行政处罚法培训（已发布）\n专题讲座，11月24日 周二 14:00–16:30\n地点：三楼会议室\n"
        "主办：司法局，组织者：韩梅\n内容：专业法律\n"
        "您还没有签到。请扫活动现场的二维码，或回复“签到 六位码”，码由组织者在现场展示，60 秒有效。"
    )
    assert await zhou("活动 1") == whole
    assert await zhou.tap("活动 1") == whole
    assert "受邀 3 人，已到 0 人。\n签到 11月24日 13:30 开放，届时回复“活动 1 码”取签到码。" in await han("活动1")


async def test_others_do_not_see_it(stage: Stage, han: Phone) -> None:
    await published(han)
    wu = stage.phone("wu")
    assert await wu("活动") == "目前没有与您有关的培训活动。"
    assert await wu("活动 1") == "没有找到活动 1，请核对编号。"
    assert await wu("活动 9") == "没有找到活动 9，请核对编号。"
    assert await wu("活动 1 名单") == "活动 1 只能由它的组织者或主办单位的管理员操作。"
    assert "没有看懂，请按这个样子发送：活动 12" in await wu("活动 随便")


async def test_sign_in_by_code_until_it_is_concluded(stage: Stage, han: Phone, zhou: Phone) -> None:
    await published(han)
    stage.clock.to(TUESDAY, "13:50")
    said = await han("活动 码")
    assert said.count(BREAK) == 2
    words, picture, card = said.split(BREAK)
    assert words.startswith("【活动 1】签到码：") and "13:51:00前有效" in words
    assert picture == "<image 签到码.png>"
    assert card.endswith("13:51:00前有效\n[换一个码]")
    stage.clock.on(seconds=59)
    code = words.partition("：")[2][:6]
    assert await zhou(f"签到{code}") == "签到成功：活动 1（行政处罚法培训） 13:50。"
    assert await zhou(code) == "您已于 13:50 在活动 1（行政处罚法培训）签到，不用再签。"
    stage.clock.on(seconds=1)
    assert await stage.phone("chen")(f"签到 1 {code}") == (
        "签到码不对或已过期（60 秒有效），请看最新的码再试，还可试 4 次。"
    )
    assert "您已签到 13:50。" in await zhou("活动 1")

    again = await han.tap("换一个码")
    assert again.startswith("签到码 ") and "13:52:00前有效" in again and again.endswith("<image 签到码.png>")
    assert again[4:10] != code
    stage.clock.to(TUESDAY, "14:20")
    assert "（迟到，14:00 开始）" in await stage.phone("chen")(f"签到 {await code_of(han)}")
    assert await stage.phone("tang")(f"签到 {await code_of(han)}") == (
        "签到成功：活动 1（行政处罚法培训） 14:20（迟到，14:00 开始）。\n您不在受邀名单中，已注明，由组织者核对。"
    )
    assert await han("活动 1 名单") == (
        "【活动 1 名单】行政处罚法培训\n"
        "到场 3 人：周敏（13:50）、陈静（14:20，迟到）、唐宁（14:20，迟到，未受邀）\n"
        "受邀未到 1 人：韩梅\n补登请回复“活动 1 到场 姓名”，划掉请回复“活动 1 缺席 姓名”。"
    )
    assert await han("办结 1 按计划") == "活动 1 要到11月24日 16:30 结束，结束后才能办结。"


async def test_five_wrong_codes_wait(stage: Stage, han: Phone, zhou: Phone) -> None:
    await published(han)
    stage.clock.to(TUESDAY, "13:50")
    code = await code_of(han)
    wrong = "000000" if code != "000000" else "111111"
    for left in (4, 3, 2, 1):
        assert f"还可试 {left} 次" in await zhou(f"签到 {wrong}")
    locked = "签到码错了太多次，请在 14:00 以后再试，或请组织者登记到场。"
    assert await zhou(f"签到 {wrong}") == locked
    assert await zhou(f"签到 {code}") == locked
    stage.clock.to(TUESDAY, "14:00:01")
    assert "签到成功" in await zhou(f"签到 {await code_of(han)}")


async def test_the_list_and_conclusion_of_a_units_own(stage: Stage, han: Phone, zhou: Phone) -> None:
    await published(han)
    stage.clock.to(TUESDAY, "13:50")
    await zhou(f"签到 {await code_of(han)}")
    await han(f"签到 {await code_of(han)}")
    assert await han("活动 1 到场 陈静 唐宁") == (
        "没有找到“唐宁”。请核对姓名，或改写人员编号；外单位人员须在受邀范围内。"
    )
    assert await han("活动 1 到场 陈静、周敏") == ("活动 1 已登记到场：陈静、周敏。核对请回复“活动 1 名单”。")
    assert "已登记缺席：陈静" in await han("活动 1 缺席 陈静")
    stage.clock.to(TUESDAY, "16:40")
    assert await han("办结 1") == (
        "【办结 1】行政处罚法培训\n2026-11-24 14:00 实际 150 分钟\n到场 2 人\n"
        "不计学时（登记为缺席）1 人：陈静\n"
        "将认定 1 人，合计 3.33 学时。\n您本人的 3.33 学时将转为申报，由上一级审核。\n"
        "按以上时长请回复“办结 1 按计划”，实际时长不同请回复“办结 1 实到 150”（分钟）。名单有误请先改名单。"
    )
    assert await han("办结 1 实到 90分钟") == (
        "活动 1（行政处罚法培训）已办结，入账 1 人，合计 2.00 学时。\n您本人的学时已转为申报 1，由上一级审核。"
    )
    assert await Hall(stage.database).hours("R1") == [("lecture", "2.00")]
    assert await han("办结 1 按计划") == "活动 1 现在是“已入账”，不能这样操作。"
    assert await han("活动 1 到场 陈静") == "活动 1 现在是“已入账”，不能这样操作。"


async def test_the_citys_waits_for_a_second_admin_who_is_told(stage: Stage, zhou: Phone) -> None:
    admin, second = stage.phone("admin"), stage.phone("second")
    await published(admin)
    stage.clock.to(TUESDAY, "14:00")
    await zhou(f"签到 {await code_of(admin)}")
    stage.clock.to(TUESDAY, "17:00")
    assert "办结后须由另一名市级管理员确认才入账。" in await admin("办结 1")
    assert await admin("办结 1 按计划") == ("活动 1（行政处罚法培训）已办结，批次 1 待另一名市级管理员确认后入账。")
    assert await second.read() == (
        "【待确认批次 1】活动 1 认定学时 1 人，江平提出：活动 1 办结\n"
        "行政处罚法培训：2026-11-24 14:00 实际 150 分钟\n共 1 人，合计 3.33 学时。\n周敏（R1）2026 年度 3.33\n"
        "查看明细请回复“审核 编号”，同意请回复“确认 编号”，不同意请回复“退回 编号 理由”。"
    )
    assert "已办结，等另一名市级管理员确认批次 1。" in await admin("活动 1")
    assert "没有生效" in await second("退回 1 时长不符")
    assert "办结被退回：时长不符" in await admin("活动 1")
    assert "批次 2" in await admin("办结 1 实到 90")
    assert "已确认并生效" in await second("确认 2")
    assert await Hall(stage.database).hours("R1") == [("lecture", "2.00")]


async def test_cancelling_tells_everybody_once(stage: Stage, han: Phone, zhou: Phone) -> None:
    await published(han)
    stage.clock.to(TUESDAY, "13:50")
    await zhou(f"签到 {await code_of(han)}")
    assert "取消活动 1 讲师临时有事" in await han("取消活动 1")
    assert await zhou("取消活动 1 不想去") == "活动 1 只能由它的组织者或主办单位的管理员操作。"
    assert await han("取消活动 1 讲师生病") == (
        "活动 1（行政处罚法培训）已取消，已通知 1 人。已有的签到记录保留，不计学时。"
    )
    assert await zhou.read() == (
        "【活动取消】活动 1“行政处罚法培训”（11月24日（周二）14:00–16:30）已取消，理由：讲师生病。"
        "如已签到，本次不计学时。"
    )
    assert await han("取消活动 1 再来") == "活动 1 现在是“已取消”，不能这样操作。"
    assert "取消理由：讲师生病" in await zhou("活动 1")


async def test_two_rooms_at_once_are_told_apart(stage: Stage, han: Phone, zhou: Phone) -> None:
    await published(han)
    admin = stage.phone("admin")
    await published(admin, "新建活动 讲座 11-24 15:00-17:00 礼堂 宪法学习")
    stage.clock.to(TUESDAY, "14:50")
    await zhou(f"签到 {await code_of(han)}")
    assert await zhou(f"签到 {await code_of(admin, 2)}") == (
        "签到成功：活动 2（宪法学习） 14:50。\n"
        "您同一时间已在活动 1（行政处罚法培训）签到，这一次须由组织者核对登记后才计入。"
    )
    assert "待核对 1 人：周敏（14:50）" in await admin("活动 2 名单")
    assert "今天有几个活动：1（行政处罚法培训）、2（宪法学习）" not in await admin(
        "活动 码"
    )  # the own one is meant
    assert await zhou("活动 码") == "今天没有由您组织、需要签到的活动。查看活动请回复“活动”。"


async def test_sign_out(stage: Stage, han: Phone, zhou: Phone) -> None:
    await published(han, "新建活动 讲座 11-24 14:00-16:30 行政处罚法培训 内容类别：专业法律 签退：是")
    stage.clock.to(TUESDAY, "14:00")
    code = await code_of(han)
    assert (await zhou(f"签退 {code}")).startswith("您今天还没有在活动 1 签到，不能签退。")
    assert (await zhou(f"签到 {code}")).endswith("\n结束时请签退：扫签退码，或回复“签退 六位码”。")
    stage.clock.to(TUESDAY, "16:00")
    said = await han("活动 1 签退码")
    assert said.startswith("【活动 1】签退码：")
    out = said.partition("：")[2][:6]
    assert await zhou(f"签退 1 {out}") == (
        "签退成功：活动 1（行政处罚法培训） 16:00。活动还没有结束，按实际在场时间计算。"
    )
    stage.clock.to(TUESDAY, "17:00")
    assert "早退 1 人：周敏" in await han("办结 1")


async def test_hearings_have_no_code(stage: Stage, han: Phone, zhou: Phone) -> None:
    await published(
        han,
        "新建活动 旁听庭审 11-24 9:00-11:00 旁听土地行政案 内容类别：专业法律 "
        "法院：宁国市人民法院 案号：（2026）皖1881行初3号 案件类型：行政诉讼",
    )
    stage.clock.to(TUESDAY, "9:00")
    assert (await han("活动 1 码")).startswith("活动 1 是旁听庭审，没有签到码，由组织者按名单登记。")
    assert "您还没有登记到场，由组织者登记。" in await zhou("活动 1")
    assert "已登记到场：周敏" in await han("活动 1 到场 R1")
    assert "您已由组织者登记到场。" in await zhou("活动 1")


async def test_the_menu_button_without_a_code_says_how(stage: Stage, zhou: Phone) -> None:
    how = "请扫活动现场的二维码，或回复“签到 六位码”，码由组织者在现场展示，60 秒有效。"
    assert await zhou.do("扫码签到", Kind.CLICK) == f"扫到的不是签到码。{how}"
    assert await zhou("签到") == how
    assert await zhou("签到 12") == how


async def test_several_days_are_signed_each(stage: Stage, han: Phone, zhou: Phone) -> None:
    hall = Hall(stage.database)
    two = planned(sessions=(session(), session(WEDNESDAY)))
    one = await hall.hold(two)
    stage.clock.to(TUESDAY, "14:00")
    await zhou(f"签到 {await code_of(han, one.number)}")
    stage.clock.to(WEDNESDAY, "17:00")
    assert "已登记到场：陈静" in await han("活动 1 到场 11-25 陈静")
    said = await han("活动 1 名单")
    assert "11月24日：到场 1 人：周敏（14:00）" in said and "11月25日：到场 1 人：陈静" in said
    assert "共 2 次" in await han("办结 1 实到 90")
    assert "入账 2 人，合计 4.00 学时" in await han("办结 1 实到 90 90")


async def test_hours_beyond_a_limit_are_told_before(stage: Stage, han: Phone) -> None:
    """12 学时 a day: the second room has only what the first one left."""
    await published(han, "新建活动 业务培训 11-24 8:00-14:00 执法业务 业务知识")
    await published(han, "新建活动 业务培训 11-24 15:00-21:00 执法业务二 业务知识")
    admin = stage.phone("admin")
    stage.clock.to(WEDNESDAY)
    for number in (1, 2):
        assert "已登记到场：周敏" in await admin(f"活动 {number} 到场 周敏（R1）")
    assert "将认定 1 人，合计 8.00 学时。" in await admin("办结 1")
    assert "批次 1" in await admin("办结1按计划")
    assert "已确认并生效" in await stage.phone("second")("确认 1")
    assert "将认定 1 人，合计 4.00 学时。其中 1 人因每日或年度上限少记：周敏。" in await admin("办结 2")


async def test_words_alone_for_who_wants_no_cards(stage: Stage, han: Phone) -> None:
    await published(han)
    async with stage.database.write() as tx:
        await wishes.keep(tx, "R7", Wishes(text_only=True))
    stage.clock.to(TUESDAY, "14:00")
    assert (await han("活动 码")).count(BREAK) == 1  # the picture is still needed
    assert BREAK not in await han("活动")


async def test_a_learner_who_asks_for_the_code_is_told_how_to_sign_in(
    stage: Stage, han: Phone, zhou: Phone
) -> None:
    await published(han)
    assert await zhou("活动 1 签到") == (
        "活动 1 只能由它的组织者或主办单位的管理员操作。"
        "请扫活动现场的二维码，或回复“签到 六位码”，码由组织者在现场展示，60 秒有效。"
    )


async def test_the_same_callback_twice_signs_in_once(stage: Stage, han: Phone, zhou: Phone) -> None:
    await published(han)
    stage.clock.to(TUESDAY, "14:00")
    code = await code_of(han)
    first = await zhou.do(f"签到 {code}", key="m:1:77")
    assert "签到成功" in first
    assert await zhou.do(f"签到 {code}", key="m:1:77") == first
    assert "到场 1 人：周敏（14:00）" in await han("活动 1 名单")
