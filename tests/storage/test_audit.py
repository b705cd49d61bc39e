"""The audit log is a chain of its own, and any damage to it is found and named."""

import asyncio
import hashlib
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from storage import audit
from storage.audit import Act, act_hash, first_break
from storage.database import Database, open_database
from storage.guards import GENESIS
from storage.tables import audit_log
from tests.storage.audits import ACTS, DAMAGE, changed, forged, lines, record, shifted, tamper
from tests.storage.rows import NOW
from training.chains import Broken, Head

START = Head(0, GENESIS)


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


async def test_lines_come_back_as_they_were_recorded(database: Database) -> None:
    await record(database)
    found = await lines(database)
    assert [line.act for line in found] == list(ACTS)
    assert [line.at for line in found] == [NOW + timedelta(seconds=n) for n in range(4)]
    assert first_break(found, START) is None
    async with database.read() as tx:
        assert await audit.head(tx) == Head(4, found[3].hash)
        assert await audit.ends(tx) == (1, 4)


async def test_an_empty_log_has_no_lines(database: Database) -> None:
    async with database.read() as tx:
        assert (await audit.pages(tx), await audit.ends(tx)) == ([], (1, 0))
        assert await audit.head(tx) == START


def test_the_hash_is_what_it_always_was() -> None:
    """Logs that were written before are verified with it."""
    act = Act("p1", "cli", "staff change", "p2", "甲", "乙", "调动")
    told = '[1,"' + GENESIS + '",1795420800123456,"p1","cli","staff change","p2","甲","乙","调动"]'
    assert act_hash(1, GENESIS, NOW, act) == hashlib.sha256(told.encode()).hexdigest()


@pytest.mark.parametrize("name", DAMAGE)
async def test_damage_is_named(database: Database, name: str) -> None:
    statements, named = DAMAGE[name]
    await record(database)
    await tamper(database, *statements)
    assert first_break(await lines(database), START) == named


async def test_an_inserted_line_breaks_the_one_behind_it(database: Database) -> None:
    """Its own hash may be right; the next line still goes on from the one before."""
    await record(database)
    await tamper(database, *shifted(3, 4), await forged(database, 3, after=2))
    assert first_break(await lines(database), START) == Broken(4, "prev")


async def test_an_inserted_line_with_another_hash_is_named_itself(database: Database) -> None:
    await record(database)
    await tamper(database, *shifted(3, 4), await forged(database, 3, after=2), changed(3, reason="改"))
    assert first_break(await lines(database), START) == Broken(3, "hash")


async def test_a_page_is_checked_against_the_line_before_it(database: Database) -> None:
    await record(database)
    found = await lines(database)
    at = Head(2, found[1].hash)
    assert first_break(found[2:], at) is None
    assert first_break([], at) is None
    assert first_break(found[3:], at) == Broken(3, "number")
    assert first_break(found[2:], Head(2, "e" * 64)) == Broken(3, "prev")


async def test_a_page_is_narrowed_by_number_and_moment(database: Database) -> None:
    await record(database)
    async with database.read() as tx:

        async def numbers(**narrow: Any) -> list[int]:
            return [line.seq for line in await audit.pages(tx, **narrow)]

        assert await numbers() == [1, 2, 3, 4]
        assert await numbers(after=2) == [3, 4]
        assert await numbers(since=NOW + timedelta(seconds=1)) == [2, 3, 4]
        assert await numbers(before=NOW + timedelta(seconds=2)) == [1, 2]
        assert await numbers(after=1, since=NOW, before=NOW + timedelta(seconds=3)) == [2, 3]
        assert await numbers(after=4) == []
