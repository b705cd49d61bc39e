"""A table as csv: UTF-8 with BOM (Excel reads it no other way), comma, CRLF.

The rows are those whose first cell is a number; after them come the total, the line to sign on, and one line
for each particular.
"""

import codecs
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from handlers.sheets.cells import Cell, csv_text
from handlers.sheets.particulars import SIGNATURES, Particulars

_EMPTY_ROW: Final = b'""'  # an empty line would be no row
_QUOTED: Final = re.compile(r'[",\r\n]')


class CsvTable:
    """Rows are on their way to the disk as soon as they are added."""

    def __init__(self, path: Path, headers: Iterable[str]) -> None:
        self._file = path.open("wb")
        self._file.write(codecs.BOM_UTF8)
        self.add(tuple(headers))

    def piece(self, _column: int, cells: Sequence[Cell]) -> bytes:
        """Neighbouring cells, ready to be joined with others to a row."""
        return ",".join([_quoted(csv_text(cell)) for cell in cells]).encode()

    def wholes(self, numbers: Iterable[int]) -> Iterable[bytes]:
        """The pieces of rows that begin with a whole number."""
        return map(b"%d".__mod__, numbers)

    def add_rows(self, rows: Iterable[Iterable[bytes]]) -> None:
        """Each row its pieces from left to right, without a gap."""
        self._file.write(b"\r\n".join((*map(b",".join, rows), b"")))

    def add(self, row: Sequence[Cell]) -> None:
        self.add_rows(((self.piece(0, row) or _EMPTY_ROW,),))

    def end(self, total: Sequence[Cell], particulars: Particulars) -> None:
        self.add(total)
        self.add(SIGNATURES)
        for label, value in particulars.lines():
            self.add((f"{label}：{value}",))

    def close(self) -> None:
        self._file.close()


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text
