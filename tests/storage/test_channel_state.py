"""The token that all processes share: one renews, and nobody writes over a newer one."""

import asyncio
from datetime import datetime, timedelta

from storage import channel_state
from storage.channel_state import RENEWING, SealedToken
from storage.database import Database, open_database
from tests.storage.rows import NOW

LATER = NOW + timedelta(seconds=6900)
MADE = SealedToken(b"sealed", LATER)


async def begin(database: Database, seen: bytes = b"", **later: float) -> datetime | None:
    async with database.write() as tx:
        return await channel_state.begin_renewing(tx, "wecom", seen, NOW + timedelta(**later))


async def keep(database: Database, made: SealedToken, fence: datetime | None) -> bool:
    assert fence is not None
    async with database.write() as tx:
        return await channel_state.keep_token(tx, "wecom", made, fence)


async def kept(database: Database, channel: str = "wecom") -> SealedToken:
    async with database.read() as tx:
        return await channel_state.token(tx, channel)


async def test_one_of_eight_begins(database: Database) -> None:
    processes = [open_database(database.url.render_as_string(hide_password=False)) for _ in range(8)]
    fences = await asyncio.gather(*(begin(process) for process in processes))
    for process in processes:
        await process.close()
    assert [fence for fence in fences if fence] == [NOW + RENEWING]


async def test_what_is_kept_is_found_by_its_channel(database: Database) -> None:
    assert await kept(database) == SealedToken()
    assert await keep(database, MADE, await begin(database))
    assert await kept(database) == MADE
    assert await kept(database, "other") == SealedToken()


async def test_whoever_saw_an_older_one_does_not_renew_the_newer(database: Database) -> None:
    assert await keep(database, MADE, await begin(database))
    assert await begin(database, b"", seconds=1) is None
    assert await begin(database, b"sealed", seconds=1) is not None


async def test_one_that_died_holds_the_others_for_a_lease(database: Database) -> None:
    frozen = await begin(database)
    assert await begin(database, seconds=RENEWING.total_seconds() - 0.01) is None
    second = await begin(database, seconds=RENEWING.total_seconds())
    assert second is not None
    assert not await keep(database, SealedToken(b"old", LATER), frozen)
    assert await keep(database, MADE, second)
    assert not await keep(database, SealedToken(b"old", LATER), frozen)
    assert await kept(database) == MADE


async def test_one_that_failed_lets_the_next_try_at_once(database: Database) -> None:
    fence = await begin(database)
    assert fence is not None
    async with database.write() as tx:
        await channel_state.stop_renewing(tx, "wecom", fence)
    assert await begin(database) is not None
