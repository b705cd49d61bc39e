"""The columns of the 学时台账 in the order that officials expect, and what stands in each for one line.

序号 is the line's own number in the ledger, the one that 冲销号 and `ledger reverse` name; it does not change with
the selection. Days are ISO texts; days and moments are those of the city.
Source: domain, Export headers that officials expect.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from handlers.sheets.cells import Cell
from handlers.sheets.particulars import city_time
from storage.ledger import Line
from training.calendar import day_of
from training.hours import Entry
from training.names import FORMS
from training.roster_columns import CATEGORY_NAMES, MARK_NAME

# Header → width in characters of the sheet.
COLUMNS: Final[Mapping[str, float]] = {
    "序号": 8,
    "单位": 20,
    "姓名": 9,
    "人员编号": 11,
    "人员类别": 14,
    "职务": 12,
    "考核年度": 9,
    "起": 11,
    "止": 11,
    "学习形式": 10,
    "内容类别": 12,
    "内容": 34,
    "主办单位": 18,
    "方式": 6,
    "时长(分钟)": 10,
    "认定学时": 9,
    "认定规则": 26,
    "来源": 12,
    "活动编号": 11,
    "佐证编号/存放位置": 16,
    "审核人": 9,
    "审核时间": 19,
    "登记日期": 11,
    "补录": 6,
    "冲销号": 8,
    "备注": 16,
}
HEADERS: Final = tuple(COLUMNS)
HOURS_COLUMN: Final = HEADERS.index("认定学时")

CATEGORIES: Final[Mapping[str, str]] = {str(category): name for category, name in CATEGORY_NAMES.items()}
SOURCES: Final[Mapping[str, str]] = {
    "daily": "每日一题 自动记录",
    "import": "导入（双人确认）",
    "reversal": "冲销（双人确认）",
    "refill": "冲销后按上限补足",
}


@dataclass(frozen=True, slots=True)
class PersonWords:
    name: str
    post: str = ""  # 职务


@dataclass(frozen=True, slots=True)
class Names:
    """人员编号 → words, 单位代码 → name. What is not found is shown by its number."""

    persons: Mapping[str, PersonWords] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)


def cells_of(line: Line, names: Names) -> tuple[Cell, ...]:
    """One cell a header."""
    entry = line.entry
    person = names.persons.get(entry.person, PersonWords(""))
    unit, organiser = (names.units.get(code, code) for code in (entry.unit, entry.organiser))
    return (
        *(line.seq, unit, person.name, entry.person, category_words(entry), person.post, entry.year),
        *(entry.starts_on.isoformat(), entry.ends_on.isoformat(), FORMS.get(entry.form, entry.form)),
        *("、".join(entry.content_classes), entry.title, organiser, entry.mode),
        *(entry.minutes, entry.hours, entry.rule, SOURCES.get(entry.source, entry.source)),
        *(_activity(entry), entry.evidence, *_approval(entry, names)),
        *(day_of(entry.recorded_at).isoformat(), "是" if entry.late else "", entry.reverses, entry.note),
    )


def category_words(entry: Entry) -> str:
    """As a roster spells it: `工作人员；行政执法人员`."""
    category = CATEGORIES.get(entry.category, entry.category)
    return f"{category}；{MARK_NAME}" if entry.mark else category


def _activity(entry: Entry) -> str:
    """Only lines that came from a 培训活动 have its number."""
    return entry.source_ref.partition(":")[0] if entry.source == "activity" else ""


def _approval(entry: Entry, names: Names) -> tuple[str, str]:
    """审核人 and 审核时间; lines that the machine recognised have neither."""
    approver = names.persons.get(entry.approved_by, PersonWords(entry.approved_by)).name
    return approver, city_time(entry.approved_at) if entry.approved_at else ""
