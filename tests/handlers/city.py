"""A small city: five people, and a question for each group."""

from datetime import date

from question_bank.questions import Citation, Kind, Question
from storage import people, wishes
from storage.database import Database, Tx
from tests.handlers.stage import MONDAY, at
from tests.storage.rows import add_questions
from training.people import Account, Fact, Field

NEW_YEAR = date(2026, 1, 1)
SINGLE = Question(
    id="s1",
    kind=Kind.SINGLE,
    stem="罚款的设定权属于谁？",
    options=("办公室", "法律", "单位", "个人"),
    answer=("B",),
    explanation="由法律设定。",
    citations=(Citation("行政处罚法", 10),),
    topics=("行政处罚法",),
    audience=("staff",),
)
JUDGE = Question(
    id="j1",
    kind=Kind.JUDGE,
    stem="行政处罚可以口头设定。",
    answer=("错",),
    explanation="须由法律、法规、规章设定。",
    topics=("行政处罚法",),
    audience=("leader",),
)
MULTIPLE = Question(
    id="m1",
    kind=Kind.MULTIPLE,
    stem="下列属于行政处罚种类的有哪些？",
    options=("警告", "罚款", "行政拘留", "记过"),
    answer=("A", "B", "C"),
    explanation="记过是处分。",
    topics=("行政处罚法",),
    audience=("enforcement",),
)


async def add_person(tx: Tx, number: str, *accounts: str, since: date = NEW_YEAR, **values: str) -> None:
    """A member of staff of unit `11` since New Year, recorded then, unless `values` say otherwise."""
    held = {"name": f"姓名{number}", "unit": "11", "category": "staff", **values}
    facts = [Fact(number, Field[name.upper()], value, since, at(NEW_YEAR)) for name, value in held.items()]
    speaking = [Account(account, number, since) for account in accounts]
    await people.add(tx, facts, [], speaking, by="test", now=at(NEW_YEAR), today=MONDAY)


async def populate(database: Database, *questions: Question, told: bool = True) -> None:
    """`told`: they have seen the privacy notice before."""
    async with database.write() as tx:
        await add_questions(tx, *(questions or (SINGLE, JUDGE, MULTIPLE)))
        await add_person(tx, "R1", "zhou", name="周敏")
        await add_person(tx, "R2", "chen", name="陈静", category="leader")
        await add_person(tx, "R3", "wu", "wu2", name="伍明", mark="1")
        await add_person(tx, "R4", "lin", name="林涛", category="other")
        await add_person(tx, "R5", "admin", name="江平", role="city_admin")
        if told:
            await wishes.mark_privacy_shown(tx, ["R1", "R2", "R3", "R4", "R5"], at(MONDAY, "08:00"))
