"""A table that a person brings as xlsx or delimited text: rows by the names of their columns.

The header may stand below a title; the first visible sheet that holds all required headers in one row is the
table, and others that hold them are named in a warning. Headers are compared folded (width, case, blanks, a star or
`(必填)` at the end); rows without any text are left out; every row keeps its number in the file.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import Final, NamedTuple

from question_bank.formats.cells import Sheet, text_sheets, workbook_sheets
from question_bank.formats.formulas import valueless_formulas
from question_bank.formats.unreadable import Fact, Unreadable
from question_bank.formats.workbook_guard import MAX_FILE_BYTES, Checked, checked_workbook
from question_bank.problems import Problem, Severity

__all__ = ["Fact", "Problem", "Row", "Severity", "Table", "Unreadable", "fold_header", "read_table"]

HEADER_ROWS: Final = 20  # how far down the header is looked for
FORMULAS_SHOWN: Final = 5

_ZIP: Final = b"PK\x03\x04"
_COMPOUND_FILE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE: Final = "EncryptedPackage".encode("utf-16-le")


class Row(NamedTuple):
    """One row: its number in the file, its filled cells by field, and what stands beyond the header."""

    number: int
    cells: Mapping[str, str]
    extra: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        return f"row {self.number}"


class Table(NamedTuple):
    """`header` has the field of each column, or the folded text of a column that the caller does not know."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()
    delimited: bool = False  # from delimited text, where a stray delimiter shifts the cells


def fold_header(text: str) -> str:
    """`＊ 题 干（必填）：` → `题干`."""
    folded = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).casefold().strip("*:")
    return re.sub(r"\((?:必填|选填|必填项|选填项|可选|可不填)\)$", "", folded).strip("*:")


def read_table(name: str, content: bytes, aliases: Mapping[str, str], required: Collection[str]) -> Table:
    """The table in the file `name`; `aliases` maps every accepted header to its field, `required` names fields.

    The content decides between xlsx and text, not the name. Raises: Unreadable with the fact and `name`.
    """
    fields = {fold_header(alias): field for alias, field in aliases.items()}
    try:
        delimited = not _is_workbook(content)
        if delimited:
            return _first_table(text_sheets(content), fields, frozenset(required), delimited)
        return _of_workbook(checked_workbook(content), fields, frozenset(required))
    except Unreadable as refusal:
        refusal.name = name
        raise


def _is_workbook(content: bytes) -> bool:
    """True for a zip, False for text. Raises: Unreadable for what is neither."""
    if not content.strip():
        raise Unreadable(Fact.EMPTY)
    if len(content) > MAX_FILE_BYTES:
        raise Unreadable(Fact.TOO_LARGE, limit=MAX_FILE_BYTES, found=len(content))
    if content.startswith(_COMPOUND_FILE):
        raise Unreadable(Fact.ENCRYPTED if _ENCRYPTED_PACKAGE in content else Fact.OLD_XLS)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise Unreadable(Fact.MARKUP)
    return content.startswith(_ZIP)


def _of_workbook(safe: Checked, fields: Mapping[str, str], required: frozenset[str]) -> Table:
    """The first table, and a warning for what a person might think was read."""
    sheets = workbook_sheets(safe)
    table = _first_table(sheets, fields, required, delimited=False)
    problems = (*table.problems, *_unread_sheets(sheets, fields, required), *_unread_formulas(safe))
    return table._replace(problems=problems)


def _unread_sheets(
    sheets: Iterator[Sheet], fields: Mapping[str, str], required: frozenset[str]
) -> Iterator[Problem]:
    """The other sheets that hold a header with something below it. One that cannot be read is passed over."""
    for sheet in sheets:
        with suppress(Unreadable):
            if _first_table(iter((sheet,)), fields, required, delimited=False).rows:
                sentence = f"工作表“{sheet.name}”没有读取，请另存为单独文件或并入第一张表。"
                yield Problem("file", "", sentence, Severity.WARNING)


def _unread_formulas(safe: Checked) -> Iterator[Problem]:
    places = valueless_formulas(safe, FORMULAS_SHOWN + 1)
    if places:
        named = "、".join(places[:FORMULAS_SHOWN]) + ("等" if len(places) > FORMULAS_SHOWN else "")
        sentence = f"公式没有保存结果（{named}），已读作空白；请改为数值后另存。"
        yield Problem("file", "", sentence, Severity.WARNING)


def _first_table(
    sheets: Iterator[Sheet], fields: Mapping[str, str], required: frozenset[str], delimited: bool
) -> Table:
    missing = required
    for sheet in sheets:
        rows = enumerate(sheet.rows, start=1)
        for number, row in islice(rows, HEADER_ROWS):
            header = tuple(fields.get(folded, folded) for folded in map(fold_header, row))
            lacking = required.difference(header)
            if not lacking and not set(fields.values()).isdisjoint(header):
                return _table(header, number, rows, set(fields.values()), delimited)
            missing = min(missing, lacking, key=len)
    raise Unreadable(Fact.NO_HEADER, missing=tuple(sorted(missing)))


def _table(
    header: tuple[str, ...], number: int, rows: Iterator[tuple[int, list[str]]], known: set[str], delimited: bool
) -> Table:
    body = tuple(_row(header, place, cells) for place, cells in rows if any(cells))
    return Table(header, body, tuple(_header_problems(header, number, known)), delimited)


def _row(header: tuple[str, ...], number: int, texts: list[str]) -> Row:
    """Of two columns with one name the first filled one counts."""
    cells: dict[str, str] = {}
    for field, text in zip(header, texts, strict=False):
        if field and text:
            cells.setdefault(field, text)
    return Row(number, cells, tuple(text for text in texts[len(header) :] if text))


def _header_problems(header: tuple[str, ...], number: int, known: set[str]) -> Iterator[Problem]:
    where = f"row {number}"
    for field in dict.fromkeys(filter(None, header)):
        if field not in known:
            yield Problem(where, field, f"不认识的列“{field}”，已忽略。", Severity.WARNING)
        elif header.count(field) > 1:
            yield Problem(where, field, "同一列出现了两次，以先填写的一格为准。", Severity.WARNING)
