"""The city of `activity_city` with its chat commands, and what is typed again and again."""

import re

from handlers.chat import activities, batches, daily, help
from handlers.routing import Router
from storage import wishes
from storage.database import Database
from tests.handlers.activity_city import populate
from tests.handlers.stage import MONDAY, Phone, Stage, at
from training.rules import Rules

PEOPLE = ("R1", "R2", "R3", "R5", "R6", "R7", "R8", "R9")
LINE = "新建活动 讲座 11-24 14:00-16:30 三楼会议室 行政处罚法培训 专业法律"


async def staged(database: Database) -> Stage:
    """It is Monday 23 November, 10 o'clock; everybody knows the privacy notice."""
    await populate(database)
    async with database.write() as tx:
        await wishes.mark_privacy_shown(tx, list(PEOPLE), at(MONDAY, "08:00"))
    rules = Rules()
    every = (*daily.routes(rules), *batches.routes(rules), *activities.routes(rules), *help.routes())
    return Stage(database, rules=rules, routes=Router(every, help.otherwise(rules), rules))


async def published(phone: Phone, line: str = LINE) -> None:
    """As activity 1."""
    assert "预览" in await phone(line)
    assert "已发布" in await phone("确认")


async def code_of(phone: Phone, number: int = 1) -> str:
    found = re.search(r"签到码：(\d{6})", await phone(f"活动 {number} 码"))
    assert found
    return found[1]
