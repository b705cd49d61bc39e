"""应完成学时: what a person owes in an assessment year, with the sum that leads to it.

Amounts are a `Policy`, never code. Shares are exact fractions; only the final sum is rounded, up.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from training.joining import joined_on
from training.people import Category, Fact, Field, Group, StatusPeriod, group_of, next_change, values_on
from training.statuses import STATUSES, HoursRule, Status, standing_periods, status_on

MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class Policy:
    """The amounts of 任务 1 in 学时 a year and the rules of proration (本市), in force from `valid_from`.

    A month follows the policy that is in force on its first day.
    """

    leader: Decimal = Decimal(40)
    staff: Decimal = Decimal(50)
    enforcement: Decimal = Decimal(60)
    month_days: int = 15  # a month counts from so many days
    step: Decimal = Decimal("0.5")  # 学时; the sum is rounded up to it
    count_months: int = 3  # counts (times a year) are waived under so many counted months
    statuses: tuple[Status, ...] = STATUSES
    valid_from: date = date.min

    def amount(self, group: Group | None) -> Decimal:
        match group:
            case Group.ENFORCEMENT:
                return self.enforcement
            case Group.LEADER:
                return self.leader
            case Group.STAFF:
                return self.staff
        return Decimal(0)


def policy_on(policies: Iterable[Policy], day: date) -> Policy:
    """The latest policy that has begun; before the first one, the first. There is at least one."""
    rules = sorted(policies, key=lambda policy: policy.valid_from)
    return [rules[0], *(policy for policy in rules if policy.valid_from <= day)][-1]


class Why(StrEnum):
    """Why a month owes what it owes."""

    WHOLE = "whole"
    HALVED = "halved"  # by a status
    NOT_IN_POST = "not_in_post"  # in post on too few days
    ON_LEAVE = "on_leave"  # a status leaves too few days
    NOT_ASSESSED = "not_assessed"  # 其他(不纳入考核)


@dataclass(frozen=True, slots=True)
class MonthlyShare:
    """`days` are those that count; `share` is in 学时; `status` is what halved the month or took it away."""

    month: int
    group: Group | None
    days: int
    share: Fraction
    why: Why
    status: str = ""

    @property
    def counts(self) -> bool:
        """True when the person was on duty long enough, whatever the month then owes."""
        return self.why in (Why.WHOLE, Why.HALVED, Why.NOT_ASSESSED)


@dataclass(frozen=True, slots=True)
class Owed:
    """`hours` is the sum of the twelve `months`, rounded up. `waives_counts`: the yearly counts are not owed."""

    hours: Decimal
    months: tuple[MonthlyShare, ...]
    waives_counts: bool

    @property
    def counted_months(self) -> int:
        return sum(month.counts for month in self.months)

    @property
    def reduced_months(self) -> int:
        """核减月数: months taken away because the person was not in post, or by a status."""
        return len(self.months) - self.counted_months


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Days on which nothing changes."""

    days: int
    in_post: bool
    group: Group | None
    status: Status

    @property
    def counts(self) -> bool:
        return self.in_post and self.status.hours in (HoursRule.FULL, HoursRule.HALVED)


def owed(
    facts: Iterable[Fact],
    periods: Iterable[StatusPeriod],
    year: int,
    *policies: Policy,
    known_at: datetime | None = None,
) -> Owed:
    """The 学时 that one person owes in `year`, as far as recorded by `known_at` (None: all that is recorded).

    A month counts when the person was in post, and on no status that takes days away, on at least 15 days of it;
    its group is the one held on most of them (tie: the one that owes more), and its share a twelfth of that
    group's amount, halved when more of the days were halved than not. In post is from the first day on which unit
    and category are known, not before 入职日期, until a status that leaves. Raises: UnknownStatus.
    Source: 任务 1; proration 本市.
    """
    rules = policies or (Policy(),)
    known = [fact for fact in facts if known_at is None or fact.recorded_at <= known_at]
    standing = standing_periods(periods, known_at)
    months = []
    for month in range(1, MONTHS + 1):
        first = date(year, month, 1)
        policy = policy_on(rules, first)
        months.append(_share(month, tuple(_stretches(known, standing, first, policy)), policy))
    final = policy_on(rules, date(year, MONTHS, 31))
    total = _rounded_up(sum((month.share for month in months), Fraction()), final.step)
    counted = sum(month.counts for month in months)
    return Owed(total, tuple(months), waives_counts=counted < final.count_months)


def _rounded_up(exact: Fraction, step: Decimal) -> Decimal:
    return math.ceil(exact / Fraction(step)) * step


def _stretches(
    facts: Sequence[Fact], periods: Sequence[StatusPeriod], first: date, policy: Policy
) -> Iterator[_Stretch]:
    """The month that begins on `first`, cut where anything changes."""
    day, following = first, date(first.year + first.month // MONTHS, first.month % MONTHS + 1, 1)
    while day < following:
        held = values_on(facts, day)
        joined = joined_on(facts, held)
        on_roll = Field.UNIT in held and Field.CATEGORY in held and joined <= day
        group = group_of(Category(held[Field.CATEGORY]), mark=bool(held.get(Field.MARK))) if on_roll else None
        status = status_on(periods, day, policy.statuses)
        ends = min(cut for cut in (following, next_change(facts, periods, day), joined) if cut and cut > day)
        yield _Stretch((ends - day).days, on_roll and not status.leaves, group, status)
        day = ends


def _share(month: int, stretches: Sequence[_Stretch], policy: Policy) -> MonthlyShare:
    in_post = [stretch for stretch in stretches if stretch.in_post]
    counted = [stretch for stretch in in_post if stretch.counts]
    days = _days(counted)
    if days < policy.month_days:
        why = Why.NOT_IN_POST if _days(in_post) < policy.month_days else Why.ON_LEAVE
        away = [
            stretch for stretch in stretches if not stretch.counts and stretch.status.hours is not HoursRule.FULL
        ]
        return MonthlyShare(month, _longest_group(in_post, policy), days, Fraction(), why, _longest_status(away))
    group = _longest_group(counted, policy)
    if group is None:
        return MonthlyShare(month, None, days, Fraction(), Why.NOT_ASSESSED)
    share = Fraction(policy.amount(group)) / MONTHS
    halved = [stretch for stretch in counted if stretch.status.hours is HoursRule.HALVED]
    if 2 * _days(halved) > days:
        return MonthlyShare(month, group, days, share / 2, Why.HALVED, _longest_status(halved))
    return MonthlyShare(month, group, days, share, Why.WHOLE)


def _days(stretches: Iterable[_Stretch]) -> int:
    return sum(stretch.days for stretch in stretches)


def _longest_group(stretches: Iterable[_Stretch], policy: Policy) -> Group | None:
    """The group held on most days; of two held equally long the one that owes more."""
    days: Counter[Group | None] = Counter()
    for stretch in stretches:
        days[stretch.group] += stretch.days
    return max(days, key=lambda group: (days[group], policy.amount(group)), default=None)


def _longest_status(stretches: Iterable[_Stretch]) -> str:
    days: Counter[str] = Counter()
    for stretch in stretches:
        days[stretch.status.name] += stretch.days
    return max(days, key=lambda name: days[name], default="")
