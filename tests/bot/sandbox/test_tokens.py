"""gettoken and the life of a token."""

from __future__ import annotations

import pytest

from tests.bot.sandbox.stage import CORP_ID, Stage


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"corpsecret": "app-secret"}, 41002),
        ({"corpid": CORP_ID}, 41004),
        ({"corpid": "ww-other", "corpsecret": "app-secret"}, 40013),
        ({"corpid": CORP_ID, "corpsecret": "wrong"}, 40001),
        ({"corpid": CORP_ID, "corpsecret": "app-secret"}, 0),
        ({"corpid": CORP_ID, "corpsecret": "contact-secret"}, 0),
    ],
)
async def test_gettoken_codes(stage: Stage, params: dict[str, str], code: int) -> None:
    async with stage.wire.session.get(f"{stage.base}/cgi-bin/gettoken", params=params) as response:
        assert (await response.json())["errcode"] == code


async def test_the_same_token_while_it_is_valid(stage: Stage) -> None:
    first = await stage.wire.fetch_token()
    assert first["expires_in"] == 7200
    stage.clock.at += 7199
    assert (await stage.wire.fetch_token())["access_token"] == first["access_token"]
    stage.clock.at += 1
    assert (await stage.wire.fetch_token())["access_token"] != first["access_token"]


async def test_a_call_needs_a_live_token(stage: Stage) -> None:
    await stage.wire.fetch_token()
    async with stage.wire.session.get(f"{stage.base}/cgi-bin/getcallbackip") as response:
        assert (await response.json())["errcode"] == 41001
    stage.clock.at += 7199
    assert (await stage.wire.get("getcallbackip"))["ip_list"] == ["127.0.0.1"]
    stage.clock.at += 1
    assert (await stage.wire.get("getcallbackip"))["errcode"] == 42001
    stage.wire.token = "made-up"
    answer = await stage.wire.get("get_api_domain_ip")
    assert answer["errcode"] == 40014
    assert "e=40014" in answer["errmsg"]


async def test_a_token_can_be_ended_and_rotated_early(stage: Stage) -> None:
    await stage.wire.fetch_token()
    stage.sandbox.expire_token()
    assert (await stage.wire.send())["errcode"] == 42001
    await stage.wire.fetch_token()
    stage.sandbox.rotate_token()
    assert (await stage.wire.send())["errcode"] == 40014
    await stage.wire.fetch_token()
    assert (await stage.wire.send())["errcode"] == 0


async def test_each_app_has_its_own_token(stage: Stage) -> None:
    mine, other = await stage.wire.fetch_token(), await stage.other("other-secret").fetch_token()
    assert mine["access_token"] != other["access_token"]


async def test_an_untrusted_address_is_refused(stage: Stage) -> None:
    await stage.wire.fetch_token()
    stage.sandbox.state.app(None).trusted_ips = ["203.0.113.9"]
    answer = await stage.wire.send()
    assert answer["errcode"] == 60020
    assert "from ip: 127.0.0.1" in answer["errmsg"]
    assert (await stage.wire.fetch_token())["errcode"] == 60020
