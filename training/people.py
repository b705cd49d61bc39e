"""People and units as dated facts.

A history is a list of facts, each with the day from which it holds (生效日期) and the moment it was recorded
(登记日期); nothing is ever changed or removed. What held on a day, as known at a moment, is the fact with the
latest `valid_from` up to that day among those recorded by then; of several for the same day the last recorded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final

import msgspec

WECOM: Final = "wecom"


class Category(StrEnum):
    """主类别: exactly one of them holds for a person."""

    LEADER = "leader"
    STAFF = "staff"
    OTHER = "other"


class Group(StrEnum):
    """考核组别: one per person and day; decides the daily question and the paper."""

    ENFORCEMENT = "enforcement"
    LEADER = "leader"
    STAFF = "staff"


class Role(StrEnum):
    LEARNER = "learner"
    UNIT_ADMIN = "unit_admin"
    CITY_ADMIN = "city_admin"
    AUDITOR = "auditor"
    SYSTEM_ADMIN = "system_admin"


class Field(StrEnum):
    """What is known of a person; every value is a text, days are ISO, yes is `1`, lists are joined by `,`."""

    NAME = "name"
    UNIT = "unit"  # 单位代码
    CATEGORY = "category"
    MARK = "mark"  # 行政执法人员, `1` or ``
    ROLE = "role"
    POST = "post"  # 职务
    LEADERSHIP = "leadership"  # 班子职务
    APPOINTED_ON = "appointed_on"  # 任现职日期
    STAFFING = "staffing"  # 编制性质
    CERTIFICATE = "certificate"  # 执法证号
    CERTIFICATE_UNTIL = "certificate_until"  # 执法证有效期
    JOB = "job"  # 岗位
    QUALIFICATION = "qualification"  # 法律职业资格
    PUBLIC_LAWYER = "public_lawyer"  # 公职律师
    WORKPLACE = "workplace"  # 工作单位
    JOINED_ON = "joined_on"  # 入职日期
    MANAGED_UNITS = "managed_units"  # 管辖单位, codes


class UnitField(StrEnum):
    """What is known of a unit, with the same conventions as `Field`."""

    NAME = "name"
    PARENT = "parent"  # 上级单位代码
    LEAGUE = "league"  # 排名组
    NATURE = "nature"  # 单位性质
    AGENCY = "agency"  # 行政机关
    ENFORCES = "enforces"  # 承担行政执法职能
    ASSESSED = "assessed"  # 纳入考核
    MERGED_INTO = "merged_into"  # 并入, the code of the unit that came after


@dataclass(frozen=True, slots=True)
class Fact:
    """`subject` is a 人员编号 or a 单位代码."""

    subject: str
    field: str
    value: str
    valid_from: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class StatusPeriod:
    """`ends` is the last day of it, None while it is open; `document` is a number, never a reason."""

    person: str
    status: str
    starts: date
    ends: date | None
    recorded_at: datetime
    document: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """`account` (casefolded) speaks for `person` on `channel` since that day."""

    account: str
    person: str
    since: date
    channel: str = WECOM


class Person(msgspec.Struct, frozen=True):
    """What holds for a person on one day. `pushes` is what the status allows, before the person's own mutes."""

    number: str
    name: str
    unit: str
    category: Category
    mark: bool
    role: Role
    status: str
    pushes: bool
    managed_units: tuple[str, ...] = ()

    @property
    def group(self) -> Group | None:
        return group_of(self.category, mark=self.mark)


@lru_cache(maxsize=16)  # asked several times of every answer
def group_of(category: Category, *, mark: bool) -> Group | None:
    """Enforcement before leader before staff; `other` has no group. Source: 任务 1, 就高 (本市)."""
    if category is Category.OTHER:
        return None
    if mark:
        return Group.ENFORCEMENT
    return Group.LEADER if category is Category.LEADER else Group.STAFF


def values_on(facts: Iterable[Fact], day: date, known_at: datetime | None = None) -> Mapping[str, str]:
    """Field → value of one subject on `day`, as far as recorded by `known_at` (None: all that is recorded)."""
    held: dict[str, Fact] = {}
    for fact in facts:
        if fact.valid_from > day or (known_at is not None and fact.recorded_at > known_at):
            continue
        other = held.get(fact.field)
        if other is None or (other.valid_from, other.recorded_at) <= (fact.valid_from, fact.recorded_at):
            held[fact.field] = fact
    return {field: fact.value for field, fact in held.items()}


def next_change(facts: Iterable[Fact], periods: Iterable[StatusPeriod], day: date) -> date | None:
    """The first day after `day` on which something recorded begins or ends."""
    days = [fact.valid_from for fact in facts]
    for period in periods:
        days.append(period.starts)
        if period.ends is not None:
            days.append(date.fromordinal(period.ends.toordinal() + 1))
    return min((d for d in days if d > day), default=None)
