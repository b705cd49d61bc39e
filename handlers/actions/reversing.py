"""冲销: a wrong line is taken back by a line of its own, and the room it leaves under the limits is filled again.

The reversal counts for the year of the line it reverses. An event is taken back whole: with its line go the lines
that filled it up since. What limits had cut short gets what now fits, in the order of posting, each by a line that
says so. In a closed year all of it is 补录. Source: domain, Forms and credit; Ledger.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from handlers.actions import refilling
from handlers.actions.refilling import More, approved
from handlers.actions.standings import load_standings
from storage import batches, ledger, refills, reversals, years
from storage.database import Tx
from storage.ledger import Line
from storage.scope import EVERYTHING
from training.errors import CannotReverse, NoSuchNumber, ReversalWaits
from training.hours import Entry, Standing, hundredths
from training.rules import Rules
from training.years import closed_days

SOURCE: Final = "reversal"
WHAT: Final = "台账编号"


async def reversible(tx: Tx, seq: int) -> Line:
    """The line, if it can be taken back. Raises: NoSuchNumber, CannotReverse."""
    line = await reversals.line(tx, EVERYTHING, seq)
    if line is None:
        raise NoSuchNumber(WHAT, str(seq))
    if line.entry.reverses is not None:
        raise CannotReverse(seq, 0)
    by = await reversals.reversed_by(tx, EVERYTHING, seq)
    if by is not None:
        raise CannotReverse(seq, by)
    return line


async def demand_unproposed(tx: Tx, seq: int) -> None:
    """Raises: ReversalWaits while an open batch would take the line back."""
    number = await batches.open_reversal(tx, EVERYTHING, seq)
    if number is not None:
        raise ReversalWaits(seq, number)


async def with_it(tx: Tx, rules: Rules, line: Line) -> tuple[int, ...]:
    """The other lines that go with it, as the ledger stands."""
    held = await refilling.held_by(tx, rules, line.entry)
    return tuple(seq for seq in held.event(line) if seq != line.seq)


async def reverse(tx: Tx, rules: Rules, seq: int, *, by: str, reason: str, now: datetime) -> list[Line]:
    """Post the reversal and what fits into its room; returns the new lines. Raises: NoSuchNumber, CannotReverse."""
    entry = (await reversible(tx, seq)).entry
    standings = await _locked(tx, rules, entry)
    line = await reversible(tx, seq)  # again under the lock of the year's row
    held = await refilling.held_by(tx, rules, entry)
    gone = held.event(line)
    more = await refilling.refilled(tx, rules, held, line, frozenset(gone))
    wanted = [More(_reversal(n, line.seq, held.lines[n], reason)) for n in gone] + more
    closed = closed_days(await years.last_events(tx))
    entries = [approved(one.entry, by, now, late=one.entry.year in closed) for one in wanted]
    await _keep_sums(tx, standings, entries)
    posted = await ledger.post(tx, entries)
    await refills.keep(tx, {new.seq: one.kept for new, one in zip(posted, wanted, strict=True)})
    return posted


async def _locked(tx: Tx, rules: Rules, entry: Entry) -> dict[int, Standing]:
    """Year → where the person stands, with the rows locked, as far as there are any."""
    person, (first, last) = entry.person, refilling.years_touched(entry)
    standings = {entry.year: (await load_standings(tx, rules, [person], entry.year, lock=True))[person]}
    for year in range(last, first - 1, -1):
        if year != entry.year:
            found = await ledger.standings(tx, EVERYTHING, [person], year, lock=True)
            standings[year] = found.get(person, Standing(None, {}))
    return standings


async def _keep_sums(tx: Tx, standings: dict[int, Standing], entries: Iterable[Entry]) -> None:
    changed: dict[int, dict[str, Standing]] = {}
    for entry in entries:
        standing = standings[entry.year]
        so_far = standing.by_form.get(entry.form, 0) + hundredths(entry.hours)
        standings[entry.year] = Standing(standing.owed, {**standing.by_form, entry.form: so_far})
        changed[entry.year] = {entry.person: standings[entry.year]}
    for year, of_year in changed.items():
        await ledger.keep_standings(tx, year, of_year)


def _reversal(seq: int, named: int, entry: Entry, reason: str) -> Entry:
    """`named` is the line that somebody asked to reverse, when it is not this one but the event it fills."""
    why = f"冲销第 {seq} 条：{reason}" if seq == named else f"冲销第 {seq} 条（第 {named} 条的补足）：{reason}"
    return replace(entry, hours=-entry.hours, source=SOURCE, source_ref=str(seq), reverses=seq, note=why)
