"""What is said at 办结: what it would come to, and what became of it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from handlers.actions.activity_concluding import Concluded, Conclusion
from handlers.texts.words import hours
from training.activities import State
from training.activity_rules import Why, lengths_said

USAGE: Final = "办结 12 实到 150分钟，或：办结 12 按计划"
_NAMES: Final = 30
_WHY: Final = {
    Why.STRUCK: "登记为缺席",
    Why.DOUBTFUL: "与另一活动时间重叠，未经核对",
    Why.NO_MINUTES: "没有在场时间",
    Why.NOT_COMPLETED: "缺课超过七分之一，未完成",
}


def looked(seen: Conclusion) -> str:
    one = seen.activity
    lines = [
        f"【办结 {one.number}】{one.settings.title}",
        f"{lengths_said(one.settings, seen.minutes)}",
        *_counts(seen),
    ]
    if not seen.there:
        lines.append(f"名单上没有到场的人。请回复“活动 {one.number} 到场 姓名”登记。")
        return "\n".join(lines)
    posts = len({found.person for found in seen.found})
    lines.append(f"将认定 {posts} 人，合计 {hours(seen.hours)} 学时。{_cut(seen)}")
    if seen.second:
        lines.append("办结后须由另一名市级管理员确认才入账。")
    elif seen.own is not None:
        lines.append(f"您本人的 {hours(seen.own.amount)} 学时将转为申报，由上一级审核。")
    lines.append(_how(seen))
    return "\n".join(lines)


def _cut(seen: Conclusion) -> str:
    """Whom a limit leaves with less."""
    persons = [one.person for one in seen.found if seen.expected[one.source_ref].posted < one.earned]
    if not persons:
        return ""
    return f"其中 {len(persons)} 人因每日或年度上限少记：{_named(persons, seen.names)}。"


def _how(seen: Conclusion) -> str:
    number, minutes = seen.activity.number, " ".join(map(str, seen.minutes))
    different = f"实际时长不同请回复“办结 {number} 实到 {minutes}”（分钟）"
    return f"按以上时长请回复“办结 {number} 按计划”，{different}。名单有误请先改名单。"


def _counts(seen: Conclusion) -> Iterator[str]:
    yield f"到场 {len(seen.there)} 人"
    parts = (
        ("迟到", seen.late),
        ("早退", seen.early),
        ("未签退（按全程计）", seen.unknown),
        ("未受邀", seen.uninvited),
        ("待核对（同时在另一活动签到）", seen.doubtful),
        ("受邀未到", seen.absent),
    )
    for word, persons in parts:
        if persons:
            yield f"{word} {len(persons)} 人：{_named(persons, seen.names)}"
    for why, word in _WHY.items():
        persons = tuple(one.person for one in seen.without if one.why is why)
        if persons and why is not Why.DOUBTFUL:
            yield f"不计学时（{word}）{len(persons)} 人：{_named(persons, seen.names)}"


def _named(persons: Sequence[str], names: Mapping[str, str]) -> str:
    shown = "、".join(names.get(number, number) for number in persons[:_NAMES])
    return f"{shown}等" if len(persons) > _NAMES else shown


def concluded(done: Concluded) -> str:
    one = done.activity
    about = f"活动 {one.number}（{one.settings.title}）"
    if one.state is State.CONCLUDED:
        return f"{about}已办结，批次 {done.batch} 待另一名市级管理员确认后入账。"
    amount = sum(round(line.entry.hours * 100) for line in done.lines)
    said = f"{about}已办结，入账 {len({line.entry.person for line in done.lines})} 人，合计 {hours(amount)} 学时。"
    claim = f"\n您本人的学时已转为申报 {done.claim}，由上一级审核。" if done.claim else ""
    return f"{said}{claim}"
