"""The 学时台账: one unbroken chain, and any damage to it is found and named."""

import asyncio
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from storage import guards, ledger
from storage.database import Database, open_database
from storage.guards import GENESIS
from storage.ledger import Line, first_break
from storage.scope import EVERYTHING, own
from storage.tables import ledger_entry
from tests.storage.rows import NOW, entry, ledger_lines
from training.chains import Broken, Head
from training.hours import Entry, Standing, line_hash

START = Head(0, GENESIS)


async def post(database: Database, *entries: Entry) -> list[Line]:
    async with database.write() as tx:
        return await ledger.post(tx, entries)


async def kept(database: Database) -> list[Line]:
    async with database.read() as tx:
        return await ledger_lines(tx)


async def head(database: Database) -> Head:
    async with database.read() as tx:
        return await ledger.head(tx)


async def test_lines_come_back_as_they_were_posted(database: Database) -> None:
    empty = entry(1, content_classes=(), minutes=None)
    full = entry(2, hours=Decimal("-0.10"), minutes=45, approved_by="p9", approved_at=NOW, late=True, reverses=1)
    posted = await post(database, empty, full)
    assert [line.entry for line in posted] == [empty, full]
    assert await kept(database) == posted
    assert [(line.seq, line.prev) for line in posted] == [(1, GENESIS), (2, posted[0].hash)]
    assert await head(database) == Head(2, posted[1].hash)


async def test_a_thousand_lines_in_batches_make_one_chain(database: Database) -> None:
    batches = [[entry(n) for n in range(first, first + 25)] for first in range(1, 1001, 25)]
    posted = [line for batch in batches for line in await post(database, *batch)]
    found = await kept(database)
    assert found == posted
    assert [line.seq for line in found] == list(range(1, 1001))
    assert first_break(found, START) is None
    assert await head(database) == Head(1000, found[-1].hash)


async def test_processes_post_at_the_same_time(database: Database) -> None:
    processes = [open_database(database.url.render_as_string(hide_password=False)) for _ in range(4)]
    await asyncio.gather(*(post(processes[n % 4], entry(2 * n), entry(2 * n + 1)) for n in range(40)))
    for process in processes:
        await process.close()
    found = await kept(database)
    assert sorted(line.entry.source_ref for line in found) == sorted(entry(n).source_ref for n in range(80))
    assert first_break(found, START) is None
    assert await head(database) == Head(80, found[-1].hash)


async def test_nothing_posted_is_nothing_locked(database: Database) -> None:
    assert await post(database) == []
    assert await head(database) == START


async def test_a_source_is_posted_once(database: Database) -> None:
    posted = await post(database, entry(1))
    with pytest.raises(IntegrityError):
        await post(database, entry(2), entry(1, hours=Decimal("9.99")))
    assert await kept(database) == posted
    assert await head(database) == Head(1, posted[0].hash)


async def tamper(database: Database, *statements: Any) -> None:
    """As whoever owns the database could: past the triggers."""
    async with database.write() as tx:
        if database.is_sqlite:
            for kind in ("no_update", "no_delete", "only_append"):
                await tx.execute(text(f"DROP TRIGGER IF EXISTS ledger_entry_{kind}"))
        else:
            await tx.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            await tx.execute(statement)


async def damage(database: Database) -> Broken | None:
    return first_break(await kept(database), START)


def changed(number: int, **values: Any) -> Any:
    return update(ledger_entry).where(ledger_entry.c.seq == number).values(values)


