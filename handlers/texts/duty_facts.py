"""What is said of 履职登记: how to do it, what is missing, what was registered and taken back."""

from collections.abc import Sequence
from typing import Final

from handlers.actions.duty_facts import Recorded
from handlers.actions.duty_missing import Missing, Overview
from training.duty_fact_words import NAMES
from training.duty_facts import DutyFact, Source

HOW: Final = (
    "履职登记请按这个样子发送：\n"
    "登记 讲法治课 张三 2026-11-20 行政处罚法专题\n"
    "登记 常务会议听取汇报 2026-06-30\n"
    "登记 述法 张三 2026-12-20 佐证 述法报告存法规科\n"
    "登记 组织旁听 司法局 2026-05-06 行政诉讼庭审\n"
    f"可登记：{'、'.join(NAMES)}。填错了请回复“撤销登记 编号 理由”。培训活动办结后自动登记，不用重复填写。"
)
ALL_DONE: Final = "管辖范围内没有待完成的履职事项。"
SOURCES: Final = {
    Source.ACTIVITY: "培训活动",
    Source.ENTRY: "登记",
    Source.IMPORT: "批次导入",
    Source.EXAM: "考试",
}
_MOST_NAMES: Final = 12


def overview(found: Overview) -> str:
    missing = [_missing(one) for one in found.missing]
    head = f"【{found.year} 年度待完成】" if missing else ALL_DONE
    last = ["最近登记：", *(_last(one) for one in found.last)] if found.last else []
    return "\n".join((HOW, "", head, *missing, *last))


def _missing(one: Missing) -> str:
    names = "、".join(one.names[:_MOST_NAMES])
    more = f"等 {len(one.names)} {'人' if one.persons else '个单位'}" if len(one.names) > _MOST_NAMES else ""
    soft = "" if one.hard else "（倡导性）"
    return f"{one.duty}{soft}：{names}{more}"


def _last(one: Recorded) -> str:
    return f"登记 {one.fact.number}：{_said(one)}"


def recorded(found: Sequence[Recorded]) -> str:
    lines = [f"已登记（编号 {one.fact.number}）：{_said(one)}。" for one in found]
    number = found[-1].fact.number
    return "\n".join((*lines, f"填错了请回复“撤销登记 {number} 理由”。"))


def _said(one: Recorded) -> str:
    title = f"，{one.fact.title}" if one.fact.title != one.name else ""
    papers = f"，佐证：{one.fact.evidence}" if one.fact.evidence else ""
    return f"{one.name}，{one.whose}，{one.fact.day}{title}{papers}"


def revoked(fact: DutyFact) -> str:
    return f"已撤销登记 {fact.number}（{fact.day}，{fact.title}），撤销和理由已记入审计日志。"
