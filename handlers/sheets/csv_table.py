"""A table as csv: UTF-8 with BOM (Excel reads it no other way), comma, CRLF.

The rows are those whose first cell is a number; after them come the total and one line for each particular.
"""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from handlers.sheets.cells import Cell, csv_text
from handlers.sheets.particulars import Particulars


class CsvTable:
    """Rows are on their way to the disk as soon as they are added."""

    def __init__(self, path: Path, headers: Iterable[str]) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(headers)

    def add(self, row: Sequence[Cell]) -> None:
        self._writer.writerow([csv_text(cell) for cell in row])

    def end(self, total: Sequence[Cell], particulars: Particulars) -> None:
        self.add(total)
        for label, value in particulars.lines():
            self.add((f"{label}：{value}",))

    def close(self) -> None:
        self._file.close()
