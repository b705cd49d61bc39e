"""免打扰, 恢复推送, 取消: what a person chose."""

from storage import daily, wishes
from storage.database import Database
from storage.scope import EVERYTHING
from tests.handlers.city import populate
from tests.handlers.stage import MONDAY, Stage
from training.people import Group

CARD = """免打扰
选择您愿意收到的消息，点“保存”生效
每日一题
[接收]
[不接收]
提醒
[接收]
[不接收]
通知
[接收]
[不接收]
[保存]"""
ALWAYS = "考试通知和关于您本人记录的决定仍会送达。"


def saved(questions: str, reminders: str, notices: str) -> str:
    return (
        f"免打扰设置已保存\n随时回复“免打扰”可再调整\n{ALWAYS}\n"
        f"每日一题：{questions}\n提醒：{reminders}\n通知：{notices}\n[已保存]"
    )


async def test_three_switches_on_a_card(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    assert await zhou("免打扰") == CARD
    assert await zhou.tap("保存", "daily-off", "reminders-on", "notices-off") == saved("不接收", "接收", "不接收")
    assert await zhou("静音") == CARD
    # Of what was sent along, only the one; the others stay as they were.
    assert await zhou.tap("保存", "notices-on") == saved("不接收", "接收", "接收")
    assert await zhou.tap("保存") == saved("不接收", "接收", "接收")
    assert await zhou.tap("保存", "forged-off", "daily-", "") == saved("不接收", "接收", "接收")


async def test_a_switch_typed_is_turned_over(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    for typed in ("免打扰 每日一题", "免打扰每日一题", "免打扰：每日一题", "免打扰　每日 一题"):
        assert (await zhou(typed)).startswith("每日一题：不接收；提醒：不接收；通知：接收。\n")
        assert (await zhou(typed)).startswith("每日一题：接收；提醒：不接收；通知：接收。\n")


async def test_each_switch_has_its_name(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    assert (await zhou("免打扰 提醒")).startswith("每日一题：接收；提醒：接收；通知：接收。\n")
    assert (await zhou("免打扰 通知")).startswith("每日一题：接收；提醒：接收；通知：不接收。\n")
    assert await zhou("免打扰 考试") == "没有看懂，请按这个样子发送：免打扰 每日一题"


async def test_pushes_are_taken_up_again(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    await zhou("免打扰")
    await zhou.tap("保存", "daily-off", "reminders-on", "notices-off")
    assert (await zhou("恢复推送")).startswith("已恢复推送：每日一题和通知都会发给您。")
    async with stage.database.read() as tx:
        [one] = await daily.receivers(tx, EVERYTHING, "wecom", Group.STAFF, week=MONDAY, after="", at_most=1)
    assert not one.muted
    # A reminder that was asked for is not lost by asking for more.
    assert (await zhou("免打扰 通知")).startswith("每日一题：接收；提醒：接收；通知：不接收。\n")


async def test_taking_leave_of_a_question(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    await zhou("今日一题")
    assert await zhou("取消") == "好的，已取消。"
    assert await zhou("B") == "现在没有等您作答的题目。回复“今日一题”做今天的题。"
    assert (await zhou.tap("B")).startswith("✓ 回答正确\n")


async def test_one_persons_wishes_are_not_anothers(stage: Stage) -> None:
    await stage.phone("zhou")("免打扰 每日一题")
    assert (await stage.phone("chen")("免打扰 通知")).startswith("每日一题：接收；提醒：不接收；通知：不接收。\n")


async def test_two_accounts_share_the_wishes_of_their_person(stage: Stage) -> None:
    await stage.phone("wu")("免打扰 每日一题")
    assert (await stage.phone("wu2")("免打扰 提醒")).startswith("每日一题：不接收；提醒：接收；通知：接收。\n")


async def test_saving_wishes_keeps_the_notice_as_seen(database: Database) -> None:
    await populate(database, told=False)
    stage = Stage(database)
    zhou = stage.phone("zhou")
    assert "【个人信息说明】" in await zhou("免打扰 每日一题")
    assert "【个人信息说明】" not in await zhou("免打扰 每日一题")
    async with database.write() as tx:
        await wishes.mark_privacy_shown(tx, ["R1"], stage.clock())
    assert (await zhou("免打扰 通知")).startswith("每日一题：接收；提醒：不接收；通知：不接收。\n")


async def test_a_sign_behind_a_word_changes_nothing(database: Database) -> None:
    await populate(database)
    zhou = Stage(database).phone("zhou")
    assert (await zhou("文字版。")).startswith("已切换为文字版：")
    assert await zhou("文字版！") == "已切换回卡片版。"
    assert await zhou("取消。") == "好的，已取消。"
