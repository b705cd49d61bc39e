"""`群发` from the first word to the confirmation: a notice, a quiz, statistics; by a city and a unit admin."""

import pytest

from storage import wishes
from storage.database import Database
from tests.handlers.broadcast_talk import build, drafts, said_all, send_out, staged
from tests.handlers.broadcast_town import pushed
from tests.handlers.city import add_person
from tests.handlers.stage import BREAK, MONDAY, Stage, at
from training.broadcasts import Audience, Every, Kind, Repeat, Settings, State, Until, Who
from training.calendar import CITY, DAY
from training.wishes import Wishes

BEGIN = (
    "【群发】分几步说清发什么、发给谁、什么时候发；先给您看预览，回复“确认”后才发送。\n"
    "发什么？请回复“通知”“答题”或“统计”。图片和文件请在服务器上用 xuefa broadcast 发送。“取消”退出。"
)
ASK_NOTICE = (
    "请发送通知的正文，原样发出。要加标题，请把第一行写成“标题：…”。例如：\n标题：宪法宣传周安排\n各单位：……"
)
ASK_WHOM = (
    "发给谁？例如：\n全市\n司法局、公安局 的 行政执法人员\n司法局（不含下级）\n领导干部 工作人员\n"
    "R000123（人员编号或账号）\n单位写名称、路径或代码；不写“不含下级”就含下级。"
)
ASK_WHEN = "什么时候发？例如：现在、明天 9:07、11-27 14:10、每周一 9:07、每月第一个工作日。"
BEFORE = "【预览】下面就是大家将收到的内容（只发给您一人，点选作答不计）："
URGENT = "重大紧急的通知可回复“加急”：不受免打扰时段、个人免打扰和每周推送额度限制，并记入审计日志。"
HOW_ON = "回复“确认”发送，“改 内容/范围/时间”修改，“取消”放弃。"
TEXT = "各单位：\n  请于周五前报送。"


@pytest.fixture
async def stage(database: Database) -> Stage:
    await build(database)
    return staged(database)


async def test_a_notice(stage: Stage) -> None:
    admin = stage.phone("admin")
    assert await admin("群发") == BEGIN
    assert await admin("通知") == ASK_NOTICE
    assert await admin(f"标题：宪法宣传周\n{TEXT}") == ASK_WHOM
    assert await admin("司法局、财政局 的 工作人员") == ASK_WHEN
    assert await admin("现在") == BREAK.join(
        (
            BEFORE,
            f"【通知 1】宪法宣传周\n{TEXT}",
            "【群发 1】通知《宪法宣传周》\n发给：司法局、财政局（含下级）的工作人员\n将发给 4 人\n"
            f"发送：确认后立即发送\n{URGENT}\n{HOW_ON}",
        )
    )
    assert await admin("确认") == (
        "已确认，群发 1 将发给 4 人。\n现在开始发送。\n回复“群发 1”看结果，“群发 撤回 1”可以停下。"
    )
    [made] = await drafts(stage.database)
    audience = Audience(units=("sfj", "czj"), groups=(Who.STAFF,))
    settings = Settings(Kind.NOTICE, title="宪法宣传周", text=TEXT, audience=audience)
    assert (made.state, made.settings, made.send_at) == (State.PLANNED, settings, stage.clock())
    await send_out(stage)
    assert await stage.phone("account1").read() == f"【通知 1】宪法宣传周\n{TEXT}"
    assert await stage.phone("account5").read() == ""


