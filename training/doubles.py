"""疑似重复: events of one person that may be the same one. They are flagged for whoever decides, never refused.

Of past hours only days are known, so that days are what overlaps. Events that take no time of the day (answers on
the phone, exams, 平台年度汇总) are like nothing. Source: domain, Forms and credit; Ledger (疑似重复).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Final

from training.cell_words import folded
from training.forms import Table, rule_on
from training.hours import Entry
from training.line_days import is_year_summary, live
from training.names import FORMS
from training.past_lines import PastDouble, PastLine

ALIKE: Final = 0.9  # of two folded titles, as difflib measures it


@dataclass(frozen=True, slots=True)
class Event:
    """`title` is folded; `place` says in words where it stands."""

    person: str
    form: str
    title: str
    starts: date
    ends: date
    place: str

    @property
    def months(self) -> range:
        """From the first to the last, counted through the years."""
        first, last = (12 * day.year + day.month for day in (self.starts, self.ends))
        return range(first, last + 1)

    def is_like(self, other: "Event") -> bool:
        """Their days overlap, and they have one form or titles that are alike."""
        apart = other.ends < self.starts or self.ends < other.starts
        return not apart and (self.form == other.form or _alike(self.title, other.title))


def _alike(one: str, other: str) -> bool:
    if one == other:
        return True
    match = SequenceMatcher(None, one, other, autojunk=False)
    return min(match.real_quick_ratio(), match.quick_ratio()) >= ALIKE and match.ratio() >= ALIKE


class Events:
    """Found by person and month, so that a long file does not compare each row with all others."""

    def __init__(self, known: Iterable[Event] = ()) -> None:
        self._found: defaultdict[tuple[str, int], list[Event]] = defaultdict(list)
        for event in known:
            self.add(event)

    def add(self, event: Event) -> None:
        for month in event.months:
            self._found[event.person, month].append(event)

    def like(self, event: Event) -> Event | None:
        """The first one added that is like it, month by month."""
        return next((known for known in self._near(event) if known.is_like(event)), None)

    def _near(self, event: Event) -> Iterator[Event]:
        for month in event.months:
            yield from self._found.get((event.person, month), ())


def standing(lines: Mapping[int, Entry], forms: Table) -> Iterator[Event]:
    """The events of ledger lines that nobody took back, by their numbers."""
    for seq, entry in live(lines).items():
        if _takes_time(entry.form, entry.title, entry.starts_on, forms):
            form, span = FORMS.get(entry.form, entry.form), _span(entry.starts_on, entry.ends_on)
            place = f"台账第 {seq} 条（{span} {form} {entry.title} {entry.hours:.2f}）"
            title = folded(entry.title)
            yield Event(entry.person, entry.form, title, entry.starts_on, entry.ends_on, place)


def _span(starts: date, ends: date) -> str:
    return f"{starts}" if starts == ends else f"{starts} 至 {ends}"


def doubles(
    lines: Sequence[PastLine], rows: Sequence[int], known: Iterable[Event], forms: Table
) -> tuple[PastDouble, ...]:
    """The lines that are like an event of `known` or of an earlier row; `rows`: the row of each line."""
    events, found = Events(known), []
    for line, row in zip(lines, rows, strict=True):
        if _takes_time(line.form, line.title, line.starts, forms):
            event = Event(line.person, line.form, folded(line.title), line.starts, line.ends, f"第 {row} 行")
            like = events.like(event)
            if like is not None:
                found.append(PastDouble(line.ref, like.place))
            events.add(event)
    return tuple(found)


def _takes_time(form: str, title: str, day: date, forms: Table) -> bool:
    return not is_year_summary(form, title) and rule_on(forms, form, day).day_limited
