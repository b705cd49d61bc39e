"""What must hold before a workbook is parsed, checked on the packed bytes.

The parser keeps a sheet as one dense block, so two cells in far corners of a 1 KB file ask for 400 GB and abort
the process; and a directory may understate what an entry unpacks to. So every part that the parser reads is
unpacked here under a bound and handed on repacked: what was checked is what is parsed.
"""

import re
import struct
import zipfile
import zlib
from io import BytesIO
from typing import Final, NewType

from question_bank.formats.unreadable import Fact, Unreadable

MAX_FILE_BYTES: Final = 64 * 1024 * 1024
MAX_EXPANDED_BYTES: Final = 160 * 1024 * 1024  # of all parts that are parsed
MAX_RATIO: Final = 150  # unpacked to packed, looked at above RATIO_FREE_BYTES
RATIO_FREE_BYTES: Final = 8 * 1024 * 1024  # below this any ratio is harmless
MAX_ENTRIES: Final = 2_000
MAX_ROWS: Final = 200_000
MAX_COLUMNS: Final = 64
MAX_TEXT_BYTES: Final = 256 * 1024  # of one shared text with its markup; a cell holds 32,767 characters

_PARSED = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/(workbook|styles|sharedStrings)\.xml"
    r"|xl/_rels/[^/]+\.rels|xl/worksheets/[^/]+\.xml",
    re.IGNORECASE,
)
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    OSError,
    ValueError,
)
# Only references that could lie too far are looked at: two letters and more, or six digits and more. The second
# group is there for a formatted cell without a value, which counts for nothing.
_FAR_CELL = re.compile(
    rb"""["'\s]r\s*=\s*["']([A-Za-z]{2,}\d+|[A-Za-z]\d{6,})["']((?:\s+\w+\s*=\s*["']\w*["'])*\s*/>)?"""
)
_FAR_ROW = re.compile(rb"""["'\s]r\s*=\s*["']0*(\d{6,})["']""")
_UNPLACED_CELL = re.compile(rb"""<(?:[\w.-]+:)?c(?=[\s/>])(?![^<>]*["'\s]r\s*=\s*["'])""")
_CELL = re.compile(rb"<(?:[\w.-]+:)?c[\s/>]")
_ROW = re.compile(rb"<(?:[\w.-]+:)?row[\s/>]")
_ROW_END = re.compile(rb"</(?:[\w.-]+:)?row\s*>")
_TEXT_END = re.compile(rb"</(?:[\w.-]+:)?si\s*>|<(?:[\w.-]+:)?si\s*/>")


Checked = NewType("Checked", bytes)  # a parser may have it


def checked_workbook(content: bytes) -> Checked:
    """The parts of an xlsx that are parsed, as a fresh uncompressed zip.

    Raises: Unreadable when it is damaged, protected, no xlsx, or unpacks to more than the bounds.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return Checked(_repacked(archive, _parsed_entries(archive, len(content))))
    except _BROKEN as error:
        raise Unreadable(Fact.DAMAGED) from error


def _parsed_entries(archive: zipfile.ZipFile, packed_bytes: int) -> list[zipfile.ZipInfo]:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise Unreadable(Fact.BOMB, limit=MAX_ENTRIES, found=len(entries))
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" not in names:
        raise Unreadable(Fact.NOT_XLSX)
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable(Fact.ENCRYPTED)
    parsed = [archive.getinfo(name) for name in sorted(names) if _PARSED.fullmatch(name)]
    expanded = sum(entry.file_size for entry in parsed)
    if expanded > MAX_EXPANDED_BYTES:
        raise Unreadable(Fact.BOMB, limit=MAX_EXPANDED_BYTES, found=expanded)
    if expanded > RATIO_FREE_BYTES and expanded > packed_bytes * MAX_RATIO:
        raise Unreadable(Fact.BOMB, limit=MAX_RATIO, found=expanded // max(packed_bytes, 1))
    return parsed


def _repacked(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> bytes:
    """`read` stops at the size that the directory says and compares the checksum, so a false size is damage."""
    fresh = BytesIO()
    with zipfile.ZipFile(fresh, "w", zipfile.ZIP_STORED) as target:
        for entry in entries:
            part = archive.read(entry)
            _check_part(entry.filename, part)
            target.writestr(entry.filename, part)
    return fresh.getvalue()


def _check_part(name: str, part: bytes) -> None:
    if b"\0" in part:  # UTF-16, which would hide its references from the patterns
        raise Unreadable(Fact.DAMAGED)
    if name.lower() == "xl/sharedstrings.xml":
        _check_texts(part)
    elif name.lower().startswith("xl/worksheets/"):
        _check_extent(part)


def _check_texts(part: bytes) -> None:
    """One long text that a million cells point to would unpack in memory."""
    start = 0
    for end in _TEXT_END.finditer(part):
        if end.end() - start > MAX_TEXT_BYTES:
            raise Unreadable(Fact.CELL_TOO_LONG, limit=MAX_TEXT_BYTES, found=end.end() - start)
        start = end.end()


def _check_extent(part: bytes) -> None:
    for far in _FAR_CELL.finditer(part):
        if not far[2]:
            _check_reference(far[1])
    if _UNPLACED_CELL.search(part):
        _check_unplaced(part)


def _check_reference(reference: bytes) -> None:
    letters = reference.rstrip(b"0123456789")
    _check_bounds(int(reference[len(letters) :][:12]), _column(letters[:8]))


def _column(letters: bytes) -> int:
    """`A` → 1, `AA` → 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _check_bounds(rows: int, columns: int) -> None:
    if rows > MAX_ROWS:
        raise Unreadable(Fact.TOO_MANY_ROWS, limit=MAX_ROWS, found=rows)
    if columns > MAX_COLUMNS:
        raise Unreadable(Fact.TOO_MANY_COLUMNS, limit=MAX_COLUMNS, found=columns)


def _check_unplaced(part: bytes) -> None:
    """Cells without a reference take the next place, so their number is what bounds the extent."""
    far_rows = [int(far[1][:12]) for far in _FAR_ROW.finditer(part)]
    widest = max(len(_CELL.findall(row)) for row in _ROW_END.split(part))
    _check_bounds(max([len(_ROW.findall(part)), *far_rows]), widest)
