"""A table as xlsx, ready to print: A4 landscape, one page wide, the header frozen and repeated on every page.

What is around the rows comes from a library (`xlsx_shell`); the rows are written here, compressed as they come, so
that nothing of them stays in memory or on disk. A sheet that is full is continued on a second one.
Source: ECMA-376 part 1, 18.3.1.4 (cells), 18.4.8 (texts in them), 22.9.2.19 (`_x0000_`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import islice, repeat
from pathlib import Path
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zlib import DEFLATED, MAX_WBITS

from handlers.sheets.cells import Cell
from handlers.sheets.particulars import SIGNATURES, Particulars
from handlers.sheets.xlsx_shell import Styles, shell
from training.hours import HUNDREDTH

try:
    from isal.isal_zlib import compressobj
except ImportError:  # a processor that it is not built for
    from zlib import compressobj  # type: ignore[assignment]

ROWS_A_SHEET: Final = 1_000_000  # Excel ends at 1,048,576
AT_ONCE: Final = 64  # rows: what a thousand need would go back to the system each time, and be asked for again
SIGNATURE_STEP: Final = 8  # columns from one signature to the next
CELL_CHARACTERS: Final = 32_767  # Excel takes no more of a text
COMPRESSION: Final = 1  # zlib's default takes three times as long for a sixth less
_ROW_BYTE: Final = b"\0"
_BEGIN: Final = b'<row r="\0">'
_END: Final = b"</row>"
_ROW: Final = "\0"  # stands for the row's number until the row has one; no text can hold it
_ESCAPED: Final = re.compile("[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_NAMED: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


class XlsxTable:
    """`columns`: headers with widths in characters. The file is a workbook after `close`."""

    def __init__(
        self,
        path: Path,
        columns: Mapping[str, float],
        particulars: Particulars,
        *,
        name: str,
        rows_a_sheet: int = ROWS_A_SHEET,
    ) -> None:
        self._zip = ZipFile(path, "w", ZIP_DEFLATED, compresslevel=COMPRESSION)
        self._columns, self._particulars, self._name, self._rows_a_sheet = columns, particulars, name, rows_a_sheet
        self._letters = [_letters(n) for n in range(max(len(columns), len(SIGNATURES) * SIGNATURE_STEP))]
        self._last_rows: list[int] = []  # of the sheets that are full
        self._begin_sheet()

    def piece(self, column: int, cells: Sequence[Cell]) -> bytes:
        """Neighbouring cells from `column` on, to be joined to a row, which begins with the first."""
        made = self._styled(column, cells, self._plain).encode()
        return made if column else _BEGIN + made

    def wholes(self, numbers: Iterable[int]) -> Iterable[bytes]:
        """The pieces of rows that begin with a whole number."""
        return map((_BEGIN + b'<c r="A\0" s="%d"><v>' % self._plain.whole + b"%d</v></c>").__mod__, numbers)

    def add_rows(self, rows: Iterable[Iterable[bytes]]) -> None:
        """Each row its pieces from left to right."""
        coming = iter(rows)
        while now := list(islice(coming, max(1, min(AT_ONCE, self._rows_a_sheet + 2 - self._next)))):
            if self._next > self._rows_a_sheet + 1:
                self._end_sheet(self._next - 1)
                self._begin_sheet()
            self._write(now)

    def add(self, row: Sequence[Cell]) -> None:
        self.add_rows(((self.piece(0, row),),))

    def end(self, total: Sequence[Cell], particulars: Particulars) -> None:
        """The total, the lines to sign on, and what the report says about itself."""
        self._last_line = self._next - 1
        self._write([(_BEGIN, self._styled(0, total, self._total).encode())])
        self._next += 1
        signed = enumerate(SIGNATURES)
        places = ((self._letters[n * SIGNATURE_STEP], words) for n, words in signed)
        self._write([(_BEGIN, *(_text(letters, words, None).encode() for letters, words in places))])
        self._next += 1
        lines = (_text("A", f"{label}：{value}", None).encode() for label, value in particulars.lines())
        self._write([(_BEGIN, line) for line in lines])

    def close(self) -> None:
        """Also after a failure: what is written then is thrown away by who opened it."""
        self._end_sheet(self._last_line or self._next - 1)
        made = shell(self._name, self._columns, self._particulars, self._last_rows)
        for name, content in made.parts.items():
            # Not by its name alone, or the clock would be in it: the same report has the same bytes.
            self._zip.writestr(ZipInfo(name), content, ZIP_DEFLATED, COMPRESSION)
        self._zip.close()

    def _begin_sheet(self) -> None:
        made = shell(self._name, self._columns, self._particulars, [*self._last_rows, 2])
        self._plain, self._total = made.plain, made.total
        part = f"xl/worksheets/sheet{len(self._last_rows) + 1}.xml"
        self._sheet: IO[bytes] = self._zip.open(part, "w", force_zip64=True)
        self._sheet._compressor = compressobj(COMPRESSION, DEFLATED, -MAX_WBITS)  # type: ignore[attr-defined]
        self._sheet.write(made.head)
        self._next, self._last_line = 2, 0

    def _end_sheet(self, last_row: int) -> None:
        self._last_rows.append(last_row)
        made = shell(self._name, self._columns, self._particulars, self._last_rows)
        self._sheet.write(made.tail)
        self._sheet.close()

    def _write(self, rows: Iterable[Iterable[bytes]]) -> None:
        cells = list(map(b"".join, rows))
        numbers = list(map(b"%d".__mod__, range(self._next, self._next + len(cells))))
        named = map(bytes.replace, cells, repeat(_ROW_BYTE), numbers)
        self._sheet.write(_END.join((*named, b"")))
        self._next += len(cells)

    def _styled(self, column: int, cells: Sequence[Cell], styles: Styles) -> str:
        named = zip(self._letters[column : column + len(cells)], cells, strict=True)
        return "".join(_cell(letters, cell, styles) for letters, cell in named if cell is not None and cell != "")


def _cell(letters: str, cell: Cell, styles: Styles) -> str:
    if isinstance(cell, str):
        return _text(letters, cell, styles.text)
    style = styles.hours if isinstance(cell, Decimal) else styles.whole
    number = cell.quantize(HUNDREDTH) if isinstance(cell, Decimal) else cell
    return f'<c r="{letters}{_ROW}" s="{style}"><v>{number}</v></c>'


def _text(letters: str, text: str, style: int | None) -> str:
    """A string in its cell, and so never a formula or a link."""
    styled = "" if style is None else f' s="{style}"'
    kept = ' xml:space="preserve"' if text != text.strip() else ""
    return f'<c r="{letters}{_ROW}"{styled} t="inlineStr"><is><t{kept}>{_escaped(_fitting(text))}</t></is></c>'


def _fitting(text: str) -> str:
    if len(text) * 2 <= CELL_CHARACTERS or _units(text) <= CELL_CHARACTERS:
        return text
    mark = f"……（共 {len(text)} 字，全文请导出 csv）"
    short = text[: CELL_CHARACTERS - len(mark)]
    while _units(short) > CELL_CHARACTERS - len(mark):
        short = short[: len(short) - max(1, (_units(short) - CELL_CHARACTERS + len(mark)) // 2)]
    return short + mark


def _units(text: str) -> int:
    """As Excel counts: a sign beyond the basic plane is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _escaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: _NAMED.get(found[0]) or f"_x{ord(found[0]):04X}_", text)


def _letters(column: int) -> str:
    """0 → A, 26 → AA."""
    letters = ""
    column += 1
    while column:
        column, place = divmod(column - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters
