"""试题分析: how each question of the pool did, of the sittings that count of an exam.

Sittings are read in pages and added up one at a time; the memory needed grows with the pool and with the different
scores that there are. A question is looked at apart for papers of unlike full marks, whose totals cannot be
compared, and for unlike points. Sittings without answers here, such as imported ones, are left out and counted.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, NamedTuple

from handlers.actions.exam_books import Book, Shelf, points_of
from handlers.actions.exam_reports import Statement
from question_bank.questions import Kind, Question
from storage import exam_marks, sittings
from storage.database import Database
from storage.sittings import Sitting
from training.exams import Exam
from training.item_statistics import ItemFigures, PaperFigures
from training.item_tally import Exact, Tally, plain
from training.marking import KeyChange
from training.papers import Item, decoded

PAGE_SITTINGS: Final = 25  # 2,000 answers: some tens of milliseconds
LEFT_OUT: Final = ""
TYPED: Final = "…"  # a text, whatever it says


class Asked(NamedTuple):
    """One thing to answer: place in the pool, part of a case or -1, and the points it brings."""

    place: int
    part: int
    points: Exact


@dataclass(frozen=True, slots=True)
class Line:
    """`id` names the question as `exam void` takes it. `full` and `points` are in hundredths, 0 and None for what
    was never drawn. `chosen`: letter as the bank has it, `TYPED` or `LEFT_OUT` → how often."""

    id: str
    question: Question
    full: int
    points: Fraction | None
    figures: ItemFigures
    chosen: Mapping[str, int]
    change: KeyChange | None


@dataclass(frozen=True, slots=True)
class Analysis:
    """`papers`: full marks → figures of all papers with them. `unread`: sittings without answers."""

    lines: tuple[Line, ...]
    papers: Mapping[int, PaperFigures]
    unread: int


@dataclass(slots=True)
class _Sums:
    """By full marks, what was asked, and what was chosen."""

    tallies: defaultdict[int, Tally[Asked]] = field(default_factory=lambda: defaultdict(Tally))
    chosen: defaultdict[int, defaultdict[Asked, Counter[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Counter))
    )
    known: dict[tuple[int, int, int], Asked] = field(default_factory=dict)
    unread: int = 0

    def asked(self, exam: Exam, book: Book, item: Item) -> Asked:
        """Looked up and not made: there are many of the same."""
        key = (item.place, item.part, item.section)
        found = self.known.get(key)
        if found is None:
            points = plain(points_of(exam, item, book.whole(item)))
            found = self.known[key] = Asked(item.place, item.part, points)
        return found


async def analysis(database: Database, stated: Statement) -> Analysis:
    exam, sums = stated.exam, _Sums()
    async with database.read() as tx:
        book = await Shelf().book(tx, exam.number)
        changes = await exam_marks.changes(tx, exam.number)
    full = {row.sat.result.attempt: row.sat.result.full_marks for row in stated.rows if row.sat and row.counts}
    attempts = sorted(full)
    for first in range(0, len(attempts), PAGE_SITTINGS):
        await _add_page(database, exam, book, sums, full, attempts[first : first + PAGE_SITTINGS])
    papers = {marks: tally.paper() for marks, tally in sorted(sums.tallies.items())}
    return Analysis(tuple(_lines(book, sums, changes)), papers, sums.unread)


async def _add_page(
    database: Database, exam: Exam, book: Book, sums: _Sums, full: Mapping[int, int], attempts: Sequence[int]
) -> None:
    async with database.read() as tx:
        found = await sittings.by_number(tx, attempts)
        answers = await sittings.answers(tx, found)
        marks = await exam_marks.versions(tx, found)
    for attempt in attempts:
        versions = marks.get(attempt)
        if attempt not in found or not versions:
            sums.unread += 1
            continue
        _add(exam, book, sums, full[attempt], found[attempt], versions[-1].marks.earned, answers[attempt])


def _add(
    exam: Exam,
    book: Book,
    sums: _Sums,
    full: int,
    sitting: Sitting,
    earned: Sequence[Fraction],
    answers: Mapping[int, str],
) -> None:
    asked = [sums.asked(exam, book, item) for item in decoded(sitting.items).items]
    sums.tallies[full].add(zip(asked, earned, strict=True))
    chosen = sums.chosen[full]
    for number, one in enumerate(asked):
        counts = chosen[one]
        for choice in _choices(answers.get(number, "")):
            counts[choice] += 1


def _choices(stored: str) -> Iterable[str]:
    """Of one answer as it is kept: letters, or texts as JSON."""
    if stored.startswith("["):
        return (TYPED,)
    return tuple(stored) or (LEFT_OUT,)


def _lines(book: Book, sums: _Sums, changes: Mapping[str, KeyChange]) -> Iterator[Line]:
    """In the order of the pool; what was drawn in several ways has several lines."""
    drawn: defaultdict[tuple[int, int], list[tuple[int, Asked]]] = defaultdict(list)
    for full, tally in sorted(sums.tallies.items()):
        for asked in sorted(tally.keys):
            drawn[asked.place, asked.part].append((full, asked))
    for place in range(len(book.contents)):
        whole = book.whole(Item(place, -1, 0, 0))
        for part, question, name in _parts(whole):
            change = _change(whole, question, changes)
            ways = drawn.get((place, part))
            if not ways:
                yield Line(name, question, 0, None, ItemFigures(0, None, None, None, None), {}, change)
            for full, asked in ways or ():
                points = Fraction(asked.points)
                figures = sums.tallies[full].item(asked, points)
                chosen = sums.chosen[full][asked]
                yield Line(name, question, full, points, figures, chosen, change)


def _parts(whole: Question) -> Iterator[tuple[int, Question, str]]:
    if whole.kind is not Kind.CASE:
        yield -1, whole, whole.id
        return
    for number, part in enumerate(whole.parts):
        yield number, part, part.id or f"{whole.id}（{number + 1}）"


def _change(whole: Question, question: Question, changes: Mapping[str, KeyChange]) -> KeyChange | None:
    """A case that is voided is voided in all its parts."""
    of_all = changes.get(whole.id)
    return of_all if of_all is not None and of_all.voided else changes.get(question.id)
