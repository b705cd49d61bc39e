"""Whether what was kept of cut lines agrees with the lines, page by page: the first line of which it does not."""

from typing import Final

from storage import refills
from storage.database import Database, unreadable
from storage.scope import EVERYTHING
from training.chains import Broken
from training.earned_rows import Memory

WINDOW_LINES: Final = 10_000
WHY: Final = "earned"


async def first_off(database: Database, up_to: int) -> Broken | None:
    """Of the lines up to number `up_to`, which hold; rows without any line are found as well."""
    async with database.read() as tx:
        strange = await refills.without_line(tx)
    if strange is not None and strange < 1:
        return Broken(strange, WHY)
    memory = Memory()
    for after in range(0, up_to, WINDOW_LINES):
        broken = await _first_off(database, memory, after, min(after + WINDOW_LINES, up_to))
        if broken is not None:
            return broken
    return None if strange is None else Broken(strange, WHY)


async def _first_off(database: Database, memory: Memory, after: int, up_to: int) -> Broken | None:
    """Where the database itself cannot read something, half by half to where it is."""
    try:
        async with database.read() as tx:
            lines, kept = await refills.with_rows(tx, EVERYTHING, after=after, up_to=up_to)
    except Exception as error:
        if not unreadable(error):
            raise
        if up_to - after == 1:
            return Broken(up_to, "unreadable")
        middle = (after + up_to) // 2
        left = await _first_off(database, memory, after, middle)
        return left if left is not None else await _first_off(database, memory, middle, up_to)
    for line in lines:
        if not memory.agrees(line.seq, line.entry, kept.get(line.seq, ())):
            return Broken(line.seq, WHY)
    return None
