"""A whole city sits its exam while the process is killed again and again: no answer is lost, none counts twice.

Every act goes through the encrypted callback, some of them twice at once, and is repeated with the same message
until it is acknowledged, as WeCom would. A sitter first goes through the paper, then changes answers in random
order, with moments of sending (CreateTime) that are out of order too; the driver's own record says what has to
stand and what it is worth. Keys of cards are made from one that was seen; the moments of the kills come from a
kept seed.
"""

import asyncio
import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.outside.cards import Card, Tap
from tests.outside.exam_hall import FULL, ITEMS, LEAK, Key, Shown, earned, hold, keys, read, rounded
from tests.outside.house import Delivery, House
from tests.outside.test_kills import SEED

CONNECTIONS = 64
PASSED = 6000
CARD_SECONDS = 300  # a mass of them, with kills in between
SECONDS_OLD = 400  # the first answers' moments lie so far back that later and earlier ones have room

Texts = tuple[str, ...]
SHORT = pytest.param(40, 2, 0, "sqlite", id="40")
LONG = [
    pytest.param(2000, 8, 300, place, id=f"2000-{place}", marks=pytest.mark.long)
    for place in ("sqlite", "postgresql")
]


@dataclass
class Rush:
    """What all sitters share."""

    house: House
    known: dict[str, Key]
    up: asyncio.Event = field(default_factory=asyncio.Event)
    doors: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CONNECTIONS))
    acknowledged: int = 0
    repeated: int = 0
    twice: int = 0

    async def deliver(self, xml: str, *, silent: bool) -> Delivery:
        """Until it is acknowledged, always the same message. An empty answer counts only where there is to be none:
        else it came too late for WeCom."""
        while True:
            await self.up.wait()
            try:
                async with self.doors:
                    delivery = await self.house.send(xml)
                if delivery.status == 200 and (silent or delivery.body):
                    self.acknowledged += 1
                    return delivery
            except (aiohttp.ClientError, TimeoutError):
                pass
            self.repeated += 1
            await asyncio.sleep(0.05)

    async def act(self, xml: str, chance: random.Random, *, silent: bool = False) -> str:
        """What it was answered; of two deliveries both get the same."""
        count = 2 if chance.random() < 0.25 else 1
        self.twice += count - 1
        heard = await asyncio.gather(*(self.deliver(xml, silent=silent) for _ in range(count)))
        plain = {delivery.reply.plain if delivery.reply else b"" for delivery in heard}
        assert len(plain) == 1, "two deliveries of one act were answered differently"
        assert LEAK not in heard[0].words
        return heard[0].words


