"""Which broadcasts are not out yet, by their requests in the outbox."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, update

from storage import outbox, tables
from storage.broadcast_waiting import waiting
from storage.database import Database
from storage.outbox import Draft, State
from tests.storage.broadcast_rows import fill_broadcasts

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


@pytest.mark.parametrize("state", State)
async def test_one_request_that_is_not_out_is_enough(database: Database, state: State) -> None:
    refs = [f"broadcast-1-{part}" for part in range(3)]
    async with database.write() as tx:
        await fill_broadcasts(tx, NOW)
        for part, ref in enumerate(refs):
            await outbox.add(tx, "wecom", ref, [Draft("a", b"{}", ("x",))], lane=ref, mass=True, now=NOW)
            if part:
                row = {"broadcast": 1, "part": part, "unit": "sfj", "ref": ref, "persons": 1}
                await tx.execute(insert(tables.broadcast_part).values(**row))
        await tx.execute(update(tables.outbox).values(state=str(State.SENT)))
        await tx.execute(update(tables.outbox).where(tables.outbox.c.ref == refs[2]).values(state=str(state)))
    async with database.read() as tx:
        found = await waiting(tx, [1, 2])
        assert await waiting(tx, [2]) == await waiting(tx, []) == frozenset()
    assert found == (frozenset({1}) if state in (State.QUEUED, State.SENDING) else frozenset())


async def test_what_else_waits_is_not_of_it(database: Database) -> None:
    """A reminder, or another broadcast."""
    async with database.write() as tx:
        await fill_broadcasts(tx, NOW)
        for ref in ("broadcast-1r-0", "broadcast-11-0"):
            await outbox.add(tx, "wecom", ref, [Draft("a", b"{}", ("x",))], lane=ref, mass=True, now=NOW)
    async with database.read() as tx:
        assert await waiting(tx, [1]) == frozenset()
