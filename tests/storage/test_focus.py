"""What a typed word goes to."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from storage import askers, focus
from storage.askers import Focus
from storage.database import Database, Tx
from storage.scope import EVERYTHING
from storage.tables import focus as table
from tests.storage.rows import NOW, add_person

LATER = NOW + timedelta(seconds=30)


async def shown(tx: Tx, account: str = "zhangsan") -> Focus | None:
    found = await askers.by_account(tx, EVERYTHING, "wecom", [account], date(2026, 11, 23))
    return found[account].focus


async def show(tx: Tx, ref: str, at: datetime, *persons: str) -> None:
    await focus.show(tx, persons or ("p1",), "daily", ref, at)


async def test_nothing_is_shown_at_first(database: Database) -> None:
    async with database.write() as tx:
        await add_person(tx, "p1", "zhangsan")
        assert await shown(tx) is None


async def test_the_one_before_stays_beside_it(database: Database) -> None:
    async with database.write() as tx:
        await add_person(tx, "p1", "zhangsan")
        await show(tx, "first", NOW)
        assert await shown(tx) == Focus("daily", "first", NOW)
        await focus.show(tx, ["p1"], "practice", "second", LATER)
        assert await shown(tx) == Focus("practice", "second", LATER, "daily", "first", NOW)
        await show(tx, "third", LATER + timedelta(1))
        assert await shown(tx) == Focus("daily", "third", LATER + timedelta(1), "practice", "second", LATER)


async def test_the_same_again_does_not_push_out_the_one_before(database: Database) -> None:
    """A repeat of what stands there is no second question: `shown_at` stays, too."""
    async with database.write() as tx:
        await add_person(tx, "p1", "zhangsan")
        await show(tx, "first", NOW)
        await show(tx, "second", LATER)
        await show(tx, "second", LATER + timedelta(hours=1))
        assert await shown(tx) == Focus("daily", "second", LATER, "daily", "first", NOW)


async def test_is_shown_to_many_and_left_by_some(database: Database) -> None:
    async with database.write() as tx:
        for n in range(5):
            await add_person(tx, f"p{n}", f"account{n}")
        await show(tx, "a", NOW, "p3", "p1", "p2")
        await show(tx, "b", LATER, "p1", "p4")
        await focus.leave(tx, ["p2", "p4", "p0"])
        found = [await shown(tx, f"account{n}") for n in range(5)]
    assert [f and f.ref for f in found] == [None, "b", None, "a", None]
    assert found[1] is not None
    assert found[1].earlier_ref == "a"


async def test_nobody_is_nothing(database: Database) -> None:
    async with database.write() as tx:
        await add_person(tx, "p1")
        await focus.show(tx, ["p1"], "daily", "x", NOW)
        before = (await tx.execute(select(table))).all()
        await focus.show(tx, [], "daily", "y", NOW)
        await focus.leave(tx, [])
        assert (await tx.execute(select(table))).all() == before != []
