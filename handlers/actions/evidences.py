"""佐证 in chat: taken in for a claim, put to one later, and looked at by whoever may see the claim."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from handlers.actions import claims as actions
from storage import claims, evidence
from storage.database import Tx
from storage.evidence import of_claim
from storage.scope import EVERYTHING, own
from training.claim_errors import HearingsAreListed, NoLooseEvidence, NotInState, TooMuchEvidence
from training.claim_rules import MOST_EVIDENCE
from training.claims import Claim, State
from training.evidence import Piece
from training.evidence import State as PieceState
from training.forms import Form
from training.people import Person

TOUCHED: Final = timedelta(hours=1)  # a picture goes to what was dealt with within it
_TAKES: Final = (State.DRAFT, State.SUBMITTED, State.RETURNED)


@dataclass(frozen=True, slots=True)
class Sent:
    """A picture as it came: where from, and the id by which it is fetched."""

    channel: str
    account: str
    media_id: str


@dataclass(frozen=True, slots=True)
class Taken:
    """`claim` is None when it has to be asked which of `candidates` it is for; without any, nothing was kept."""

    piece: Piece | None
    claim: Claim | None
    candidates: Sequence[Claim] = ()


async def take_in(tx: Tx, person: Person, sent: Sent, now: datetime, *, pointed: int = 0) -> Taken:
    """`pointed`: the claim of the conversation, 0 for none. Raises: HearingsAreListed, TooMuchEvidence."""
    mine = own(person.number)
    found = await claims.one(tx, mine, pointed) if pointed else None
    if found is None or found.state not in _TAKES:
        near = await claims.newest_since(tx, mine, person.number, now - TOUCHED)
        found = near[0] if len(near) == 1 else None
        if not near:
            return Taken(None, None)
        if found is None:
            await _demand_room(tx, person, now)
            return Taken(await _kept(tx, "", person, sent, now), None, near)
    await _demand_takes(tx, found)
    return Taken(await _kept(tx, of_claim(found.number), person, sent, now), found)


async def _kept(tx: Tx, subject: str, person: Person, sent: Sent, now: datetime) -> Piece:
    number = await evidence.add(
        tx,
        subject,
        person.number,
        channel=sent.channel,
        account=sent.account,
        media_id=sent.media_id,
        now=now,
    )
    return Piece(number, subject, person.number, PieceState.WAITING, "", 0, now)


async def _demand_takes(tx: Tx, claim: Claim, more: int = 1) -> None:
    if claim.stated.form == Form.COURT_HEARING:
        raise HearingsAreListed
    if claim.state not in _TAKES:
        raise NotInState(claim.number, claim.state)
    if await _live(tx, of_claim(claim.number)) + more > MOST_EVIDENCE:
        raise TooMuchEvidence(claim.number, MOST_EVIDENCE)


async def _live(tx: Tx, subject: str) -> int:
    pieces = (await evidence.of_subjects(tx, EVERYTHING, [subject])).get(subject, ())
    return sum(piece.state is not PieceState.FAILED for piece in pieces)


async def _demand_room(tx: Tx, person: Person, now: datetime) -> None:
    if len(await evidence.loose(tx, own(person.number), person.number, now - TOUCHED)) >= MOST_EVIDENCE:
        raise TooMuchEvidence(0, MOST_EVIDENCE)


async def attach(tx: Tx, person: Person, number: int, now: datetime) -> list[Piece]:
    """What waits loose goes to the person's own claim; which pieces. Raises: ClaimRefusal."""
    claim = await actions.seen(tx, person, number)
    waiting = await evidence.loose(tx, own(person.number), person.number, now - TOUCHED)
    if claim.person != person.number or not waiting:
        raise NoLooseEvidence
    await _demand_takes(tx, claim, len(waiting))
    await evidence.attach(tx, [piece.number for piece in waiting], of_claim(number))
    return waiting


async def pieces_of(tx: Tx, claim: Claim) -> Sequence[Piece]:
    """Of a claim that the person was shown, and so may see."""
    subject = of_claim(claim.number)
    return (await evidence.of_subjects(tx, EVERYTHING, [subject])).get(subject, ())


@dataclass(frozen=True, slots=True)
class Opened:
    piece: Piece
    content: bytes


async def opened(tx: Tx, person: Person, number: int) -> tuple[Sequence[Piece], list[Opened]]:
    """The evidence of a claim that is the person's own, or within the scope; with bytes where they are kept.

    Raises: NoSuchClaim.
    """
    pieces = await pieces_of(tx, await actions.seen(tx, person, number))
    found = [(piece, await evidence.content_of(tx, EVERYTHING, piece.number)) for piece in pieces]
    return pieces, [Opened(piece, content) for piece, content in found if content is not None]


async def waits_loose(tx: Tx, person: Person, now: datetime) -> bool:
    return bool(await evidence.loose(tx, own(person.number), person.number, now - TOUCHED))
