"""What the machine says by itself: to the city admins, each with its day so that no two are the same text, and to
those who asked to be told where they stand.
"""

from datetime import date

from handlers.texts.words import GROUPS, day, hours
from training.people import Group


def no_questions(group: Group, today: date) -> str:
    return f"【提醒 {day(today)}】题库中没有可以发给{GROUPS[group]}的题目，今天的每日一题没有发出。请导入题目。"


def calendar_missing(year: int, today: date) -> str:
    return (
        f"【提醒 {day(today)}】{year}年的放假调休安排还没有导入，将按周一至周五推送。"
        "请在国务院办公厅通知发布后运行 xuefa calendar import。"
    )


def behind(counted: int, owed: int, missing: int, weekly: int) -> str:
    """Amounts in hundredths of an hour."""
    return (
        f"【学时进度】今年已计入 {hours(counted)} / {hours(owed)} 学时，还差 {hours(missing)}，"
        f"到 12 月 31 日每周约需 {hours(weekly)} 学时。回复“我的学时”看明细；不想再收，请回复“免打扰”。"
    )
