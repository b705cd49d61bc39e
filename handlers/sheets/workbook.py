"""A workbook of several tables, ready to print: A4 landscape, one page wide, headers frozen and repeated.

For reports of a modest size, a library writes the rows; `xlsx_table` is the fast way for one long table. Rows are
written through to disk. A text is stored as a string whatever it begins with, never as a formula or a link.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from handlers.sheets.cells import Cell
from handlers.sheets.particulars import SIGNATURES, Particulars
from handlers.sheets.table_file import UnknownSheetFormat
from handlers.sheets.xlsx_shell import A4, FONT

ENDING: Final = ".xlsx"
CELL_CHARACTERS: Final = 32_767  # Excel takes no more of a text, and the library then writes nothing at all
CUT: Final = "……（文字过长，已截断）"
TITLE_CHARACTERS: Final = 80  # Excel takes 255 in a header with its codes
LINE_POINTS: Final = 15
_HEADER: Final = {
    **{"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True},
    **{"bg_color": "#E8EDF3", "border": 1},
}
_TEXT: Final = {"text_wrap": True, "valign": "vcenter", "num_format": "@"}
_NUMBER: Final = {"valign": "vcenter"}
_TOTAL: Final = {"bold": True, "top": 1}


class Sheet:
    """One table; rows are added from the top to the bottom."""

    def __init__(self, sheet: Any, formats: Mapping[str, Any], columns: Mapping[str, float]) -> None:
        self._sheet, self._formats, self._columns = sheet, formats, columns
        self._next, self._last = 1, 1  # the last row that can be filtered
        for column, (name, width) in enumerate(columns.items()):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, name, formats["header"])

    def add(self, row: Sequence[Cell]) -> None:
        self._last = self._next
        self._write(row, self._formats["text"], self._formats["number"])

    def total(self, row: Sequence[Cell]) -> None:
        self._write(row, self._formats["total_text"], self._formats["total"])

    def line(self, text: str) -> None:
        """Below the table, over all its columns and as high as it needs: a merged cell does not grow by itself."""
        words, room = _fitting(text), sum(self._columns.values())
        self._sheet.set_row(self._next, LINE_POINTS * -(-_width(words) // int(room)))
        if len(self._columns) > 1:
            self._sheet.merge_range(self._next, 0, self._next, len(self._columns) - 1, "", self._formats["line"])
        self._sheet.write_string(self._next, 0, words, self._formats["line"])
        self._next += 1

    def picture(self, png: bytes, scale: float) -> None:
        """Below everything that was written."""
        where = {"image_data": BytesIO(png), "x_scale": scale, "y_scale": scale, "object_position": 1}
        self._sheet.insert_image(self._next + 1, 0, "picture.png", where)

    def end(self, particulars: Particulars) -> None:
        """The lines to sign on, and what the report says about itself."""
        self._sheet.autofilter(0, 0, self._last, len(self._columns) - 1)
        self._next += 1
        step = max(2, len(self._columns) // len(SIGNATURES))
        for number, words in enumerate(SIGNATURES):
            self._sheet.write_string(self._next, number * step, words)
        self._next += 2
        for label, value in particulars.lines():
            self.line(f"{label}：{value}")

    def _write(self, row: Sequence[Cell], text: Any, number: Any) -> None:
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                self._sheet.write_string(self._next, column, _fitting(cell), text)
            elif cell is not None:
                self._sheet.write_number(self._next, column, cell, number)
        self._next += 1


class Workbook:
    """Made by `workbook`."""

    def __init__(self, book: Any, particulars: Particulars) -> None:
        self._book, self._particulars = book, particulars
        self._formats = {
            "header": book.add_format(_HEADER),
            "text": book.add_format(_TEXT),
            "number": book.add_format(_NUMBER),
            "total_text": book.add_format({**_TEXT, **_TOTAL}),
            "total": book.add_format({**_NUMBER, **_TOTAL}),
            "line": book.add_format({"text_wrap": True, "valign": "top"}),
        }

    def sheet(self, name: str, columns: Mapping[str, float], *, frozen: int = 3) -> Sheet:
        """`columns`: headers with widths in characters; so many of them stay in sight."""
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, frozen)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.8, bottom=0.7)  # inches
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.hide_gridlines(0)  # they are printed
        # A blank after the size, or a title that begins with a year would be read as part of it.
        sheet.set_header(f"&C&14 {_plain(f'{self._particulars.title} {name}')}")
        sheet.set_footer(f"&L报表编号：{_plain(self._particulars.number)}&R第 &P 页 共 &N 页")
        return Sheet(sheet, self._formats, columns)


@contextmanager
def workbook(path: Path, particulars: Particulars) -> Iterator[Workbook]:
    """Fill it inside the block; the file is there only when it is whole. Raises: UnknownSheetFormat, OSError."""
    import xlsxwriter  # costs every command a fifth of a second otherwise

    if path.suffix.lower() != ENDING:
        raise UnknownSheetFormat(path.suffix.lower())
    with TemporaryDirectory(dir=path.parent, prefix=".export-") as work:
        unfinished = Path(work, path.name)
        options = {
            **{"constant_memory": True, "tmpdir": work, "strings_to_formulas": False, "strings_to_urls": False},
            "default_format_properties": {"font_name": FONT, "font_size": 10},
        }
        with xlsxwriter.Workbook(str(unfinished), options) as book:
            # Not the clock: the same report has the same bytes.
            created = particulars.known_at.astimezone(UTC).replace(tzinfo=None)
            book.set_properties({"title": particulars.title, "created": created})
            yield Workbook(book, particulars)
        unfinished.replace(path)


def _fitting(text: str) -> str:
    """As Excel counts: a sign beyond the basic plane is two."""
    if len(text.encode("utf-16-le", "surrogatepass")) // 2 <= CELL_CHARACTERS:
        return text
    return text[: CELL_CHARACTERS // 2] + CUT


def _width(text: str) -> int:
    """In the characters in which columns are measured, rather too wide."""
    return sum(2 if sign > "\u2e80" else 1 for sign in text) * 11 // 10 + 1


def _plain(text: str) -> str:
    """`&` begins a code in headers and footers."""
    return text[:TITLE_CHARACTERS].replace("&", "&&")
