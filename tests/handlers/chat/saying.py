"""What is said again and again about the daily question, and the lines that it made."""

from datetime import date

from storage import ledger
from storage.scope import EVERYTHING
from tests.handlers.stage import MONDAY, Stage
from training.calendar import day_of

SUNDAY = date(2026, 11, 29)
ASKED = """每日一题 11月23日 周一（试运行·自愿使用）
单选题 · 行政处罚法
罚款的设定权属于谁？
A. 办公室
B. 法律
C. 单位
D. 个人
[A]
[B]
[C]
[D]"""
RIGHT_CARD = """✓ 回答正确
每日一题 11月23日 周一
《行政处罚法》第十条
由法律设定。
罚款的设定权属于谁？
A. 办公室
B. 法律
C. 单位
D. 个人
您的答案：B
正确答案：B
本题学时：+0.10
计入学时：0.10 / 50.00
[已作答]"""
RIGHT_TEXT = """✓ 回答正确
您的答案：B
本题学时：+0.10
计入学时：0.10 / 50.00

正确答案：B
B. 法律
解析：由法律设定。
依据：《行政处罚法》第十条"""
NO_QUESTION = "没有找到发给您的11月23日的题目。回复“今日一题”可以查看您今天的题。"
NOTHING = "现在没有等您作答的题目。回复“今日一题”做今天的题。"
ONLY_ONE = "这道题的选项是 A 到 D，只选一个，请回复一个字母，如“A”。"
STAFF_KEY = f"daily:{MONDAY}:staff:"


async def lines(stage: Stage, person: str = "R1") -> list[tuple[date, str, int]]:
    """Day, hours and year of a person's lines, the latest first."""
    async with stage.database.read() as tx:
        found = await ledger.lines_of(tx, EVERYTHING, person, day_of(stage.clock()).year, at_most=500)
    return [(line.entry.starts_on, str(line.entry.hours), line.entry.year) for line in found]
