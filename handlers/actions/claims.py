"""申报: put together, handed in, looked at and withdrawn by whoever claims."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from handlers.actions import claim_levels
from handlers.actions.claim_doubles import demand_unlisted, doubles_of
from handlers.actions.claim_levels import Bench, Placed
from storage import calendar, claims, objections, years
from storage.database import Tx
from storage.scope import EVERYTHING, Scope, own
from training.approval import Claimant
from training.calendar import day_of
from training.claim_errors import ClaimedAlready, NoSuchClaim, NotInState, TooMany
from training.claim_rules import MOST_WAITING, alike, demand_good, parts_of
from training.claims import Claim, State, Stated
from training.objections import About, Objection, Subject
from training.objections import State as Answer
from training.people import Person
from training.rules import Rules
from training.years import closed_days

LISTED = 10


@dataclass(frozen=True, slots=True)
class HandedIn:
    """`worth`: hundredths of an hour, before any limit."""

    claim: Claim
    worth: int


async def submit_from_activity(
    tx: Tx, rules: Rules, person: str, number: int, stated: Stated, evidence: str, now: datetime
) -> int:
    """The own hours of who concluded an activity: handed in for somebody above to decide; the claim's number.

    An activity leaves one live claim a person, however often it is concluded. `evidence` says where its list is.
    Raises: NoSuchClaim when nobody has that 人员编号.
    """
    source = f"activity:{number}"
    known = await claims.from_source(tx, EVERYTHING, person, source)
    if known is not None:
        return known.number
    found = await claim_levels.bench(tx, rules, now)
    who = await claim_levels.claimant(tx, found, person)
    if who is None:
        raise NoSuchClaim(0)
    kept = replace(stated, evidence="；".join(filter(None, (stated.evidence, evidence))))
    made = await claims.add(tx, person, who.person.unit, kept, now, source=source)
    await _hand_in(tx, rules, await _found(tx, EVERYTHING, made), found, who, now)
    return made


async def hand_in(tx: Tx, rules: Rules, person: Person, number: int, now: datetime) -> HandedIn:
    """A draft, or one that was returned. Raises: ClaimRefusal."""
    before = await _found(tx, own(person.number), number, lock=True)
    if before.state not in (State.DRAFT, State.RETURNED):
        raise NotInState(number, before.state)
    await demand_new(tx, rules, before, now)
    found = await claim_levels.bench(tx, rules, now)
    [who] = await claim_levels.claimants(tx, found, [(person, before.unit)])
    await _hand_in(tx, rules, before, found, who, now)
    after = await _found(tx, own(person.number), number)
    return HandedIn(after, await worth(tx, rules, after.stated))


async def worth(tx: Tx, rules: Rules, stated: Stated) -> int:
    """Hundredths of an hour, before any limit. Raises: WrongMeasure, NoWorkingDays."""
    return sum(part.earned for part in parts_of(stated, await calendar.imported(tx), rules.forms))


async def demand_statable(tx: Tx, rules: Rules, stated: Stated, now: datetime, *, again: bool = False) -> None:
    """By what was said alone. Raises: ClaimRefusal."""
    closed = closed_days(await years.last_events(tx))
    demand_good(stated, day_of(now), closed, rules.forms, again=again)
    await worth(tx, rules, stated)


async def demand_new(tx: Tx, rules: Rules, before: Claim, now: datetime) -> None:
    """Everything that keeps it from being handed in. Raises: ClaimRefusal."""
    stated = before.stated
    await demand_statable(tx, rules, stated, now, again=before.state is State.RETURNED)
    await demand_unlisted(tx, rules, before.person, stated)
    if await claims.waiting_of(tx, EVERYTHING, before.person) >= MOST_WAITING:
        raise TooMany(MOST_WAITING)
    for other in await claims.near(tx, EVERYTHING, before.person, (stated.starts, stated.ends)):
        if other.number != before.number and alike(other.stated) == alike(stated):
            raise ClaimedAlready(other.number)


async def _hand_in(tx: Tx, rules: Rules, before: Claim, found: Bench, who: Claimant, now: datetime) -> None:
    """One that an upheld 异议 brought back stays above whoever turned it down. Raises: NotInState."""
    upheld = await _upheld(tx, before.number)
    if upheld is None:
        await _submit(tx, rules, before, await claim_levels.place_first(tx, found, who), "", now)
    else:
        placed = await claim_levels.place_at(tx, found, upheld.level)
        await _submit(tx, rules, before, placed, upheld.against, now)


async def _upheld(tx: Tx, number: int) -> Objection | None:
    """The last one that was."""
    made = await objections.about(tx, EVERYTHING, Subject(About.CLAIM, number))
    return next((one for one in reversed(made) if one.state is Answer.UPHELD), None)


async def _submit(tx: Tx, rules: Rules, before: Claim, placed: Placed, against: str, now: datetime) -> None:
    """`against`: who has no say, because his or her decision did not stand. Raises: NotInState, when somebody was
    first."""
    columns: dict[str, Any] = {
        **{"level": placed.level, "due_on": placed.due, "submitted_at": now, "shown_at": None},
        **{"decided_by": against, "decided_at": None, "reason": ""},
        "doubles": claims.doubles_of(await doubles_of(tx, rules, before)),
    }
    if not await claims.move(tx, before, State.SUBMITTED, **columns):
        raise NotInState(before.number, before.state)


async def reopen(tx: Tx, rules: Rules, number: int, upheld: tuple[str, str], now: datetime) -> Claim:
    """One that was turned down waits again, because an 异议 was upheld.

    `upheld`: the level at which it waits, and the 人员编号 of whoever turned it down and has no say now.
    Raises: NoSuchClaim, NotInState.
    """
    before = await _found(tx, EVERYTHING, number, lock=True)
    if before.state is not State.REJECTED:
        raise NotInState(number, before.state)
    level, against = upheld
    placed = await claim_levels.place_at(tx, await claim_levels.bench(tx, rules, now), level)
    await _submit(tx, rules, before, placed, against, now)
    return await _found(tx, EVERYTHING, number)


async def draft(tx: Tx, person: Person, stated: Stated, now: datetime) -> int:
    """A new one; an older draft is given up, so that there is one."""
    before = await claims.draft_of(tx, own(person.number), person.number)
    if before is not None:
        await claims.move(tx, before, State.WITHDRAWN, decided_at=now)
    return await claims.add(tx, person.number, person.unit, stated, now)


async def another(tx: Tx, person: Person, stated: Stated, now: datetime) -> int:
    """One that lacks nothing, beside the draft that there may be."""
    return await claims.add(tx, person.number, person.unit, stated, now)


async def bring(tx: Tx, rules: Rules, person: Person, stated: Stated, now: datetime) -> HandedIn:
    """One that somebody else brings for the person. Raises: ClaimRefusal, before anything is written."""
    await demand_new(tx, rules, Claim(0, person.number, person.unit, State.DRAFT, stated, now), now)
    return await hand_in(tx, rules, person, await another(tx, person, stated, now), now)


async def own_one(tx: Tx, person: Person, number: int) -> Claim | None:
    return await claims.one(tx, own(person.number), number)


async def amend(tx: Tx, person: Person, number: int, stated: Stated) -> None:
    """Raises: NoSuchClaim, NotInState."""
    found = await _found(tx, own(person.number), number)
    if not await claims.change(tx, number, stated):
        raise NotInState(number, found.state)


async def withdraw(tx: Tx, person: Person, number: int, now: datetime) -> Claim:
    """The claim as it was. Raises: NoSuchClaim, NotInState."""
    before = await _found(tx, own(person.number), number, lock=True)
    if not await claims.move(tx, before, State.WITHDRAWN, decided_at=now):
        raise NotInState(number, before.state)
    return before


async def mine(tx: Tx, person: Person) -> Sequence[Claim]:
    return await claims.of_person(tx, own(person.number), person.number, at_most=LISTED)


async def drafted(tx: Tx, person: Person) -> Claim | None:
    """What he or she is putting together."""
    return await claims.draft_of(tx, own(person.number), person.number)


async def seen(tx: Tx, person: Person, number: int) -> Claim:
    """One's own, or one within the scope. Raises: NoSuchClaim."""
    found = await claims.one(tx, await claim_levels.scope_of(tx, person), number)
    if found is None or (found.person != person.number and found.state is State.DRAFT):
        raise NoSuchClaim(number)
    return found


async def _found(tx: Tx, scope: Scope, number: int, *, lock: bool = False) -> Claim:
    found = await claims.one(tx, scope, number, lock=lock)
    if found is None:
        raise NoSuchClaim(number)
    return found
