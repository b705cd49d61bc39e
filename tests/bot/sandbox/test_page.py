"""The page's HTTP: files, people, chats, acts, news."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import aiohttp
import pytest
from yarl import URL

from tests.bot.sandbox.payloads import card
from tests.bot.sandbox.stage import AGENT, PNG, Stage


async def read(stage: Stage, path: str) -> Any:
    async with stage.wire.session.get(f"{stage.base}{path}") as response:
        assert response.status == 200, response.status
        return await response.json()


async def act(stage: Stage, name: str, **fields: object) -> tuple[int, Any]:
    order = {"act": name, "person": "zhaomin"} | fields
    async with stage.wire.session.post(f"{stage.base}/sandbox/act", json=order) as response:
        return response.status, await response.json()


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/", "text/html"), ("/static/page.js", "text/javascript"), ("/static/cards.css", "text/css")],
)
async def test_files(stage: Stage, path: str, kind: str) -> None:
    async with stage.wire.session.get(f"{stage.base}{path}") as response:
        assert (response.status, response.content_type) == (200, kind)
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]


async def test_everything_the_page_names_is_there(stage: Stage) -> None:
    async with stage.wire.session.get(f"{stage.base}/") as response:
        page = await response.text()
    assert "http" not in page
    for name in re.findall(r'"(/static/[^"]+)"', page):
        async with stage.wire.session.get(f"{stage.base}{name}") as response:
            assert response.status == 200, name
            for wanted in re.findall(r'from "\./([^"]+)"', await response.text()):
                async with stage.wire.session.get(f"{stage.base}/static/{wanted}") as imported:
                    assert imported.status == 200, wanted


@pytest.mark.parametrize(
    "path",
    ["/static/page.py", "/static/..%2Fpage.py", "/sandbox/chat/nobody", "/sandbox/media/x", "/nowhere"],
)
async def test_what_is_not_there(stage: Stage, path: str) -> None:
    async with stage.wire.session.get(URL(f"{stage.base}{path}", encoded=True)) as response:
        assert response.status == 404


async def test_people(stage: Stage) -> None:
    roll = await read(stage, "/sandbox/people")
    first = roll["people"][0]
    assert (first["person"], first["name"], first["unit"]) == ("zhaomin", "赵敏", "司法局、执法科")
    assert (first["position"], first["role"], first["apps"]) == ("科长", "管理员", [1000002, 1000003])
    assert {person["person"] for person in roll["people"]}.isdisjoint({"gone", "stopped"})
    assert [app["name"] for app in roll["apps"]] == ["学法", "别的"]


async def test_a_chat_with_cards_as_they_stand(stage: Stage) -> None:
    await stage.wire.post("menu/create", {"button": [{"name": "甲", "type": "click", "key": "k"}]}, agentid=AGENT)
    await stage.wire.send("template_card", card("button_interaction"))
    stage.bot.reply = lambda told: [
        ("MsgType", "update_button"),
        ("Button", [("ReplaceName", "已答")]),
    ]
    chat = await read(stage, "/sandbox/chat/ZhaoMin")
    (message,) = chat["messages"]
    assert (chat["app"], chat["menu"][0]["key"]) == ("学法", "k")
    assert (message["card"]["replaced"], message["card"]["version"]) == (None, 1)
    status, outcome = await act(stage, "tap", message=message["id"], key="answer:A")
    assert (status, outcome["accepted"], outcome["reply"]["kind"]) == (200, True, "update_button")
    (message,) = (await read(stage, f"/sandbox/chat/zhaomin?agent={AGENT}"))["messages"]
    assert (message["card"]["replaced"], message["card"]["version"]) == ("已答", 2)
    assert await act(stage, "tap", message=message["id"], key="answer:A") == (
        409,
        {"error": "the card is grey"},
    )


async def test_every_act(stage: Stage) -> None:
    menu = {"button": [{"name": "甲", "type": "click", "key": "k"}]}
    await stage.wire.post("menu/create", menu, agentid=AGENT)
    await stage.wire.send("template_card", card("vote_interaction"))
    more = {"action_list": [{"text": "退订", "key": "off"}]}
    await stage.wire.send("template_card", card("text_notice", action_menu=more, task_id="n1"))
    vote, notice = (message.message_id for message in stage.sandbox.chat("zhaomin"))
    acts: list[tuple[str, dict[str, object]]] = [
        ("enter", {}),
        ("subscribe", {}),
        ("type", {"text": "你好"}),
        ("menu", {"key": "k"}),
        ("submit", {"message": vote, "answers": {"q1": ["B"]}}),
        ("card_menu", {"message": notice, "key": "off"}),
        ("unsubscribe", {}),
    ]
    for name, fields in acts:
        assert (await act(stage, name, **fields))[0] == 200, name
    assert [told.get("Event", told["MsgType"]) for told in stage.bot.told] == [
        "enter_agent",
        "subscribe",
        "text",
        "click",
        "template_card_event",
        "template_card_menu_event",
        "unsubscribe",
    ]


@pytest.mark.parametrize(
    ("name", "fields"),
    [("dance", {}), ("type", {"text": "  "}), ("type", {"text": "a", "agent": 7}), ("menu", {"key": "k"})],
)
async def test_acts_that_are_refused(stage: Stage, name: str, fields: dict[str, object]) -> None:
    assert (await act(stage, name, **fields))[0] == 409
    assert stage.bot.told == []


async def test_a_failure_is_told(stage: Stage) -> None:
    stage.bot.statuses = [500, 500, 500]
    _, outcome = await act(stage, "type", text="你好")
    assert (outcome["accepted"], outcome["statuses"]) == (False, [500, 500, 500])


async def test_pictures_for_the_page(stage: Stage) -> None:
    media_id = (await stage.wire.upload("image", PNG))["media_id"]
    async with stage.wire.session.get(f"{stage.base}/sandbox/media/{media_id}") as response:
        assert (response.content_type, await response.read()) == ("image/png", PNG)


async def test_counters(stage: Stage) -> None:
    await stage.wire.send(payload={"content": "字" * 683})
    await stage.wire.send("template_card", card("text_notice", main_title__title="字" * 37))
    await stage.wire.send(touser="nobody")
    figures = await read(stage, "/sandbox/counters")
    assert (figures["delivered"], figures["cut_texts"]) == (2, 1)
    assert (figures["errors"], figures["calls"]["message/send"]) == ({"81013": 1}, 3)
    assert [v["where"] for v in figures["width_violations"]] == ["main_title.title"]


async def next_person(response: aiohttp.ClientResponse) -> str:
    while True:
        line = await asyncio.wait_for(response.content.readline(), 5)
        if line.startswith(b"data: "):
            return str(json.loads(line[6:])["person"])


async def test_news_arrive_as_they_happen(stage: Stage) -> None:
    async with stage.wire.session.get(f"{stage.base}/sandbox/events") as response:
        assert response.content_type == "text/event-stream"
        assert await response.content.readline() == b": hello\n"
        await stage.wire.send(touser="QIAN")
        assert await next_person(response) == "qian"
        await act(stage, "type", text="你好")
        assert await next_person(response) == "zhaomin"


async def test_listeners_are_let_go_when_the_sandbox_closes(stage: Stage) -> None:
    async with stage.wire.session.get(f"{stage.base}/sandbox/events") as response:
        await response.content.readline()
        await stage.sandbox.close()
        rest = await asyncio.wait_for(response.content.read(), 5)
        assert rest == b"\n"


@pytest.mark.parametrize(
    ("person", "content", "form", "status"),
    [
        ("qian", PNG, "image/png", 200),
        ("qian", b"GIF89a....", "image/png", 409),
        ("gone", PNG, "image/png", 409),
        ("qian", PNG, "text/plain", 415),
    ],
)
async def test_a_picture_from_the_page(stage: Stage, person: str, content: bytes, form: str, status: int) -> None:
    url, headers = f"{stage.base}/sandbox/picture/{person}", {"Content-Type": form}
    async with stage.wire.session.post(url, data=content, headers=headers) as response:
        assert response.status == status
    assert [told["MsgType"] for told in stage.bot.told] == (["image"] if status == 200 else [])
