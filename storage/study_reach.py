"""Who was reached by a law of the 应知应会清单: at activities, and by answering questions that cite it.

Persons are kept only to be counted. Source: domain, Boards (never by name for daily questions and quizzes).
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

import msgspec
from sqlalchemy import select

from storage.database import Tx
from storage.scope import Scope
from storage.sets import among, among_numbers, texts
from storage.tables import (
    activity,
    attendance,
    broadcast_question,
    daily_answer,
    daily_question,
    person_now,
    quiz_answer,
)
from training.activities import PRESENT, Settings, State
from training.calendar import DAY, start_of
from training.people import Category, Group


async def posted(tx: Tx, since: datetime, before: datetime) -> list[tuple[int, Settings]]:
    """Activities that were posted, by when they began."""
    statement = select(activity.c.number, activity.c.settings).where(
        activity.c.state == State.POSTED, activity.c.starts_at >= since, activity.c.starts_at < before
    )
    return [
        (number, msgspec.json.decode(text, type=Settings))
        for number, text in await tx.execute(statement.order_by(activity.c.number))
    ]


async def present(tx: Tx, scope: Scope, numbers: Iterable[int]) -> Mapping[int, frozenset[str]]:
    """Activity → who was there."""
    statement = select(attendance.c.activity, attendance.c.person).where(
        among_numbers(attendance.c.activity, "numbers"),
        attendance.c.mark.in_([str(mark) for mark in PRESENT]),
        scope.allows(attendance.c.person, attendance.c.unit),
    )
    found: dict[int, set[str]] = {}
    for number, person in await tx.execute(statement, {"numbers": list(numbers)}):
        found.setdefault(number, set()).add(person)
    return {number: frozenset(persons) for number, persons in found.items()}


async def answered(
    tx: Tx, scope: Scope, questions: Iterable[str], first: date, last: date
) -> Mapping[str, frozenset[str]]:
    """Question → who answered it as a daily question of these days, or in a quiz on one of them."""
    wanted = {"questions": texts(questions)}
    asked = (daily_question.c.day == daily_answer.c.day) & (daily_question.c.group == daily_answer.c.group)
    daily = (
        select(daily_question.c.question, daily_answer.c.person)
        .join(daily_answer, asked)
        .where(among(daily_question.c.question, "questions"), daily_question.c.day.between(first, last))
    )
    item = (broadcast_question.c.broadcast == quiz_answer.c.broadcast) & (
        broadcast_question.c.item == quiz_answer.c.item
    )
    quiz = select(broadcast_question.c.question, quiz_answer.c.person).join(quiz_answer, item)
    quiz = quiz.where(
        among(broadcast_question.c.question, "questions"),
        quiz_answer.c.answered_at >= start_of(first),
        quiz_answer.c.answered_at < start_of(last + DAY),
    )
    found: dict[str, set[str]] = {}
    for statement, person in ((daily, daily_answer.c.person), (quiz, quiz_answer.c.person)):
        for question, who in await tx.execute(statement.where(scope.allows(person)), wanted):
            found.setdefault(question, set()).add(who)
    return {question: frozenset(persons) for question, persons in found.items()}


async def members(tx: Tx, scope: Scope, gone: Collection[str]) -> Mapping[str, frozenset[str]]:
    """Group → who is in it today, and all leaders, with the mark or not, under an empty one.

    `gone`: the statuses of those who are not in service any more.
    """
    statement = select(person_now.c.number, person_now.c.category, person_now.c.group).where(
        person_now.c.status.not_in(sorted(gone)), scope.allows(person_now.c.number, person_now.c.unit)
    )
    found: dict[str, set[str]] = {"": set(), **{group: set() for group in Group}}
    for number, category, group in await tx.execute(statement):
        if category == Category.LEADER:
            found[""].add(number)
        if group is not None:
            found[group].add(number)
    return {str(group): frozenset(persons) for group, persons in found.items()}
