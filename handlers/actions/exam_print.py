"""纸质考试: papers A and B for every group on the roll, drawn from the frozen pool, and how they are told apart.

The two seeds of an exam are those of the persons `paper-A` and `paper-B` at attempt 0, which nobody has. A paper
is matched to its key by 试卷编号, and both to the questions by the pool's fingerprint.
Source: domain, Exam (paper and outside exams).
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Final

import msgspec

from handlers.actions.exam_books import Book, points_of
from handlers.actions.exam_moves import exam_numbered, logged
from handlers.actions.exam_releasing import answers_from
from question_bank.questions import Question
from storage import exam_marks, exams
from storage.database import Tx
from storage.scope import EVERYTHING
from training.exam_errors import NoRollYet
from training.exams import Exam, State
from training.marking import KeyChange
from training.papers import Item, Paper, as_seen, displayed, encoded, seed_of
from training.people import Group

LETTERS: Final = ("A", "B")
PRINTED: Final = "exam.print"
_ATTEMPT: Final = 0  # those of persons begin with 1


class Asked(msgspec.Struct, frozen=True):
    """One thing to answer, as it stands on the paper; `number` from 1, `points` in hundredths.

    `question` has the key that holds now, in letters as they are seen; `change` is what became of its key.
    """

    number: int
    item: Item
    question: Question
    case: Question | None
    points: Fraction
    change: KeyChange | None


class Sheet(msgspec.Struct, frozen=True):
    """One paper; `number` is its 试卷编号."""

    group: Group
    letter: str
    number: str
    asked: tuple[Asked, ...]


class Print(msgspec.Struct, frozen=True):
    """`sealed_until`: the end of the last window of the exam and its make-ups, as set now; `shared`: questions
    that papers A and B of a group have in common."""

    exam: Exam
    fingerprint: str
    sealed_until: datetime
    printed_at: datetime
    sheets: tuple[Sheet, ...]
    shared: Mapping[Group, int]

    @property
    def sealed(self) -> bool:
        return self.printed_at < self.sealed_until


async def printed(tx: Tx, number: int, now: datetime, *, by: str) -> Print:
    """Papers with their keys; that they were made is logged. Raises: NoSuchNumber, NoRollYet."""
    exam = await exam_numbered(tx, number)
    if exam.state is State.DRAFT:
        raise NoRollYet(number)
    contents = await exams.pool(tx, number)
    groups = {group for _, group, _, _ in await exams.roll_counts(tx, EVERYTHING, number)}
    changes = await exam_marks.changes(tx, number)
    mark = fingerprint(contents)
    book = Book(tuple(contents))
    sheets: list[Sheet] = []
    shared: dict[Group, int] = {}
    for group in (group for group in Group if group in groups):
        papers = [_drawn(book, exam, group, letter) for letter in LETTERS]
        sheets += [_sheet(book, exam, group, *one, mark, changes) for one in zip(LETTERS, papers, strict=True)]
        shared[group] = len(set.intersection(*({item.place for item in paper.items} for paper in papers)))
    made = Print(exam, mark, await answers_from(tx, exam), now, tuple(sheets), shared)
    await logged(tx, exam, PRINTED, now, by=by, then=" ".join(sheet.number for sheet in sheets))
    return made


def fingerprint(contents: Sequence[tuple[int, str]]) -> str:
    """16 hexadecimal digits: SHA-256 of the JSON of all (version, content) of the pool, in order."""
    return hashlib.sha256(msgspec.json.encode(contents)).hexdigest()[:16].upper()


def _drawn(book: Book, exam: Exam, group: Group, letter: str) -> Paper:
    seed = seed_of(exam.settings.seed, exam.number, f"paper-{letter}", _ATTEMPT)
    return book.paper(exam.settings.sections, group, seed)


def _sheet(
    book: Book,
    exam: Exam,
    group: Group,
    letter: str,
    paper: Paper,
    mark: str,
    changes: Mapping[str, KeyChange],
) -> Sheet:
    digest = hashlib.sha256(f"{mark}{encoded(paper)}".encode()).hexdigest()[:8].upper()
    number = f"{exam.number}-{group.value[:3].upper()}-{letter}-{digest}"
    return Sheet(group, letter, number, tuple(_asked(book, exam, paper, changes)))


def _asked(book: Book, exam: Exam, paper: Paper, changes: Mapping[str, KeyChange]) -> Iterator[Asked]:
    for number, item in enumerate(paper.items, 1):
        whole, asked = book.whole(item), book.asked(item)
        case = whole if item.part >= 0 else None
        change = changes.get(whole.id) or changes.get(asked.id)
        question = _keyed(displayed(asked, item.order), item, change)
        yield Asked(number, item, question, case, points_of(exam, item, whole), change)


def _keyed(question: Question, item: Item, change: KeyChange | None) -> Question:
    """With the corrected key, if any, in letters as they are seen."""
    if change is None or change.voided:
        return question
    letters = tuple(letter for letter in change.answer if isinstance(letter, str))
    answer = as_seen(letters, item.order, len(question.options)) if item.order else change.answer
    return msgspec.structs.replace(question, answer=answer)
