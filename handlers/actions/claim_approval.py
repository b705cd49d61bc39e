"""申报 are approved from the command line: proposed by one city admin, decided when a second one confirms.

The second one decides, and never about the own claim. A claim that was decided or changed in between makes the
batch overtaken; it is carried out whole or not at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.actions import claim_deciding
from handlers.actions.claim_deciding import Decided, Decision
from storage import people
from storage.batches import Batch
from storage.database import Tx
from storage.scope import EVERYTHING
from training.claim_approval import ClaimApproval, ClaimWanted
from training.claim_errors import ClaimRefusal, NoSuchClaim, NotInState
from training.claims import State
from training.errors import BatchOvertaken
from training.hours import decimal
from training.people import Person
from training.rules import Rules


@dataclass(frozen=True, slots=True)
class Planned:
    """`refused`: what could not be approved, and why."""

    changes: ClaimApproval
    refused: Mapping[int, ClaimRefusal]


async def planned(
    tx: Tx, rules: Rules, proposer: Person, numbers: Sequence[int], reason: str, now: datetime
) -> Planned:
    """Nothing is written. Raises: NotAllowed."""
    wanted = Decision(proposer, State.APPROVED, reason, via="cli")
    seen = await claim_deciding.look(tx, rules, wanted, numbers, now)
    names = await people.names(tx, EVERYTHING, {one.person for one in seen.found})
    claims = tuple(
        ClaimWanted(
            *(one.number, one.person, names.get(one.person, one.person), one.stated),
            decimal(seen.worth[one.number]),
            tuple(seen.like[one.number]),
        )
        for one in seen.found
    )
    return Planned(ClaimApproval(claims), seen.refused)


async def apply(
    tx: Tx, rules: Rules, changes: ClaimApproval, batch: Batch, *, person: Person, now: datetime
) -> Decided:
    """Raises: BatchOvertaken, OwnClaim, ClaimRefusal."""
    stated = {one.number: one.stated for one in changes.claims}
    wanted = Decision(person, State.APPROVED, batch.reason)
    done = await claim_deciding.decide(tx, rules, wanted, list(stated), now)
    for number, refusal in done.refused.items():
        if isinstance(refusal, NotInState | NoSuchClaim):
            raise BatchOvertaken(batch.number, f"申报 {number}") from refusal
        raise refusal
    for claim in done.done:
        if claim.stated != stated[claim.number]:
            raise BatchOvertaken(batch.number, f"申报 {claim.number}")
    return done
