"""A plain table, such as the roster: a header and rows of texts, as xlsx or csv by the file's ending."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from handlers.sheets.cells import csv_text
from handlers.sheets.table_file import UnknownSheetFormat


def write_rows(path: Path, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Raises: UnknownSheetFormat."""
    match path.suffix.lower():
        case ".xlsx":
            _write_xlsx(path, headers, rows)
        case ".csv":
            _write_csv(path, headers, rows)
        case suffix:
            raise UnknownSheetFormat(suffix)


def _write_xlsx(path: Path, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    import xlsxwriter  # costs every command a fifth of a second otherwise

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("名册")
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(headers) - 1, 14)
        bold = book.add_format({"bold": True})
        for column, header in enumerate(headers):
            sheet.write_string(0, column, header, bold)
        for number, row in enumerate(rows, 1):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text)


def _write_csv(path: Path, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headers)
        writer.writerows([csv_text(text) for text in row] for row in rows)
