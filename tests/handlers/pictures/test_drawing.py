"""Drawing in a child process: the same picture, kept, and a child that dies and ends as it should."""

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from handlers.pictures.drawing import NICENESS, Drawings
from handlers.pictures.hours_picture import draw
from tests.handlers.pictures.examples import EXAMPLE, example

OTHERS = [example(counted=Decimal(n)) for n in range(3)]
LONELY = """
import asyncio, multiprocessing, os, signal
from handlers.pictures.drawing import Drawings
from tests.handlers.pictures.examples import EXAMPLE
async def main():
    await Drawings().draw_aside(EXAMPLE)
    print(multiprocessing.active_children()[0].pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""


@pytest.fixture
async def drawings() -> AsyncIterator[Drawings]:
    made = Drawings(kept=2)
    yield made
    await made.close()
    assert multiprocessing.active_children() == []


def the_child() -> int:
    (child,) = multiprocessing.active_children()
    assert child.pid is not None
    return child.pid


async def test_no_child_before_the_first_picture(drawings: Drawings) -> None:
    assert multiprocessing.active_children() == []


async def test_one_niced_child_draws_the_same_picture(drawings: Drawings) -> None:
    assert await drawings.draw_aside(EXAMPLE) == draw(EXAMPLE)
    child = the_child()
    assert os.getpriority(os.PRIO_PROCESS, child) == os.getpriority(os.PRIO_PROCESS, 0) + NICENESS
    await drawings.draw_aside(OTHERS[0])
    assert the_child() == child


async def test_equal_pictures_are_drawn_once_and_the_last_ones_kept(drawings: Drawings) -> None:
    first, again = await asyncio.gather(drawings.draw_aside(EXAMPLE), drawings.draw_aside(example()))
    assert first is again
    await drawings.draw_aside(OTHERS[0])
    assert await drawings.draw_aside(EXAMPLE) is first  # used last, so the other one goes
    await drawings.draw_aside(OTHERS[1])
    assert await drawings.draw_aside(EXAMPLE) is first
    await drawings.draw_aside(OTHERS[0])
    await drawings.draw_aside(OTHERS[1])
    anew = await drawings.draw_aside(EXAMPLE)
    assert anew == first
    assert anew is not first


async def test_one_who_stops_waiting_leaves_the_picture_to_the_others(drawings: Drawings) -> None:
    impatient = asyncio.create_task(drawings.draw_aside(EXAMPLE))
    patient = asyncio.create_task(drawings.draw_aside(EXAMPLE))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient == draw(EXAMPLE)


async def test_a_killed_child_is_replaced(drawings: Drawings) -> None:
    await drawings.draw_aside(OTHERS[0])
    killed = the_child()
    os.kill(killed, signal.SIGKILL)
    assert await drawings.draw_aside(EXAMPLE) == draw(EXAMPLE)
    assert the_child() != killed


async def test_a_picture_that_cannot_be_drawn_is_not_kept(drawings: Drawings) -> None:
    broken = example(counted=Decimal("NaN"))
    for _ in range(2):
        with pytest.raises(ArithmeticError):
            await drawings.draw_aside(broken)
    assert await drawings.draw_aside(EXAMPLE) == draw(EXAMPLE)


async def test_nothing_is_drawn_after_close() -> None:
    closed = Drawings()
    await closed.close()
    with pytest.raises(RuntimeError):
        await closed.draw_aside(EXAMPLE)
    assert multiprocessing.active_children() == []


async def test_ctrl_c_is_left_to_the_bot(drawings: Drawings) -> None:
    await drawings.draw_aside(OTHERS[0])
    child = the_child()
    os.kill(child, signal.SIGINT)
    assert await drawings.draw_aside(EXAMPLE) == draw(EXAMPLE)
    assert the_child() == child


def test_the_child_ends_with_a_bot_that_is_killed() -> None:
    root = Path(__file__).parents[3]
    ran = subprocess.run([sys.executable, "-c", LONELY], cwd=root, capture_output=True, text=True, timeout=60)
    child = int(ran.stdout)
    until = time.monotonic() + 10
    while Path(f"/proc/{child}/stat").exists() and time.monotonic() < until:
        if ") Z " in Path(f"/proc/{child}/stat").read_text():
            return  # ended, not yet collected by whoever adopted it
        time.sleep(0.05)
    assert not Path(f"/proc/{child}").exists()
