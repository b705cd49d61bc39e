"""Files for tests: workbooks with given cells, and workbooks that are not what they seem."""

import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO

import xlsxwriter

SHEET = "xl/worksheets/sheet1.xml"
HEADER = ["题型", "题干", "选项A", "选项B", "选项C", "选项D", "答案", "解析", "难度", "知识点", "法条依据"]
ROW = [
    "单选题",
    "公民的当场罚款上限是多少？",
    "50元",
    "100元",
    "200元",
    "500元",
    "C",
    "见法条。",
    "2",
    "执法能力",
    "行政处罚法51",
]

Cell = str | int | float | bool | None


def workbook(*sheets: Sequence[Sequence[Cell]]) -> bytes:
    """A workbook with these sheets, each a list of rows; what begins with = is a formula."""
    fresh = BytesIO()
    with xlsxwriter.Workbook(fresh, {"in_memory": True}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return fresh.getvalue()


def csv_text(*rows: Sequence[str], delimiter: str = ",") -> str:
    return "".join(delimiter.join(row) + "\r\n" for row in rows)


def changed(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same zip with one part rewritten."""
    fresh = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            text = source.read(entry)
            target.writestr(entry.filename, change(text) if entry.filename == part else text)
    return fresh.getvalue()


def with_rows(body: bytes) -> bytes:
    """A workbook whose sheet has these raw rows."""
    sheet = (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b"<sheetData>" + body + b"</sheetData></worksheet>"
    )
    return changed(workbook([["a"]]), SHEET, lambda _: sheet)


def cell(reference: str, text: str = "x", attributes: str = "") -> bytes:
    return f'<c r="{reference}" t="inlineStr"{attributes}><is><t>{text}</t></is></c>'.encode()


def bomb(megabytes: int) -> bytes:
    """About a thousandth of what it unpacks to."""
    fresh = BytesIO()
    with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("xl/workbook.xml", "<workbook/>")
        with target.open(SHEET, "w") as part:
            for _ in range(megabytes):
                part.write(b" " * 1024 * 1024)
    return fresh.getvalue()
