"""The bank: questions with their versions. A version is never changed; a changed question gets a new one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Final

import msgspec
from sqlalchemy import bindparam, func, insert, select, update

from question_bank.questions import Question
from storage.database import Tx
from storage.sets import among, texts
from storage.tables import daily_question, exam, exam_pool, question, question_version
from storage.types import Instant
from training.calendar import CITY
from training.daily import ASKABLE, Candidate
from training.exams import State
from training.people import Group

_CURRENT = (question.c.id == question_version.c.question) & (question.c.version == question_version.c.version)
_SECRET = (
    select(exam_pool.c.question)
    .join(exam, exam.c.number == exam_pool.c.exam)
    .where(
        exam.c.state != str(State.DRAFT),
        exam.c.answers_released_at.is_(None),
        exam.c.closes_at >= bindparam("begins", type_=Instant),
    )
)
_SECRET_THROUGH: Final = (3, 31)  # month and day of the year after an exam whose answers nobody released


@lru_cache(maxsize=4096)
def decoded(content: str) -> Question:
    """Pure, so its cache can never be stale: the key is the content."""
    return msgspec.json.decode(content, type=Question)


def encoded(value: Question) -> str:
    return msgspec.json.encode(value).decode()


async def known_folds(tx: Tx, folds: Iterable[str]) -> Mapping[str, str]:
    """Fold → id of the question that has it."""
    statement = select(question.c.fold, question.c.id).where(among(question.c.fold, "folds"))
    return dict((await tx.execute(statement, {"folds": texts(folds)})).all())


async def known_ids(tx: Tx, ids: Iterable[str]) -> Mapping[str, int]:
    """Id → its current version."""
    statement = select(question.c.id, question.c.version).where(among(question.c.id, "ids"))
    return dict((await tx.execute(statement, {"ids": texts(ids)})).all())


async def current(tx: Tx, ids: Iterable[str]) -> Mapping[str, tuple[int, Question]]:
    """Id → its current version and content, retired ones too."""
    statement = (
        select(question.c.id, question.c.version, question_version.c.content)
        .join(question_version, _CURRENT)
        .where(among(question.c.id, "ids"))
    )
    rows = await tx.execute(statement, {"ids": texts(ids)})
    return {id_: (version, decoded(content)) for id_, version, content in rows}


def _binding_since(day: date) -> datetime:
    """What closed earlier keeps nothing secret on that day."""
    late = (day.month, day.day) > _SECRET_THROUGH
    return datetime(day.year if late else day.year - 1, 1, 1, tzinfo=CITY)


async def secret(tx: Tx, ids: Iterable[str], day: date) -> frozenset[str]:
    """Those of them that an exam keeps secret on that day, as `candidates` says it."""
    statement = _SECRET.where(among(exam_pool.c.question, "ids"))
    values = {"ids": texts(ids), "begins": _binding_since(day)}
    return frozenset((await tx.execute(statement, values)).scalars())


async def add(tx: Tx, questions: Sequence[tuple[str, Question]], *, now: datetime, by: str) -> None:
    """Put in new questions with their folds, as version 1, or a new version where the id is known."""
    versions = await known_ids(tx, [q.id for _, q in questions])
    new = [(fold, q) for fold, q in questions if q.id not in versions]
    changed = [(fold, q) for fold, q in questions if q.id in versions]
    if new:
        rows = [{"id": q.id, "version": 1, "status": q.status, "kind": q.kind, "fold": fold} for fold, q in new]
        await tx.execute(insert(question), rows)
    for fold, q in changed:
        values = {"version": versions[q.id] + 1, "status": q.status, "kind": q.kind, "fold": fold}
        await tx.execute(update(question).where(question.c.id == q.id).values(values))
    contents = [
        {
            "question": q.id,
            "version": versions.get(q.id, 0) + 1,
            "content": encoded(q),
            "recorded_at": now,
            "recorded_by": by,
        }
        for _, q in questions
    ]
    if contents:
        await tx.execute(insert(question_version), contents)


async def bank(tx: Tx, *, after: str = "", at_most: int = 1000) -> list[Question]:
    """The current versions by id, a page at a time."""
    statement = (
        select(question_version.c.content)
        .join(question, _CURRENT)
        .where(question.c.id > after)
        .order_by(question.c.id)
        .limit(at_most)
    )
    return [decoded(content) for content in (await tx.execute(statement)).scalars()]


async def count(tx: Tx) -> int:
    return (await tx.execute(select(func.count()).select_from(question))).scalar_one()


async def candidates(tx: Tx, group: Group, day: date) -> list[Candidate]:
    """The pool of the daily question of a day for a group: how often each was asked, and which must stay secret.

    Secret is a question, in whatever version, from the publishing of an exam in whose pool it is until the answers
    of that exam are released. Those that nobody ever releases bind through 31 March of the year after the exam
    closed: make-ups are sat until then.
    """
    here, everywhere = await _times_asked(tx, group), await _times_asked(tx)
    begins = _binding_since(day)
    statement = (
        select(question_version.c.content, question.c.version, question.c.id.in_(_SECRET).label("secret"))
        .join(question, _CURRENT)
        .where(question.c.status == "active", question.c.kind.in_([str(kind) for kind in ASKABLE]))
        .order_by(question.c.id)
    )
    found = [(decoded(content), *others) for content, *others in await tx.execute(statement, {"begins": begins})]
    return [
        Candidate(
            id=q.id,
            version=version,
            topic=q.topics[0] if q.topics else "",
            asked_here=here.get(q.id, 0),
            asked_elsewhere=everywhere.get(q.id, 0) - here.get(q.id, 0),
            secret=secret,
        )
        for q, version, secret in found
        if not q.audience or group in q.audience
    ]


async def _times_asked(tx: Tx, group: Group | None = None) -> Mapping[str, int]:
    statement = select(daily_question.c.question, func.count()).group_by(daily_question.c.question)
    if group is not None:
        statement = statement.where(daily_question.c.group == group)
    return dict((await tx.execute(statement)).all())


async def version(tx: Tx, id_: str, number: int) -> Question:
    statement = select(question_version.c.content).where(
        question_version.c.question == id_, question_version.c.version == number
    )
    return decoded((await tx.execute(statement)).scalar_one())


async def every_fold(tx: Tx) -> frozenset[str]:
    return frozenset((await tx.execute(select(question.c.fold))).scalars())
