"""Cells as text, the same from a workbook and from a delimited text.

A sheet is an iterable of rows, a row a list of stripped texts; the n-th row of the iterable is row n of the file,
blank rows included, so that a problem can name the row as the person sees it.
"""

import csv
import datetime
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO, StringIO
from itertools import islice
from typing import Final, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from question_bank.formats.unreadable import Fact, Unreadable
from question_bank.formats.workbook_guard import MAX_COLUMNS, MAX_ROWS, Checked

DELIMITERS: Final = ",;\t"
MAX_CELL_CHARACTERS: Final = 32_767  # what a spreadsheet cell can hold
MAX_CHARACTERS: Final = 64 * 1024 * 1024  # of all cells together

Cell = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta

_BLANK_EDGES: Final = " \t\r\n\f\v\u00a0\u3000\u200b\u2060\ufeff"
_GUARDED = re.compile(r"'+[=+\-@＝＋－＠]")


class Sheet(NamedTuple):
    """`name` is empty for delimited text, which has none."""

    name: str
    rows: Iterable[list[str]]


def cell_text(cell: Cell) -> str:
    """Whole numbers without a fraction, dates and times as ISO, truth as TRUE or FALSE, text without its edges."""
    match cell:
        case str():
            return cell.strip(_BLANK_EDGES)
        case bool():
            return "TRUE" if cell else "FALSE"
        case int() | float():
            return _number_text(cell)
        case datetime.datetime() if cell.time() == datetime.time():
            return cell.date().isoformat()
        case datetime.datetime():
            return cell.isoformat(" ", "seconds" if cell.second else "minutes")
        case datetime.time():
            return cell.isoformat("seconds" if cell.second else "minutes")
        case datetime.date():
            return cell.isoformat()
    return str(cell)


def _number_text(number: float) -> str:
    """Fifteen digits are what a spreadsheet shows; the sixteenth is noise of the binary fraction."""
    if isinstance(number, int) or (number.is_integer() and abs(number) < 1e15):
        return str(int(number))
    return f"{number:.15g}"


def workbook_sheets(safe: Checked) -> Iterator[Sheet]:
    """The visible worksheets in their order, of what `checked_workbook` returned. Raises: Unreadable."""
    with _parsing():
        workbook = CalamineWorkbook.from_filelike(BytesIO(safe))
    for sheet in workbook.sheets_metadata:
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible:
            yield Sheet(sheet.name, _bounded(_sheet_rows(workbook, sheet.name)))


def _sheet_rows(workbook: CalamineWorkbook, name: str) -> Iterator[list[str]]:
    with _parsing():
        for row in workbook.get_sheet_by_name(name).iter_rows():
            yield [cell_text(cell) for cell in row]


@contextmanager
def _parsing() -> Iterator[None]:
    """The parser is Rust: what it did not foresee arrives as a PanicException, which is no Exception."""
    try:
        yield
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable(Fact.DAMAGED) from error
    except BaseException as error:
        if type(error).__module__ == "pyo3_runtime":
            raise Unreadable(Fact.DAMAGED) from error
        raise


def text_sheets(content: bytes) -> Iterator[Sheet]:
    """A delimited text as one sheet a delimiter, the comma first; the header decides which one it is.

    Raises: Unreadable for an unknown encoding or a quotation mark that never closes.
    """
    text = decoded(content)
    first = re.match(r"sep=([,;\t])\r?\n", text)  # a line that a spreadsheet takes as an instruction
    for delimiter in first[1] if first else DELIMITERS:
        yield Sheet("", _bounded(_text_rows(text, delimiter)))


def decoded(content: bytes) -> str:
    """Text by its byte order mark, else UTF-8, else GB18030. Raises: Unreadable."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable(Fact.ENCODING)


def _text_rows(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    records, start, end = 0, 0, 0  # start and end: the lines before and through the last record
    try:
        for row in reader:
            records += 1
            start, end = end, reader.line_num
            yield [_unguarded(cell_text(cell)) for cell in row]
    except csv.Error as error:  # a field beyond the reader's own bound: a quotation mark took in what follows
        raise Unreadable(Fact.QUOTES, row=records + 1) from error
    if end - start > 1 and _quotes_after(text, start) % 2 == 1:
        raise Unreadable(Fact.QUOTES, row=records)


def _unguarded(text: str) -> str:
    """The exported `'=` is `=`: the mark keeps a spreadsheet from taking a text as a formula."""
    return text[1:] if _GUARDED.match(text) else text


def _quotes_after(text: str, line: int) -> int:
    """Quotation marks from a line to the end; odd in a last record that never closed its own."""
    return sum(rest.count('"') for rest in islice(StringIO(text, newline=""), line, None))


def _bounded(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    characters = 0
    for number, row in enumerate(rows, start=1):
        if number > MAX_ROWS:
            raise Unreadable(Fact.TOO_MANY_ROWS, limit=MAX_ROWS, found=number)
        width = max((place for place, cell in enumerate(row, start=1) if cell), default=0)
        if width > MAX_COLUMNS:
            raise Unreadable(Fact.TOO_MANY_COLUMNS, limit=MAX_COLUMNS, found=width)
        if any(len(cell) > MAX_CELL_CHARACTERS for cell in row):
            raise Unreadable(Fact.CELL_TOO_LONG, limit=MAX_CELL_CHARACTERS, row=number)
        characters += sum(map(len, row))
        if characters > MAX_CHARACTERS:
            raise Unreadable(Fact.BOMB, limit=MAX_CHARACTERS, found=characters)
        yield row[:width]
