"""Verifying a hash chain from the first line to its head, a page at a time."""

from collections.abc import AsyncIterable, Awaitable, Callable, Sequence
from typing import TypeVar

from storage.guards import GENESIS
from training.chains import Broken, Head, Linked

L = TypeVar("L", bound=Linked)


async def verify(
    pages: AsyncIterable[Sequence[L]],
    first_break: Callable[[Sequence[L], Head], Broken | None],
    final: Head,
    kept: Head | None,
    end: Callable[[], Awaitable[tuple[int, Head]]],
    on_progress: Callable[[int], None] | None,
) -> Head | Broken:
    """The head when everything holds, else the first line that does not.

    `pages` go up to `final`, which was read before them; `kept` is a head from outside. `end` reads the highest
    number among the lines and, after it, the head: who appends meanwhile has moved it.
    """
    last = Head(0, GENESIS)
    async for lines in pages:
        broken = first_break(lines, last)
        if broken is not None:
            return broken
        last = Head(lines[-1].seq, lines[-1].hash)
        if kept is not None and any(line.seq == kept.seq and line.hash != kept.hash for line in lines):
            return Broken(kept.seq, "head")
        if on_progress is not None:
            on_progress(last.seq)
    if last != final or (kept is not None and kept.seq > last.seq):
        return Broken(last.seq + 1, "head")
    highest, moved = await end()
    return Broken(moved.seq + 1, "head") if highest > moved.seq else last
