"""Jobs of reports: each in one hand at a time, ended once, found again when the hand is gone."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from storage import outbox, reports
from storage.database import Database
from storage.media import kept
from storage.outbox import Ending
from storage.outbox import State as Sending
from storage.reports import LEASE, Job, State
from storage.scope import EVERYTHING, own
from storage.tables import media, report_job
from tests.bot.desk import rows
from tests.databases import on_postgresql
from tests.storage.rows import NOW, draft

SECOND = timedelta(seconds=1)
WISH: dict[str, Any] = {"person": "p1", "channel": "wecom", "account": "zhang", "kind": "summary", "year": 2026}


async def ask(database: Database, **changed: Any) -> int:
    async with database.write() as tx:
        return await reports.add(tx, **{**WISH, "unit": "sfj", "now": NOW, **changed})


async def take(database: Database, after: timedelta = timedelta()) -> Job | None:
    async with database.write() as tx:
        return await reports.take(tx, NOW + after)


async def taken(database: Database, after: timedelta = timedelta()) -> Job:
    job = await take(database, after)
    assert job is not None
    return job


async def end(database: Database, job: Job, problem: str = "") -> bool:
    async with database.write() as tx:
        if problem:
            return await reports.failed(tx, job, problem, NOW)
        return await reports.done(tx, job, NOW)


async def states(database: Database) -> list[tuple[Any, ...]]:
    return await rows(database, report_job.c.id, report_job.c.state, report_job.c.tries, report_job.c.problem)


async def test_a_job_comes_out_as_it_went_in_and_the_oldest_first(database: Database) -> None:
    first, second = await ask(database), await ask(database, unit="", person="p2")
    async with database.read() as tx:
        assert await reports.is_due(tx, NOW)
    assert await taken(database) == Job(first, "p1", "wecom", "zhang", "summary", 2026, "sfj", 1)
    assert (await taken(database)).number == second
    assert await take(database) is None
    async with database.read() as tx:
        assert not await reports.is_due(tx, NOW + LEASE)


async def test_what_is_under_way_is_ones_own_and_not_ended(database: Database) -> None:
    mine = [await ask(database), await ask(database, year=2025)]
    other = await ask(database, person="p2")
    job = await taken(database)
    async with database.read() as tx:
        assert [one.number for one in await reports.under_way(tx, own("p1"))] == mine
        assert [one.number for one in await reports.under_way(tx, EVERYTHING)] == [*mine, other]
    assert await end(database, job)
    async with database.read() as tx:
        assert [one.number for one in await reports.under_way(tx, own("p1"))] == mine[1:]


@pytest.mark.parametrize(("problem", "state"), [("", State.DONE), ("too_large", State.FAILED)])
async def test_a_job_ends_once(database: Database, problem: str, state: State) -> None:
    number = await ask(database)
    job = await taken(database)
    assert await end(database, job, problem)
    assert not await end(database, job, problem)
    assert await take(database, LEASE * 10) is None
    assert await states(database) == [(number, state, 1, problem)]


async def test_who_lost_the_lease_can_end_nothing(database: Database) -> None:
    await ask(database)
    stopped = await taken(database)
    assert await take(database, LEASE) is None
    other = await taken(database, LEASE + SECOND)
    assert (other.number, other.tries) == (stopped.number, 2)
    assert not await end(database, stopped)
    assert not await end(database, stopped, "died")
    async with database.write() as tx:
        assert not await reports.renew(tx, stopped, NOW + 9 * LEASE)
        assert await reports.renew(tx, other, NOW + 3 * LEASE)
    assert await take(database, 3 * LEASE) is None
    assert (await taken(database, 3 * LEASE + SECOND)).tries == 3


async def test_the_only_process_need_not_wait_for_what_a_crash_left(database: Database) -> None:
    await ask(database)
    await taken(database)
    async with database.write() as tx:
        await reports.release(tx, NOW)
    assert (await taken(database)).tries == 2


@on_postgresql
async def test_two_processes_never_hold_the_same(database: Database) -> None:
    numbers = [await ask(database) for _ in range(10)]
    found = await asyncio.gather(*(take(database) for _ in range(12)))
    assert sorted(job.number for job in found if job) == numbers


async def _delivered(database: Database, state: Sending, invalid: tuple[str, ...] = ()) -> Job:
    await ask(database)
    job = await taken(database)
    async with database.write() as tx:
        await reports.done(tx, job, NOW)
        whole = draft(file=kept("a.xlsx", "file", b"PK" * 9))
        await outbox.add(tx, "wecom", job.ref, [whole], lane=job.ref, mass=False, now=NOW)
    async with database.write() as tx:
        [claimed] = await outbox.claim(tx, "wecom", NOW)
        await outbox.finish(tx, claimed, Ending(state, invalid=invalid), NOW)
    return job


@pytest.mark.parametrize(
    ("state", "invalid", "found"),
    [
        (Sending.SENT, (), True),
        (Sending.SENT, ("zhang",), False),
        (Sending.UNKNOWN, (), False),
        (Sending.REFUSED, (), False),
        (Sending.QUEUED, (), None),
    ],
)
async def test_a_file_that_left_is_dropped_once(
    database: Database, state: Sending, invalid: tuple[str, ...], found: bool | None
) -> None:
    job = await _delivered(database, state, invalid)
    async with database.write() as tx:
        ended = await reports.sent(tx)
        assert [(one.job, one.arrived) for one in ended] == ([] if found is None else [(job, found)])
        for one in ended:
            assert await reports.drop_file(tx, one.job)
            assert not await reports.drop_file(tx, one.job)
        assert await reports.sent(tx) == []
    left = [(b"PK" * 9,)] if found is None else []
    assert await rows(database, media.c.content) == left
