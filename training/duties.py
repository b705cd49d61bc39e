"""Requirements as data: a row says which subjects owe what, by words that must stand in fields.

A `Duty` is one row of the table in `training.duty_table`, with the notice's own words. Rows with the same `quota`
are versions or alternatives of one requirement, of which a subject owes one at a time: on a day the row that holds
and began last, of equal ones the one that asks for more (就高). A rule that changes is a new row with its
`valid_from`; the old one stays, so that the months before it keep their rule.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from training.duty_days import Stretch
from training.duty_words import Traits
from training.people import Field, UnitField


class Subject(StrEnum):
    PERSON = "person"
    UNIT = "unit"


class Measure(StrEnum):
    """What is counted: 学时, events, people of the unit, or a state that must hold."""

    HOURS = "hours"
    TIMES = "times"
    HEADCOUNT = "headcount"
    STANDING = "standing"


class Period(StrEnum):
    YEAR = "year"
    TWO_YEARS = "two_years"  # counted from the year of `valid_from` of the quota's first row
    TERM = "term"  # from 任现职日期
    STANDING = "standing"  # at any time


class Origin(StrEnum):
    NOTICE = "notice"  # 通知
    LAW = "law"  # 法律
    CITY = "city"  # 本市


@dataclass(frozen=True, slots=True)
class In:
    """One of `words` stands in the field, as `training.duty_words.traits` reads it; a `UnitField` is the unit's."""

    field: Field | UnitField
    words: frozenset[str]

    def holds(self, found: Traits) -> bool:
        side = found.unit if isinstance(self.field, UnitField) else found.person
        return not self.words.isdisjoint(side.get(self.field, _NOTHING))


_NOTHING: frozenset[str] = frozenset({""})


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One row. `who`: all of it must hold; `words` are quoted from the notice's task `task`, `basis` is a law.

    `forms` and `content` filter what counts (empty is any). `shown`: what must hold of the person of a standing
    duty, or of those whom a headcount counts. `on_exam_roll`: the status's 考试 rule decides, on one day.
    `entrants_since`: only of those who entered the 岗位 from that day on. `valid_until` is the last day.
    """

    key: str
    quota: str
    name: str
    subject: Subject
    who: tuple[In, ...]
    task: int
    words: str
    valid_from: date
    valid_until: date | None = None
    measure: Measure = Measure.TIMES
    amount: Decimal = Decimal(1)
    period: Period = Period.YEAR
    origin: Origin = Origin.NOTICE
    hard: bool = True
    basis: str = ""
    forms: tuple[str, ...] = ()
    content: tuple[str, ...] = ()
    shown: tuple[In, ...] = ()
    on_exam_roll: bool = False
    entrants_since: date | None = None
    remind_days: int = 0  # before 执法证有效期 ends

    @property
    def on_one_day(self) -> bool:
        """Owed by whoever it fits on the day that is asked for, and not by months."""
        return self.period is Period.STANDING or self.on_exam_roll

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def fits(self, found: Traits) -> bool:
        return all(test.holds(found) for test in self.who)


class State(StrEnum):
    """How a standing duty stands, as far as the roll tells."""

    MET = "met"
    LACKING = "lacking"
    UNDATED = "undated"  # there is a certificate, and nothing is said of its last day
    EXPIRING = "expiring"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Owes:
    """`subject` (人员编号 or 单位代码) of `unit` owes `amount` from `starts` to `ends` (None: open).

    `counted_months`: months in which the duty fitted on enough days on duty. `waived`: too few of them, so that
    nothing is owed. `since`: the first day of the term, or in the 岗位. `have`: what a headcount finds.
    `last`: the last day of the period on which it fitted. `until`: when the certificate ends.
    """

    duty: Duty
    subject: str
    unit: str
    amount: Decimal
    starts: date
    ends: date | None
    counted_months: int = 0
    waived: bool = False
    since: date | None = None
    state: State | None = None
    have: int | None = None
    last: date | None = None
    until: date | None = None


def row_for(rows: Sequence[Duty], found: Traits, day: date) -> Duty | None:
    """The row of one quota that is owed on `day`: the latest begun that fits, of equal ones the higher."""
    fitting = [row for row in rows if row.in_force(day) and row.fits(found)]
    return max(fitting, key=lambda row: (row.valid_from, row.amount), default=None)


def row_of(rows: Sequence[Duty], stretch: Stretch) -> Duty | None:
    """The row of one quota that is owed on the days of the stretch; rows begin and end at its cuts.

    A leave takes days away from what must be done, but not from what must be there.
    """
    standing = stretch.employed if rows[0].period is Period.STANDING else stretch.counts
    owed = stretch.sits if rows[0].on_exam_roll else standing
    return row_for(rows, stretch.traits, stretch.starts) if owed else None


def by_quota(duties: Iterable[Duty]) -> dict[str, list[Duty]]:
    """In the order of the table."""
    found: dict[str, list[Duty]] = {}
    for duty in duties:
        found.setdefault(duty.quota, []).append(duty)
    return found
