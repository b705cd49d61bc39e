"""Claims are decided: approved and posted, turned down, or returned. Never one's own, never downward.

Several may be decided at once; each is looked at by itself, and one that cannot be decided stops no other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from handlers.actions import claim_levels, recognising
from handlers.actions.claim_doubles import demand_unlisted, doubles_of
from handlers.actions.claim_levels import Bench
from storage import audit, calendar, claims, evidence, years
from storage.audit import Act
from storage.database import Tx
from storage.evidence import of_claim
from storage.ledger import Line
from storage.scope import EVERYTHING, Scope
from training.claim_errors import ClaimRefusal, ClosedYear, NoSuchClaim, NotInState, ReasonNeeded
from training.claim_rules import parts_of, recognised
from training.claims import Claim, State
from training.evidence import Piece
from training.evidence import State as PieceState
from training.line_days import DayRules
from training.people import Person
from training.recognising import Recognised
from training.rules import Rules
from training.years import closed_days

_ACTS: Final[Mapping[State, str]] = {
    State.APPROVED: "claim.approve",
    State.REJECTED: "claim.reject",
    State.RETURNED: "claim.return",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody wants done with claims, from where (`via` of the audit log)."""

    decider: Person
    state: State
    reason: str = ""
    via: str = "chat"


@dataclass(frozen=True, slots=True)
class Decided:
    """`done` as they were before; `lines` by claim; `refused`: what could not be decided, and why."""

    state: State
    done: Sequence[Claim] = ()
    lines: Mapping[int, Sequence[Line]] = field(default_factory=dict)
    refused: Mapping[int, ClaimRefusal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Looked:
    """What could be decided: `like` is what each resembles, `worth` what each would bring, in hundredths of an hour
    and within the limits."""

    found: Sequence[Claim]
    like: Mapping[int, Sequence[str]]
    worth: Mapping[int, int]
    refused: Mapping[int, ClaimRefusal]


@dataclass(frozen=True, slots=True)
class _Desk:
    """What is read once for all of them. `alone`: there is only one."""

    wanted: Decision
    bench: Bench
    scope: Scope
    days: DayRules
    closed: Mapping[int, date]
    alone: bool


async def decide(tx: Tx, rules: Rules, wanted: Decision, numbers: Sequence[int], now: datetime) -> Decided:
    """Raises: NotAllowed; YearClosed when hours of a year that was closed would be posted."""
    desk = await _desk(tx, rules, wanted, numbers, now)
    found = {one.number: one for one in await claims.several(tx, EVERYTHING, numbers, lock=True)}
    done: list[Claim] = []
    refused: dict[int, ClaimRefusal] = {}
    for number in sorted(set(numbers)):
        try:
            done.append(await _decide(tx, rules, desk, number, found.get(number), now))
        except ClaimRefusal as refusal:
            refused[number] = refusal
    approved = done if wanted.state is State.APPROVED else []
    return Decided(wanted.state, done, await _posted(tx, rules, desk, approved, now), refused)


async def look(tx: Tx, rules: Rules, wanted: Decision, numbers: Sequence[int], now: datetime) -> Looked:
    """What `decide` would do as things stand. Nothing is written. Raises: NotAllowed."""
    desk = await _desk(tx, rules, wanted, numbers, now)
    found = {one.number: one for one in await claims.several(tx, EVERYTHING, numbers)}
    like: dict[int, Sequence[str]] = {}
    refused: dict[int, ClaimRefusal] = {}
    for number in sorted(set(numbers)):
        try:
            _, like[number] = await _decidable(tx, rules, desk, number, found.get(number))
        except ClaimRefusal as refusal:
            refused[number] = refusal
    parts = {number: _recognised(found[number], (), desk.days) for number in like}
    expected = await recognising.expected(tx, rules, [part for several in parts.values() for part in several])
    worth = {number: sum(expected[part.source_ref].posted for part in parts[number]) for number in parts}
    return Looked([found[number] for number in like], like, worth, refused)


async def _desk(tx: Tx, rules: Rules, wanted: Decision, numbers: Sequence[int], now: datetime) -> _Desk:
    """Raises: NotAllowed."""
    claim_levels.demand_role(rules, wanted.decider, now)
    return _Desk(
        wanted,
        await claim_levels.bench(tx, rules, now),
        await claim_levels.scope_of(tx, wanted.decider),
        DayRules(await calendar.imported(tx), rules.forms, rules.day_limit),
        closed_days(await years.last_events(tx)),
        len(set(numbers)) == 1,
    )


async def _decide(tx: Tx, rules: Rules, desk: _Desk, number: int, claim: Claim | None, now: datetime) -> Claim:
    """One of them, before it is posted. Raises: ClaimRefusal."""
    before, like = await _decidable(tx, rules, desk, number, claim)
    wanted = desk.wanted
    columns = {"decided_by": wanted.decider.number, "decided_at": now, "reason": wanted.reason}
    if not await claims.move(tx, before, wanted.state, **columns, doubles=claims.doubles_of(like)):
        raise NotInState(number, before.state)
    await audit.record(tx, _act(wanted, before, like), now)
    return before


async def _decidable(
    tx: Tx, rules: Rules, desk: _Desk, number: int, claim: Claim | None
) -> tuple[Claim, Sequence[str]]:
    """And what it resembles. Raises: ClaimRefusal."""
    if claim is None or not await _is_seen(tx, desk, claim):
        raise NoSuchClaim(number)
    if claim.state is not State.SUBMITTED:
        raise NotInState(number, claim.state)
    if desk.wanted.state is State.APPROVED:
        return claim, await _approvable(tx, rules, desk, claim)
    if not desk.wanted.reason:
        raise ReasonNeeded(number)
    return claim, claim.doubles


async def _is_seen(tx: Tx, desk: _Desk, claim: Claim) -> bool:
    """False where even its number says too much. Raises: OwnClaim, NotYours."""
    decider, scope = desk.wanted.decider, desk.scope
    if claim.state is State.DRAFT:
        return False
    if not scope.everything and claim.unit not in scope.units and claim.person != decider.number:
        return False
    who = await claim_levels.claimant(tx, desk.bench, claim.person, claim.unit)
    if who is not None and claim.state is State.SUBMITTED:
        claim_levels.demand_decider(who, claim, decider)
    return who is not None


async def _approvable(tx: Tx, rules: Rules, desk: _Desk, claim: Claim) -> tuple[str, ...]:
    """What it resembles as things stand now, not as when it was handed in. Raises: OnTheList, ReasonNeeded, …"""
    if not claim.source:
        await demand_unlisted(tx, rules, claim.person, claim.stated)
    for part in parts_of(claim.stated, desk.days.calendar, desk.days.forms):
        if part.year in desk.closed:
            raise ClosedYear(claim.number, part.year, desk.closed[part.year])
    like = await doubles_of(tx, rules, claim)
    if like and not (desk.wanted.reason and desk.alone):
        raise ReasonNeeded(claim.number, like)
    return like


def _act(wanted: Decision, claim: Claim, like: Sequence[str]) -> Act:
    what, subject = _ACTS[wanted.state], f"claim {claim.number}"
    after = f"{wanted.state}；疑似重复：{'、'.join(like)}" if like else str(wanted.state)
    return Act(wanted.decider.number, wanted.via, what, subject, str(claim.state), after, wanted.reason)


async def _posted(
    tx: Tx, rules: Rules, desk: _Desk, done: Sequence[Claim], now: datetime
) -> Mapping[int, Sequence[Line]]:
    """All of them together, last."""
    if not done:
        return {}
    pieces = await evidence.of_subjects(tx, EVERYTHING, [of_claim(one.number) for one in done])
    wanted = [part for one in done for part in _recognised(one, pieces.get(of_claim(one.number), ()), desk.days)]
    lines: dict[int, list[Line]] = {one.number: [] for one in done}
    for line in await recognising.post(tx, rules, wanted, approved_by=desk.wanted.decider.number, now=now):
        lines[_claim_of(line)].append(line)
    return lines


def _claim_of(line: Line) -> int:
    """From `claim:12`, `claim:12:2026` or `claim:12#2`."""
    return int(line.entry.source_ref.split(":")[1].partition("#")[0])


def _recognised(claim: Claim, pieces: Sequence[Piece], rules: DayRules) -> tuple[Recognised, ...]:
    kept = "、".join(piece.name for piece in pieces if piece.state is PieceState.KEPT)
    said = f"佐证 {kept}" if kept else ""
    return recognised(claim.number, claim.person, claim.stated, said, rules)
