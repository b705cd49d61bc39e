"""Backup and restore, over both engines and between them."""

import asyncio
import hashlib
import json
import signal
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, text

from storage import backup, dumps, feedback, ledger, migrating, people
from storage.backup import NotEmpty, NothingToDump
from storage.database import Database, open_database
from storage.guards import GENESIS
from storage.ledger import first_break
from storage.tables import metadata
from tests.conftest import Empty
from tests.databases import on_postgresql, on_sqlite
from tests.postgres import Server
from tests.storage.rows import NOW, TODAY, counts, entry, facts, fill, ledger_lines
from training.chains import Head

FOREIGN_SESSION = "xuefa_test_backup"


def files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def test_a_dump_has_every_table_and_says_what_it_holds(database: Database, tmp_path: Path) -> None:
    await fill(database)
    counted = await counts(database)
    assert min(counted.values()) > 0
    manifest = await backup.dump(database, tmp_path / "dump", NOW)
    found = files(tmp_path / "dump")
    assert found.keys() == {dumps.MANIFEST, *(f"{name}.jsonl" for name in metadata.tables)}
    assert {name: table.rows for name, table in manifest.tables.items()} == counted
    for name, table in manifest.tables.items():
        assert hashlib.sha256(found[f"{name}.jsonl"]).hexdigest() == table.sha256
    assert dumps.manifest_in(tmp_path / "dump") == manifest
    assert (manifest.revision, manifest.created_at) == (migrating.newest(), NOW)
    assert names(tmp_path) == {"dump"}


async def test_lines_can_be_read_by_people(database: Database, tmp_path: Path) -> None:
    await fill(database)
    await backup.dump(database, tmp_path / "dump", NOW)
    lines = (tmp_path / "dump" / "ledger_entry.jsonl").read_text().splitlines()
    second = json.loads(lines[1])
    assert next(iter(second)) == "seq"
    assert (second["seq"], second["hours"], second["late"], second["minutes"]) == (2, "-1234.50", True, 45)
    assert (second["starts_on"], second["approved_at"]) == ("2026-11-23", "2026-11-23T08:00:00.123456+00:00")
    assert '"每日一题"' in lines[0]


async def test_a_restored_database_is_the_same(database: Database, empty: Empty, tmp_path: Path) -> None:
    await fill(database)
    manifest = await backup.dump(database, tmp_path / "one", NOW)
    other = await empty()
    assert await backup.restore(other, tmp_path / "one") == manifest
    await backup.dump(other, tmp_path / "two", NOW)
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert await migrating.revision(other) == migrating.newest()


@on_sqlite
async def test_there_and_back_between_the_engines(
    database: Database, empty: Empty, postgres: Server, tmp_path: Path
) -> None:
    await fill(database, lines=1500)
    there = open_database(await postgres.create(FOREIGN_SESSION))
    try:
        await backup.dump(database, tmp_path / "sqlite", NOW)
        await backup.restore(there, tmp_path / "sqlite")
        await backup.dump(there, tmp_path / "postgresql", NOW)
        back = await empty()
        await backup.restore(back, tmp_path / "postgresql")
        await backup.dump(back, tmp_path / "back", NOW)
    finally:
        await there.close()
        await postgres.drop(FOREIGN_SESSION)
    assert files(tmp_path / "sqlite") == files(tmp_path / "postgresql") == files(tmp_path / "back")


async def test_life_goes_on_after_a_restore(database: Database, empty: Empty, tmp_path: Path) -> None:
    """Numbers go on after the last one, the chain too, and the guards stand."""
    await fill(database)
    await backup.dump(database, tmp_path / "dump", NOW)
    other = await empty()
    await backup.restore(other, tmp_path / "dump")
    async with other.write() as tx:
        assert await feedback.add(tx, "p1", "another", NOW) == 2
        await people.add(tx, facts("p1", TODAY, unit="gaj"), [], [], by="test", now=NOW, today=TODAY)
        (line,) = await ledger.post(tx, [entry(99)])
        assert line.seq == 4
        lines = await ledger_lines(tx)
    assert first_break(lines, Head(0, GENESIS)) is None
    with pytest.raises(Exception, match="append-only"):
        async with other.write() as tx:
            await tx.execute(text("DELETE FROM ledger_entry"))


async def test_a_dump_shows_one_moment(database: Database, empty: Empty, tmp_path: Path) -> None:
    """Lines are posted all the while; what is dumped holds together nevertheless."""
    await fill(database)
    process = open_database(database.url.render_as_string(hide_password=False))
    stopped = asyncio.Event()

    async def keep_posting() -> int:
        number = 100
        while not stopped.is_set():
            async with process.write() as tx:
                await ledger.post(tx, [entry(number), entry(number + 1)])
            number += 2
            await asyncio.sleep(0)
        return number

    posting = asyncio.create_task(keep_posting())
    await asyncio.sleep(0.05)
    dumped = [await backup.dump(database, tmp_path / f"dump{n}", NOW) for n in range(3)]
    stopped.set()
    assert await posting > 100
    await process.close()
    other = await empty()
    await backup.restore(other, tmp_path / "dump2")
    async with other.read() as tx:
        assert (await ledger.head(tx)).seq == dumped[2].tables["ledger_entry"].rows
    assert dumped[0].tables["ledger_entry"].rows < dumped[2].tables["ledger_entry"].rows


