"""`群发` where it does not go straight: wrong answers, other words in between, twice the same, several at once."""

import pytest

from handlers.message import Kind as Act
from storage import wishes
from storage.database import Database
from tests.handlers.broadcast_talk import build, drafts, said_all, staged
from tests.handlers.city import add_person
from tests.handlers.stage import BREAK, Stage
from tests.handlers.wire import heard
from training.broadcasts import Audience, Kind, Settings, State
from training.wishes import Wishes

HELP = "没有看懂这句话。回复“今日一题”做题，“我的学时”看进度，“帮助”看全部功能。"
NOT_ALLOWED = "这项操作需要管理员权限。如需开通，请联系市司法局。"
PREVIEW_TAP = "这是预览，作答不计。回复“确认”发送，“改 内容”修改，“取消”放弃。"
HOW_ON = "回复“确认”发送，“改 内容/范围/时间”修改，“取消”放弃。"
TO_PREVIEW = ("群发", "通知", "请准备。", "司法局", "现在")
QUIZ_TO_PREVIEW = ("群发", "答题", "xzcf-0012 好了", "司法局", "现在")


@pytest.fixture
async def stage(database: Database) -> Stage:
    await build(database)
    return staged(database)


@pytest.mark.parametrize("account", ["du", "sys"])
async def test_who_has_no_right(stage: Stage, account: str) -> None:
    assert await stage.phone(account)("群发") == NOT_ALLOWED
    assert await drafts(stage.database) == []


async def test_help_names_it_to_those_who_may(stage: Stage) -> None:
    line = "\n群发 — 发通知、答题、统计，看发送结果"
    said = {account: line in await stage.phone(account)("帮助") for account in ("admin", "guan", "du", "zhou")}
    assert said == {"admin": True, "guan": True, "du": False, "zhou": False}


async def test_learners_and_admins_without_units(stage: Stage) -> None:
    said = "“群发”由管理员使用。要作答发给您的题目，请回复“群发答题”；“帮助”看全部功能。"
    for words in ("群发", "群发 通知", "群发 撤回 1"):
        assert await stage.phone("zhou")(words) == said
    assert await stage.phone("none")("群发") == "您的名册记录中没有管辖单位，不能群发。请联系市级管理员登记。"
    assert await drafts(stage.database) == []


@pytest.mark.parametrize(
    ("before", "words", "said"),
    [
        (("群发",), "图片", "图片不能在聊天中群发，请在服务器上用 xuefa broadcast 发送。"),
        (("群发",), "司法局", "没有看懂“司法局”，前面填的都还在。\n发什么？"),
        (("群发", "通知"), "标题：只有标题", "只有标题，没有正文。请把标题和正文放在同一条消息里再发一次。"),
        (("群发", "通知"), "字" * 1501, "正文有 1501 个字，最多 1500 个，请缩短后再发一次。"),
        (("群发", "通知"), f"标题：{'字' * 31}\n正文", "标题有 31 个字，最多 30 个"),
        (("群发", "答题"), "好了", "还没有题目，请先发题目，如“抽 3”。"),
        (("群发", "答题"), "xzcf-0012 xzcf-9", "题库中没有编号“xzcf-9”，这条没有加入，请核对后再发一次。"),
        (("群发", "答题"), "这是什么", "没有看懂“这是什么”，前面填的都还在。\n请发送题目"),
        (("群发", "答题"), "抽 11", "最多 10 题，这样会有 11 题，没有加入。"),
        (("群发", "答题"), "抽 0", "请写明抽几题（1 到 10），如“抽 3”。"),
        (("群发", "答题"), "问题？\nA. 甲\nB. 乙\n答案：C", "这道题没有加入：\n"),
        (("群发", "答题"), "行政处罚由____设定。\n答案：法律", "群发只能用单选题、多选题和判断题"),
        (("群发", "答题", "xzcf-0012"), "删 2", "现有 1 题，没有第 2 题。"),
        (("群发", "通知", "内容"), "确认", "还没有到确认这一步。\n发给谁？"),
        (("群发", "通知", "内容"), "全市、司法局", "“全部”不能和单位或人员写在一起。"),
        (("群发", "通知", "内容"), "司法局（不含下级）、财政局", "“司法局”写了“不含下级”，别的单位没有写"),
        (("群发", "通知", "内容"), "P1 的 领导干部", "只写了人员编号时不能再选类别。"),
        (("群发", "通知", "内容", "司法局"), "尽快", "发送时间“尽快”没有看懂。请写“现在”"),
        (("群发", "通知", "内容", "司法局"), "明天", "“明天”没有写几点，请连同时间再发一次，如“明天 9:07”。"),
        (("群发", "通知", "内容", "司法局"), "9:07", "11月23日 周一 09:07已经过去，请写以后的时间。"),
        (("群发", "通知", "内容", "司法局"), "现在 提醒", "“提醒”只用于答题，这里只写什么时候发。"),
        (QUIZ_TO_PREVIEW[:4], "现在 截止 以后", "截止时间“以后”没有看懂。"),
        (QUIZ_TO_PREVIEW[:4], "现在 计 5 学时", "“计 5 学时”没有看懂：每题学时写到 0.01，最多 1.00"),
        (QUIZ_TO_PREVIEW[:4], "每周一 9:07 截止 11-27", "定期发送的答题不能写固定的截止日期"),
        (TO_PREVIEW, "好的", f"没有看懂“好的”，前面填的都还在。\n{HOW_ON}"),
        (QUIZ_TO_PREVIEW, "加急", "只有通知可以加急。"),
    ],
)
async def test_what_is_not_taken_changes_nothing(
    stage: Stage, before: tuple[str, ...], words: str, said: str
) -> None:
    admin = stage.phone("admin")
    await said_all(admin, *before)
    known = await drafts(stage.database)
    assert (await admin(words)).startswith(said)
    assert await drafts(stage.database) == known


