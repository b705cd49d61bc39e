"""What every exported report says about itself: its number, its two dates, its rules, the head of the ledger."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from training.calendar import CITY
from training.chains import Head

SIGNATURES: Final = ("制表：", "复核：", "单位负责人（盖章）：")


@dataclass(frozen=True, slots=True)
class Particulars:
    """Enough to produce the report again: its `number`, what was true on `as_of`, as recorded by `known_at`.

    `title` is printed above the table; `rules` names their version. Source: domain, Export headers.
    """

    title: str
    number: str
    as_of: date
    known_at: datetime
    rules: str
    head: Head
    scope: str = ""  # 统计范围

    def lines(self) -> tuple[tuple[str, str], ...]:
        return (
            ("报表编号", self.number),
            *((("统计范围", self.scope),) if self.scope else ()),
            ("统计截止日", self.as_of.isoformat()),
            ("数据截止时点", city_time(self.known_at)),
            ("规则版本", self.rules),
            ("台账校验码（链头）", f"第 {self.head.seq} 条 {self.head.hash}"),
        )


def city_time(moment: datetime) -> str:
    """`2026-11-23 16:05:09` as the clock in the city says."""
    return moment.astimezone(CITY).strftime("%Y-%m-%d %H:%M:%S")
