"""Crediting: what an event is worth, and on which days of which assessment year.

Amounts are whole hundredths of an hour, before any limit; what of it is posted is decided in `training.limits`.
Source: domain, Forms and credit (本市).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate, pairwise
from math import floor
from typing import Final

from training.calendar import DAY, Calendar
from training.forms import FORM_RULES, Achievement, Basis, Form, FormRule, Table, rule_on


@dataclass(eq=False)
class CannotCredit(Exception):
    """What was said about an event is off; each kind below says how."""


@dataclass(eq=False)
class NegativeAmount(CannotCredit):
    """A length, a count or a certified amount below zero."""

    amount: int


@dataclass(eq=False)
class EndsBeforeStart(CannotCredit):
    starts: date | datetime
    ends: date | datetime


@dataclass(eq=False)
class NotMeasuredSo(CannotCredit):
    """This form knows no such measure, or no points for this achievement."""

    form: Form
    basis: Basis


@dataclass(eq=False)
class NoWorkingDay(CannotCredit):
    """Several days, all of them free, and no word that anything was held on one."""

    starts_on: date
    ends_on: date


class DayPart(StrEnum):
    WHOLE = "whole"  # 全天
    HALF = "half"  # 半天


@dataclass(frozen=True, slots=True)
class Items:
    """Questions answered that were not credited yet, judged together; see `in_blocks` for one after the other."""

    right: int
    wrong: int = 0


@dataclass(frozen=True, slots=True)
class Length:
    minutes: int


@dataclass(frozen=True, slots=True)
class DayParts:
    """By the days of the event itself."""


@dataclass(frozen=True, slots=True)
class Certified:
    """In hundredths of an hour. `year_summary`: 平台年度汇总, which belongs to no day and has no limit of one."""

    amount: int
    year_summary: bool = False


Measure = Items | Length | DayParts | Certified | Achievement


@dataclass(frozen=True, slots=True)
class Event:
    """From `starts_on` to `ends_on`, both included, the `first` and `last` day whole or half.

    `held_on`: free days on which it was held all the same. `year`: the assessment year when it is not that of the
    day (a make-up exam in January).
    """

    form: Form
    starts_on: date
    ends_on: date
    measure: Measure
    first: DayPart = DayPart.WHOLE
    last: DayPart = DayPart.WHOLE
    held_on: frozenset[date] = frozenset()
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What one day of an event earns, before any limit."""

    form: Form
    day: date
    year: int
    earned: int
    day_limited: bool = True


def worth(rule: FormRule, measure: Measure, parts: Sequence[DayPart] = (DayPart.WHOLE,)) -> int:
    """The whole event in hundredths, half up; `least` and `most` bound it. `parts` are its days.

    Raises: NegativeAmount, NotMeasuredSo.
    """
    amount = _exact(rule, measure, parts)
    if not amount:
        return 0
    bounded = max(amount, Fraction(rule.least))
    if rule.most is not None:
        bounded = min(bounded, Fraction(rule.most))
    return floor(bounded + Fraction(1, 2))


