"""What a restore refuses, and that nothing is left of it then."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select, text

from storage import backup, dumps, feedback, media, migrating
from storage.backup import BrokenLedger, NotEmpty
from storage.database import Database
from storage.dumps import BrokenDump, NewerDump
from storage.tables import ledger_entry, metadata, outbox
from tests.conftest import Empty
from tests.storage.rows import NOW, counts, fill


async def test_only_an_empty_database_is_filled(database: Database, tmp_path: Path) -> None:
    await backup.dump(database, tmp_path / "dump", NOW)
    async with database.write() as tx:
        await feedback.add(tx, "p1", "mine", NOW)
    with pytest.raises(NotEmpty) as caught:
        await backup.restore(database, tmp_path / "dump")
    assert caught.value.what == "feedback"
    assert (await counts(database))["feedback"] == 1


async def test_a_database_with_strange_tables_is_not_empty(
    database: Database, empty: Empty, tmp_path: Path
) -> None:
    await backup.dump(database, tmp_path / "dump", NOW)
    other = await empty()
    async with other.write() as tx:
        await tx.execute(text("CREATE TABLE theirs (n integer)"))
        await tx.execute(text("INSERT INTO theirs VALUES (1)"))
    with pytest.raises(NotEmpty) as caught:
        await backup.restore(other, tmp_path / "dump")
    assert caught.value.what == "theirs"


def signed(folder: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    """Change a table's file, and the manifest to match, as somebody would who means it."""
    file = folder / f"{name}.jsonl"
    file.write_bytes(change(file.read_bytes()))
    manifest = dumps.manifest_in(folder)
    tally = dumps.Tally()
    tally.add(file.read_bytes().splitlines(keepends=True))
    changed = msgspec.structs.replace(manifest, tables={**manifest.tables, name: tally.total()})
    (folder / dumps.MANIFEST).unlink()
    dumps.keep_manifest(folder, changed)


async def broken(database: Database, folder: Path) -> Exception:
    """How the restore fails; the database must be empty after it and able to take a good dump."""
    before = await counts(database)
    with pytest.raises((BrokenDump, BrokenLedger, NewerDump)) as caught:
        await backup.restore(database, folder)
    assert await counts(database) == before
    return caught.value


@pytest.fixture
async def dumped(database: Database, empty: Empty, tmp_path: Path) -> tuple[Database, Path]:
    """A dump with something in every table, and an empty database to put it into."""
    await fill(database)
    await backup.dump(database, tmp_path / "dump", NOW)
    other = await empty()
    await migrating.upgrade(other)
    return other, tmp_path / "dump"


async def test_a_changed_file_is_named(dumped: tuple[Database, Path]) -> None:
    other, folder = dumped
    for name in metadata.tables:
        file = folder / f"{name}.jsonl"
        good = file.read_bytes()
        file.write_bytes(good[:-2] + b" }\n")
        error = await broken(other, folder)
        assert isinstance(error, BrokenDump)
        assert (error.file, error.reason) == (file.name, "checksum")
        file.write_bytes(good)
    await backup.restore(other, folder)


async def test_a_missing_file_is_named(dumped: tuple[Database, Path]) -> None:
    other, folder = dumped
    (folder / "focus.jsonl").unlink()
    error = await broken(other, folder)
    assert isinstance(error, BrokenDump)
    assert error.file == "focus.jsonl"


async def test_a_line_that_does_not_fit_is_named(dumped: tuple[Database, Path]) -> None:
    other, folder = dumped
    signed(folder, "inbox", lambda lines: lines.replace(b'"reply":""', b'"reply":7'))
    error = await broken(other, folder)
    assert isinstance(error, BrokenDump)
    assert (error.file, error.line) == ("inbox.jsonl", 1)


async def test_a_forged_line_is_found(dumped: tuple[Database, Path]) -> None:
    other, folder = dumped
    signed(folder, "ledger_entry", lambda lines: lines.replace(b'"0.10"', b'"9.10"', 1))
    error = await broken(other, folder)
    assert isinstance(error, BrokenLedger)
    assert (error.seq, error.why) == (1, "hash")


async def test_a_line_left_out_is_refused_by_the_database_itself(dumped: tuple[Database, Path]) -> None:
    other, folder = dumped
    signed(folder, "ledger_entry", lambda lines: b"".join(lines.splitlines(keepends=True)[::2]))
    error = await broken(other, folder)
    assert isinstance(error, BrokenDump)
    assert error.file == "ledger_entry.jsonl"
    assert "append-only" in error.reason


async def test_a_cut_end_of_the_ledger_is_found(dumped: tuple[Database, Path]) -> None:
    other, folder = dumped
    signed(folder, "ledger_entry", lambda lines: b"".join(lines.splitlines(keepends=True)[:-1]))
    error = await broken(other, folder)
    assert isinstance(error, BrokenLedger)
    assert (error.seq, error.why) == (2, "head")


async def test_a_dump_of_a_later_version_is_refused(dumped: tuple[Database, Path]) -> None:
    other, folder = dumped
    file = folder / dumps.MANIFEST
    file.write_text(file.read_text().replace(f'"{migrating.newest()}"', '"9999"'))
    error = await broken(other, folder)
    assert isinstance(error, NewerDump)
    assert error.revision == "9999"


async def test_a_dump_with_a_table_too_few_is_refused(dumped: tuple[Database, Path]) -> None:
    other, folder = dumped
    manifest = dumps.manifest_in(folder)
    (folder / dumps.MANIFEST).unlink()
    fewer = {name: table for name, table in manifest.tables.items() if name != "focus"}
    dumps.keep_manifest(folder, msgspec.structs.replace(manifest, tables=fewer))
    error = await broken(other, folder)
    assert isinstance(error, BrokenDump)
    assert error.file == dumps.MANIFEST


async def test_a_good_dump_goes_in_after_a_broken_one(dumped: tuple[Database, Path]) -> None:
    other, folder = dumped
    good = (folder / "focus.jsonl").read_bytes()
    (folder / "focus.jsonl").write_bytes(b"")
    await broken(other, folder)
    (folder / "focus.jsonl").write_bytes(good)
    await backup.restore(other, folder)
    assert (await counts(other))["focus"] == 1


async def test_bytes_come_back(dumped: tuple[Database, Path]) -> None:
    other, folder = dumped
    await backup.restore(other, folder)
    async with other.read() as tx:
        sent = list((await tx.execute(select(outbox.c.media).order_by(outbox.c.part))).scalars())
        hours = list((await tx.execute(select(ledger_entry.c.hours).order_by(ledger_entry.c.seq))).scalars())
        files = await media.of(tx, sent)
    assert [files[digest].content if digest else b"" for digest in sent] == [b"", bytes(range(256))]
    assert [str(amount) for amount in hours] == ["0.10", "-1234.50", "0.10"]
