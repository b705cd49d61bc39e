"""成绩导入: what a file of scores would do, and the sittings that it becomes when a second person confirmed it.

What was sat or excused between the proposal and the confirmation makes the batch overtaken: it is entered whole or
not at all. Where the scores are out the ledger follows at once. Source: domain, Exam (paper and outside exams).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.actions import rolls
from handlers.actions.exam_credit import counting, passes
from handlers.actions.exam_following import follow
from handlers.actions.exam_moves import exam_numbered
from question_bank.formats.table import Table
from storage import exam_imports, exam_marks, exams, people
from storage.batches import Batch
from storage.database import Database, Tx
from storage.exams import Sitter
from storage.scope import EVERYTHING
from training.batches import ScoreImport
from training.calendar import day_of
from training.errors import BatchOvertaken
from training.exam_errors import NoRollYet
from training.exam_results import Band, band
from training.exams import Exam, Excuse, State
from training.roll import Roll
from training.rules import Rules
from training.score_lines import ScoreLine, fits
from training.score_rows import Hall, Place, ScorePlan, plan_scores
from training.statuses import merged_into

_PAGE = 5000


@dataclass(frozen=True, slots=True)
class Planned:
    plan: ScorePlan
    changes: ScoreImport


@dataclass(frozen=True, slots=True)
class Entered:
    """Persons who have a score now, of an exam whose scores are out."""

    exam: Exam
    persons: tuple[str, ...]


async def planned(database: Database, rules: Rules, number: int, table: Table, now: datetime) -> Planned:
    """Nothing is written. Raises: NoSuchNumber, NoRollYet."""
    today = day_of(now)
    async with database.read() as tx:
        exam = await _published(tx, number)
        makeups = tuple(one.number for one in await exams.makeups_of(tx, number))
        sat = await exam_imports.known(tx, EVERYTHING, number)
    roll = Roll(await rolls.known_people(database, EVERYTHING, rules.statuses_on(today)), today)
    places = {one.person: Place(one.group, one.excuse) for one in await _sitters(database, number)}
    plan = plan_scores(table, roll, Hall(exam, places, sat, makeups))
    passed = sum(band(line.score, line.full, exam.settings.bands) is not Band.FAILED for line in plan.lines)
    return Planned(plan, ScoreImport(number, exam.settings.title, plan.lines, passed))


async def _published(tx: Tx, number: int, *, lock: bool = False) -> Exam:
    exam = await exam_numbered(tx, number, lock=lock)
    if exam.state is State.DRAFT:
        raise NoRollYet(number)
    return exam


async def _sitters(database: Database, number: int) -> Sequence[Sitter]:
    """The whole 应考名单, a page in a transaction."""
    found: list[Sitter] = []
    while True:
        async with database.read() as tx:
            after = found[-1].person if found else ""
            page = await exams.sitters(tx, EVERYTHING, number, after=after, at_most=_PAGE)
        found += page
        if len(page) < _PAGE:
            return found


async def enter(
    tx: Tx, rules: Rules, scores: ScoreImport, batch: Batch, *, by: str, now: datetime
) -> Entered | None:
    """Who has to be told, None while scores are not out. Raises: BatchOvertaken when somebody cannot have one."""
    exam = await _published(tx, scores.exam, lock=True)
    persons = sorted({line.person for line in scores.lines})
    await _demand_places(tx, exam, scores.lines, batch)
    known = await exam_imports.known(tx, EVERYTHING, exam.number, persons)
    numbered: list[tuple[int, ScoreLine]] = []
    entered: dict[str, int] = {}
    for line in scores.lines:
        sat, more = known.get(line.person, ()), entered.get(line.person, 0)
        if not fits(line, sat, exam.settings.attempts - more):
            raise BatchOvertaken(batch.number, f"{line.name}（{line.person}）")
        entered[line.person] = more + 1
        numbered.append((len(sat) + more + 1, line))
    await exam_imports.enter(tx, exam.number, numbered, now, batch.number)
    if not exam.scores_told:
        return None
    await _follow(tx, rules, exam, persons, batch, by, now)
    return Entered(exam, tuple(persons))


async def _demand_places(tx: Tx, exam: Exam, lines: Sequence[ScoreLine], batch: Batch) -> None:
    """Everybody is on the roll still, not 免考, and under the number that was meant."""
    persons = {line.person for line in lines}
    excuses = await exam_imports.excuses(tx, EVERYTHING, exam.number, persons)
    periods = await people.periods_of(tx, EVERYTHING, persons)
    for line in lines:
        gone = excuses.get(line.person, Excuse.EXCUSED) is Excuse.EXCUSED
        if gone or merged_into(periods.get(line.person, ())) is not None:
            raise BatchOvertaken(batch.number, f"{line.name}（{line.person}）")


async def _follow(
    tx: Tx, rules: Rules, exam: Exam, persons: Sequence[str], batch: Batch, by: str, now: datetime
) -> None:
    """With several attempts a later one may take a pass away."""
    results = await exam_marks.results(tx, EVERYTHING, exam.number, persons=persons)
    passed: Mapping[str, bool] = {person: passes(exam, counting(exam, sat)) for person, sat in results.items()}
    why = f"考试 {exam.number} 导入成绩（批次 {batch.number}）后不合格"
    failing = {person: why for person, yes in passed.items() if not yes}
    await follow(tx, rules, exam, [person for person, yes in passed.items() if yes], failing, now, by=by)
