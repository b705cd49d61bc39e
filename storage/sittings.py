"""Sittings of exams (答卷): started, answered, ended. An attempt's number is its id in the database.

In a rush only `exam_progress` and `exam_answer` are written: a small row a sitting, a row an answer. The rows of
progress are locked by whoever is about to decide something about a sitting, and stay so until the commit; what is
decided upon is read after that, in a statement of its own, or PostgreSQL would show what was true before the wait.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import bindparam, func, insert, select, update

from storage import bulk
from storage.database import Tx
from storage.scope import Scope, within
from storage.sets import among, among_numbers, texts
from storage.tables import exam_answer, exam_attempt, exam_paper, exam_progress

CHAT: Final = "chat"
PAPER: Final = "paper"
BY_PERSON: Final = "person"
BY_CLOCK: Final = "clock"
BY_IMPORT: Final = "import"
_ANSWER: Final = ("attempt", "item", "chosen", "sent_at", "received_at")
_LATER: Final = (
    "ON CONFLICT (attempt, item) DO UPDATE SET chosen = excluded.chosen, sent_at = excluded.sent_at, "
    "received_at = excluded.received_at WHERE excluded.sent_at >= exam_answer.sent_at"
)
_PROGRESS: Final = ("attempt", "at", "answered", "flagged")
_NEW_PROGRESS: Final = (
    "ON CONFLICT (attempt) DO UPDATE SET at = excluded.at, answered = excluded.answered, flagged = excluded.flagged"
)


class Sitting(msgspec.Struct, frozen=True):
    """One attempt; `items` is its paper as `training.papers` spells it, `at` the item shown last, from 0.

    `answered` and `flagged` have a letter an item, `1` for yes.
    """

    attempt: int
    exam: int
    person: str
    number: int
    started_at: datetime
    deadline_at: datetime
    ended_at: datetime | None
    group: str
    items: str
    at: int
    answered: str
    flagged: str


class Given(msgspec.Struct, frozen=True):
    """An answer as it is kept."""

    attempt: int
    item: int
    chosen: str
    sent_at: datetime
    received_at: datetime


# Rows are taken apart by position: in a rush their names would cost ten times as much.
_SITTINGS: Final = (
    select(
        exam_attempt.c.id,
        exam_attempt.c.exam,
        exam_attempt.c.person,
        exam_attempt.c.number,
        exam_attempt.c.started_at,
        exam_attempt.c.deadline_at,
        exam_attempt.c.ended_at,
        exam_paper.c.group,
        exam_paper.c["items"],
        exam_progress.c.at,
        exam_progress.c.answered,
        exam_progress.c.flagged,
    )
    .select_from(exam_progress)
    .join(exam_attempt, exam_attempt.c.id == exam_progress.c.attempt)
    .join(exam_paper, exam_paper.c.attempt == exam_progress.c.attempt)
)
_BY_NUMBER: Final = _SITTINGS.where(among_numbers(exam_progress.c.attempt, "attempts"))
_LOCK: Final = (
    select(exam_progress.c.attempt)
    .where(among_numbers(exam_progress.c.attempt, "attempts"))
    .order_by(exam_progress.c.attempt)
    .with_for_update()
)
_OPEN: Final = (
    _SITTINGS.where(exam_attempt.c.person == bindparam("person"), exam_attempt.c.ended_at.is_(None))
    .order_by(exam_attempt.c.id.desc())
    .limit(1)
)
_NOT_ENDED: Final = select(exam_attempt.c.person, exam_attempt.c.id).where(
    among(exam_attempt.c.person, "persons"), exam_attempt.c.ended_at.is_(None)
)
_SITTERS: Final = (
    select(exam_attempt.c.person, func.max(exam_attempt.c.deadline_at).label("until"))
    .where(exam_attempt.c.ended_at.is_(None))
    .group_by(exam_attempt.c.person)
)
_UNTIL: Final = _SITTERS.where(among(exam_attempt.c.person, "persons"))
SITTERS: Final = _SITTERS.subquery("sitters")  # to join: everybody with such an attempt, `person` and `until`
_CHOSEN: Final = select(exam_answer.c.attempt, exam_answer.c["item"], exam_answer.c.chosen).where(
    among_numbers(exam_answer.c.attempt, "attempts")
)
_GIVEN: Final = _CHOSEN.add_columns(exam_answer.c.sent_at, exam_answer.c.received_at)


async def start(
    tx: Tx,
    sitting: Sitting,
    *,
    mode: str,
    full_marks: int,
    seed: str,
) -> Sitting:
    """Keep a new attempt with its paper; the same with its number."""
    attempt = {
        **{"exam": sitting.exam, "person": sitting.person, "number": sitting.number, "mode": mode},
        **{"started_at": sitting.started_at, "deadline_at": sitting.deadline_at, "ended_at": sitting.ended_at},
        **{"ended_by": "", "full_marks": full_marks, "evidence": ""},
    }
    number: int = (await tx.execute(insert(exam_attempt).values(attempt).returning(exam_attempt.c.id))).scalar_one()
    paper = {"attempt": number, "group": sitting.group, "seed": seed, "items": sitting.items}
    await tx.execute(insert(exam_paper).values(paper))
    begun = msgspec.structs.replace(sitting, attempt=number)
    await keep_progress(tx, [begun])
    return begun


async def by_number(tx: Tx, attempts: Iterable[int], *, lock: bool = False) -> Mapping[int, Sitting]:
    """Attempt → sitting, for the desk, which acts for the machine. `lock`: nobody else decides until the commit."""
    wanted = sorted(set(attempts))
    if not wanted:
        return {}
    if lock and tx.dialect.name == "postgresql":
        await tx.execute(_LOCK, {"attempts": wanted})
    rows = await tx.execute(_BY_NUMBER, {"attempts": wanted})
    return {row[0]: _sitting(row) for row in rows}


async def open_of(tx: Tx, scope: Scope, person: str) -> Sitting | None:
    """The attempt that somebody has begun and not ended."""
    statement = within(_OPEN, scope, exam_attempt.c.person)
    row = (await tx.execute(statement, {"person": person})).one_or_none()
    return _sitting(row) if row is not None else None


async def open_attempts(tx: Tx, scope: Scope, persons: Iterable[str]) -> dict[str, int]:
    """Person → the attempt that he or she has begun and not ended, of those who have one."""
    wanted = sorted(set(persons))
    if not wanted:
        return {}
    statement = within(_NOT_ENDED, scope, exam_attempt.c.person).order_by(exam_attempt.c.id)
    rows = await tx.execute(statement, {"persons": texts(wanted)})
    return {row[0]: row[1] for row in rows}


async def until(tx: Tx, scope: Scope, persons: Iterable[str]) -> dict[str, datetime]:
    """Person → the deadline of the attempt that is not ended, of those who have one; it may have passed."""
    statement = within(_UNTIL, scope, exam_attempt.c.person)
    wanted = sorted(set(persons))
    return dict((await tx.execute(statement, {"persons": texts(wanted)})).all()) if wanted else {}


def _sitting(row: Sequence[Any]) -> Sitting:
    return Sitting(*row)


async def answers(tx: Tx, attempts: Iterable[int]) -> Mapping[int, dict[int, str]]:
    """Attempt → item → what counts now."""
    wanted = sorted(set(attempts))
    found: dict[int, dict[int, str]] = {attempt: {} for attempt in wanted}
    if wanted:
        for attempt, item, chosen in await tx.execute(_CHOSEN, {"attempts": wanted}):
            found[attempt][item] = chosen
    return found


async def standing(tx: Tx, attempts: Iterable[int]) -> dict[tuple[int, int], Given]:
    """(attempt, item) → the answer that counts now, with its moments."""
    wanted = sorted(set(attempts))
    if not wanted:
        return {}
    rows = await tx.execute(_GIVEN, {"attempts": wanted})
    return {(row[0], row[1]): Given(*row) for row in rows}


async def keep_answers(tx: Tx, given: Iterable[Given]) -> None:
    """One an item; an earlier one than what is kept changes nothing."""
    rows = [
        (one.attempt, one.item, one.chosen, bulk.moment(one.sent_at), bulk.moment(one.received_at))
        for one in sorted(given, key=lambda one: (one.attempt, one.item))
    ]
    await bulk.insert(tx, exam_answer, _ANSWER, rows, _LATER)


async def keep_progress(tx: Tx, sittings: Iterable[Sitting]) -> None:
    rows = [
        (one.attempt, one.at, one.answered, one.flagged) for one in sorted(sittings, key=lambda one: one.attempt)
    ]
    await bulk.insert(tx, exam_progress, _PROGRESS, rows, _NEW_PROGRESS)


async def end(tx: Tx, attempt: int, at: datetime, by: str) -> bool:
    """False when it was ended before."""
    here = (exam_attempt.c.id == attempt) & exam_attempt.c.ended_at.is_(None)
    return (await tx.execute(update(exam_attempt).where(here).values(ended_at=at, ended_by=by))).rowcount == 1


async def expired(tx: Tx, before: datetime, *, at_most: int) -> list[int]:
    """Attempts that nobody ended and whose deadline was before this."""
    statement = (
        select(exam_attempt.c.id)
        .where(exam_attempt.c.ended_at.is_(None), exam_attempt.c.deadline_at < before)
        .order_by(exam_attempt.c.deadline_at)
        .limit(at_most)
    )
    return list((await tx.execute(statement)).scalars())


async def shorten(tx: Tx, exam: int, to: datetime) -> None:
    """Whoever still sits has until then: the window was closed by hand."""
    later = (exam_attempt.c.exam == exam) & exam_attempt.c.ended_at.is_(None) & (exam_attempt.c.deadline_at > to)
    await tx.execute(update(exam_attempt).where(later).values(deadline_at=to))


async def sat(tx: Tx, scope: Scope, exam: int, person: str) -> Sequence[int]:
    """The attempts of a person at an exam, in order."""
    statement = within(
        select(exam_attempt.c.id).where(exam_attempt.c.exam == exam, exam_attempt.c.person == person),
        scope,
        exam_attempt.c.person,
    ).order_by(exam_attempt.c.number)
    return list((await tx.execute(statement)).scalars())


async def still_sitting(tx: Tx, scope: Scope, exam: int, persons: Iterable[str]) -> frozenset[str]:
    """Those of them with a sitting of this exam that has not ended."""
    statement = select(exam_attempt.c.person).where(
        among(exam_attempt.c.person, "persons"),
        exam_attempt.c.exam == exam,
        exam_attempt.c.ended_at.is_(None),
        scope.allows(exam_attempt.c.person),
    )
    return frozenset((await tx.execute(statement, {"persons": texts(persons)})).scalars())


async def still_open(tx: Tx, exam: int) -> int:
    statement = select(func.count()).where(exam_attempt.c.exam == exam, exam_attempt.c.ended_at.is_(None))
    found: Any = (await tx.execute(statement.select_from(exam_attempt))).scalar_one()
    return int(found)


class Pace(msgspec.Struct, frozen=True):
    """How many answers stand in a sitting, given between which moments."""

    answers: int
    first: datetime
    last: datetime


async def paces(tx: Tx, attempts: Iterable[int]) -> Mapping[int, Pace]:
    """Attempt → its pace, of those with answers."""
    sent_at = exam_answer.c.sent_at
    statement = (
        select(exam_answer.c.attempt, func.count(), func.min(sent_at), func.max(sent_at))
        .where(among_numbers(exam_answer.c.attempt, "attempts"))
        .group_by(exam_answer.c.attempt)
    )
    rows = await tx.execute(statement, {"attempts": sorted(set(attempts))})
    return {attempt: Pace(count, first, last) for attempt, count, first, last in rows}
