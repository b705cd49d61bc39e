"""2 学时 for a passed exam, once a year: posted when the scores are released, in slices of people.

A line that was taken back because the marks changed may be posted again, under the next generation of its ref
(`…#2`); one that was taken back on somebody's word stays so. A closed year takes lines only when two persons stand
behind them, as 补录. Source: domain, Forms and credit (法律知识考试); the line counts for the exam's year, a
make-up's in January too.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec.structs import replace

from handlers.actions.refilling import approved
from handlers.actions.standings import load_standings
from storage import exam_lines, exam_marks, ledger, people, reversals, sittings, years
from storage.database import Tx
from storage.exam_marks import Result
from storage.scope import EVERYTHING
from training.calendar import day_of
from training.exam_results import Band, band, kept
from training.exams import Exam, Keep
from training.forms import Achievement, Form
from training.hours import Entry, Standing, decimal, fitting
from training.people import Category, Fact, Field, values_on
from training.rule_document import hours_text
from training.rules import Rules
from training.years import closed_days

SOURCE: Final = "exam"


class Lines(msgspec.Struct, frozen=True):
    """Of one person and exam: the ref that is free, empty when a line stands or was taken back for good.

    `last` is the number of the last line, 0 for none.
    """

    free: str
    last: int = 0


def ref_of(exam: int, person: str) -> str:
    return f"{exam}:{person}"


def counting(exam: Exam, results: Sequence[Result]) -> Result:
    """The sitting that counts, of all that one person has ended."""
    return results[kept([result.score for result in results], exam.settings.keep)]


def passes(exam: Exam, result: Result) -> bool:
    return band(result.score, result.full_marks, exam.settings.bands) is not Band.FAILED


async def credit(tx: Tx, rules: Rules, exam: Exam, persons: Sequence[str], now: datetime, *, by: str = "") -> int:
    """Post what those of them who passed have not got yet; returns how many lines.

    `by`: the second of two persons who stand behind it; without one a closed year takes nothing.
    """
    year = exam.settings.year
    late = year in closed_days(await years.last_events(tx))
    if not persons or (late and not by):
        return 0
    standings = await load_standings(tx, rules, persons, year, lock=True)
    lines = await lines_of(tx, exam.number, persons)
    found = await _passing(tx, exam, [person for person in sorted(set(persons)) if lines[person].free])
    facts = await people.facts_of(tx, EVERYTHING, list(found))
    rule = rules.form(Form.EXAM, day_of(exam.closes_at))
    worth = rule.points[Achievement.PASSED]
    entries: list[Entry] = []
    changed: dict[str, Standing] = {}
    for person, result in sorted(found.items()):
        so_far = standings[person].by_form.get(Form.EXAM, 0)
        amount = worth if rule.yearly_cap is None else fitting(worth, so_far, rule.yearly_cap)
        if amount:
            entry = _entry(exam, result, facts.get(person, []), amount, hours_text(worth), now)
            entry = _again(entry, lines[person])
            entries.append(approved(entry, by, now, late=late) if by else entry)
            sums = {**standings[person].by_form, Form.EXAM: so_far + amount}
            changed[person] = Standing(standings[person].owed, sums)
    await ledger.keep_standings(tx, year, changed)
    await ledger.post(tx, entries)
    return len(entries)


async def lines_of(tx: Tx, exam: int, persons: Iterable[str]) -> Mapping[str, Lines]:
    """Person → what stands in the ledger. Where it decides something, the rows of the year are locked before."""
    found: dict[str, Lines] = {}
    refs = {ref_of(exam, person): person for person in persons}
    generation = 1
    while refs:
        known = await reversals.numbers_of(tx, EVERYTHING, SOURCE, refs)
        again = await exam_lines.taken_back_by_marks(tx, EVERYTHING, exam, known.values())
        generation += 1
        following = {}
        for ref, person in refs.items():
            seq = known.get(ref, 0)
            if not seq:
                found[person] = Lines(ref, found[person].last if person in found else 0)
                continue
            found[person] = Lines("", seq)
            if seq in again:
                following[f"{ref_of(exam, person)}#{generation}"] = person
        refs = following
    return found


async def standing_lines(tx: Tx, exam: int, persons: Iterable[str]) -> Mapping[str, int]:
    """Person → number of the line that counts now, also when a 并档 posted it again for another number."""
    left = {person: one.last for person, one in (await lines_of(tx, exam, persons)).items() if one.last}
    found: dict[str, int] = {}
    while left:
        gone = await reversals.taken_back(tx, EVERYTHING, left.values())
        found |= {person: seq for person, seq in left.items() if seq not in gone}
        moved = await exam_lines.moved_to(tx, EVERYTHING, gone)
        left = {person: moved[seq] for person, seq in left.items() if seq in moved}
    return found


async def _passing(tx: Tx, exam: Exam, persons: Sequence[str]) -> dict[str, Result]:
    """Person → the sitting that counts, of those who passed and can no longer fail."""
    found = await exam_marks.results(tx, EVERYTHING, exam.number, persons=persons)
    sitting = await sittings.still_sitting(tx, EVERYTHING, exam.number, found)
    settled = {person: of for person, of in found.items() if person not in sitting and _is_settled(exam, of)}
    counts = {person: counting(exam, results) for person, results in settled.items()}
    return {person: result for person, result in counts.items() if passes(exam, result)}


def _is_settled(exam: Exam, results: Sequence[Result]) -> bool:
    """Where the last sitting counts, there must be no other to come."""
    kept_last = exam.settings.keep is Keep.LAST
    return exam.scores_released or not kept_last or len(results) >= exam.settings.attempts


def _entry(exam: Exam, result: Result, facts: Sequence[Fact], amount: int, worth: str, now: datetime) -> Entry:
    day = day_of(result.ended_at)
    held = values_on(facts, day)
    return Entry(
        person=result.person,
        unit=held.get(Field.UNIT, ""),
        category=held.get(Field.CATEGORY, Category.OTHER),
        mark=bool(held.get(Field.MARK)),
        year=exam.settings.year,
        starts_on=day_of(result.started_at),
        ends_on=day,
        form=Form.EXAM,
        content_classes=("公共法律",),
        title=exam.settings.title,
        hours=decimal(amount),
        rule=f"法律知识考试合格 {worth} 学时，每年一次",
        source=SOURCE,
        source_ref=ref_of(exam.number, result.person),
        recorded_at=now,
        minutes=exam.settings.duration_minutes,
    )


def _again(entry: Entry, lines: Lines) -> Entry:
    note = f"第 {lines.last} 条冲销后重新入账" if lines.last else ""
    return replace(entry, source_ref=lines.free, note=note)
