"""Replies are packed while the database writes, and leave only when it has them."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot import packing
from handlers.actions.daily import Answering
from handlers.message import Kind
from handlers.routing import Hot, Item, Route, Router
from handlers.texts.daily import result
from storage.database import Database, Tx
from tests.bot.desk import KEY, crowd, first_line, lines
from tests.handlers.city import populate
from tests.handlers.stage import Stage


async def test_all_are_packed_in_order_with_pauses_between() -> None:
    loop, packed, turns = asyncio.get_running_loop(), [], 0
    packing.start(loop, [(packed.append, b"%d" % n) for n in range(10)])
    while len(packed) < 10:
        turns += 1
        await asyncio.sleep(0)
    assert packed == [b"%d" % n for n in range(10)]
    assert turns >= 3
    packing.start(loop, [])
    await asyncio.sleep(0)


async def test_what_was_packed_for_a_batch_that_failed_does_not_leave(database: Database) -> None:
    """The first try is packed and taken back; what leaves is what the second one wrote."""
    await populate(database)
    stage = Stage(database)
    await stage.phone("lin")("今日一题")
    names = await crowd(database, 8)
    answering, fails = Answering(stage.rules), [True]

    async def write(tx: Tx, state: Any, decisions: Sequence[Any], now: datetime) -> None:
        await answering.write(tx, state, decisions, now)
        if fails.pop() if fails else False:
            raise RuntimeError("the disk is full")

    hot = Hot(answering.load, answering.decide, write, lambda item, receipt: result(receipt, tapped=True))
    again = Stage(database, stage.clock, routes=Router((Route(hot, tap="daily"),), _nothing))
    packed: dict[str, list[bytes]] = {name: [] for name in names}
    waiting = [again.desk.submit(again.act(name, KEY + "B", Kind.TAP), packed[name].append) for name in names]
    assert not any(answer.done() for answer in waiting)
    await again.desk.drain()
    await asyncio.sleep(0.05)
    answers = [answer.result() for answer in waiting]
    assert [first_line(answer) for answer in answers] == ["✓ 回答正确"] * 8
    assert len(await lines(database)) == 8
    for name, answer in zip(names, answers, strict=True):
        assert packed[name] == [answer.wire] * 2  # once in the batch that failed, once alone


async def _nothing(tx: Tx, item: Item, now: datetime) -> Any: ...
