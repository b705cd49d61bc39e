"""The end of a sitting: handed in by the person, or by the clock with what was saved, and marked at once.

Exactly once: who sets `ended_at` marks. The hours of a passed exam come with the scores' release.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from handlers.actions.exam_books import Book, Shelf, points_of
from handlers.actions.exam_credit import credit
from handlers.actions.exam_turn import FOCUS
from storage import exam_marks, exams, focus, sittings
from storage.database import Tx
from storage.sittings import BY_CLOCK, BY_PERSON, Sitting
from training.exam_errors import Ended, NoOpenSitting
from training.exams import GRACE, Exam
from training.marking import Item, KeyChange, Marks, mark_paper
from training.papers import decoded
from training.rules import Rules

SLICE: Final = 50  # sittings ended in one transaction of the clock


class Handed(msgspec.Struct, frozen=True):
    """A sitting that has just ended; `marks` may be said only when the exam's scores are `told`.

    `credited`: hours were posted for it.
    """

    exam: Exam
    sitting: Sitting
    by: str
    marks: Marks
    full_marks: int
    told: bool
    credited: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    shelf: Shelf
    rules: Rules

    async def hand_in(self, tx: Tx, attempt: int, person: str, now: datetime) -> Handed:
        """Raises: NoOpenSitting, Ended."""
        sitting = (await sittings.by_number(tx, [attempt], lock=True)).get(attempt)
        if sitting is None or sitting.person != person:
            raise NoOpenSitting
        by = BY_CLOCK if now > sitting.deadline_at + GRACE else BY_PERSON
        handed = await self._end(tx, sitting, min(now, sitting.deadline_at), by, now)
        if handed is None:
            exam = await exams.one(tx, sitting.exam)
            raise Ended(exam.settings.title if exam else "")
        return handed

    async def expire(self, tx: Tx, attempt: int, now: datetime) -> Handed | None:
        """At its deadline, with what was saved; None when somebody else ended it, or there is still time."""
        sitting = (await sittings.by_number(tx, [attempt], lock=True)).get(attempt)
        if sitting is None or now <= sitting.deadline_at + GRACE:
            return None
        return await self._end(tx, sitting, sitting.deadline_at, BY_CLOCK, now)

    async def expire_due(self, tx: Tx, now: datetime) -> list[Handed]:
        """The next of those whose time has passed; fewer than `SLICE` were the last."""
        due = await sittings.expired(tx, now - GRACE, at_most=SLICE)
        ended = [await self.expire(tx, attempt, now) for attempt in sorted(due)]
        return [handed for handed in ended if handed is not None]

    async def _end(self, tx: Tx, sitting: Sitting, at: datetime, by: str, now: datetime) -> Handed | None:
        exam = await exams.one(tx, sitting.exam)
        if exam is None or not await sittings.end(tx, sitting.attempt, at, by):
            return None
        book = await self.shelf.book(tx, exam.number)
        answers = (await sittings.answers(tx, [sitting.attempt]))[sitting.attempt]
        history = await exam_marks.history(tx, exam.number)
        marks = marked(exam, book, sitting.items, answers, exam_marks.standing(history))
        batch = history[-1].batch if history else None
        await exam_marks.keep(tx, sitting.attempt, marks, exam_marks.HANDED_IN, now, batch=batch)
        await focus.leave(tx, [sitting.person], kind=FOCUS)
        told = exam.scores_told
        lines = await credit(tx, self.rules, exam, [sitting.person], now) if told else 0
        return Handed(exam, sitting, by, marks, full_marks(exam, book, sitting.items), told, lines > 0)


def marked(exam: Exam, book: Book, paper: str, answers: dict[int, str], changes: dict[str, KeyChange]) -> Marks:
    """`answers` by item as they are kept."""
    given = {item: chosen_in(text) for item, text in answers.items()}
    return mark_paper(items_of(exam, book, paper), given, exam.settings.grading, changes)


def items_of(exam: Exam, book: Book, paper: str) -> list[Item]:
    """What is to be marked, in the order of the paper, with canonical letters."""
    found = []
    for item in decoded(paper).items:
        whole = book.whole(item)
        points = points_of(exam, item, whole)
        found.append(Item(book.asked(item), points, whole.id if item.part >= 0 else ""))
    return found


def full_marks(exam: Exam, book: Book, paper: str) -> int:
    return int(sum(item.points for item in items_of(exam, book, paper)))


def chosen_in(stored: str) -> Sequence[str]:
    """Letters, or the texts of blanks: what `exam_answer.chosen` holds."""
    if stored.startswith("["):
        return msgspec.json.decode(stored, type=tuple[str, ...])
    return tuple(stored)
