"""学时汇总: which part of the record a report sees, and a person's lines added up into its columns.

Amounts are whole hundredths of an hour. The columns 其中 divide 已认定: by form, and by the main content class of
each line. Forms and classes are told by their keys, so that a form which a later version posts has its place.
Source: domain, Export headers that officials expect.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from training.hours import HUNDREDTH, Entry, HoursRules, Standing, counted, decimal, hundredths, missing
from training.requirements import Owed

FORM_COLUMNS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("lecture", "professional", "collective"), "集中培训"),
    "off_job": "脱产",
    "online": "网络",
    **dict.fromkeys(("daily", "practice", "quiz"), "在线答题"),
    "exam": "考试",
    "court_hearing": "旁听",
    "teaching": "讲课",
}
BUSINESS: Final = "业务知识"
LAW: Final = "法律法规"  # every other class: they are all law
CONTENT_COLUMNS: Final = (BUSINESS, LAW)
COLUMN_NAMES: Final = tuple(dict.fromkeys(FORM_COLUMNS.values()))


@dataclass(frozen=True, slots=True)
class Cut:
    """`as_of`: only lines that start on or before it; `known_at`: only what was recorded by then; None: all."""

    as_of: date | None = None
    known_at: datetime | None = None

    def keeps(self, entry: Entry) -> bool:
        in_time = self.as_of is None or entry.starts_on <= self.as_of
        return in_time and (self.known_at is None or entry.recorded_at <= self.known_at)


@dataclass(frozen=True, slots=True)
class Amount:
    """The sum of `lines` lines of one person that agree in the unit they were posted at, form and classes."""

    person: str
    unit: str
    form: str
    content_classes: tuple[str, ...]
    amount: int
    lines: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """已认定: `by_form` by the form's key, `by_class` by main content class (empty where a line has none)."""

    by_form: Mapping[str, int] = field(default_factory=dict)
    by_class: Mapping[str, int] = field(default_factory=dict)
    by_unit: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.by_form.values())


def recorded(amounts: Iterable[Amount]) -> Recorded:
    """Sums that came to nothing, because all was reversed, stay: the form was there."""
    forms, classes, units = Counter[str](), Counter[str](), Counter[str]()
    for one in amounts:
        forms[one.form] += one.amount
        classes[one.content_classes[0] if one.content_classes else ""] += one.amount
        units[one.unit] += one.amount
    return Recorded(dict(forms), dict(classes), dict(units))


def amount_of(entry: Entry) -> Amount:
    return Amount(entry.person, entry.unit, entry.form, entry.content_classes, hundredths(entry.hours), 1)


@dataclass(frozen=True, slots=True)
class Figures:
    """One row of amounts; of several people when they were added up. `met` of the `assessed` owe nothing more."""

    owed: int = 0
    recorded: int = 0
    counted: int = 0
    missing: int = 0
    columns: Mapping[str, int] = field(default_factory=dict)
    classes: Mapping[str, int] = field(default_factory=dict)
    others: Mapping[str, int] = field(default_factory=dict)
    people: int = 0
    assessed: int = 0
    met: int = 0
    reduced_months: int = 0


def figures(owes: Owed, sums: Recorded, rules: HoursRules) -> Figures:
    """`others`: forms that have no column of their own."""
    standing = Standing(hundredths(owes.hours), sums.by_form)
    short = missing(standing, rules)
    columns, others, classes = Counter[str](), Counter[str](), Counter[str]()
    for form, amount in sums.by_form.items():
        if form in FORM_COLUMNS:
            columns[FORM_COLUMNS[form]] += amount
        else:
            others[form] += amount
    for content, amount in sums.by_class.items():
        if content:
            classes[BUSINESS if content == BUSINESS else LAW] += amount
    required = bool(standing.owed)
    return Figures(
        *(standing.owed or 0, sums.total, counted(standing, rules), short, columns, classes, others),
        people=1,
        assessed=int(required),
        met=int(required and not short),
        reduced_months=owes.reduced_months,
    )


def added(rows: Iterable[Figures]) -> Figures:
    columns, others, classes = Counter[str](), Counter[str](), Counter[str]()
    sums = Counter[str]()
    for row in rows:
        columns.update(row.columns)
        others.update(row.others)
        classes.update(row.classes)
        sums.update({name: getattr(row, name) for name in _ADDED})
    return Figures(columns=columns, classes=classes, others=others, **sums)


_ADDED: Final = (
    *("owed", "recorded", "counted", "missing"),
    *("people", "assessed", "met", "reduced_months"),
)


def rate(row: Figures) -> int | None:
    """完成率 in hundredths of a percent, rounded half up, though never up to the whole; None when nothing
    is owed.

    Of one person what counts of what is owed, and may be over 100; of several what is not missing, so that nobody
    makes up for another.
    """
    if not row.owed:
        return None
    done = row.counted if row.people == 1 else row.owed - row.missing
    rounded = (2 * done * 100_00 + row.owed) // (2 * row.owed)
    return min(rounded, 99_99) if done < row.owed else rounded


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """台账 beside 汇总: `ledger` is read line by line in the scope, the rest person by person.

    `outside` are the hours of `persons` people who are not counted in the summary, `elsewhere` those that people
    who are counted brought along from units out of the scope.
    """

    ledger: int
    lines: int
    summary: int
    outside: int = 0
    persons: int = 0
    elsewhere: int = 0

    @property
    def difference(self) -> int:
        return self.ledger - (self.summary + self.outside - self.elsewhere)


def two(amount: int) -> str:
    """`0.10`"""
    return str(decimal(amount).quantize(HUNDREDTH))
