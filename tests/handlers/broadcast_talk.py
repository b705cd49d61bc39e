"""A bot that knows `群发`, in the city of `report_city` with a second 执法科 and a small bank.

Units: 市政府 gov over 司法局 sfj (below it 执法科 zfk) and 财政局 czj (below it 执法科 zfk2).
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from handlers.broadcast_clock import BroadcastClock
from handlers.routes import router
from question_bank.questions import Kind, Question
from storage import broadcasts as broadcasts_stored
from storage import tables, units
from storage.database import Database
from tests.handlers import report_city
from tests.handlers.hours_city import FIRST, RECORDED, TODAY
from tests.handlers.stage import Phone, Stage
from tests.storage.rows import add_questions
from training.broadcasts import Broadcast
from training.people import Fact, UnitField
from training.rules import Rules

SINGLE = Question(
    id="xzcf-0012",
    kind=Kind.SINGLE,
    stem="罚款的设定权属于谁？",
    options=("办公室", "法律", "单位", "个人"),
    answer=("B",),
    explanation="由法律设定。",
    topics=("行政处罚法",),
)
JUDGE = Question(
    id="xzcf-0013", kind=Kind.JUDGE, stem="行政处罚可以口头设定。", answer=("错",), topics=("行政处罚法",)
)
BLANK = Question(id="xzcf-0099", kind=Kind.BLANK, stem="行政处罚由____设定。", answer=(("法律",),))
OTHER_TOPIC = Question(
    id="xf-0001",
    kind=Kind.SINGLE,
    stem="国家宪法日是哪天？",
    options=("12月4日", "5月4日"),
    answer=("A",),
    topics=("宪法",),
)


async def build(database: Database) -> None:
    await report_city.build(database)
    named = {UnitField.NAME: "执法科", UnitField.PARENT: "czj"}
    facts = [Fact("zfk2", field, value, FIRST, RECORDED) for field, value in named.items()]
    async with database.write() as tx:
        await units.add(tx, facts, by="test", now=RECORDED, today=TODAY)
        await add_questions(tx, SINGLE, JUDGE, BLANK, OTHER_TOPIC)


def staged(database: Database, awake: Callable[[datetime], bool] = lambda _moment: True) -> Stage:
    """One process; another one on the same database is a restart, or a second server."""
    rules = Rules()
    return Stage(database, rules=rules, routes=router(rules, awake=awake))


async def drafts(database: Database) -> list[Broadcast]:
    """Every broadcast, the first one first."""
    async with database.read() as tx:
        numbers = (
            await tx.execute(select(tables.broadcast.c.number).order_by(tables.broadcast.c.number))
        ).scalars()
        found = [await broadcasts_stored.one(tx, number) for number in numbers]
    return [one for one in found if one is not None]


async def said_all(phone: Phone, *lines: str) -> str:
    """All of them one after the other; what the last one was answered."""
    said = ""
    for line in lines:
        said = await phone(line)
    return said


async def send_out(stage: Stage) -> None:
    """As a running server does it."""
    clock = BroadcastClock(stage.rules, {stage.wire.name: stage.jobs.freeze})
    while await clock.tick(stage.database, stage.clock()):
        pass
    await stage.send_all()
