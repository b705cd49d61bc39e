"""每日一题: which question was drawn for whom, and the first answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Subquery, bindparam, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage import bulk
from storage.database import Tx
from storage.questions import decoded
from storage.scope import Scope, within
from storage.sets import among, texts
from storage.sittings import SITTERS
from storage.tables import (
    account,
    daily_answer,
    daily_question,
    person_now,
    person_wishes,
    push_week,
    question_version,
)
from training.daily import Answered, DailyQuestion
from training.people import Group

_QUESTIONS = select(
    daily_question.c.day, daily_question.c.group, daily_question.c.version, question_version.c.content
).join(
    question_version,
    (question_version.c.question == daily_question.c.question)
    & (question_version.c.version == daily_question.c.version),
)


_BETWEEN = _QUESTIONS.where(daily_question.c.day >= bindparam("first"), daily_question.c.day <= bindparam("last"))


async def between(tx: Tx, first: date, last: date) -> Mapping[tuple[date, Group], DailyQuestion]:
    """(day, group) → what was drawn, for these days; at most three a day."""
    rows = await tx.execute(_BETWEEN, {"first": first, "last": last})
    return {(day, Group(group)): DailyQuestion(day, Group(group), decoded(c), v) for day, group, v, c in rows}


async def keep(tx: Tx, drawn: DailyQuestion, now: datetime) -> bool:
    """Record what was drawn; False when somebody else drew first."""
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    statement = make(daily_question).values(
        day=drawn.day,
        group=drawn.group,
        question=drawn.question.id,
        version=drawn.version,
        drawn_at=now,
        by_hand=False,
        queued_through="",
    )
    return (await tx.execute(statement.on_conflict_do_nothing())).rowcount == 1


async def recent_topics(tx: Tx, group: Group, *, at_most: int = 20) -> list[str]:
    """The first topics of what the group was asked lately, the latest first."""
    statement = (
        _QUESTIONS.where(daily_question.c.group == group).order_by(daily_question.c.day.desc()).limit(at_most)
    )
    questions = [decoded(content) for *_, content in (await tx.execute(statement))]
    return [question.topics[0] for question in questions if question.topics]


@dataclass(frozen=True, slots=True)
class PushWanted:
    """A push that was ordered and is not queued to the end yet."""

    day: date
    group: Group
    by_hand: bool
    queued_through: str


def _at(day: date, group: Group) -> ColumnElement[bool]:
    return (daily_question.c.day == day) & (daily_question.c.group == group)


async def want_push(tx: Tx, day: date, group: Group, *, by_hand: bool, now: datetime) -> bool:
    """Order the push of a drawn question; False when it was ordered before."""
    fresh = _at(day, group) & daily_question.c.wanted_at.is_(None)
    return (
        await tx.execute(update(daily_question).where(fresh).values(wanted_at=now, by_hand=by_hand))
    ).rowcount == 1


async def wanted_pushes(tx: Tx) -> list[PushWanted]:
    unfinished = daily_question.c.wanted_at.is_not(None) & daily_question.c.queued_at.is_(None)
    columns = (
        daily_question.c.day,
        daily_question.c.group,
        daily_question.c.by_hand,
        daily_question.c.queued_through,
    )
    rows = await tx.execute(
        select(*columns).where(unfinished).order_by(daily_question.c.day, daily_question.c.group)
    )
    return [PushWanted(day, Group(group), by_hand, through) for day, group, by_hand, through in rows]


async def advance_push(tx: Tx, wanted: PushWanted, through: str, *, done_at: datetime | None) -> bool:
    """Move the mark on; False when another process did the same slice."""
    here = _at(wanted.day, wanted.group) & (daily_question.c.queued_through == wanted.queued_through)
    here &= daily_question.c.queued_at.is_(None)
    moved = update(daily_question).where(here).values(queued_through=through, queued_at=done_at)
    return (await tx.execute(moved)).rowcount == 1


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody whom a day's push may reach, before mutes and budget.

    `sits_until`: the deadline of an exam attempt that is not ended.
    """

    number: str
    accounts: tuple[str, ...]
    muted: bool
    text_only: bool
    pushes_this_week: int
    sits_until: datetime | None = None


async def receivers(
    tx: Tx, scope: Scope, channel: str, group: Group, *, week: date, after: str, at_most: int
) -> list[Receiver]:
    """The next people of the group by number whose status allows pushes and who have an account."""
    persons = (
        select(person_now.c.number)
        .where(
            person_now.c.group == group,
            person_now.c.pushes,
            person_now.c.number > after,
            scope.allows(person_now.c.number, person_now.c.unit),
            exists().where(account.c.person == person_now.c.number, account.c.channel == channel),
        )
        .order_by(person_now.c.number)
        .limit(at_most)
        .subquery()
    )
    return await _receivers(tx, persons, channel, week)


