"""The form of our own dump: a folder with `manifest.json` and one JSON Lines file a table.

A line is one row, an object of column → value: the key's columns first and then by name, the rows ordered by key.
Instants are ISO in UTC with six places, days ISO, decimals text with all their places, bytes base64. So the files
of equal contents are equal to the byte, whichever engine they come from.
"""

import base64
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
PAGE_ROWS: Final = 1000


@dataclass(eq=False)
class BrokenDump(Exception):
    """`file` is missing, cut short or changed, or the database does not take its rows; `line` 0: the whole file."""

    file: str
    line: int = 0
    reason: str = ""


@dataclass(eq=False)
class NewerDump(Exception):
    """The dump was written by a later version of the program."""

    revision: str


class TableDump(msgspec.Struct, frozen=True):
    rows: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """`revision` is that of the dumped schema; `tables` in the order of their names."""

    format: int
    revision: str
    created_at: datetime
    tables: dict[str, TableDump]


@dataclass(slots=True)
class Tally:
    """Counts and hashes the lines of one table."""

    rows: int = 0
    _hash: Any = field(default_factory=hashlib.sha256)

    def add(self, lines: Sequence[bytes]) -> None:
        self.rows += len(lines)
        for line in lines:
            self._hash.update(line)

    def total(self) -> TableDump:
        return TableDump(self.rows, self._hash.hexdigest())


def table_file(table: str) -> str:
    return f"{table}.jsonl"


def line_of(row: Mapping[str, Any]) -> bytes:
    """One row as it comes from the driver; a naive instant is UTC, as SQLite gives it."""
    return msgspec.json.encode({name: _cell(value) for name, value in row.items()}) + b"\n"


def _cell(value: Any) -> str | int | None:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return aware.isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"no form for {type(value).__name__}")


_READ: Final[Mapping[type, Callable[[str], Any]]] = {
    Decimal: Decimal,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    bytes: lambda text: base64.b64decode(text, validate=True),
    str: str,
}


def row_of(line: bytes, kinds: Mapping[str, type]) -> dict[str, Any]:
    """The row of a line, for a table with these columns. Raises: ValueError."""
    cells = msgspec.json.decode(line, type=dict[str, str | int | bool | None])
    if cells.keys() != kinds.keys():
        raise ValueError("other columns")
    return {name: _value(cell, kinds[name]) for name, cell in cells.items()}


def _value(cell: str | int | None, kind: type) -> Any:
    if cell is None:
        return None
    read = _READ.get(kind)
    if read is None and type(cell) is kind:  # bool is an int, but no amount
        return cell
    if read is None or not isinstance(cell, str):
        raise ValueError(f"no {kind.__name__}")
    try:
        return read(cell)
    except ArithmeticError:
        raise ValueError(f"no {kind.__name__}") from None


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that is on the disk when the block ends."""
    with path.open("xb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def keep_manifest(folder: Path, manifest: Manifest) -> None:
    with new_file(folder / MANIFEST) as file:
        file.write(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")


def manifest_in(folder: Path) -> Manifest:
    """Raises: BrokenDump, NewerDump."""
    try:
        text = (folder / MANIFEST).read_bytes()
        head = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
        if msgspec.json.decode(head["format"], type=int) > FORMAT:
            raise NewerDump(msgspec.json.decode(head["revision"], type=str))
        return msgspec.json.decode(text, type=Manifest)
    except (OSError, ValueError, KeyError) as error:
        raise BrokenDump(MANIFEST, reason=type(error).__name__) from None


def pages_in(folder: Path, table: str) -> Iterator[list[bytes]]:
    """The lines of a table's file, `PAGE_ROWS` at a time. Raises: BrokenDump."""
    try:
        with (folder / table_file(table)).open("rb") as file:
            page: list[bytes] = []
            for line in file:
                page.append(line)
                if len(page) == PAGE_ROWS:
                    yield page
                    page = []
            if page:
                yield page
    except OSError as error:
        raise BrokenDump(table_file(table), reason=type(error).__name__) from None


def check(folder: Path, manifest: Manifest) -> None:
    """Every file is there and is what the manifest says. Raises: BrokenDump."""
    for table, wanted in manifest.tables.items():
        tally = Tally()
        for page in pages_in(folder, table):
            tally.add(page)
        if tally.total() != wanted:
            raise BrokenDump(table_file(table), reason="checksum")
