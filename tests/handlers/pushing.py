"""Pushing in the tests: to the end, in slices, and who received something."""

from datetime import date

from storage import daily
from storage.daily import PushWanted
from tests.handlers.stage import Stage
from training.calendar import day_of
from training.people import Group

FRIDAY = date(2026, 11, 27)


async def push(stage: Stage, *, by_hand: bool = False) -> int:
    """Order today's question for every group and queue it to the end."""
    async with stage.database.write() as tx:
        for group in Group:
            await stage.jobs.order(tx, day_of(stage.clock()), group, stage.clock(), by_hand=by_hand)
    return await go_on(stage)


async def go_on(stage: Stage, slices: int = 1000) -> int:
    reached = 0
    for _ in range(slices):
        wanted = await unfinished(stage)
        if not wanted:
            break
        async with stage.database.write() as tx:
            reached += await stage.jobs.push_slice(tx, wanted[0], stage.clock())
    return reached


async def unfinished(stage: Stage) -> list[PushWanted]:
    async with stage.database.read() as tx:
        return await daily.wanted_pushes(tx)


async def job(stage: Stage, name: str) -> None:
    async with stage.database.write() as tx:
        await getattr(stage.jobs, name)(tx, stage.clock())
    await go_on(stage)


async def got(stage: Stage, *accounts: str) -> list[bool]:
    """Who received something since the last look at the boxes."""
    await stage.send_all()
    return [bool(stage.wire.boxes.pop(account, [])) for account in accounts]


EVERYBODY = ("zhou", "chen", "wu", "wu2", "lin", "admin")
