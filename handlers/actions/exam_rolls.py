"""应考名单: who is to sit an exam, as of its basis day.

On it are people who are on the roll that day with a group and a status that counts; 其他 only when they are named.
Everybody is read as recorded by one moment, in slices of people, each in a short transaction of its own.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from handlers.actions.unit_trees import tree_on
from storage import exam_marks, exams, people, sittings
from storage.database import Database, Tx
from storage.exams import Sitter
from storage.scope import EVERYTHING
from training.calendar import day_of
from training.exam_errors import MakeupTooEarly
from training.exam_results import Band, band, kept
from training.exams import Audience, Exam, Excuse, State
from training.joining import on_roll
from training.people import Category, Fact, Field, Group, StatusPeriod, group_of, values_on
from training.rules import Rules
from training.statuses import CountedAt, ExamRule, Status, standing_periods, status_named, status_on

SLICE_PERSONS: Final = 200
_EXCUSES: Final[Mapping[ExamRule, Excuse]] = {
    ExamRule.SITS: Excuse.NONE,
    ExamRule.DEFERRED: Excuse.DEFERRED,
    ExamRule.EXCUSED: Excuse.EXCUSED,
}


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom an exam is for. `units` and `groups` None let all in; `only`: nobody else than these people.

    `named`: people who are meant whatever their unit and group, and the group of those who have none.
    """

    units: frozenset[str] | None
    groups: frozenset[Group] | None
    named: Mapping[str, Group] = field(default_factory=dict)
    only: Mapping[str, Group] | None = None

    def group(self, number: str, unit: str, group: Group | None) -> Group | None:
        """The group in which somebody sits it; None for who is not meant."""
        if self.only is not None and number not in self.only:
            return None
        if number in self.named:
            return group or self.named[number]
        if self.only is not None:
            group = group or self.only[number]
        outside = (self.units is not None and unit not in self.units) or (
            self.groups is not None and group not in self.groups
        )
        return None if outside else group


@dataclass(frozen=True, slots=True)
class Called:
    """`passed_over`: those who were named, but are not on the roll, left, or do not count."""

    sitters: tuple[Sitter, ...]
    passed_over: tuple[str, ...]


async def called(database: Database, rules: Rules, exam: Exam, now: datetime) -> Called:
    """Whom the exam calls today, by 人员编号. Raises: UnknownStatus, MakeupTooEarly."""
    day = day_of(now)
    statuses = rules.statuses_on(day)
    meant = await _meant(database, exam, day, now)
    found: dict[str, Sitter] = {}
    async for numbers, facts, periods in _pages(database, meant):
        for number in numbers:
            known = [fact for fact in facts.get(number, ()) if fact.recorded_at <= now]
            sitter = _sitter(number, known, periods.get(number, ()), meant, day, statuses, now)
            if sitter is not None:
                found[number] = sitter
    everybody = meant.units is None and meant.groups is None
    expected = meant.named or (meant.only if everybody and meant.only else {})
    return Called(tuple(found[number] for number in sorted(found)), tuple(sorted(set(expected) - set(found))))


async def _meant(database: Database, exam: Exam, day: date, now: datetime) -> Meant:
    async with database.read() as tx:
        meant = await meant_by(tx, exam.settings.audience, day, now)
    if not exam.makeup_of:
        return meant
    only = await _still_to_sit(database, exam.makeup_of, now)
    named = meant.only
    if named is not None:
        only = {number: group for number, group in only.items() if number in named}
    return replace(meant, only=only)


async def meant_by(tx: Tx, audience: Audience, day: date, now: datetime) -> Meant:
    """As an audience stands: whether it is that of a make-up, for fewer people, does not matter here."""
    named = dict.fromkeys(audience.persons, Group.STAFF)
    units = None
    if audience.units:
        tree = await tree_on(tx, day, now)
        below = (tree.below(unit) if audience.below else {unit} for unit in audience.units)
        units = frozenset(code for codes in below for code in codes)
    return Meant(units, frozenset(audience.groups) or None, named, named if stand_alone(audience) else None)


def stand_alone(audience: Audience) -> bool:
    """Nobody is meant but the people named."""
    return bool(audience.persons) and not audience.units and not audience.groups


