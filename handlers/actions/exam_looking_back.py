"""`答卷`: what was wrong and why, once the answers are released; nobody sees a key before, whatever is typed."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

import msgspec
from msgspec.structs import replace

from handlers.actions.exam_books import Book, Shelf, points_of
from handlers.actions.exam_ending import chosen_in
from question_bank.questions import Kind, Question
from storage import exam_marks, exams, sittings
from storage.database import Tx
from storage.scope import own
from storage.sittings import CHAT
from training.exam_errors import AnswersKept, GoesOn, NothingToSit
from training.exam_results import kept
from training.exams import GRACE, Exam
from training.marking import KeyChange
from training.papers import Item, as_seen, decoded, displayed
from training.people import Person


class Reviewed(msgspec.Struct, frozen=True):
    """One item that did not earn all its points; question and answers as this person saw them."""

    number: int
    question: Question
    whole: Question | None
    chosen: tuple[str, ...]
    earned: Fraction
    points: Fraction


class LookedBack(msgspec.Struct, frozen=True):
    """The sitting that counts: `total` items, of which `wrong` did not earn all."""

    exam: Exam
    score: int
    total: int
    wrong: tuple[Reviewed, ...]


@dataclass(frozen=True, slots=True)
class LookingBack:
    shelf: Shelf

    async def last(self, tx: Tx, person: Person, now: datetime) -> LookedBack:
        """Of the latest exam sat in chat whose answers are released.

        Raises: GoesOn while one is being sat, NothingToSit, AnswersKept.
        """
        scope, waiting = own(person.number), None
        sitting = await sittings.open_of(tx, scope, person.number)
        going = await exams.one(tx, sitting.exam) if sitting and now <= sitting.deadline_at + GRACE else None
        if going is not None:
            raise GoesOn(going.settings.title)
        for number in sorted(await exams.rolls_of(tx, scope, person.number), reverse=True):
            exam = await exams.one(tx, number)
            results = await exam_marks.results(tx, scope, number, person=person.number)
            ended = [one for one in results.get(person.number, []) if one.mode == CHAT]
            if exam is None or not ended:
                continue
            if exam.answers_released:
                counts = ended[kept([one.score for one in ended], exam.settings.keep)]
                return await self._of(tx, exam, counts.attempt)
            waiting = waiting or exam
        raise AnswersKept(waiting.settings.title) if waiting else NothingToSit()

    async def _of(self, tx: Tx, exam: Exam, attempt: int) -> LookedBack:
        sitting = (await sittings.by_number(tx, [attempt]))[attempt]
        newest = (await exam_marks.versions(tx, [attempt]))[attempt][-1]
        answers = (await sittings.answers(tx, [attempt]))[attempt]
        changes = await exam_marks.changes(tx, exam.number)
        book = await self.shelf.book(tx, exam.number)
        items = decoded(sitting.items).items
        wrong = [
            _reviewed(exam, book, item, number, answers.get(number, ""), earned, changes)
            for number, (item, earned) in enumerate(zip(items, newest.marks.earned, strict=True))
            if earned < points_of(exam, item, book.whole(item))
        ]
        return LookedBack(exam, newest.marks.score, len(items), tuple(wrong))


def _reviewed(
    exam: Exam,
    book: Book,
    item: Item,
    number: int,
    stored: str,
    earned: Fraction,
    changes: dict[str, KeyChange],
) -> Reviewed:
    asked, whole = book.asked(item), book.whole(item)
    change = changes.get(asked.id)
    right = replace(asked, answer=change.answer) if change and change.answer else asked
    chosen = tuple(chosen_in(stored))
    if asked.kind is not Kind.BLANK:
        chosen = as_seen(chosen, item.order, len(asked.options))
    shown = displayed(right, item.order)
    case = whole if item.part >= 0 else None
    return Reviewed(number, shown, case, chosen, earned, points_of(exam, item, whole))
