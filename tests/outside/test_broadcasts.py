"""Broadcasts, seen from WeCom's side: who got what how often, on bad days and with the process killed."""

import asyncio
import json
import random
import secrets
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.outside.fake_wecom import Call, FakeWecom, Fault
from tests.outside.files import ENFORCERS, LEADERS, STAFF_COUNT
from tests.outside.house import House, hours, until

RECEIVERS = STAFF_COUNT + len(LEADERS) + len(ENFORCERS)
CALLS = -(-RECEIVERS // 1000)
OUT_SECONDS = 60
SEED = 20261124
KILLS = [pytest.param(2, id="2"), pytest.param(25, id="25", marks=pytest.mark.long)]
LOST = [Fault(errcode=40014), Fault(cut=True)]  # a refused token; an answer that is lost after its effect
EVERYTHING = [Fault(errcode=-1), *LOST, Fault(cut=True, effect=False), Fault(errcode=6000), Fault(errcode=45033)]
BAD_DAYS = [pytest.param(LOST, id="lost"), pytest.param(EVERYTHING, id="everything", marks=pytest.mark.long)]
NO_QUIET_HOURS = {"quiet_hours": "00:00-00:00"}


def sends_with(wecom: FakeWecom, word: str) -> list[Call]:
    return [call for call in wecom.of("message/send") if word in json.dumps(call.body, ensure_ascii=False)]


def got(wecom: FakeWecom, word: str) -> Counter[str]:
    """Member → how many messages with the word."""
    found = Counter[str]()
    for user, chat in wecom.chats.items():
        found[user] = sum(word in seen.words for seen in chat)
    return +found


async def all_got(house: House, word: str, count: int, seconds: float = OUT_SECONDS) -> None:
    await until(
        lambda: len(got(house.wecom, word)) >= count, seconds, lambda: f"{len(got(house.wecom, word))} have it"
    )


def once_each(wecom: FakeWecom, word: str) -> bool:
    return set(got(wecom, word).values()) == {1}


async def broadcast(house: House, folder: Path, text: str, *options: str) -> dict[str, object]:
    path = folder / f"{secrets.token_hex(4)}.toml"
    path.write_text(text, encoding="utf-8")
    return await house.installation.done("broadcast", path, *options)


async def shown(house: House, number: object, words: str) -> None:
    """What came but was not answered is known once it has been repeated."""
    ends = time.monotonic() + OUT_SECONDS
    while words not in (said := (await house.installation.run("broadcast", "show", str(number))).out):
        assert time.monotonic() < ends, said
        await asyncio.sleep(0.5)


def notice(word: str) -> str:
    return f'kind = "notice"\ntitle = "通知"\ntext = "{word}：明天下午三点集中学法。"\n'


QUIZ = """kind = "quiz"
title = "行政处罚法随堂测"
questions = ["out-1"]
until = "3天"
credit = "0.10"
[audience]
groups = ["staff"]
"""


@pytest.mark.parametrize("faults", BAD_DAYS)
async def test_a_notice_to_everybody_on_a_bad_day(house: House, tmp_path: Path, faults: list[Fault]) -> None:
    house.installation.configure(schedule=dict(NO_QUIET_HOURS))
    house.wecom.members -= {"staff3", "lead_two"}
    await house.installation.start()
    house.wecom.faults["message/send"].extend(faults)
    made = await broadcast(house, tmp_path, notice("坏天气"))
    assert made["persons"] == RECEIVERS
    await all_got(house, "坏天气", RECEIVERS - 2)
    await asyncio.sleep(2)
    assert once_each(house.wecom, "坏天气")
    bodies = {call.raw for call in sends_with(house.wecom, "坏天气")}
    assert len(bodies) == CALLS, "as few requests as the receivers need, each with its own bytes"
    assert all(json.loads(body)["enable_duplicate_check"] == 1 for body in bodies)
    await shown(house, made["id"], f"送达 {RECEIVERS - 2} 人")


async def test_the_same_file_twice_is_one_broadcast(house: House, tmp_path: Path) -> None:
    house.installation.configure(schedule=dict(NO_QUIET_HOURS))
    await house.installation.start()
    path = tmp_path / "a.toml"
    path.write_text(notice("只此一次"), encoding="utf-8")
    first = await house.installation.done("broadcast", path)
    await all_got(house, "只此一次", RECEIVERS)
    again = await house.installation.done("broadcast", path)
    assert again["id"] == first["id"]
    await asyncio.sleep(2)
    assert once_each(house.wecom, "只此一次")


async def test_a_quiz_from_the_file_to_the_ledger_and_its_recall(house: House, tmp_path: Path) -> None:
    house.installation.configure(schedule=dict(NO_QUIET_HOURS))
    await house.installation.start()
    made = await broadcast(house, tmp_path, QUIZ)
    assert made["persons"] == STAFF_COUNT + len(ENFORCERS), "who is staff is staff, with the mark too"
    card = await house.card("Staff7")
    said = await house.tap("Staff7", card, "B")
    await house.reads("Staff7", said, "回答正确", "行政处罚法", "第三十三条")
    said = await house.tap("Staff7", card, "A")
    await house.reads("Staff7", said, "首次")
    await all_got(house, "行政处罚法随堂测", STAFF_COUNT + len(ENFORCERS))
    rows = await house.ledger_of("S00007", tmp_path)
    assert str(hours(rows)) == "0.10" and len(rows) == 1
    await house.installation.done("broadcast", "recall", str(made["id"]))
    sent = len({call.raw for call in sends_with(house.wecom, "行政处罚法随堂测")})
    await until(lambda: len(house.wecom.recalled) >= sent, OUT_SECONDS, lambda: f"recalled {house.wecom.recalled}")
    said = await house.tap("Staff8", house.wecom.cards("Staff8")[0], "B")
    assert "撤回" in said.words
    assert not await house.ledger_of("S00008", tmp_path)


@pytest.mark.parametrize("kills", KILLS)
async def test_killed_at_any_point_everybody_gets_it_once(house: House, tmp_path: Path, kills: int) -> None:
    """With lost answers in between; repeats come under the duplicate check with the same bytes."""
    house.installation.configure(schedule=dict(NO_QUIET_HOURS), compliance={"push_budget_per_week": 1000})
    await house.installation.start()
    chance = random.Random(SEED)
    words = [f"第{number}号" for number in range(kills)]
    for word in words:
        if chance.random() < 0.5:
            house.wecom.faults["message/send"].append(Fault(cut=True))
        await broadcast(house, tmp_path, notice(word))
        await asyncio.sleep(chance.uniform(0, 0.8))
        await house.installation.kill()
        await house.installation.start()
    for word in words:
        await all_got(house, word, RECEIVERS, seconds=120)
    await asyncio.sleep(2)
    assert all(once_each(house.wecom, word) for word in words)
    assert {call.body.get("touser", "").count("|") + 1 for call in sends_with(house.wecom, "号")} <= set(
        range(1, 1001)
    )
    calls = Counter(call.raw for call in sends_with(house.wecom, "号"))
    assert len(calls) == CALLS * kills
