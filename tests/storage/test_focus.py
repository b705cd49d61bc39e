"""What a typed word goes to."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from storage import askers, focus
from storage.askers import Focus
from storage.database import Database, Tx
from storage.scope import EVERYTHING
from storage.tables import focus as table
from tests.storage.rows import NOW, add_person

SECOND = timedelta(seconds=1)
LATER = NOW + timedelta(seconds=30)
HELD = NOW + timedelta(hours=1)
PAPER = Focus("exam", "7", NOW)


async def shown(tx: Tx, account: str = "zhangsan", now: datetime | None = None) -> Focus | None:
    found = await askers.by_account(tx, EVERYTHING, "wecom", [account], date(2026, 11, 23), now=now)
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


async def test_what_was_asked_for_again_is_meant(database: Database) -> None:
    """The exam beside it stays there, and no longer counts as shown lately; another question beside it does."""
    async with database.write() as tx:
        for n in (1, 2):
            await add_person(tx, f"p{n}", f"account{n}")
        await focus.show(tx, ["p1"], "exam", "7", NOW)
        await focus.show(tx, ["p2"], "daily", "first", NOW)
        await show(tx, "asked", LATER, "p1", "p2")
        await focus.mean(tx, "p1", "first")
        assert await shown(tx, "account1") == Focus("daily", "asked", LATER, "exam", "7", NOW)
        for number in ("p1", "p2"):
            await focus.mean(tx, number, "asked")
        assert await shown(tx, "account1") == Focus("daily", "asked", LATER, "exam", "7")
        assert await shown(tx, "account2") == Focus("daily", "asked", LATER, "daily", "first", NOW)


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


# ---- what an exam holds ---------------------------------------------------------------------------------------


async def holding(tx: Tx) -> None:
    """The paper in front, and a question that is shown an hour later."""
    await add_person(tx, "p1", "zhangsan")
    await focus.show(tx, ["p1"], "exam", "7", NOW)
    await focus.show(tx, ["p1"], "daily", "held", LATER, held_until=HELD)


async def test_what_is_held_is_not_there_before_its_time(database: Database) -> None:
    async with database.write() as tx:
        await holding(tx)
        assert await shown(tx, now=LATER) == await shown(tx, now=HELD - 6 * SECOND) == PAPER
        # Another process may be five seconds ahead of this one.
        assert await shown(tx, now=HELD - 5 * SECOND) == Focus("daily", "held", HELD, "exam", "7", NOW)
        assert await shown(tx, now=HELD) == await shown(tx) == Focus("daily", "held", HELD, "exam", "7", NOW)


async def test_what_is_shown_meanwhile_goes_beside_what_is_held(database: Database) -> None:
    async with database.write() as tx:
        await holding(tx)
        await show(tx, "asked", LATER)
        # There is room for two; what holds one of them is an exam, which stands beside the other.
        assert await shown(tx, now=LATER) == Focus("daily", "asked", LATER, "exam")
        await show(tx, "held", LATER + SECOND)  # asked for before it comes by itself
        assert await shown(tx, now=LATER + SECOND) == Focus("daily", "held", LATER + SECOND, "exam")
        await show(tx, "after", HELD)
        assert await shown(tx, now=HELD) == Focus("daily", "after", HELD, "daily", "held", HELD)


async def test_the_end_of_the_paper_leaves_what_is_held(database: Database) -> None:
    async with database.write() as tx:
        await holding(tx)
        await focus.leave(tx, ["p1"], kind="exam")
        assert await shown(tx, now=LATER) is None
        assert await shown(tx, now=HELD) == Focus("daily", "held", HELD)
        await focus.leave(tx, ["p1"])
        assert await shown(tx, now=HELD) is None


async def test_a_second_that_is_held_takes_the_place_of_the_first(database: Database) -> None:
    async with database.write() as tx:
        await holding(tx)
        await focus.show(tx, ["p1"], "daily", "second", LATER, held_until=HELD)
        assert await shown(tx, now=LATER) == PAPER
        assert await shown(tx, now=HELD) == Focus("daily", "second", HELD, "exam", "7", NOW)


async def test_held_for_many_with_and_without_something_before(database: Database) -> None:
    async with database.write() as tx:
        for n in range(3):
            await add_person(tx, f"p{n}", f"account{n}")
        await focus.show(tx, ["p1"], "exam", "7", NOW)
        await focus.show(tx, ["p0", "p1", "p2"], "daily", "held", LATER, held_until=HELD)
        assert [await shown(tx, f"account{n}", LATER) for n in range(3)] == [None, PAPER, None]
        found = [await shown(tx, f"account{n}", HELD) for n in range(3)]
    assert [one and one.ref for one in found] == ["held"] * 3


async def test_many_at_once_are_as_each_by_itself(database: Database) -> None:
    """A mass send has a statement of its own; what stood there before and what is held must not matter."""
    many = [f"p{n:03d}" for n in range(focus.MANY + 10)]
    async with database.write() as tx:
        for number in many:
            await add_person(tx, number)
        found = []
        for size in (1, len(many)):
            await focus.leave(tx, many)
            await show(tx, "first", NOW, *many[::2])
            await focus.show(tx, many[::3], "exam", "7", NOW, held_until=HELD)
            for first in range(0, len(many), size):
                part = many[first : first + size]
                await focus.show(tx, part, "quiz", "1:0", LATER)
                await focus.show(tx, part, "quiz", "2:0", LATER, held_until=HELD)
            found.append([tuple(row) for row in await tx.execute(select(table).order_by(table.c.person))])
    assert found[0] == found[1] and len(found[0]) == len(many)
