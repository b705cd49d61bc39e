"""申报 that an admin brings for others from a file: each is handed in and decided like any other.

A row that is refused stops no other one; what was handed in before is refused as such, so that a file may be
brought again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handlers.actions import claim_levels, claims, rolls
from question_bank.formats.table import Table
from storage import approvers, audit, units
from storage.audit import Act
from storage.database import Database
from storage.scope import EVERYTHING
from training.calendar import day_of
from training.claim_errors import ClaimRefusal, NoSuchClaim
from training.claim_file import ClaimFilePlan, ClaimRow, plan_claims
from training.claims import Claim, State
from training.people import Person
from training.roll import Roll
from training.rules import Rules
from training.units import UnitTree, units_on

AT_ONCE: Final = 50  # rows of one transaction, so that a serving bot is never kept waiting


@dataclass(frozen=True, slots=True)
class Brought:
    """`claims` that were handed in; `refused` by the row."""

    claims: tuple[Claim, ...]
    refused: Mapping[str, ClaimRefusal]


async def planned(
    database: Database, rules: Rules, maker: Person | None, table: Table, now: datetime
) -> ClaimFilePlan:
    """A maker of None is the command line, which only looks. Nothing is written. Raises: NotAllowed."""
    today = day_of(now)
    if maker is not None:
        claim_levels.demand_role(rules, maker, now)
    roll = Roll(await rolls.known_people(database, EVERYTHING, rules.statuses_on(today)), today)
    async with database.read() as tx:
        tree = UnitTree(units_on(await units.facts(tx), today))
        reach = None if maker is None else await claim_levels.levels_below(tx, maker)
    return plan_claims(table, roll, tree, lambda unit: reach is None or unit in reach)


async def tried(database: Database, rules: Rules, plan: ClaimFilePlan, now: datetime) -> Mapping[str, ClaimRefusal]:
    """What would be refused."""
    refused: dict[str, ClaimRefusal] = {}
    async with database.read() as tx:
        people = await approvers.several(tx, EVERYTHING, [row.person for row in plan.rows])
        for row in plan.rows:
            try:
                who = _one(people, row.person)
                await claims.demand_new(
                    tx, rules, Claim(0, who.number, who.unit, State.DRAFT, row.stated, now), now
                )
            except ClaimRefusal as refusal:
                refused[row.where] = refusal
    return refused


def _one(people: Mapping[str, Person], number: str) -> Person:
    """Raises: NoSuchClaim for somebody who comes later."""
    if number not in people:
        raise NoSuchClaim(0)
    return people[number]


async def bring(
    database: Database, rules: Rules, plan: ClaimFilePlan, maker: Person, reason: str, now: datetime
) -> Brought:
    """`AT_ONCE` in a transaction; whoever brings them stands in the audit log for each."""
    made: list[Claim] = []
    refused: dict[str, ClaimRefusal] = {}
    for start in range(0, len(plan.rows), AT_ONCE):
        await _slice(database, rules, plan.rows[start : start + AT_ONCE], maker, reason, now, made, refused)
    return Brought(tuple(made), refused)


async def _slice(
    database: Database,
    rules: Rules,
    rows: tuple[ClaimRow, ...],
    maker: Person,
    reason: str,
    now: datetime,
    made: list[Claim],
    refused: dict[str, ClaimRefusal],
) -> None:
    async with database.write() as tx:
        people = await approvers.several(tx, EVERYTHING, [row.person for row in rows])
        for row in rows:
            try:
                claim = (await claims.bring(tx, rules, _one(people, row.person), row.stated, now)).claim
            except ClaimRefusal as refusal:
                refused[row.where] = refusal
                continue
            then = f"{claim.person} {claim.stated.starts} {claim.stated.form}"
            act = Act(maker.number, "cli", "claim.import", f"claim {claim.number}", "", then, reason)
            await audit.record(tx, act, now)
            made.append(claim)
