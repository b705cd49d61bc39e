"""media/get against a faulty WeCom: a file is a file, an error an error, and nothing too large is read."""

import pytest

from bot.channels.wecom_api import Client
from bot.channels.wecom_media import MediaBusy, MediaGone, MediaTooLarge, WeComMedia
from tests.bot.channels.fault_server import Fault, FaultyWeCom, answer, drop, errcode

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


async def fetched(client: Client, at_most: int = 100_000) -> bytes:
    return await WeComMedia(client).fetched("M-1", at_most)


async def test_the_bytes_come_as_they_are(wecom: FaultyWeCom, client: Client) -> None:
    wecom.always["media/get"] = answer(PICTURE, **{"Content-Type": "image/png"})
    assert await fetched(client) == PICTURE
    [(_, query, _)] = [seen for seen in wecom.seen if seen[0] == "media/get"]
    assert query == {"media_id": "M-1", "access_token": "token-1"}


@pytest.mark.parametrize("code", [40007, 41006])
async def test_what_wecom_has_no_more_is_gone(wecom: FaultyWeCom, client: Client, code: int) -> None:
    wecom.always["media/get"] = errcode(code)
    with pytest.raises(MediaGone):
        await fetched(client)


async def test_a_refused_token_is_renewed_once(wecom: FaultyWeCom, client: Client) -> None:
    wecom.faults["media/get"] = [errcode(42001), answer(PICTURE)]
    assert await fetched(client) == PICTURE
    assert wecom.calls("gettoken") == 2
    wecom.faults["media/get"] = [errcode(42001), errcode(42001)]
    with pytest.raises(MediaBusy, match="42001"):
        await fetched(client)


@pytest.mark.parametrize("fault", [errcode(-1), errcode(45009), answer(b"", 502), answer(b"x", 404), drop])
async def test_anything_else_is_tried_again_later(wecom: FaultyWeCom, client: Client, fault: Fault) -> None:
    wecom.always["media/get"] = fault
    with pytest.raises(MediaBusy) as failure:
        await fetched(client)
    said = f"{failure.value!r} {failure.value.__context__!r}"
    assert "token-1" not in said
    assert "://" not in said


async def test_no_token_is_no_file_yet(wecom: FaultyWeCom, client: Client) -> None:
    wecom.always["gettoken"] = errcode(40001)
    with pytest.raises(MediaBusy, match="40001"):
        await fetched(client)


async def test_more_than_was_asked_for_is_not_taken(wecom: FaultyWeCom, client: Client) -> None:
    wecom.always["media/get"] = answer(PICTURE)
    assert await fetched(client, len(PICTURE)) == PICTURE
    with pytest.raises(MediaTooLarge):
        await fetched(client, len(PICTURE) - 1)


async def test_json_without_an_errcode_is_no_error(wecom: FaultyWeCom, client: Client) -> None:
    wecom.always["media/get"] = answer(b'{"a": 1}')
    assert await fetched(client) == b'{"a": 1}'
