"""What is said about the 结账 of a year: what it covers, why it is refused, and what a closed year means."""

from collections.abc import Sequence
from typing import Final

from handlers.actions.years import YearLooked
from handlers.texts import year_end
from training.batches import YearClosing
from training.claims import PATIENCE
from training.year_end import YearEndRefusal
from training.years import (
    ActivitiesWaiting,
    ClaimsWaiting,
    ClosedMeanwhile,
    HoursWaiting,
    YearAct,
    YearClosed,
    YearEvent,
    YearNotOver,
    YearRefusal,
)

_ACTS: Final = {YearAct.CLOSED: "结账", YearAct.REOPENED: "撤销结账"}
MOST_NAMED: Final = 20  # activities in one sentence
_MEANING: Final = {
    YearAct.CLOSED: "结账后，这一年度的学时只能补录（另列一栏），冲销照常。",
    YearAct.REOPENED: "撤销结账后，这一年度恢复正常入账，须重新结账。",
}


def title(closing: YearClosing) -> str:
    return f"{closing.year} 年度{_ACTS[closing.kind]}"


def shown(looked: YearLooked, kind: YearAct, unconfirmed: Sequence[str] = ()) -> str:
    """How the year stands, in one line, for who decides. `unconfirmed`: names of units that do not stand by it."""
    said = f"{looked.year} 年度台账 {looked.lines} 条，合计 {looked.hours} 学时；链头第 {looked.head.seq} 条"
    if looked.head.seq:
        said += f" {looked.head.hash}"
    if kind is YearAct.REOPENED and looked.last is not None:
        said += f"；{closed_words(looked.last)}"
    return f"{said}。{_MEANING[kind]}{year_end.warning(unconfirmed)}"


def closed_words(event: YearEvent) -> str:
    return f"{event.year} 年度已于 {event.day} 结账，当时台账到第 {event.head.seq} 条"


def refused(refusal: YearRefusal) -> str:
    year = refusal.year
    match refusal:
        case YearEndRefusal():
            return year_end.refused(refusal)
        case YearNotOver():
            return f"{year} 年度还没有结束，{year + 1} 年 1 月 1 日起才能结账。"
        case YearClosed(day=day):
            return f"{year} 年度已于 {day} 结账，不用再结。"
        case HoursWaiting(batches=batches):
            numbers = "、".join(map(str, batches))
            return f"{year} 年度还有待确认的学时批次 {numbers}，请先确认或退回，再结账。"
        case ActivitiesWaiting(activities=activities):
            numbers = "、".join(map(str, activities[:MOST_NAMED]))
            more = f" 等 {len(activities)} 个" if len(activities) > MOST_NAMED else ""
            return f"{year} 年度还有培训活动 {numbers}{more} 没有入账，请先办结并确认，或取消，再结账。"
        case ClaimsWaiting():
            return _claims_wait(refusal)
    return f"{year} 年度没有结账，不用撤销。"


def _claims_wait(refusal: ClaimsWaiting) -> str:
    waits = [f"{refusal.submitted} 件待审核"] if refusal.submitted else []
    waits += [f"{refusal.returned} 件退回补充未满 {PATIENCE} 个工作日"] if refusal.returned else []
    return f"{refusal.year} 年度的学时申报还有 {'、'.join(waits)}，请处理完再结账。"


def overtaken(refusal: ClosedMeanwhile) -> str:
    return (
        f"批次 {refusal.number} 提出之后，{refusal.year} 年度已于 {refusal.day} 结账。"
        "请退回，确需入账的用 --late 重新提出补录。"
    )
