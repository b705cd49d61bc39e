"""The audit log is a chain of its own."""

import asyncio

from sqlalchemy import select

from storage import audit
from storage.audit import Act
from storage.database import Database, open_database
from storage.guards import GENESIS
from storage.tables import audit_log
from tests.storage.rows import NOW


async def test_acts_are_chained_and_kept_whole(database: Database) -> None:
    act = Act("p1", "cli", "staff change", "p2", "甲", "乙", "调动")
    async with database.write() as tx:
        assert await audit.record(tx, act, NOW) == 1
        assert await audit.record(tx, Act("p1", "chat", "确认", "1"), NOW) == 2
        first, second = (await tx.execute(select(audit_log).order_by(audit_log.c.seq))).all()
    assert (first.actor, first.via, first.what, first.subject) == ("p1", "cli", "staff change", "p2")
    assert (first.before, first.after, first.reason, first.at) == ("甲", "乙", "调动", NOW)
    assert (first.prev, second.prev) == (GENESIS, first.hash)


async def test_equal_acts_have_different_hashes(database: Database) -> None:
    async with database.write() as tx:
        for _ in range(3):
            await audit.record(tx, Act("p1", "cli", "x", "y"), NOW)
        assert len(set((await tx.execute(select(audit_log.c.hash))).scalars())) == 3


async def test_processes_record_at_the_same_time(database: Database) -> None:
    processes = [open_database(database.url.render_as_string(hide_password=False)) for _ in range(4)]

    async def record(process: Database) -> int:
        async with process.write() as tx:
            return await audit.record(tx, Act("p1", "clock", "x", "y"), NOW)

    numbers = await asyncio.gather(*(record(process) for process in processes * 3))
    for process in processes:
        await process.close()
    assert sorted(numbers) == list(range(1, 13))
