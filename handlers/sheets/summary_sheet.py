"""The 学时汇总 as a file: one row a person, the total, the particulars with the reconciliation, the 年内减员表.

The rows that are in the total are those whose 序号 is a number. The 年内减员表 comes last, numbered 减员1, 减员2 ….
As with the ledger the file appears under its name when it is complete.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from handlers.actions.summaries import Row, Summary
from handlers.sheets.particulars import Particulars
from handlers.sheets.summary_columns import COLUMNS, HEADERS, cells_of, total_cells
from handlers.sheets.table_file import Table, table_file
from training.summaries import Reconciliation, added, two

NAME: Final = "学时汇总"
NOTE: Final = "完成率为百分数；“其中”各列是已认定学时的构成；人员按统计截止日的人事关系列入"


@dataclass(frozen=True, slots=True)
class SummaryParticulars(Particulars):
    """With the line that reconciles 台账 and 汇总."""

    reconciliation: Reconciliation = field(kw_only=True)

    def lines(self) -> tuple[tuple[str, str], ...]:
        # Not super(): a dataclass with slots is another class than the one that super() would remember.
        return (*Particulars.lines(self), ("台账与汇总核对", balance(self.reconciliation)), ("说明", NOTE))


def balance(found: Reconciliation) -> str:
    """`台账 12.50（30 条）＝汇总已认定 12.00＋未列入汇总的 1 人 0.50，相符`"""
    terms = f"台账 {two(found.ledger)}（{found.lines} 条）＝汇总已认定 {two(found.summary)}"
    terms += f"＋未列入汇总的 {found.persons} 人 {two(found.outside)}"
    if found.elsewhere:
        terms += f"－列入人员在其他单位取得 {two(found.elsewhere)}"
    return f"{terms}，" + (f"相差 {two(found.difference)}，请核查" if found.difference else "相符")


def write_summary(path: Path, particulars: SummaryParticulars, summary: Summary, units: dict[str, str]) -> None:
    """`units`: 单位代码 → name. Raises: UnknownSheetFormat, OSError."""
    with table_file(path, COLUMNS, HEADERS, particulars, name=NAME) as table:
        for number, row in enumerate(summary.rows, 1):
            table.add(cells_of(number, row, units))
        total = added(row.figures for row in summary.rows)
        table.end(total_cells("合计", total), particulars)
        if summary.gone:
            _add_gone(table, summary.gone, units)


def _add_gone(table: Table, gone: tuple[Row, ...], units: dict[str, str]) -> None:
    table.add((None,))
    table.add(("附表", "年内减员表（不计入合计）"))
    table.add(HEADERS)
    for number, row in enumerate(gone, 1):
        table.add(cells_of(f"减员{number}", row, units))
    table.add(total_cells("减员合计", added(row.figures for row in gone)))
