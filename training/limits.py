"""Limits: how much of what an event earned is posted, and what a reversal makes room for.

First the limit of the day (classes and claims together), then the yearly cap of the form, in the order of posting.
What is earned and not posted is recorded only and waits for `refill`. Group caps belong to `training.hours.counted`
and never touch a line. Amounts are whole hundredths of an hour. Source: domain, Forms and credit (本市).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from training.crediting import Part
from training.forms import DAY_LIMIT, FORM_RULES, Form, Table, rule_on
from training.hours import fitting


@dataclass(frozen=True, slots=True)
class Posting:
    """Of `part.earned`, `within_day` passes the limit of the day, and `posted` the yearly cap too."""

    part: Part
    within_day: int
    posted: int

    @property
    def beyond_day(self) -> int:
        return self.part.earned - self.within_day

    @property
    def beyond_cap(self) -> int:
        return self.within_day - self.posted


@dataclass(frozen=True, slots=True)
class Recorded:
    """A part as it stands in the 台账; `posted` includes what was filled in later."""

    ref: str
    part: Part
    posted: int
    reversed: bool = False


def year_cap(table: Table, part: Part) -> int | None:
    """The cap of the part's form, as in force on its day, or on 31 December when it counts for an earlier year."""
    return rule_on(table, part.form, min(part.day, date(part.year, 12, 31))).yearly_cap


def post(
    parts: Iterable[Part],
    on_days: Mapping[date, int],
    in_years: Mapping[tuple[Form, int], int],
    table: Table = FORM_RULES,
    day_limit: int = DAY_LIMIT,
) -> tuple[Posting, ...]:
    """How much of each part is posted, in this order.

    `on_days`: what the person has on a day of classes and claims, of all forms; `in_years`: what was posted so far
    for a form and assessment year. A cap that was lowered takes nothing away.
    """
    days, years = Counter(on_days), Counter(in_years)
    postings = []
    for part in parts:
        within_day = fitting(part.earned, days[part.day], day_limit) if part.day_limited else part.earned
        cap = year_cap(table, part)
        posted = within_day if cap is None else fitting(within_day, years[part.form, part.year], cap)
        days[part.day] += posted if part.day_limited else 0
        years[part.form, part.year] += posted
        postings.append(Posting(part, within_day, posted))
    return tuple(postings)


def refill(
    records: Iterable[Recorded],
    elsewhere: Mapping[date, int],
    table: Table = FORM_RULES,
    day_limit: int = DAY_LIMIT,
) -> tuple[tuple[str, int], ...]:
    """Which events of one person get how much more, after some of them were reversed.

    `records` in the order of posting, all of each form and year among them; `elsewhere`: what is on a day under its
    limit and not among them. A reversed event has nothing and gets nothing; the others are filled up to the cap of
    their own day.
    """
    live = [record for record in records if not record.reversed]
    days, years = Counter(elsewhere), Counter[tuple[Form, int]]()
    for record in live:
        days[record.part.day] += record.posted if record.part.day_limited else 0
        years[record.part.form, record.part.year] += record.posted
    waiting = [_waiting(record) for record in live]
    postings = post(waiting, days, years, table, day_limit)
    return tuple((record.ref, more.posted) for record, more in zip(live, postings, strict=True) if more.posted)


def _waiting(record: Recorded) -> Part:
    return replace(record.part, earned=max(0, record.part.earned - record.posted))
