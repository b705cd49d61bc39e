"""The 学时台账 as a file: one row a line, its total, the lines to sign on, and its particulars.

Lines may come page by page; nothing but the sum is remembered. The file appears under its name when it is complete:
until then, and after a failure, there is none (an older one stays as it was).
"""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from handlers.sheets.cells import Cell
from handlers.sheets.csv_table import CsvTable
from handlers.sheets.ledger_columns import COLUMNS, HEADERS, HOURS_COLUMN, Names, cells_of
from handlers.sheets.particulars import Particulars
from handlers.sheets.xlsx_table import XlsxTable
from storage.ledger import Line
from training.errors import Refusal

NAME: Final = "学时台账"


@dataclass(eq=False)
class UnknownSheetFormat(Refusal):
    """Only `.xlsx` and `.csv` can be written."""

    suffix: str


@dataclass(slots=True)
class LedgerSheet:
    """`count` lines with `total` hours (reversals are negative) have been added."""

    table: XlsxTable | CsvTable
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
    with TemporaryDirectory(dir=path.parent, prefix=".export-") as work:
        unfinished = Path(work, path.name)
        with closing(_table(unfinished, particulars)) as table:
            sheet = LedgerSheet(table, names)
            yield sheet
            table.end(sheet.total_row(), particulars)
        unfinished.replace(path)


def _table(path: Path, particulars: Particulars) -> XlsxTable | CsvTable:
    match path.suffix.lower():
        case ".xlsx":
            return XlsxTable(path, COLUMNS, particulars, name=NAME)
        case ".csv":
            return CsvTable(path, HEADERS)
        case suffix:
            raise UnknownSheetFormat(suffix)


def write_ledger(path: Path, particulars: Particulars, names: Names, lines: Iterable[Line]) -> tuple[int, Decimal]:
    """All at once; returns how many lines and how many hours."""
    with ledger_sheet(path, particulars, names) as sheet:
        sheet.add(lines)
    return sheet.count, sheet.total
