"""The columns of the 学时台账 in the order that officials expect, and what stands in each for one line.

序号 is the line's own number in the ledger, the one that 冲销号 and `ledger reverse` name; it does not change with
the selection. Days are ISO texts; days and moments are those of the city. Neighbouring columns that depend on the
same few values of a line form a group, because a ledger of a million lines has only some thousands of each.
Source: domain, Export headers that officials expect.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from handlers.sheets.cells import Cell
from handlers.sheets.particulars import city_time
from training.calendar import day_of
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
    "quiz": "群发答题 自动记录",
    "import": "导入（双人确认）",
    "activity": "培训活动 办结",
    "claim": "个人申报 审核通过",
    "merge": "人员合并（双人确认）",
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


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring columns from the header `first` on: what `cells` makes of one group of `storage.ledger_rows`."""

    first: str
    cells: Callable[..., tuple[Cell, ...]]


def groups_of(names: Names) -> tuple[Group, ...]:
    """All columns but 序号, from left to right and in the order of `GROUPS`."""

    def unit_name(code: str) -> str:
        return names.units.get(code, code)

    def who(person: str, unit: str, category: str, mark: int) -> tuple[Cell, ...]:
        words = names.persons.get(person, PersonWords(""))
        return unit_name(unit), words.name, person, category_words(category, mark=bool(mark)), words.post

    def how(organiser: str, mode: str, minutes: int | None, hours: str, rule: str, source: str) -> tuple[Cell, ...]:
        return unit_name(organiser), mode, minutes, Decimal(hours), rule, SOURCES.get(source, source)

    def approval(by: str, at: str | None) -> tuple[Cell, ...]:
        """Lines that the machine recognised have neither."""
        return names.persons.get(by, PersonWords(by)).name, city_time(_moment(at)) if at else ""

    return (
        Group("单位", who),
        Group("考核年度", _what),
        Group("主办单位", how),
        Group("活动编号", _evidence),
        Group("审核人", approval),
        Group("登记日期", _remarks),
    )


def _what(year: int, starts_on: str, ends_on: str, form: str, classes: str, title: str) -> tuple[Cell, ...]:
    return year, starts_on, ends_on, FORMS.get(form, form), classes, title


def _evidence(activity_ref: str, evidence: str) -> tuple[Cell, ...]:
    return activity_ref.partition(":")[0], evidence


def _remarks(hour: str, late: int, reverses: int | None, note: str) -> tuple[Cell, ...]:
    return day_of(_moment(f"{hour}:00:00")).isoformat(), "是" if late else "", reverses, note


def category_words(category: str, *, mark: bool) -> str:
    """As a roster spells it: `工作人员；行政执法人员`."""
    words = CATEGORIES.get(category, category)
    return f"{words}；{MARK_NAME}" if mark else words


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