@dataclass
class Sitter:
    """One person with what he or she gave, by item from 0, and when (CreateTime)."""

    rush: Rush
    account: str
    number: str
    chance: random.Random
    shown: dict[int, Shown] = field(default_factory=dict)
    given: dict[int, tuple[int, Texts]] = field(default_factory=dict)
    handed_in: bool = False

    async def sit(self, hands_in: bool) -> None:
        card = await self._begin()
        began = int(time.time()) - SECONDS_OLD
        words = card.words
        for item in range(ITEMS):
            shown = read(words, self.rush.known)
            assert shown is not None and shown.number == item + 1, f"{item}: {words}"
            self.shown[item] = shown
            words = await self._first(card, item, began + item)
        changes = [change for item in range(ITEMS) for change in self._changes(card, item, began)]
        self.chance.shuffle(changes)
        heard = await asyncio.gather(*(self.rush.act(xml, self.chance) for xml in changes))
        assert all("已保存" in said for said in heard)
        if hands_in:
            await self._hand_in()

    async def _begin(self) -> Card:
        """Words are answered by a card of its own, which comes as soon as the sender gets to it."""
        client, wecom = self.rush.house.client, self.rush.house.wecom
        await self.rush.act(client.text(self.account, "开始"), self.chance, silent=True)
        ends = time.monotonic() + CARD_SECONDS
        while not wecom.cards(self.account):
            assert time.monotonic() < ends, f"no card for {self.account}"
            await asyncio.sleep(0.5)  # seldom: there may be two thousand who wait
        return wecom.cards(self.account)[0]

    def _tapped(self, card: Card, item: int, what: str, sent: int) -> str:
        """The button of another item, as the ones on the first card are made."""
        seen = str(card.body["button_list"][0]["key"]).split(":")
        assert len(seen) == 4 and seen[2] == "0", seen
        key = ":".join((*seen[:2], str(item), what))
        return self.rush.house.client.tap(self.account, card, Tap(key), created=sent)

    async def _first(self, card: Card, item: int, sent: int) -> str:
        shown = self.shown[item]
        self.given[item] = sent, self._some(shown.key)
        spelled = shown.spelled(self.given[item][1])
        if shown.key.kind in ("single", "judge") and self.chance.random() < 0.5:
            xml = self._tapped(card, item, spelled, sent)
        else:
            xml = self.rush.house.client.text(self.account, spelled, created=sent)
        words = await self.rush.act(xml, self.chance)
        assert f"第{item + 1}题 {spelled}"[:20] in words, words
        return words

    def _some(self, key: Key) -> Texts:
        """Mostly right."""
        if self.chance.random() < 0.75:
            return key.right
        if key.kind == "judge":
            return (self.chance.choice("对错"),)
        if key.kind == "blank":
            return tuple(self.chance.choice((one, "别的")) for one in key.right)
        many = 1 if key.kind == "single" else self.chance.randint(1, 4)
        return tuple(sorted(self.chance.sample(key.options, many)))

    def _changes(self, card: Card, item: int, began: int) -> list[str]:
        """Deliveries in some order; the record is what stands after all of them."""
        shown = self.shown[item]
        if shown.key.kind == "blank" or self.chance.random() < 0.6:
            return []
        if shown.key.kind == "multiple":
            return self._toggles(card, item, began)
        made = []
        for later in self.chance.sample(range(-100, SECONDS_OLD - 10), self.chance.randint(1, 3)):
            sent, texts = began + later, self._some(shown.key)
            if later in range(ITEMS):
                continue
            made.append(self._tapped(card, item, shown.spelled(texts), sent))
            self.given[item] = max(self.given[item], (sent, texts))
        return made

    def _toggles(self, card: Card, item: int, began: int) -> list[str]:
        """Each letter taken in or out, however often and in whatever order the taps come."""
        shown, (sent, texts) = self.shown[item], self.given[item]
        standing, made = set(texts), []
        for later in self.chance.sample(range(ITEMS, SECONDS_OLD - 10), self.chance.randint(1, 4)):
            letter = self.chance.choice(sorted(shown.letters))
            made.append(self._tapped(card, item, f"+{letter}", began + later))
            standing ^= {shown.letters[letter]}
        self.given[item] = sent, tuple(sorted(standing))
        return made

    async def _hand_in(self) -> None:
        client = self.rush.house.client
        assert "确认" in await self.rush.act(client.text(self.account, "交卷"), self.chance)
        told = await self.rush.act(client.text(self.account, "确认"), self.chance)
        assert f"成绩：{self.score / 100:g} 分（满分 100）" in told, (told, self.score)
        self.handed_in = True

    @property
    def score(self) -> int:
        worth = (earned(self.shown[item].key, texts) for item, (_, texts) in self.given.items())
        return rounded(sum(worth, Fraction(0)))

    @property
    def kept(self) -> dict[int, str]:
        """As the database has to have it: letters of the bank, the texts of blanks as JSON."""
        return {item: _kept(self.shown[item].key, texts) for item, (_, texts) in self.given.items()}


