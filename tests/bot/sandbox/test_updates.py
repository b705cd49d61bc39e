"""Changing cards through the API with a response code, and recalling messages."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox import NotOffered
from bot.sandbox.messages import Card
from tests.bot.sandbox.payloads import card
from tests.bot.sandbox.stage import AGENT, OTHER_AGENT, Stage

HOUR = 3600


async def sent(stage: Stage, kind: str = "vote_interaction") -> str:
    """A card for ZhaoMin and qian; its response code."""
    answer = await stage.wire.send("template_card", card(kind), touser="zhaomin|qian")
    return str(answer["response_code"])


def copy_of(stage: Stage, person: str) -> Card:
    found = stage.sandbox.chat(person)[-1].card
    assert found is not None
    return found


async def update(stage: Stage, code: str, **changes: Any) -> dict[str, Any]:
    """update_template_card for ZhaoMin, greying the button unless `changes` says otherwise."""
    body = {
        "userids": ["ZhaoMin"],
        "agentid": AGENT,
        "response_code": code,
        "button": {"replace_name": "已截止"},
    } | changes
    return await stage.wire.post("message/update_template_card", body)


async def test_a_button_is_greyed_for_the_named(stage: Stage) -> None:
    answer = await update(stage, await sent(stage), userids=["ZhaoMin", "Nobody", "sun"])
    assert (answer["errcode"], answer["invaliduser"]) == (0, ["nobody", "sun"])
    assert (copy_of(stage, "zhaomin").replaced, copy_of(stage, "qian").replaced) == ("已截止", None)
    message_id = stage.sandbox.chat("zhaomin")[-1].message_id
    with pytest.raises(NotOffered):
        await stage.sandbox.submit("zhaomin", message_id, {"q1": ["A"]})


async def test_a_whole_card_for_everybody(stage: Stage) -> None:
    new = card("text_notice")
    answer = await update(stage, await sent(stage), userids=[], atall=1, button={}, template_card=new)
    assert (answer["errcode"], answer["invaliduser"]) == (0, [])
    assert copy_of(stage, "zhaomin").payload == copy_of(stage, "qian").payload == new


async def test_a_code_works_once(stage: Stage) -> None:
    code = await sent(stage)
    assert (await update(stage, code))["errcode"] == 0
    assert (await update(stage, code))["errcode"] == 42016


@pytest.mark.parametrize(("seconds", "errcode"), [(72 * HOUR, 0), (72 * HOUR + 1, 42016)])
async def test_a_code_lives_for_three_days(stage: Stage, seconds: int, errcode: int) -> None:
    code = await sent(stage)
    stage.clock.at += seconds
    await stage.wire.fetch_token()
    assert (await update(stage, code))["errcode"] == errcode


async def test_the_code_of_an_event_works_too(stage: Stage) -> None:
    await sent(stage)
    message_id = stage.sandbox.chat("zhaomin")[-1].message_id
    await stage.sandbox.submit("zhaomin", message_id, {"q1": ["A"]})
    code = stage.bot.told[0]["ResponseCode"]
    done = card("vote_interaction", replace_text="已提交", task_id=None)
    assert (await update(stage, code, button={}, template_card=done))["errcode"] == 0
    assert copy_of(stage, "zhaomin").replaced == "已提交"


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"response_code": "made-up"}, 42016),
        ({"agentid": OTHER_AGENT}, 301002),
        ({"userids": []}, 82001),
        ({"userids": ["nobody"]}, 81013),
        ({"userids": ["u"] * 1001}, 40032),
        ({"partyids": list(range(101))}, 82002),
        ({"tagids": list(range(101))}, 82003),
        ({"button": {}}, 40035),
        ({"template_card": {"card_type": "poster"}}, 42014),
    ],
)
async def test_a_refused_update_leaves_the_code_usable(stage: Stage, changes: dict[str, Any], errcode: int) -> None:
    code = await sent(stage)
    assert (await update(stage, **({"code": code} | changes)))["errcode"] == errcode
    assert (await update(stage, code))["errcode"] == 0


async def test_another_apps_card(stage: Stage) -> None:
    code = await sent(stage)
    body = {
        "userids": ["sun"],
        "agentid": OTHER_AGENT,
        "response_code": code,
        "button": {"replace_name": "x"},
    }
    answer = await stage.other("other-secret").post("message/update_template_card", body)
    assert answer["errcode"] == 42015


async def test_a_message_can_be_taken_back(stage: Stage) -> None:
    msgid = (await stage.wire.send())["msgid"]
    stage.clock.at += 24 * HOUR
    await stage.wire.fetch_token()
    assert (await stage.wire.post("message/recall", {"msgid": msgid}))["errcode"] == 0
    assert stage.sandbox.chat("zhaomin")[0].recalled


async def test_recall_has_its_limits(stage: Stage) -> None:
    answer = await stage.wire.send("template_card", card("vote_interaction"))
    other = await stage.other("other-secret").post("message/recall", {"msgid": answer["msgid"]})
    assert other["errcode"] == 40035
    assert (await stage.wire.post("message/recall", {"msgid": "made-up"}))["errcode"] == 40035
    stage.clock.at += 24 * HOUR + 1
    await stage.wire.fetch_token()
    assert (await stage.wire.post("message/recall", {"msgid": answer["msgid"]}))["errcode"] == 40035


async def test_a_recalled_card_takes_no_taps(stage: Stage) -> None:
    answer = await stage.wire.send("template_card", card("vote_interaction"))
    await stage.wire.post("message/recall", {"msgid": answer["msgid"]})
    message_id = stage.sandbox.chat("zhaomin")[0].message_id
    with pytest.raises(NotOffered):
        await stage.sandbox.submit("zhaomin", message_id, {"q1": ["A"]})
