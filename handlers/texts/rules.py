"""The rules in force as tables: what is owed, what a form is worth, what a status does, which duties hold."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from handlers.texts.columns import aligned
from handlers.texts.duties import ORIGINS, quota
from training.duties import Duty, Measure
from training.forms import Achievement, Basis, FormRule
from training.hours import HoursRules
from training.names import FORMS
from training.requirements import Policy
from training.rule_document import hours_text, plain
from training.rules import Rules
from training.statuses import CountedAt, ExamRule, HoursRule, Status

SINCE_EVER: Final = "一直"
HOURS_RULES: Final[Mapping[HoursRule, str]] = {
    HoursRule.FULL: "不减",
    HoursRule.HALVED: "减半",
    HoursRule.MONTHLY: "按月核减",
    HoursRule.NONE: "不计",
}
EXAM_RULES: Final[Mapping[ExamRule, str]] = {
    ExamRule.SITS: "应考",
    ExamRule.DEFERRED: "缓考",
    ExamRule.EXCUSED: "免考",
}
COUNTED_AT: Final[Mapping[CountedAt, str]] = {
    CountedAt.UNIT: "人事关系单位",
    CountedAt.LEAVERS: "年内减员表",
    CountedAt.NOWHERE: "不统计",
}
ACHIEVEMENTS: Final[Mapping[Achievement, str]] = {
    Achievement.PASSED: "合格",
    Achievement.TOOK_PART: "参加",
    Achievement.PRIZE: "获奖",
}


def lines(rules: Rules, where: str) -> Iterator[str]:
    """`where`: the rule file, empty when there is none."""
    yield f"规则版本：{rules.version}（{f'规则文件 {where}' if where else '内置规则'}）"
    yield f"一人一天的培训和申报合计至多 {hours_text(rules.day_limit)} 学时；{_online(rules.hours)}"
    yield from ("", "【应完成学时】（学时/年）")
    yield from aligned(_REQUIREMENT_HEADERS, [_requirement(policy) for policy in rules.policies])
    yield from ("", "【学习形式】（上限按年度）")
    yield from aligned(_FORM_HEADERS, [_form(row) for row in rules.forms])
    yield from ("", "【人员状态】")
    yield from aligned(_STATUS_HEADERS, list(_statuses(rules.policies)))
    yield from ("", "【各项要求】")
    yield from aligned(_DUTY_HEADERS, [_duty(duty) for duty in rules.duties if duty.measure is not Measure.HOURS])


def _online(hours: HoursRules) -> str:
    if not hours.counts_toward_quota:
        return "在线答题类不计入考核学时。"
    return f"在线答题类合计至多计入应完成学时的 {hours.online_share_percent}%。"


_REQUIREMENT_HEADERS: Final = (
    "施行",
    "领导干部",
    "工作人员",
    "行政执法人员",
    "一月满几天计月",
    "进到",
    "不足几月免次数",
)


def _requirement(policy: Policy) -> tuple[str, ...]:
    amounts = (plain(policy.leader), plain(policy.staff), plain(policy.enforcement))
    return (
        since(policy.valid_from),
        *amounts,
        str(policy.month_days),
        plain(policy.step),
        str(policy.count_months),
    )


_FORM_HEADERS: Final = ("形式", "键", "施行", "折算", "上限")


def _form(row: FormRule) -> tuple[str, ...]:
    cap = "不限" if row.yearly_cap is None else hours_text(row.yearly_cap)
    return (FORMS[row.form], str(row.form), since(row.valid_from), "，".join(_worth(row)), cap)


def _worth(row: FormRule) -> Iterator[str]:
    for basis in row.by:
        match basis:
            case Basis.ITEMS:
                yield from _items(row)
            case Basis.LENGTH:
                yield f"每 {row.minutes_an_hour} 分钟 1 学时"
            case Basis.DAY_PARTS:
                yield f"全天 {hours_text(row.whole_day)}、半天 {hours_text(row.half_day)}"
            case Basis.CERTIFIED:
                yield "按认定的学时"
            case Basis.ACHIEVEMENT:
                yield "、".join(f"{ACHIEVEMENTS[one]} {hours_text(amount)}" for one, amount in row.points.items())
    yield from _bounds(row)


def _items(row: FormRule) -> Iterator[str]:
    yield f"每 {row.items} 题 {hours_text(row.amount)} 学时"
    if row.least_right_percent:
        yield f"答对 {row.least_right_percent}% 起"
    if row.items_a_day is not None:
        yield f"每天至多 {row.items_a_day} 题"


def _bounds(row: FormRule) -> Iterator[str]:
    if row.factor != 1:
        yield f"× {row.factor}"
    if row.least:
        yield f"每次至少 {hours_text(row.least)}"
    if row.most is not None:
        yield f"每次至多 {hours_text(row.most)}"
    if row.most_absence is not None:
        yield f"缺席超过 {row.most_absence} 不计"


_STATUS_HEADERS: Final = (
    "状态",
    "施行",
    "应完成",
    "考试",
    "推送",
    "计入比率",
    "统计于",
    "已离开",
    "至少天数",
    "别名",
)


def _statuses(policies: Sequence[Policy]) -> Iterator[tuple[str, ...]]:
    """Of later policies only what they change."""
    before: Mapping[str, Status] = {}
    for policy in policies:
        for status in policy.statuses:
            if before.get(status.name) != status:
                yield _status(status, policy.valid_from)
        before = {status.name: status for status in policy.statuses}


def _status(status: Status, starts: date) -> tuple[str, ...]:
    return (
        status.name,
        since(starts),
        HOURS_RULES[status.hours],
        EXAM_RULES[status.exam],
        _yes_or_no(status.pushes),
        _yes_or_no(status.in_denominator),
        COUNTED_AT[status.counted_at],
        _yes_or_no(status.leaves),
        str(status.least_days or ""),
        "、".join(status.aliases),
    )


def _yes_or_no(value: bool) -> str:
    return "是" if value else "否"


_DUTY_HEADERS: Final = ("要求", "键", "内容", "来源", "施行")


def _duty(duty: Duty) -> tuple[str, ...]:
    origin = f"任务 {duty.task}，{ORIGINS[duty.origin]}"
    return (duty.name, duty.key, quota(duty), origin, since(duty.valid_from, duty.valid_until))


def since(starts: date, ends: date | None = None) -> str:
    """`一直`, `自 2026-07-01`, `2026-07-01 至 2026-12-31`."""
    if ends is not None:
        return f"{starts} 至 {ends}" if starts != date.min else f"至 {ends}"
    return SINCE_EVER if starts == date.min else f"自 {starts}"
