"""Our own backup: every table in one snapshot, the same on both engines (`storage.dumps` is its form).

A restore fills an empty database in one transaction; rows of append-only tables pass the same triggers as ever, and
what was stored is read back and compared to the byte before the commit.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import Table, delete, func, insert, literal, select
from sqlalchemy.exc import DBAPIError

from storage import dumps, migrating, snapshots
from storage.database import Database, Tx
from storage.dumps import BrokenDump, Manifest, NewerDump, TableDump, Tally
from storage.guards import GENESIS
from storage.ledger import CHAIN, Line, first_break
from training.chains import Head
from training.hours import Entry

SEEDED: Final = "ledger_head"  # filled by the migration itself; at number 0 it holds nothing


@dataclass(eq=False)
class NotEmpty(Exception):
    """There is something already: a file or a folder with contents, or rows in the table `what`."""

    what: str


@dataclass(eq=False)
class NothingToDump(Exception):
    """The database was never migrated: it has no table."""


@dataclass(eq=False)
class BrokenLedger(Exception):
    """The dumped ledger does not hold from line `seq` on; `why` as in `storage.ledger.Broken`."""

    seq: int
    why: str


async def dump(database: Database, folder: Path, now: datetime) -> Manifest:
    """Write everything as of one moment to `folder`, which is there whole or not at all.

    Raises: NotEmpty, NothingToDump, OSError.
    """
    with _new_folder(folder) as unfinished:
        async with snapshots.snapshot(database, unfinished) as tx:
            revision = await tx.run_sync(migrating.revision_on)
            if not revision:
                raise NothingToDump
            found = sorted(await snapshots.tables(tx), key=lambda table: table.name)
            tables = {table.name: await _dump_table(tx, table, unfinished) for table in found}
        manifest = Manifest(dumps.FORMAT, revision, now, tables)
        dumps.keep_manifest(unfinished, manifest)
    return manifest


@contextmanager
def _new_folder(folder: Path) -> Iterator[Path]:
    """A folder beside the wanted one, which takes its place at the end. Raises: NotEmpty."""
    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotEmpty(str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".unfinished", dir=folder.parent))
    try:
        yield unfinished
        _sync(unfinished)
        unfinished.rename(folder)  # over an empty folder at most
        _sync(folder.parent)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


async def _dump_table(tx: Tx, table: Table, folder: Path) -> TableDump:
    tally = Tally()
    with dumps.new_file(folder / dumps.table_file(table.name)) as file:
        async for lines in snapshots.lines(tx, table):
            tally.add(lines)
            file.writelines(lines)
    return tally.total()


async def restore(database: Database, folder: Path) -> Manifest:
    """Fill an empty database from a dump and bring it to this version's form.

    Whatever fails, the database stays empty. Raises: BrokenDump, NewerDump, NotEmpty, BrokenLedger.
    """
    manifest = dumps.manifest_in(folder)
    if manifest.revision not in migrating.known():
        raise NewerDump(manifest.revision)
    dumps.check(folder, manifest)
    async with database.read() as tx:
        await _must_be_empty(tx, await snapshots.tables(tx))
    await _bring_to(database, manifest.revision)
    async with database.write() as tx:
        found = await snapshots.tables(tx)
        await _must_be_empty(tx, found)
        await _load(tx, found, folder, manifest)
        await _must_equal(tx, found, manifest)
    await migrating.upgrade(database)
    return manifest


async def _must_be_empty(tx: Tx, tables: Sequence[Table]) -> None:
    for table in tables:
        rows = select(literal(1)).select_from(table).limit(1)
        if table.name == SEEDED:
            rows = rows.where(table.c.seq > 0)
        if (await tx.execute(rows)).first() is not None:
            raise NotEmpty(table.name)


async def _bring_to(database: Database, revision: str) -> None:
    """Nothing is lost on the way down: there is nothing."""
    found = await migrating.revision(database)
    if found == revision:
        return
    if found:
        await migrating.downgrade(database)
    await migrating.upgrade(database, revision)


async def _load(tx: Tx, tables: Sequence[Table], folder: Path, manifest: Manifest) -> None:
    if {table.name for table in tables} != manifest.tables.keys():
        raise BrokenDump(dumps.MANIFEST, reason="other tables")
    for table in tables:
        if table.name == SEEDED:
            await tx.execute(delete(table))
        await _load_table(tx, table, folder)
        if tx.dialect.name == "postgresql":
            await _count_on(tx, table)


async def _load_table(tx: Tx, table: Table, folder: Path) -> None:
    kinds = {column.name: column.type.python_type for column in table.columns}
    done = 0
    for page in dumps.pages_in(folder, table.name):
        try:
            await tx.execute(insert(table), [dumps.row_of(line, kinds) for line in page])
        except (ValueError, DBAPIError) as error:
            reason = migrating.first_line(error)
            raise BrokenDump(dumps.table_file(table.name), done + 1, reason) from None
        done += len(page)


async def _count_on(tx: Tx, table: Table) -> None:
    """New rows are numbered after those that were loaded."""
    for column in table.primary_key.columns:
        sequence = func.pg_get_serial_sequence(table.name, column.name)
        if (await tx.execute(select(sequence))).scalar_one() is not None:
            last = select(func.max(column)).scalar_subquery()
            await tx.execute(select(func.setval(sequence, func.coalesce(last, 1), last.is_not(None))))


async def _must_equal(tx: Tx, tables: Sequence[Table], manifest: Manifest) -> None:
    """What the database now holds is the dump to the byte, and its ledger holds."""
    head, last = Head(0, GENESIS), Head(0, GENESIS)
    for table in tables:
        tally = Tally()
        async for lines in snapshots.lines(tx, table):
            tally.add(lines)
            if table.name == "ledger_entry":
                last = _checked(lines, last)
            elif table.name == SEEDED:
                head = next((h for h in map(_head, lines) if h is not None), head)
        if tally.total() != manifest.tables[table.name]:
            raise BrokenDump(dumps.table_file(table.name), reason="not stored as written")
    if head != last:
        raise BrokenLedger(last.seq, "head")


def _head(line: bytes) -> Head | None:
    cells = msgspec.json.decode(line)
    return Head(cells["seq"], cells["hash"]) if cells["chain"] == CHAIN else None


def _checked(lines: list[bytes], last: Head) -> Head:
    """The head after these lines. Raises: BrokenLedger."""
    page = [_ledger_line(line) for line in lines]
    broken = first_break(page, last)
    if broken is not None:
        raise BrokenLedger(broken.seq, broken.why)
    return Head(page[-1].seq, page[-1].hash)


def _ledger_line(line: bytes) -> Line:
    cells = msgspec.json.decode(line)
    classes = cells["content_classes"]
    cells["content_classes"] = classes.split("、") if classes else []
    return Line(cells["seq"], cells["prev"], cells["hash"], msgspec.convert(cells, Entry))
