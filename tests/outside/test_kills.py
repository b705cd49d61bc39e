"""SIGKILL under load, many times: every acknowledged answer is in the ledger, once.

A closed loop of 64 connections answers today's question for many persons; whoever got no answer tries again later
with the same message, as WeCom would. The moments of the kills come from a kept seed.
"""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import aiohttp
import pytest

from tests.outside.cards import Card
from tests.outside.files import staff
from tests.outside.house import HOURS, House, hours

CONNECTIONS = 64
SEED = 20261123
KILLS = [pytest.param(5, id="5"), pytest.param(30, id="30", marks=pytest.mark.long)]


@dataclass
class Load:
    """What was said and what was heard, by 人员编号."""

    house: House
    card: Card
    waiting: list[tuple[str, str]]  # number, account
    up: asyncio.Event = field(default_factory=asyncio.Event)
    said: dict[str, str] = field(default_factory=dict)
    heard: dict[str, bytes] = field(default_factory=dict)
    repeats: int = 0
    stopped: bool = False

    async def work(self, chance: random.Random) -> None:
        while not self.stopped:
            await self.up.wait()
            number, xml = self._next(chance)
            try:
                delivery = await self.house.send(xml)
            except (aiohttp.ClientError, TimeoutError):
                await asyncio.sleep(0.02)
                continue
            self._hear(number, delivery.reply.plain if delivery.reply is not None else b"")

    def _next(self, chance: random.Random) -> tuple[str, str]:
        """A new person; when all have answered, a repeat of somebody's message."""
        if not self.waiting:
            self.repeats += 1
            return chance.choice(list(self.said.items()))
        number, account = self.waiting.pop()
        tap = self.card.choose(chance.choice("ABCD"))
        self.said[number] = self.house.client.tap(account, self.card, tap, created=int(time.time()))
        return number, self.said[number]

    def _hear(self, number: str, plain: bytes) -> None:
        if b"update_template_card" in plain:
            assert self.heard.setdefault(number, plain) == plain, "a repeat got another reply"

    async def retry(self, number: str) -> None:
        delivery = await self.house.send(self.said[number])
        assert delivery.reply is not None and delivery.reply.kind == "update_template_card"
        self._hear(number, delivery.reply.plain)


async def storm(load: Load, kills: int) -> None:
    chance = random.Random(SEED)
    workers = [asyncio.create_task(load.work(random.Random(n))) for n in range(CONNECTIONS)]
    for _ in range(kills):
        load.up.set()
        await asyncio.sleep(chance.uniform(0.05, 0.5))
        await load.house.installation.kill()
        load.up.clear()
        await load.house.installation.start()
    load.up.set()
    await asyncio.sleep(0.3)
    load.stopped = True
    await asyncio.gather(*workers)


@pytest.mark.parametrize("kills", KILLS)
async def test_no_acknowledged_answer_is_lost_or_doubled(house: House, tmp_path: Path, kills: int) -> None:
    await house.installation.start()
    await house.push("--group", "staff")
    people = [(one.number, one.account) for one in staff()]
    load = Load(house, await house.card("Staff1"), people)
    await storm(load, kills)
    lost = set(load.said) - set(load.heard)
    assert len(load.heard) > CONNECTIONS * kills / 2, "too little load to show anything"

    counts = Counter(row["人员编号"] for row in await house.ledger(tmp_path))
    assert set(load.heard) <= set(counts) <= set(load.said)
    assert set(counts.values()) == {1}

    await asyncio.gather(*(load.retry(number) for number in lost))
    sample = random.Random(SEED).sample(sorted(load.heard), 50)
    await asyncio.gather(*(load.retry(number) for number in sample))
    rows = await house.ledger(tmp_path)
    assert Counter(row["人员编号"] for row in rows) == Counter(list(load.said))
    assert {row[HOURS] for row in rows} == {"0.10"}
    assert hours(rows) == Decimal("0.10") * len(load.said)
    verified = await house.installation.done("ledger", "verify")
    assert verified["lines"] == len(load.said)
