"""Which sittings have to be marked again after a key was changed, found by what their newest marks have seen.

A mark's `batch` is that of the last change that it takes into account: a sitting is left when a later change is of
a question on its paper. What was cut short is therefore found again, and done once. Only sittings with a paper that
was drawn and answered here can be marked again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, String, and_, cast, exists, func, literal, or_, select

from storage import jobs
from storage.database import Tx
from storage.exam_marks import Recorded
from storage.scope import Scope
from storage.sets import among_numbers
from storage.sittings import CHAT
from storage.tables import batch, exam_attempt, exam_key, exam_mark, exam_paper, job_run

SETTLED: Final = timedelta(minutes=10)  # nobody hands in for so long in one transaction
_ONCE: Final = "remark"  # all sittings were looked at
_AGAIN: Final = "settle"  # and once more, for those that were being handed in meanwhile
_BATCH: Final = (
    select(func.coalesce(exam_mark.c.batch, 0))
    .where(exam_mark.c.attempt == exam_attempt.c.id)
    .order_by(exam_mark.c.version.desc())
    .limit(1)
    .scalar_subquery()
)


class Concern(msgspec.Struct, frozen=True):
    """Sittings with this in their paper whose newest marks are of none of the batches."""

    on_paper: str
    unless: tuple[int, ...] = ()


class Newest(msgspec.Struct, frozen=True):
    """Of a sitting's marks; `batch` is 0 when they have seen no change."""

    version: int
    batch: int


async def concerned(
    tx: Tx, scope: Scope, exam: int, concerns: Sequence[Concern], *, after: str = "", at_most: int
) -> dict[str, list[int]]:
    """Person → ended sittings that any of these is about, of the next persons by number."""
    if not concerns:
        return {}
    wanted = (
        *_marked_here(exam),
        exam_attempt.c.person > after,
        or_(*map(_of, concerns)),
        scope.allows(exam_attempt.c.person),
    )
    joined = exam_attempt.join(exam_paper, exam_paper.c.attempt == exam_attempt.c.id)
    page = select(exam_attempt.c.person).select_from(joined).where(*wanted).distinct()
    page = page.order_by(exam_attempt.c.person).limit(at_most)
    statement = (
        select(exam_attempt.c.person, exam_attempt.c.id)
        .select_from(joined)
        .where(*wanted, exam_attempt.c.person.in_(page))
        .order_by(exam_attempt.c.person, exam_attempt.c.number)
    )
    found: dict[str, list[int]] = {}
    for person, attempt in await tx.execute(statement):
        found.setdefault(person, []).append(attempt)
    return found


def _marked_here(exam: int) -> Iterable[ColumnElement[bool]]:
    return (
        exam_attempt.c.exam == exam,
        exam_attempt.c.ended_at.is_not(None),
        exam_attempt.c.score.is_not(None),
        exam_attempt.c.mode == CHAT,
    )


def _of(concern: Concern) -> ColumnElement[bool]:
    on_paper = exam_paper.c["items"].contains(concern.on_paper, autoescape=True)
    return and_(on_paper, _BATCH.not_in(concern.unless)) if concern.unless else on_paper


async def marked_elsewhere(tx: Tx, scope: Scope, exam: int) -> int:
    """Sittings on paper whose scores were brought in: nobody knows here what was answered."""
    here = (exam_attempt.c.exam == exam) & exam_attempt.c.score.is_not(None) & (exam_attempt.c.mode != CHAT)
    statement = select(func.count()).where(here, scope.allows(exam_attempt.c.person))
    return (await tx.execute(statement.select_from(exam_attempt))).scalar_one()


async def newest(tx: Tx, attempts: Iterable[int]) -> Mapping[int, Newest]:
    """Attempt → its newest marks."""
    last = select(exam_mark.c.attempt, func.max(exam_mark.c.version).label("version"))
    last_one = last.where(among_numbers(exam_mark.c.attempt, "attempts")).group_by(exam_mark.c.attempt).subquery()
    same = (exam_mark.c.attempt == last_one.c.attempt) & (exam_mark.c.version == last_one.c.version)
    statement = select(exam_mark.c.attempt, exam_mark.c.version, exam_mark.c.batch).join(last_one, same)
    rows = await tx.execute(statement, {"attempts": sorted(set(attempts))})
    return {attempt: Newest(version, batch or 0) for attempt, version, batch in rows}


async def waiting(tx: Tx, now: datetime) -> list[int]:
    """Exams with a change of which not all sittings were looked at, or not once more when all had settled."""
    due = or_(~_noted(_ONCE), and_(exam_key.c.recorded_at <= now - SETTLED, ~_noted(_AGAIN)))
    statement = select(exam_key.c.exam).where(due).distinct().order_by(exam_key.c.exam)
    return list((await tx.execute(statement)).scalars())


async def note_done(tx: Tx, recorded: Iterable[Recorded], now: datetime) -> None:
    """No sitting is left of these changes."""
    for one in recorded:
        await jobs.take(tx, _job(_ONCE, one.number), one.recorded_at, now, jobs.RAN)
        if one.recorded_at <= now - SETTLED:
            await jobs.take(tx, _job(_AGAIN, one.number), one.recorded_at, now, jobs.RAN)


def _job(kind: str, number: int) -> str:
    return f"{kind}-{number}"


def _noted(kind: str) -> Any:
    name = literal(f"{kind}-", String).concat(cast(exam_key.c.id, String))
    return exists().where(job_run.c.job == name, job_run.c.due_at == exam_key.c.recorded_at)


async def confirmed_by(tx: Tx, number: int) -> str:
    """Who confirmed the batch."""
    by: str = (await tx.execute(select(batch.c.decided_by).where(batch.c.id == number))).scalar_one()
    return by
