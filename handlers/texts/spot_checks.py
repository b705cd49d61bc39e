"""What is said about 抽查: the lines that were drawn, what was found of one, and why it cannot be said."""

from typing import Final

from handlers.actions.spot_checks import DrawnLine, Finding, Month
from training.names import FORMS
from training.spot_checks import (
    SHARE_PERCENT,
    Checked,
    CheckedBefore,
    Drawn,
    NotDrawn,
    OwnDecision,
    OwnLine,
    Result,
    SpotRefusal,
)

MOST_SHOWN: Final = 20
USAGE: Final = "抽查 120 属实 已核对签到表，或 抽查 120 不符 当天未参加"
_RESULTS: Final = {Result.OPEN: "待核查", Result.SOUND: "属实", Result.FAILED: "不符"}
_NONE: Final = "还没有抽查。每月第一个工作日自动抽取上月由人员认定的学时。"


def month(found: Month) -> str:
    """Those that wait come first."""
    if found.drawn is None:
        return _NONE if found.month is None else f"{_month(found.month)} 没有抽查。{_NONE}"
    waiting = [one for one in found.lines if one.checked.result is Result.OPEN]
    done = [one for one in found.lines if one.checked.result is not Result.OPEN]
    lines = [_head(found.drawn, len(found.lines), len(waiting))]
    lines += [_line(one) for one in [*waiting, *done][:MOST_SHOWN]]
    if len(found.lines) > MOST_SHOWN:
        lines.append(f"另有 {len(found.lines) - MOST_SHOWN} 条，处理后依次显示。")
    if waiting:
        lines.append(f"核查后请回复：{USAGE}。")
    return "\n".join(lines)


def _head(drawn: Drawn, lines: int, waiting: int) -> str:
    return (
        f"【抽查】{_month(drawn.month)}由人员认定的 {drawn.pool} 条中抽取 {SHARE_PERCENT}%，共 {lines} 条，"
        f"待核查 {waiting} 条。"
    )


def _month(first: object) -> str:
    return f"{first:%Y-%m}"


def _line(one: DrawnLine) -> str:
    entry = one.line.entry
    day = f"{entry.starts_on}" if entry.starts_on == entry.ends_on else f"{entry.starts_on} 至 {entry.ends_on}"
    form = FORMS.get(entry.form, entry.form)
    evidence = f"，佐证 {entry.evidence}" if entry.evidence else "，无佐证编号"
    approver = f"，认定 {one.approver}" if one.approver else ""
    return (
        f"第 {one.checked.seq} 条（{_RESULTS[one.checked.result]}）{one.name}·{one.unit} {day} {form}"
        f"《{entry.title}》{entry.hours} 学时{evidence}{approver}{_found(one.checked)}"
    )


def _found(checked: Checked) -> str:
    said = f"；{checked.note}" if checked.note else ""
    return f"{said}；批次 {checked.batch}" if checked.batch else said


def finding(found: Finding) -> str:
    checked = found.checked
    if checked.result is Result.SOUND:
        return f"已记录：第 {checked.seq} 条抽查属实。"
    if found.new:
        return (
            f"已记录：第 {checked.seq} 条抽查不符，并提出冲销（批次 {checked.batch}），"
            f"待另一名市级管理员确认：{found.shown}。"
        )
    if found.reversed_by:
        return f"已记录：第 {checked.seq} 条抽查不符；这一条已由第 {found.reversed_by} 条冲销。"
    return f"已记录：第 {checked.seq} 条抽查不符；冲销已在批次 {checked.batch} 中等待确认。"


def to_second(found: Finding, name: str) -> str:
    """To the other city admins."""
    batch = found.checked.batch
    return f"【待确认】{name}抽查不符，提出冲销：{found.shown}。回复“审核 {batch}”查看，“确认 {batch}”生效。"


def drawn(month_drawn: Drawn, lines: int) -> str:
    """To city admins, when the clock has drawn."""
    return (
        f"【抽查】已从 {_month(month_drawn.month)}由人员认定的 {month_drawn.pool} 条学时中抽取 {lines} 条，"
        "回复“抽查”查看并登记结果。"
    )


def refused(refusal: SpotRefusal) -> str:
    seq = refusal.seq
    match refusal:
        case NotDrawn():
            return f"第 {seq} 条没有被抽查。回复“抽查”查看抽取的记录。"
        case OwnLine():
            return f"第 {seq} 条是您本人的学时，请由另一名市级管理员核查。"
        case OwnDecision():
            return f"第 {seq} 条由您认定或办结，请由另一名市级管理员核查。"
        case CheckedBefore(result=result):
            return f"第 {seq} 条已经核查过（{_RESULTS[result]}），没有重复登记。"
    return f"第 {seq} 条不能核查。"
