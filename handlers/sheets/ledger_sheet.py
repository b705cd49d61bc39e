"""The 学时台账 as a file: one row a line, its total, the lines to sign on, and its particulars.

Rows may come page by page; nothing is remembered but the sum and the texts of groups of cells that come again and
again, up to a bound. The file appears under its name when it is complete: until then, and after a failure, there is
none (an older one stays as it was).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec

from handlers.sheets.cells import Cell
from handlers.sheets.ledger_columns import COLUMNS, HEADERS, HOURS_COLUMN, Group, Names, groups_of
from handlers.sheets.particulars import Particulars
from handlers.sheets.table_file import Table, table_file
from storage.ledger_rows import GROUPS
from training.hours import decimal, hundredths

NAME: Final = "学时台账"
MOST_KEPT: Final = 20_000  # texts of one group; some 5 MB


_HOURS_GROUP: Final = next(place for place, group in enumerate(GROUPS, 1) if "hours" in group)
_HOURS: Final = GROUPS[_HOURS_GROUP - 1].index("hours")


class _Kept(dict[Any, Any]):
    """What is made of a key, made once while it is kept."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: Any) -> Any:
        if len(self) >= MOST_KEPT:
            self.clear()
        made = self[key] = self._make(key)
        return made


class LedgerSheet:
    """`count` lines with `total` hours (reversals are negative) have been added."""

    def __init__(self, table: Table, names: Names) -> None:
        self._table = table
        self.count = self._hundredths = 0
        self._pieces = [self._kept(group) for group in groups_of(names)]
        self._amounts = _Kept(lambda values: hundredths(Decimal(msgspec.json.decode(values)[_HOURS])))

    def _kept(self, group: Group) -> _Kept:
        place, piece, cells = HEADERS.index(group.first), self._table.piece, group.cells
        return _Kept(lambda values: piece(place, cells(*msgspec.json.decode(values))))

    @property
    def total(self) -> Decimal:
        return decimal(self._hundredths)

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """Rows of `storage.ledger_rows`. All of it runs in C: a million of them are some 30 million cells."""
        columns = list(zip(*rows, strict=True))
        groups = (map(kept.__getitem__, values) for kept, values in zip(self._pieces, columns[1:], strict=True))
        self._table.add_rows(zip(self._table.wholes(columns[0]), *groups, strict=True))
        self.count += len(rows)
        self._hundredths += sum(map(self._amounts.__getitem__, columns[_HOURS_GROUP]))

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
