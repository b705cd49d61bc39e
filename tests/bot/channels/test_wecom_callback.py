"""The callback through a real HTTP server: answers, refusals, repeats, late ones."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import structlog
from aiohttp import ClientResponse, ClientSession, web
from aiohttp.test_utils import TestServer
from wechatpy.enterprise.crypto import WeChatCrypto

from bot.channels.channel import Answer, Pack
from bot.channels.wecom_callback import Callback
from bot.channels.wecom_codec import MAX_BODY_BYTES, Codec
from handlers.message import Incoming, Kind
from tests.bot.channels.conftest import AES_KEY, CORP, NOW, TOKEN, Envelope, encrypt_block, envelope, sign, wrap

AGENT = "218"


def words(text: str = "帮助", message_id: int = 1, agent: str = AGENT) -> str:
    return (
        f"<xml><ToUserName>{CORP}</ToUserName><FromUserName>ZhangSan</FromUserName>"
        f"<CreateTime>{int(NOW.timestamp())}</CreateTime><MsgType>text</MsgType>"
        f"<Content><![CDATA[{text}]]></Content><MsgId>{message_id}</MsgId><AgentID>{agent}</AgentID></xml>"
    )


@dataclass
class FakeDoor:
    """Answers every act with `wire` after `seconds`; the same act gets the same future."""

    wire: bytes = "<xml>答</xml>".encode()
    seconds: float = 0.0
    packs: tuple[bytes, ...] = ()  # what it expects to answer while it works
    came: list[Incoming] = field(default_factory=list)
    late: list[tuple[Incoming, asyncio.Future[Answer]]] = field(default_factory=list)
    answers: dict[str, asyncio.Future[Answer]] = field(default_factory=dict)

    def submit(self, incoming: Incoming, pack: Pack | None = None) -> asyncio.Future[Answer]:
        self.came.append(incoming)
        for wire in self.packs if pack else ():
            pack(wire)
        if incoming.key not in self.answers:
            loop = asyncio.get_running_loop()
            answer = self.answers[incoming.key] = loop.create_future()
            loop.call_later(self.seconds, answer.set_result, Answer(self.wire, None))
        return self.answers[incoming.key]

    def finish_late(self, incoming: Incoming, answer: asyncio.Future[Answer]) -> None:
        self.late.append((incoming, answer))


@dataclass
class Stage:
    door: FakeDoor
    counted: list[str]
    http: ClientSession
    url: str

    async def post(self, sent: Envelope) -> ClientResponse:
        return await self.http.post(self.url, params=stamps(sent), data=sent.body)

    async def refused(self, sent: Envelope) -> tuple[int, bytes, list[str]]:
        async with await self.post(sent) as response:
            return response.status, await response.read(), self.counted


def stamps(sent: Envelope) -> dict[str, str]:
    return {"msg_signature": sent.signature, "timestamp": sent.timestamp, "nonce": sent.nonce}


@asynccontextmanager
async def staged(codec: Codec, counted: list[str], answer: float = 4.0, read: float = 2.0) -> AsyncIterator[Stage]:
    door, clock = FakeDoor(), lambda: NOW
    callback = Callback(codec, CORP, AGENT, door, counted.append, clock, answer_seconds=answer, read_seconds=read)
    app = web.Application(client_max_size=1024)  # the cap is the callback's own
    app.router.add_get("/wecom/callback", callback.verify)
    app.router.add_post("/wecom/callback", callback.receive)
    server = TestServer(app)
    await server.start_server()
    async with ClientSession() as http:
        yield Stage(door, counted, http, str(server.make_url("/wecom/callback")))
    await server.close()


@pytest.fixture
async def stage(codec: Codec, counted: list[str]) -> AsyncIterator[Stage]:
    async with staged(codec, counted) as opened:
        yield opened


@pytest.fixture
async def hasty(codec: Codec, counted: list[str]) -> AsyncIterator[Stage]:
    """The same with no patience at all."""
    async with staged(codec, counted, answer=0.05, read=0.05) as opened:
        yield opened


class TestVerification:
    def query(self) -> dict[str, str]:
        cipher_text = re.search(rb"<Encrypt><!\[CDATA\[(.+?)]]>", envelope("1616140317555161061").body)
        assert cipher_text is not None
        echostr = cipher_text[1].decode()
        timestamp = str(int(NOW.timestamp()))
        return {
            "msg_signature": sign(timestamp, "7", echostr),
            "timestamp": timestamp,
            "nonce": "7",
            "echostr": echostr,
        }

    async def test_answers_the_plain_words_and_nothing_else(self, stage: Stage) -> None:
        async with stage.http.get(stage.url, params=self.query()) as response:
            assert (response.status, await response.read()) == (200, b"1616140317555161061")

    @pytest.mark.parametrize("missing", ["msg_signature", "timestamp", "nonce", "echostr"])
    async def test_without_a_parameter(self, stage: Stage, missing: str) -> None:
        query = {name: value for name, value in self.query().items() if name != missing}
        async with stage.http.get(stage.url, params=query) as response:
            assert (response.status, await response.read()) == (400, b"")
        assert stage.counted == ["form"]

    async def test_with_a_wrong_signature(self, stage: Stage) -> None:
        async with stage.http.get(stage.url, params={**self.query(), "nonce": "8"}) as response:
            assert (response.status, await response.read()) == (403, b"")
        assert stage.counted == ["signature"]


class TestAnswers:
    async def test_in_time_is_encrypted_for_wecom(self, stage: Stage) -> None:
        async with await stage.post(envelope(words())) as response:
            assert response.status == 200
            sealed = await response.text()
        fields = dict(re.findall(r"<(\w+)>(?:<!\[CDATA\[)?([^\]<]+)", sealed))
        opened = WeChatCrypto(TOKEN, AES_KEY, CORP).decrypt_message(
            sealed, fields["MsgSignature"], fields["TimeStamp"], fields["Nonce"]
        )
        assert opened == "<xml>答</xml>"
        (came,) = stage.door.came
        assert (came.account, came.kind, came.text) == ("zhangsan", Kind.TEXT, "帮助")
        assert (stage.door.late, stage.counted) == ([], [])

    async def test_what_was_packed_early_leaves_only_if_it_is_the_answer(self, stage: Stage) -> None:
        crypto = WeChatCrypto(TOKEN, AES_KEY, CORP)
        for number, packs in enumerate(
            [(stage.door.wire,), (b"<xml>no</xml>",), (b"<xml>no</xml>", stage.door.wire)]
        ):
            stage.door.packs = packs
            async with await stage.post(envelope(words(message_id=number + 1))) as response:
                sealed = await response.text()
            fields = dict(re.findall(r"<(\w+)>(?:<!\[CDATA\[)?([^\]<]+)", sealed))
            stamps_ = (fields["MsgSignature"], fields["TimeStamp"], fields["Nonce"])
            assert crypto.decrypt_message(sealed, *stamps_) == "<xml>答</xml>"

    async def test_nothing_to_say_is_an_empty_200(self, stage: Stage) -> None:
        stage.door.wire = b""
        async with await stage.post(envelope(words())) as response:
            assert (response.status, await response.read()) == (200, b"")

    async def test_a_repeat_is_newly_encrypted(self, stage: Stage) -> None:
        replies = []
        for _ in range(3):
            async with await stage.post(envelope(words())) as response:
                replies.append(await response.read())
        assert len(set(replies)) == 3
        assert len({came.key for came in stage.door.came}) == 1

    async def test_a_body_beyond_the_servers_own_cap(self, stage: Stage) -> None:
        async with await stage.post(envelope(words("字" * 5000))) as response:
            assert response.status == 200
        assert stage.door.came[0].text == "字" * 5000

    async def test_late_is_an_empty_200_and_goes_on(self, hasty: Stage) -> None:
        hasty.door.seconds = 0.2
        async with await hasty.post(envelope(words())) as response:
            assert (response.status, await response.read()) == (200, b"")
        ((incoming, answer),) = hasty.door.late
        assert incoming == hasty.door.came[0]
        assert not answer.done()
        assert (await answer).wire == "<xml>答</xml>".encode()

    async def test_a_caller_who_leaves_does_not_stop_the_work(self, stage: Stage) -> None:
        stage.door.seconds = 0.2
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await stage.post(envelope(words()))
        async with await stage.post(envelope(words())) as response:
            assert response.status == 200
            assert await response.read()

    async def test_many_at_once(self, stage: Stage) -> None:
        stage.door.seconds = 0.02

        async def one(number: int) -> int:
            async with await stage.post(envelope(words(message_id=number))) as response:
                return response.status

        assert set(await asyncio.gather(*(one(number) for number in range(50)))) == {200}
        assert len({came.key for came in stage.door.came}) == 50


class TestRefusals:
    async def test_signature(self, stage: Stage) -> None:
        assert await stage.refused(envelope(words())._replace(signature="0" * 40)) == (403, b"", ["signature"])

    async def test_receiver(self, stage: Stage) -> None:
        assert await stage.refused(envelope(words(), receive_id="wx0")) == (403, b"", ["receiver"])

    async def test_agent(self, stage: Stage) -> None:
        assert await stage.refused(envelope(words(agent="1"))) == (403, b"", ["agent"])

    async def test_crypto(self, stage: Stage) -> None:
        assert await stage.refused(wrap(encrypt_block(b"\0" * 64))) == (403, b"", ["crypto"])

    @pytest.mark.parametrize("body", [b"", b"<xml/>", b"\xff" * 100, b"<a>" * 10_000])
    async def test_form(self, stage: Stage, body: bytes) -> None:
        assert await stage.refused(envelope(words())._replace(body=body)) == (400, b"", ["form"])

    async def test_what_is_no_message_inside(self, stage: Stage) -> None:
        assert await stage.refused(envelope("<xml>")) == (400, b"", ["form"])
        assert await stage.refused(envelope(b"\xff\xfe")) == (400, b"", ["form", "form"])

    async def test_declared_size(self, stage: Stage) -> None:
        status, body, counted = await stage.refused(envelope(words())._replace(body=b"x" * (MAX_BODY_BYTES + 1)))
        assert (status, body, counted) == (413, b"", ["size"])

    async def test_undeclared_size(self, stage: Stage) -> None:
        async def chunks() -> AsyncIterator[bytes]:
            for _ in range(70):
                yield b"x" * 1024

        async with stage.http.post(stage.url, params=stamps(envelope(words())), data=chunks()) as response:
            assert (response.status, await response.read()) == (413, b"")
        assert stage.counted == ["size"]

    async def test_an_endless_body_is_cut_off_at_the_cap(self, stage: Stage) -> None:
        chunk = b"400\r\n" + b"x" * 1024 + b"\r\n"
        status_line = await raw(stage, b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 65)
        assert b" 413 " in status_line
        assert stage.counted == ["size"]

    async def test_a_body_that_does_not_come(self, hasty: Stage) -> None:
        assert b" 408 " in await raw(hasty, b"Content-Length: 100\r\n\r\n<xml>")
        assert hasty.counted == ["slow"]

    async def test_a_body_that_is_no_http(self, stage: Stage) -> None:
        assert b" 400 " in await raw(stage, b"Transfer-Encoding: chunked\r\n\r\n5\r\n<xml>\r\nnonsense\r\n")

    @pytest.mark.parametrize(
        "query", ["", "?msg_signature=%ff&timestamp=%fe&nonce=%ed%a0%80", "?timestamp=1&timestamp=2"]
    )
    async def test_strange_queries(self, stage: Stage, query: str) -> None:
        async with stage.http.post(stage.url + query, data=envelope(words()).body) as response:
            assert 400 <= response.status < 404
            assert await response.read() == b""

    async def test_nothing_refused_reaches_the_door(self, stage: Stage) -> None:
        await stage.refused(envelope(words())._replace(signature="0" * 40))
        await stage.refused(envelope(words(), NOW - timedelta(seconds=601)))
        assert stage.door.came == []


async def raw(stage: Stage, rest: bytes) -> bytes:
    """The status line that a request gets whose body is never finished."""
    host, port = stage.url.removeprefix("http://").split("/")[0].split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /wecom/callback?msg_signature=a&timestamp=1&nonce=1 HTTP/1.1\r\nHost: x\r\n" + rest)
    status_line = await asyncio.wait_for(reader.readline(), 1)
    writer.close()
    await writer.wait_closed()
    return status_line


class TestSkew:
    async def test_the_offset_is_logged_once_a_minute_and_nothing_else_of_it(self, stage: Stage) -> None:
        with structlog.testing.capture_logs() as logs:
            for seconds in (-700, -800, 900):
                assert (await stage.refused(envelope(words(), NOW + timedelta(seconds=seconds))))[0] == 403
        assert logs == [{"event": "wecom_callback_stale", "offset_seconds": -700, "log_level": "warning"}]
        assert stage.counted == ["stale"] * 3
