"""A broadcast whose requests meet trouble: an outage, a night, an end, a recall; and what is told of them."""

from datetime import timedelta
from typing import Any

import pytest

from bot.channels.channel import Outcome, Verdict
from bot.config import Schedule
from bot.endings import LONGEST_WAIT_SECONDS
from bot.scheduler import waking
from handlers.actions.broadcast_recall import recall, resend_unknown
from handlers.actions.broadcast_results import results
from handlers.message import Push, Text
from handlers.texts import broadcast_results as texts
from storage import broadcasts, outbox, wishes
from storage.database import Database
from storage.outbox import LEASE, Claimed, Ending
from storage.outbox import State as Sending
from tests.handlers.city import populate
from tests.handlers.sent_broadcast import (
    CLOSES,
    NOTICE,
    SENT_AT,
    closing_of,
    one,
    send,
    set_outbox,
    to_the_end,
)
from tests.handlers.stage import MONDAY, Stage, at
from training.broadcast_errors import NotInState
from training.broadcasts import Kind, Settings, State
from training.calendar import DAY

ZHOU, CHEN = ("R1", "11", ["zhou"]), ("R2", "11", ["chen"])
DOWN = Outcome(Verdict.RETRY, reason="ClientConnectorError", wait_seconds=5.0)
BUSY = Outcome(Verdict.RETRY, -1, "system busy", wait_seconds=5.0)
URGENT = Settings(Kind.NOTICE, title="台风", text="请撤离", urgent=True)
SECOND = timedelta(seconds=1)


@pytest.fixture
async def stage(database: Database) -> Stage:
    await populate(database)
    made = Stage(database, awake=waking(Schedule()))
    made.clock.now = SENT_AT
    async with database.write() as tx:
        await wishes.mark_privacy_shown(tx, ["R5"], SENT_AT - DAY)
    return made


async def made(stage: Stage, *parts: Any, **more: Any) -> int:
    async with stage.database.write() as tx:
        return (await send(tx, stage, parts or [[ZHOU, CHEN]], **more)).number


async def in_hand(stage: Stage) -> Claimed:
    async with stage.database.write() as tx:
        [claimed] = await outbox.claim(tx, stage.wire.name, stage.clock(), mass=True)
    return claimed


async def finished(stage: Stage, claimed: Claimed, ending: Ending) -> None:
    async with stage.database.write() as tx:
        assert await outbox.finish(tx, claimed, ending, stage.clock())


async def told(stage: Stage, number: int) -> str:
    async with stage.database.read() as tx:
        return texts.overview(await results(tx, None, number))


def boxes(stage: Stage, account: str) -> list[str]:
    return [message.text for message in stage.wire.boxes.get(account, [])]


# ---- nobody to send it to -------------------------------------------------------------------------------------


async def test_a_notice_waits_for_the_end_of_an_outage_and_of_the_night(stage: Stage) -> None:
    number = await made(stage, settings=NOTICE, due_at=at(MONDAY, "17:00"))
    stage.clock.to(MONDAY, "17:00")
    while stage.clock() < at(MONDAY + DAY, "08:30"):
        stage.wire.script = [DOWN]
        await stage.send_all()
        stage.clock.on(seconds=LONGEST_WAIT_SECONDS)
    assert "待发 2" in await told(stage, number)
    stage.wire.script = []
    await stage.send_all()
    assert boxes(stage, "zhou") == boxes(stage, "chen") == ["【通知 1】开会\n周三开会"]


async def test_what_wecom_was_too_busy_for_is_offered_to_be_sent_again(stage: Stage) -> None:
    number = await made(stage, settings=NOTICE)
    stage.wire.script = [BUSY] * 4
    for _ in range(4):
        await stage.send_all()
        stage.clock.on(seconds=100)
    assert "送达 0 人，未能发出 2\n" in await told(stage, number)
    admin = stage.phone("admin")
    assert f"未能发出的 2 人肯定没有收到，要再发请回复“群发 补发 {number}”。" in await admin(f"群发 {number}")
    assert await admin(f"群发 补发 {number}") == (
        "群发 1 有 2 人未能发出，再发不会看到两次。请回复“群发 补发 1 确认”。"
    )
    assert (await admin(f"群发 补发 {number} 确认")).startswith("群发 1 有 1 条消息将再发一次")
    assert boxes(stage, "zhou") == ["【通知 1】开会\n周三开会"]
    assert await admin(f"群发 补发 {number} 确认") == "群发 1 没有结果不明或未能发出的消息，不用补发。"
    assert "可能收到两次" not in await told(stage, number)