async def test_a_quiz_of_the_bank_of_drawn_and_of_written_questions(stage: Stage) -> None:
    admin = stage.phone("admin")
    await said_all(admin, "群发", "答题")
    assert await admin("抽 1 行政处罚法") == (
        "已加入，现有 1 题：\n1. 发送时抽 1 题（行政处罚法）\n继续发题，或回复“好了”。“删 1”去掉第 1 题。"
    )
    await admin("国家宪法日是哪天？\nA. 12月4日\nB. 5月4日\n答案：A")
    assert await admin("XZCF-0012") == (
        "已加入，现有 3 题：\n1. 罚款的设定权属于谁？（答案 B）\n2. 发送时抽 1 题（行政处罚法）\n"
        "3. 国家宪法日是哪天？（答案 A）\n继续发题，或回复“好了”。“删 1”去掉第 1 题。"
    )
    assert await admin("好了") == ASK_WHOM
    assert "不写时：第三天 24:00 截止，不计学时，不提醒。" in await admin("司法局")
    assert await admin("现在 截止 11-27 18:00 计学时 提醒") == BREAK.join(
        (
            BEFORE,
            "群发答题 1 1/3（试运行·自愿使用）\n单选题 · 11月27日 18:00 截止 · 每题 0.10 学时\n"
            "罚款的设定权属于谁？\nA. 办公室\nB. 法律\nC. 单位\nD. 个人\n[A]\n[B]\n[C]\n[D]",
            "（答完一题出下一题）后面依次是：\n2. 发送时抽 1 题（行政处罚法）\n3. 国家宪法日是哪天？（答案 A）",
            "【群发 1】答题\n发给：司法局（含下级）\n将发给 4 人\n发送：确认后立即发送\n"
            "截止：11月27日 周五 18:00\n学时：每答一题 0.10\n"
            f"提醒：11月27日 周五 16:00 一次，只发给打开提醒、还没有作答的人\n{HOW_ON}",
        )
    )
    assert (await admin("确认")).startswith("已确认，群发 1 将发给 4 人。")
    [made] = await drafts(stage.database)
    assert made.closes_at == at(MONDAY + 4 * DAY, "18:00")
    settings = made.settings
    assert (settings.questions, settings.draw, settings.topics) == (("xzcf-0012",), 1, ("行政处罚法",))
    assert [one.stem for one in settings.written] == ["国家宪法日是哪天？"]
    assert (settings.credit, settings.remind, settings.until) == (10, True, Until(at=made.closes_at))
    await send_out(stage)
    assert (await stage.phone("account1").read()).startswith("群发答题 1 1/3")


async def test_five_messages_are_enough_and_a_drawn_quiz_says_so(stage: Stage) -> None:
    async with stage.database.write() as tx:
        await wishes.keep(tx, "P1", Wishes(mute_notices=True))
        await add_person(tx, "N1", unit="sfj")
    admin = stage.phone("admin")
    said = await said_all(admin, "群发", "答题", "抽 2 好了", "全市", "现在")
    assert said == BREAK.join(
        (
            BEFORE,
            "（第 1 题发送时才抽取，样式同平时的题目卡片）共有：\n1–2. 发送时抽 2 题",
            "【群发 1】答题\n发给：全市\n将发给 12 人（另有 2 人不发：已开免打扰 1、没有账号 1）\n"
            f"发送：确认后立即发送\n截止：11月25日 周三 24:00\n学时：不计\n提醒：不提醒\n{HOW_ON}",
        )
    )


async def test_statistics_on_a_rule(stage: Stage) -> None:
    admin = stage.phone("admin")
    said = await said_all(admin, "群发", "统计", "领导干部 工作人员", "每周一 9:07")
    assert said == BREAK.join(
        (
            BEFORE,
            "【统计 1】\n（发送时按当时的数据生成：应完成学时人数、完成率、人均计入学时、每日一题作答人数；"
            "只有总数，没有姓名）",
            "【群发 1】统计\n发给：全市的领导干部、工作人员\n将发给 4 人\n"
            f"发送：每周一 09:07，第一次 11月30日 周一 09:07\n{HOW_ON}",
        )
    )
    assert (await admin("改 内容")).startswith("统计的内容在发送时自动生成")
    assert await admin("确认") == (
        "已确认，群发 1 将发给 4 人。\n发送：每周一 09:07，第一次 11月30日 周一 09:07。\n"
        "回复“群发 1”看结果，“群发 取消 1”可以停下。"
    )
    assert (await said_all(admin, "确认")).startswith("群发 1 已确认过")
    [made] = await drafts(stage.database)
    assert (made.state, made.settings.repeat) == (State.REPEATING, Repeat(Every.WEEK, 9, 7, 1))


async def test_a_unit_admin_stays_within_the_managed_units(stage: Stage) -> None:
    guan = stage.phone("guan")
    assert "全部（您的管辖单位：司法局，含下级）" in await said_all(guan, "群发", "通知", "请准备。")
    outside = "“{}”不在您的管辖单位内，不能发。您的管辖单位是“司法局”及下级。"
    assert await guan("财政局") == outside.format("财政局")
    assert await guan("全市") == outside.format("全市")
    assert (await guan("account6、P6")).startswith("没有找到“account6”“P6”")
    assert await guan("全部") == ASK_WHEN
    said = await guan("11-27 14:00")
    assert said.partition(f"{BREAK}【群发 1】")[2] == (
        "通知 请准备。\n发给：您的管辖单位（司法局，含下级）\n将发给 4 人\n"
        f"发送：11月27日 周五 14:02（避开整点和半点）\n{HOW_ON}"
    )
    assert await guan("加急") == "加急只限市级管理员。"
    await guan("确认")
    [made] = await drafts(stage.database)
    assert (made.settings.audience, made.settings.urgent) == (Audience(), False)
    await stage.phone("guan")("群发 取消 1")
    stage.clock.to(MONDAY + 4 * DAY, "15:00")
    await send_out(stage)
    assert await stage.phone("account1").read() == ""


