"""What was answered to the quiz of a broadcast, counted: by question, and by unit at the moment of sending."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Integer, Select, case, cast, func, select

from storage.database import Tx
from storage.scope import Scope, within
from storage.tables import broadcast_question, quiz_answer


def _yes(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


class Item(msgspec.Struct, frozen=True):
    """A question, from 0: how often it was answered, and rightly."""

    item: int
    answered: int
    right: int


async def items(tx: Tx, scope: Scope, number: int) -> list[Item]:
    """Every question of the broadcast, in order."""
    columns = quiz_answer.c
    given = within(
        select(columns["item"], func.count(), _yes(columns.correct)).where(columns.broadcast == number),
        scope,
        columns.person,
        columns.unit,
    )
    counted = {
        item: (count, int(right)) for item, count, right in await tx.execute(given.group_by(columns["item"]))
    }
    asked = select(broadcast_question.c["item"]).where(broadcast_question.c.broadcast == number)
    numbers = (await tx.execute(asked.order_by(broadcast_question.c["item"]))).scalars()
    return [Item(item, *counted.get(item, (0, 0))) for item in numbers]


async def answerers(tx: Tx, scope: Scope, number: int, questions: int) -> int:
    """How many people answered one question at least, of so many. A person may have left out the first."""
    columns = quiz_answer.c
    count = func.count() if questions == 1 else func.count(columns.person.distinct())
    statement = select(count).where(columns.broadcast == number)
    return int((await tx.execute(within(statement, scope, columns.person, columns.unit))).scalar_one())


class Answers(msgspec.Struct, frozen=True):
    """Of a unit: persons who answered something, and everything; answers given, and right ones."""

    persons: int
    complete: int
    given: int
    right: int


async def answers(tx: Tx, scope: Scope, number: int, questions: int) -> Mapping[str, Answers]:
    """Unit at the moment of sending → its answers; `questions` is how many there are."""
    statement = _of_one(scope, number) if questions == 1 else _of_several(scope, number, questions)
    rows = await tx.execute(statement)
    return {unit: Answers(persons, int(complete), int(n), int(right)) for unit, persons, complete, n, right in rows}


def _of_one(scope: Scope, number: int) -> Select[Any]:
    """Every answer is one person's only one: nothing is sorted by person."""
    columns = quiz_answer.c
    statement = select(columns.unit, func.count(), func.count(), func.count(), _yes(columns.correct))
    return within(
        statement.where(columns.broadcast == number).group_by(columns.unit), scope, columns.person, columns.unit
    )


def _of_several(scope: Scope, number: int, questions: int) -> Select[Any]:
    columns = quiz_answer.c
    given = within(
        select(columns.unit, func.count().label("given"), _yes(columns.correct).label("right"))
        .where(columns.broadcast == number)
        .group_by(columns.person, columns.unit),
        scope,
        columns.person,
        columns.unit,
    ).subquery("given")
    sums = (func.sum(given.c.given), func.sum(given.c.right))
    statement = select(
        given.c.unit, func.count(), _yes(given.c.given >= questions), *(cast(one, Integer) for one in sums)
    )
    return statement.group_by(given.c.unit)