async def test_a_dump_is_made_in_pages(database: Database, empty: Empty, tmp_path: Path) -> None:
    await fill(database, lines=2 * dumps.PAGE_ROWS + 1)
    manifest = await backup.dump(database, tmp_path / "dump", NOW)
    assert manifest.tables["ledger_entry"].rows == 2001
    assert sum(1 for _ in dumps.pages_in(tmp_path / "dump", "ledger_entry")) == 3
    await backup.restore(await empty(), tmp_path / "dump")


async def test_a_fresh_database_can_be_dumped_but_not_one_without_tables(
    database: Database, empty: Empty, tmp_path: Path
) -> None:
    manifest = await backup.dump(database, tmp_path / "dump", NOW)
    assert sum(table.rows for table in manifest.tables.values()) == 2  # the heads
    await backup.restore(database, tmp_path / "dump")
    with pytest.raises(NothingToDump):
        await backup.dump(await empty(), tmp_path / "none", NOW)
    assert names(tmp_path) == {"dump"}


async def test_a_dump_never_goes_over_anything(database: Database, tmp_path: Path) -> None:
    folder, file = tmp_path / "dump", tmp_path / "file"
    folder.mkdir()
    await backup.dump(database, folder, NOW)  # an empty folder is as good as none
    before = files(folder)
    file.write_text("mine")
    for taken in (folder, file):
        with pytest.raises(NotEmpty) as caught:
            await backup.dump(database, taken, NOW + timedelta(days=1))
        assert caught.value.what == str(taken)
    assert files(folder) == before
    assert file.read_text() == "mine"
    assert names(tmp_path) == {"dump", "file"}


def is_at(folder: Path, file: str) -> bool:
    return any(folder.glob(f".dump*/{file}"))


async def begun(folder: Path, file: str) -> None:
    """Until a dump is at this file."""
    for _ in range(10_000):
        if is_at(folder, file):
            return
        await asyncio.sleep(0.001)
    raise AssertionError(f"never came to {file}")


async def test_a_cancelled_dump_leaves_nothing(database: Database, tmp_path: Path) -> None:
    await fill(database, lines=5000)
    dumping = asyncio.create_task(backup.dump(database, tmp_path / "dump", NOW))
    await begun(tmp_path, "*.jsonl")
    dumping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dumping
    assert names(tmp_path) == set()
    await backup.dump(database, tmp_path / "dump", NOW)


DUMPING = """
import asyncio, datetime, os, pathlib, signal, sys
from storage import backup
from storage.database import open_database

def die(event, arguments):
    if event == sys.argv[3] and str(arguments[0]).endswith(sys.argv[4]):
        os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(die)
asyncio.run(backup.dump(open_database(sys.argv[1]), pathlib.Path(sys.argv[2]), datetime.datetime.now(datetime.UTC)))
"""


@pytest.mark.parametrize(
    ("event", "path"), [("open", "ledger_head.jsonl"), ("open", "manifest.json"), ("os.rename", ".unfinished")]
)
async def test_a_killed_dump_leaves_no_half_target(
    database: Database, tmp_path: Path, event: str, path: str
) -> None:
    await fill(database)
    url, target = database.url.render_as_string(hide_password=False), tmp_path / "dump"
    script = [sys.executable, "-c", DUMPING, url, str(target), event, path]
    process = await asyncio.create_subprocess_exec(*script)
    assert await process.wait() == -signal.SIGKILL
    assert not target.exists()
    await backup.dump(database, target, NOW)
    dumps.check(target, dumps.manifest_in(target))


@on_postgresql
async def test_text_is_ordered_by_its_bytes_whatever_the_language(database: Database, tmp_path: Path) -> None:
    """The server of the tests knows no language, so that this can only be seen in the statements."""
    seen: list[str] = []

    def see(connection: object, cursor: object, statement: str, *rest: object) -> None:
        seen.append(statement)

    event.listen(database.reader.sync_engine, "before_cursor_execute", see)
    await backup.dump(database, tmp_path / "dump", NOW)
    event.remove(database.reader.sync_engine, "before_cursor_execute", see)
    orders = {statement.split("ORDER BY ")[1] for statement in seen if "FROM account " in statement}
    assert orders == {'account.channel COLLATE "C", account.account COLLATE "C"'}
