"""The days of a ledger line: one line may stand for several days, and each day has a limit.

What was stated for an event is spread over its working days, and over all of its days when these alone could not
hold it: then it was held on free days too. What of it the form can never be worth is not earned; what was posted
is spread as it is, because a rule that was lowered takes nothing away. A line that a limit or cap cut keeps what
each day earned and got (`Earned`); of any other line the hours are all that it earned, spread the same way. Amounts
are whole hundredths of an hour.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from math import floor
from typing import Final

from training.calendar import DAY, Calendar
from training.cell_words import folded
from training.crediting import Certified, Event, Part, earned, event_days
from training.forms import DAY_LIMIT, FORM_RULES, Basis, Form, FormRule, Table, rule_on
from training.hours import Entry, hundredths

YEAR_SUMMARY: Final = "年度汇总"


@dataclass(frozen=True, slots=True)
class Earned:
    """What a line has on one day, when that is not simply its hours.

    `event` is the number of the line by which the event was posted first. `earned` is 0 in a line that fills it up
    later, so that the sums over all lines of the event tell what still waits.
    """

    event: int
    day: date
    earned: int
    posted: int


@dataclass(frozen=True, slots=True)
class DayRules:
    """By what an amount is spread over days, and how much of it a day holds, in hundredths."""

    calendar: Calendar
    forms: Table = FORM_RULES
    day_limit: int = DAY_LIMIT


Lines = Mapping[int, Entry]
EarnedBy = Mapping[int, Sequence[Earned]]


def is_year_summary(form: str, title: str) -> bool:
    """平台年度汇总, by its title: it belongs to no day and has no limit of one."""
    return form == Form.ONLINE and YEAR_SUMMARY in folded(title)


def spread(
    form: str, title: str, span: tuple[date, date], year: int | None, amount: int, rules: DayRules
) -> tuple[Part, ...]:
    """`amount` over the days from the first to the last of `span`, whatever its form is measured by else.

    `year`: what it counts for; None is the year of each day. Raises: NoRule, EndsBeforeStart, NegativeAmount.
    """
    rule = rule_on(rules.forms, form, span[0])
    certified = replace(rule, by=(Basis.CERTIFIED,), least=0, most=None)
    stated = Certified(amount, year_summary=is_year_summary(form, title))
    event = Event(Form(form), *span, stated, year=year)
    of_day = most_a_day(rule)
    holds = rules.day_limit if of_day is None else min(rules.day_limit, of_day)
    if amount > holds * len(event_days(event, rules.calendar)):
        whole = frozenset(span[0] + n * DAY for n in range((span[1] - span[0]).days + 1))
        event = replace(event, held_on=whole)
    return earned(event, rules.calendar, (certified,))


def most_an_event(rule: FormRule) -> int | None:
    """What one event of the form can be worth at most, however it was measured: collective study 4, an exam 2."""
    bounds = [] if rule.most is None else [rule.most]
    if rule.by == (Basis.ACHIEVEMENT,) and rule.points:
        bounds.append(max(rule.points.values()))
    return min(bounds, default=None)


def most_a_day(rule: FormRule) -> int | None:
    """What a day of an event of the form can be worth at most: 全天 8 where only days count."""
    return int(rule.whole_day * rule.factor) if rule.by == (Basis.DAY_PARTS,) else None


def as_stated(
    form: str,
    title: str,
    span: tuple[date, date],
    year: int,
    amount: int,
    rules: DayRules,
    share: Fraction = Fraction(1),
) -> tuple[Part, ...]:
    """The days of an event for which `amount` was stated with evidence, and what of it its form can be worth.

    `span`: its first and last day. `share`: how much of the event this is, when it has a part in another year; of
    what an event is worth at most it has the same share, rounded down. What is stated beyond that was never earned
    and waits for nothing. Raises: NoRule, EndsBeforeStart, NegativeAmount.
    """
    rule = rule_on(rules.forms, form, span[0])
    most, of_day = most_an_event(rule), most_a_day(rule)
    parts = spread(form, title, span, year, amount if most is None else min(amount, floor(most * share)), rules)
    if of_day is None:
        return parts
    return tuple(replace(part, earned=min(part.earned, of_day)) for part in parts)


def taken_back(lines: Lines) -> frozenset[int]:
    return frozenset(entry.reverses for entry in lines.values() if entry.reverses is not None)


def live(lines: Lines) -> dict[int, Entry]:
    """Without reversals and what they took back, in the order of posting."""
    gone = taken_back(lines)
    return {seq: lines[seq] for seq in sorted(lines) if seq not in gone and lines[seq].reverses is None}


def posted_parts(entry: Entry, kept: Sequence[Earned], rules: DayRules) -> tuple[Part, ...]:
    """What a live line has on each of its days; `earned` of a part is what was posted."""
    span = (entry.starts_on, entry.ends_on)
    parts = spread(entry.form, entry.title, span, entry.year, hundredths(entry.hours), rules)
    if not kept:
        return parts
    limited = parts[0].day_limited
    return tuple(Part(parts[0].form, one.day, entry.year, one.posted, limited) for one in kept)


def on_days(lines: Lines, kept: EarnedBy, rules: DayRules) -> Counter[date]:
    """Day → what live lines have on it under the limit of the day."""
    found = Counter[date]()
    for seq, entry in live(lines).items():
        for part in posted_parts(entry, kept.get(seq, ()), rules):
            if part.day_limited:
                found[part.day] += part.earned
    return found
