"""成绩明细 with a row a person of the 应考名单, and the 未参加考试人员名单.

The score is that of the sitting that counts; who did not sit has none. Minutes are rounded up. Of a sitting on
paper the day is known and no clock. Source: domain, Export headers that officials expect.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from handlers.actions.exam_reports import Makeup, Row, Sat, Statement
from handlers.sheets.cells import Cell
from handlers.sheets.exam_cells import category_cell, points_cell
from handlers.sheets.particulars import city_time
from storage.exam_marks import Result
from storage.sittings import BY_CLOCK, BY_IMPORT, CHAT, PAPER
from training.calendar import CITY
from training.exam_results import band
from training.exam_words import BANDS, EXCUSED, away_words, is_over, points_words
from training.exams import Bands, Exam, Excuse, Keep
from training.names import GROUPS

DETAIL: Final = "成绩明细"
AWAY: Final = "未参加考试人员名单"
COLUMNS: Final[Mapping[str, float]] = {
    **{"序号": 6, "单位": 18, "姓名": 9, "人员编号": 10, "人员类别": 14, "考核组别": 12, "考试方式": 9},
    **{"开始": 18, "交卷": 18, "用时(分钟)": 8, "成绩": 7, "满分": 7, "等次": 8, "第几次": 7, "补考成绩": 8},
    "备注": 28,
}
HEADERS: Final = tuple(COLUMNS)
AWAY_COLUMNS: Final[Mapping[str, float]] = {
    **{"序号": 6, "单位": 20, "姓名": 10, "人员类别": 18, "缺考/缓考/免考": 14, "原因类别": 16},
    **{"单位书面说明": 28, "补考安排": 44},
}
MODES: Final[Mapping[str, str]] = {CHAT: "在线", PAPER: "线下"}
_WAY: Final = re.compile("（([^（）]{1,20})）$")  # as `storage.exam_imports` writes it
_KEEP: Final[Mapping[Keep, str]] = {Keep.HIGHEST: "取最高", Keep.FIRST: "取首次", Keep.LAST: "取末次"}
NO_REASON: Final = "未说明"
BY_UNIT: Final = "单位申请"


def detail_rows(stated: Statement) -> Iterator[tuple[Cell, ...]]:
    for number, row in enumerate(stated.rows, 1):
        place, made_up = row.place, row.made_up
        yield (
            *(number, stated.unit_name(place.unit), row.name, place.person),
            *(category_cell(place.category, mark=place.mark), GROUPS[place.group]),
            *(_sitting(row.sat, stated.exam.settings.bands) if row.sat else (None,) * 8),
            points_cell(made_up.result.score) if made_up else None,
            _remark(row, stated),
        )


def detail_total(stated: Statement) -> tuple[Cell, ...]:
    sat = sum(row.sat is not None for row in stated.rows)
    return ("合计", f"名单 {len(stated.rows)} 人，有成绩 {sat} 人")


def _sitting(sat: Sat, bands: Bands) -> tuple[Cell, ...]:
    result = sat.result
    reached = BANDS[band(result.score, result.full_marks, bands)] if result.full_marks else None
    return (
        mode_cell(result),
        *_times(result.mode, result.started_at, result.ended_at),
        *(points_cell(result.score), points_cell(result.full_marks), reached, result.number),
    )


def mode_cell(result: Result) -> str:
    """As the file of scores had it, where it came in that way."""
    way = _WAY.search(result.evidence) if result.ended_by == BY_IMPORT else None
    return way[1] if way else MODES.get(result.mode, result.mode)


def _times(mode: str, started_at: datetime, ended_at: datetime) -> tuple[Cell, Cell, Cell]:
    if mode != CHAT:
        return started_at.astimezone(CITY).date().isoformat(), None, None
    seconds = int((ended_at - started_at).total_seconds())
    return city_time(started_at), city_time(ended_at), -(-seconds // 60)


def _remark(row: Row, stated: Statement) -> str:
    said: list[str] = []
    excuse = row.place.excuse
    if row.sat is None:
        said.append(away_words(excuse, over=is_over(stated.exam, stated.now)))
    elif excuse is Excuse.EXCUSED:
        said.append(f"{EXCUSED}，成绩不计入统计")
    if row.sat is not None:
        if row.sat.sittings > 1:
            said.append(f"共 {row.sat.sittings} 次，{_KEEP[stated.exam.settings.keep]}")
        if row.sat.result.ended_by == BY_CLOCK:
            said.append("到时自动交卷")
        if row.sat.fast:
            said.append("作答过快，请核实")
        if row.sat.result.evidence:
            said.append(f"佐证编号 {row.sat.result.evidence}")
    return "；".join([*said, *_made_up(row, stated.exam.settings.bands)])


def _made_up(row: Row, bands: Bands) -> Iterator[str]:
    made_up = row.made_up
    if made_up is not None and made_up.result.full_marks:
        yield f"补考{BANDS[band(made_up.result.score, made_up.result.full_marks, bands)]}"


def away_rows(stated: Statement) -> Iterator[tuple[Cell, ...]]:
    """缺考 and 缓考 without a score, and everybody who is 免考: as many as the 成绩汇总表 counts."""
    over = is_over(stated.exam, stated.now)
    away = [row for row in stated.rows if not row.counts]
    for number, row in enumerate(away, 1):
        place = row.place
        yield (
            *(number, stated.unit_name(place.unit), row.name, category_cell(place.category, mark=place.mark)),
            *(away_words(place.excuse, over=over), _reason(row), place.document, _arranged(row, stated)),
        )


def away_total(stated: Statement) -> tuple[Cell, ...]:
    return ("合计", f"{sum(not row.counts for row in stated.rows)} 人")


def _reason(row: Row) -> str:
    """A kind of reason, never more: 人员状态, or that the unit asked for it."""
    if row.status:
        return row.status
    return NO_REASON if row.place.excuse is Excuse.NONE else BY_UNIT


def _arranged(row: Row, stated: Statement) -> str:
    if row.place.excuse is Excuse.EXCUSED:
        return "已参加考试，成绩不计入统计" if row.sat else "不需补考"
    exams = {exam.number: exam for exam in stated.makeups}
    said = [_at_makeup(makeup, exams[makeup.exam], stated.now) for makeup in row.makeups]
    return "；".join(said) or "尚未安排"


def _at_makeup(makeup: Makeup, exam: Exam, now: datetime) -> str:
    """`补考（考试 2，2026-12-01 09:00 至 2026-12-02 09:00）：已参加，70 分`"""
    window = f"{_minute(exam.opens_at)} 至 {_minute(exam.closes_at)}"
    if makeup.sat is not None:
        became = f"已参加，{points_words(makeup.sat.result.score)} 分"
    elif makeup.excuse is Excuse.NONE and not is_over(exam, now):
        became = "已安排"
    else:
        became = away_words(makeup.excuse, over=True)
    return f"补考（考试 {exam.number}，{window}）：{became}"


def _minute(moment: datetime) -> str:
    return city_time(moment)[:16]
