"""答题活动: what those who answer a quiz of a broadcast need, set by set, and the first answers.

What is asked is frozen when it is sent, so that contents are decoded once.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import msgspec
from sqlalchemy import Row, bindparam, exists, func, select

from question_bank.duplicates import fold_key
from storage import bulk
from storage.database import Tx
from storage.questions import decoded
from storage.scope import Scope, within
from storage.sets import among, among_numbers, texts
from storage.tables import broadcast, broadcast_question, broadcast_receiver, quiz_answer
from storage.types import Instant
from training.broadcasts import Answered, Asked, Left, Settings, State
from training.quizzes import UNDER_WAY, WRITTEN, Quiz

Answers = dict[tuple[int, int, str], Answered]  # broadcast, item and person → the answer that counts

_BROADCASTS: Final = select(
    broadcast.c.number, broadcast.c.state, broadcast.c.settings, broadcast.c.send_at, broadcast.c.closes_at
).where(
    among_numbers(broadcast.c.number, "numbers"),
    broadcast.c.send_at.is_not(None),
    broadcast.c.closes_at.is_not(None),
)
_QUESTIONS: Final = (
    select(broadcast_question.c.broadcast, broadcast_question.c.question, broadcast_question.c.content)
    .where(among_numbers(broadcast_question.c.broadcast, "numbers"))
    .order_by(broadcast_question.c.broadcast, broadcast_question.c.item)
)
_UNITS: Final = select(
    broadcast_receiver.c.broadcast, broadcast_receiver.c.person, broadcast_receiver.c.unit
).where(
    among_numbers(broadcast_receiver.c.broadcast, "numbers"),
    among(broadcast_receiver.c.person, "persons"),
    broadcast_receiver.c.left_out == str(Left.NOT),
)
_ANSWERS: Final = select(quiz_answer).where(
    among_numbers(quiz_answer.c.broadcast, "numbers"), among(quiz_answer.c.person, "persons")
)
_CREDITED: Final = select(quiz_answer.c.person, quiz_answer.c.question).where(
    among(quiz_answer.c.person, "persons"),
    among(quiz_answer.c.question, "questions"),
    quiz_answer.c.earned_hundredths > 0,
    quiz_answer.c.answered_at >= bindparam("begins", type_=Instant),
    quiz_answer.c.answered_at < bindparam("ends", type_=Instant),
)
_COLUMNS: Final = (
    *("broadcast", "item", "person", "unit", "question", "chosen", "correct"),
    *("answered_at", "earned_hundredths", "posted_hundredths"),
)


@lru_cache(maxsize=256)
def _settings(text: str) -> Settings:
    """Pure, so its cache can never be stale: the key is the text."""
    return msgspec.json.decode(text, type=Settings)


@lru_cache(maxsize=1024)
def _written(content: str) -> str:
    """What a question that was written for it goes by: what it says."""
    return WRITTEN + fold_key(decoded(content))


async def by_number(tx: Tx, numbers: Iterable[int]) -> Mapping[int, Quiz]:
    """Number → quiz, of those broadcasts that are quizzes and have a time."""
    wanted = {"numbers": sorted(set(numbers))}
    if not wanted["numbers"]:
        return {}
    asked: dict[int, list[tuple[str, str]]] = {}
    for number, question, content in await tx.execute(_QUESTIONS, wanted):
        asked.setdefault(number, []).append((question, content))
    rows = await tx.execute(_BROADCASTS, wanted)
    return {row.number: _quiz(row, asked[row.number]) for row in rows if row.number in asked}


def _quiz(row: Row[Any, Any, Any, Any, Any], asked: Sequence[tuple[str, str]]) -> Quiz:
    settings = _settings(row.settings)
    put = (
        Asked(row.number, item, len(asked), settings.title, row.closes_at, decoded(content), settings.credit)
        for item, (_, content) in enumerate(asked)
    )
    bank = tuple(question or _written(content) for question, content in asked)
    return Quiz(row.number, State(row.state), row.send_at, row.closes_at, settings.credit, tuple(put), bank)


async def units(
    tx: Tx, scope: Scope, numbers: Iterable[int], persons: Iterable[str]
) -> Mapping[tuple[int, str], str]:
    """(Broadcast, person) → the unit at the moment of sending, of those who were written to."""
    statement = within(_UNITS, scope, broadcast_receiver.c.person)
    rows = await tx.execute(statement, {"numbers": sorted(set(numbers)), "persons": texts(persons)})
    return {(number, person): unit for number, person, unit in rows}


async def answers(tx: Tx, scope: Scope, numbers: Iterable[int], persons: Iterable[str]) -> Answers:
    """What these people answered to these quizzes."""
    statement = within(_ANSWERS, scope, quiz_answer.c.person)
    rows = await tx.execute(statement, {"numbers": sorted(set(numbers)), "persons": texts(persons)})
    return {(row.broadcast, row.item, row.person): _answered(row) for row in rows}


def _answered(row: Row[Any]) -> Answered:
    return Answered(
        row.broadcast,
        row.item,
        row.person,
        row.unit,
        row.chosen,
        row.correct,
        row.answered_at,
        row.earned_hundredths,
        row.posted_hundredths,
    )


async def credited(
    tx: Tx, scope: Scope, persons: Iterable[str], questions: Iterable[str], span: tuple[datetime, datetime]
) -> set[tuple[str, str]]:
    """(Person, question) that earned hours from the first moment up to the last, without that one."""
    asked = texts({question for question in questions if question})
    if not asked:
        return set()
    wanted = {"persons": texts(persons), "questions": asked, "begins": span[0], "ends": span[1]}
    rows = await tx.execute(within(_CREDITED, scope, quiz_answer.c.person), wanted)
    return {(person, question) for person, question in rows}


async def record(tx: Tx, answers: Sequence[tuple[Answered, str]]) -> None:
    """Write first answers, each with what its question goes by (`Quiz.bank`).

    Raises: IntegrityError when one of them was answered meanwhile.
    """
    spell = bulk.spelling(tx)
    rows = [
        (
            *(one.broadcast, one.item, one.person, one.unit, question, one.chosen, spell.yes(one.correct)),
            *(spell.moment(one.answered_at), one.earned, one.posted),
        )
        for one, question in answers
    ]
    await bulk.append(tx, quiz_answer, _COLUMNS, rows)


async def open_for(tx: Tx, scope: Scope, person: str, now: datetime, *, at_most: int = 20) -> list[int]:
    """Numbers of the quizzes sent to the person that run, the latest first."""
    statement = (
        select(broadcast.c.number)
        .join(broadcast_receiver, broadcast_receiver.c.broadcast == broadcast.c.number)
        .where(
            broadcast_receiver.c.person == person,
            broadcast_receiver.c.left_out == str(Left.NOT),
            broadcast.c.state.in_([str(state) for state in UNDER_WAY]),
            broadcast.c.send_at <= now,
            broadcast.c.closes_at > now,
            exists().where(broadcast_question.c.broadcast == broadcast.c.number),
            scope.allows(broadcast_receiver.c.person),
        )
        .order_by(broadcast.c.send_at.desc(), broadcast.c.number.desc())
        .limit(at_most)
    )
    return list((await tx.execute(statement)).scalars())


async def how_many(tx: Tx, scope: Scope, person: str) -> int:
    """How many questions of quizzes the person answered."""
    statement = select(func.count()).where(quiz_answer.c.person == person, scope.allows(quiz_answer.c.person))
    return int((await tx.execute(statement)).scalar_one())


async def all_of(tx: Tx, scope: Scope, persons: Iterable[str]) -> list[tuple[Answered, str]]:
    """Everything that these people ever answered, each with what its question goes by (`Quiz.bank`)."""
    statement = (
        select(quiz_answer)
        .where(among(quiz_answer.c.person, "persons"), scope.allows(quiz_answer.c.person))
        .order_by(quiz_answer.c.broadcast, quiz_answer.c.item, quiz_answer.c.person)
    )
    rows = await tx.execute(statement, {"persons": texts(persons)})
    return [(_answered(row), row.question) for row in rows]
