"""A broadcast that went out, row by row as sending leaves it, and what happens to it afterwards."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import insert, select, update

from handlers.broadcast_closing_job import BroadcastClosing
from handlers.holding import Awake, always
from handlers.message import Button, Card, Content, Push, Text
from question_bank.questions import Question
from storage import broadcast_audience, broadcasts, outbox, tables
from storage.database import Database, Tx
from storage.outbox import Draft
from storage.scope import EVERYTHING
from tests.handlers.city import JUDGE, SINGLE
from tests.handlers.stage import MONDAY, Stage, at
from training.broadcasts import Broadcast, Kind, Left, Settings, State
from training.calendar import DAY
from training.people import Person

QUIZ = Settings(Kind.QUIZ, title="宪法宣传周", questions=("s1", "j1"))
NOTICE = Settings(Kind.NOTICE, title="开会", text="周三开会")
SENT_AT = at(MONDAY, "09:07")
CLOSES = at(MONDAY + 2 * DAY, "18:00")


def recall_draft(msgid: str) -> Draft:
    """As the WeCom channel freezes it. Source: doc 94867."""
    return Draft("message/recall", msgspec.json.encode({"msgid": msgid}), ())


def closing_of(stage: Stage, awake: Awake = always) -> BroadcastClosing:
    name = stage.wire.name
    return BroadcastClosing(
        stage.rules, {name: stage.jobs.freeze}, {name: stage.wire.freeze_update}, {name: recall_draft}, awake
    )


def _content(number: int, settings: Settings) -> Content:
    if settings.kind is not Kind.QUIZ:
        return Text(f"【通知 {number}】{settings.title}\n{settings.text}")
    buttons = tuple(Button(letter, f"quiz:{number}:0:{letter}") for letter in "ABCD")
    return Card(f"群发答题 {number} 1/2", body="罚款的设定权属于谁？", buttons=buttons)


async def send(
    tx: Tx,
    stage: Stage,
    parts: Sequence[Sequence[tuple[str, str, Sequence[str]]]],
    settings: Settings = QUIZ,
    *,
    sender: str = "R5",
    left: Mapping[str, Left] | None = None,
    questions: Sequence[Question] = (SINGLE, JUDGE),
    state: State = State.OPEN,
    due_at: datetime = SENT_AT,
    **columns: Any,
) -> Broadcast:
    """`parts` are (人员编号, unit, accounts) of each request; queued, not sent."""
    quiz = settings.kind is Kind.QUIZ
    number = await broadcasts.add(
        tx, settings, state=state, sender=sender, via="chat", now=SENT_AT, send_at=SENT_AT, closes_at=CLOSES
    )
    values = {"resolved_through": "R9", "pending": f'{{"parts":{len(parts)}}}', "queued_at": SENT_AT, **columns}
    here = tables.broadcast.c.number == number
    await tx.execute(update(tables.broadcast).where(here).values(**values))
    if quiz:
        await broadcasts.keep_questions(tx, number, [(question.id, 1, question) for question in questions])
    out = [(person, "11", why) for person, why in (left or {}).items()]
    written = [(person, unit, Left.NOT) for part in parts for person, unit, _ in part]
    await broadcasts.add_receivers(tx, number, [*written, *out])
    for part, members in enumerate(parts):
        await _queue(tx, stage, number, part, members, settings, due_at)
    made = await broadcasts.one(tx, number)
    assert made is not None
    return made


async def _queue(
    tx: Tx,
    stage: Stage,
    number: int,
    part: int,
    members: Sequence[tuple[str, str, Sequence[str]]],
    settings: Settings,
    due_at: datetime,
) -> None:
    ref, lane = broadcasts.ref_of(number, part, 0), broadcasts.lane_of(number, part)
    accounts = tuple(name for _, _, names in members for name in names)
    drafts = stage.jobs.freeze(Push(accounts, _content(number, settings)), ref, True)
    ends = CLOSES if settings.kind is Kind.QUIZ else None
    limits = {"due_at": due_at, "not_after": ends, "waking": not settings.urgent}
    await outbox.add(tx, stage.wire.name, ref, drafts, lane=lane, mass=True, now=SENT_AT, **limits)
    units = [unit for _, unit, _ in members]
    await broadcasts.add_part(tx, number, part, ref, {unit: units.count(unit) for unit in units})


async def answered(tx: Tx, number: int, person: str, items: Mapping[int, bool], unit: str = "11") -> None:
    """Item → right."""
    now = SENT_AT + timedelta(hours=1)
    worth = {"answered_at": now, "earned_hundredths": 0, "posted_hundredths": 0}
    for item, correct in items.items():
        given = {"broadcast": number, "item": item, "person": person, "unit": unit, "question": "s1"}
        await tx.execute(insert(tables.quiz_answer).values(**given, chosen="B", correct=correct, **worth))


async def set_outbox(tx: Tx, ref: str, **columns: Any) -> None:
    """What a sender would have left behind."""
    await tx.execute(update(tables.outbox).where(tables.outbox.c.ref == ref).values(**columns))


async def one(database: Database, number: int) -> Any:
    """The whole row."""
    async with database.read() as tx:
        return (await tx.execute(select(tables.broadcast).where(tables.broadcast.c.number == number))).one()


async def to_the_end(stage: Stage, job: BroadcastClosing, ticks: int = 50) -> None:
    for _ in range(ticks):
        if not await job.tick(stage.database, stage.clock()):
            return
    raise AssertionError("never done")


async def person(tx: Tx, number: str) -> Person:
    found = await broadcast_audience.person(tx, EVERYTHING, number)
    assert found is not None
    return found
