"""The client against a server that fails: tokens, time-outs, lost answers."""

import asyncio
import json
from dataclasses import replace

import pytest
from aiohttp.test_utils import unused_port
from wechatpy.exceptions import APILimitedException, WeChatClientException

from bot.channels.wecom_api import Client, Lost, Unsent, open_session
from tests.bot.channels.conftest import Clock
from tests.bot.channels.fault_server import (
    AGENT,
    CORP,
    SECRET,
    Fault,
    FaultyWeCom,
    answer,
    drop,
    errcode,
    hang,
    ok,
    send,
    settings,
)


class TestTokens:
    async def test_twenty_first_sends_fetch_one(self, wecom: FaultyWeCom, client: Client) -> None:
        await asyncio.gather(*(send(client) for _ in range(20)))
        assert (wecom.calls("gettoken"), wecom.calls("message/send")) == (1, 20)
        assert wecom.seen[0][1] == {"corpid": CORP, "corpsecret": SECRET}

    async def test_a_rotated_one_is_fetched_once_and_each_send_repeated_once(
        self, wecom: FaultyWeCom, client: Client
    ) -> None:
        await send(client)
        wecom.token = "token-2"
        await asyncio.gather(*(send(client) for _ in range(20)))
        assert wecom.calls("gettoken") == 2
        assert wecom.calls("message/send") == 1 + 20 + 20

    @pytest.mark.parametrize("code", [40014, 42001, 41001])
    async def test_a_repeat_sends_the_same_bytes(self, wecom: FaultyWeCom, client: Client, code: int) -> None:
        wecom.faults["message/send"].append(errcode(code))
        await send(client)
        assert wecom.bodies("message/send") == [b'{"touser":"a"}'] * 2

    async def test_one_that_stays_invalid_ends_after_two_attempts(self, wecom: FaultyWeCom, client: Client) -> None:
        wecom.always["message/send"] = errcode(40014)
        with pytest.raises(WeChatClientException) as caught:
            await send(client)
        assert caught.value.errcode == 40014
        assert (wecom.calls("message/send"), wecom.calls("gettoken")) == (2, 2)

    async def test_it_is_renewed_five_minutes_early(self, wecom: FaultyWeCom, client: Client, clock: Clock) -> None:
        await send(client)
        clock.now += 6899
        await send(client)
        assert wecom.calls("gettoken") == 1
        clock.now += 1
        await send(client)
        assert wecom.calls("gettoken") == 2

    async def test_a_refusal_reaches_all_who_wait_by_one_call(self, wecom: FaultyWeCom, client: Client) -> None:
        wecom.faults["gettoken"].append(errcode(40001))
        outcomes = await asyncio.gather(*(send(client) for _ in range(20)), return_exceptions=True)
        assert {getattr(outcome, "errcode", None) for outcome in outcomes} == {40001}
        assert wecom.calls("gettoken") == 1
        assert await send(client)

    async def test_whoever_stops_waiting_does_not_stop_the_others(self, wecom: FaultyWeCom, client: Client) -> None:
        wecom.seconds = 0.05
        first = asyncio.create_task(send(client))
        await asyncio.sleep(0.01)
        second = asyncio.create_task(send(client))
        await asyncio.sleep(0.01)
        first.cancel()
        assert await second
        assert wecom.calls("gettoken") == 1

    @pytest.mark.parametrize(
        "fault",
        [drop, hang, answer(b"", 502), answer(b"{}"), answer(b'{"errcode":0}'), errcode(-1), errcode(99999)],
    )
    async def test_a_send_without_token_was_never_sent(
        self, wecom: FaultyWeCom, client: Client, fault: Fault
    ) -> None:
        wecom.always["gettoken"] = fault
        with pytest.raises(Unsent) as caught:
            await send(client)
        assert caught.value.path == "gettoken"
        assert wecom.calls("message/send") == 0


