"""异议: made and withdrawn by whoever it is about, answered one level above whoever decided."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.actions import batches, claim_levels, claims, reversing
from handlers.actions.claim_levels import Bench
from handlers.actions.objection_subjects import Decided, Thing, decided, thing
from storage import attendance, audit, calendar, exams, ledger, objections, people
from storage import claims as claim_rows
from storage.audit import Act
from storage.database import Tx
from storage.ledger import Line
from storage.scope import EVERYTHING, own
from training.approval import CITY, Claimant
from training.batches import Reversal
from training.calendar import day_of
from training.claims import Claim
from training.claims import State as Claimed
from training.errors import CannotReverse, ReversalWaits
from training.objection_errors import Answered, NoSuchObjection, NotYoursToAnswer, ObjectedAlready
from training.objections import DUE_DAYS, About, Objection, State, Subject, may_answer, working_days_after
from training.people import Person
from training.rules import Rules

LISTED = 10
RECENT = 3
Shown = Callable[[Line, str, Sequence[int]], str]  # a reversal in words


@dataclass(frozen=True, slots=True)
class Seen:
    """With what it is about."""

    objection: Objection
    thing: Thing | None
    level: str = ""  # the name of the unit whose admins answer
    name: str = ""  # of who objects


@dataclass(frozen=True, slots=True)
class Recent:
    """What somebody may want to object to."""

    lines: Sequence[Line]
    claims: Sequence[Claim]
    exams: Sequence[int]


@dataclass(frozen=True, slots=True)
class Settled:
    """`batch`: the number under which a line's reversal waits, 0 for none; `new`: this answer proposed it."""

    objection: Objection
    thing: Thing | None
    batch: int = 0
    new: bool = False


async def object_to(tx: Tx, rules: Rules, person: Person, about: Subject, text: str, now: datetime) -> Seen:
    """Raises: ObjectionRefusal."""
    await attendance.take_turn(tx, own(person.number), person.number)  # so that two acts at once make one
    what = await decided(tx, rules, person, about, now)
    await _demand_first(tx, person, about, what)
    due = working_days_after(day_of(now), DUE_DAYS, await calendar.imported(tx))
    made = Objection(0, person.number, what.unit, about, text, now, what.by, what.level, due)
    number = await objections.add(tx, made)
    bench = await claim_levels.bench(tx, rules, now)
    return Seen(await _found(tx, person.number, number), what.thing, _name(bench, made.level), person.name)


async def _demand_first(tx: Tx, person: Person, about: Subject, what: Decided) -> None:
    """Raises: ObjectedAlready."""
    for one in await objections.about(tx, own(person.number), about):
        dismissed = one.state is State.DISMISSED and not _decided_since(what, one)
        if one.person == person.number and (one.state is State.WAITING or dismissed):
            raise ObjectedAlready(one.number, dismissed)


def _decided_since(what: Decided, earlier: Objection) -> bool:
    """A claim that was turned down once more, by somebody else, after an objection was dismissed."""
    at = what.thing.decided_at if isinstance(what.thing, Claim) else None
    return at is not None and earlier.answered_at is not None and at > earlier.answered_at


async def _found(tx: Tx, person: str, number: int, *, lock: bool = False) -> Objection:
    found = await objections.one(tx, own(person), number, lock=lock)
    if found is None or found.person != person:
        raise NoSuchObjection(number)
    return found


async def withdraw(tx: Tx, person: Person, number: int, now: datetime) -> Objection:
    """Raises: NoSuchObjection, Answered."""
    before = await _found(tx, person.number, number, lock=True)
    if not await objections.move(tx, before, State.WITHDRAWN, answered_at=now):
        raise Answered(number)
    return before


async def mine(tx: Tx, person: Person) -> list[Seen]:
    found = await objections.of_person(tx, own(person.number), person.number, at_most=LISTED)
    return [Seen(one, await thing(tx, one.subject)) for one in found]


async def recent(tx: Tx, person: Person, now: datetime) -> Recent:
    scope, year = own(person.number), day_of(now).year
    told = await claim_rows.of_person(tx, scope, person.number, at_most=LISTED)
    return Recent(
        await ledger.lines_of(tx, scope, person.number, year, at_most=RECENT),
        [one for one in told if one.state is Claimed.REJECTED][:RECENT],
        await _told(tx, await objections.marked(tx, scope, person.number, at_most=LISTED)),
    )


async def _told(tx: Tx, numbers: Sequence[int]) -> list[int]:
    """Of these exams, the last ones whose scores people know."""
    known = {one.number for one in await exams.every(tx) if one.scores_told}
    return [number for number in numbers if number in known][:RECENT]


