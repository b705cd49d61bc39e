"""What a file of past hours would do, as the ledger and the roll stand: read and computed, nothing written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from handlers.actions import past_events, past_hours, rolls
from question_bank.formats.table import Table
from question_bank.problems import Problem
from storage import calendar, units, years
from storage.database import Database
from storage.scope import EVERYTHING
from training.batches import PastHours
from training.calendar import day_of
from training.doubles import doubles
from training.past_hours import Bounds, PastPlan, plan_past, warnings_of
from training.roll import Roll
from training.rules import Rules
from training.units import UnitTree, units_on
from training.years import closed_days


@dataclass(frozen=True, slots=True)
class Planned:
    """`closed`: closed years and their days."""

    plan: PastPlan
    changes: PastHours
    closed: Mapping[int, date]

    @property
    def late(self) -> int:
        """Lines of closed years."""
        return sum(line.year in self.closed for line in self.plan.lines)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Those of the rows, then what looks like another event and what limits would cut."""
        return (*self.plan.problems, *warnings_of(self.plan, self.changes.cuts, self.changes.doubles))


async def planned(database: Database, rules: Rules, table: Table, now: datetime, *, late: bool = False) -> Planned:
    """`late`: rows of closed years are taken, as 补录."""
    async with database.read() as tx:
        closed = closed_days(await years.last_events(tx))
        days = await calendar.imported(tx)
    bounds = Bounds({} if late else closed, rules.forms, rules.day_limit, days)
    plan = await _plan(database, rules, table, bounds, now)
    async with database.read() as tx:
        cuts = await past_hours.expected_cuts(tx, rules, plan.lines)
        near = await past_events.events_near(tx, rules.forms, plan.lines)
    like = doubles(plan.lines, plan.numbers, near, rules.forms)
    of_closed = any(line.year in closed for line in plan.lines)
    return Planned(plan, PastHours(plan.lines, late=of_closed, cuts=cuts, doubles=like), closed)


async def _plan(database: Database, rules: Rules, table: Table, bounds: Bounds, now: datetime) -> PastPlan:
    """Twice, because which events are known already can be asked only when they are read."""
    today = day_of(now)
    roll = Roll(await rolls.known_people(database, EVERYTHING, rules.statuses_on(today)), today)
    async with database.read() as tx:
        tree = UnitTree(units_on(await units.facts(tx), today))
    lines = plan_past(table, roll, tree, bounds=bounds).lines
    async with database.read() as tx:
        posted = await past_events.posted_refs(tx, lines)
        again = await past_events.taken_back(tx, lines, posted)
    return plan_past(table, roll, tree, posted, bounds, again)
