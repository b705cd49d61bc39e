"""The menu: within WeCom's limits, its keys are words that the bot knows, published however often it takes."""

import asyncio
import json
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from bot.channels.wecom_api import Client
from bot.channels.wecom_menu import body_of, publish
from bot.sandbox.menu import check_menu, leaves
from handlers import routes
from handlers.message import Incoming, Kind
from handlers.texts.activities import SCAN
from storage.askers import Asker
from tests.bot.channels.fault_server import AGENT, SECRET, Fault, FaultyWeCom, answer, drop, errcode
from training.people import Category, Person, Role
from training.rules import Rules
from training.wishes import Wishes


def test_the_menu_keeps_wecoms_limits() -> None:
    menu = json.loads(json.dumps(body_of(routes.MENU)))
    check_menu(menu)
    assert [button["name"] for button in menu["button"]] == ["学法", "我的", "更多"]
    kinds = {leaf["name"]: leaf["type"] for leaf in leaves(menu)}
    assert kinds == {name: "scancode_waitmsg" if name == SCAN else "click" for name in kinds}
    assert all(leaf["key"] == leaf["name"] for leaf in leaves(menu))


def test_every_key_is_a_word_that_typing_would_send() -> None:
    router = routes.router(Rules())
    person = Person("P1", "张三", "sfj", Category.STAFF, False, Role.LEARNER, "在岗", True)
    asker = Asker("zhangsan", person, Wishes(), None)

    def found(words: str) -> object:
        incoming = Incoming("wecom", "k", "zhangsan", Kind.CLICK, words, datetime(2026, 11, 23, tzinfo=UTC))
        return router.find(incoming, asker)[0]

    unknown = found("没有这样的词")
    assert not [word for _, words in routes.MENU for word in words if found(word) is unknown]


async def test_it_is_published_for_our_agent(wecom: FaultyWeCom, client: Client) -> None:
    await publish(client, AGENT, routes.MENU)
    assert [query["agentid"] for path, query, _ in wecom.seen if path == "menu/create"] == [AGENT]
    [body] = wecom.bodies("menu/create")
    assert "今日一题".encode() in body
    assert json.loads(body) == body_of(routes.MENU)


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param([drop, answer(status=502)], id="WeCom is down"),
        pytest.param([errcode(-1), errcode(45009)], id="busy"),
        pytest.param([errcode(60020), errcode(48002)], id="a person has to act"),
    ],
)
async def test_it_is_tried_until_it_is_there(wecom: FaultyWeCom, client: Client, faults: list[Fault]) -> None:
    wecom.faults["menu/create"] = faults
    with capture_logs() as logs:
        await publish(client, AGENT, routes.MENU, wait_seconds=0.001)
    assert wecom.calls("menu/create") == 3
    assert [entry["log_level"] for entry in logs] == ["warning", "warning", "info"]
    assert SECRET not in repr(logs)
    assert wecom.token not in repr(logs)


async def test_the_waits_grow_and_end(wecom: FaultyWeCom, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    wecom.faults["menu/create"] = [errcode(-1)] * 6
    waits: list[float] = []
    sleep = asyncio.sleep

    async def noted(seconds: float) -> None:
        waits.append(seconds)
        await sleep(0)

    monkeypatch.setattr("bot.channels.wecom_menu.asyncio.sleep", noted)
    await publish(client, AGENT, routes.MENU, wait_seconds=5, longest_seconds=30)
    assert waits == [5, 10, 20, 30, 30, 30]


async def test_a_menu_that_is_wrong_is_not_repeated(wecom: FaultyWeCom, client: Client) -> None:
    wecom.always["menu/create"] = errcode(40018)
    with capture_logs() as logs:
        await publish(client, AGENT, routes.MENU, wait_seconds=0.001)
    assert wecom.calls("menu/create") == 1
    assert [(entry["event"], entry["code"]) for entry in logs] == [("menu_refused", 40018)]


def test_the_button_of_a_scan_opens_the_camera() -> None:
    menu = json.loads(json.dumps(body_of((("学法", ("今日一题", SCAN)),))))
    check_menu(menu)
    assert [(leaf["type"], leaf["key"]) for leaf in leaves(menu)] == [
        ("click", "今日一题"),
        ("scancode_waitmsg", "扫码签到"),
    ]