async def to_answer(tx: Tx, rules: Rules, person: Person, now: datetime) -> list[Seen]:
    """Those that this person may answer, the earliest first; nothing for whoever answers none."""
    if person.role not in claim_levels.DECIDERS:
        return []
    claim_levels.demand_role(rules, person, now)
    bench = await claim_levels.bench(tx, rules, now)
    found = []
    for one in await objections.waiting(tx, await claim_levels.scope_of(tx, person)):
        who = await _who(tx, bench, one)
        if who is not None and may_answer(who, one, person):
            found.append(Seen(one, await thing(tx, one.subject), _name(bench, one.level), who.person.name))
    return found


async def answer(
    tx: Tx, rules: Rules, person: Person, number: int, answered: tuple[bool, str], now: datetime, *, shown: Shown
) -> Settled:
    """`answered`: whether it is upheld, and why. What it is about is put on its way to be put right.

    Raises: NotAllowed, NoSuchObjection, Answered, NotYoursToAnswer.
    """
    claim_levels.demand_role(rules, person, now)
    before = await _answerable(tx, rules, person, number, now)
    upheld, words = answered
    batch, new = await _put_right(tx, rules, person, before, words, now, shown) if upheld else (0, False)
    after = State.UPHELD if upheld else State.DISMISSED
    columns = {"answer": words, "answered_by": person.number, "answered_at": now, "batch": batch}
    if not await objections.move(tx, before, after, **columns):
        raise Answered(number)
    kept = f"{after}；batch {batch}" if batch else str(after)
    act = Act(person.number, "chat", "objection.answer", f"objection {number}", str(before.state), kept, words)
    await audit.record(tx, act, now)
    done = await objections.one(tx, EVERYTHING, number)
    return Settled(done or before, await thing(tx, before.subject), batch, new)


async def _answerable(tx: Tx, rules: Rules, person: Person, number: int, now: datetime) -> Objection:
    before = await objections.one(tx, await claim_levels.scope_of(tx, person), number, lock=True)
    if before is None:
        raise NoSuchObjection(number)
    if before.state is not State.WAITING:
        raise Answered(number)
    who = await _who(tx, await claim_levels.bench(tx, rules, now), before)
    if who is None or not may_answer(who, before, person):
        raise NotYoursToAnswer(number, before.level == CITY)
    return before


async def _put_right(
    tx: Tx, rules: Rules, person: Person, before: Objection, words: str, now: datetime, shown: Shown
) -> tuple[int, bool]:
    """The batch that takes a line back, and whether it is a new one. Marks and lists are corrected by hand."""
    subject = before.subject
    if subject.about is About.CLAIM:
        await claims.reopen(tx, rules, subject.number, (before.level, before.against), now)
        return 0, False
    if subject.about is not About.LINE:
        return 0, False
    try:
        line = await reversing.reversible(tx, subject.number)
        await reversing.demand_unproposed(tx, subject.number)
    except CannotReverse:
        return 0, False
    except ReversalWaits as waits:
        return waits.number, False
    names = await people.names(tx, EVERYTHING, [line.entry.person])
    said = shown(line, names.get(line.entry.person, ""), await reversing.with_it(tx, rules, line))
    changes = Reversal(line.seq, line.entry.person, said)
    why = f"异议 {before.number} 成立：{words}"
    return await batches.propose(tx, person, changes, why, now, via="chat"), True


async def answerers(tx: Tx, rules: Rules, channel: str, objection: Objection, now: datetime) -> tuple[str, ...]:
    """Their accounts; where a level has nobody any more, the city's."""
    bench = await claim_levels.bench(tx, rules, now)
    who = await _who(tx, bench, objection)
    if who is None:
        return ()
    against = (await people.accounts_of(tx, EVERYTHING, channel)).get(objection.against, ())
    for level in (objection.level, CITY):
        accounts = await claim_levels.accounts_at(tx, channel, bench, [who], level)
        left = tuple(account for account in accounts if account not in against)
        if left:
            return left
    return ()


async def accounts(tx: Tx, channel: str, person: str) -> tuple[str, ...]:
    return (await people.accounts_of(tx, EVERYTHING, channel)).get(person, ())


async def _who(tx: Tx, bench: Bench, objection: Objection) -> Claimant | None:
    return await claim_levels.claimant(tx, bench, objection.person, objection.unit)


def _name(bench: Bench, level: str) -> str:
    return bench.tree.units[level].name if level in bench.tree.units else level
