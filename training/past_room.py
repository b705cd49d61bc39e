"""What of past hours is posted: on each day, under the yearly cap, and what the note of a line says of it.

First what an event of the form can be worth at all, then the limit of the day, then the yearly cap. What the first
keeps out was never earned; what the others cut waits for room. Source: domain, Forms and credit.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from training.crediting import Part
from training.forms import Form, Table, rule_on
from training.hours import Standing, decimal, hundredths
from training.limits import Posting, post, year_cap
from training.line_days import DayRules, as_stated, most_a_day
from training.names import FORMS
from training.past_lines import PastCut, PastLine


def in_order(lines: Iterable[PastLine]) -> list[PastLine]:
    """As they are posted: the earlier event takes the room."""
    return sorted(lines, key=lambda line: (line.starts, line.person))


@dataclass(slots=True)
class Room:
    """What people have so far, kept true while line after line is decided.

    `days`: person → day → hundredths under its limit; `standings`: year → person → sums.
    """

    rules: DayRules
    standings: dict[int, dict[str, Standing]]
    days: dict[str, Counter[date]] = field(default_factory=dict)

    def take(self, line: PastLine) -> tuple[Posting, ...]:
        """The days of the event, each with what fits."""
        span, stated = (line.starts, line.ends), hundredths(line.hours)
        parts = as_stated(line.form, line.title, span, line.year, stated, self.rules, _share(line))
        return self.take_parts(line.person, Form(line.form), line.year, parts)

    def take_parts(self, person: str, form: Form, year: int, parts: Sequence[Part]) -> tuple[Posting, ...]:
        """The same of an event of which it is known what each day earned; all of one form and year."""
        standing = self.standings[year][person]
        on_days = self.days.setdefault(person, Counter())
        so_far = standing.by_form.get(form, 0)
        postings = post(parts, on_days, {(form, year): so_far}, self.rules.forms, self.rules.day_limit)
        for posting in postings:
            on_days[posting.part.day] += posting.posted if posting.part.day_limited else 0
        sums = {**standing.by_form, form.value: so_far + sum(posting.posted for posting in postings)}
        self.standings[year][person] = Standing(standing.owed, sums)
        return postings


def _share(line: PastLine) -> Fraction:
    return Fraction(1) if line.whole is None else Fraction(line.hours) / Fraction(line.whole.hours)


def is_cut(postings: Iterable[Posting]) -> bool:
    """A limit or cap leaves something waiting."""
    return any(posting.posted < posting.part.earned for posting in postings)


def cuts(lines: Sequence[PastLine], room: Room) -> tuple[PastCut, ...]:
    """The lines of which less than stated would be posted, in the order of posting."""
    found = []
    for line in in_order(lines):
        postings = room.take(line)
        note = cut_note(line, postings, room.rules.forms)
        if note:
            found.append(PastCut(line.ref, decimal(sum(posting.posted for posting in postings)), note))
    return tuple(found)


def cut_note(line: PastLine, postings: Sequence[Posting], forms: Table) -> str:
    """What of the stated hours was not posted, and why; empty when all was."""
    earned = sum(posting.part.earned for posting in postings)
    if earned == hundredths(line.hours) and not is_cut(postings):
        return ""
    if all(year_cap(forms, posting.part) == 0 for posting in postings):
        return f"申报 {line.hours}，{FORMS.get(line.form, line.form)}只记录、不计学时"
    steps = []
    if earned < hundredths(line.hours):
        by_day = most_a_day(rule_on(forms, line.form, line.starts)) is not None
        steps.append(f"按{'全天标准' if by_day else '单次上限'}认定 {decimal(earned)}")
    if any(posting.beyond_day for posting in postings):
        steps.append(f"按每日上限认定 {decimal(sum(posting.within_day for posting in postings))}")
    if any(posting.beyond_cap for posting in postings):
        steps.append(f"按年度上限认定 {decimal(sum(posting.posted for posting in postings))}")
    return f"申报 {line.hours}，{'，再'.join(steps)}"
