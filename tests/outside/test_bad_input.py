"""Requests that WeCom would never send, and acts that nobody may do: quiet refusals, clear sentences, no loss."""

import base64
import os
import struct
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.outside.cards import Tap
from tests.outside.house import Delivery, House, until
from tests.outside.wire import Envelope, encrypt, seal, signed

HOUR_SECONDS = 3600
DTD = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


def counters(metrics: dict[str, float]) -> dict[str, float]:
    return {name: value for name, value in metrics.items() if name.startswith("xuefa") and "_total" in name}


async def counted(house: House, act: Awaitable[Delivery]) -> tuple[Delivery, set[str]]:
    """The answer, and the counters that rose meanwhile."""
    before = counters(await house.installation.metrics())
    delivery = await act
    after = counters(await house.installation.metrics())
    return delivery, {name for name, value in after.items() if value > before.get(name, 0)}


def text(house: House, words: str = "帮助") -> str:
    return house.client.text("Staff30", words)


def wrong_signature(house: House) -> tuple[bytes, dict[str, str]]:
    made = seal(house.keys, text(house))
    return made.body(1), {**made.query, "msg_signature": "0" * 40}


def of(made: Envelope) -> tuple[bytes, dict[str, str]]:
    return made.body(1), made.query


def cut(house: House, share: float) -> tuple[bytes, dict[str, str]]:
    body, query = of(seal(house.keys, text(house)))
    return body[: int(len(body) * share)], query


def wrapped(house: House, before: str = "", inside: str = "", after: str = "") -> tuple[bytes, dict[str, str]]:
    made = seal(house.keys, text(house))
    body = f"{before}<xml>{inside}<Encrypt>{made.encrypted}</Encrypt>{after}</xml>"
    return body.encode(), made.query


def raw_plain(house: House, plain: bytes) -> tuple[bytes, dict[str, str]]:
    """Blocks that decrypt to anything we like."""
    encryptor = house.keys.cipher().encryptor()
    return of(signed(house.keys, base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()))


