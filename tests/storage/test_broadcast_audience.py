"""Whom a broadcast would reach, counted."""

from sqlalchemy import insert

from storage import broadcast_audience, tables
from storage.broadcast_audience import Limits, Meant
from storage.database import Database, Tx
from storage.scope import EVERYTHING, Scope
from tests.storage.rows import TODAY, add_person
from training.broadcasts import Left

LIMITS, EVERYBODY = Limits(TODAY, 2, urgent=False), Meant()


async def counted(tx: Tx, scope: Scope = EVERYTHING) -> dict[Left, int]:
    return dict(await broadcast_audience.counts(tx, scope, EVERYBODY, LIMITS))


async def spend(tx: Tx, person: str) -> None:
    await tx.execute(insert(tables.push_week).values(person=person, week=TODAY, pushes=2))


async def test_a_transaction_counts_once(database: Database) -> None:
    """What is decided in it and what is shown is one figure; the next one looks again."""
    async with database.write() as tx:
        await add_person(tx, "p1", "one")
        await add_person(tx, "p2", "two")
        before = await counted(tx)
        await spend(tx, "p2")
        async with tx.begin_nested():
            assert await counted(tx) == before == {Left.NOT: 2}
        assert await counted(tx, Scope(person="p1")) == {Left.NOT: 1}  # another audience
    async with database.read() as tx:
        assert await counted(tx) == {Left.NOT: 1, Left.BUDGET: 1}
