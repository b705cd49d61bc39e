"""What became of a request, by what to do about it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from aiohttp.test_utils import unused_port

from bot.channels.channel import Channel, Outcome, Verdict
from bot.channels.wecom import WeCom
from bot.channels.wecom_api import ApiSettings, Client, open_session
from handlers.message import Button, Card, File, Grey, Push, Reply, Text
from storage.media import kept
from storage.outbox import Draft
from tests.bot.channels.fault_server import AGENT, CORP, SECRET, Fault, FaultyWeCom, answer, drop, errcode, hang, ok

CARD = Card("题", body="题干", buttons=(Button("A", "a"),))
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture
def settings(wecom: FaultyWeCom) -> ApiSettings:
    return ApiSettings(
        CORP, AGENT, SECRET, wecom.base_url, connect_seconds=1.0, total_seconds=1.0, upload_seconds=1.0
    )


@pytest.fixture
async def client(settings: ApiSettings) -> AsyncIterator[Client]:
    async with open_session(settings) as session:
        yield Client(settings, session)


@pytest.fixture
def channel(settings: ApiSettings, client: Client) -> WeCom:
    return WeCom(settings, client)


def draft(channel: Channel, content: Any, *accounts: str) -> Draft:
    (one,) = channel.freeze(Push(accounts or ("zhangsan",), content), "r1", mass=False)
    return one


async def outcome_of(channel: Channel, wecom: FaultyWeCom, fault: Fault, *, repeated: bool = False) -> Outcome:
    wecom.always["message/send"] = fault
    return await channel.deliver(draft(channel, CARD, "a", "b"), repeated=repeated)


async def test_sent(wecom: FaultyWeCom, channel: Channel) -> None:
    wecom.answers["message/send"] = ok(
        invaliduser="LiSi|wangwu", invalidparty="", unlicenseduser="zhaoliu", msgid="m1", response_code="rc1"
    )
    frozen = draft(channel, CARD, "zhangsan", "lisi", "wangwu", "zhaoliu")
    assert await channel.deliver(frozen, repeated=False) == Outcome(
        Verdict.SENT, msgid="m1", response_code="rc1", invalid=("lisi", "wangwu"), unlicensed=("zhaoliu",)
    )
    assert wecom.bodies("message/send") == [frozen.body]


async def test_a_changed_card_names_invalid_users_in_a_list(wecom: FaultyWeCom, channel: Channel) -> None:
    wecom.answers["message/update_template_card"] = ok(invaliduser=["LiSi"])
    frozen = channel.freeze_update("RC", ("zhangsan", "lisi"), Reply(Grey("已提交")))
    assert frozen is not None
    assert await channel.deliver(frozen, repeated=False) == Outcome(Verdict.SENT, invalid=("lisi",))


VERDICTS: dict[Verdict, tuple[int, ...]] = {
    Verdict.RETRY: (-1, 6000, 40014, 42001, 41001),
    Verdict.SLOW_DOWN: (45009, 45011, 45033),
    Verdict.STOP: (
        *(40001, 40091, 40013, 40056, 42009, 60020),
        *(48002, 48005, 301002, 60011, 60021, 50002, 50003, 81011),
    ),
    Verdict.REFUSED: (
        *(81013, 82001, 40003, 60111, 46004, 43004, 40032, 82002, 82003),
        *(40008, 40033, 40035, 40058, 44004, 45002, 45004, 45008, 45034, 41016, 82004, 85002),
        *(40004, 40006, 40007, 45001, 41006),
        *(42014, 42015, 42016, 42017, 42018, 42019, 42020, 42045, 43012),
        987654,
    ),
}


@pytest.mark.parametrize(
    ("verdict", "code"), [(verdict, code) for verdict, codes in VERDICTS.items() for code in codes]
)
async def test_error_codes(wecom: FaultyWeCom, channel: Channel, verdict: Verdict, code: int) -> None:
    outcome = await outcome_of(channel, wecom, errcode(code, "why"))
    assert (outcome.verdict, outcome.code, outcome.reason) == (verdict, code, "why")
    assert (outcome.wait_seconds > 0) == (verdict in {Verdict.RETRY, Verdict.SLOW_DOWN})


async def test_a_minute_limit_blocks_for_a_minute(wecom: FaultyWeCom, channel: Channel) -> None:
    assert (await outcome_of(channel, wecom, errcode(45009))).wait_seconds == 60


@pytest.mark.parametrize("fault", [drop, hang, answer(b"", 502), answer(b"nonsense")])
async def test_a_lost_answer_is_unknown(wecom: FaultyWeCom, channel: Channel, fault: Fault) -> None:
    assert (await outcome_of(channel, wecom, fault)).verdict is Verdict.UNKNOWN
    assert wecom.calls("message/send") == 1


async def test_a_refused_connection_may_be_repeated(settings: ApiSettings) -> None:
    chosen = replace(settings, base_url=f"http://127.0.0.1:{unused_port()}/cgi-bin")
    async with open_session(chosen) as session:
        channel = WeCom(chosen, Client(chosen, session))
        outcome = await channel.deliver(draft(channel, Text("a")), repeated=False)
    assert outcome.verdict is Verdict.RETRY
    assert outcome.reason == "gettoken: ClientConnectorError"


async def test_so_may_one_refused_after_the_token_was_had(wecom: FaultyWeCom, channel: Channel) -> None:
    await channel.deliver(draft(channel, Text("a")), repeated=False)
    await wecom.stop()
    await asyncio.sleep(0.05)  # the kept connection is seen to be closed; before that it could only be "unknown"
    outcome = await channel.deliver(draft(channel, Text("a")), repeated=False)
    assert outcome.verdict is Verdict.RETRY
    assert outcome.reason == "message/send: ClientConnectorError"


async def test_a_proxy_that_turns_us_away_needs_a_person(wecom: FaultyWeCom, channel: Channel) -> None:
    outcome = await outcome_of(channel, wecom, answer(b"", 403))
    assert (outcome.verdict, outcome.reason) == (Verdict.STOP, "message/send: HTTP 403")


async def test_a_busy_token_server_is_no_busy_send(wecom: FaultyWeCom, channel: Channel) -> None:
    """What a token was wanted for was never tried: it may be tried for long, not only three times."""
    wecom.always["gettoken"] = errcode(-1)
    outcome = await channel.deliver(draft(channel, Text("a")), repeated=False)
    assert (outcome.verdict, outcome.code, outcome.reason) == (Verdict.RETRY, 0, "gettoken: errcode -1")
    assert wecom.calls("message/send") == 0


@pytest.mark.parametrize(("code", "verdict"), [(40001, Verdict.STOP), (45009, Verdict.SLOW_DOWN)])
async def test_the_tokens_own_errors(wecom: FaultyWeCom, channel: Channel, code: int, verdict: Verdict) -> None:
    wecom.always["gettoken"] = errcode(code)
    outcome = await channel.deliver(draft(channel, Text("a")), repeated=False)
    assert (outcome.verdict, outcome.code) == (verdict, code)
    assert wecom.calls("message/send") == 0


class TestTaskIds:
    async def test_used_on_a_repeat_means_that_it_arrived(self, wecom: FaultyWeCom, channel: Channel) -> None:
        outcome = await outcome_of(channel, wecom, errcode(42014), repeated=True)
        assert (outcome.verdict, outcome.code, outcome.response_code) == (Verdict.SENT, 42014, "")

    async def test_used_on_a_first_try_is_an_error(self, wecom: FaultyWeCom, channel: Channel) -> None:
        outcome = await outcome_of(channel, wecom, errcode(42014), repeated=False)
        assert outcome.verdict is Verdict.REFUSED

    async def test_what_has_no_task_id_cannot_have_arrived_by_it(
        self, wecom: FaultyWeCom, channel: Channel
    ) -> None:
        wecom.always["message/send"] = errcode(42014)
        outcome = await channel.deliver(draft(channel, Text("a")), repeated=True)
        assert outcome.verdict is Verdict.REFUSED


class TestReceivers:
    async def test_all_invalid(self, wecom: FaultyWeCom, channel: Channel) -> None:
        assert (await outcome_of(channel, wecom, errcode(81013))).invalid == ("a", "b")

    async def test_one_of_many_does_not_speak_for_all(self, wecom: FaultyWeCom, channel: Channel) -> None:
        assert (await outcome_of(channel, wecom, errcode(60111))).invalid == ()
        outcome = await channel.deliver(draft(channel, CARD, "a"), repeated=False)
        assert outcome.invalid == ("a",)


class TestFiles:
    async def test_an_upload_gives_an_id(self, wecom: FaultyWeCom, channel: WeCom) -> None:
        assert await channel.upload(kept("榜.png", "image", PNG)) == "M1"
        [uploaded] = wecom.bodies("media/upload")
        assert PNG in uploaded
        assert "榜.png".encode() in uploaded

    def test_the_id_takes_its_place_and_another_ones(self, channel: WeCom) -> None:
        frozen = draft(channel, File("榜.png", PNG, picture=True))
        named = channel.with_file(frozen.body, 'M"1\\')
        assert named.endswith(b'"msgtype":"image","image":{"media_id":"M\\"1\\\\"}}')
        assert channel.with_file(named, "M2").endswith(b'"msgtype":"image","image":{"media_id":"M2"}}')
        assert channel.with_file(named, 'M"1\\') == named
        assert channel.with_file(b'{"text":"M1"}', "M2") == b'{"text":"M1"}'

    async def test_an_expired_id_is_told_as_such(self, wecom: FaultyWeCom, channel: WeCom) -> None:
        wecom.always["message/send"] = errcode(40007)
        outcome = await channel.deliver(draft(channel, File("a", b"123456")), repeated=False)
        assert (outcome.verdict, outcome.code, outcome.file_gone) == (Verdict.REFUSED, 40007, True)

    @pytest.mark.parametrize("fault", [drop, hang, answer(b"", 502), answer(b"nonsense")])
    async def test_a_lost_upload_has_sent_nothing(self, wecom: FaultyWeCom, channel: WeCom, fault: Fault) -> None:
        wecom.always["media/upload"] = fault
        outcome = await channel.upload(kept("a", "file", b"123456"))
        assert isinstance(outcome, Outcome)
        assert outcome.verdict is Verdict.RETRY

    @pytest.mark.parametrize(
        ("code", "verdict"), [(40006, Verdict.REFUSED), (45009, Verdict.SLOW_DOWN), (-1, Verdict.RETRY)]
    )
    async def test_a_refused_upload(self, wecom: FaultyWeCom, channel: WeCom, code: int, verdict: Verdict) -> None:
        wecom.always["media/upload"] = errcode(code)
        outcome = await channel.upload(kept("a", "file", b"123456"))
        assert isinstance(outcome, Outcome)
        assert (outcome.verdict, outcome.code) == (verdict, code)


class TestPermissions:
    async def test_a_call_that_is_not_granted_stops_itself_only(self, wecom: FaultyWeCom, channel: WeCom) -> None:
        wecom.always["message/recall"] = errcode(48002)
        recall = Draft("message/recall", b'{"msgid":"m"}', ())
        assert (await channel.deliver(recall, repeated=False)).verdict is Verdict.REFUSED
        assert (await outcome_of(channel, wecom, errcode(48002))).verdict is Verdict.STOP
        wecom.always["message/recall"] = errcode(60020)  # concerns everything
        assert (await channel.deliver(recall, repeated=False)).verdict is Verdict.STOP


async def test_no_outcome_shows_a_secret(wecom: FaultyWeCom, channel: Channel) -> None:
    for fault in (drop, hang, answer(b"", 502), answer(b"", 404), errcode(48002, f"{SECRET} token-1 " + "x" * 500)):
        outcome = await outcome_of(channel, wecom, fault)
        assert "token-1" not in outcome.reason
        assert len(outcome.reason) <= 200
