"""Callbacks that overtake each other: so many are held back, then let go last one first.

Whoever waits longer than the patience goes on alone, so that a wrong count cannot hang a test.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.sandbox.faults import Fault

PATIENCE_SECONDS = 3.0


class Reordering:
    """The callbacks that one fault holds back, and their turns."""

    def __init__(self) -> None:
        self._held: dict[int, list[asyncio.Event]] = {}

    @asynccontextmanager
    async def turn(self, fault: Fault | None) -> AsyncIterator[None]:
        """Waits for this callback's turn; the last to come goes first, each when the one before is done."""
        if fault is None:
            yield
            return
        held = self._held.setdefault(id(fault), [])
        mine = asyncio.Event()
        held.append(mine)
        if fault.times == 0:
            mine.set()
        try:
            await _wait(mine)
            yield
        finally:
            held.remove(mine)
            if held:
                held[-1].set()
            else:
                self._held.pop(id(fault), None)


async def _wait(turn: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(turn.wait(), PATIENCE_SECONDS)
    except TimeoutError:
        return
