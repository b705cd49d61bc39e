"""What is said about 人员变动: what was reported, what waits, and the two cards."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from handlers.actions.roll_reports import Overview
from handlers.message import Button, Card
from handlers.texts.words import day
from training.batches import RollChanges
from training.calendar import day_of
from training.roll_reports import Kind, Report, State

TAP: Final = "roll"
NONE: Final = "none"
SOME: Final = "some"
YES: Final = "yes"
NO: Final = "no"
EXAMPLES: Final = (
    "人员变动 张三 调往 财政局 11-20\n"
    "人员变动 张三 退休 11-30（调出、离职等同此）\n"
    "人员变动 张三 产假 11-01至2027-03-31\n"
    "人员变动 新进 李四 工作人员 11-01\n"
    "人员变动 张三 职务 副局长 11-05\n"
    "没有变动请回复“本月无变动”。"
)
STATES: Final[Mapping[State, str]] = {
    State.RECEIVING: "等待接收单位确认",
    State.PROPOSED: "等待市级确认",
    State.DONE: "已生效",
    State.RETURNED: "已退回，没有生效",
    State.WITHDRAWN: "已撤回",
}
_SHOWN: Final = 20
_UNITS: Final = 30
_TITLE: Final = "人员变动申报"


def reported(report: Report, receiving: str) -> str:
    said = f"【人员变动申报 {report.number}】{report.shown}"
    if report.state is State.RECEIVING:
        return (
            f"{said}\n已请{receiving}的管理员确认接收，之后由市级管理员确认生效，结果会告诉您。"
            f"写错了请回复“撤回变动 {report.number}”。"
        )
    account = "其企业微信账号由市级管理员另行登记。" if report.kind is Kind.JOIN else ""
    return f"{said}\n已提交市级管理员确认（批次 {report.batch}），确认后生效，结果会告诉您。{account}"


def unchanged(report: Report, *, new: bool) -> str:
    month = f"{report.month.month}月"
    if new:
        return f"已申报：{month}人员无变动。之后如有变动，随时回复“人员变动”。"
    if report.kind is Kind.NONE:
        return f"{month}已申报过无变动，没有重复登记。"
    return f"{month}您已申报过人员变动（最近一件是申报 {report.number}），不用再报无变动。"


def received(report: Report) -> str:
    return f"已接收：{report.shown}。已提交市级管理员确认（批次 {report.batch}），确认后生效。"


def declined(report: Report) -> str:
    return f"已退回人员变动申报 {report.number}，没有生效。"


def to_reporter(report: Report, receiving: str) -> str:
    """When the receiving unit turned it away."""
    return f"您的人员变动申报 {report.number}（{report.shown}）未获{receiving}接收，没有生效，理由：{report.note}"


def withdrawn(report: Report) -> str:
    return f"人员变动申报 {report.number} 已撤回。"


def how_to_decline(number: int) -> str:
    return f"请写明理由，如：不接收 {number} 本单位没有这项调动"


def decided(changes: RollChanges, *, confirmed: bool, note: str) -> str:
    """To whoever reported, when the city has decided."""
    names = "、".join(edit.name for edit in changes.people)
    said = "已由市级管理员确认并生效" if confirmed else f"被市级退回，没有生效{'，理由：' + note if note else ''}"
    return f"您的人员变动申报 {changes.report}（{names}）{said}。"


def whole(report: Report, names: Mapping[str, str], *, receives: bool) -> str:
    """`names`: of the units and of the one who reported. `receives`: the reader is asked."""
    by, unit = names.get(report.by, report.by), names.get(report.unit, report.unit)
    said = report.shown or f"{report.month.month}月人员无变动"
    lines = [
        f"【人员变动申报 {report.number}】{said}",
        f"{unit}{by} {day(day_of(report.at))}申报，{_state(report, names)}",
    ]
    return "\n".join((*lines, *([_how_to_receive(report)] if receives else [])))


def _state(report: Report, names: Mapping[str, str]) -> str:
    if report.state is State.RECEIVING:
        return f"等待{names.get(report.receiving, report.receiving)}确认接收"
    batch = f"（批次 {report.batch}）" if report.batch else ""
    note = f"，理由：{report.note}" if report.note else ""
    return f"{STATES[report.state]}{batch}{note}"


def _how_to_receive(report: Report) -> str:
    return f"同意请回复“接收 {report.number}”，不同意请回复“不接收 {report.number} 理由”。"


def overview(found: Overview, names: Mapping[str, str], *, city: bool, decides: bool) -> str:
    """`decides`: the reader may confirm batches."""
    lines = ["【人员变动】", *_listed("等待您确认接收", found.to_receive, names)]
    if found.to_receive:
        lines.append("同意请回复“接收 编号”，不同意请回复“不接收 编号 理由”。")
    lines += _listed("处理中的申报", found.waiting, names)
    if city:
        return "\n".join((*lines, *_of_city(found, decides=decides)))
    return "\n".join((*lines, _of_month(found.this_month), f"申报请这样写：\n{EXAMPLES}"))


def _listed(title: str, reports: Sequence[Report], names: Mapping[str, str]) -> Iterator[str]:
    if reports:
        yield f"{title}（{len(reports)} 件）："
    for one in reports[:_SHOWN]:
        yield f"{one.number}（{day(day_of(one.at))}）{one.shown}，{_state(one, names)}"
    if len(reports) > _SHOWN:
        yield f"……其余 {len(reports) - _SHOWN} 件，处理后再列出。"


def _of_month(mine: Sequence[Report]) -> str:
    changes = [one.number for one in mine if one.kind is not Kind.NONE]
    if changes:
        return f"本月您已申报变动：{'、'.join(map(str, changes))}。"
    return "本月您已申报无变动。" if mine else "本月您还没有申报。"


def _of_city(found: Overview, *, decides: bool) -> Iterator[str]:
    if not found.waiting:
        yield "没有处理中的申报。"
    elif decides:
        yield "同意请回复“确认 批次号”，不同意请回复“退回 批次号 理由”；代接收单位确认请回复“接收 编号”。"
    silent = found.silent or ()
    if not silent:
        yield "本月各单位均已申报。"
        return
    more = f"等 {len(silent)} 个单位" if len(silent) > _UNITS else ""
    yield f"本月尚未申报的单位（{len(silent)} 个）：{'、'.join(silent[:_UNITS])}{more}。"


def receiving_words(report: Report, unit: str) -> str:
    return f"【人员变动申报 {report.number}】{unit}申报：{report.shown}。\n{_how_to_receive(report)}"


def receiving_card(report: Report, unit: str) -> Card:
    buttons = (
        Button("接收", f"{TAP}:{YES}:{report.number}"),
        Button("不接收", f"{TAP}:{NO}:{report.number}", style=2),
    )
    return Card(
        title=f"{_TITLE} {report.number}", desc=f"{unit}申报，请确认是否接收", body=report.shown, buttons=buttons
    )


def monthly_words(month: date) -> str:
    return (
        f"【人员变动】{month.month}月本单位人员有无变动（新进、调动、退休、长假、职务变化等）？"
        "没有请回复“本月无变动”，有请回复“人员变动”。"
    )


def monthly_card(month: date) -> Card:
    buttons = (
        Button("本月无变动", f"{TAP}:{NONE}:{month:%Y-%m}"),
        Button("有变动", f"{TAP}:{SOME}:{month:%Y-%m}", style=2),
    )
    asked = "新进、调动、退休、长假、职务变化等，点一下即可。"
    return Card(title=f"{month.month}月人员有无变动？", desc=_TITLE, body=asked, buttons=buttons)
