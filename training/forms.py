"""学习形式: how an event of each form becomes hours and how much of it fits, a dated row each.

The rows are 本市 policy; a city that rules otherwise adds rows of its own with the day from which they hold.
Amounts are whole hundredths of an hour (8 学时 = 800). Chinese names stand in `training.names`.
Source: domain, Forms and credit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final


class Form(StrEnum):
    """How hours were earned."""

    DAILY = "daily"
    PRACTICE = "practice"
    QUIZ = "quiz"
    LECTURE = "lecture"
    PROFESSIONAL = "professional"
    COLLECTIVE = "collective"
    OFF_JOB = "off_job"
    ONLINE = "online"
    COURT_HEARING = "court_hearing"
    TEACHING = "teaching"
    EXAM = "exam"
    COMPETITION = "competition"
    CASE_REVIEW = "case_review"
    CASE_STUDY = "case_study"
    SELF_STUDY = "self_study"


class Basis(StrEnum):
    """What an event can be measured by."""

    ITEMS = "items"  # questions answered
    LENGTH = "length"  # minutes
    DAY_PARTS = "day_parts"  # 全天, 半天
    CERTIFIED = "certified"  # hours that somebody else stated
    ACHIEVEMENT = "achievement"


class Achievement(StrEnum):
    PASSED = "passed"
    TOOK_PART = "took_part"
    PRIZE = "prize"


@dataclass(frozen=True, slots=True)
class FormRule:
    """One row, in force from `valid_from`. `least` and `most` bound one event that lasted at all.

    `amount` is for every `items` questions of which `least_right_percent` are right. `day_limited`: its events take
    time and count under `DAY_LIMIT` (classes and claims). `online`: 在线答题类. None is no limit.
    """

    form: Form
    by: tuple[Basis, ...]
    amount: int = 0
    items: int = 1
    least_right_percent: int = 0
    items_a_day: int | None = None
    points: Mapping[Achievement, int] = field(default_factory=dict)
    minutes_an_hour: int = 45
    whole_day: int = 800
    half_day: int = 400
    factor: Fraction = Fraction(1)  # on length and day parts
    least: int = 0
    most: int | None = None
    yearly_cap: int | None = None
    most_absence: Fraction | None = None  # of the whole; above it the event is not completed
    online: bool = False
    day_limited: bool = True
    valid_from: date = date.min


@dataclass(eq=False)
class NoRule(Exception):
    """The table has no row for this form."""

    form: str


Table = tuple[FormRule, ...]
DAY_LIMIT: Final = 1200  # of classes and claims of one person on one day
_TIMED: Final = (Basis.LENGTH,)
_TIMED_OR_DAYS: Final = (Basis.LENGTH, Basis.DAY_PARTS)
_PRIZES: Final = {Achievement.TOOK_PART: 200, Achievement.PRIZE: 400}

FORM_RULES: Final[Table] = (
    FormRule(Form.DAILY, (Basis.ITEMS,), amount=10, yearly_cap=1000, online=True, day_limited=False),
    FormRule(
        Form.PRACTICE,
        (Basis.ITEMS,),
        amount=20,
        items=10,
        least_right_percent=60,
        items_a_day=20,
        yearly_cap=600,
        online=True,
        day_limited=False,
    ),
    # What a quiz is worth is stated with it (`credit` of the broadcast); only the group's share limits it.
    FormRule(Form.QUIZ, (Basis.CERTIFIED,), online=True, day_limited=False),
    FormRule(Form.LECTURE, _TIMED_OR_DAYS),
    FormRule(Form.PROFESSIONAL, _TIMED_OR_DAYS),
    FormRule(Form.COLLECTIVE, _TIMED, most=400, yearly_cap=2000),
    FormRule(Form.OFF_JOB, (Basis.DAY_PARTS,), most_absence=Fraction(1, 7)),
    FormRule(Form.ONLINE, (Basis.CERTIFIED,), yearly_cap=2000),
    FormRule(Form.COURT_HEARING, _TIMED, least=200, yearly_cap=800),
    FormRule(Form.TEACHING, _TIMED, factor=Fraction(2), yearly_cap=1000),
    FormRule(Form.EXAM, (Basis.ACHIEVEMENT,), points={Achievement.PASSED: 200}, yearly_cap=200, day_limited=False),
    FormRule(Form.COMPETITION, (Basis.ACHIEVEMENT,), points=_PRIZES, yearly_cap=600),
    FormRule(Form.CASE_REVIEW, (Basis.DAY_PARTS,), yearly_cap=800),
    FormRule(Form.CASE_STUDY, _TIMED, yearly_cap=800),
    FormRule(Form.SELF_STUDY, _TIMED_OR_DAYS, factor=Fraction(0), yearly_cap=0, day_limited=False),
)


def rule_on(table: Iterable[FormRule], form: str, day: date) -> FormRule:
    """The latest row of the form that has begun; before the first one, the first.

    Of rows that begin on one day the later in the table holds. Raises: NoRule.
    """
    rows = sorted((row for row in table if row.form == form), key=lambda row: row.valid_from)
    if not rows:
        raise NoRule(form)
    return [rows[0], *(row for row in rows if row.valid_from <= day)][-1]


def online_group(table: Iterable[FormRule]) -> frozenset[str]:
    """The keys of 在线答题类. Plain texts, because they are looked up for every answer."""
    return frozenset(row.form.value for row in table if row.online)
