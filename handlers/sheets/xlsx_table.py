"""A table as xlsx, ready to print: A4 landscape, one page wide, the header frozen and repeated on every page.

Rows leave the memory as soon as they are added. A sheet that is full is continued on a second one.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from handlers.sheets.cells import Cell
from handlers.sheets.particulars import SIGNATURES, Particulars

ROWS_A_SHEET: Final = 1_000_000  # Excel ends at 1,048,576 and the library would drop what is over
FROZEN_COLUMNS: Final = 3
A4: Final = 9
FONT: Final = "宋体"
SIGNATURE_STEP: Final = 8  # columns from one signature to the next
_OPTIONS: Final[dict[str, Any]] = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"font_name": FONT, "font_size": 10},
}


class XlsxTable:
    """`columns`: headers with widths in characters. Work files go beside `path` and are gone after `close`."""

    def __init__(
        self,
        path: Path,
        columns: Mapping[str, float],
        particulars: Particulars,
        *,
        name: str,
        rows_a_sheet: int = ROWS_A_SHEET,
    ) -> None:
        import xlsxwriter  # costs every command a fifth of a second otherwise

        self._book: Any = xlsxwriter.Workbook(path, {**_OPTIONS, "tmpdir": str(path.parent), "use_zip64": True})
        # Not the clock: the same report has the same bytes.
        created = particulars.known_at.astimezone(UTC).replace(tzinfo=None)
        self._book.set_properties({"title": particulars.title, "created": created})
        self._columns, self._particulars, self._name, self._rows_a_sheet = columns, particulars, name, rows_a_sheet
        self._text = self._book.add_format({"text_wrap": True, "valign": "vcenter", "num_format": "@"})
        self._whole = self._book.add_format({"num_format": "0", "valign": "vcenter"})
        self._hours = self._book.add_format({"num_format": "0.00", "valign": "vcenter"})
        self._sheets = 0
        self._begin_sheet()

    def add(self, row: Sequence[Cell]) -> None:
        if self._next > self._rows_a_sheet:
            self._end_rows()
            self._begin_sheet()
        self._write(row, self._text, self._whole, self._hours)

    def end(self, total: Sequence[Cell], particulars: Particulars) -> None:
        """The total, the lines to sign on, and what the report says about itself."""
        self._end_rows()
        self._write(total, *(self._bold(number_format) for number_format in ("@", "0", "0.00")))
        self._next += 1
        for place, signature in enumerate(SIGNATURES):
            self._sheet.write_string(self._next, place * SIGNATURE_STEP, signature)
        self._next += 2
        for label, value in particulars.lines():
            self._sheet.write_string(self._next, 0, f"{label}：{value}")
            self._next += 1

    def close(self) -> None:
        self._book.close()

    def _begin_sheet(self) -> None:
        self._sheets += 1
        suffix = f"（{self._sheets}）" if self._sheets > 1 else ""
        self._sheet: Any = self._book.add_worksheet(f"{self._name}{suffix}")
        self._lay_out()
        header = self._book.add_format(
            {
                "bold": True,
                "align": "center",
                "valign": "vcenter",
                "text_wrap": True,
                "bg_color": "#E8EDF3",
                "border": 1,
            }
        )
        for column, (name, width) in enumerate(self._columns.items()):
            self._sheet.set_column(column, column, width)
            self._sheet.write_string(0, column, name, header)
        self._next = 1

    def _lay_out(self) -> None:
        sheet = self._sheet
        sheet.freeze_panes(1, FROZEN_COLUMNS)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.8, bottom=0.7)  # inches
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.hide_gridlines(0)  # they are printed: no cell needs a border of its own
        # A blank after the size, or a title that begins with a year would be read as part of it.
        sheet.set_header(f"&C&14 {_escaped(self._particulars.title)}")
        sheet.set_footer(f"&L报表编号：{_escaped(self._particulars.number)}&R第 &P 页 共 &N 页")

    def _end_rows(self) -> None:
        self._sheet.autofilter(0, 0, max(1, self._next - 1), len(self._columns) - 1)

    def _bold(self, number_format: str) -> Any:
        return self._book.add_format({"bold": True, "top": 1, "num_format": number_format})

    def _write(self, row: Sequence[Cell], text: Any, whole: Any, hours: Any) -> None:
        for column, cell in enumerate(row):
            if cell is None or cell == "":
                continue
            if isinstance(cell, str):
                self._sheet.write_string(self._next, column, cell, text)
            else:
                number_format = hours if isinstance(cell, Decimal) else whole
                self._sheet.write_number(self._next, column, cell, number_format)
        self._next += 1


def _escaped(text: str) -> str:
    """`&` begins a code in headers and footers; Excel takes 255 characters in all."""
    return text[:80].replace("&", "&&")
