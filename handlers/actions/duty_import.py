"""履职登记导入: what a file would register, and the facts that it becomes when a second person confirmed it.

What was registered between the proposal and the confirmation makes the batch overtaken: it is entered whole or not
at all.
"""

from dataclasses import dataclass
from datetime import datetime

from handlers.actions.rolls import known_people
from question_bank.formats.table import Table
from storage import duty_facts, people, units
from storage.batches import Batch
from storage.database import Database, Tx
from storage.scope import EVERYTHING
from training.calendar import day_of
from training.duty_facts import DutyFact, Source
from training.duty_file import DutyFilePlan, Place, plan_duties
from training.duty_import import DutyImport, DutyLine
from training.duty_owing import city_of
from training.errors import BatchOvertaken
from training.roll import Roll
from training.rules import Rules
from training.statuses import merged_into
from training.units import UnitTree, units_on


@dataclass(frozen=True, slots=True)
class Planned:
    plan: DutyFilePlan
    changes: DutyImport


async def planned(database: Database, rules: Rules, table: Table, now: datetime) -> Planned:
    """Nothing is written."""
    today = day_of(now)
    known = await known_people(database, EVERYTHING, rules.statuses_on(today))
    async with database.read() as tx:
        facts = await units.facts(tx)
        standing = await duty_facts.standing(tx, EVERYTHING)
    tree = UnitTree(units_on(facts, today))
    place = Place(Roll(known, today), tree, city_of(known, facts, *rules.policies), rules.duties)
    plan = plan_duties(table, place, standing)
    return Planned(plan, DutyImport(plan.lines))


async def enter(tx: Tx, changes: DutyImport, batch: Batch, *, now: datetime) -> list[int]:
    """The numbers of the facts. Raises: BatchOvertaken."""
    subjects = {line.subject for line in changes.lines}
    standing = await duty_facts.standing(tx, EVERYTHING, subjects)
    there = {(fact.quota, fact.subject, fact.day) for fact in standing}
    periods = await people.periods_of(tx, EVERYTHING, subjects)
    for line in changes.lines:
        gone = merged_into(periods.get(line.subject, ())) is not None
        if gone or (line.quota, line.subject, line.day) in there:
            raise BatchOvertaken(batch.number, line.label)
    return await duty_facts.add(tx, [_fact(n, line, batch, now) for n, line in enumerate(changes.lines, 1)])


def _fact(place: int, line: DutyLine, batch: Batch, now: datetime) -> DutyFact:
    return DutyFact(
        *(line.quota, line.subject, line.unit, line.day, line.title),
        *(Source.IMPORT, f"{batch.number}:{place}", batch.proposed_by, now, line.form),
        evidence=line.evidence,
    )