async def wanting_reminder(tx: Tx, scope: Scope, channel: str, group: Group, *, week: date) -> list[Receiver]:
    """People of the group who switched reminders on and whose status allows pushes."""
    persons = (
        select(person_now.c.number)
        .join(person_wishes, person_wishes.c.person == person_now.c.number)
        .where(
            person_now.c.group == group,
            person_now.c.pushes,
            ~person_wishes.c.mute_reminders,
            scope.allows(person_now.c.number, person_now.c.unit),
        )
        .subquery()
    )
    return await _receivers(tx, persons, channel, week)


async def _receivers(tx: Tx, persons: Subquery, channel: str, week: date) -> list[Receiver]:
    """With accounts, mutes, this week's count and the exam they sit, by number."""
    statement = (
        select(
            persons.c.number,
            account.c.account,
            person_wishes.c.mute_daily,
            person_wishes.c.text_only,
            push_week.c.pushes,
            SITTERS.c.until,
        )
        .select_from(persons)
        .join(account, (account.c.person == persons.c.number) & (account.c.channel == channel))
        .outerjoin(person_wishes, person_wishes.c.person == persons.c.number)
        .outerjoin(SITTERS, SITTERS.c.person == persons.c.number)
        .outerjoin(push_week, (push_week.c.person == persons.c.number) & (push_week.c.week == week))
        .order_by(persons.c.number, account.c.account)
    )
    found: dict[str, Receiver] = {}
    for number, name, muted, text_only, pushes, until in await tx.execute(statement):
        so_far = found.get(number)
        names = (*so_far.accounts, name) if so_far else (name,)
        found[number] = Receiver(number, names, bool(muted), bool(text_only), pushes or 0, until)
    return list(found.values())


_ANSWER_COLUMNS: Final = (
    "day",
    "person",
    "group",
    "chosen",
    "correct",
    "answered_at",
    "earned_hundredths",
    "posted_hundredths",
)
_ANSWERS = select(daily_answer).where(
    among(daily_answer.c.person, "persons"),
    daily_answer.c.day >= bindparam("first"),
    daily_answer.c.day <= bindparam("last"),
)


async def answers(
    tx: Tx, scope: Scope, persons: Iterable[str], first: date, last: date
) -> Mapping[tuple[date, str], Answered]:
    """(day, person) → the answer that counts."""
    statement = within(_ANSWERS, scope, daily_answer.c.person)
    rows = await tx.execute(statement, {"persons": texts(persons), "first": first, "last": last})
    return {(row.day, row.person): _answered(row) for row in rows}


def _answered(row: Row[Any]) -> Answered:
    return Answered(
        row.day,
        row.person,
        Group(row.group),
        row.chosen,
        row.correct,
        row.answered_at,
        row.earned_hundredths,
        row.posted_hundredths,
    )


async def record(tx: Tx, answers: Sequence[Answered]) -> None:
    """Write first answers. Raises: IntegrityError when one of them was answered meanwhile."""
    spell = bulk.spelling(tx)
    rows = [
        (
            spell.day(a.day),
            a.person,
            str(a.group),
            a.chosen,
            spell.yes(a.correct),
            spell.moment(a.answered_at),
            a.earned,
            a.posted,
        )
        for a in answers
    ]
    await bulk.append(tx, daily_answer, _ANSWER_COLUMNS, rows)


async def answered_days(tx: Tx, scope: Scope, person: str, *, at_most: int = 400) -> list[date]:
    """The days whose question the person answered, the latest first."""
    statement = (
        select(daily_answer.c.day)
        .where(daily_answer.c.person == person, scope.allows(daily_answer.c.person))
        .order_by(daily_answer.c.day.desc())
        .limit(at_most)
    )
    return list((await tx.execute(statement)).scalars())


async def cut_short(tx: Tx, scope: Scope, person: str, year: int) -> list[Answered]:
    """The person's answers of which the yearly cap let only a part be posted, the oldest first."""
    statement = (
        select(daily_answer)
        .where(
            daily_answer.c.person == person,
            daily_answer.c.day >= date(year, 1, 1),
            daily_answer.c.day <= date(year, 12, 31),
            daily_answer.c.posted_hundredths < daily_answer.c.earned_hundredths,
            scope.allows(daily_answer.c.person),
        )
        .order_by(daily_answer.c.answered_at, daily_answer.c.day)
    )
    return [_answered(row) for row in await tx.execute(statement)]


async def post_more(tx: Tx, answered: Answered, more: int) -> None:
    """Hundredths of an hour that fit after all."""
    here = (daily_answer.c.day == answered.day) & (daily_answer.c.person == answered.person)
    await tx.execute(update(daily_answer).where(here).values(posted_hundredths=answered.posted + more))


async def count_pushes(tx: Tx, persons: Iterable[str], week: date) -> None:
    rows = [{"person": number, "week": week, "pushes": 1} for number in sorted(persons)]
    if not rows:
        return
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    statement = make(push_week)
    more = {"pushes": push_week.c.pushes + 1}
    await tx.execute(statement.on_conflict_do_update(index_elements=["person", "week"], set_=more), rows)
