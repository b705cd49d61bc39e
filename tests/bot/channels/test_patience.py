"""Everybody is woken by the answer or at the own time, whoever else waits."""

import asyncio
from typing import Any

from bot.channels.patience import Patience


async def woken(patience: Patience, seconds: float, answer: asyncio.Future[Any] | None = None) -> float:
    """Seconds until it went on."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.timeout(5):
        await patience.settled(answer or loop.create_future(), began + seconds)
    return loop.time() - began


async def test_an_answer_wakes_at_once_and_leaves_the_others_waiting() -> None:
    patience, answer = Patience(), asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(0.02, answer.set_result, "x")
    first, second = await asyncio.gather(woken(patience, 4, answer), woken(patience, 0.2))
    assert first < 0.15
    assert 0.19 <= second < 2
    assert await woken(patience, 4, answer) < 0.15  # there already


async def test_who_comes_later_with_less_patience_is_woken_first() -> None:
    patience = Patience()
    late, early, middle = await asyncio.gather(*(woken(patience, seconds) for seconds in (0.6, 0.1, 0.3)))
    assert 0.09 <= early < 0.29
    assert 0.29 <= middle < 0.59
    assert 0.59 <= late < 3


async def test_it_begins_anew_when_nobody_waited_for_a_while() -> None:
    patience = Patience()
    assert await woken(patience, 0.05) < 2
    assert 0.04 <= await woken(patience, 0.05) < 2


async def test_a_cancelled_wait_leaves_the_answer_alone() -> None:
    patience, answer = Patience(), asyncio.get_running_loop().create_future()
    waiting = asyncio.create_task(patience.settled(answer, asyncio.get_running_loop().time() + 4))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert waiting.cancelled()
    assert not answer.cancelled()
    answer.set_result("x")
    assert await woken(patience, 4, answer) < 0.15
