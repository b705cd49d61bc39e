"""Small pieces of sentences: days, amounts, groups."""

from datetime import date
from typing import Final

from training.hours import decimal
from training.people import Group

GROUPS: Final = {Group.ENFORCEMENT: "行政执法人员", Group.LEADER: "领导干部", Group.STAFF: "工作人员"}
CATEGORIES: Final = {"leader": "领导干部", "staff": "工作人员", "other": "其他（不纳入考核）"}
FORMS: Final = {"daily": "每日一题"}
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


def hours(hundredths: int) -> str:
    """Always two places: `0.10`."""
    return f"{decimal(hundredths)}"
