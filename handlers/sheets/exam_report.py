"""The reports of an exam as one workbook; 成绩明细 alone also as csv. Each sheet can be printed and signed alone.

Sheets: 成绩汇总表, 分类汇总, 成绩明细, 未参加考试人员名单, 试题分析, 成绩分布.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from handlers.actions.exam_analysis import Analysis
from handlers.actions.exam_reports import Statement
from handlers.sheets.cells import Cell
from handlers.sheets.exam_items import COLUMNS as ITEM_COLUMNS
from handlers.sheets.exam_items import ITEMS, item_rows, paper_lines
from handlers.sheets.exam_persons import (
    AWAY,
    AWAY_COLUMNS,
    COLUMNS,
    DETAIL,
    HEADERS,
    away_rows,
    away_total,
    detail_rows,
    detail_total,
)
from handlers.sheets.exam_summary import COLUMNS as SUMMARY_COLUMNS
from handlers.sheets.exam_summary import (
    DIVIDED,
    DIVIDED_COLUMNS,
    SUMMARY,
    divided_rows,
    divided_total,
    total_row,
    unit_rows,
)
from handlers.sheets.particulars import Particulars, city_time
from handlers.sheets.table_file import table_file
from handlers.sheets.workbook import Sheet, Workbook, workbook
from training.exam_distribution import distribution
from training.exam_results import Rate
from training.exam_words import is_over, points_words, rate_words

SPREAD: Final = "成绩分布"
SPREAD_COLUMNS: Final = {"序号": 6, "得分率(%)": 14, "人数": 8, "其中不合格": 12, "其中合格": 12, "占实考": 20}
PICTURE_SCALE: Final = 0.45
NOT_TOLD: Final = "成绩未公布，仅供内部核对"
NOTE: Final = (
    "应考＝实考＋缓考＋缺考，不含免考；合格率、优秀率以首次考试实考人数为分母，合格人数含良好、优秀；"
    "补考后合格率以首考或补考有成绩的人数为分母；单位按基准日的人事关系，各级合计按人重新计算"
)


@dataclass(frozen=True, slots=True)
class ExamParticulars(Particulars):
    """With what has to be known about the exam."""

    stated: Statement = field(kw_only=True)

    def lines(self) -> tuple[tuple[str, str], ...]:
        # Not super(): a dataclass with slots is another class than the one that super() would remember.
        return (*Particulars.lines(self), *_of_exam(self.stated), ("说明", NOTE))


def _of_exam(stated: Statement) -> list[tuple[str, str]]:
    exam, bands, over = stated.exam, stated.exam.settings.bands, is_over(stated.exam, stated.now)
    state = "已截止" if over else "尚未截止，没有成绩的人员暂列为缺考或尚未参加"
    named = (("合格", bands.passed), ("良好", bands.good), ("优秀", bands.excellent))
    marks = "、".join(f"{name} {points_words(least)}" for name, least in named)
    said = [
        ("考试", f"{exam.settings.title}（考试 {exam.number}）"),
        ("考试时间", f"{city_time(exam.opens_at)} 至 {city_time(exam.closes_at)}（{state}）"),
        ("应考名单基准日", exam.basis_day.isoformat() if exam.basis_day else ""),
        ("成绩公布", "已公布" if exam.scores_told else NOT_TOLD),
        ("等次分数线", f"{marks}（按满分 100 折算）"),
    ]
    if stated.makeups:
        listed = "、".join(f"{one.settings.title}（考试 {one.number}）" for one in stated.makeups)
        said.append(("补考", listed))
    if stated.unfinished:
        said.append(("未交卷", f"{stated.unfinished} 份答卷还没有交卷评分，不在本报表中"))
    if stated.strangers:
        said.append(("名单外成绩", f"{stated.strangers} 人有成绩而不在应考名单中，不计入本报表"))
    return said


def write_report(
    path: Path, particulars: ExamParticulars, stated: Statement, analysed: Analysis | None, picture: bytes
) -> None:
    """`picture` is the spread of the scores as PNG. Raises: UnknownSheetFormat, OSError."""
    with workbook(path, particulars) as book:
        _summary(book, particulars, stated)
        _divided(book, particulars, stated)
        _detail(book, particulars, stated)
        _away(book, particulars, stated)
        if analysed is not None:
            _items(book, particulars, analysed)
        _spread(book, particulars, stated, picture)


def write_detail(path: Path, particulars: ExamParticulars, stated: Statement) -> None:
    """成绩明细 alone. Raises: UnknownSheetFormat, OSError."""
    with table_file(path, COLUMNS, HEADERS, particulars, name=DETAIL) as table:
        for row in detail_rows(stated):
            table.add(row)
        table.end(_whole(detail_total(stated), len(HEADERS)), particulars)


def _summary(book: Workbook, particulars: ExamParticulars, stated: Statement) -> None:
    sheet = book.sheet(SUMMARY, SUMMARY_COLUMNS, frozen=2)
    for row in unit_rows(stated):
        sheet.add(row)
    sheet.total(total_row(stated, "" if stated.exam.scores_told else NOT_TOLD))
    sheet.end(particulars)


def _divided(book: Workbook, particulars: ExamParticulars, stated: Statement) -> None:
    sheet = book.sheet(DIVIDED, DIVIDED_COLUMNS)
    for row in divided_rows(stated):
        sheet.add(row)
    sheet.total(divided_total(stated))
    sheet.end(particulars)


def _detail(book: Workbook, particulars: ExamParticulars, stated: Statement) -> None:
    sheet = book.sheet(DETAIL, COLUMNS)
    for row in detail_rows(stated):
        sheet.add(row)
    _total(sheet, detail_total(stated), len(COLUMNS))
    sheet.end(particulars)


def _away(book: Workbook, particulars: ExamParticulars, stated: Statement) -> None:
    sheet = book.sheet(AWAY, AWAY_COLUMNS)
    for row in away_rows(stated):
        sheet.add(row)
    _total(sheet, away_total(stated), len(AWAY_COLUMNS))
    sheet.end(particulars)


def _items(book: Workbook, particulars: ExamParticulars, analysed: Analysis) -> None:
    sheet = book.sheet(ITEMS, ITEM_COLUMNS, frozen=2)
    for row in item_rows(analysed):
        sheet.add(row)
    for line in paper_lines(analysed):
        sheet.line(line)
    sheet.end(particulars)


def _spread(book: Workbook, particulars: ExamParticulars, stated: Statement, picture: bytes) -> None:
    sheet = book.sheet(SPREAD, SPREAD_COLUMNS, frozen=1)
    columns = distribution(stated.sitters(), stated.exam.settings.bands)
    sat = sum(column.count for column in columns)
    for number, one in enumerate(columns, 1):
        share = rate_words(Rate(one.count, sat))
        sheet.add((number, f"{one.least}–{one.most}", one.count, one.failed, one.passed, share))
    failed, passed = sum(one.failed for one in columns), sum(one.passed for one in columns)
    sheet.total(("合计", None, sat, failed, passed, rate_words(Rate(sat, sat))))
    sheet.end(particulars)
    sheet.picture(picture, PICTURE_SCALE)


def _total(sheet: Sheet, cells: tuple[Cell, ...], width: int) -> None:
    sheet.total(_whole(cells, width))


def _whole(cells: tuple[Cell, ...], width: int) -> tuple[Cell, ...]:
    return (*cells, *((None,) * (width - len(cells))))