async def test_a_text_that_begins_like_a_command_is_the_text(stage: Stage) -> None:
    admin = stage.phone("admin")
    for text in ("活动通知：请参加。", "考试安排如下", "确认一下参会人数", "审核意见请于周五前报送", "群发前请看"):
        assert (await said_all(admin, "群发", "通知", text)).startswith("发给谁？")
        assert (await drafts(stage.database))[-1].settings == Settings(Kind.NOTICE, text=text)
        await admin("取消")


async def test_a_long_text_is_the_text_also_where_a_command_stands_apart(stage: Stage) -> None:
    admin = stage.phone("admin")
    for text in (
        "投诉建议：请各单位于本周五前汇总本单位的投诉建议并报送市司法局。",
        "审核：各单位\n请报送。",
        "回复 各单位来函，现将有关事项统一答复如下，请遵照执行。",
    ):
        assert (await said_all(admin, "群发", "通知", text)).startswith("发给谁？")
        assert (await drafts(stage.database))[-1].settings == Settings(Kind.NOTICE, text=text)
        await admin("取消")
    await said_all(admin, "群发", "通知")
    assert (await admin("导出 汇总")).startswith("正在生成")
    assert (await drafts(stage.database))[-1].settings.text == ""


async def test_a_question_shown_in_between(stage: Stage) -> None:
    async with stage.database.write() as tx:
        await add_person(tx, "U1", "unit", role="unit_admin", unit="sfj", managed_units="sfj")
    unit = stage.phone("unit")
    await said_all(unit, "群发", "通知", "请准备。")
    assert "[A]" in await unit("今日一题") or "[对]" in await unit("今日一题")
    assert (await unit("司法局")).startswith("什么时候发？")
    assert (await unit("现在")).endswith(HOW_ON)
    await unit("今日一题")
    assert (await unit("改 时间")).startswith("什么时候发？")


async def test_other_words_in_between(stage: Stage) -> None:
    admin = stage.phone("admin")
    await said_all(admin, "群发", "通知")
    assert (await admin("我的学时")).startswith("我的学时 · 2026年度")
    assert (await admin("请准备。")).startswith("发给谁？")
    assert (await admin("帮助")).startswith("【学法】")
    assert await admin("确认 3") == "没有找到批次“3”，请核对编号。"
    assert (await admin("司法局")).startswith("什么时候发？")
    assert await admin("答题") == ("要做今天的题请回复“今日一题”；要把这条群发改成答题，请先“取消”，再回复“群发”。")
    assert (await admin("现在")).endswith(HOW_ON)


async def test_a_draft_that_is_open_is_gone_on_with_or_left(stage: Stage) -> None:
    guan = stage.phone("guan")
    await said_all(guan, "群发", "通知", "请准备。")
    assert await guan("群发") == (
        "您有一条没有完成的群发（通知 请准备。）。回复“继续”接着做，“重新开始”新建一条，“取消”放弃它。"
    )
    assert (await guan("以后再说")).startswith("没有看懂“以后再说”，前面填的都还在。\n请回复“继续”接着做")
    assert (await guan("继续")).startswith("发给谁？")
    assert (await said_all(guan, "司法局", "现在")).endswith(HOW_ON)
    await guan("群发")
    assert (await guan("继续")).endswith(HOW_ON)
    await guan("群发")
    assert (await guan("重新开始")).startswith("【群发】分几步说清")
    assert [one.state for one in await drafts(stage.database)] == [State.CANCELLED, State.DRAFT]