REFUSED: dict[str, Callable[[House], tuple[bytes, dict[str, str]]]] = {
    "wrong signature": wrong_signature,
    "no query": lambda house: (wrong_signature(house)[0], {}),
    "stale": lambda house: of(seal(house.keys, text(house), stamp=int(time.time()) - HOUR_SECONDS)),
    "from the future": lambda house: of(seal(house.keys, text(house), stamp=int(time.time()) + HOUR_SECONDS)),
    "timestamp is no number": lambda house: (b"<xml/>", {"msg_signature": "x", "timestamp": "²", "nonce": "n"}),
    "wrong receiver": lambda house: of(seal(house.keys, text(house), receiver="ww0000000000000000")),
    "longer receiver": lambda house: of(seal(house.keys, text(house), receiver=house.keys.corp + "x")),
    "empty body": lambda house: (b"", seal(house.keys, text(house)).query),
    "half a body": lambda house: cut(house, 0.5),
    "nearly a body": lambda house: cut(house, 0.98),
    "base64 of odd length": lambda house: of(signed(house.keys, encrypt(house.keys, b"<xml/>")[:-3])),
    "no base64": lambda house: of(signed(house.keys, "学法" * 20)),
    "half a block": lambda house: of(signed(house.keys, base64.b64encode(os.urandom(24)).decode())),
    "padding 0": lambda house: raw_plain(house, bytes(64)),
    "padding 200": lambda house: raw_plain(house, b"\xc8" * 64),
    "length beyond the end": lambda house: raw_plain(
        house, bytes(16) + struct.pack(">I", 2**32 - 1) + b"x" * 11 + b"\x01"
    ),
    "random blocks": lambda house: of(signed(house.keys, base64.b64encode(b"\x07" * 96).decode())),
    "without its last tag": lambda house: (wrapped(house)[0][:-6], wrapped(house)[1]),
    "oversized": lambda house: wrapped(house, inside=f"<P>{'x' * 1_000_000}</P>"),
    "deeply nested": lambda house: wrapped(house, inside="<a>" * 20_000, after="</a>" * 20_000),
    "nested": lambda house: wrapped(house, inside="<a>" * 5_000, after="</a>" * 5_000),
    "DTD": lambda house: wrapped(house, before=DTD, inside="<q>&b;</q>"),
    "no XML": lambda house: (b'{"encrypt": "x"}', seal(house.keys, text(house)).query),
    "not UTF-8": lambda house: (b"<xml><Encrypt>\xff\xfe</Encrypt></xml>", seal(house.keys, text(house)).query),
    "inside: DTD": lambda house: of(seal(house.keys, DTD + text(house, "&b;"))),
    "inside: cut": lambda house: of(seal(house.keys, text(house)[:-9])),
    "inside: deeply nested": lambda house: of(seal(house.keys, "<xml>" * 9_000 + "</xml>" * 9_000)),
    "inside: nothing": lambda house: of(seal(house.keys, "")),
    "inside: nobody": lambda house: of(seal(house.keys, "<xml><MsgType>text</MsgType></xml>")),
    "inside: no time": lambda house: of(seal(house.keys, text(house).replace("<CreateTime>", "<CreateTime>soon"))),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_request_that_is_refused(town: House, name: str) -> None:
    body, query = REFUSED[name](town)
    delivery, risen = await counted(town, town.deliver(body, query))
    assert 400 <= delivery.status < 500
    assert delivery.body == b""
    assert risen, "nothing was counted"
    assert (await town.say("Staff30", "帮助")).words


async def test_the_url_is_verified(town: House) -> None:
    made = seal(town.keys, "1616140317555161061")
    good = await town.deliver(b"", {**made.query, "echostr": made.encrypted}, "GET")
    assert (good.status, good.body) == (200, b"1616140317555161061")
    bad = await town.deliver(b"", {**made.query, "echostr": made.encrypted, "msg_signature": "0"}, "GET")
    assert 400 <= bad.status < 500 and bad.body == b""


async def test_an_unknown_sender_is_told_what_to_do(town: House) -> None:
    delivery, risen = await counted(town, town.say("stranger", "今日一题"))
    assert "名册" in delivery.words and risen


async def test_events_that_nobody_knows(town: House) -> None:
    for event in ("LOCATION", "view", "brand_new_event", "x" * 1000):
        delivery, risen = await counted(town, town.send(town.client.event("Staff31", event)))
        assert delivery.status == 200 and risen
    odd = town.client.text("Staff31", "x").replace("[text]", "[hologram]")
    assert (await town.send(odd)).status == 200
    assert (await town.say("Staff31", "好" * 5_000)).status == 200
    assert (await town.say("Staff31", "\ud7ff\u202e]]>&lt;\ufffd")).status == 200


def forged(house: House, tap: Tap, foreign: Tap) -> dict[str, Tap]:
    today = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * HOUR_SECONDS))
    key = tap.event_key
    return {
        "no such letter": Tap(key[:-1] + "Z"),
        "no letter": Tap(key[:-1]),
        "two letters": Tap(key + "A"),
        "garbage": Tap("'; DROP TABLE ledger_entry; --"),
        "empty": Tap(""),
        "long": Tap(key * 500),
        "closed": Tap(key.replace(today, "2026-01-05")),
        "in the future": Tap(key.replace(today, "2999-12-31")),
        "no date": Tap(key.replace(today, "2026-13-45")),
        "foreign question": foreign,
        "ticks on a button": replace(tap, event_key=key[:-1], question_key="q", option_ids=("Z", "Y")),
        "no ticks": replace(foreign, option_ids=()),
    }


async def is_told(house: House, user: str, before: int, name: str) -> None:
    await until(lambda: len(house.wecom.chat(user)) > before, 5, lambda: name)


SAID = ("no such letter", "closed", "in the future", "foreign question", "no ticks")  # told why, not only ignored


async def test_forged_taps_leave_no_line(town: House, tmp_path: Path) -> None:
    card, foreign = await town.card("Staff32"), await town.card("lead-three")
    taps = forged(town, card.choose("B"), foreign.choose("AB"))
    for number, (name, tap) in enumerate(taps.items(), 100):
        user = f"Staff{number}"
        xml, before = town.client.tap(user, card, tap), len(town.wecom.chat(user))
        delivery, risen = await counted(town, town.send(xml))
        assert delivery.status == 200 and risen, name
        if name in SAID:
            await is_told(town, user, before, name)
    rows = await town.ledger(tmp_path)
    assert not [row for row in rows if "S00100" <= row["人员编号"] <= "S00120"]
    assert (await town.tap("Staff100", card, "B")).reply is not None
    assert len(await town.ledger_of("S00100", tmp_path)) == 1
