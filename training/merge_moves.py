"""并档: what becomes of the ledger lines and answers of a number that turns out to be somebody else's.

Every live line is taken back and posted again for the one who stays, as far as it fits under the limit of a day and
the yearly cap of its form; nobody has the same day's question twice. Amounts are whole hundredths of an hour.
Source: domain, Forms and credit.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from msgspec.structs import replace

from training.daily import Answered
from training.forms import Form
from training.hours import Entry, hundredths
from training.limits import Posting, post
from training.line_days import DayRules, Earned, EarnedBy, Lines, live, on_days, posted_parts, taken_back
from training.refilling import event_of


@dataclass(frozen=True, slots=True)
class Books:
    """The ledger of one number, all years: lines by their own number, and what was kept of cut ones."""

    lines: Lines
    kept: EarnedBy


@dataclass(frozen=True, slots=True)
class Move:
    """A live line of the number that goes. `days` is what of each of its days fits for the one that stays.

    None: it is not posted again, because that question is on the other's record already. `resembles` is a live line
    of the other of the same form and day, for people to look at; of quizzes there are many a day.
    """

    seq: int
    entry: Entry
    days: tuple[Posting, ...] | None
    resembles: int | None = None

    @property
    def amount(self) -> int:
        return hundredths(self.entry.hours)

    @property
    def posted(self) -> int:
        return sum(day.posted for day in self.days or ())

    @property
    def beyond_day(self) -> bool:
        return any(day.beyond_day for day in self.days or ())


def days_of_questions(lines: Lines, answered: Iterable[date]) -> frozenset[date]:
    """The days whose question is on somebody's record, also where the line was taken back or the cap left none."""
    return frozenset(answered) | {entry.starts_on for entry in lines.values() if entry.form == Form.DAILY}


@dataclass(slots=True)
class Room:
    """What the one who stays has so far, kept true while line after line is decided."""

    rules: DayRules
    days: Counter[date]
    years: Counter[tuple[Form, int]]

    def take(self, entry: Entry, kept: Sequence[Earned]) -> tuple[Posting, ...]:
        """The hours of the line, day by day, each with what fits; nothing of what still waited for room before."""
        parts = posted_parts(entry, kept, self.rules)
        postings = post(parts, self.days, self.years, self.rules.forms, self.rules.day_limit)
        for posting in postings:
            self.days[posting.part.day] += posting.posted if posting.part.day_limited else 0
            self.years[posting.part.form, posting.part.year] += posting.posted
        return postings


def room_of(books: Books, sums: Mapping[int, Mapping[str, int]], rules: DayRules) -> Room:
    """`sums`: year → form → amount, of the years in which lines are moved."""
    years = Counter({(Form(form), year): n for year, by_form in sums.items() for form, n in by_form.items()})
    return Room(rules, on_days(books.lines, books.kept, rules), years)


def moves(
    goes: Books, stays: Books, days: Collection[date], room: Room, twice: Collection[str] = ()
) -> tuple[Move, ...]:
    """What becomes of every live line, in the order of posting; `days` are those of `days_of_questions`.

    `twice`: titles of quiz lines whose question is on the other's record already. A line that does not fit at all
    is posted with nothing, as events over a limit are.
    """
    others = ((seq, entry) for seq, entry in live(stays.lines).items() if entry.form != Form.QUIZ)
    there = {(entry.form, entry.starts_on): seq for seq, entry in others}
    found = []
    for seq, entry in live(goes.lines).items():
        known = entry.form == Form.DAILY and entry.starts_on in days
        if known or (entry.form == Form.QUIZ and entry.title in twice):
            found.append(Move(seq, entry, None))
        else:
            fits = room.take(entry, goes.kept.get(seq, ()))
            found.append(Move(seq, entry, fits, there.get((entry.form, entry.starts_on))))
    return tuple(found)


def earned_again(moved: Iterable[Move], numbers: Mapping[int, int], kept: EarnedBy) -> dict[int, list[Earned]]:
    """Number of a line just posted → what is to be kept of its days: of those cut now or cut before.

    `numbers`: number of a moved line → of the line posted for it. Events stay together, and wait for what is still
    missing. The answers of daily questions have their own record.
    """
    found: dict[int, list[Earned]] = {}
    for move in moved:
        if move.days is None or move.entry.form == Form.DAILY:
            continue
        before = {one.day: one.earned for one in kept.get(move.seq, ())}
        if before or move.posted < move.amount:
            seq = numbers[move.seq]
            event = numbers.get(event_of(move.seq, kept), seq)
            found[seq] = [
                Earned(event, day.part.day, before.get(day.part.day, day.part.earned), day.posted)
                for day in move.days
            ]
    return found


def sums_after(sums: Mapping[str, int], moved: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Sums by form once these (form, amount) are added."""
    after = dict(sums)
    for form, amount in moved:
        after[form] = after.get(form, 0) + amount
    return after


def answers_moved(
    answers: Iterable[Answered], into: str, days: Collection[date], moved: Iterable[Move], lines: Lines
) -> tuple[Answered, ...]:
    """The answers that become the other's: nobody answers a day's question twice, and the other's own stay.

    `posted` is what the other got for it. What was taken back earns nothing any more, or a later reversal would
    fill it again.
    """
    posted = Counter[date]()
    for move in moved:
        if move.entry.form == Form.DAILY:
            posted[move.entry.starts_on] += move.posted
    back = {lines[seq].starts_on for seq in taken_back(lines) if seq in lines and lines[seq].form == Form.DAILY}
    return tuple(
        replace(
            answer,
            person=into,
            posted=posted[answer.day],
            earned=posted[answer.day] if answer.day in back else answer.earned,
        )
        for answer in answers
        if answer.day not in days
    )
