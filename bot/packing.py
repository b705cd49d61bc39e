"""Packing replies for the wire while the database still writes them; they leave when it has them.

What is between begin and commit waits for the disk now and then, and encrypting needs nothing but the reply.
"""

import asyncio
from collections.abc import Iterable
from typing import Final

from bot.channels.channel import Pack

AT_ONCE: Final = 4  # so that the database's answers are not kept waiting


def start(loop: asyncio.AbstractEventLoop, replies: Iterable[tuple[Pack, bytes]]) -> None:
    """Pack them on the loop, in order, from whatever thread."""
    loop.call_soon_threadsafe(_next, loop, list(replies)[::-1])


def _next(loop: asyncio.AbstractEventLoop, left: list[tuple[Pack, bytes]]) -> None:
    for _ in range(min(AT_ONCE, len(left))):
        pack, wire = left.pop()
        pack(wire)
    if left:
        loop.call_soon(_next, loop, left)
