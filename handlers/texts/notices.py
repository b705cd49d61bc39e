"""What the city admins are told by the machine. Each names its day, so that no two are the same text."""

from datetime import date

from handlers.texts.words import GROUPS, day
from training.people import Group


def no_questions(group: Group, today: date) -> str:
    return f"【提醒 {day(today)}】题库中没有可以发给{GROUPS[group]}的题目，今天的每日一题没有发出。请导入题目。"


def calendar_missing(year: int, today: date) -> str:
    return (
        f"【提醒 {day(today)}】{year}年的放假调休安排还没有导入，将按周一至周五推送。"
        "请在国务院办公厅通知发布后运行 xuefa calendar import。"
    )