async def test_what_is_unknown_and_what_was_never_sent_go_again_together(stage: Stage) -> None:
    number = await made(stage, [ZHOU], [CHEN], settings=NOTICE)
    async with stage.database.write() as tx:
        await set_outbox(tx, f"broadcast-{number}-0-0", state="unknown", finished_at=SENT_AT)
        await set_outbox(tx, f"broadcast-{number}-1-0", state="refused", reason="unsent: no route")
    admin = stage.phone("admin")
    assert "有的人可能看到两次。未能发出的 1 人也会一起再发。" in await admin(f"群发 补发 {number}")
    assert (await admin(f"群发 补发 {number} 确认")).startswith("群发 1 有 2 条消息将再发一次")
    assert len(boxes(stage, "zhou")) == len(boxes(stage, "chen")) == 1


async def test_a_first_message_without_an_answer_is_told_though_the_last_one_arrived(stage: Stage) -> None:
    number = await made(stage, settings=NOTICE)
    lane = broadcasts.lane_of(number, 0)
    async with stage.database.write() as tx:
        drafts = stage.jobs.freeze(Push(("zhou", "chen"), Text("还有")), f"broadcast-{number}-0-1", True)
        await outbox.add(tx, stage.wire.name, f"broadcast-{number}-0-1", drafts, lane=lane, mass=True, now=SENT_AT)
        await set_outbox(tx, f"broadcast-{number}-0-0", state="unknown", finished_at=SENT_AT)
        await set_outbox(tx, f"broadcast-{number}-0-1", state="sent", finished_at=SENT_AT)
    assert "送达 0 人，结果不明 2\n" in await told(stage, number)
    assert "可能已经收到" in await stage.phone("admin")(f"群发 补发 {number}")


# ---- at night -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tried", [False, True])
async def test_what_did_not_go_in_the_evening_goes_in_the_morning(stage: Stage, tried: bool) -> None:
    """The process stood still, or WeCom was away."""
    await made(stage, settings=NOTICE, due_at=at(MONDAY, "19:50"))
    if tried:
        stage.clock.to(MONDAY, "19:50")
        stage.wire.script = [DOWN]
        await stage.send_all()
    for day, clock in ((MONDAY, "20:00"), (MONDAY, "22:00"), (MONDAY + DAY, "07:59"), (MONDAY + DAY, "08:01")):
        stage.clock.to(day, clock)
        await stage.send_all()
        assert stage.wire.boxes == {}
    stage.clock.to(MONDAY + DAY, "08:02")  # not at the full hour, when everybody sends
    await stage.send_all()
    assert len(boxes(stage, "zhou")) == 1


async def test_what_is_urgent_goes_at_night_and_answers_do(stage: Stage) -> None:
    stage.clock.to(MONDAY, "22:30")
    await made(stage, settings=URGENT)
    await stage.send_all()
    assert len(boxes(stage, "zhou")) == 1
    assert await stage.phone("zhou")("帮助")


async def test_what_is_sent_again_at_night_goes_in_the_morning(stage: Stage) -> None:
    number = await made(stage, settings=NOTICE)
    async with stage.database.write() as tx:
        await set_outbox(tx, f"broadcast-{number}-0-0", state="unknown", finished_at=SENT_AT)
    stage.clock.to(MONDAY, "22:30")
    assert "不紧急的不在免打扰时段发送" in await stage.phone("admin")(f"群发 补发 {number} 确认")
    assert boxes(stage, "zhou") == []
    stage.clock.to(MONDAY + DAY, "08:02")
    await stage.send_all()
    assert len(boxes(stage, "zhou")) == 1


# ---- after the end --------------------------------------------------------------------------------------------


async def closed_while_sending(stage: Stage) -> tuple[int, Claimed]:
    """A quiz whose only request is on its way when it closes."""
    number = await made(stage)
    stage.clock.now = CLOSES - SECOND
    claimed = await in_hand(stage)
    stage.clock.now = CLOSES + SECOND
    await to_the_end(stage, closing_of(stage))
    assert (await one(stage.database, number)).state == State.OPEN  # it waits for what is on its way
    return number, claimed


async def closed_after(stage: Stage, seconds: float) -> None:
    stage.clock.on(seconds=seconds)
    await stage.send_all()
    await to_the_end(stage, closing_of(stage))
    await stage.send_all()


@pytest.mark.parametrize("sender_first", [False, True])
async def test_a_quiz_that_was_put_back_when_it_closed_is_not_sent(stage: Stage, sender_first: bool) -> None:
    number, claimed = await closed_while_sending(stage)
    later = CLOSES + timedelta(minutes=1)
    await finished(stage, claimed, Ending(Sending.QUEUED, 45009, "limit", due_at=later))
    if not sender_first:
        await to_the_end(stage, closing_of(stage))
    await closed_after(stage, 120)
    assert boxes(stage, "zhou") == []
    assert (await one(stage.database, number)).state == State.CLOSED
    assert ("截止前未发出 2" if sender_first else "未发已撤下 2") in await told(stage, number)


