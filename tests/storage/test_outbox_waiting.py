"""Requests that go only until a moment, or only while people are awake."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from storage import outbox, tables
from storage.database import Database
from storage.outbox import LEASE, Claimed, Ending, State
from tests.storage.rows import NOW, draft

SECOND = timedelta(seconds=1)
ENDS = NOW + timedelta(hours=1)


async def put(database: Database, ref: str, lane: str = "", **more: Any) -> None:
    async with database.write() as tx:
        await outbox.add(tx, "wecom", ref, [draft(ref)], lane=lane or ref, mass=True, now=NOW, **more)


async def claimed(database: Database, after: timedelta = timedelta(), *, awake: bool = True) -> list[Claimed]:
    async with database.write() as tx:
        due = await outbox.is_due(tx, "wecom", NOW + after, mass=True, awake=awake)
        found = await outbox.claim(tx, "wecom", NOW + after, mass=True, awake=awake)
    assert due or not found
    return found


async def finished(database: Database, one: Claimed, ending: Ending, after: timedelta = timedelta()) -> None:
    async with database.write() as tx:
        assert await outbox.finish(tx, one, ending, NOW + after)


async def ends(database: Database) -> list[tuple[str, str]]:
    """(state, reason) of every request."""
    async with database.read() as tx:
        columns = (tables.outbox.c.state, tables.outbox.c.reason)
        return [tuple(row) for row in await tx.execute(select(*columns).order_by(tables.outbox.c.id))]


async def test_what_is_worth_nothing_any_more_is_not_sent(database: Database) -> None:
    await put(database, "a", not_after=ENDS)
    await put(database, "b", not_after=ENDS + SECOND)
    await put(database, "c")
    assert [one.ref for one in await claimed(database, ENDS - NOW)] == ["b", "c"]
    assert (await ends(database))[0] == (State.REFUSED, outbox.EXPIRED)
    async with database.read() as tx:
        [row] = (await outbox.states(tx, ["a"]))["a"]
    assert (row.finished_at, row.unsent) == (ENDS, False)


async def test_up_to_the_moment_it_is_sent(database: Database) -> None:
    await put(database, "a", not_after=ENDS)
    assert [one.ref for one in await claimed(database, ENDS - NOW - SECOND)] == ["a"]


async def test_a_whole_mass_send_ends_at_once(database: Database) -> None:
    """Also what would have its turn later in a lane, or is more than a handful."""
    for number in range(30):
        await put(database, f"a{number}", lane=f"lane{number % 3}", not_after=ENDS)
    await put(database, "b")
    assert [one.ref for one in await claimed(database, ENDS - NOW)] == ["b"]
    assert set((await ends(database))[:30]) == {(State.REFUSED, outbox.EXPIRED)}


@pytest.mark.parametrize("died", [False, True])
async def test_what_may_have_gone_out_is_unknown_when_it_is_over(database: Database, died: bool) -> None:
    await put(database, "a", not_after=ENDS)
    before = ENDS - NOW - SECOND
    [one] = await claimed(database, before)
    if not died:
        await finished(database, one, Ending(State.QUEUED, reason="lost", doubtful=True), before)
    assert await claimed(database, ENDS - NOW + LEASE) == []
    assert await ends(database) == [(State.UNKNOWN, outbox.EXPIRED)]


async def test_what_was_put_back_before_the_end_is_not_sent_after_it(database: Database) -> None:
    await put(database, "a", not_after=ENDS)
    [one] = await claimed(database, ENDS - NOW - SECOND)
    await finished(database, one, Ending(State.QUEUED, 45009, "limit", due_at=ENDS + SECOND), ENDS - NOW)
    assert await claimed(database, ENDS - NOW + SECOND) == []
    assert await ends(database) == [(State.REFUSED, outbox.EXPIRED)]


async def test_one_that_arrives_after_the_end_has_arrived(database: Database) -> None:
    await put(database, "a", not_after=ENDS)
    [one] = await claimed(database, ENDS - NOW - SECOND)
    await finished(database, one, Ending(State.SENT, msgid="m"), ENDS - NOW + SECOND)
    assert await ends(database) == [(State.SENT, "")]


async def test_what_is_over_is_not_sent_again_by_a_person(database: Database) -> None:
    await put(database, "a", not_after=ENDS)
    [one] = await claimed(database)
    await finished(database, one, Ending(State.UNKNOWN))
    async with database.write() as tx:
        assert await outbox.resend(tx, [one.id], "cli:root", ENDS) == 0
        assert await outbox.resend(tx, [one.id], "cli:root", ENDS - SECOND) == 1


async def test_at_night_only_what_may_be_read_at_night(database: Database) -> None:
    await put(database, "a", waking=True)
    assert await claimed(database, awake=False) == []
    await put(database, "b")
    assert [one.ref for one in await claimed(database, awake=False)] == ["b"]
    assert [one.ref for one in await claimed(database)] == ["a"]


async def test_at_night_nothing_is_due_that_waits_for_the_morning(database: Database) -> None:
    """So that a sender that looks for mail twice a second writes nothing."""
    await put(database, "a", waking=True)
    async with database.read() as tx:
        assert not await outbox.is_due(tx, "wecom", NOW, awake=False)
        assert await outbox.is_due(tx, "wecom", NOW)


async def test_a_repeat_in_doubt_cannot_wait_for_the_morning(database: Database) -> None:
    """WeCom would not know it for a repeat by then."""
    await put(database, "lost", waking=True)
    await put(database, "died", waking=True)
    await put(database, "busy", waking=True)
    lost, _, busy = await claimed(database)
    await finished(database, lost, Ending(State.QUEUED, doubtful=True))
    await finished(database, busy, Ending(State.QUEUED, -1, "busy", busy=1))
    again = await claimed(database, LEASE + SECOND, awake=False)
    assert sorted((one.ref, one.doubtful) for one in again) == [("died", True), ("lost", True)]


async def test_what_waits_for_the_morning_is_ended_at_night(database: Database) -> None:
    await put(database, "a", waking=True, not_after=ENDS)
    assert await claimed(database, ENDS - NOW, awake=False) == []
    assert await ends(database) == [(State.REFUSED, outbox.EXPIRED)]
