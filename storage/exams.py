"""Exams as they were set, their pools and rolls. What is sat is in `storage.sittings`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Row, delete, exists, func, insert, select, update

from question_bank.questions import Question
from storage import bulk
from storage.database import Tx
from storage.questions import decoded
from storage.scope import Scope
from storage.sets import among, texts
from storage.tables import audit_log, exam, exam_attempt, exam_pool, exam_roll, question, question_version
from training.exams import Exam, Excuse, Settings, State
from training.people import Category, Group

_DROPPED: Final = "dropped"  # no state of an exam: it is as if it had never been
_THERE: Final = exam.c.state != _DROPPED
_POOL: Final = ("exam", "place", "question", "version")
_ROLL: Final = ("exam", "person", "unit", "category", "mark", "group", "excuse", "document", "added_at")


class Sitter(msgspec.Struct, frozen=True):
    """Somebody on the 应考名单, as of the basis day."""

    person: str
    unit: str
    category: Category
    mark: bool
    group: Group
    excuse: Excuse = Excuse.NONE
    document: str = ""


async def add(tx: Tx, settings: Settings, *, makeup_of: int, by: str, now: datetime) -> int:
    """A draft; returns its number."""
    values: dict[str, Any] = {
        **{"state": State.DRAFT, "settings": msgspec.json.encode(settings).decode(), "makeup_of": makeup_of},
        **{"opens_at": settings.opens_at, "closes_at": settings.closes_at, "created_at": now, "created_by": by},
        **{"invited_through": "", "credited_through": ""},
    }
    found: int = (await tx.execute(insert(exam).values(values).returning(exam.c.number))).scalar_one()
    return found


async def one(tx: Tx, number: int, *, lock: bool = False) -> Exam | None:
    """`lock`: nobody else moves it until the commit. None also when it was dropped."""
    statement = select(exam).where(exam.c.number == number, _THERE)
    row = (await tx.execute(statement.with_for_update() if lock else statement)).one_or_none()
    return _exam(row) if row is not None else None


async def every(tx: Tx, *states: State) -> list[Exam]:
    """In these states, or all; the latest first."""
    statement = select(exam).where(_THERE).order_by(exam.c.number.desc())
    if states:
        statement = statement.where(exam.c.state.in_([str(state) for state in states]))
    return [_exam(row) for row in await tx.execute(statement)]


async def makeups_of(tx: Tx, number: int) -> list[Exam]:
    statement = select(exam).where(exam.c.makeup_of == number, _THERE).order_by(exam.c.number)
    return [_exam(row) for row in await tx.execute(statement)]


def _exam(row: Row[Any]) -> Exam:
    return Exam(
        row.number,
        State(row.state),
        _settings(row.settings),
        row.opens_at,
        row.closes_at,
        row.makeup_of,
        row.basis_day,
        row.scores_released_at is not None,
        row.answers_released_at is not None,
    )


def _settings(text: str) -> Settings:
    return msgspec.json.decode(text, type=Settings)


async def move(tx: Tx, before: Exam, after: State, **changed: Any) -> bool:
    """Into another state, with other columns; False when somebody else moved it first."""
    here = (exam.c.number == before.number) & (exam.c.state == str(before.state))
    return (await tx.execute(update(exam).where(here).values(state=str(after), **changed))).rowcount == 1


async def drop(tx: Tx, draft: Exam) -> bool:
    """With what a publishing that broke off left of a roll; False when somebody else moved it first.

    The row stays, so that no other exam ever gets its number.
    """
    here = (exam.c.number == draft.number) & (exam.c.state == str(State.DRAFT))
    await tx.execute(delete(exam_roll).where(exam_roll.c.exam == draft.number))
    return (await tx.execute(update(exam).where(here).values(state=_DROPPED))).rowcount == 1


async def mark_released(tx: Tx, number: int, now: datetime, *, scores: bool = False, answers: bool = False) -> None:
    """What was released stays so, and keeps its first moment."""
    for wanted, column in ((scores, exam.c.scores_released_at), (answers, exam.c.answers_released_at)):
        if wanted:
            fresh = (exam.c.number == number) & column.is_(None)
            await tx.execute(update(exam).where(fresh).values({column: now}))


async def bank(tx: Tx, *, after: str = "", at_most: int | None = None) -> list[tuple[str, int, Question]]:
    """The active questions with their versions, by id, all or the next ones: from what a pool is frozen."""
    current = (question.c.id == question_version.c.question) & (question.c.version == question_version.c.version)
    statement = (
        select(question.c.id, question.c.version, question_version.c.content)
        .join(question_version, current)
        .where(question.c.status == "active", question.c.id > after)
        .order_by(question.c.id)
        .limit(at_most)
    )
    return [(id_, version, decoded(content)) for id_, version, content in await tx.execute(statement)]


async def keep_pool(tx: Tx, number: int, questions: Sequence[tuple[str, int]]) -> None:
    """Id and version of each, in the order of their places."""
    rows = [(number, place, id_, version) for place, (id_, version) in enumerate(questions)]
    await bulk.append(tx, exam_pool, _POOL, rows)


async def pool(tx: Tx, number: int) -> list[tuple[int, str]]:
    """Version and content of each question, for `storage.questions.decoded`, in the order of their places."""
    same = (question_version.c.question == exam_pool.c.question) & (
        question_version.c.version == exam_pool.c.version
    )
    statement = (
        select(exam_pool.c.version, question_version.c.content)
        .join(question_version, same)
        .where(exam_pool.c.exam == number)
        .order_by(exam_pool.c.place)
    )
    return [(version, content) for version, content in await tx.execute(statement)]


async def add_to_roll(tx: Tx, number: int, sitters: Iterable[Sitter], now: datetime) -> None:
    spell = bulk.spelling(tx)
    rows = [
        (
            *(number, one.person, one.unit, str(one.category), spell.yes(one.mark), str(one.group)),
            *(str(one.excuse), one.document, spell.moment(now)),
        )
        for one in sitters
    ]
    await bulk.append(tx, exam_roll, _ROLL, rows)


async def take_from_roll(tx: Tx, number: int, persons: Iterable[str]) -> None:
    """Of a draft only: to be put there anew."""
    here = (exam_roll.c.exam == number) & among(exam_roll.c.person, "persons")
    await tx.execute(delete(exam_roll).where(here), {"persons": texts(persons)})


async def take_from_roll_before(tx: Tx, number: int, at: datetime) -> None:
    """Of a draft only: who was put there by a publishing that broke off, and is not meant any more."""
    await tx.execute(delete(exam_roll).where(exam_roll.c.exam == number, exam_roll.c.added_at != at))


async def roll_counts(tx: Tx, scope: Scope, number: int) -> list[tuple[str, str, str, int]]:
    """(unit, group, excuse, how many)."""
    kinds = (exam_roll.c.unit, exam_roll.c.group, exam_roll.c.excuse)
    statement = (
        select(*kinds, func.count())
        .where(exam_roll.c.exam == number, scope.allows(exam_roll.c.person, exam_roll.c.unit))
        .group_by(*kinds)
        .order_by(*kinds)
    )
    return [(unit, group, why, count) for unit, group, why, count in await tx.execute(statement)]


async def added_at(tx: Tx, scope: Scope, number: int, at: datetime) -> int:
    """How many of the roll were put there at this moment."""
    here = (exam_roll.c.exam == number) & (exam_roll.c.added_at == at)
    statement = select(func.count()).where(here, scope.allows(exam_roll.c.person, exam_roll.c.unit))
    return (await tx.execute(statement.select_from(exam_roll))).scalar_one()


async def moved_via(tx: Tx, number: int, what: str) -> str:
    """How the last act of this kind on an exam came about, as the audit log has it: `clock`, `cli` …"""
    here = (audit_log.c.what == what) & (audit_log.c.subject == str(number))
    statement = select(audit_log.c.via).where(here).order_by(audit_log.c.seq.desc()).limit(1)
    return (await tx.execute(statement)).scalar_one_or_none() or ""


async def excuse(tx: Tx, number: int, person: str, why: Excuse, document: str, now: datetime) -> bool:
    """False when the person is not on the roll."""
    here = (exam_roll.c.exam == number) & (exam_roll.c.person == person)
    changed = {"excuse": str(why), "document": document, "excused_at": now}
    return (await tx.execute(update(exam_roll).where(here).values(changed))).rowcount == 1


async def sitters(
    tx: Tx, scope: Scope, number: int, *, after: str = "", at_most: int = 5000, units: frozenset[str] | None = None
) -> list[Sitter]:
    """The next of the roll by 人员编号."""
    statement = (
        select(exam_roll)
        .where(
            exam_roll.c.exam == number,
            exam_roll.c.person > after,
            scope.allows(exam_roll.c.person, exam_roll.c.unit),
        )
        .order_by(exam_roll.c.person)
        .limit(at_most)
    )
    values: dict[str, Any] = {}
    if units is not None:
        statement, values = statement.where(among(exam_roll.c.unit, "units")), {"units": texts(units)}
    return [_sitter(row) for row in await tx.execute(statement, values)]


async def rolls_of(tx: Tx, scope: Scope, person: str, *, lock: bool = False) -> Mapping[int, Sitter]:
    """Exam → how the person stands on its roll. `lock`: nobody else begins or excuses for them until the commit."""
    statement = (
        select(exam_roll)
        .where(exam_roll.c.person == person, scope.allows(exam_roll.c.person, exam_roll.c.unit))
        .order_by(exam_roll.c.exam)
    )
    if lock:
        statement = statement.with_for_update()
    return {row.exam: _sitter(row) for row in await tx.execute(statement)}


async def roll_size(tx: Tx, scope: Scope, number: int) -> int:
    statement = select(func.count()).where(
        exam_roll.c.exam == number, scope.allows(exam_roll.c.person, exam_roll.c.unit)
    )
    return (await tx.execute(statement.select_from(exam_roll))).scalar_one()


async def deferred(tx: Tx, scope: Scope, number: int, others: Sequence[int]) -> list[Sitter]:
    """Who has 缓考 on the roll of an exam, has not sat it all the same, and stands on no roll of the others."""
    other, sat = exam_roll.alias(), exam_attempt.c
    statement = (
        select(exam_roll)
        .where(
            exam_roll.c.exam == number,
            exam_roll.c.excuse == str(Excuse.DEFERRED),
            scope.allows(exam_roll.c.person, exam_roll.c.unit),
            ~exists().where(other.c.exam.in_(others), other.c.person == exam_roll.c.person),
            ~exists().where(sat.exam == exam_roll.c.exam, sat.person == exam_roll.c.person),
        )
        .order_by(exam_roll.c.person)
    )
    return [_sitter(row) for row in await tx.execute(statement)]


def _sitter(row: Row[Any]) -> Sitter:
    return Sitter(
        row.person,
        row.unit,
        Category(row.category),
        row.mark,
        Group(row.group),
        Excuse(row.excuse),
        row.document,
    )