async def test_units_persons_and_what_is_not_below(stage: Stage) -> None:
    admin = stage.phone("admin")
    await said_all(admin, "群发", "通知", "请准备。")
    assert await admin("执法科") == (
        "“执法科”可能是：市政府/司法局/执法科（zfk）、市政府/财政局/执法科（zfk2）。请用括号中的单位代码再发一次。"
    )
    assert await admin("市司法局") == (
        "没有找到“市司法局”（单位、人员编号、账号和类别中都没有，或不在您的管辖单位内）。"
        "是不是：市政府/司法局（sfj）？请用名称或括号中的代码再发一次。"
    )
    said = await said_all(admin, "司法局（不含下级）的工作人员 account6", "明天 9:07")
    assert "发给：司法局（不含下级）的工作人员，另加 =姓名P6（P6）\n将发给 4 人\n" in said
    said = await said_all(admin, "改 范围", "P1、account3")
    assert "发给：=姓名P1（P1）、=姓名P3（P3）\n将发给 2 人\n发送：11月24日 周二 09:07\n" in said


async def test_quiet_hours_and_holidays_are_said_and_urgency_overrides_them(database: Database) -> None:
    await build(database)
    stage = staged(database, awake=lambda moment: moment.astimezone(CITY).hour in range(8, 20))
    stage.clock.to(MONDAY, "21:00")
    admin = stage.phone("admin")
    said = await said_all(admin, "群发", "通知", "请准备。", "全市", "现在")
    waits = "（您要的时间在免打扰时段或不是工作日，顺延到这时）"
    assert f"发送：11月24日 周二 08:02{waits}\n" in said
    assert await admin("加急") == (
        "【群发 1】通知 请准备。\n发给：全市\n将发给 13 人\n发送：确认后立即发送\n"
        "加急：是，不受免打扰时段、个人免打扰和每周推送额度限制，并记入审计日志（回复“不加急”撤销）\n" + HOW_ON
    )
    assert f"发送：11月24日 周二 08:02{waits}\n" in await admin("不加急")
    said = await said_all(admin, "改 时间", "周六 9:07")
    assert f"发送：11月30日 周一 08:02{waits}\n" in said
    assert f"发送：11月30日 周一 08:02{waits}。\n" in await admin("确认")
    [made] = await drafts(database)
    assert made.send_at == at(MONDAY + 7 * DAY, "08:02")


async def test_a_full_week_refuses_nothing_before_its_time(stage: Stage) -> None:
    """It may still be put off to another week, or be urgent; only as it stands it goes to nobody."""
    await pushed(stage.database, "P1", "P3")
    admin = stage.phone("admin")
    nobody = "将发给 0 人（另有 2 人不发：本周推送已满 2）\n"
    assert nobody in await said_all(admin, "群发", "通知", "请准备。", "P1、P3", "现在")
    assert (await admin("确认")).startswith(
        "这个范围内现在没有可以送达的人：本周推送已满 2 人。请调整范围，或改在以后发送。"
    )
    assert nobody in await admin("P1、P3")
    assert nobody in await said_all(admin, "改 时间", "11-27 14:00")
    for later in ("11-30 9:07", "周六 9:07", "每周一 9:07"):  # Saturday waits for Monday
        stage.clock.to(MONDAY, "10:00")
        assert "将发给 2 人\n" in await said_all(admin, "改 时间", later), later
    assert nobody in await said_all(admin, "改 时间", "现在")
    assert "将发给 2 人\n" in await admin("加急")
    assert (await admin("确认")).startswith("已确认，群发 1 将发给 2 人。")


async def test_the_roll_changes_between_preview_and_confirmation(stage: Stage) -> None:
    admin = stage.phone("admin")
    await said_all(admin, "群发", "通知", "请准备。", "司法局", "现在")
    async with stage.database.write() as tx:
        await add_person(tx, "N1", "n1", unit="sfj")
    assert await admin("确认") == (
        "名册有变动：预览时 4 人，现在 5 人，还没有发送。\n【群发 1】通知 请准备。\n发给：司法局（含下级）\n"
        f"将发给 5 人\n发送：确认后立即发送\n{URGENT}\n{HOW_ON}"
    )
    assert (await drafts(stage.database))[0].state is State.DRAFT
    assert (await admin("确认")).startswith("已确认，群发 1 将发给 5 人。")
