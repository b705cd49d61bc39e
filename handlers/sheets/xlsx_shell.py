"""Everything of a workbook but its rows: a library makes it, with a header row and one row that shows every style.

The library itself takes several times as long for a row as writing it here; see `xlsx_table`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from io import BytesIO
from typing import Any, Final
from zipfile import ZipFile

from handlers.sheets.particulars import Particulars

FROZEN_COLUMNS: Final = 3
A4: Final = 9
FONT: Final = "宋体"
_OPTIONS: Final[dict[str, Any]] = {
    "constant_memory": True,  # texts then stand in their cells
    "in_memory": True,
    "default_format_properties": {"font_name": FONT, "font_size": 10},
}
_HEADER: Final = {
    "bold": True,
    "align": "center",
    "valign": "vcenter",
    "text_wrap": True,
    "bg_color": "#E8EDF3",
    "border": 1,
}
_PLAIN: Final = (
    {"text_wrap": True, "valign": "vcenter", "num_format": "@"},
    {"num_format": "0", "valign": "vcenter"},
    {"num_format": "0.00", "valign": "vcenter"},
)
_TOTAL: Final = tuple({"bold": True, "top": 1, "num_format": number} for number in ("@", "0", "0.00"))
_STYLE: Final = re.compile(rb' s="(\d+)"')
_DIMENSION: Final = re.compile(rb"<dimension [^>]*/>")
_PART: Final = "xl/worksheets/sheet{}.xml"


@dataclass(frozen=True, slots=True)
class Styles:
    """The style numbers of a text, a whole number and hours."""

    text: int
    whole: int
    hours: int


@dataclass(frozen=True, slots=True)
class Shell:
    """`parts`: every file of the workbook but the sheets, by name; `head` and `tail` of the sheet asked for."""

    parts: Mapping[str, bytes]
    head: bytes
    tail: bytes
    plain: Styles
    total: Styles


def shell(name: str, columns: Mapping[str, float], particulars: Particulars, last_rows: Sequence[int]) -> Shell:
    """`last_rows`: the last row, from 1, that can be filtered, of each sheet; the last sheet is asked for."""
    import xlsxwriter  # costs every command a fifth of a second otherwise

    packed = BytesIO()
    with xlsxwriter.Workbook(packed, _OPTIONS) as book:
        # Not the clock: the same report has the same bytes.
        created = particulars.known_at.astimezone(UTC).replace(tzinfo=None)
        book.set_properties({"title": particulars.title, "created": created})
        header = book.add_format(_HEADER)
        shown = [book.add_format(one) for one in (*_PLAIN, *_TOTAL)]
        for number, last in enumerate(last_rows, 1):
            sheet = book.add_worksheet(name if number == 1 else f"{name}（{number}）")
            _lay_out(sheet, particulars)
            _fill(sheet, columns, header, shown)
            sheet.autofilter(0, 0, max(1, last - 1), len(columns) - 1)
    return _taken_apart(packed, len(last_rows))


def _lay_out(sheet: Any, particulars: Particulars) -> None:
    sheet.freeze_panes(1, FROZEN_COLUMNS)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.8, bottom=0.7)  # inches
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.hide_gridlines(0)  # they are printed: no cell needs a border of its own
    # A blank after the size, or a title that begins with a year would be read as part of it.
    sheet.set_header(f"&C&14 {_escaped(particulars.title)}")
    sheet.set_footer(f"&L报表编号：{_escaped(particulars.number)}&R第 &P 页 共 &N 页")


def _fill(sheet: Any, columns: Mapping[str, float], header: Any, shown: Sequence[Any]) -> None:
    for column, (name, width) in enumerate(columns.items()):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, header)
    for column, style in enumerate(shown):
        sheet.write_number(1, column, 0, style)


def _taken_apart(packed: BytesIO, sheets: int) -> Shell:
    with ZipFile(packed) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    asked = parts[_PART.format(sheets)]
    rows, _, tail = asked.partition(b"</sheetData>")
    head, _, sample = rows.rpartition(b"<row ")
    styles = [int(style) for style in _STYLE.findall(sample)]
    for number in range(1, sheets + 1):
        del parts[_PART.format(number)]
    return Shell(parts, _DIMENSION.sub(b"", head), b"</sheetData>" + tail, Styles(*styles[:3]), Styles(*styles[3:]))


def _escaped(text: str) -> str:
    """`&` begins a code in headers and footers; Excel takes 255 characters in all."""
    return text[:80].replace("&", "&&")
