"""Small pieces of sentences: days, amounts, groups."""

from datetime import date
from functools import lru_cache
from typing import Final

from training.hours import decimal
from training.names import CATEGORIES, FORMS, GROUPS

__all__ = ["CATEGORIES", "FORMS", "GROUPS", "KINDS", "WEEKDAYS", "day", "day_and_weekday", "hours"]

KINDS: Final = {
    "single": "单选题",
    "multiple": "多选题",
    "judge": "判断题",
    "blank": "填空题",
    "case": "案例分析题",
}
WEEKDAYS: Final = "一二三四五六日"


def day(value: date) -> str:
    """`11月23日`"""
    return f"{value.month}月{value.day}日"


def day_and_weekday(value: date) -> str:
    return f"{day(value)} 周{WEEKDAYS[value.weekday()]}"


@lru_cache(maxsize=8192)
def hours(hundredths: int) -> str:
    """Always two places: `0.10`."""
    return f"{decimal(hundredths)}"
