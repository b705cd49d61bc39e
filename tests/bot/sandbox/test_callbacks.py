"""The way out: messages, events, retries, and what can be done to a callback on its way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.sandbox import Fault, NotOffered, Outcome
from bot.sandbox.faults import CALLBACK_PATH
from tests.bot.sandbox.payloads import card
from tests.bot.sandbox.stage import AGENT, CORP_ID, PNG, START, Stage, opened

MENU = {
    "button": [
        {"name": "学法", "sub_button": [{"name": "今日一题", "type": "click", "key": "daily"}]},
        {"name": "网页", "type": "view", "url": "https://example.com/m"},
    ]
}


@pytest.fixture
async def impatient() -> AsyncIterator[Stage]:
    """A stage whose callbacks time out after 0.2 s."""
    built, close = await opened(callback_seconds=0.2)
    yield built
    await close()


async def sent_card(stage: Stage, kind: str, **changes: object) -> str:
    """Sends a card to ZhaoMin and gives the message id of the copy."""
    answer = await stage.wire.send("template_card", card(kind, **changes))
    assert answer["errcode"] == 0, answer
    return stage.sandbox.chat("zhaomin")[-1].message_id


async def test_the_url_is_verified(stage: Stage) -> None:
    verification = await stage.sandbox.verify_callback()
    assert (verification.accepted, verification.status) == (True, 200)
    stage.sandbox.state.app(None).callback_url = f"{stage.base}/nowhere"
    assert not (await stage.sandbox.verify_callback()).accepted
    stage.sandbox.state.app(None).callback_url = "http://127.0.0.1:1/"
    assert (await stage.sandbox.verify_callback()).status is None


async def test_a_text_arrives_and_its_reply_is_shown(stage: Stage) -> None:
    stage.bot.reply = lambda told: [("MsgType", "text"), ("Content", f"你说{told['Content']}]]>")]
    outcome = await stage.sandbox.type_text("ZHAOMIN", "你好 <b>&]]>")
    (told,) = stage.bot.told
    assert told["FromUserName"] == "ZhaoMin"
    assert (told["ToUserName"], told["MsgType"], told["Content"]) == (CORP_ID, "text", "你好 <b>&]]>")
    assert (told["AgentID"], told["CreateTime"]) == (str(AGENT), str(int(START)))
    assert int(told["MsgId"]) > 0
    assert (outcome.accepted, outcome.statuses) == (True, [200])
    assert outcome.reply is not None
    assert outcome.reply.text == "你说你好 <b>&]]>]]>"
    assert [(m.sender, m.text) for m in stage.sandbox.chat("zhaomin")] == [
        ("member", "你好 <b>&]]>"),
        ("bot", "你说你好 <b>&]]>]]>"),
    ]


async def test_an_empty_answer_is_an_acceptance(stage: Stage) -> None:
    outcome = await stage.sandbox.type_text("qian", "你好")
    assert (outcome.accepted, outcome.reply, outcome.problems) == (True, None, [])


async def test_a_picture_arrives_with_a_live_media_id(stage: Stage) -> None:
    await stage.sandbox.send_image("qian", PNG)
    media_id = stage.bot.told[0]["MediaId"]
    assert stage.sandbox.state.media.live(media_id, stage.clock()).content == PNG


async def test_events(stage: Stage) -> None:
    await stage.wire.post("menu/create", MENU, agentid=AGENT)
    await stage.sandbox.enter("qian")
    await stage.sandbox.click_menu("qian", "daily")
    await stage.sandbox.click_menu("qian", "https://example.com/m")
    await stage.sandbox.subscribe("qian")
    await stage.sandbox.unsubscribe("gone")
    told = [(t["Event"], t.get("EventKey", ""), t["MsgType"], "MsgId" in t) for t in stage.bot.told]
    assert told == [
        ("enter_agent", "", "event", False),
        ("click", "daily", "event", False),
        ("view", "https://example.com/m", "event", False),
        ("subscribe", "", "event", False),
        ("unsubscribe", "", "event", False),
    ]


async def test_a_scan(stage: Stage) -> None:
    camera = {"name": "扫码签到", "type": "scancode_waitmsg", "key": "sign"}
    click = {"name": "今日一题", "type": "click", "key": "daily"}
    await stage.wire.post("menu/create", {"button": [camera, click]}, agentid=AGENT)
    await stage.sandbox.scan("qian", "sign", "签到 12 483920")
    [told] = stage.bot.told
    assert (told["Event"], told["EventKey"], told["ScanResult"]) == ("scancode_waitmsg", "sign", "签到 12 483920")
    for key in ("daily", "", "other"):
        with pytest.raises(NotOffered):
            await stage.sandbox.scan("qian", key, "签到 12 483920")


async def test_entering_is_reported_only_on_request(stage: Stage) -> None:
    await stage.wire.post("agent/set", {"agentid": AGENT, "isreportenter": 0})
    outcome = await stage.sandbox.enter("qian")
    assert (outcome.accepted, outcome.attempts, stage.bot.told) == (True, (), [])


async def test_what_is_not_offered_makes_no_callback(stage: Stage) -> None:
    acts = [
        stage.sandbox.click_menu("qian", "daily"),
        stage.sandbox.click_menu("qian", ""),
        stage.sandbox.type_text("nobody", "a"),
        stage.sandbox.type_text("gone", "a"),
        stage.sandbox.tap("qian", "m1", "k"),
    ]
    for act in acts:
        with pytest.raises(NotOffered):
            await act
    assert stage.bot.told == []


async def test_a_button_event(stage: Stage) -> None:
    message_id = await sent_card(stage, "button_interaction", task_id="day-1")
    await stage.sandbox.tap("zhaomin", message_id, "answer:B")
    await stage.sandbox.tap("zhaomin", message_id, "answer:B")
    first, second = stage.bot.told
    assert (first["Event"], first["EventKey"]) == ("template_card_event", "answer:B")
    assert (first["TaskId"], first["CardType"]) == ("day-1", "button_interaction")
    assert "SelectedItems" not in first
    assert first["ResponseCode"] != second["ResponseCode"]
    for key in ("answer:Z", "", "https://example.com"):
        with pytest.raises(NotOffered):
            await stage.sandbox.tap("zhaomin", message_id, key)
    with pytest.raises(NotOffered):
        await stage.sandbox.tap("qian", message_id, "answer:B")
    with pytest.raises(NotOffered):
        await stage.sandbox.submit("zhaomin", message_id, {})


async def test_a_selection_beside_buttons_goes_along(stage: Stage) -> None:
    chosen = {
        "question_key": "q",
        "selected_id": "2",
        "option_list": [{"id": "1", "text": "一"}, {"id": "2", "text": "二"}],
    }
    message_id = await sent_card(stage, "button_interaction", button_selection=chosen)
    await stage.sandbox.tap("zhaomin", message_id, "answer:A")
    await stage.sandbox.tap("zhaomin", message_id, "answer:A", {"q": ["1"]})
    assert [told["Selected"] for told in stage.bot.told] == ["q=2", "q=1"]


async def test_a_vote_event(stage: Stage) -> None:
    message_id = await sent_card(stage, "vote_interaction")
    await stage.sandbox.submit("zhaomin", message_id, {"q1": ["A", "C"]})
    (told,) = stage.bot.told
    assert (told["EventKey"], told["CardType"], told["Selected"]) == ("submit:q1", "vote_interaction", "q1=A,C")
    bad: list[dict[str, list[str]]] = [{"q1": []}, {}, {"q1": ["Z"]}, {"q1": ["A", "A"]}, {"q2": ["A"]}]
    for answers in bad:
        with pytest.raises(NotOffered):
            await stage.sandbox.submit("zhaomin", message_id, answers)
    with pytest.raises(NotOffered):
        await stage.sandbox.tap("zhaomin", message_id, "submit:q1")


async def test_a_single_vote_takes_one_option(stage: Stage) -> None:
    message_id = await sent_card(stage, "vote_interaction", checkbox__mode=0)
    with pytest.raises(NotOffered):
        await stage.sandbox.submit("zhaomin", message_id, {"q1": ["A", "B"]})
    await stage.sandbox.submit("zhaomin", message_id, {"q1": ["B"]})
    assert stage.bot.told[0]["Selected"] == "q1=B"


async def test_a_multiple_choice_event_fills_in_the_presets(stage: Stage) -> None:
    message_id = await sent_card(stage, "multiple_interaction")
    await stage.sandbox.submit("zhaomin", message_id, {"day": ["1"]})
    await stage.sandbox.submit("zhaomin", message_id, {})
    assert [told["Selected"] for told in stage.bot.told] == ["day=1;hour=9", "day=2;hour=9"]


async def test_the_menu_at_the_top_right(stage: Stage) -> None:
    menu = {"desc": "更多", "action_list": [{"text": "退订", "key": "off"}]}
    message_id = await sent_card(stage, "text_notice", action_menu=menu, task_id="n1")
    stage.bot.reply = lambda told: [("MsgType", "text"), ("Content", "已退订")]
    outcome = await stage.sandbox.tap_menu("zhaomin", message_id, "off")
    assert stage.bot.told[0]["Event"] == "template_card_menu_event"
    assert (stage.bot.told[0]["EventKey"], stage.bot.told[0]["TaskId"]) == ("off", "n1")
    assert outcome.reply is not None
    with pytest.raises(NotOffered):
        await stage.sandbox.tap_menu("zhaomin", message_id, "on")


async def test_three_attempts_with_one_message(stage: Stage) -> None:
    stage.bot.statuses = [500, 403, 200]
    outcome = await stage.sandbox.type_text("qian", "你好")
    assert (outcome.statuses, outcome.accepted) == ([500, 403, 200], True)
    assert len({told["MsgId"] for told in stage.bot.told}) == 1
    assert len({envelope.cipher for envelope in stage.bot.envelopes}) == 3
    assert len({envelope.nonce for envelope in stage.bot.envelopes}) == 3


async def test_after_three_failures_wecom_gives_up(stage: Stage) -> None:
    stage.bot.statuses = [500] * 4
    outcome = await stage.sandbox.type_text("qian", "你好")
    assert (outcome.statuses, outcome.accepted) == ([500] * 3, False)
    assert stage.sandbox.counters.callback_failures == 1


async def test_a_slow_answer_is_repeated(impatient: Stage) -> None:
    impatient.bot.pause = [0.5]
    impatient.bot.reply = lambda told: [("MsgType", "text"), ("Content", "好")]
    outcome = await impatient.sandbox.type_text("qian", "你好")
    assert outcome.statuses == [None, 200]
    assert outcome.latency >= 0.2
    assert outcome.attempts[0].error is not None
    assert [m.text for m in impatient.sandbox.chat("qian")] == ["你好", "好"]


async def test_nobody_there(stage: Stage) -> None:
    stage.sandbox.state.app(None).callback_url = "http://127.0.0.1:1/cb"
    assert (await stage.sandbox.type_text("qian", "a")).statuses == [None] * 3
    stage.sandbox.state.app(None).callback_url = None
    assert (await stage.sandbox.type_text("qian", "a")).statuses == []


def order(stage: Stage, kind: str, **how: object) -> None:
    stage.sandbox.faults.add(Fault(kind, CALLBACK_PATH, **how))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["duplicate", "twin"])
async def test_a_callback_may_come_twice(stage: Stage, kind: str) -> None:
    stage.bot.reply = lambda told: [("MsgType", "text"), ("Content", "好")]
    order(stage, kind)
    outcome = await stage.sandbox.type_text("qian", "你好")
    assert (outcome.statuses, len(stage.bot.told)) == ([200, 200], 2)
    assert stage.bot.told[0] == stage.bot.told[1]
    assert len(stage.sandbox.chat("qian")) == 2
    assert len((await stage.sandbox.type_text("qian", "你好")).attempts) == 1


@pytest.mark.parametrize(
    ("what", "reason"), [("signature", "signature"), ("body", "signature"), ("receiver", "receive id")]
)
async def test_a_tampered_callback_is_posted_once(stage: Stage, what: str, reason: str) -> None:
    order(stage, "tamper", what=what)
    outcome = await stage.sandbox.type_text("qian", "你好")
    assert (outcome.statuses, stage.bot.refused, stage.bot.told) == ([403], [reason], [])


async def test_a_stale_callback_has_an_old_timestamp(stage: Stage) -> None:
    order(stage, "stale", seconds=601)
    await stage.sandbox.type_text("qian", "你好")
    assert stage.bot.envelopes[0].timestamp == str(int(START) - 601)


async def test_replay_and_repeat(stage: Stage) -> None:
    outcome = await stage.sandbox.type_text("qian", "你好")
    await stage.sandbox.replay(outcome)
    await stage.sandbox.repeat(outcome)
    first, replayed, repeated = stage.bot.envelopes
    assert replayed == first
    assert repeated.cipher != first.cipher
    assert stage.bot.told[0] == stage.bot.told[1] == stage.bot.told[2]


async def test_callbacks_overtake_each_other(stage: Stage) -> None:
    order(stage, "reorder", times=3)
    await asyncio.gather(*(stage.sandbox.type_text("qian", text) for text in "abc"))
    await stage.sandbox.type_text("qian", "d")
    assert [told["Content"] for told in stage.bot.told] == ["c", "b", "a", "d"]


async def test_a_callback_may_be_late(stage: Stage) -> None:
    order(stage, "delay", seconds=0.05)
    late = asyncio.create_task(stage.sandbox.type_text("qian", "late"))
    await asyncio.sleep(0)
    await stage.sandbox.type_text("qian", "soon")
    assert isinstance(await late, Outcome)
    assert [told["Content"] for told in stage.bot.told] == ["soon", "late"]
