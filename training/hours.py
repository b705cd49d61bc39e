"""Hours: how much an event is worth, how much of it fits, and what counts.

Sums are whole hundredths of an hour (0.10 学时 = 10), ledger lines exact decimals with two places; never a float.
Caps per form act when a line is posted, group caps when hours are counted towards what is owed (认定 → 计入).
Source: domain, Forms and credit (本市 data).
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, Final

import msgspec

from training.forms import FORM_RULES, Table, online_group
from training.forms import Form as Form

HUNDREDTH: Final = Decimal("0.01")


class HoursRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[hours]` of the configuration; amounts in hours, texts so that they stay exact."""

    daily_credit: str = "0.10"
    daily_cap: str = "10"
    online_share_percent: int = 25
    counts_toward_quota: bool = True

    @property
    def daily_credit_hundredths(self) -> int:
        return hundredths(Decimal(self.daily_credit))

    @property
    def daily_cap_hundredths(self) -> int:
        return hundredths(Decimal(self.daily_cap))


ONLINE_GROUP: Final = online_group(FORM_RULES)  # 在线答题类


def form_rules(rules: HoursRules, table: Table = FORM_RULES) -> Table:
    """The table with the amounts of the daily question that stand in the configuration."""
    credit, cap = rules.daily_credit_hundredths, rules.daily_cap_hundredths
    return tuple(replace(row, amount=credit, yearly_cap=cap) if row.form is Form.DAILY else row for row in table)


class Entry(msgspec.Struct, frozen=True):
    """One line of the 学时台账, before it has its place in the chain."""

    person: str
    unit: str
    category: str
    mark: bool
    year: int
    starts_on: date
    ends_on: date
    form: str
    content_classes: tuple[str, ...]
    title: str
    hours: Decimal
    rule: str
    source: str
    source_ref: str
    recorded_at: datetime
    organiser: str = ""
    mode: str = "线上"
    minutes: int | None = None
    evidence: str = ""
    approved_by: str = ""
    approved_at: datetime | None = None
    late: bool = False
    reverses: int | None = None
    note: str = ""


class Standing(msgspec.Struct, frozen=True):
    """Where a person stands in a year: `owed` is None while it is not known (not on the roll that year)."""

    owed: int | None
    by_form: Mapping[str, int]

    @property
    def recorded(self) -> int:
        """已认定学时"""
        return sum(self.by_form.values())


def hundredths(hours: Decimal) -> int:
    """Half up to 0.01. Source: domain, Numbers."""
    return int((hours * 100).quantize(Decimal(1), ROUND_HALF_UP))


@lru_cache(maxsize=4096)
def decimal(amount: int) -> Decimal:
    return Decimal(amount).scaleb(-2).quantize(HUNDREDTH)


@lru_cache(maxsize=4096)
def two_places(hours: Decimal) -> str:
    """As it is kept and hashed: `0.10`."""
    return str(hours.quantize(HUNDREDTH))


def fitting(earned: int, so_far: int, cap: int) -> int:
    """The part of `earned` that the yearly cap leaves room for, never negative."""
    return max(0, min(earned, cap - so_far))


def counted(standing: Standing, rules: HoursRules) -> int:
    """计入学时: the group of answering on the phone counts up to its share of what is owed."""
    online = rest = 0
    for form, amount in standing.by_form.items():
        if form in ONLINE_GROUP:
            online += amount
        else:
            rest += amount
    if not rules.counts_toward_quota:
        return rest
    if not standing.owed:  # nothing is owed, so there is nothing of which it could be a share
        return standing.recorded
    return rest + min(online, standing.owed * rules.online_share_percent // 100)


def line_hash(seq: int, prev: str, entry: Entry) -> str:
    """SHA-256 over the number, the previous hash and every field of the line."""
    classes = "、".join(entry.content_classes)
    fields = (
        *(entry.person, entry.unit, entry.category, entry.mark, entry.year),
        *(entry.starts_on.isoformat(), entry.ends_on.isoformat(), entry.form, classes, entry.title),
        *(two_places(entry.hours), entry.rule, entry.source, entry.source_ref),
        *(_moment(entry.recorded_at), entry.organiser, entry.mode, entry.minutes, entry.evidence),
        *(entry.approved_by, _moment(entry.approved_at), entry.late, entry.reverses, entry.note),
    )
    return fields_hash(seq, prev, fields)


def fields_hash(seq: int, prev: str, fields: Iterable[Any]) -> str:
    """The same of fields that are spelled already, in the order of `Entry`: what is hashed is one JSON array.

    Days are ISO texts, hours texts with two places, moments whole microseconds since the epoch, content classes
    joined by 、.
    """
    return hashlib.sha256(msgspec.json.encode((seq, prev, *fields))).hexdigest()


@lru_cache(maxsize=256)  # the lines of a batch share theirs
def _moment(moment: datetime | None) -> int | None:
    return None if moment is None else microseconds(moment)


def microseconds(moment: datetime) -> int:
    """Whole microseconds since the epoch: the same on every database."""
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond


def missing(standing: Standing, rules: HoursRules) -> int:
    """差额: what is still owed, never negative."""
    return max(0, (standing.owed or 0) - counted(standing, rules))


def forecast(amount: int, day: date) -> int:
    """What `amount` so far comes to at the end of the year at the pace since 1 January."""
    start, end = date(day.year, 1, 1), date(day.year + 1, 1, 1)
    return amount * (end - start).days // ((day - start).days + 1)


def weekly(amount: int, day: date) -> int:
    """How much a week is needed from `day` on to bring in `amount` by 31 December, rounded up."""
    days_left = (date(day.year + 1, 1, 1) - day).days
    return -(-amount * 7 // max(days_left, 7))
