"""Refilling: which events get more, and on which days, after lines were taken back.

A reversal frees room under the yearly cap of its form, and on its days under the limit of the day, there for every
form of classes and claims. Those that wait for such room are filled in the order of posting. An event of which any
line was taken back is not filled; a limit that was lowered takes nothing away. Source: domain, Forms and credit.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from training.crediting import Part
from training.daily import Answered
from training.forms import FORM_RULES, Form, Table
from training.hours import hundredths
from training.limits import Recorded, refill
from training.line_days import DayRules, EarnedBy, Lines, live, posted_parts, taken_back


@dataclass(frozen=True, slots=True)
class Freed:
    """Room that was made: under the caps of these forms and years, and on these days."""

    caps: frozenset[tuple[Form, int]]
    days: frozenset[date]

    def concerns(self, part: Part) -> bool:
        return (part.form, part.year) in self.caps or (part.day_limited and part.day in self.days)


def event_of(seq: int, kept: EarnedBy) -> int:
    """The line by which the event of this line was posted first."""
    return kept[seq][0].event if kept.get(seq) else seq


def same_event(seq: int, lines: Lines, kept: EarnedBy) -> tuple[int, ...]:
    """The line, and the live ones that filled its event up: an event is taken back whole.

    A line that only fills up can be taken back by itself.
    """
    fills = (other for other in live(lines) if other != seq and event_of(other, kept) == seq)
    return (seq, *fills)


def freed_by(gone: Iterable[int], lines: Lines, kept: EarnedBy, rules: DayRules) -> Freed:
    parts = [part for seq in gone for part in posted_parts(lines[seq], kept.get(seq, ()), rules)]
    days = frozenset(part.day for part in parts if part.day_limited and part.earned)
    return Freed(frozenset((part.form, part.year) for part in parts), days)


def more_of(
    lines: Lines, kept: EarnedBy, gone: frozenset[int], rules: DayRules
) -> Mapping[int, Mapping[date, int]]:
    """Number of the line of an event → day → how much more, when the lines `gone` are taken back.

    `lines` and `kept`: everything of one person in the year and the ones beside it, daily questions apart.
    """
    freed = freed_by(gone, lines, kept, rules)
    spoiled = {event_of(seq, kept) for seq in gone | taken_back(lines)}
    left = {seq: entry for seq, entry in live(lines).items() if seq not in gone}
    wanting = {event: days for event, days in _waiting(left, kept).items() if event not in spoiled}
    records: dict[str, tuple[int, Recorded]] = {}
    for seq, entry in left.items():
        for part in posted_parts(entry, kept.get(seq, ()), rules):
            more = wanting.get(seq, Counter())[part.day] if freed.concerns(part) else 0
            ref = f"{seq}/{part.day}"
            records[ref] = (seq, Recorded(ref, replace(part, earned=part.earned + more), part.earned))
    found: dict[int, dict[date, int]] = {}
    for ref, more in refill((record for _, record in records.values()), {}, rules.forms, rules.day_limit):
        seq, record = records[ref]
        found.setdefault(seq, {})[record.part.day] = more
    return found


def _waiting(left: Iterable[int], kept: EarnedBy) -> Mapping[int, Counter[date]]:
    """Event → day → what was earned and is not posted, over the live lines of the event."""
    found: dict[int, Counter[date]] = {}
    for seq in left:
        for one in kept.get(seq, ()):
            found.setdefault(one.event, Counter())[one.day] += one.earned - one.posted
    return found


def more_of_answers(
    lines: Lines, gone: frozenset[int], cut_short: Iterable[Answered], year: int, table: Table = FORM_RULES
) -> Mapping[date, int]:
    """Day → how much more its answer gets, in the order of answering, when the lines `gone` are taken back.

    `lines`: those of one person's daily questions in the year; `cut_short`: the answers that did not get all.
    """
    back = gone | taken_back(lines)
    spoiled = {lines[seq].starts_on for seq in back if seq in lines}
    posted = Counter[date]()
    for seq, entry in live(lines).items():
        posted[entry.starts_on] += 0 if seq in gone else hundredths(entry.hours)
    waiting = {a.day: a.earned - a.posted for a in cut_short if a.day not in spoiled}
    ordered = [*waiting, *(day for day in posted if day not in waiting)]
    records = [
        Recorded(str(day), Part(Form.DAILY, day, year, posted[day] + waiting.get(day, 0), False), posted[day])
        for day in ordered
    ]
    return {date.fromisoformat(ref): more for ref, more in refill(records, {}, table)}


def fills_of_day(seq: int, lines: Lines) -> tuple[int, ...]:
    """The line of a daily question, and the live ones that filled its day up: all that came after it.

    Not told by their source, which a merge of two numbers changes. A line that only fills up goes alone.
    """
    answered = lines[seq]
    of_day = sorted(
        number
        for number, one in live(lines).items()
        if one.form == answered.form and one.starts_on == answered.starts_on
    )
    return tuple(of_day) if of_day and of_day[0] == seq else (seq,)
