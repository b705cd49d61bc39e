"""Verifying a hash chain from the first line to its head, a page at a time."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Final, TypeVar

from storage.database import unreadable
from storage.guards import GENESIS
from training.chains import Broken, Head, HeadLost, Linked

L = TypeVar("L", bound=Linked)
Read = Callable[[int, int], Awaitable[Sequence[L]]]  # (after number, at most) → the next lines, in order
Ends = tuple[int, int]  # the lowest number that there is (1 without any) and the highest (0 without any)
PAGE_LINES: Final = 2000


async def verify(
    read: Read[L],
    first_break: Callable[[Sequence[L], Head], Broken | None],
    head: Callable[[], Awaitable[Head]],
    ends: Callable[[], Awaitable[Ends]],
    kept: Head | None,
    on_progress: Callable[[int], None] | None,
) -> Head | Broken:
    """The head when everything holds, else the first line that does not. `kept` is a head from outside."""
    first, highest = await ends()
    if first < 1:  # before all that is read below
        return Broken(first, "number")
    try:
        final = await head()
    except HeadLost:
        return Broken(highest + 1, "head")
    last = Head(0, GENESIS)
    async for lines in _readable(read, final.seq):
        if isinstance(lines, Broken):
            return lines
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
    # The lines first and the head after them: who appends meanwhile has moved it.
    (_, highest), moved = await ends(), await head()
    return Broken(moved.seq + 1, "head") if highest > moved.seq else last


async def pages(read: Read[L], up_to: int, at_most: int, after: int = 0) -> AsyncIterator[list[L]]:
    """The lines behind number `after`, up to number `up_to`, at most so many at a time."""
    while page := await read(after, at_most):
        lines = [line for line in page if line.seq <= up_to]
        if lines:
            yield lines
        if len(lines) < len(page):
            return
        after = page[-1].seq


async def _readable(read: Read[L], up_to: int) -> AsyncIterator[list[L] | Broken]:
    """Where the database itself cannot read something, line by line to where it is."""
    after = 0
    for at_most in (PAGE_LINES, 1):
        try:
            async for lines in pages(read, up_to, at_most, after):
                yield lines
                after = lines[-1].seq
            return
        except Exception as error:
            if not unreadable(error):
                raise
    yield Broken(after + 1, "unreadable")
