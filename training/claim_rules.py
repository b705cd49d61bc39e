"""申报: what may be claimed and until when, what a claim is worth, and which claims are of one event.

Amounts are whole hundredths of an hour, before any limit. Source: domain, Forms and credit; Ledger (Approval; The
year; court_hearing).
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from training import recognising
from training.calendar import Calendar
from training.cell_words import folded
from training.claim_errors import (
    EndsTooEarly,
    HearingsAreListed,
    NotClaimed,
    NotHeldYet,
    NoWorkingDays,
    OutOfBounds,
    TooLate,
    TooLong,
    Untitled,
    WrongMeasure,
)
from training.claims import DEADLINE, Stated
from training.crediting import (
    Certified,
    DayParts,
    Event,
    Length,
    Measure,
    NotMeasuredSo,
    NoWorkingDay,
    Part,
    earned,
    event_days,
)
from training.doubles import Event as Happening
from training.forms import Achievement, Basis, Form, FormRule, Table, rule_on
from training.hours import hundredths
from training.line_days import DayRules, is_year_summary
from training.recognising import Recognised

CLAIMABLE: Final = frozenset(
    {
        *(Form.LECTURE, Form.PROFESSIONAL, Form.COLLECTIVE, Form.OFF_JOB, Form.ONLINE, Form.TEACHING),
        *(Form.COMPETITION, Form.CASE_REVIEW, Form.CASE_STUDY, Form.SELF_STUDY),
    }
)
MOST_WAITING: Final = 50  # claims of one person that wait for a decision
MOST_DAYS: Final = 92
MOST_DAYS_SUMMARY: Final = 366  # 平台年度汇总
MOST_MINUTES_A_DAY: Final = 16 * 60
MOST_CERTIFIED: Final = Decimal(200)  # 学时 of one certificate
MOST_EVIDENCE: Final = 9  # pieces of one claim


def last_day(year: int) -> date:
    """Until when, that day included, hours of the year may be claimed."""
    return date(year + 1, *DEADLINE)


def demand_claimable(form: str) -> None:
    """Raises: HearingsAreListed, NotClaimed."""
    if form == Form.COURT_HEARING:
        raise HearingsAreListed
    if form not in CLAIMABLE:
        raise NotClaimed(form)


def demand_good(stated: Stated, today: date, closed: Mapping[int, date], table: Table, *, again: bool) -> None:
    """`closed`: closed years and their days; `again`: was handed in before, in time, and returned.

    Raises: ClaimRefusal.
    """
    demand_claimable(stated.form)
    if not stated.title.strip():
        raise Untitled
    _demand_days(stated, today)
    for year in range(stated.starts.year, stated.ends.year + 1):
        if year in closed or (today > last_day(year) and not again):
            raise TooLate(year, min(last_day(year), closed.get(year, date.max)))
    _demand_measure(stated, rule_on(table, stated.form, stated.starts))


def _demand_days(stated: Stated, today: date) -> None:
    if stated.ends < stated.starts:
        raise EndsTooEarly(stated.starts, stated.ends)
    if stated.ends > today:
        raise NotHeldYet(stated.ends)
    summary = is_year_summary(stated.form, stated.title)
    days, most = (stated.ends - stated.starts).days + 1, MOST_DAYS_SUMMARY if summary else MOST_DAYS
    if days > most:
        raise TooLong(days, most)


def _demand_measure(stated: Stated, rule: FormRule) -> None:
    if basis_of(stated) not in rule.by:
        raise WrongMeasure(stated.form, tuple(str(basis) for basis in rule.by))
    days = (stated.ends - stated.starts).days + 1
    if stated.minutes is not None and not 0 < stated.minutes <= days * MOST_MINUTES_A_DAY:
        raise OutOfBounds(minutes=stated.minutes)
    if stated.hours is not None and not 0 < stated.hours <= MOST_CERTIFIED:
        raise OutOfBounds(hours=stated.hours)


def basis_of(stated: Stated) -> Basis:
    if stated.form == Form.COMPETITION:
        return Basis.ACHIEVEMENT
    if stated.minutes is not None:
        return Basis.LENGTH
    return Basis.DAY_PARTS if stated.hours is None else Basis.CERTIFIED


def _measure(stated: Stated) -> Measure:
    if stated.form == Form.COMPETITION:
        return Achievement.PRIZE if stated.prize else Achievement.TOOK_PART
    if stated.minutes is not None:
        return Length(stated.minutes)
    if stated.hours is None:
        return DayParts()
    return Certified(hundredths(stated.hours), year_summary=is_year_summary(stated.form, stated.title))


def event_of(stated: Stated) -> Event:
    return Event(Form(stated.form), stated.starts, stated.ends, _measure(stated), stated.first, stated.last)


def parts_of(stated: Stated, calendar: Calendar, table: Table) -> tuple[Part, ...]:
    """Day by day. Raises: WrongMeasure, NoWorkingDays."""
    rule = rule_on(table, stated.form, stated.starts)
    try:
        return earned(event_of(stated), calendar, table)
    except NotMeasuredSo:
        raise WrongMeasure(stated.form, tuple(str(basis) for basis in rule.by)) from None
    except NoWorkingDay:
        raise NoWorkingDays(stated.starts, stated.ends) from None


def rule_words(stated: Stated, calendar: Calendar, table: Table) -> str:
    """How the amount came about, for 认定规则 of the ledger: `专题讲座，申报 150 分钟 ÷ 45`."""
    rule = rule_on(table, stated.form, stated.starts)
    days = [part for _, part in event_days(event_of(stated), calendar)]
    return recognising.rule_words(rule, _measure(stated), days).replace("实际", "申报", 1)


def recognised(number: int, person: str, stated: Stated, pieces: str, rules: DayRules) -> tuple[Recognised, ...]:
    """What an approved claim becomes in the ledger, a year each. `pieces`: the numbers of its evidence.

    Raises: WrongMeasure, NoWorkingDays.
    """
    whole = Recognised(
        person=person,
        form=stated.form,
        classes=stated.classes,
        title=stated.title,
        parts=parts_of(stated, rules.calendar, rules.forms),
        starts=stated.starts,
        ends=stated.ends,
        year=stated.ends.year,
        organiser=stated.organiser,
        mode=recognising.ONLINE if stated.form == Form.ONLINE else recognising.IN_ROOM,
        minutes=stated.minutes,
        evidence="；".join(filter(None, (pieces, stated.evidence))),
        rule=rule_words(stated, rules.calendar, rules.forms),
        source=recognising.CLAIM,
        source_ref=f"{recognising.CLAIM}:{number}",
    )
    return recognising.by_year(whole)


def alike(stated: Stated) -> str:
    """Equal for claims of one event: the same form, days, length and folded title."""
    length = (stated.first, stated.last, stated.minutes, str(stated.hours), stated.prize)
    said = "\x1f".join(map(str, (stated.form, stated.starts, stated.ends, *length, folded(stated.title))))
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def happening(person: str, stated: Stated, place: str) -> Happening:
    """As it is compared with others; `place` says in words where it stands."""
    return Happening(person, stated.form, folded(stated.title), stated.starts, stated.ends, place)


def takes_time(stated: Stated, table: Table) -> bool:
    """What takes no time of the day is like nothing else: 平台年度汇总, 自学."""
    return not is_year_summary(stated.form, stated.title) and rule_on(table, stated.form, stated.starts).day_limited


def resembling(stated: Stated, person: str, known: Iterable[Happening], table: Table) -> tuple[str, ...]:
    """疑似重复: the places of what it is like."""
    if not takes_time(stated, table):
        return ()
    mine = happening(person, stated, "")
    return tuple(dict.fromkeys(other.place for other in known if mine.is_like(other)))
