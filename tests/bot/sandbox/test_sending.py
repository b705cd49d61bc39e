"""message/send: receivers, payloads, limits, repeats."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.sandbox import Limits
from tests.bot.sandbox.payloads import CARDS, card
from tests.bot.sandbox.stage import AGENT, OTHER_AGENT, PNG, Stage, opened


@pytest.mark.parametrize(
    ("receivers", "code"),
    [
        ({"touser": ""}, 82001),
        ({"touser": None}, 82001),
        ({"touser": "nobody|gone|stopped|nolicence"}, 81013),
        ({"touser": "|".join(f"u{n}" for n in range(1001))}, 40032),
        ({"touser": "", "toparty": "|".join(str(n) for n in range(101))}, 82002),
        ({"touser": "", "totag": "|".join(str(n) for n in range(101))}, 82003),
        ({"touser": "", "toparty": "99"}, 81013),
        ({"touser": ["qian"]}, 40035),
        ({"touser": "qian", "agentid": 7}, 40056),
        ({"touser": "qian", "agentid": None}, 41011),
        ({"touser": "sun", "agentid": OTHER_AGENT}, 301002),
    ],
)
async def test_receiver_codes(stage: Stage, receivers: dict[str, Any], code: int) -> None:
    assert (await stage.wire.send(**receivers))["errcode"] == code
    assert stage.sandbox.counters.delivered == 0


async def test_part_of_the_receivers_may_be_wrong(stage: Stage) -> None:
    answer = await stage.wire.send(
        touser="ZHAOMIN|zhaomin|Nobody|NOBODY|GONE|nolicence|fresh", toparty="4|99", totag="7|8"
    )
    assert answer["errcode"] == 0
    assert answer["invaliduser"] == "nobody|gone"
    assert answer["unlicenseduser"] == "nolicence"
    assert (answer["invalidparty"], answer["invalidtag"]) == ("99", "8")
    assert stage.sandbox.sent[0].receivers == ("zhaomin", "fresh", "sun", "qian")
    assert [message.text for message in stage.sandbox.chat("ZhaoMin")] == ["你好"]


async def test_everybody_and_a_unit_with_what_is_below(stage: Stage) -> None:
    await stage.wire.send(touser="@all", toparty="99")
    await stage.wire.send(touser="", toparty="1")
    assert stage.sandbox.sent[0].receivers == ("zhaomin", "qian", "sun", "fresh")
    assert stage.sandbox.sent[1].receivers == stage.sandbox.sent[0].receivers


async def test_an_app_reaches_only_whom_it_sees(stage: Stage) -> None:
    other = stage.other("other-secret")
    answer = await other.send(touser="qian|sun|zhaomin", agentid=OTHER_AGENT)
    assert answer["invaliduser"] == "qian"
    assert len(stage.sandbox.chat("sun", OTHER_AGENT)) == 1
    assert stage.sandbox.chat("sun", AGENT) == []


LINK = "https://example.com"
ARTICLE = {"title": "甲", "url": LINK}
CARD_LIKE = {"title": "甲", "description": "乙", "url": LINK}


@pytest.mark.parametrize(
    ("kind", "payload", "code"),
    [
        ("text", {"content": ""}, 44004),
        ("text", {"content": 5}, 44004),
        ("text", "plain", 44004),
        ("markdown", {"content": ""}, 44004),
        ("markdown", {"content": "字" * 682}, 0),
        ("markdown", {"content": "字" * 683}, 45002),
        ("image", {}, 41006),
        ("image", {"media_id": "made-up"}, 40007),
        ("textcard", CARD_LIKE, 0),
        ("textcard", CARD_LIKE | {"title": ""}, 41016),
        ("textcard", CARD_LIKE | {"description": ""}, 41033),
        ("textcard", CARD_LIKE | {"url": ""}, 41010),
        ("textcard", CARD_LIKE | {"url": "example.com"}, 45034),
        ("textcard", CARD_LIKE | {"url": LINK + "/" + "a" * 2048}, 40035),
        ("news", {"articles": [ARTICLE]}, 0),
        ("news", {"articles": [ARTICLE] * 8}, 0),
        ("news", {"articles": []}, 45008),
        ("news", {"articles": [ARTICLE] * 9}, 45008),
        ("news", {"articles": [{"url": LINK}]}, 41016),
        ("news", {"articles": [{"title": "甲"}]}, 41010),
        ("news", {"articles": [{"title": "甲", "appid": "wx1"}]}, 0),
        ("markdown_v2", {"content": "a"}, 40008),
        ("poem", {"content": "a"}, 40008),
    ],
)
async def test_payload_codes(stage: Stage, kind: str, payload: object, code: int) -> None:
    assert (await stage.wire.send(kind, payload))["errcode"] == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"safe": 1}, 0),
        ({"safe": 2}, 40035),
        ({"duplicate_check_interval": 14400}, 0),
        ({"duplicate_check_interval": 14401}, 40035),
    ],
)
async def test_option_codes(stage: Stage, changes: dict[str, Any], code: int) -> None:
    assert (await stage.wire.send(**changes))["errcode"] == code


async def test_media_of_the_right_kind_can_be_sent(stage: Stage) -> None:
    media_id = (await stage.wire.upload("image", PNG))["media_id"]
    assert (await stage.wire.send("image", {"media_id": media_id}))["errcode"] == 0
    assert (await stage.wire.send("file", {"media_id": media_id}))["errcode"] == 40004
    stage.clock.at += 3 * 24 * 3600 + 1
    await stage.wire.fetch_token()
    assert (await stage.wire.send("image", {"media_id": media_id}))["errcode"] == 40007


@pytest.mark.parametrize(("characters", "cuts"), [(682, 0), (683, 1)])
async def test_a_long_text_is_cut_on_a_character_and_counted(stage: Stage, characters: int, cuts: int) -> None:
    answer = await stage.wire.send(payload={"content": "字" * characters})
    assert answer["errcode"] == 0
    assert stage.sandbox.chat("zhaomin")[0].text == "字" * 682
    assert stage.sandbox.counters.cut_texts == cuts


async def test_titles_are_cut_too(stage: Stage) -> None:
    await stage.wire.send("textcard", CARD_LIKE | {"title": "字" * 43, "btntxt": "查看全部吧"})
    content = stage.sandbox.chat("zhaomin")[0].content
    assert (content["title"], content["btntxt"]) == ("字" * 42, "查看全部")
    assert stage.sandbox.counters.cut_texts == 2


async def test_the_thirty_first_message_in_a_minute_vanishes(stage: Stage) -> None:
    for number in range(31):
        assert (await stage.wire.send(payload={"content": str(number)}))["errcode"] == 0
    assert (len(stage.sandbox.chat("zhaomin")), stage.sandbox.counters.dropped) == (30, 1)
    await stage.wire.send(touser="qian")
    assert len(stage.sandbox.chat("qian")) == 1
    stage.clock.at += 60
    await stage.wire.send()
    assert (len(stage.sandbox.chat("zhaomin")), stage.sandbox.counters.dropped) == (31, 1)


async def test_the_hour_has_a_limit_too() -> None:
    stage, close = await opened(Limits(member_minute=30, member_hour=40))
    for _ in range(2):
        for _ in range(30):
            await stage.wire.send()
        stage.clock.at += 60
    assert stage.sandbox.counters.dropped == 20
    await close()


async def test_an_identical_request_is_answered_but_not_delivered(stage: Stage) -> None:
    first = await stage.wire.send(enable_duplicate_check=1)
    again = await stage.wire.send(enable_duplicate_check=1)
    assert again == first
    assert (len(stage.sandbox.chat("zhaomin")), stage.sandbox.counters.duplicates) == (1, 1)
    await stage.wire.send(enable_duplicate_check=1, touser="qian")
    await stage.wire.send(enable_duplicate_check=1, payload={"content": "别的"})
    await stage.wire.send()
    assert (len(stage.sandbox.chat("zhaomin")), len(stage.sandbox.chat("qian"))) == (3, 1)


async def test_the_duplicate_check_ends_with_its_interval(stage: Stage) -> None:
    order: dict[str, Any] = {"enable_duplicate_check": 1, "duplicate_check_interval": 100}
    await stage.wire.send(**order)
    stage.clock.at += 99
    await stage.wire.send(**order)
    assert len(stage.sandbox.chat("zhaomin")) == 1
    stage.clock.at += 1
    await stage.wire.send(**order)
    assert len(stage.sandbox.chat("zhaomin")) == 2


async def test_without_the_check_twice_is_twice(stage: Stage) -> None:
    await stage.wire.send()
    await stage.wire.send()
    assert len(stage.sandbox.chat("zhaomin")) == 2


async def test_names_are_put_in_on_request(stage: Stage) -> None:
    text = {"content": "$userName=ZHAOMIN$在$departmentName=2$，$userName=nobody$"}
    await stage.wire.send(payload=text, enable_id_trans=1)
    await stage.wire.send(payload=text)
    first, second = stage.sandbox.chat("zhaomin")
    assert first.text == "赵敏在司法局，$userName=nobody$"
    assert second.text == text["content"]


@pytest.mark.parametrize(
    ("raw", "code", "warned"),
    [
        (json.dumps({"msgtype": "text", "text": {"content": "你好"}}).encode(), 40033, False),
        (b"{not json", 41011, True),
        (b"[1]", 41011, True),
        (b"\xff\xfe", 41011, True),
    ],
)
async def test_bodies_that_are_no_json(stage: Stage, raw: bytes, code: int, warned: bool) -> None:
    answer = await stage.wire.post_raw("message/send", raw)
    assert answer["errcode"] == code
    assert ("wrong json format" in answer["errmsg"]) == warned


async def test_a_backslash_before_u_is_no_escape(stage: Stage) -> None:
    assert (await stage.wire.send(payload={"content": "C:\\u00e4"}))["errcode"] == 0


@pytest.mark.parametrize("kind", sorted(CARDS))
async def test_every_kind_of_card_arrives_as_it_was_sent(stage: Stage, kind: str) -> None:
    sent = card(kind)
    answer = await stage.wire.send("template_card", sent, touser="zhaomin|qian")
    assert answer["errcode"] == 0
    assert ("response_code" in answer) == kind.endswith("interaction")
    for person in ("zhaomin", "qian"):
        (message,) = stage.sandbox.chat(person)
        assert message.card is not None
        assert (message.card.payload, message.card.task_id) == (sent, sent.get("task_id", ""))
    assert (stage.sandbox.width_violations, stage.sandbox.unshown_fields) == ([], [])


async def test_a_notice_with_a_menu_earns_a_response_code(stage: Stage) -> None:
    menu = {"desc": "更多", "action_list": [{"text": "退订", "key": "off"}]}
    answer = await stage.wire.send("template_card", card("text_notice", action_menu=menu, task_id="n1"))
    assert answer["response_code"]


async def test_a_task_id_serves_once_per_app(stage: Stage) -> None:
    sent = card("vote_interaction", task_id="daily-1")
    assert (await stage.wire.send("template_card", sent))["errcode"] == 0
    again = await stage.wire.send("template_card", sent, enable_duplicate_check=1)
    assert again["errcode"] == 42014
    other = await stage.other("other-secret").send("template_card", sent, touser="sun", agentid=OTHER_AGENT)
    assert other["errcode"] == 0


async def test_interactive_cards_need_a_callback(stage: Stage) -> None:
    stage.sandbox.state.app(None).callback_url = None
    assert (await stage.wire.send("template_card", card("vote_interaction")))["errcode"] == 43012
    assert (await stage.wire.send("template_card", card("text_notice")))["errcode"] == 0


async def test_a_first_send_cannot_be_grey(stage: Stage) -> None:
    sent = card("vote_interaction", replace_text="已提交", checkbox__disable=True)
    await stage.wire.send("template_card", sent)
    (message,) = stage.sandbox.chat("zhaomin")
    assert message.card is not None
    assert message.card.replaced is None
    assert await stage.sandbox.submit("zhaomin", message.message_id, {"q1": ["A"]})
