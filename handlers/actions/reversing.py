"""冲销: a wrong line is taken back by a line of its own, and the room it leaves under a cap is filled again.

The reversal counts for the year of the line it reverses. Daily questions that the cap had cut short get what now
fits, in the order in which they were answered, each by a line that says so. Source: domain, Forms and credit.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from handlers.actions.standings import load_standings
from storage import daily, ledger, reversals
from storage.database import Tx
from storage.ledger import Line
from storage.scope import EVERYTHING
from training.errors import CannotReverse, NoSuchNumber
from training.hours import Entry, Form, Standing, decimal, fitting, hundredths
from training.rules import Rules

SOURCE: Final = "reversal"
REFILL: Final = "refill"
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


async def reverse(tx: Tx, rules: Rules, seq: int, *, by: str, reason: str, now: datetime) -> list[Line]:
    """Post the reversal and what fits into its room; returns the new lines. Raises: NoSuchNumber, CannotReverse."""
    entry = (await reversible(tx, seq)).entry
    person, year = entry.person, entry.year
    standing = (await load_standings(tx, rules, [person], year, lock=True))[person]
    line = await reversible(tx, seq)  # again under the lock of the year's row
    entries = [_reversal(line, by, reason, now)]
    entries += await _refilled(tx, rules, line, standing, by, now)
    sums = dict(standing.by_form)
    for entry in entries:
        sums[entry.form] = sums.get(entry.form, 0) + hundredths(entry.hours)
    await ledger.keep_standings(tx, year, {person: Standing(standing.owed, sums)})
    return await ledger.post(tx, entries)


def _reversal(line: Line, by: str, reason: str, now: datetime) -> Entry:
    return replace(
        line.entry,
        hours=-line.entry.hours,
        source=SOURCE,
        source_ref=str(line.seq),
        recorded_at=now,
        approved_by=by,
        approved_at=now,
        reverses=line.seq,
        note=f"冲销第 {line.seq} 条：{reason}",
    )


async def _refilled(tx: Tx, rules: Rules, line: Line, standing: Standing, by: str, now: datetime) -> list[Entry]:
    """Of daily questions only: what a cap cut off an imported line is in that line's note, and not filled yet."""
    entry = line.entry
    if entry.form != Form.DAILY:
        return []
    so_far = standing.by_form.get(Form.DAILY, 0) - hundredths(entry.hours)
    reversed_days = await reversals.reversed_days(tx, EVERYTHING, entry.person, entry.year, Form.DAILY)
    taken_back = {*reversed_days, entry.starts_on}  # what was taken back itself is not filled again
    found: list[Entry] = []
    for answered in await daily.cut_short(tx, EVERYTHING, entry.person, entry.year):
        more = fitting(answered.earned - answered.posted, so_far, rules.hours.daily_cap_hundredths)
        if more == 0 or answered.day in taken_back:
            continue
        so_far += more
        await daily.post_more(tx, answered, more)
        found.append(_more(entry, answered.day, decimal(more), line.seq, by, now))
    return found


def _more(entry: Entry, day: date, hours: Decimal, seq: int, by: str, now: datetime) -> Entry:
    return replace(
        entry,
        starts_on=day,
        ends_on=day,
        title=f"每日一题 {day} 补足",
        hours=hours,
        source=REFILL,
        source_ref=f"{day}:{entry.person}:{seq}",
        recorded_at=now,
        approved_by=by,
        approved_at=now,
        note=f"第 {seq} 条冲销后，按年度上限补记此前未计的部分",
    )