async def _still_to_sit(database: Database, number: int, now: datetime) -> dict[str, Group]:
    """Who did not pass the exam nor an earlier make-up of it, and their groups then; without 免考.

    Raises: MakeupTooEarly.
    """
    async with database.read() as tx:
        first = await exams.one(tx, number)
        earlier = [exam for exam in await exams.makeups_of(tx, number) if exam.state is not State.DRAFT]
    if first is None:
        return {}
    found: dict[str, Group] = {}
    passed: set[str] = set()
    for exam in (first, *earlier):
        await _demand_over(database, exam, now)
        passed |= await _passed(database, exam)
    after = ""
    while page := await _roll_page(database, number, after):
        found |= {one.person: one.group for one in page if one.excuse is not Excuse.EXCUSED}
        after = page[-1].person
    return {person: group for person, group in found.items() if person not in passed}


async def _roll_page(database: Database, number: int, after: str) -> list[Sitter]:
    async with database.read() as tx:
        return await exams.sitters(tx, EVERYTHING, number, after=after, at_most=1000)


async def not_passed(database: Database, exam: Exam) -> int:
    """How many of the roll, without 免考, have not passed this exam: failed, absent or deferred."""
    passed = await _passed(database, exam)
    count, after = 0, ""
    while page := await _roll_page(database, exam.number, after):
        count += sum(one.excuse is not Excuse.EXCUSED and one.person not in passed for one in page)
        after = page[-1].person
    return count


async def _demand_over(database: Database, exam: Exam, now: datetime) -> None:
    async with database.read() as tx:
        waiting = await sittings.still_open(tx, exam.number)
    if exam.state_at(now) not in (State.CLOSED, State.RELEASED) or waiting:
        raise MakeupTooEarly(exam.number, exam.closes_at, waiting)


async def _passed(database: Database, exam: Exam) -> set[str]:
    found: set[str] = set()
    after = ""
    while page := await _results_page(database, exam, after):
        for person, results in page.items():
            counts = results[kept([result.score for result in results], exam.settings.keep)]
            if band(counts.score, counts.full_marks, exam.settings.bands) is not Band.FAILED:
                found.add(person)
        after = list(page)[-1]
    return found


async def _results_page(database: Database, exam: Exam, after: str) -> dict[str, list[exam_marks.Result]]:
    async with database.read() as tx:
        return await exam_marks.results(tx, EVERYTHING, exam.number, after=after, at_most_persons=1000)


Page = tuple[Sequence[str], Mapping[str, list[Fact]], Mapping[str, list[StatusPeriod]]]


async def _pages(database: Database, meant: Meant) -> AsyncIterator[Page]:
    """Of those who are only meant by number nobody else is read."""
    if meant.only is not None:
        wanted = sorted(meant.only)
        for first in range(0, len(wanted), SLICE_PERSONS):
            async with database.read() as tx:
                page = await _page(tx, wanted[first : first + SLICE_PERSONS])
            yield page
        return
    after = ""
    while True:
        async with database.read() as tx:
            numbers = await people.numbers(tx, EVERYTHING, after=after, at_most=SLICE_PERSONS)
            page = await _page(tx, numbers)
        if not numbers:
            return
        after = numbers[-1]
        yield page


async def _page(tx: Tx, numbers: Sequence[str]) -> Page:
    facts = await people.facts_of(tx, EVERYTHING, numbers)
    return numbers, facts, await people.periods_of(tx, EVERYTHING, numbers)


def _sitter(
    number: str,
    facts: Sequence[Fact],
    periods: Sequence[StatusPeriod],
    meant: Meant,
    day: date,
    statuses: Sequence[Status],
    known_at: datetime,
) -> Sitter | None:
    held = values_on(facts, day)
    if not on_roll(facts, held, day):
        return None
    category, mark = Category(held[Field.CATEGORY]), held.get(Field.MARK) == "1"
    group = meant.group(number, held[Field.UNIT], group_of(category, mark=mark))
    status = status_on(periods, day, statuses, known_at)
    if group is None or not status.in_denominator or status.counted_at is not CountedAt.UNIT:
        return None
    excuse = _EXCUSES[status.exam]
    document = _document(periods, day, status, statuses, known_at) if excuse is not Excuse.NONE else ""
    return Sitter(number, held[Field.UNIT], category, mark, group, excuse, document)


def _document(
    periods: Sequence[StatusPeriod], day: date, status: Status, statuses: Sequence[Status], known_at: datetime
) -> str:
    """Of the record by which the status holds on this day."""
    for period in reversed(standing_periods(periods, known_at)):
        covers = period.starts <= day and (period.ends is None or day <= period.ends)
        if covers and status_named(period.status, statuses) == status:
            return period.document
    return ""
