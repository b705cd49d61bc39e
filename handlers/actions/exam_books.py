"""The pools of exams, read once a process: frozen at publishing, they can never be stale.

A question is kept as its text and read when it is shown; what papers are drawn from is made when the first one is.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from question_bank.questions import Question
from storage import exams
from storage.database import Tx
from storage.questions import decoded
from storage.scope import EVERYTHING
from training.exams import Exam, Section
from training.paper_pool import PoolQuestion, dealt, pool_question
from training.papers import Item, Paper, Shape, displayed, draw, shape
from training.people import Group


@dataclass(slots=True)
class Book:
    """The frozen questions of an exam by place, as (version, content), and how many are on its roll."""

    contents: tuple[tuple[int, str], ...]
    sitters: int = 0
    _pool: tuple[PoolQuestion, ...] = ()
    _shapes: tuple[Shape, ...] = ()
    _dealt: dict[Group, tuple[tuple[int, ...], ...]] = field(default_factory=dict)

    def whole(self, item: Item) -> Question:
        """The question in its place: for a part its case."""
        return decoded(self.contents[item.place][1])

    def asked(self, item: Item) -> Question:
        """What is to be answered, as the bank has it."""
        whole = self.whole(item)
        return whole.parts[item.part] if item.part >= 0 else whole

    def shown(self, item: Item) -> Question:
        """What is to be answered, its options in the order of this paper."""
        return displayed(self.asked(item), item.order)

    def paper(self, sections: tuple[Section, ...], group: Group, seed: str) -> Paper:
        """Drawn for this seed."""
        self._make_pool()
        return draw(self._dealt_to(sections, group), sections, self._shapes, seed)

    def make_ready(self, sections: tuple[Section, ...]) -> None:
        """For every group, so that the first paper takes no longer than another."""
        self._make_pool()
        for group in Group:
            self._dealt_to(sections, group)

    def items(self, sections: tuple[Section, ...], group: Group) -> int:
        """How many items every paper of the group has, each part of a case being one; 0 where papers differ."""
        self._make_pool()
        total = 0
        for section, places in zip(sections, self._dealt_to(sections, group), strict=True):
            sizes = [self._pool[place].parts or 1 for place in places]
            if len(set(sizes)) > 1 and section.count < len(sizes):
                return 0
            total += sum(sizes[: section.count])
        return total

    def _make_pool(self) -> None:
        if not self._pool:
            questions = [decoded(content) for _, content in self.contents]
            versions = (version for version, _ in self.contents)
            numbered = zip(versions, questions, strict=True)
            self._pool = tuple(pool_question(place, q, version) for place, (version, q) in enumerate(numbered))
            self._shapes = tuple(shape(question) for question in questions)

    def _dealt_to(self, sections: tuple[Section, ...], group: Group) -> tuple[tuple[int, ...], ...]:
        if group not in self._dealt:
            self._dealt[group] = dealt(self._pool, sections, group)
        return self._dealt[group]


def points_of(exam: Exam, item: Item, whole: Question) -> Fraction:
    """In hundredths; the parts of a case share its points."""
    return _shared(exam.settings.sections[item.section].points, len(whole.parts) if item.part >= 0 else 1)


@lru_cache(maxsize=256)
def _shared(points: int, parts: int) -> Fraction:
    return Fraction(points, parts)


class Shelf:
    """One a process."""

    def __init__(self) -> None:
        self._books: dict[int, Book] = {}

    def has(self, exam: int) -> bool:
        return exam in self._books

    def sitters(self, exam: int) -> int:
        """How many were on the roll when the book was opened; 0 while it is not."""
        return self._books[exam].sitters if exam in self._books else 0

    async def book(self, tx: Tx, exam: int) -> Book:
        """Of a published exam."""
        found = self._books.get(exam)
        if found is None:
            found = Book(tuple(await exams.pool(tx, exam)), await exams.roll_size(tx, EVERYTHING, exam))
            if found.contents:
                self._books[exam] = found
        return found
