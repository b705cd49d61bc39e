"""A slot of the clock fires once in all processes."""

import asyncio
from datetime import datetime, timedelta

import pytest

from storage import feedback, jobs
from storage.database import Database, open_database
from storage.scope import EVERYTHING
from tests.storage.rows import NOW

TAKERS = 8


async def test_eight_takers_at_once_and_one_effect(database: Database) -> None:
    """Each taker is a process of its own: another engine, another connection."""
    processes = [open_database(database.url.render_as_string(hide_password=False)) for _ in range(TAKERS)]

    async def fire(process: Database) -> bool:
        async with process.write() as tx:
            mine = await jobs.take(tx, "daily", NOW, NOW, jobs.RAN)
            if mine:
                await asyncio.sleep(0.02)
                await feedback.add(tx, "p1", "effect", NOW)
            return mine

    taken = await asyncio.gather(*(fire(process) for process in processes))
    for process in processes:
        await process.close()
    assert sorted(taken) == [False] * (TAKERS - 1) + [True]
    async with database.read() as tx:
        assert len(await feedback.waiting(tx, EVERYTHING)) == 1


async def test_a_taker_that_fails_leaves_the_slot(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.write() as tx:
            assert await jobs.take(tx, "daily", NOW, NOW, jobs.RAN)
            raise ZeroDivisionError
    async with database.write() as tx:
        assert await jobs.take(tx, "daily", NOW, NOW, jobs.RAN)
        assert not await jobs.take(tx, "daily", NOW, NOW, jobs.RAN)


async def test_jobs_and_slots_are_told_apart(database: Database) -> None:
    async with database.write() as tx:
        assert await jobs.last_slot(tx, "daily") is None
        assert await jobs.take(tx, "daily", NOW, NOW, jobs.RAN)
        assert await jobs.take(tx, "daily", NOW - timedelta(days=1), NOW, jobs.SKIPPED)
        assert await jobs.take(tx, "remind", NOW + timedelta(days=1), NOW, jobs.RAN)
        assert await jobs.last_slot(tx, "daily") == NOW


async def begin(database: Database, **ago: float) -> datetime:
    due_at = NOW - timedelta(**ago)
    async with database.write() as tx:
        assert await jobs.take(tx, "daily", due_at, due_at, jobs.BEGUN)
    return due_at


async def left(database: Database, now: datetime) -> datetime | None:
    async with database.read() as tx:
        return await jobs.left_behind(tx, "daily", NOW - timedelta(days=1), now)


async def test_what_was_begun_is_left_behind_when_its_lease_has_passed(database: Database) -> None:
    await begin(database, days=2)  # nobody looks so far back
    due_at = await begin(database, seconds=0)
    async with database.write() as tx:
        assert await jobs.take(tx, "other", NOW, NOW, jobs.BEGUN)
        assert await jobs.take(tx, "daily", NOW - timedelta(seconds=1), NOW, jobs.RAN)
    assert await left(database, NOW + jobs.LEASE - timedelta(milliseconds=1)) is None
    assert await left(database, NOW + jobs.LEASE) == due_at


async def test_it_is_taken_again_by_one_and_finished_once(database: Database) -> None:
    due_at, later = await begin(database, seconds=0), NOW + jobs.LEASE
    async with database.write() as tx:
        assert not await jobs.take_again(tx, "daily", due_at, later - timedelta(milliseconds=1))
        assert await jobs.take_again(tx, "daily", due_at, later)
        assert not await jobs.take_again(tx, "daily", due_at, later)
    assert await left(database, later) is None
    async with database.write() as tx:
        await jobs.still_at_it(tx, "daily", due_at, later + timedelta(seconds=5))
    assert await left(database, later + jobs.LEASE) is None
    async with database.write() as tx:
        assert await jobs.finish(tx, "daily", due_at, jobs.RAN)
        assert not await jobs.finish(tx, "daily", due_at, jobs.RAN)
        await jobs.still_at_it(tx, "daily", due_at, later)
    assert await left(database, later + timedelta(days=1)) is None
