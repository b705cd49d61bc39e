"""试题更正: what a voided or corrected key would change, and the marking anew when a second person confirmed it.

The change is kept first; sittings that end later are marked with it. Those that have ended are marked again in
slices of persons, as far as is needed (`storage.exam_remarks`): new marks beside the old ones, and where the scores
are out the ledger follows. A slice may be repeated. Source: domain, Exam (voided or corrected afterwards).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec.structs import replace

from handlers.actions.exam_books import Book, Shelf
from handlers.actions.exam_credit import counting, passes
from handlers.actions.exam_ending import marked
from handlers.actions.exam_following import follow
from handlers.actions.exam_moves import exam_numbered
from handlers.actions.standings import load_standings
from storage import exam_marks, exam_remarks, sittings
from storage.batches import Batch
from storage.database import Tx
from storage.exam_marks import Recorded, Result
from storage.exam_remarks import Concern
from storage.questions import decoded
from storage.scope import EVERYTHING
from storage.sittings import Sitting
from training.batches import KeyChangeProposal
from training.errors import BatchOvertaken
from training.exam_keys import Asked, NotInPool, NotPublished, asked, corrected, demand_change, key_of, related
from training.exams import Exam, State
from training.forms import Form
from training.marking import KeyChange, Marks
from training.rules import Rules

AT_ONCE: Final = 500  # persons marked anew while the second admin waits: half a second, or 4 s if all are reversed
SLICE: Final = 200  # persons in one transaction of the clock
_PAGE: Final = 500  # persons of a dry run held at a time

Scores = Mapping[int, Marks]  # attempt → new marks
Page = dict[str, list[int]]  # person → attempts to be marked anew
Keys = Sequence[tuple[Recorded, Asked]]  # changes in their order, with their questions


class Rescored(msgspec.Struct, frozen=True):
    """Of one person the sitting that counts, `before` and `after`; which sittings have another score.

    `why`: the changes of questions on the person's papers. `hours`: what the ledger has more for exams of the year
    since, in hundredths; less than 0 when a line was taken back.
    """

    before: Result
    after: Result
    passed_before: bool
    passes: bool
    changed: tuple[tuple[Result, int], ...]  # sitting as it was, new score
    why: tuple[Recorded, ...] = ()
    hours: int = 0

    @property
    def person(self) -> str:
        return self.after.person


class DryRun(msgspec.Struct, frozen=True):
    """`changed`: of whom a sitting would have another score."""

    exam: Exam
    proposal: KeyChangeProposal
    changed: tuple[Rescored, ...]


class Slice(msgspec.Struct, frozen=True):
    """`done`: nobody is left. `rescored`: whose counting score is another now and known to them."""

    exam: Exam
    rescored: tuple[Rescored, ...]
    done: bool


async def dry_run(tx: Tx, number: int, question: str, answer: str | None) -> DryRun:
    """What would happen now; without an `answer` the question is voided. Raises: NoSuchNumber, KeyRefusal."""
    exam = await exam_numbered(tx, number)
    if exam.state is State.DRAFT:
        raise NotPublished(number, question)
    book = await Shelf().book(tx, number)
    one = _asked(book, question)
    if one is None:
        raise NotInPool(number, question)
    wanted = KeyChange(question, voided=True) if answer is None else corrected(number, one, answer)
    history = await exam_marks.history(tx, number)
    changes = exam_marks.standing(history)
    demand_change(number, one, wanted, changes)
    count, found = await _tried(tx, exam, book, one, {**changes, question: wanted})
    proposal = KeyChangeProposal(
        exam=number,
        title=exam.settings.title,
        question=question,
        stem=one.question.stem,
        before=key_of(one.question, changes.get(question)),
        voided=wanted.voided,
        answer=wanted.answer,
        sittings=count,
        changed=sum(len(person.changed) for person in found),
        more=sum(person.passes and not person.passed_before for person in found),
        fewer=sum(person.passed_before and not person.passes for person in found),
        elsewhere=await exam_remarks.marked_elsewhere(tx, EVERYTHING, number),
        last=history[-1].number if history else 0,
    )
    return DryRun(exam, proposal, tuple(found))


async def _tried(
    tx: Tx, exam: Exam, book: Book, one: Asked, changes: dict[str, KeyChange]
) -> tuple[int, list[Rescored]]:
    """How many sittings have the question, and of whom one would have another score."""
    count, after = 0, ""
    found: list[Rescored] = []
    while True:
        concerns = [Concern(one.on_paper)]
        page = await exam_remarks.concerned(tx, EVERYTHING, exam.number, concerns, after=after, at_most=_PAGE)
        count += sum(map(len, page.values()))
        marks = await _marks(tx, exam, book, await _sat(tx, page), changes)
        found += [person for person in await _rescored(tx, exam, page, marks) if person.changed]
        if len(page) < _PAGE:
            return count, found
        after = next(reversed(page))  # as the database orders them


async def apply(tx: Tx, rules: Rules, proposal: KeyChangeProposal, batch: Batch, now: datetime) -> Slice:
    """Keep the change and mark the first persons anew; the clock goes on. Raises: BatchOvertaken."""
    exam = await exam_numbered(tx, proposal.exam, lock=True)
    one = _asked(await Shelf().book(tx, exam.number), proposal.question)
    since = [old for old in await exam_marks.history(tx, exam.number) if old.number > proposal.last]
    if one is None or any(related(one, old.change.question) for old in since):
        raise BatchOvertaken(batch.number, f"考试 {exam.number} 试题 {proposal.question}")
    change = KeyChange(proposal.question, proposal.voided, proposal.answer)
    await exam_marks.add_change(tx, exam.number, change, reason=batch.reason, batch=batch.number, now=now)
    return await remark_left(tx, rules, exam.number, now, at_most=AT_ONCE)


async def remark_due(tx: Tx, rules: Rules, now: datetime) -> Slice | None:
    """The next slice of any exam; None when nothing is left."""
    for number in await exam_remarks.waiting(tx, now):
        return await remark_left(tx, rules, number, now, at_most=SLICE)
    return None


async def remark_left(tx: Tx, rules: Rules, number: int, now: datetime, *, at_most: int) -> Slice:
    """Mark anew the sittings of the next persons whose marks have not seen every change of their questions."""
    exam = await exam_numbered(tx, number, lock=True)  # one process at a time
    book = await Shelf().book(tx, number)
    history = await exam_marks.history(tx, number)
    keys = [(one, found) for one in history if (found := _asked(book, one.change.question)) is not None]
    concerns = [
        Concern(found.on_paper, tuple(later.batch for later in history[history.index(one) :]))
        for one, found in keys
    ]
    page = await exam_remarks.concerned(tx, EVERYTHING, number, concerns, at_most=at_most)
    rescored: list[Rescored] = []
    if page:
        rescored = await _remarked(tx, exam, book, page, keys, now)
        if exam.scores_told:
            rescored = await _followed(tx, rules, exam, rescored, history[-1].batch, now)
    done = len(page) < at_most
    if done:
        await exam_remarks.note_done(tx, history, now)
    known = tuple(one for one in rescored if exam.scores_told and one.before.score != one.after.score)
    return Slice(exam, known, done)


async def _remarked(tx: Tx, exam: Exam, book: Book, page: Page, keys: Keys, now: datetime) -> list[Rescored]:
    """New marks of these sittings, kept beside the old ones."""
    sat = await _sat(tx, page)
    newest = await exam_remarks.newest(tx, sat)
    why = {a: _unseen(keys, one.items, newest[a].batch) for a, one in sat.items() if a in newest}
    marks = await _marks(tx, exam, book, sat, exam_marks.standing(one for one, _ in keys))
    rescored = await _rescored(tx, exam, page, marks, why)
    by_reason: dict[str, list[tuple[int, int, Marks]]] = {}
    for attempt, changes in why.items():
        row = (attempt, newest[attempt].version + 1, marks[attempt])
        by_reason.setdefault("；".join(map(reason_of, changes)), []).append(row)
    for reason, rows in by_reason.items():
        await exam_marks.keep_many(tx, rows, reason, now, keys[-1][0].batch)
    return rescored


def _unseen(keys: Keys, paper: str, batch: int) -> tuple[Recorded, ...]:
    """The changes of questions on the paper that marks of this batch have not seen."""
    seen = max((number for number, (one, _) in enumerate(keys, 1) if one.batch == batch), default=0)
    return tuple(one for one, found in keys[seen:] if found.on_paper in paper)


async def _sat(tx: Tx, page: Page) -> Mapping[int, Sitting]:
    return await sittings.by_number(tx, [attempt for attempts in page.values() for attempt in attempts])


async def _marks(
    tx: Tx, exam: Exam, book: Book, sat: Mapping[int, Sitting], changes: dict[str, KeyChange]
) -> Scores:
    answers = await sittings.answers(tx, sat)
    return {a: marked(exam, book, one.items, answers[a], changes) for a, one in sat.items()}


async def _rescored(
    tx: Tx, exam: Exam, page: Page, marks: Scores, why: Mapping[int, tuple[Recorded, ...]] | None = None
) -> list[Rescored]:
    """Everybody of the page, with the scores that stand and those of `marks`."""
    results = await exam_marks.results(tx, EVERYTHING, exam.number, persons=page)
    return [_of_person(exam, sat, marks, why or {}) for sat in results.values()]


def _of_person(
    exam: Exam, sat: Sequence[Result], marks: Scores, why: Mapping[int, tuple[Recorded, ...]]
) -> Rescored:
    then = [replace(one, score=marks[one.attempt].score) if one.attempt in marks else one for one in sat]
    before, after = counting(exam, sat), counting(exam, then)
    changed = tuple((old, new.score) for old, new in zip(sat, then, strict=True) if old.score != new.score)
    reasons = {change.number: change for one in sat for change in why.get(one.attempt, ())}
    ordered = tuple(reasons[number] for number in sorted(reasons))
    return Rescored(before, after, passes(exam, before), passes(exam, after), changed, ordered)


async def _followed(
    tx: Tx, rules: Rules, exam: Exam, rescored: Sequence[Rescored], batch: int, now: datetime
) -> list[Rescored]:
    """With the hours that came or went."""
    before = await _hours(tx, rules, exam, rescored)
    await _follow(tx, rules, exam, rescored, batch, now)
    after = await _hours(tx, rules, exam, rescored)
    return [replace(one, hours=after[one.person] - before[one.person]) for one in rescored]


async def _hours(tx: Tx, rules: Rules, exam: Exam, rescored: Iterable[Rescored]) -> Mapping[str, int]:
    """Locked, so that nobody else changes them meanwhile."""
    persons = sorted(one.person for one in rescored)
    found = await load_standings(tx, rules, persons, exam.settings.year, lock=True)
    return {person: found[person].by_form.get(Form.EXAM, 0) for person in persons}


async def _follow(
    tx: Tx, rules: Rules, exam: Exam, rescored: Iterable[Rescored], batch: int, now: datetime
) -> None:
    passing, failing = [], {}
    for one in rescored:
        if one.passes:
            passing.append(one.person)
        else:
            why = "；".join(map(reason_of, one.why))
            failing[one.person] = f"考试 {exam.number} {why}，重新评卷后不合格"
    await follow(tx, rules, exam, passing, failing, now, by=await exam_remarks.confirmed_by(tx, batch))


def reason_of(one: Recorded) -> str:
    """As it stands beside the marks and in the ledger."""
    what = "作废" if one.change.voided else "更正答案"
    return f"试题 {one.change.question} {what}（{one.reason}）"


def _asked(book: Book, question: str) -> Asked | None:
    return asked((decoded(content) for _, content in book.contents), question)
