"""学习计划 and 应知应会清单: brought by a city admin from a file, and how far they are carried out.

A line that stands keeps its number, because activities name it; what a file leaves out is taken out only when the
file is said to be whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from question_bank.formats.table import Table
from question_bank.questions import Question
from storage import audit, duty_facts, exams, study_plans, study_reach, units
from storage.audit import Act
from storage.database import Database, Tx
from storage.scope import EVERYTHING
from training.calendar import DAY, day_of, start_of
from training.duty_facts import DutyFact, Source
from training.people import Person
from training.rules import Rules
from training.study_plan_file import FileRead, law_lines, plan_lines
from training.study_plans import (
    Asked,
    Event,
    KnownLaw,
    LawReach,
    LineDone,
    PlanLine,
    carried_out,
    law_key,
    line_key,
    reaches,
)
from training.units import UnitTree, units_on

VIA: Final = "cli"
_PAGE_QUESTIONS: Final = 1000


@dataclass(frozen=True, slots=True)
class Brought:
    """How many lines came, were changed, stood already, and were taken out."""

    added: int
    changed: int
    same: int
    removed: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """`units`: names by code."""

    year: int
    lines: tuple[LineDone, ...]
    laws: tuple[LawReach, ...]
    units: Mapping[str, str]


async def read_plan(database: Database, table: Table, year: int, now: datetime) -> FileRead[PlanLine]:
    async with database.read() as tx:
        return plan_lines(table, year, UnitTree(units_on(await units.facts(tx), day_of(now))))


async def bring_plan(
    tx: Tx, person: Person, year: int, lines: Sequence[PlanLine], reason: str, now: datetime, *, whole: bool
) -> Brought:
    """`whole`: lines of the year that the file has not are taken out."""
    await audit.head(tx, lock=True)  # two who bring the same file at once see each other
    there = {line_key(line): line for line in await study_plans.lines(tx, year)}
    wanted = {line_key(line): line for line in lines}
    added = [line for key, line in wanted.items() if key not in there]
    meant = [replace(line, number=there[key].number) for key, line in wanted.items() if key in there]
    changed = [line for line in meant if replace(there[line_key(line)], title=line.title) != line]
    gone = [line.number for key, line in there.items() if key not in wanted] if whole else []
    await study_plans.add_lines(tx, added, now)
    for line in changed:
        await study_plans.change_line(tx, line)
    await study_plans.remove_lines(tx, gone, now)
    brought = Brought(len(added), len(changed), len(meant) - len(changed), len(gone))
    await _logged(tx, person, "plan.import", year, brought, reason, now)
    return brought


async def bring_laws(
    tx: Tx, person: Person, year: int, table: Table, reason: str, now: datetime, *, whole: bool
) -> tuple[FileRead[KnownLaw], Brought]:
    """As of a plan; a law that says something else of itself is a new line."""
    read = law_lines(table, year)
    await audit.head(tx, lock=True)
    there = {_law_key(law): law for law in await study_plans.laws(tx, year)}
    wanted = {_law_key(law): law for law in read.lines}
    added = [law for key, law in wanted.items() if key not in there]
    changed = [law for key, law in wanted.items() if key in there and there[key].note != law.note]
    replaced = [there[_law_key(law)].number for law in changed]
    gone = [law.number for key, law in there.items() if key not in wanted] if whole else []
    await study_plans.remove_laws(tx, [*replaced, *gone], now)
    await study_plans.add_laws(tx, [*added, *changed], now)
    brought = Brought(len(added), len(changed), len(wanted) - len(added) - len(changed), len(gone))
    if read.lines:
        await _logged(tx, person, "plan.laws", year, brought, reason, now)
    return read, brought


def _law_key(law: KnownLaw) -> tuple[str, str]:
    return law_key(law.law), law.group


async def _logged(
    tx: Tx, person: Person, what: str, year: int, brought: Brought, reason: str, now: datetime
) -> None:
    after = f"新增 {brought.added}，更新 {brought.changed}，不变 {brought.same}，移出 {brought.removed}"
    await audit.record(tx, Act(person.number, VIA, what, f"year {year}", after=after, reason=reason), now)


async def coverage(database: Database, rules: Rules, year: int, now: datetime) -> Coverage:
    """As it stands now; questions are those that may be asked today."""
    async with database.read() as tx:
        lines, laws = await study_plans.lines(tx, year), await study_plans.laws(tx, year)
        events = await _events(tx, year)
        names = {code: unit.name for code, unit in (await units.every(tx)).items()}
    asked = await _asked(database, {law_key(law.law) for law in laws}, year)
    gone = frozenset(status.name for status in rules.statuses_on(day_of(now)) if status.leaves)
    async with database.read() as tx:
        groups = await study_reach.members(tx, EVERYTHING, gone)
    return Coverage(year, tuple(carried_out(lines, events)), tuple(reaches(laws, events, asked, groups)), names)


async def _events(tx: Tx, year: int) -> list[Event]:
    first, after = start_of(date(year, 1, 1)), start_of(date(year + 1, 1, 1))
    posted = await study_reach.posted(tx, first, after)
    there = await study_reach.present(tx, EVERYTHING, [number for number, _ in posted])
    events = [
        Event(f"活动 {number}", its.title, its.units[0], its.plan, its.laws, there.get(number, frozenset()))
        for number, its in posted
    ]
    facts = await duty_facts.standing(tx, EVERYTHING)
    return events + [_event(fact) for fact in facts if fact.day.year == year and fact.source is not Source.ACTIVITY]


def _event(fact: DutyFact) -> Event:
    return Event(f"登记 {fact.number}", fact.title, fact.unit)


async def _asked(database: Database, keys: set[str], year: int) -> list[Asked]:
    """Questions of the bank that cite one of the laws, a page in a transaction."""
    found: list[Asked] = []
    last = ""
    while keys:
        async with database.read() as tx:
            page = await exams.bank(tx, after=last, at_most=_PAGE_QUESTIONS)
            cited = {id_: laws for id_, _, question in page if (laws := _cited(question) & keys)}
            first, ends = date(year, 1, 1), date(year + 1, 1, 1) - DAY
            answered = await study_reach.answered(tx, EVERYTHING, cited, first, ends)
        if not page:
            break
        found += [Asked(laws, answered.get(id_, frozenset())) for id_, laws in cited.items()]
        last = page[-1][0]
    return found


def _cited(question: Question) -> frozenset[str]:
    return frozenset(law_key(citation.law) for citation in question.citations)
