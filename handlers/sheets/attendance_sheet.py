"""The 签到表 as a file: one row a person and session; or empty, to be signed by hand.

A time is Beijing time; `√` stands for somebody who was there at a time that nobody wrote down. It can be brought in
again as a sign-in list. Source: domain, Export headers.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from handlers.actions.activity_sheet import Row, Sheet
from handlers.sheets.cells import Cell
from handlers.sheets.particulars import Particulars, city_time
from handlers.sheets.table_file import table_file
from training.activities import Mark
from training.calendar import CITY, day_of

NAME: Final = "签到表"
PRESENT: Final = "√"
ABSENT: Final = "缺席"
DOUBTFUL: Final = "待核对"
# Header → width in characters of the sheet.
COLUMNS: Final[Mapping[str, float]] = {
    **{"序号": 6, "单位": 24, "姓名": 10, "人员编号": 14, "日期": 12, "签到": 12, "签退": 12},
    **{"迟到/早退/缺席": 16, "学时": 8, "备注": 24},
}


def write_attendance(path: Path, sheet: Sheet, rules: str, *, blank: bool) -> None:
    """`rules`: their version; `blank`: without what is known of sign-in. Raises: UnknownSheetFormat, OSError."""
    particulars = _particulars(sheet, rules)
    with table_file(path, COLUMNS, tuple(COLUMNS), particulars, name=NAME) as table:
        for number, row in enumerate(sheet.rows, 1):
            known = (None,) * 5 if blank else _signed(row, sheet)
            unit = sheet.units.get(row.unit, row.unit)
            table.add((number, unit, row.name, row.person, row.day.isoformat(), *known))
        table.end(_total(sheet, blank=blank), particulars)


def is_present(row: Row) -> bool:
    return row.presence is not None


def is_absent(row: Row, sheet: Sheet) -> bool:
    """Nobody is before the session is over."""
    if row.attended is not None:
        return row.attended.mark is Mark.STRUCK
    return sheet.now >= row.session.ends


def _signed(row: Row, sheet: Sheet) -> tuple[Cell, ...]:
    attended = row.attended
    came = _clock(attended.came) if attended and attended.came else PRESENT if is_present(row) else None
    left = _clock(attended.left) if attended and attended.left else None
    return (came, left, _standing(row, sheet), row.hours, attended.note if attended else None)


def _clock(moment: datetime) -> str:
    return city_time(moment)[11:16]


def _standing(row: Row, sheet: Sheet) -> str:
    if is_absent(row, sheet):
        return ABSENT
    if row.attended is not None and row.attended.mark is Mark.DOUBTFUL:
        return DOUBTFUL
    there = row.presence
    said = (("迟到", there.late), ("早退", there.early), ("未签退", there.unknown)) if there else ()
    return "、".join(word for word, holds in said if holds)


def _total(sheet: Sheet, *, blank: bool) -> tuple[Cell, ...]:
    persons = f"{len({row.person for row in sheet.rows})} 人"
    if blank:
        return ("合计", persons)
    present = sum(is_present(row) for row in sheet.rows)
    absent = sum(is_absent(row, sheet) for row in sheet.rows)
    hours = [row.hours for row in sheet.rows if row.hours is not None]
    counts = f"到场 {present} 人次，缺席 {absent} 人次"
    return ("合计", persons, None, None, None, None, None, counts, sum(hours) if hours else None)


def _particulars(sheet: Sheet, rules: str) -> Particulars:
    one = sheet.activity
    hosts = "、".join(sheet.units.get(code, code) for code in one.settings.units)
    return Particulars(
        title=f"{one.settings.title}{NAME}",
        number=f"QD-{one.number}-{sheet.now.astimezone(CITY):%Y%m%d%H%M%S}",
        as_of=min(day_of(sheet.now), day_of(one.settings.sessions[-1].ends)),
        known_at=sheet.now,
        rules=rules,
        head=sheet.head,
        scope=f"活动 {one.number}，主办：{hosts}",
    )