def _exact(rule: FormRule, measure: Measure, parts: Sequence[DayPart]) -> Fraction:
    match measure:
        case Items(right, wrong):
            _measured(rule, Basis.ITEMS, right, wrong)
            enough = right * 100 >= (right + wrong) * rule.least_right_percent
            return Fraction((right + wrong) // rule.items * rule.amount if enough else 0)
        case Length(minutes):
            _measured(rule, Basis.LENGTH, minutes)
            return Fraction(minutes * 100, rule.minutes_an_hour) * rule.factor
        case DayParts():
            _measured(rule, Basis.DAY_PARTS)
            return sum((_day_worth(rule, part) for part in parts), Fraction())
        case Certified(amount):
            _measured(rule, Basis.CERTIFIED, amount)
            return Fraction(amount)
        case Achievement():
            _measured(rule, Basis.ACHIEVEMENT)
            if measure not in rule.points:
                raise NotMeasuredSo(rule.form, Basis.ACHIEVEMENT)
            return Fraction(rule.points[measure])


def _measured(rule: FormRule, basis: Basis, *amounts: int) -> None:
    if basis not in rule.by:
        raise NotMeasuredSo(rule.form, basis)
    for amount in amounts:
        if amount < 0:
            raise NegativeAmount(amount)


def _day_worth(rule: FormRule, part: DayPart) -> Fraction:
    return (rule.whole_day if part is DayPart.WHOLE else rule.half_day) * rule.factor


def in_blocks(rule: FormRule, answers: Sequence[bool]) -> tuple[int, tuple[bool, ...]]:
    """Answers not yet credited, in order and right or wrong → their worth, and those that wait for a full block.

    Each `rule.items` answers are judged by themselves and then spent, in whatever sets they were given. How many
    of a day's answers come here at all is `rule.items_a_day`. Raises: NotMeasuredSo.
    """
    full = len(answers) - len(answers) % rule.items
    blocks = [answers[n : n + rule.items] for n in range(0, full, rule.items)]
    rights = [sum(block) for block in blocks]
    return sum(worth(rule, Items(right, rule.items - right)) for right in rights), tuple(answers[full:])


def completed(rule: FormRule, planned: int, absent: int) -> bool:
    """False when more than `most_absence` was missed; both in one unit. Raises: NegativeAmount."""
    if planned < 0 or absent < 0:
        raise NegativeAmount(min(planned, absent))
    return rule.most_absence is None or absent <= planned * rule.most_absence


def event_days(event: Event, calendar: Calendar) -> tuple[tuple[date, DayPart], ...]:
    """The days on which it was held: a single day always, of several the working days and those in `held_on`.

    Where nothing is left, an amount that was measured or certified is still one and spreads over all of them.
    Raises: EndsBeforeStart, NoWorkingDay.
    """
    if event.ends_on < event.starts_on:
        raise EndsBeforeStart(event.starts_on, event.ends_on)
    days = [event.starts_on + n * DAY for n in range((event.ends_on - event.starts_on).days + 1)]
    held = [day for day in days if len(days) == 1 or day in event.held_on or calendar.is_working(day)]
    if not held and isinstance(event.measure, DayParts):
        raise NoWorkingDay(event.starts_on, event.ends_on)
    return tuple((day, _part_of_day(event, day)) for day in held or days)


def _part_of_day(event: Event, day: date) -> DayPart:
    ends = {part for end, part in ((event.starts_on, event.first), (event.ends_on, event.last)) if end == day}
    return DayPart.HALF if DayPart.HALF in ends else DayPart.WHOLE


def earned(event: Event, calendar: Calendar, table: Table = FORM_RULES) -> tuple[Part, ...]:
    """The event day by day, each with its assessment year, together exactly what it is worth.

    The rule in force on the first day says how much. A 平台年度汇总 is one part, on its last day.
    Raises: CannotCredit, NoRule.
    """
    rule = rule_on(table, event.form, event.starts_on)
    days = event_days(event, calendar)
    whole = worth(rule, event.measure, [part for _, part in days])
    if isinstance(event.measure, Certified) and event.measure.year_summary:
        return (Part(event.form, event.ends_on, event.year or event.ends_on.year, whole, day_limited=False),)
    shares = _spread(whole, [part for _, part in days])
    return tuple(
        Part(event.form, day, event.year or day.year, share, rule.day_limited)
        for (day, _), share in zip(days, shares, strict=True)
    )


_WEIGHTS: Final = {DayPart.WHOLE: 2, DayPart.HALF: 1}


def _spread(whole: int, parts: Iterable[DayPart]) -> list[int]:
    """In proportion to the days, in whole hundredths that add up to `whole`."""
    reached = list(accumulate((_WEIGHTS[part] for part in parts), initial=0))
    return [whole * after // reached[-1] - whole * before // reached[-1] for before, after in pairwise(reached)]
