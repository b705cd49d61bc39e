"""Publishing: the pool and the 应考名单 are frozen, once it is seen that the bank can fill everybody's paper.

The roll is written in slices while the exam is still a draft, whose roll nobody reads; a publishing that broke off
is repeated and puts it there anew. What cannot be taken back, the pool, comes in the last transaction together with
the move, and only when the roll that stands there is the one that was just made.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handlers.actions.exam_bank import Askable, Numbered, askable
from handlers.actions.exam_moves import act_of, after, exam_numbered, logged
from handlers.actions.exam_rolls import Called, called
from storage import exams
from storage.database import Database
from storage.questions import candidates
from storage.scope import EVERYTHING
from training.calendar import day_of
from training.daily import drawn_from
from training.exam_errors import EmptyRoll, LongPaper, NoPaper, SetAtOnce, Unfillable
from training.exam_file_checks import MOST_ITEMS
from training.exams import Exam, Excuse, Move, Section
from training.paper_pool import Heavy, PoolQuestion, dealt, heavy, pool_question, shortfalls
from training.people import Group
from training.rules import Rules

SLICE_ROWS: Final = 2000  # of the roll in a transaction


@dataclass(frozen=True, slots=True)
class Published:
    """`passed_over`: people who were named, but are not on the roll of the day.

    `exposed`: groups whose daily question has too few candidates left that tell no key of this exam. `left_out`:
    ids of questions that another exam found wrong.
    """

    exam: Exam
    by_group: Mapping[Group, int]
    by_excuse: Mapping[Excuse, int]
    questions: int
    heavy: tuple[Heavy, ...]
    passed_over: tuple[str, ...]
    exposed: tuple[Group, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def people(self) -> int:
        return sum(self.by_group.values())


@dataclass(frozen=True, slots=True)
class Ready:
    """What is to be frozen, as it was at the moment `now`; nothing is written yet."""

    exam: Exam
    meant: Called
    askable: Askable
    heavy: tuple[Heavy, ...]
    now: datetime

    @property
    def questions(self) -> Sequence[Numbered]:
        return self.askable.questions

    def published(self, exposed: tuple[Group, ...]) -> Published:
        by_group = Counter(one.group for one in self.meant.sitters)
        return Published(
            self.exam,
            {group: by_group[group] for group in _in_order(by_group)},
            Counter(one.excuse for one in self.meant.sitters),
            len(self.questions),
            self.heavy,
            self.meant.passed_over,
            exposed,
            self.askable.left_out,
        )


async def publish(database: Database, rules: Rules, number: int, now: datetime, *, by: str) -> Published:
    """From draft to published; the basis day is today.

    Raises: NoSuchNumber, IllegalMove, EmptyRoll, NoPaper, Unfillable, LongPaper, MakeupTooEarly, SetAtOnce.
    """
    ready = await looked(database, rules, number, now)
    await put_roll(database, ready)
    await freeze(database, ready, by=by)
    return ready.published(await _exposed(database, ready))


async def _exposed(database: Database, ready: Ready) -> tuple[Group, ...]:
    """After the pool was frozen."""
    frozen = {id_ for id_, _, _ in ready.questions}
    async with database.read() as tx:
        pools = {group: await candidates(tx, group, day_of(ready.now)) for group in Group}
    return tuple(
        group
        for group, pool in pools.items()
        if any(candidate.tells and candidate.id in frozen for candidate in drawn_from(pool))
    )


async def looked(database: Database, rules: Rules, number: int, now: datetime) -> Ready:
    """Reads everything in short transactions. Raises: as `publish`."""
    async with database.read() as tx:
        exam = await exam_numbered(tx, number)
    after(exam, Move.PUBLISH)
    meant = await called(database, rules, exam, now)
    groups = _in_order(one.group for one in meant.sitters)
    _demand_papers(exam, groups)
    sections = exam.settings.sections
    found = await askable(database, sections)
    return Ready(exam, meant, found, await asyncio.to_thread(demand_filled, sections, found, groups), now)


def _in_order(groups: Iterable[Group]) -> list[Group]:
    wanted = set(groups)
    return [group for group in Group if group in wanted]


def _demand_papers(exam: Exam, groups: Sequence[Group]) -> None:
    if not groups:
        raise EmptyRoll(exam.number, exam.makeup_of)
    for group in groups:
        if not exam.settings.of(group):
            raise NoPaper(exam.number, group)


def demand_filled(sections: Sequence[Section], found: Askable, groups: Sequence[Group]) -> tuple[Heavy, ...]:
    """What can be filled only narrowly. Raises: Unfillable, LongPaper."""
    numbered = enumerate(found.questions)
    pool = [pool_question(place, question, version) for place, (_, version, question) in numbered]
    short = shortfalls(pool, sections, groups)
    if short:
        raise Unfillable(tuple(short), found.left_out)
    for group in groups:
        items = most_items(pool, sections, group)
        if items > MOST_ITEMS:
            raise LongPaper(group, items, MOST_ITEMS)
    return tuple(heavy(pool, sections, groups))


def most_items(pool: Sequence[PoolQuestion], sections: Sequence[Section], group: Group) -> int:
    """Of the longest paper that may be drawn: of a section of cases those with the most parts."""
    longest = 0
    for section, places in zip(sections, dealt(pool, sections, group), strict=True):
        items = sorted((max(pool[place].parts, 1) for place in places), reverse=True)
        longest += sum(items[: section.count])
    return longest


async def put_roll(database: Database, ready: Ready) -> None:
    """In slices, each while the exam is a draft. Raises: IllegalMove."""
    number, sitters = ready.exam.number, ready.meant.sitters
    for first in range(0, len(sitters), SLICE_ROWS):
        some = sitters[first : first + SLICE_ROWS]
        async with database.write() as tx:
            after(await exam_numbered(tx, number, lock=True), Move.PUBLISH)
            await exams.take_from_roll(tx, number, [one.person for one in some])
            await exams.add_to_roll(tx, number, some, ready.now)


async def freeze(database: Database, ready: Ready, *, by: str) -> None:
    """Only upon the roll that was put there for it. Raises: IllegalMove, SetAtOnce."""
    number, sitters, questions = ready.exam.number, ready.meant.sitters, ready.questions
    async with database.write() as tx:
        exam = await exam_numbered(tx, number, lock=True)
        state = after(exam, Move.PUBLISH)
        await exams.take_from_roll_before(tx, number, ready.now)
        if await exams.added_at(tx, EVERYTHING, number, ready.now) != len(sitters):
            raise SetAtOnce(number)
        await exams.keep_pool(tx, number, [(id_, version) for id_, version, _ in questions])
        await exams.move(tx, exam, state, basis_day=day_of(ready.now))
        then = f"{state}: roll {len(sitters)}, pool {len(questions)}"
        await logged(tx, exam, act_of(Move.PUBLISH), ready.now, by=by, before=str(exam.state), then=then)
