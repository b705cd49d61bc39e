"""The audit log verified as a whole, from its first line to its head, and against heads kept outside."""

import pytest
from sqlalchemy import text

from handlers.actions import audits, chains
from storage import audit
from storage.audit import Act
from storage.database import Database
from storage.guards import GENESIS
from tests.databases import on_sqlite
from tests.storage.audits import ACTS, BELOW, DAMAGE, deleted, forged, lines, record, tamper
from tests.storage.rows import add_person
from training.chains import Broken, Head


async def test_an_empty_log_holds(database: Database) -> None:
    assert await audits.verify(database) == Head(0, GENESIS)


async def test_a_whole_log_holds_over_pages(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chains, "PAGE_LINES", 5)
    await record(database, *(Act("p1", "cli", "x", str(number)) for number in range(12)))
    seen: list[int] = []
    result = await audits.verify(database, on_progress=seen.append)
    assert result == await audits.head(database)
    assert seen == [5, 10, 12]


@pytest.mark.parametrize("name", [*DAMAGE, *BELOW])
async def test_damage_is_named(database: Database, name: str) -> None:
    statements, named = (DAMAGE | BELOW)[name]
    await record(database)
    await tamper(database, *statements)
    assert await audits.verify(database) == named


@pytest.mark.parametrize("numbers", [(4,), (3, 4), (1, 2, 3, 4)])
async def test_a_cut_end_shows_at_the_head(database: Database, numbers: tuple[int, ...]) -> None:
    await record(database)
    await tamper(database, deleted(*numbers))
    assert await audits.verify(database) == Broken(numbers[0], "head")


async def test_a_line_behind_the_head_is_found(database: Database) -> None:
    await record(database)
    await tamper(database, await forged(database, 5, after=4))
    assert await audits.verify(database) == Broken(5, "head")


async def test_a_head_that_was_changed_is_found(database: Database) -> None:
    await record(database)
    await tamper(database, text("UPDATE ledger_head SET hash = 'e' WHERE chain = 'audit'"))
    assert await audits.verify(database) == Broken(5, "head")


async def test_a_chain_made_over_shows_against_a_head_kept_outside(database: Database) -> None:
    """Whoever deletes the last line and puts the head back leaves a log that holds in itself."""
    await record(database)
    before = await audits.head(database)
    third = (await lines(database))[2]
    await tamper(database, deleted(4))
    back = text("UPDATE ledger_head SET seq = 3, hash = :hash WHERE chain = 'audit'").bindparams(hash=third.hash)
    await tamper(database, back)
    assert await audits.verify(database) == Head(3, third.hash)
    assert await audits.verify(database, before) == Broken(4, "head")
    await record(database, ACTS[0])
    assert await audits.verify(database) == await audits.head(database)
    assert await audits.verify(database, before) == Broken(4, "head")


async def test_a_head_kept_outside_is_found_in_a_longer_log(database: Database) -> None:
    await record(database)
    kept = [Head(line.seq, line.hash) for line in await lines(database)]
    for one in kept:
        assert await audits.verify(database, one) == kept[-1]
    assert await audits.verify(database, Head(2, "e" * 64)) == Broken(2, "head")


async def test_pages_end_at_the_number_asked_for(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await record(database)
    found = [[line.seq for line in page] async for page in audits.pages(database, up_to=3)]
    assert found == [[1, 2, 3]]
    assert [page async for page in audits.pages(database, up_to=0)] == []
    monkeypatch.setattr(audit, "PAGE_LINES", 2)
    for last, numbers in ((1, [[1]]), (2, [[1, 2]]), (3, [[1, 2], [3]]), (4, [[1, 2], [3, 4]])):
        found = [[line.seq for line in page] async for page in audits.pages(database, up_to=last)]
        assert found == numbers


async def test_actors_are_named_when_they_are_on_the_roll(database: Database) -> None:
    await record(database)
    async with database.write() as tx:
        await add_person(tx, "p2", name="李四")
    assert await audits.actors(database, list(await lines(database))) == {"p2": "李四"}


@on_sqlite
async def test_a_text_that_is_no_text_is_named_by_its_line(database: Database) -> None:
    await record(database, *ACTS[:3])
    async with database.write() as tx:
        await tx.execute(text("DROP TRIGGER audit_log_no_update"))
        await tx.execute(text("UPDATE audit_log SET reason = CAST(x'ff' AS TEXT) WHERE seq = 2"))
    assert await audits.verify(database) == Broken(2, "unreadable")
