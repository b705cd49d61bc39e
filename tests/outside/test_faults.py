"""WeCom on a bad day: voided tokens, lost answers, strangers among the receivers, rate limits, an outage."""

import asyncio
import json

import pytest

from tests.outside.fake_wecom import Call, FakeWecom, Fault
from tests.outside.files import ENFORCERS, staff
from tests.outside.house import House, until

BACKOFF_SECONDS = 30


def sends(wecom: FakeWecom) -> list[Call]:
    return wecom.of("message/send")


def carrying(wecom: FakeWecom, word: str) -> list[Call]:
    """The card calls whose visible words hold `word`."""
    found = [call for call in sends(wecom) if call.body.get("msgtype") == "template_card"]
    return [call for call in found if word in json.dumps(call.body, ensure_ascii=False)]


def nobody_got_two(house: House) -> None:
    assert all(len(house.wecom.cards(user)) <= 1 for user in house.wecom.chats)


async def all_have(house: House, *users: str, seconds: float = BACKOFF_SECONDS) -> None:
    def missing() -> list[str]:
        return [user for user in users if not house.wecom.cards(user)]

    await until(lambda: not missing(), seconds, lambda: f"no card: {missing()[:5]}")


async def test_a_bad_day(house: House) -> None:
    house.wecom.members -= {"staff3", "lead_two"}
    await down_at_the_start(house)
    await a_token_is_voided(house)
    await the_answer_to_a_mass_push_is_lost(house)
    await the_rate_is_limited(house)
    nobody_got_two(house)
    assert not house.wecom.chat("staff3") and not house.wecom.chat("lead_two"), "not in the visible range"
    rows = await house.installation.metrics()
    assert [rows[f'xuefa_outbox_rows{{state="{state}"}}'] for state in ("unknown", "refused")] == [0, 0]


async def down_at_the_start(house: House) -> None:
    await house.wecom.stop()
    await house.installation.start()
    await house.push("--group", "leader")
    assert not sends(house.wecom)
    await house.wecom.start()
    await all_have(house, "lead.one", "lead-three")


async def a_token_is_voided(house: House) -> None:
    """40014: one gettoken more. And a repeat that is told 42014 has been sent."""
    # The menu goes its own way and would meet the voided token too.
    await until(lambda: bool(house.wecom.of("menu/create")), BACKOFF_SECONDS, lambda: "no menu")
    tokens = len(house.wecom.of("gettoken"))
    house.wecom.rotate()
    house.wecom.task_check_first = True
    house.wecom.faults["message/send"].extend([Fault(errcode=40014), Fault(cut=True)])
    await house.push("--group", "enforcement")
    await all_have(house, *ENFORCERS)
    await the_repeat(house, "两次以上罚款", 3)
    assert len(house.wecom.of("gettoken")) == tokens + 1
    house.wecom.task_check_first = False


async def the_answer_to_a_mass_push_is_lost(house: House) -> None:
    house.wecom.faults["message/send"].append(Fault(cut=True))
    await house.push("--group", "staff")
    repeated = await the_repeat(house, "不予行政处罚", 2)
    assert repeated.body["enable_duplicate_check"] == 1
    await all_have(house, *(one.account for one in staff() if one.account != "Staff3"))
    assert (await house.tap("Staff4", await house.card("Staff4"), "B")).reply is not None


async def the_repeat(house: House, word: str, times: int) -> Call:
    """The first call with a card that shows `word`, once the same bytes have come `times` times; not more often."""
    await until(lambda: bool(carrying(house.wecom, word)), BACKOFF_SECONDS, lambda: "nothing was sent")
    first = carrying(house.wecom, word)[0]

    def same() -> int:
        return len([call for call in sends(house.wecom) if call.raw == first.raw])

    await until(lambda: same() >= times, BACKOFF_SECONDS, lambda: f"not repeated with the same bytes: {same()}")
    await asyncio.sleep(1.5)
    assert same() == times
    return first


async def the_rate_is_limited(house: House) -> None:
    """45009: waiting, not hammering; answers cost no call and go on."""
    house.wecom.faults["message/send"].extend([Fault(errcode=45009)] * 3)
    before = len(sends(house.wecom))
    await house.say("Lead.One", "我的学时")
    await until(lambda: len(sends(house.wecom)) > before, 5, lambda: "nothing was tried")
    await asyncio.sleep(3)
    assert len(sends(house.wecom)) - before <= 2
    assert (await house.say("Lead.One", "帮助")).words


@pytest.mark.long
async def test_a_rate_limit_is_waited_out(house: House) -> None:
    house.wecom.faults["message/send"].append(Fault(errcode=45009))
    await house.installation.start()
    await house.push("--group", "enforcement")
    await until(lambda: bool(house.wecom.cards("enf1")), 120, lambda: "never sent")
    calls = sends(house.wecom)
    assert calls[1].at - calls[0].at > 55
    nobody_got_two(house)


@pytest.mark.long
async def test_a_call_that_never_arrived_is_repeated(house: House) -> None:
    house.wecom.faults["message/send"].append(Fault(cut=True, effect=False))
    await house.installation.start()
    await house.push("--group", "leader")
    await all_have(house, "lead.one", "lead_two", "lead-three")
    nobody_got_two(house)


@pytest.mark.long
async def test_it_stops_in_time_though_wecom_hangs(house: House) -> None:
    """And what hung is sent when the claim of the process that is gone has run out, a minute later."""
    await house.installation.start()
    house.wecom.faults["message/send"].extend([Fault(hang=True)] * 20)
    await house.push("--group", "enforcement")
    await until(lambda: bool(sends(house.wecom)), 5, lambda: "nothing was tried")
    assert await house.installation.stop() == 0
    house.wecom.faults.clear()
    await house.installation.start()
    await all_have(house, *ENFORCERS, seconds=90)
    nobody_got_two(house)
