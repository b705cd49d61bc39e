"""What is said about the 结账 of a year: what it covers, why it is refused, and what a closed year means."""

from typing import Final

from handlers.actions.years import YearLooked
from training.batches import YearClosing
from training.years import (
    ClosedMeanwhile,
    HoursWaiting,
    YearAct,
    YearClosed,
    YearEvent,
    YearNotOver,
    YearRefusal,
)

_ACTS: Final = {YearAct.CLOSED: "结账", YearAct.REOPENED: "撤销结账"}
_MEANING: Final = {
    YearAct.CLOSED: "结账后，这一年度的学时只能补录（另列一栏），冲销照常。",
    YearAct.REOPENED: "撤销结账后，这一年度恢复正常入账，须重新结账。",
}


def title(closing: YearClosing) -> str:
    return f"{closing.year} 年度{_ACTS[closing.kind]}"


def shown(looked: YearLooked, kind: YearAct) -> str:
    """How the year stands, in one line, for who decides."""
    said = f"{looked.year} 年度台账 {looked.lines} 条，合计 {looked.hours} 学时；链头第 {looked.head.seq} 条"
    if looked.head.seq:
        said += f" {looked.head.hash}"
    if kind is YearAct.REOPENED and looked.last is not None:
        said += f"；{closed_words(looked.last)}"
    return f"{said}。{_MEANING[kind]}"


def closed_words(event: YearEvent) -> str:
    return f"{event.year} 年度已于 {event.day} 结账，当时台账到第 {event.head.seq} 条"


def refused(refusal: YearRefusal) -> str:
    year = refusal.year
    match refusal:
        case YearNotOver():
            return f"{year} 年度还没有结束，{year + 1} 年 1 月 1 日起才能结账。"
        case YearClosed(day=day):
            return f"{year} 年度已于 {day} 结账，不用再结。"
        case HoursWaiting(batches=batches):
            numbers = "、".join(map(str, batches))
            return f"{year} 年度还有待确认的学时批次 {numbers}，请先确认或退回，再结账。"
    return f"{year} 年度没有结账，不用撤销。"


def overtaken(refusal: ClosedMeanwhile) -> str:
    return (
        f"批次 {refusal.number} 提出之后，{refusal.year} 年度已于 {refusal.day} 结账。"
        "请退回，确需入账的用 --late 重新提出补录。"
    )
