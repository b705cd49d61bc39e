"""人员状态: what a status does to the hours owed, the exam, the pushes and the count, a row each.

The rows are 本市 policy; a city that rules otherwise brings its own in `Policy.statuses`. Only the class of a
status is known here, never an illness or an investigation. Periods are append-only: of several records with
the same status and first day the last recorded holds, and one that ends before it starts withdraws the others.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from training.people import StatusPeriod


class HoursRule(StrEnum):
    """How 应完成 changes."""

    FULL = "full"  # 不减
    HALVED = "halved"  # 减半
    MONTHLY = "monthly"  # 按月核减: its days do not count towards a month
    NONE = "none"  # 不计: nothing is owed for its days


class ExamRule(StrEnum):
    SITS = "sits"  # 应考
    DEFERRED = "deferred"  # 缓考: sits the make-up, stays in 应考
    EXCUSED = "excused"  # 免考: leaves 应考


class CountedAt(StrEnum):
    """Where a report shows the person."""

    UNIT = "unit"  # the unit of personnel relation
    LEAVERS = "leavers"  # 年内减员表
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Status:
    """One row. `in_denominator`: counts in rates as long as anything is owed.

    `leaves`: the person is no longer in post. A stretch shorter than `least_days` changes nothing.
    """

    name: str
    hours: HoursRule = HoursRule.FULL
    exam: ExamRule = ExamRule.SITS
    pushes: bool = True
    in_denominator: bool = True
    counted_at: CountedAt = CountedAt.UNIT
    leaves: bool = False
    least_days: int = 0
    aliases: tuple[str, ...] = ()


@dataclass(eq=False)
class UnknownStatus(Exception):
    """A period names a status for which there is no row."""

    name: str


def _away(name: str, exam: ExamRule, *aliases: str, least_days: int = 0) -> Status:
    return Status(name, HoursRule.MONTHLY, exam, pushes=False, least_days=least_days, aliases=aliases)


def _left(name: str, *aliases: str) -> Status:
    return Status(
        name, HoursRule.MONTHLY, ExamRule.EXCUSED, False, False, CountedAt.LEAVERS, leaves=True, aliases=aliases
    )


ON_DUTY: Final = Status("在岗", aliases=("在职", "正常", "在编在岗"))
# 并档: a second number of somebody who is on the roll under another one; see `training.person_merge`.
MERGED_INTO: Final = "并入"  # what the document of that status says, and the number
MERGED: Final = Status("并档", HoursRule.NONE, ExamRule.EXCUSED, False, False, CountedAt.NOWHERE, leaves=True)

STATUSES: Final = (
    ON_DUTY,
    Status("借调", aliases=("借用", "抽调", "跟班学习")),
    Status("挂职", aliases=("挂职锻炼",)),
    _away("产假", ExamRule.DEFERRED, "生育假", "休产假"),
    _away("病假", ExamRule.DEFERRED, "长期病假", "休病假", least_days=15),
    Status("脱产学习", exam=ExamRule.DEFERRED, aliases=("脱产培训", "离岗学习")),
    Status("驻村援派", HoursRule.HALVED, aliases=("驻村", "援派", "驻村帮扶", "援疆", "援藏", "援青")),
    _away("停职", ExamRule.EXCUSED, "停职检查", "待岗"),
    _away("离岗待退", ExamRule.EXCUSED, "离岗退养", "内退", "提前离岗"),
    _left("退休", "已退休"),
    _left("调出", "调离", "调走", "已调出"),
    _left("离职", "辞职", "辞退", "辞去公职", "解聘"),
    _left("去世", "已故"),
    Status(
        "编外",
        HoursRule.NONE,
        ExamRule.EXCUSED,
        pushes=False,
        in_denominator=False,
        counted_at=CountedAt.NOWHERE,
        aliases=("编外人员", "聘用", "临聘"),
    ),
    MERGED,
)


def status_named(word: str, rules: Sequence[Status] = STATUSES) -> Status | None:
    """The row with this name or alias."""
    return next((rule for rule in rules if word == rule.name or word in rule.aliases), None)


def standing_periods(periods: Iterable[StatusPeriod], known_at: datetime | None = None) -> list[StatusPeriod]:
    """What is left of the records once later ones have replaced or withdrawn earlier ones, oldest start first."""
    last: dict[tuple[str, date], StatusPeriod] = {}
    for period in periods:
        if known_at is not None and period.recorded_at > known_at:
            continue
        key = (period.status, period.starts)
        if key not in last or last[key].recorded_at <= period.recorded_at:
            last[key] = period
    standing = [period for period in last.values() if period.ends is None or period.ends >= period.starts]
    return sorted(standing, key=lambda period: (period.starts, period.recorded_at))


def merged_into(periods: Iterable[StatusPeriod]) -> str | None:
    """The number into which this one was merged; None when it was not."""
    for period in standing_periods(periods):
        if period.status == MERGED.name:
            return period.document.removeprefix(MERGED_INTO).strip()
    return None


def status_on(
    periods: Iterable[StatusPeriod],
    day: date,
    rules: Sequence[Status] = STATUSES,
    known_at: datetime | None = None,
) -> Status:
    """The status of one person on `day`: the latest start wins, of equal starts the later recorded; none is 在岗.

    病假 of less than 15 days, extensions counted in, is passed over; while its end is open it counts.
    Raises: UnknownStatus.
    """
    standing = standing_periods(periods, known_at)
    for period in reversed(standing):
        if _covers(period, day):
            rule = status_named(period.status, rules)
            if rule is None:
                raise UnknownStatus(period.status)
            if rule.least_days == 0 or _run_days(period, standing) >= rule.least_days:
                return rule
    return status_named(ON_DUTY.name, rules) or ON_DUTY


def _covers(period: StatusPeriod, day: date) -> bool:
    return period.starts <= day and (period.ends is None or day <= period.ends)


def _run_days(period: StatusPeriod, standing: Sequence[StatusPeriod]) -> int:
    """Days of the unbroken run of the same status around `period`; an open end is far away."""
    first = last = 0
    for other in standing:
        if other.status != period.status:
            continue
        starts, ends = other.starts.toordinal(), (other.ends or date.max).toordinal()
        if starts > last + 1:
            if period.starts.toordinal() <= last:
                break
            first, last = starts, ends
        last = max(last, ends)
    return last - first + 1
