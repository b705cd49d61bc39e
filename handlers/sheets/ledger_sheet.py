"""The 学时台账 as a file: one row a line, its total, the lines to sign on, and its particulars.

Lines may come page by page; nothing but the sum is remembered. The file appears under its name when it is complete:
until then, and after a failure, there is none (an older one stays as it was).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from handlers.sheets.cells import Cell
from handlers.sheets.ledger_columns import COLUMNS, HEADERS, HOURS_COLUMN, Names, cells_of
from handlers.sheets.particulars import Particulars
from handlers.sheets.table_file import Table, table_file
from storage.ledger import Line

NAME: Final = "学时台账"


@dataclass(slots=True)
class LedgerSheet:
    """`count` lines with `total` hours (reversals are negative) have been added."""

    table: Table
    names: Names
    count: int = 0
    total: Decimal = Decimal("0.00")

    def add(self, lines: Iterable[Line]) -> None:
        for line in lines:
            self.table.add(cells_of(line, self.names))
            self.count += 1
            self.total += line.entry.hours

    def total_row(self) -> tuple[Cell, ...]:
        row: list[Cell] = [None] * len(HEADERS)
        row[0], row[1], row[HOURS_COLUMN] = "合计", f"{self.count} 条", self.total
        return tuple(row)


@contextmanager
def ledger_sheet(path: Path, particulars: Particulars, names: Names) -> Iterator[LedgerSheet]:
    """Open it, `add` the pages, leave: the file is there. Raises UnknownSheetFormat, OSError."""
    with table_file(path, COLUMNS, HEADERS, particulars, name=NAME) as table:
        sheet = LedgerSheet(table, names)
        yield sheet
        table.end(sheet.total_row(), particulars)


def write_ledger(path: Path, particulars: Particulars, names: Names, lines: Iterable[Line]) -> tuple[int, Decimal]:
    """All at once; returns how many lines and how many hours."""
    with ledger_sheet(path, particulars, names) as sheet:
        sheet.add(lines)
    return sheet.count, sheet.total