def _kept(key: Key, texts: Texts) -> str:
    if key.kind == "blank":
        return json.dumps(list(texts), ensure_ascii=False, separators=(",", ":"))
    if key.kind == "judge":
        return texts[0]
    return "".join(letter for letter, option in zip("ABCD", key.options, strict=True) if option in texts)


async def storm(rush: Rush, kills: int, expected: int, sitting: "asyncio.Future[Any]") -> int:
    """Kills spread over the whole run, by how much was acknowledged; returns how many there were."""
    chance, done = random.Random(SEED), 0
    rush.up.set()
    while done < kills and not sitting.done():
        if rush.acknowledged < expected * (done + chance.random()) / (kills + 1):
            await asyncio.sleep(0.01)
            continue
        await rush.house.installation.kill()
        rush.up.clear()
        await rush.house.installation.start()
        rush.up.set()
        done += 1
    return done


@pytest.mark.parametrize(("sitters", "kills", "left", "place"), [SHORT, *LONG], indirect=["place"])
async def test_no_answer_is_lost_or_counts_twice(
    house: House, tmp_path: Path, sitters: int, kills: int, left: int
) -> None:
    exam = await hold(house)
    await house.installation.start()
    rush = Rush(house, keys())
    people = [Sitter(rush, f"Staff{n}", f"S{n:05}", random.Random(n)) for n in range(1, sitters + 1)]
    sitting = asyncio.gather(*(one.sit(n >= left) for n, one in enumerate(people)))
    assert await storm(rush, kills, sitters * (ITEMS + 12), sitting) == kills, "too short to be killed in"
    await sitting
    assert rush.repeated > kills and rush.twice > sitters, (rush.repeated, rush.twice)
    if left:
        await close(house, exam)
    await compare(house, people)
    passed = Counter(one.number for one in people if one.score >= PASSED)
    assert 0 < len(passed) < sitters
    assert Counter(row["人员编号"] for row in await house.ledger(tmp_path)) == passed
    assert (await house.installation.done("ledger", "verify"))["lines"] == len(passed)


async def close(house: House, exam: int) -> None:
    """By hand while some still sit; the clock ends them when what is in flight has had its time."""
    await house.installation.done("exam", "close", str(exam))
    ends = time.monotonic() + 60
    while (await rows(house, "SELECT count(*) AS still FROM exam_attempt WHERE ended_at IS NULL"))[0]["still"]:
        assert time.monotonic() < ends, "sittings that nobody ends"
        await asyncio.sleep(0.5)


async def compare(house: House, people: list[Sitter]) -> None:
    """One sitting each, exactly the answers that had to stand, marked once, with the score of the own record."""
    attempts = await rows(house, "SELECT * FROM exam_attempt")
    assert sorted(row["person"] for row in attempts) == [one.number for one in people]
    assert {row["number"] for row in attempts} == {1} and {row["full_marks"] for row in attempts} == {FULL}
    ended = {row["person"]: row["ended_by"] for row in attempts}
    assert ended == {one.number: "person" if one.handed_in else "clock" for one in people}
    owner = {row["id"]: row["person"] for row in attempts}
    kept: dict[str, dict[int, str]] = {one.number: {} for one in people}
    for row in await rows(house, "SELECT attempt, item, chosen FROM exam_answer"):
        kept[owner[row["attempt"]]][row["item"]] = row["chosen"]
    assert kept == {one.number: one.kept for one in people}
    marks = [
        (owner[row["attempt"]], row["version"], row["score"])
        for row in await rows(house, "SELECT * FROM exam_mark")
    ]
    assert sorted(marks) == [(one.number, 1, one.score) for one in people]
    assert {row["person"]: row["score"] for row in attempts} == {one.number: one.score for one in people}


async def rows(house: House, statement: str) -> list[dict[str, Any]]:
    engine = create_async_engine(house.installation.database_url)
    try:
        async with engine.connect() as connection:
            return [dict(row) for row in (await connection.execute(text(statement))).mappings()]
    finally:
        await engine.dispose()
