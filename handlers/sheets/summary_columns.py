"""The columns of the 学时汇总 in the order that officials expect, and what stands in each for one person.

The groups of 其中 are one column each; they divide 已认定学时. 完成率 is a number of percent.
Source: domain, Export headers that officials expect.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from handlers.actions.summaries import Row
from handlers.sheets.cells import Cell
from training.hours import decimal
from training.names import FORMS
from training.statuses import ON_DUTY
from training.summaries import COLUMN_NAMES, CONTENT_COLUMNS, Figures, rate
from training.summary_roll import Part, category_words, span_words

WITHIN: Final = "其中:"
# Header → width in characters of the sheet.
COLUMNS: Final[Mapping[str, float]] = {
    "序号": 8,
    "单位": 20,
    "姓名": 9,
    "人员类别": 14,
    "在册区间": 14,
    "核减月数": 6,
    "应完成学时": 8,
    "已认定学时": 8,
    "计入学时": 8,
    **{f"{WITHIN}{name}": 9 for name in (*COLUMN_NAMES, *CONTENT_COLUMNS)},
    "完成率": 8,
    "是否达标": 8,
    "差额(按计入)": 9,
    "备注": 30,
}
HEADERS: Final = tuple(COLUMNS)


def cells_of(number: int | str, row: Row, units: Mapping[str, str]) -> tuple[Cell, ...]:
    """One cell a header; `number` is the 序号, `units` 单位代码 → name."""
    place, amounts = row.place, row.figures
    return (
        *(number, units.get(place.unit, place.unit), place.name, category_words(place), span_words(place.spans)),
        *(amounts.reduced_months, *_hours(amounts), _percent(amounts), _met(amounts), decimal(amounts.missing)),
        remark(row, units),
    )


def total_cells(label: str, total: Figures) -> tuple[Cell, ...]:
    met = f"{total.met}/{total.assessed}"
    return (
        *(label, f"{total.people} 人", None, None, None, total.reduced_months),
        *(*_hours(total), _percent(total), met, decimal(total.missing), _others(total.others)),
    )


def _hours(amounts: Figures) -> Iterable[Cell]:
    yield from (decimal(amounts.owed), decimal(amounts.recorded), decimal(amounts.counted))
    yield from (decimal(amounts.columns.get(name, 0)) for name in COLUMN_NAMES)
    yield from (decimal(amounts.classes.get(name, 0)) for name in CONTENT_COLUMNS)


def _percent(amounts: Figures) -> Decimal | None:
    percent = rate(amounts)
    return None if percent is None else decimal(percent)


def _met(amounts: Figures) -> str:
    if not amounts.owed:
        return "不作要求"
    return "否" if amounts.missing else "是"


def remark(row: Row, units: Mapping[str, str]) -> str:
    """Status, comings and goings within the year, and hours of forms without a column."""
    place = row.place
    said = [] if place.status == ON_DUTY.name else [place.status]
    if place.part is Part.LEFT and place.spans:
        said = [f"年内减员：{place.status}（在册至{place.spans[-1][1]:%m-%d}）"]
    for (_, before), (day, unit) in zip(place.moves, place.moves[1:], strict=False):
        said.append(f"{day:%m-%d}由{units.get(before, before)}转入{units.get(unit, unit)}")
    return "；".join([*said, *filter(None, [_others(row.figures.others)])])


def _others(others: Mapping[str, int]) -> str:
    listed = "、".join(
        f"{FORMS.get(form, form)} {decimal(amount)}" for form, amount in sorted(others.items()) if amount
    )
    return f"另有{listed}" if listed else ""
