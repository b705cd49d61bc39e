"""The 年终确认单: the 学时汇总 of a unit to be printed, checked and signed, with what was said of it in chat."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from handlers.sheets.particulars import city_time
from handlers.sheets.summary_sheet import SummaryParticulars
from training.year_end import Confirmation, Said, Standing

OPINION: Final = "□ 核对无误　　□ 有误（请写明）：　　　　　　　　　　　　　　　　年　　月　　日"
_SAID: Final = {Said.CONFIRMED: "确认无误", Said.OBJECTED: "提出有误", Said.WITHDRAWN: "撤回确认"}


@dataclass(frozen=True, slots=True)
class ConfirmationParticulars(SummaryParticulars):
    """With what the admins of its units said last, in words."""

    said: str = field(kw_only=True)

    def lines(self) -> tuple[tuple[str, str], ...]:
        # Not super(): a dataclass with slots is another class than the one that super() would remember.
        return (*SummaryParticulars.lines(self), ("系统中的确认", self.said), ("核对意见", OPINION))


def said_words(found: Iterable[tuple[str, Confirmation | None, Standing, str]]) -> str:
    """Of each unit: its name, what was said last, whether that still holds, and the name of who said it."""
    return "；".join(f"{unit}：{_words(last, standing, who)}" for unit, last, standing, who in found)


def _words(last: Confirmation | None, standing: Standing, who: str) -> str:
    if last is None:
        return "尚未确认"
    words = f"{who or last.by} {city_time(last.at)} {_SAID[last.kind]}"
    if last.note:
        words += f"（{last.note}）"
    return f"{words}，此后数据有变动" if standing is Standing.STALE else words