async def test_what_the_preview_shows_can_be_changed(stage: Stage) -> None:
    admin = stage.phone("admin")
    await said_all(admin, *TO_PREVIEW)
    assert (await admin("改 内容")).startswith("请发送通知的正文")
    assert f"【通知 1】\n请再准备。{BREAK}【群发 1】" in await admin("请再准备。")
    assert (await admin("修改范围")).startswith("发给谁？")
    assert "发给：财政局（含下级）\n" in await admin("财政局")
    assert (await admin("改类型")).startswith("发什么？")
    assert (await admin("答题")).startswith("请发送题目")
    assert "发给：财政局（含下级）\n" in await admin("xzcf-0012 好了")
    assert (await admin("改 内容")).startswith("已加入，现有 1 题：\n1. 罚款的设定权属于谁？（答案 B）")
    await admin("删 1")
    assert (await admin("好了")).startswith("还没有题目")


async def test_a_restart_and_a_second_device(database: Database) -> None:
    await build(database)
    await said_all(staged(database).phone("admin"), "群发", "通知", "请准备。")
    stage = staged(database)
    assert (await stage.phone("admin")("司法局")).startswith("什么时候发？")
    await staged(database).phone("admin")("现在")
    assert (await stage.phone("admin")("确认")).startswith("已确认，群发 1 将发给 4 人。")


async def test_cancelled_anywhere(stage: Stage) -> None:
    admin = stage.phone("admin")
    for end in range(1, len(TO_PREVIEW) + 1):
        await said_all(admin, *TO_PREVIEW[:end])
        assert await admin("取消") == f"群发 {end} 已取消，没有发送。"
        assert await admin("司法局") == HELP
    assert {one.state for one in await drafts(stage.database)} == {State.CANCELLED}
    assert await admin("群发 列表") == "还没有群发。回复“群发”新建一条。"


async def test_confirmed_once(stage: Stage) -> None:
    admin = stage.phone("admin")
    await said_all(admin, *TO_PREVIEW)
    act = stage.act("admin", "确认")
    [first] = await stage.answers(act)
    [again] = await stage.answers(act)
    assert again.wire == first.wire
    assert heard(first.wire)[0].text.startswith("已确认，群发 1 将发给 4 人。")
    assert await admin("确认") == "群发 1 已确认过，没有重复发送。回复“群发 1”查看结果。"
    assert (await admin("取消")).startswith("群发 1 已确认。")
    assert await admin("B") != HELP  # what a letter answers is not the conversation's any more
    [made] = await drafts(stage.database)
    assert made.state is State.PLANNED


async def test_a_draft_that_was_settled_elsewhere(stage: Stage) -> None:
    admin, other = stage.phone("admin"), stage.phone("admin2")
    await said_all(admin, *TO_PREVIEW)
    assert await other("群发 取消 1") == "群发 1 已取消，不再发送。"
    gone = "这条群发已不是草稿，可能已在别处确认或取消。回复“群发 列表”查看，“群发”新建一条。"
    assert await admin("确认") == gone
    assert await admin("司法局") == HELP


async def test_two_admins_at_once(stage: Stage) -> None:
    admin, guan = stage.phone("admin"), stage.phone("guan")
    for ours, theirs in zip(TO_PREVIEW, ("群发", "通知", "请本局准备。", "全部", "现在"), strict=True):
        await admin(ours)
        await guan(theirs)
    assert (await guan("确认")).startswith("已确认，群发 2 将发给 4 人。")
    assert (await admin("确认")).startswith("已确认，群发 1 将发给 4 人。")
    first, second = await drafts(stage.database)
    assert (first.sender, first.settings.text, first.settings.audience) == ("R5", "请准备。", Audience(("sfj",)))
    assert (second.sender, second.settings.text, second.settings.audience) == ("R8", "请本局准备。", Audience())


async def test_a_tap_on_the_preview_counts_nothing(stage: Stage) -> None:
    admin = stage.phone("admin")
    await said_all(admin, *QUIZ_TO_PREVIEW)
    assert admin.cards[-1].keys["B"] == "preview:quiz:1:0:B"
    assert await admin.tap("B") == PREVIEW_TAP
    assert await admin("B") == PREVIEW_TAP
    assert (await admin("确认")).startswith("已确认，群发 1")


async def test_who_wants_words_gets_the_preview_in_words(stage: Stage) -> None:
    async with stage.database.write() as tx:
        await wishes.keep(tx, "R5", Wishes(text_only=True))
    admin = stage.phone("admin")
    said = await said_all(admin, *QUIZ_TO_PREVIEW)
    assert "A. 办公室\nB. 法律\nC. 单位\nD. 个人\n\n请直接回复字母，如“B”作答。" in said
    assert admin.cards == []
    assert await admin("B") == PREVIEW_TAP


async def test_a_menu_entry_is_no_text(stage: Stage) -> None:
    admin = stage.phone("admin")
    await said_all(admin, "群发", "通知")
    assert (await admin.do("我的学时", Act.CLICK)).startswith("我的学时")
    assert (await drafts(stage.database))[0].settings.text == ""
