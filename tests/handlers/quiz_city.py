"""The small city with a quiz that was sent to it, and what stands in the database after answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from question_bank.questions import Citation, Kind, Question
from storage import broadcasts, focus, tables
from storage.database import Database
from storage.ledger import Line
from storage.wishes import keep
from tests.handlers.city import JUDGE, MULTIPLE, SINGLE
from tests.handlers.stage import MONDAY, Clock, Stage, at
from tests.storage.rows import ledger_lines
from training import broadcasts as kinds
from training.broadcasts import Settings, State
from training.calendar import DAY
from training.rules import Compliance, Rules
from training.wishes import Wishes

FILED = Rules(compliance=Compliance(filing_no="备案1号"))
SENT = at(MONDAY, "09:00")
CLOSES = at(MONDAY + 3 * DAY, "00:00")
THREE = (SINGLE, JUDGE, MULTIPLE)
LONG = Question(
    id="l1",
    kind=Kind.SINGLE,
    stem="长" * 170,
    options=("甲", "乙"),
    answer=("A",),
    explanation="因" * 160,
    citations=(Citation("宪法", 1),),
)


@dataclass(frozen=True)
class Sent:
    """A quiz to be sent: `written` are the places of questions that are not of the bank."""

    questions: Sequence[Question] = THREE
    credit: int = 10
    persons: Sequence[str] = ("R1", "R2", "R3")
    sent_at: datetime = SENT
    closes_at: datetime = CLOSES
    state: State = State.OPEN
    title: str = "宪法宣传周"
    written: Sequence[int] = ()
    shown: bool = False  # the first question is in front of everybody


async def sent(database: Database, order: Sent | None = None, **changed: Any) -> int:
    """Its number."""
    order = order or Sent(**changed)
    settings = Settings(kinds.Kind.QUIZ, order.title, credit=order.credit)
    frozen = [
        ("" if item in order.written else question.id, 1, question) for item, question in enumerate(order.questions)
    ]
    times = {"now": order.sent_at, "send_at": order.sent_at, "closes_at": order.closes_at}
    async with database.write() as tx:
        number = await broadcasts.add(tx, settings, state=order.state, sender="R5", via="chat", **times)
        await broadcasts.keep_questions(tx, number, frozen)
        rows = [{"broadcast": number, "person": p, "unit": "then", "left_out": ""} for p in order.persons]
        await tx.execute(insert(tables.broadcast_receiver), rows)
        if order.shown:
            await focus.show(tx, order.persons, "quiz", f"{number}:0", order.sent_at)
    return number


def staged(database: Database, clock: Clock | None = None, rules: Rules = FILED) -> Stage:
    """A bot of a city that is past its trial."""
    return Stage(database, clock, rules)


async def text_only(database: Database, *persons: str) -> None:
    async with database.write() as tx:
        for person in persons:
            await keep(tx, person, Wishes(text_only=True))


async def given(database: Database) -> list[tuple[int, int, str, str, bool, int, int]]:
    """Broadcast, item, person, letters, right, earned and posted of every answer, in the order of its key."""
    answer = tables.quiz_answer.c
    columns = (
        *(answer.broadcast, answer.item, answer.person, answer.chosen),
        *(answer.correct, answer.earned_hundredths, answer.posted_hundredths),
    )
    async with database.read() as tx:
        rows = await tx.execute(select(*columns).order_by(answer.broadcast, answer.item, answer.person))
        return [tuple(row) for row in rows]


async def posted(database: Database) -> list[Line]:
    async with database.read() as tx:
        return await ledger_lines(tx)
