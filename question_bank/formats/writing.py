"""Questions as a table that people edit and bring back: xlsx, or csv as UTF-8 with BOM.

A table holds less than JSON Lines: of a citation only law, article and version. No text becomes a formula or link.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Final

import xlsxwriter

from question_bank.checks import KIND_WORDS
from question_bank.citations import printed
from question_bank.formats.columns import AUDIENCE_WORDS, OPTION_COLUMNS, PART
from question_bank.questions import LETTERS, Citation, Question

MAX_CELL_CHARACTERS: Final = 32_767
WIDTHS: Final = {"题干": 60, "解析": 60, "法条依据": 30, "补充说明": 40}  # characters
NARROW: Final = 14

_TAIL: Final = ("答案", "解析", "难度", "知识点", "法条依据", "编号", "适用对象", "补充说明", "打乱选项", "状态")
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠]")
_AUDIENCE: Final = {code: word for word, code in reversed(AUDIENCE_WORDS.items())}
_STATUS: Final = {"active": "启用", "draft": "草稿"}


@dataclass(eq=False)
class TooLongForCell(Exception):
    """A text that a spreadsheet cell cannot hold; JSON Lines can."""

    question: str  # its id
    column: str
    characters: int


def written_xlsx(questions: Sequence[Question]) -> bytes:
    """A workbook with one sheet and a frozen header. Raises: TooLongForCell."""
    fresh = BytesIO()
    safe = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(fresh, safe) as workbook:
        sheet, bold = workbook.add_worksheet("试题"), workbook.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(table_rows(questions)):
            if number == 0:
                for column, title in enumerate(row):
                    sheet.set_column(column, column, WIDTHS.get(title, NARROW))
            for column, text in enumerate(row):
                sheet.write_string(number, column, text, None if number else bold)
    return fresh.getvalue()


def written_csv(questions: Sequence[Question]) -> bytes:
    """What begins like a formula gets a `'` in front, which the import takes away. Raises: TooLongForCell."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    for row in table_rows(questions):
        writer.writerow([f"'{cell}" if _FORMULA.match(cell) else cell for cell in row])
    return text.getvalue().encode("utf-8-sig")


def table_rows(questions: Sequence[Question]) -> Iterator[list[str]]:
    """The header, then a row a question; the parts of a case follow it. Raises: TooLongForCell."""
    most = max((len(one.options) for question in questions for one in (question, *question.parts)), default=0)
    options = max(most, len(OPTION_COLUMNS))
    header = ["题型", "题干", *(f"选项{letter}" for letter in LETTERS[:options]), *_TAIL]
    yield header
    for question in questions:
        for one in (question, *question.parts):
            row = _row(one, options, is_part=one is not question)
            _check_lengths(question.id, header, row)
            yield row


def _row(question: Question, options: int, *, is_part: bool) -> list[str]:
    kind = KIND_WORDS[question.kind]
    return [
        f"{PART}：{kind}" if is_part else kind,
        question.stem,
        *question.options,
        *[""] * (options - len(question.options)),
        _answer(question),
        question.explanation,
        str(question.difficulty),
        "；".join(question.topics),
        "；".join(map(_citation, question.citations)),
        question.id,
        "；".join(_AUDIENCE.get(word, word) for word in question.audience),
        question.more,
        "是" if question.shuffle else "否",
        _STATUS.get(question.status, question.status),
    ]


def _answer(question: Question) -> str:
    texts = ["|".join(one) if isinstance(one, tuple) else one for one in question.answer]
    return ("；" if any(isinstance(one, tuple) for one in question.answer) else "").join(texts)


def _citation(citation: Citation) -> str:
    if not citation.version:
        return printed(citation)
    law, article = printed(citation).rsplit("》", 1)
    return f"{law}》（{citation.version}）{article}"


def _check_lengths(question_id: str, header: list[str], row: list[str]) -> None:
    for column, text in zip(header, row, strict=True):
        if len(text) > MAX_CELL_CHARACTERS:
            raise TooLongForCell(question_id, column, len(text))
