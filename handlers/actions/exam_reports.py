"""An exam as it stands, for its reports: everybody on the roll with the result that counts and the make-up's.

Read in pages of people, each in a short transaction of its own. Units and 排名组 are those of the basis day; a unit
without a 排名组 is in that of the nearest unit above it that has one. About 1 kB a person is kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Final

import msgspec

from handlers.actions.exam_moves import exam_numbered
from storage import exam_marks, exams, people, sittings, units
from storage.database import Database, Tx
from storage.exam_marks import Result
from storage.scope import EVERYTHING
from storage.sittings import Pace
from training.calendar import day_of
from training.exam_errors import NoRollYet
from training.exam_results import HUNDRED, Sitter, kept
from training.exams import Exam, Excuse, State
from training.rules import Rules
from training.sitting import too_fast
from training.statuses import ON_DUTY, status_on
from training.units import UnitTree, units_on

PAGE_PERSONS: Final = 500


class Sat(msgspec.Struct, frozen=True):
    """The sitting that counts, of so many; `fast`: answered faster than a person can read."""

    result: Result
    sittings: int
    fast: bool = False

    @property
    def share(self) -> Fraction:
        """Of the full marks."""
        return Fraction(self.result.score, self.result.full_marks or 1)


class Makeup(msgspec.Struct, frozen=True):
    """How somebody stands on the roll of a make-up."""

    exam: int
    excuse: Excuse
    sat: Sat | None


class Row(msgspec.Struct, frozen=True):
    """Somebody on the roll. `status` is the 人员状态 of who did not sit, empty for 在岗."""

    name: str
    place: exams.Sitter
    sat: Sat | None = None
    makeups: tuple[Makeup, ...] = ()
    status: str = ""

    @property
    def counts(self) -> bool:
        """A score of somebody who is 免考 counts nowhere."""
        return self.sat is not None and self.place.excuse is not Excuse.EXCUSED

    @property
    def made_up(self) -> Sat | None:
        """The best of the make-ups, of equally good ones the first."""
        return max((one.sat for one in self.makeups if one.sat), key=lambda sat: sat.share, default=None)


@dataclass(frozen=True, slots=True)
class Statement:
    """`rows` by unit and 人员编号. `unfinished` sittings are not marked yet; `strangers` have a result and are not
    on the roll: they are in no figure."""

    exam: Exam
    makeups: tuple[Exam, ...]
    rows: tuple[Row, ...]
    units: UnitTree
    unfinished: int
    strangers: int
    now: datetime

    def sitters(self) -> list[Sitter]:
        return [self._sitter(row) for row in self.rows]

    def _sitter(self, row: Row) -> Sitter:
        place, made_up = row.place, row.made_up
        settings = self.exam.settings
        return Sitter(
            place.unit,
            place.category,
            place.group,
            place.excuse,
            row.sat.result.full_marks if row.sat else settings.full_marks(place.group),
            row.sat.result.score if row.sat else None,
            made_up.result.score if made_up else None,
            made_up.result.full_marks if made_up else HUNDRED,
        )

    def unit_name(self, code: str) -> str:
        unit = self.units.units.get(code)
        return unit.name if unit else code

    def league(self, code: str) -> str:
        """Empty when none of the units above has one either."""
        leagues = (unit.league for unit in reversed(self.units.line(code)))
        return next(filter(None, leagues), "")


async def statement(
    database: Database, rules: Rules, number: int, now: datetime, *, within: frozenset[str] | None = None
) -> Statement:
    """`within`: only people of these units. Raises: NoSuchNumber, NoRollYet, UnknownStatus."""
    async with database.read() as tx:
        exam = await exam_numbered(tx, number)
        makeups = [one for one in await exams.makeups_of(tx, number) if one.state is not State.DRAFT]
        unfinished = await sittings.still_open(tx, number)
        facts = await units.facts(tx)
    if exam.basis_day is None:
        raise NoRollYet(number)
    results = await _results(database, exam)
    elsewhere = [(one, await _roll(database, one.number, None), await _results(database, one)) for one in makeups]
    roll = await _roll(database, number, within)
    rows = await _rows(database, rules, exam, roll, results, now)
    placed = [
        msgspec.structs.replace(row, makeups=tuple(_makeups(row.place.person, elsewhere))) if elsewhere else row
        for row in rows
    ]
    strangers = 0 if within is not None else len(results.keys() - roll.keys())
    tree = UnitTree(units_on(facts, exam.basis_day))
    ordered = sorted(placed, key=lambda row: (row.place.unit, row.place.person))
    return Statement(exam, tuple(makeups), tuple(ordered), tree, unfinished, strangers, now)


async def _results(database: Database, exam: Exam) -> dict[str, Sat]:
    """Person → what counts."""
    found: dict[str, Sat] = {}
    after = ""
    while page := await _results_page(database, exam, after):
        found |= page
        after = list(page)[-1]
    return found


async def _results_page(database: Database, exam: Exam, after: str) -> Mapping[str, Sat]:
    async with database.read() as tx:
        page = await exam_marks.results(tx, EVERYTHING, exam.number, after=after, at_most_persons=PAGE_PERSONS)
        counts = {person: of[kept([one.score for one in of], exam.settings.keep)] for person, of in page.items()}
        paces = await sittings.paces(tx, [result.attempt for result in counts.values()])
    return {
        person: Sat(result, len(page[person]), _is_fast(paces.get(result.attempt)))
        for person, result in counts.items()
    }


def _is_fast(pace: Pace | None) -> bool:
    return pace is not None and too_fast(pace.answers, pace.first, pace.last)


async def _roll(database: Database, number: int, within: frozenset[str] | None) -> dict[str, exams.Sitter]:
    found: dict[str, exams.Sitter] = {}
    after = ""
    while page := await _roll_page(database, number, after, within):
        found |= {one.person: one for one in page}
        after = page[-1].person
    return found


async def _roll_page(
    database: Database, number: int, after: str, within: frozenset[str] | None
) -> Sequence[exams.Sitter]:
    async with database.read() as tx:
        return await exams.sitters(tx, EVERYTHING, number, after=after, at_most=PAGE_PERSONS, units=within)


async def _rows(
    database: Database,
    rules: Rules,
    exam: Exam,
    roll: Mapping[str, exams.Sitter],
    results: Mapping[str, Sat],
    now: datetime,
) -> list[Row]:
    numbers, found = list(roll), []
    for first in range(0, len(numbers), PAGE_PERSONS):
        some = numbers[first : first + PAGE_PERSONS]
        async with database.read() as tx:
            names = await people.names(tx, EVERYTHING, some)
            statuses = await _statuses(tx, rules, exam, [one for one in some if one not in results], now)
        found += [
            Row(names.get(one, one), roll[one], results.get(one), status=statuses.get(one, "")) for one in some
        ]
    return found


async def _statuses(tx: Tx, rules: Rules, exam: Exam, numbers: Iterable[str], now: datetime) -> Mapping[str, str]:
    """Of the basis day, or else of the last day of the window that has come; without those who are 在岗."""
    found: dict[str, str] = {}
    for number, periods in (await people.periods_of(tx, EVERYTHING, numbers)).items():
        for day in _days(exam, now):
            status = status_on(periods, day, rules.statuses_on(day), now)
            if status.name != ON_DUTY.name:
                found.setdefault(number, status.name)
    return found


def _days(exam: Exam, now: datetime) -> Iterable[date]:
    if exam.basis_day:
        yield exam.basis_day
    yield day_of(min(exam.closes_at - timedelta(seconds=1), now))


def _makeups(
    person: str, elsewhere: Iterable[tuple[Exam, Mapping[str, exams.Sitter], Mapping[str, Sat]]]
) -> Iterable[Makeup]:
    for exam, roll, results in elsewhere:
        if person in roll or person in results:
            place = roll.get(person)
            yield Makeup(exam.number, place.excuse if place else Excuse.NONE, results.get(person))
