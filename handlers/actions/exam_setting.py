"""An exam is set: made as a draft, or as the make-up of another; people on its roll are excused; a sample is drawn.

An act goes through the command line only, and stands in the audit log.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec.structs import replace

from handlers.actions.exam_bank import askable
from handlers.actions.exam_books import Book
from handlers.actions.exam_moves import exam_numbered, logged
from handlers.actions.exam_publishing import demand_filled
from handlers.actions.exam_waiting import without_makeup
from handlers.actions.known_words import known_words, topics_in_use
from question_bank.questions import Question
from storage import exams, people, sittings, units
from storage.database import Database, Tx
from storage.questions import encoded
from storage.scope import EVERYTHING
from training.calendar import DAY
from training.exam_errors import (
    AlreadySat,
    MakeupOfDraft,
    MakeupOfMakeup,
    NoDocument,
    NoPaper,
    NoRollYet,
    NotADraft,
    NothingExcused,
    NotOnExamRoll,
    RollSettled,
)
from training.exam_file import TITLE_CHARACTERS, exam_settings
from training.exam_file_checks import exam_doubts
from training.exam_file_errors import Doubt
from training.exams import Audience, Exam, Excuse, Settings, State
from training.papers import Item
from training.people import Group

SEED_BYTES: Final = 16
SAMPLE_SEED: Final = "sample"
MAKEUP_MARK: Final = "补考"
WEEK: Final = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Read:
    """An exam file that can be used, and what in it should be looked at again."""

    settings: Settings
    doubts: tuple[Doubt, ...]


async def read(database: Database, text: str, now: datetime) -> Read:
    """Raises: BadExamFile."""
    topics = await topics_in_use(database)
    async with database.read() as tx:
        known = await known_words(tx, text, topics, now)
    settings = exam_settings(text, known, now)
    return Read(settings, exam_doubts(settings, known.topics, now))


async def create(tx: Tx, settings: Settings, *, makeup_of: int, by: str, now: datetime) -> int:
    """A draft; its number. Without a seed it gets one. Raises: NoSuchNumber, MakeupOfMakeup, MakeupOfDraft."""
    if makeup_of:
        first = await exam_numbered(tx, makeup_of)
        if first.makeup_of:
            raise MakeupOfMakeup(makeup_of, first.makeup_of)
        if first.state is State.DRAFT:
            raise MakeupOfDraft(makeup_of)
    settings = settings if settings.seed else replace(settings, seed=secrets.token_hex(SEED_BYTES))
    number = await exams.add(tx, settings, makeup_of=makeup_of, by=by, now=now)
    made = await exam_numbered(tx, number)
    before = f"make-up of {makeup_of}" if makeup_of else ""
    then = msgspec.json.encode(replace(settings, seed="")).decode()  # the seed stands in the exam itself
    await logged(tx, made, "exam.create", now, by=by, before=before, then=then)
    return number


async def drop(tx: Tx, number: int, *, by: str, now: datetime) -> Exam:
    """A draft that is not wanted, and drafts that are its make-ups. Raises: NoSuchNumber, NotADraft."""
    draft = await exam_numbered(tx, number, lock=True)
    for exam in (*await exams.makeups_of(tx, number), draft):
        if exam.state is not State.DRAFT or not await exams.drop(tx, exam):
            raise NotADraft(exam.number, exam.state)
        await logged(tx, exam, "exam.drop", now, by=by, before=str(exam.state), then="dropped")
    return draft


def makeup_settings(first: Exam, now: datetime, window: tuple[datetime, datetime] | None = None) -> Settings:
    """The same exam once more, for everybody who has to sit it again, drawn by a seed of its own.

    Without a `window` it opens on the weekday and hour of the first one, whole weeks later and at least a day
    after it closed and after `now`, for as long.
    """
    settings = first.settings
    if window is None:
        length = settings.closes_at - settings.opens_at
        weeks = -((settings.opens_at - max(first.closes_at, now) - DAY) // WEEK)
        opens_at = settings.opens_at + weeks * WEEK
        window = opens_at, opens_at + length
    title = f"{settings.title[: TITLE_CHARACTERS - len(MAKEUP_MARK)]}{MAKEUP_MARK}"
    opens_at, closes_at = window
    return replace(settings, title=title, opens_at=opens_at, closes_at=closes_at, seed="", audience=Audience())


async def excuse(
    tx: Tx, number: int, person: str, why: Excuse, document: str, *, by: str, now: datetime
) -> exams.Sitter:
    """缓考, 免考 or neither of them any more, for somebody on the roll who has not begun, until the results are
    released; from then on only 免考 for who has 缓考 and still waits for a make-up.

    What is taken back leaves no document on the roll; that of the taking back is in the audit log. Returns how the
    person stood before. Raises: NoSuchNumber, NoDocument, NoRollYet, RollSettled, NotOnExamRoll, AlreadySat,
    NothingExcused.
    """
    exam = await exam_numbered(tx, number, lock=True)
    document = " ".join(document.split())
    if not document:
        raise NoDocument
    if exam.state is State.DRAFT:
        raise NoRollYet(number)
    if exam.state is State.RELEASED and not await _still_to_decide(tx, exam, person, why, now):
        raise RollSettled(number)
    # Locked before looking at sittings: whoever is beginning just now is waited for, and seen.
    stood = (await exams.rolls_of(tx, EVERYTHING, person, lock=True)).get(number)
    if stood is None:
        raise NotOnExamRoll(number, person)
    if await sittings.sat(tx, EVERYTHING, number, person):
        raise AlreadySat(number, person)
    if why is stood.excuse is Excuse.NONE:
        raise NothingExcused(number, person)
    await exams.excuse(tx, number, person, why, document if why is not Excuse.NONE else "", now)
    await _log_excuse(tx, exam, stood, why, document, by=by, now=now)
    return stood


async def _still_to_decide(tx: Tx, exam: Exam, person: str, why: Excuse, now: datetime) -> bool:
    """Or the answers would be kept for ever for somebody who will never sit a make-up."""
    if exam.answers_released or exam.makeup_of or why is not Excuse.EXCUSED:
        return False
    return person in {one.person for one in await without_makeup(tx, exam, now)}


_ACTS: Final[Mapping[Excuse, str]] = {
    Excuse.NONE: "exam.unexcuse",
    Excuse.DEFERRED: "exam.defer",
    Excuse.EXCUSED: "exam.excuse",
}


async def _log_excuse(
    tx: Tx, exam: Exam, stood: exams.Sitter, why: Excuse, document: str, *, by: str, now: datetime
) -> None:
    before, then = (
        " ".join(filter(None, (stood.person, one, paper)))
        for one, paper in ((stood.excuse, stood.document), (why, document))
    )
    await logged(tx, exam, _ACTS[why], now, by=by, before=before, then=then)


@dataclass(frozen=True, slots=True)
class Sample:
    """A paper nobody sits: items with the case they are of, if any, and the question as it would be seen.

    `left_out`: ids of questions of the bank that another exam found wrong.
    """

    exam: Exam
    group: Group
    items: tuple[tuple[Item, Question | None, Question], ...]
    left_out: tuple[str, ...] = ()


async def sample(database: Database, number: int, group: Group) -> Sample:
    """From the frozen pool, or of a draft from the bank as it is now.

    Raises: NoSuchNumber, NoPaper, Unfillable, LongPaper.
    """
    async with database.read() as tx:
        exam = await exam_numbered(tx, number)
        frozen = await exams.pool(tx, number)
    sections = exam.settings.sections
    if not exam.settings.of(group):
        raise NoPaper(number, group)
    left_out: tuple[str, ...] = ()
    if not frozen:
        found = await askable(database, sections)
        demand_filled(sections, found, [group])
        left_out = found.left_out
        frozen = [(version, encoded(question)) for _, version, question in found.questions]
    return Sample(exam, group, _drawn(Book(tuple(frozen)), exam, group), left_out)


def _drawn(book: Book, exam: Exam, group: Group) -> tuple[tuple[Item, Question | None, Question], ...]:
    paper = book.paper(exam.settings.sections, group, SAMPLE_SEED)
    return tuple((item, book.whole(item) if item.part >= 0 else None, book.shown(item)) for item in paper.items)


async def every(tx: Tx) -> Sequence[tuple[Exam, int]]:
    """All exams with the size of their rolls, the latest first."""
    found = await exams.every(tx)
    return [(exam, await exams.roll_size(tx, EVERYTHING, exam.number) if exam.basis_day else 0) for exam in found]


async def owed_makeups(tx: Tx, known: Iterable[Exam], now: datetime) -> Mapping[int, int]:
    """Of first exams that are over and whose answers are kept: how many with 缓考 have no make-up, where any."""
    over = (exam for exam in known if exam.state_at(now) in (State.CLOSED, State.RELEASED))
    kept = [exam for exam in over if not exam.makeup_of and not exam.answers_released]
    counts = {exam.number: len(await without_makeup(tx, exam, now)) for exam in kept}
    return {number: count for number, count in counts.items() if count}


@dataclass(frozen=True, slots=True)
class RollCounts:
    """`counts`: 单位代码, group, excuse, how many; `units`: 单位代码 → name."""

    exam: Exam
    counts: tuple[tuple[str, Group, Excuse, int], ...]
    units: Mapping[str, str]


async def roll_counts(database: Database, number: int) -> RollCounts:
    """Raises: NoSuchNumber, NoRollYet."""
    async with database.read() as tx:
        exam = await exam_numbered(tx, number)
        if exam.state is State.DRAFT:
            raise NoRollYet(number)
        rows = await exams.roll_counts(tx, EVERYTHING, number)
        names = await units.names(tx, {unit for unit, *_ in rows})
    counts = tuple((unit, Group(group), Excuse(why), count) for unit, group, why, count in rows)
    return RollCounts(exam, counts, names)


async def whole_roll(database: Database, number: int) -> tuple[list[exams.Sitter], dict[str, str]]:
    """With the names of today; a page in a transaction."""
    sitters: list[exams.Sitter] = []
    names: dict[str, str] = {}
    after = ""
    while True:
        async with database.read() as tx:
            page = await exams.sitters(tx, EVERYTHING, number, after=after, at_most=1000)
            names |= await people.names(tx, EVERYTHING, [one.person for one in page])
        if not page:
            return sitters, names
        sitters += page
        after = page[-1].person