@pytest.mark.parametrize("sender_first", [False, True])
async def test_a_quiz_that_was_left_behind_when_it_closed_is_not_sent(stage: Stage, sender_first: bool) -> None:
    number, _ = await closed_while_sending(stage)
    stage.clock.on(seconds=LEASE.total_seconds() + 1)
    if sender_first:
        await stage.send_all()
    await to_the_end(stage, closing_of(stage))
    await closed_after(stage, 0)
    assert boxes(stage, "zhou") == []
    assert "结果不明的 2 人可能已收到，也可能没有收到。答题已截止，不能补发，结案请回复" in await told(
        stage, number
    )


async def test_a_card_that_arrives_when_it_closes_is_changed(stage: Stage) -> None:
    number, claimed = await closed_while_sending(stage)
    await finished(stage, claimed, Ending(Sending.SENT, msgid="m", response_code="code"))
    await closed_after(stage, 5)
    assert boxes(stage, "zhou") == boxes(stage, "chen") == ["已截止"]
    assert (await one(stage.database, number)).state == State.CLOSED


@pytest.mark.parametrize("closed", [False, True])
async def test_a_quiz_is_not_sent_again_after_its_end(stage: Stage, closed: bool) -> None:
    """Nor by its number in the outbox, nor before the clock has looked at it."""
    number = await made(stage)
    async with stage.database.write() as tx:
        await set_outbox(tx, f"broadcast-{number}-0-0", state="unknown", finished_at=SENT_AT)
    stage.clock.now = CLOSES
    if closed:
        await to_the_end(stage, closing_of(stage))
    admin = stage.phone("admin")
    for words in (f"群发 补发 {number}", f"群发 补发 {number} 确认"):
        assert await admin(words) == "群发 1 现在是“已结束”，不能这样操作。"
    async with stage.database.write() as tx:
        [row] = await outbox.in_state(tx, Sending.UNKNOWN)
        assert await outbox.resend(tx, [row.id], "cli:root", stage.clock()) == 0
    await stage.send_all()
    assert boxes(stage, "zhou") == []
    assert await admin(f"群发 放弃 {number}") == "群发 1 中结果不明的 1 条消息不再重发，已记录。"
    assert await admin(f"群发 放弃 {number}") == "群发 1 没有结果不明的消息。"


async def test_a_notice_that_was_closed_can_be_sent_again(stage: Stage) -> None:
    number = await made(stage, settings=NOTICE, state=State.CLOSED)
    async with stage.database.write() as tx:
        await set_outbox(tx, f"broadcast-{number}-0-0", state="unknown", finished_at=SENT_AT)
        assert await resend_unknown(tx, None, number, CLOSES + SECOND, by="root") == 1


# ---- taken back -----------------------------------------------------------------------------------------------


async def taken_back(stage: Stage, number: int) -> None:
    async with stage.database.write() as tx:
        await recall(tx, None, number, "发错了", stage.clock(), via="cli", by="root")


async def test_what_a_process_left_behind_is_not_sent_after_a_recall(stage: Stage) -> None:
    number = await made(stage, settings=NOTICE)
    await in_hand(stage)
    stage.clock.on(seconds=5)
    await taken_back(stage, number)
    stage.clock.on(seconds=LEASE.total_seconds())
    await stage.send_all()  # before the clock has looked again
    await to_the_end(stage, closing_of(stage))
    assert stage.wire.sent == []
    row = await one(stage.database, number)
    assert (row.state, row.closed_at) == (State.RECALLED, stage.clock())
    assert "结果不明 2" in await told(stage, number)


async def test_what_was_taken_back_is_not_sent_again_by_its_number(stage: Stage) -> None:
    number = await made(stage, settings=NOTICE)
    async with stage.database.write() as tx:
        await set_outbox(tx, f"broadcast-{number}-0-0", state="unknown", finished_at=SENT_AT)
    await taken_back(stage, number)
    await to_the_end(stage, closing_of(stage))
    async with stage.database.write() as tx:
        [row] = await outbox.in_state(tx, Sending.UNKNOWN)
        assert await outbox.resend(tx, [row.id], "cli:root", stage.clock()) == 0
        with pytest.raises(NotInState):
            await resend_unknown(tx, None, number, stage.clock(), by="root")
    await stage.send_all()
    assert stage.wire.sent == []
    assert await stage.phone("admin")(f"群发 补发 {number}") == "群发 1 现在是“已撤回”，不能这样操作。"