class TestTransport:
    @pytest.mark.parametrize(
        "fault",
        [
            drop,
            hang,
            answer(b"", 500),
            answer(b"bad gateway", 502),
            answer(b"", 504),
            answer(b"not json"),
            answer(b"[]"),
            answer(b"{}"),
            answer(b'{"errcode":"0"}'),
            answer(b"\xff\xfe"),
            answer(b"[" * 100_000),
        ],
    )
    async def test_a_missing_answer_is_lost(self, wecom: FaultyWeCom, client: Client, fault: Fault) -> None:
        await send(client)
        wecom.faults["message/send"].append(fault)
        with pytest.raises(Lost):
            await send(client)
        assert wecom.calls("message/send") == 2

    @pytest.mark.parametrize(("status", "lasting"), [(404, True), (407, True), (408, False), (429, False)])
    async def test_turned_away(self, wecom: FaultyWeCom, client: Client, status: int, lasting: bool) -> None:
        wecom.faults["message/send"].append(answer(b"", status))
        with pytest.raises(Unsent) as caught:
            await send(client)
        assert (caught.value.cause, caught.value.lasting) == (f"HTTP {status}", lasting)

    async def test_redirects_are_not_followed(self, wecom: FaultyWeCom, client: Client) -> None:
        wecom.faults["message/send"].append(answer(b"", 307, Location=wecom.base_url + "/elsewhere"))
        with pytest.raises(Unsent):
            await send(client)
        assert wecom.calls("elsewhere") == 0

    async def test_refused_connections_send_nothing(self) -> None:
        chosen = settings(f"http://127.0.0.1:{unused_port()}/cgi-bin")
        async with open_session(chosen) as session:
            with pytest.raises(Unsent) as caught:
                await send(Client(chosen, session))
        assert not caught.value.lasting

    async def test_a_connection_that_does_not_come_about_sends_nothing(self) -> None:
        async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()

        server = await asyncio.start_server(silent, "127.0.0.1")
        port = server.sockets[0].getsockname()[1]
        chosen = replace(settings(f"https://127.0.0.1:{port}/cgi-bin"), total_seconds=5)
        async with open_session(chosen) as session:
            with pytest.raises(Unsent) as caught:
                await send(Client(chosen, session))
        assert caught.value.cause == "ConnectionTimeoutError"
        server.close()
        await server.wait_closed()

    @pytest.mark.parametrize("slash", ["", "/"])
    async def test_the_base_url_may_end_in_a_slash(self, wecom: FaultyWeCom, slash: str) -> None:
        chosen = settings(wecom.base_url + slash)
        async with open_session(chosen) as session:
            await send(Client(chosen, session))
        assert [path for path, _, _ in wecom.seen] == ["gettoken", "message/send"]

    @pytest.mark.parametrize("base_url", ["", "qyapi.weixin.qq.com/cgi-bin", "ftp://x/cgi-bin"])
    async def test_a_base_url_that_is_none(self, base_url: str) -> None:
        chosen = settings(base_url)
        async with open_session(chosen) as session:
            with pytest.raises(ValueError, match="base URL"):
                Client(chosen, session)

    async def test_the_proxy_is_used(self, wecom: FaultyWeCom) -> None:
        proxy = wecom.base_url.removesuffix("/cgi-bin")
        chosen = replace(settings("http://qyapi.invalid/cgi-bin"), proxy=proxy)
        async with open_session(chosen) as session:
            assert await send(Client(chosen, session))
        assert wecom.calls("message/send") == 1

    async def test_only_so_many_at_once(self, wecom: FaultyWeCom) -> None:
        wecom.seconds = 0.01
        chosen = replace(settings(wecom.base_url), at_once=3)
        async with open_session(chosen) as session:
            client = Client(chosen, session)
            await asyncio.gather(*(send(client) for _ in range(12)))
        assert wecom.most_under_way == 3


class TestVocabulary:
    async def test_menu_and_agent_speak_wechatpy(self, wecom: FaultyWeCom, client: Client) -> None:
        menu = {"button": [{"type": "click", "name": "今日一题", "key": "今日一题"}]}
        await client.menu.create(AGENT, menu)
        wecom.answers["agent/get"] = ok(name="学法", isreportenter=1)
        assert (await client.agent.get(AGENT))["name"] == "学法"
        (_, query, body) = next(seen for seen in wecom.seen if seen[0] == "menu/create")
        assert query["agentid"] == AGENT
        assert "今日一题".encode() in body
        assert json.loads(body) == menu

    async def test_recall_and_callback_addresses(self, wecom: FaultyWeCom, client: Client) -> None:
        await client.recall("m9")
        assert wecom.bodies("message/recall") == [b'{"msgid": "m9"}']
        wecom.answers["getcallbackip"] = ok(ip_list=["101.226.103.*"])
        assert await client.callback_addresses() == ["101.226.103.*"]

    async def test_an_upload_keeps_its_name_and_bytes(self, wecom: FaultyWeCom, client: Client) -> None:
        content = bytes(range(256))
        assert await client.upload("file", '学时 "台账"\r\n.xlsx', content) == "M1"
        body = wecom.bodies("media/upload")[0]
        assert 'name="media"; filename="学时 台账.xlsx"'.encode() in body
        assert content in body
        assert wecom.seen[-1][1]["type"] == "file"

    async def test_an_upload_is_repeated_whole_with_a_new_token(self, wecom: FaultyWeCom, client: Client) -> None:
        await send(client)
        wecom.token = "token-2"
        await client.upload("image", "a.png", b"\x89PNG content")
        assert [b"\x89PNG content" in body for body in wecom.bodies("media/upload")] == [True, True]

    async def test_an_upload_without_media_id_is_lost(self, wecom: FaultyWeCom, client: Client) -> None:
        wecom.answers["media/upload"] = ok()
        with pytest.raises(Lost):
            await client.upload("file", "a", b"123456")

    async def test_limits_have_their_own_class(self, wecom: FaultyWeCom, client: Client) -> None:
        wecom.faults["message/send"].append(errcode(45009))
        with pytest.raises(APILimitedException):
            await send(client)
