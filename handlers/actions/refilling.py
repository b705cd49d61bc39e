"""What a reversal has to know of a person's lines, and the lines that fill the freed room again.

Each has its own number and says after which reversal it was posted. It counts for the year of its event.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from msgspec.structs import replace

from storage import calendar, daily, refills
from storage.database import Tx
from storage.ledger import Line
from storage.scope import EVERYTHING
from training.earned_rows import REFILL, disagreeing
from training.errors import EarnedOff
from training.forms import Form, FormRule, rule_on
from training.hours import Entry, decimal
from training.line_days import DayRules, Earned, is_year_summary
from training.refilling import fills_of_day, more_of, more_of_answers, same_event
from training.rules import Rules


@dataclass(frozen=True, slots=True)
class More:
    """A line to be posted, and its days where these have to be kept."""

    entry: Entry
    kept: tuple[Earned, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """Everything of one person that a reversal may touch: lines by number, and what was kept of cut ones."""

    lines: Mapping[int, Entry]
    kept: Mapping[int, Sequence[Earned]]
    rules: DayRules

    def event(self, line: Line) -> tuple[int, ...]:
        """The line and those that filled it up: what is taken back together."""
        if line.entry.form == Form.DAILY:
            return fills_of_day(line.seq, self.lines)
        return same_event(line.seq, self.lines, self.kept)


def years_touched(entry: Entry) -> tuple[int, int]:
    """First and last: what counts for a year may be of January, and that day's lines for the year after."""
    return (entry.year, entry.year) if entry.form == Form.DAILY else (entry.year - 1, entry.year + 1)


async def held_by(tx: Tx, rules: Rules, entry: Entry) -> Held:
    """In three queries at most. Raises: EarnedOff, because nothing may be posted by rows that the lines belie."""
    forms = [Form.DAILY] if entry.form == Form.DAILY else [form for form in Form if form is not Form.DAILY]
    asked = (tx, EVERYTHING, [entry.person], years_touched(entry), forms)
    found = (await refills.lines_of(*asked)).get(entry.person, [])
    kept = await refills.earned_of(*asked)
    lines = {line.seq: line.entry for line in found}
    if off := disagreeing(lines, kept):
        raise EarnedOff(min(off))
    return Held(lines, kept, DayRules(await calendar.imported(tx), rules.forms, rules.day_limit))


async def refilled(tx: Tx, rules: Rules, held: Held, line: Line, gone: frozenset[int]) -> list[More]:
    """What fits when the lines `gone` are taken back, of which `line` is the one that somebody named."""
    if line.entry.form == Form.DAILY:
        return await _answers(tx, rules, held, line, gone)
    found = more_of(held.lines, held.kept, gone, held.rules)
    return [_more(rules, event, held.lines[event], days, line.seq) for event, days in sorted(found.items())]


def _more(rules: Rules, event: int, entry: Entry, days: Mapping[date, int], seq: int) -> More:
    limits = _limits(rule_on(rules.forms, entry.form, entry.starts_on), entry)
    filled = _filled(
        entry,
        sum(days.values()),
        title=f"{entry.title} 补足",
        ref=f"{event}:{seq}",
        note=f"第 {seq} 条冲销后，按{limits}补记第 {event} 条此前未计的部分",
    )
    return More(filled, tuple(Earned(event, day, 0, amount) for day, amount in sorted(days.items())))


def _limits(rule: FormRule, entry: Entry) -> str:
    by_day = rule.day_limited and not is_year_summary(entry.form, entry.title)
    named = (("每日上限", by_day), ("年度上限", rule.yearly_cap is not None))
    return "和".join(name for name, holds in named if holds) or "现行规定"


async def _answers(tx: Tx, rules: Rules, held: Held, line: Line, gone: frozenset[int]) -> list[More]:
    entry = line.entry
    cut_short = {a.day: a for a in await daily.cut_short(tx, EVERYTHING, entry.person, entry.year)}
    more = more_of_answers(held.lines, gone, cut_short.values(), entry.year, rules.forms)
    found = []
    for day, amount in more.items():
        await daily.post_more(tx, cut_short[day], amount)
        filled = _filled(
            replace(entry, starts_on=day, ends_on=day),
            amount,
            title=f"每日一题 {day} 补足",
            ref=f"{day}:{entry.person}:{line.seq}",
            note=f"第 {line.seq} 条冲销后，按年度上限补记此前未计的部分",
        )
        found.append(More(filled))
    return found


def _filled(entry: Entry, amount: int, *, title: str, ref: str, note: str) -> Entry:
    return replace(entry, hours=decimal(amount), title=title, source=REFILL, source_ref=ref, note=note)


def approved(entry: Entry, by: str, now: datetime, *, late: bool) -> Entry:
    """As posted on the word of somebody, just now."""
    return replace(entry, recorded_at=now, approved_by=by, approved_at=now, late=late)
