"""The audit log as a file: one row an act, how many there are, and its particulars.

编号 is the act's own number in the log and 校验码 its hash, whatever was selected. Lines may come page by page;
nothing is remembered of them. The file appears under its name when it is complete. Texts are never formulas.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from handlers.sheets import audit_words as words
from handlers.sheets.cells import Cell
from handlers.sheets.particulars import Particulars, city_time
from handlers.sheets.table_file import Table, table_file
from handlers.sheets.xlsx_table import XlsxTable
from storage.audit import Line

NAME: Final = "审计日志"
# Header → width in characters of the sheet.
COLUMNS: Final[Mapping[str, float]] = {
    "编号": 8,
    "时间": 19,
    "操作人": 16,
    "途径": 8,
    "事项": 18,
    "对象": 22,
    "变更前": 26,
    "变更后": 26,
    "理由": 22,
    "校验码": 26,
}
HEADERS: Final = tuple(COLUMNS)
XLSX_CELL_CHARACTERS: Final = 32_767  # Excel's; the library would cut the rest without a word


@dataclass(frozen=True, slots=True)
class AuditParticulars(Particulars):
    """`head` is that of the audit log; `first` and `last` are the days asked for."""

    first: date | None = None
    last: date | None = None

    def lines(self) -> tuple[tuple[str, str], ...]:
        first = self.first.isoformat() if self.first else "最早"
        return (
            ("报表编号", self.number),
            ("统计期间", f"{first} 至 {(self.last or self.as_of).isoformat()}"),
            ("数据截止时点", city_time(self.known_at)),
            ("审计日志校验码（链头）", f"第 {self.head.seq} 条 {self.head.hash}"),
        )


@dataclass(slots=True)
class AuditSheet:
    """`count` acts have been added."""

    table: Table
    count: int = 0

    def add(self, lines: Iterable[Line], names: Mapping[str, str]) -> None:
        """`names`: 人员编号 → name."""
        for line in lines:
            row = cells_of(line, names)
            self.table.add([_fitting(cell) for cell in row] if isinstance(self.table, XlsxTable) else row)
            self.count += 1


def cells_of(line: Line, names: Mapping[str, str]) -> tuple[Cell, ...]:
    """One cell a header."""
    act = line.act
    name = names.get(act.actor, "")
    actor = f"{name}（{act.actor}）" if name else act.actor
    before, after = (words.content(act.what, text) for text in (act.before, act.after))
    return (
        *(line.seq, city_time(line.at), actor, words.VIA.get(act.via, act.via)),
        *(words.ACTS.get(act.what, act.what), words.subject(act.what, act.subject)),
        *(before, after, act.reason, line.hash),
    )


def _fitting(cell: Cell) -> Cell:
    if not isinstance(cell, str) or len(cell) <= XLSX_CELL_CHARACTERS:
        return cell
    mark = f"……（共 {len(cell)} 字，全文请导出 csv）"
    return cell[: XLSX_CELL_CHARACTERS - len(mark)] + mark


@contextmanager
def audit_sheet(path: Path, particulars: AuditParticulars) -> Iterator[AuditSheet]:
    """Open it, `add` the pages, leave: the file is there. Raises UnknownSheetFormat, OSError."""
    with table_file(path, COLUMNS, HEADERS, particulars, name=NAME) as table:
        sheet = AuditSheet(table)
        yield sheet
        table.end(("合计", f"{sheet.count} 条"), particulars)
