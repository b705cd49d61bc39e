"""The news feed of the chat page: which member's chat changed.

Every listener has a queue of casefolded userids; None tells it to go.
"""

from __future__ import annotations

import asyncio

QUEUE_LENGTH = 1000


class Feed:
    """Tells every listener that a chat changed; a listener too slow to follow misses news, not messages."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[str | None]] = set()

    def listen(self) -> asyncio.Queue[str | None]:
        """A queue that gets every change from now on."""
        queue: asyncio.Queue[str | None] = asyncio.Queue(QUEUE_LENGTH)
        self._listeners.add(queue)
        return queue

    def leave(self, queue: asyncio.Queue[str | None]) -> None:
        """Ends a listener."""
        self._listeners.discard(queue)

    def publish(self, userid: str) -> None:
        """The chat of this member changed."""
        for queue in self._listeners:
            if not queue.full():
                queue.put_nowait(userid.casefold())

    def close(self) -> None:
        """Sends every listener away."""
        for queue in list(self._listeners):
            while queue.full():
                queue.get_nowait()
            queue.put_nowait(None)
