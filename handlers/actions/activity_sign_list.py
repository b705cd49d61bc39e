"""A 签到名单 that is brought as a file: what it would list, as the roll stands. Nothing is written here."""

from dataclasses import dataclass
from datetime import datetime

from handlers.actions import rolls
from handlers.actions.activity_people import demand_runs, invited, numbered
from question_bank.formats.table import Table
from storage import attendance, units
from storage.database import Database, Tx
from storage.scope import EVERYTHING
from training.activities import Activity, HeldBy, Mark, State
from training.activity_errors import WrongState
from training.calendar import day_of
from training.people import Person
from training.roll import Roll
from training.rules import Rules
from training.sign_lists import Room, SignPlan, plan_signing
from training.units import UnitTree, units_on


@dataclass(frozen=True, slots=True)
class Planned:
    activity: Activity
    plan: SignPlan


async def planned(
    database: Database, rules: Rules, person: Person | None, number: int, table: Table, now: datetime
) -> Planned:
    """Raises: NoSuchActivity, NotOrganiser, WrongState."""
    today = day_of(now)
    async with database.read() as tx:
        found = await numbered(tx, number)
        await demand_runs(tx, person, found)
        if found.state not in (State.PUBLISHED, State.SIGNING):
            raise WrongState(number, found.state)
    roll = Roll(await rolls.known_people(database, EVERYTHING, rules.statuses_on(today)), today)
    async with database.read() as tx:
        tree = UnitTree(units_on(await units.facts(tx), today))
        rows = await attendance.of_activity(tx, EVERYTHING, number)
        listable = await _listable(tx, found, roll, {one.person for one in rows})
    struck = {(one.person, one.day) for one in rows if one.mark is Mark.STRUCK}
    return Planned(found, plan_signing(table, Room(roll, tree, found.settings, now, listable, struck)))


async def _listable(tx: Tx, found: Activity, roll: Roll, there: set[str]) -> frozenset[str] | None:
    """As `activity_lists` has it: of what the city holds anybody."""
    settings = found.settings
    if settings.held_by is HeldBy.CITY:
        return None
    holding = await units.below(tx, settings.units)
    own = {number for number in roll.persons if roll.unit(number) in holding}
    return frozenset({*own, *there, *await invited(tx, settings)})
