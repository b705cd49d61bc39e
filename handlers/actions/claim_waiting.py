"""What waits for whoever decides about claims, with what has to be known for that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.actions import claim_levels
from handlers.actions.claim_levels import Bench
from storage import approvers, claims, evidence
from storage.database import Tx
from storage.evidence import of_claim
from storage.scope import EVERYTHING
from training.claim_errors import ClaimRefusal
from training.claims import Claim, State
from training.evidence import Piece
from training.people import Person
from training.rules import Rules

MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """A claim with the name and unit of who claims, and its evidence."""

    claim: Claim
    name: str
    unit: str
    pieces: Sequence[Piece]


async def waiting(tx: Tx, rules: Rules, decider: Person, now: datetime) -> list[Waiting]:
    """What the person is asked to decide now, the earliest first; it counts as shown. Raises: NotAllowed."""
    claim_levels.demand_role(rules, decider, now)
    found = await claims.waiting(tx, EVERYTHING, claim_levels.levels_of(decider), at_most=MOST_LISTED)
    return await _shown(tx, rules, found, decider, now)


async def elsewhere(tx: Tx, decider: Person) -> int:
    """How many wait with those below."""
    every = await claims.count_waiting(tx, EVERYTHING, await claim_levels.levels_below(tx, decider))
    return every - await claims.count_waiting(tx, EVERYTHING, claim_levels.levels_of(decider))


async def chosen(tx: Tx, rules: Rules, decider: Person, numbers: Sequence[int], now: datetime) -> list[Waiting]:
    """Those of these that wait and that the person may decide. Raises: NotAllowed."""
    claim_levels.demand_role(rules, decider, now)
    found = await claims.several(tx, await claim_levels.scope_of(tx, decider), numbers)
    return await _shown(tx, rules, [one for one in found if one.state is State.SUBMITTED], decider, now)


async def _shown(tx: Tx, rules: Rules, found: Sequence[Claim], decider: Person, now: datetime) -> list[Waiting]:
    bench = await claim_levels.bench(tx, rules, now)
    able = await _able(tx, bench, found, decider)
    await claims.mark_shown(tx, [one.number for one, _ in able], now)
    pieces = await evidence.of_subjects(tx, EVERYTHING, [of_claim(one.number) for one, _ in able])
    units = bench.tree.units
    return [
        Waiting(
            one,
            who.name,
            units[one.unit].name if one.unit in units else one.unit,
            pieces.get(of_claim(one.number), ()),
        )
        for one, who in able
    ]


async def _able(tx: Tx, bench: Bench, found: Sequence[Claim], decider: Person) -> list[tuple[Claim, Person]]:
    """Those about which this one may decide, with who claims."""
    people = await approvers.several(tx, EVERYTHING, {one.person for one in found})
    known = [one for one in found if one.person in people]
    asked = await claim_levels.claimants(tx, bench, [(people[one.person], one.unit) for one in known])
    able = []
    for one, who in zip(known, asked, strict=True):
        try:
            claim_levels.demand_decider(who, one, decider)
        except ClaimRefusal:
            continue
        able.append((one, who.person))
    return able
