"""抽查: a month is drawn once, city admins look at its lines, and one that does not hold is proposed for 冲销."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from handlers.actions import ledgers, reversing
from storage import activities, audit, batches, ledger, people, spot_checks, units, years
from storage.audit import Act
from storage.database import Database, Tx
from storage.ledger import Line
from storage.scope import EVERYTHING
from training.batch_acts import held_and_wanted
from training.batches import Reversal, demand_proposer, demand_reader
from training.errors import CannotReverse, ReversalWaits
from training.people import Person
from training.rules import Rules
from training.spot_checks import (
    Checked,
    CheckedBefore,
    Drawn,
    NotDrawn,
    OwnDecision,
    OwnLine,
    Result,
    span,
)


async def pool_of(database: Database, month: date, through: int | None = None) -> tuple[list[int], int]:
    """The lines of a month that can be drawn, up to number `through` (None: the last there is), and that number.

    In short reads, so that a serving bot is not kept waiting by the whole ledger.
    """
    last = (await ledgers.head(database)).seq if through is None else through
    since, before = span(month)
    found: list[int] = []
    for after in range(0, last, years.WINDOW_LINES):
        up_to = min(after + years.WINDOW_LINES, last)
        async with database.read() as tx:
            found += await spot_checks.pool(tx, EVERYTHING, since, before, after=after, up_to=up_to)
    return found, last


async def keep(tx: Tx, drawn: Drawn, lines: Sequence[int]) -> bool:
    """Once a month; False: another process was first. Nothing is posted meanwhile."""
    await audit.head(tx, lock=True)
    await ledger.head(tx, lock=True)
    if await spot_checks.drawn(tx, drawn.month) is not None:
        return False
    await spot_checks.keep(tx, drawn, lines)
    after = f"seed {drawn.seed} pool {drawn.pool} through {drawn.through} lines {','.join(map(str, lines))}"
    subject = f"month {drawn.month:%Y-%m}"
    await audit.record(tx, Act("clock", "clock", "spot_check.draw", subject, "", after), drawn.at)
    return True


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A drawn line with the names of whose it is, of the unit, and of who recognised it."""

    checked: Checked
    line: Line
    name: str
    unit: str
    approver: str


@dataclass(frozen=True, slots=True)
class Month:
    """`drawn` None: nothing was drawn yet."""

    month: date | None
    drawn: Drawn | None
    lines: Sequence[DrawnLine] = ()


async def month_of(tx: Tx, person: Person | None, month: date | None) -> Month:
    """`person` None is the command line; `month` None the latest that was drawn. Raises: NotAllowed."""
    if person is not None:
        demand_reader(person)
    wanted = month or await spot_checks.latest(tx)
    drawn = await spot_checks.drawn(tx, wanted) if wanted else None
    if wanted is None or drawn is None:
        return Month(wanted, None)
    return Month(wanted, drawn, await _named(tx, await spot_checks.of_month(tx, wanted)))


async def _named(tx: Tx, found: Sequence[Checked]) -> list[DrawnLine]:
    lines = await spot_checks.lines(tx, EVERYTHING, [one.seq for one in found])
    numbers = {n for line in lines.values() for n in (line.entry.person, line.entry.approved_by) if n}
    names = await people.names(tx, EVERYTHING, numbers)
    unit_names = await units.names(tx, {line.entry.unit for line in lines.values()})
    return [_drawn(one, lines[one.seq], names, unit_names) for one in found if one.seq in lines]


def _drawn(one: Checked, line: Line, names: Mapping[str, str], unit_names: Mapping[str, str]) -> DrawnLine:
    entry = line.entry
    unit, approver = unit_names.get(entry.unit, entry.unit), names.get(entry.approved_by, entry.approved_by)
    return DrawnLine(one, line, names.get(entry.person, entry.person), unit, approver)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of a line. `new`: the batch that takes it back was made for it; `reversed_by`: the line that
    took it back already.
    """

    checked: Checked
    shown: str
    new: bool = False
    reversed_by: int = 0


Words = Callable[[Line, str, Sequence[int]], str]
_Said = Callable[[Sequence[int]], str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody says of a line. `words` shows a line, with whose it is and the lines that go with it."""

    seq: int
    result: Result
    note: str
    words: Words


async def check(tx: Tx, rules: Rules, person: Person, verdict: Verdict, now: datetime) -> Finding:
    """Raises: NotAllowed, NotDrawn, OwnLine, OwnDecision, CheckedBefore."""
    demand_proposer(person)
    seq, result, note = verdict.seq, verdict.result, verdict.note
    before = await spot_checks.one(tx, seq)
    line = (await spot_checks.lines(tx, EVERYTHING, [seq])).get(seq)
    if before is None or line is None:
        raise NotDrawn(seq)
    await _demand_apart(tx, person, line)
    if before.result is not Result.OPEN:
        raise CheckedBefore(seq, before.result)
    names = await people.names(tx, EVERYTHING, [line.entry.person])
    name = names.get(line.entry.person, "")
    checked = replace(before, result=result, by=person.number, at=now, note=note)
    found = Finding(checked, verdict.words(line, name, ()))
    if result is Result.FAILED:
        found = await _taken_back(tx, rules, person, found, line, partial(verdict.words, line, name), now)
    if not await spot_checks.finish(tx, found.checked):
        raise CheckedBefore(seq, result)
    after = f"{result} batch {found.checked.batch}" if found.checked.batch else str(result)
    await audit.record(tx, Act(person.number, "chat", "spot_check.check", f"line {seq}", "", after, note), now)
    return found


async def _demand_apart(tx: Tx, person: Person, line: Line) -> None:
    """Raises: OwnLine, OwnDecision."""
    entry = line.entry
    if entry.person == person.number:
        raise OwnLine(line.seq)
    had_part = {entry.approved_by}
    kind, _, rest = entry.source_ref.partition(":")
    number = rest.partition(":")[0]
    if kind == "activity" and number.isdigit():
        activity = await activities.one(tx, int(number))
        had_part |= {activity.concluded_by, activity.settings.organiser} if activity else set()
    if person.number in had_part:
        raise OwnDecision(line.seq)


async def _taken_back(
    tx: Tx, rules: Rules, person: Person, found: Finding, line: Line, words: _Said, now: datetime
) -> Finding:
    """By a batch that a second admin confirms; one that is under way, or done, is only named."""
    try:
        await reversing.reversible(tx, line.seq)
        await reversing.demand_unproposed(tx, line.seq)
    except CannotReverse as refusal:
        return replace(found, reversed_by=refusal.by)
    except ReversalWaits as waits:
        return replace(found, checked=replace(found.checked, batch=waits.number))
    shown = words(await reversing.with_it(tx, rules, line))
    changes, reason = Reversal(line.seq, line.entry.person, shown), f"抽查不符：{found.checked.note}"
    batch = await batches.add(tx, changes, by=person.number, reason=reason, now=now)
    held, wanted = held_and_wanted(changes, {}, line.entry)
    act = Act(person.number, "chat", "batch.propose", f"batch {batch}", held, wanted, reason)
    await audit.record(tx, act, now)
    return replace(found, checked=replace(found.checked, batch=batch), shown=shown, new=True)
