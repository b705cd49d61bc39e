"""`群发 列表`, `群发 12`, and what becomes of one that was sent."""

from datetime import timedelta

import pytest

from storage import outbox
from storage.database import Database
from tests.handlers.broadcast_talk import build, drafts, said_all, staged
from tests.handlers.sent_broadcast import NOTICE, QUIZ, answered, send, set_outbox
from tests.handlers.stage import BREAK, Stage
from training.broadcasts import State

USAGE = "【群发】可以这样用：\n"


@pytest.fixture
async def stage(database: Database) -> Stage:
    """Quiz 1 of the city went to two people, one of whom answered; notice 2 of the unit admin is unknown."""
    await build(database)
    stage = staged(database)
    async with database.write() as tx:
        await send(tx, stage, [[("P1", "sfj", ["account1"]), ("P2", "sfj", ["account2"])]], QUIZ, sender="R5")
        await answered(tx, 1, "P1", {0: True, 1: True}, unit="sfj")
        await send(tx, stage, [[("P1", "sfj", ["account1"])]], NOTICE, sender="R8")
    await stage.send_all()
    async with database.write() as tx:
        await set_outbox(tx, "broadcast-2-0-0", state="unknown")
    return stage


async def test_the_list(stage: Stage) -> None:
    admin, guan = stage.phone("admin"), stage.phone("guan")
    own = "2 · 通知《开会》 · 已发出 · 11月23日 周一 09:07 · 1 人，送达 0"
    assert await admin("群发 列表") == (
        f"最近的群发：\n{own}\n1 · 答题《宪法宣传周》 · 答题中 · 11月23日 周一 09:07 · 2 人，送达 2，参与 1\n"
        "回复“群发 编号”看结果。"
    )
    assert await guan("群发　列表。") == f"最近的群发：\n{own}\n回复“群发 编号”看结果。"
    await said_all(guan, "群发", "通知", "请准备。", "全部", "明天 9:07", "确认")
    assert "3 · 通知 请准备。 · 待发送 · 11月24日 周二 09:07\n" in await guan("群发列表")


@pytest.mark.parametrize("words", ["群发 1", "群发1", "群发 １", "群发 结果 1", "群 发 第1号"])
async def test_results_and_a_card_to_look_again(stage: Stage, words: str) -> None:
    admin = stage.phone("admin")
    said = await admin(words)
    assert said.startswith("【群发 1】宪法宣传周：答题中\n")
    assert "参与 1/2（50.00%）" in said
    assert f"{BREAK}群发 1 结果\n" in said
    async with stage.database.write() as tx:
        await answered(tx, 1, "P2", {0: False}, unit="sfj")
    assert "参与：2/2（100.00%）" in await admin.tap("刷新")


async def test_a_unit_admin_sees_the_own_ones_only(stage: Stage) -> None:
    guan = stage.phone("guan")
    assert (await guan("群发 2")).startswith("【群发 2】开会：已发出\n")
    for words in ("群发 1", "群发 撤回 1", "群发 补发 1", "群发 放弃 1", "群发 取消 1", "群发 99"):
        assert (await guan(words)).startswith("没有找到群发 ")
    assert await guan.key("bc:1:refresh") == await guan("群发 1")
    assert (await stage.phone("zhou").key("bc:1:refresh")).startswith("这项操作需要管理员权限")


async def test_taken_back_with_a_reason(stage: Stage) -> None:
    admin = stage.phone("admin")
    assert (await admin("群发撤回1 内容有误")).startswith("群发 1 已撤回，不再发送，也不能再作答。")
    assert [one.state for one in await drafts(stage.database)] == [State.RECALLED, State.OPEN]
    assert (await admin("群发 撤回 1")).startswith("群发 1 现在是“已撤回”")


async def test_what_is_unknown_is_sent_again_only_when_it_is_said_twice(stage: Stage) -> None:
    guan = stage.phone("guan")
    assert await guan("群发 补发 2") == (
        "群发 2 中结果不明的 1 人可能已经收到，再发一次，有的人可能看到两次。"
        "仍要再发，请回复“群发 补发 2 确认”；不再发，请回复“群发 放弃 2”。"
    )
    async with stage.database.read() as tx:
        assert (await outbox.counts(tx)).get("unknown") == 1
    assert await guan("群发 补发 2 确认") == (
        "群发 2 有 1 条消息将再发一次，不紧急的不在免打扰时段发送。"
        "其中结果不明的，有的人可能收到两次，人数会计入结果。"
    )
    assert await guan("群发 补发 2") == "群发 2 没有结果不明或未能发出的消息，不用补发。"


async def test_what_is_unknown_is_left(stage: Stage) -> None:
    assert await stage.phone("guan")("群发 放弃 2") == "群发 2 中结果不明的 1 条消息不再重发，已记录。"
    async with stage.database.read() as tx:
        assert (await outbox.counts(tx)).get("unknown") is None


async def test_what_waits_is_cancelled_and_what_went_out_is_not(stage: Stage) -> None:
    admin = stage.phone("admin")
    await said_all(admin, "群发", "通知", "请准备。", "全市", "明天 9:07", "确认")
    assert await admin("群发 取消 3") == "群发 3 已取消，不再发送。"
    assert (await admin("群发 取消 3")).startswith("群发 3 现在是“已取消”")
    assert (await admin("群发 取消 1")).startswith("群发 1 已经发出，不能取消。")
    stage.clock.now += timedelta(days=2)
    assert "3 · 通知 请准备。 · 已取消 · 11月24日 周二 09:07\n" in await admin("群发 列表")


@pytest.mark.parametrize("words", ["群发 给财政局", "群发 取消", "群发 1 2", "群发 放弃 2 确认"])
async def test_what_is_no_order_shows_them(stage: Stage, words: str) -> None:
    admin = stage.phone("admin")
    assert (await admin(words)).startswith(USAGE)
    assert len(await drafts(stage.database)) == 2
    await said_all(admin, "群发", "通知", "请准备。")
    assert (await admin(words.replace(" ", "", 1))).startswith(USAGE)


async def test_orders_work_in_the_midst_of_a_conversation(stage: Stage) -> None:
    admin = stage.phone("admin")
    await said_all(admin, "群发", "通知")
    assert (await admin("群发 1")).startswith("【群发 1】宪法宣传周：答题中\n")
    assert (await admin("群发撤回1")).startswith("群发 1 已撤回")
    assert (await admin("请准备。")).startswith("发给谁？")
    assert (await admin("群发通知")).startswith("您有一条没有完成的群发（通知 请准备。）")


async def test_a_kind_behind_the_word(stage: Stage) -> None:
    admin = stage.phone("admin")
    assert (await admin("群发 通知")).startswith("请发送通知的正文")
    await admin("取消")
    assert (await admin("群发统计")).startswith("发给谁？")
    await admin("取消")
    assert (await admin("群发 图片")).startswith("图片不能在聊天中群发")