@pytest.mark.parametrize("name", Entry.__struct_fields__)
async def test_a_change_of_any_field_is_found(database: Database, name: str) -> None:
    others: dict[type, Any] = {
        bool: True,
        str: "他",
        int: 2025,
        date: date(2025, 1, 1),
        datetime: NOW + timedelta(microseconds=1),
        Decimal: Decimal("0.11"),
        type(None): NOW if name == "approved_at" else 1,
        tuple: "宪法",
    }
    await post(database, *(entry(n) for n in (1, 2, 3)))
    await tamper(database, changed(2, **{name: others[type(getattr(entry(2), name))]}))
    assert await damage(database) == Broken(2, "hash")


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        ([text("DELETE FROM ledger_entry WHERE seq = 2")], Broken(2, "number")),
        ([text("DELETE FROM ledger_entry WHERE seq = 1")], Broken(1, "number")),
        ([changed(4, seq=9)], Broken(4, "number")),
        ([changed(3, prev="e" * 64)], Broken(3, "prev")),
        ([changed(1, prev="e" * 64)], Broken(1, "prev")),
        ([changed(2, hash="e" * 64)], Broken(2, "hash")),
        ([changed(4, hours=Decimal("9.99"))], Broken(4, "hash")),
        ([text("DELETE FROM ledger_entry WHERE seq = 2"), changed(3, seq=2), changed(4, seq=3)], Broken(2, "prev")),
    ],
)
async def test_damage_is_named(database: Database, statements: list[Any], named: Broken) -> None:
    await post(database, *(entry(n) for n in (1, 2, 3, 4)))
    await tamper(database, *statements)
    assert await damage(database) == named


async def test_a_line_made_over_breaks_the_next(database: Database) -> None:
    """Who computes the hash anew, too, must do so for every later line, and then for the head."""
    posted = await post(database, *(entry(n) for n in (1, 2, 3)))
    forged = replace(posted[1], entry=entry(2, hours=Decimal("9.99")))
    own_hash = line_hash(2, forged.prev, forged.entry)
    await tamper(database, changed(2, hours=Decimal("9.99"), hash=own_hash))
    assert await damage(database) == Broken(3, "prev")


async def test_a_cut_end_shows_at_the_head(database: Database) -> None:
    posted = await post(database, *(entry(n) for n in (1, 2, 3)))
    await tamper(database, text("DELETE FROM ledger_entry WHERE seq = 3"))
    assert await damage(database) is None
    assert await head(database) == Head(3, posted[2].hash)
    with pytest.raises(IntegrityError, match="append-only"):  # the head is ahead of the lines
        if database.is_sqlite:
            await _guard_again(database)
        await post(database, entry(4))


async def _guard_again(database: Database) -> None:
    async with database.write() as tx:
        for statement in guards.triggers("sqlite"):
            if " ledger_entry_" in statement:
                await tx.execute(text(statement))


async def test_a_page_is_checked_against_the_line_before_it(database: Database) -> None:
    posted = await post(database, *(entry(n) for n in range(1, 6)))
    at = Head(posted[1].seq, posted[1].hash)
    assert first_break(posted[2:], at) is None
    assert first_break([], at) is None
    assert first_break(posted[3:], at) == Broken(3, "number")
    assert first_break(posted[2:], Head(2, "e" * 64)) == Broken(3, "prev")


async def test_a_persons_lines_are_narrowed_by_scope(database: Database) -> None:
    await post(database, entry(1), entry(2, unit="gaj"), entry(3, person="p2"))
    async with database.read() as tx:
        mine = await ledger.lines_of(tx, EVERYTHING, "p1", 2026, at_most=1)
        assert [line.seq for line in mine] == [2]
        assert await ledger.lines_of(tx, own("p2"), "p1", 2026, at_most=9) == []


async def test_standings_are_kept_whole(database: Database) -> None:
    first = {"p1": Standing(4000, {"daily": 20}), "p2": Standing(None, {})}
    async with database.write() as tx:
        await ledger.keep_standings(tx, 2026, {})
        await ledger.keep_standings(tx, 2026, first)
        await ledger.keep_standings(tx, 2025, {"p1": Standing(1, {})})
        await ledger.keep_standings(tx, 2026, {"p2": Standing(10, {"daily": 10, "quiz": 5})})
        wanted = ["p1", "p2", "p3"]
        now = await ledger.standings(tx, EVERYTHING, wanted, 2026, lock=True)
        assert now == {"p1": first["p1"], "p2": Standing(10, {"daily": 10, "quiz": 5})}
        assert (await ledger.standings(tx, own("p2"), wanted, 2026)).keys() == {"p2"}
        await ledger.forget_owed(tx, ["p1"])
        assert (await ledger.standings(tx, EVERYTHING, wanted, 2026))["p1"] == Standing(None, {"daily": 20})
        assert (await ledger.standings(tx, EVERYTHING, wanted, 2026))["p2"].owed == 10
