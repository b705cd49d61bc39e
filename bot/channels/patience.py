"""Waiting for answers, but not longer than the other side does.

One timer serves all that wait: in a rush one for each costs more than the rest of the waiting, and hardly any ever
fires.
"""

import asyncio
import heapq
from typing import Any

Wait = tuple[float, int, asyncio.Future[None]]  # loop time, a number that keeps futures uncompared, who waits


class Patience:
    """Wakes each at its time, whatever the order in which they came."""

    def __init__(self) -> None:
        self._waits: list[Wait] = []  # a heap
        self._count = 0
        self._timer: asyncio.TimerHandle | None = None

    async def settled(self, answer: asyncio.Future[Any], until: float) -> None:
        """Return when the answer is there or the time is up; the answer is left alone, also on a cancellation."""
        if answer.done():
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def wake(_: object) -> None:
            if not woken.done():
                woken.set_result(None)

        self._count += 1
        heapq.heappush(self._waits, (until, self._count, woken))
        if self._waits[0][1] == self._count:
            self._set_timer(until)
        answer.add_done_callback(wake)
        try:
            await woken
        finally:
            answer.remove_done_callback(wake)

    def _set_timer(self, at: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_at(at, self._give_up)

    def _give_up(self) -> None:
        """Wake whose time is up, and come back for the next that still waits."""
        now = asyncio.get_running_loop().time()
        while self._waits:
            until, _, woken = self._waits[0]
            if not woken.done():
                if until > now:
                    self._set_timer(until)
                    return
                woken.set_result(None)
            heapq.heappop(self._waits)
