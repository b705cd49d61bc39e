"""The books as they ought to be: a list of lines that follows from what was done, kept without any database.

Amounts are whole hundredths of an hour. Nothing here asks the program: caps, limits and order are those of the
domain (Forms and credit, Ledger), with the changes of the city in `Limits`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

ONLINE: Final = ("daily", "practice", "quiz")
CAPS: Final = {"court_hearing": 800, "online": 2000, "teaching": 1000, "exam": 200}
UNDER_DAY_LIMIT: Final = ("lecture", "court_hearing", "online", "teaching")
Event = tuple[str, str, str, date, int]


@dataclass(frozen=True)
class Limits:
    """`daily`: the yearly cap of the daily question. `changed`: (form, cap, from which day on), the later last."""

    daily: int = 1000
    of_day: int = 1200
    changed: tuple[tuple[str, int, date], ...] = ()

    def cap(self, form: str, day: date, year: int) -> int | None:
        """As in force on the day, or on 31 December when it counts for an earlier year; None is no cap."""
        on = min(day, date(year, 12, 31))
        begun = [(since, cap) for name, cap, since in self.changed if name == form and since <= on]
        if begun:
            return sorted(begun, key=lambda one: one[0])[-1][1]
        return self.daily if form == "daily" else CAPS.get(form)

    def highest(self, form: str) -> int | None:
        """None is no cap at some time."""
        caps = [self.daily if form == "daily" else CAPS.get(form)]
        caps += [cap for name, cap, _ in self.changed if name == form]
        return None if None in caps else max(cap for cap in caps if cap is not None)


@dataclass(frozen=True)
class Line:
    """One line as it has to stand in the ledger; `reverses` is 0 for none."""

    person: str
    unit: str
    year: int
    starts: date
    form: str
    amount: int
    source: str
    at: datetime
    reverses: int = 0


@dataclass
class Earned:
    """What an event earned and got; `lines` are the numbers of its first line and of those that filled it up."""

    person: str
    unit: str
    form: str
    day: date
    year: int
    at: datetime
    earned: int
    got: int
    lines: list[int]
    spoiled: bool = False  # one of its lines was taken back


@dataclass(frozen=True)
class Past:
    """One row of a file of past hours, with the unit at which it counts."""

    person: str
    unit: str
    form: str
    title: str
    starts: date
    amount: int
    year: int

    @property
    def event(self) -> Event:
        """What makes it the same event again."""
        return (self.person, self.form, self.title, self.starts, self.amount)


@dataclass
class Books:
    lines: list[Line] = field(default_factory=list)
    earned: list[Earned] = field(default_factory=list)
    answers: dict[tuple[date, str], Earned] = field(default_factory=dict)
    imported: set[Event] = field(default_factory=set)

    def sum(self, person: str, year: int, *forms: str) -> int:
        return sum(
            line.amount
            for line in self.lines
            if line.person == person and line.year == year and (not forms or line.form in forms)
        )

    def by_form(self, person: str, year: int) -> dict[str, int]:
        """Without those that come to nothing."""
        sums = {form: self.sum(person, year, form) for form in {line.form for line in self.lines}}
        return {form: amount for form, amount in sums.items() if amount}

    def counted(self, person: str, year: int, owed: int, share_percent: int) -> int:
        """计入: 在线答题类 up to its share of what is owed; whoever owes nothing has no share."""
        online = self.sum(person, year, *ONLINE)
        share = owed * share_percent // 100 if owed else online
        return self.sum(person, year) - online + min(online, share)

    def on_day(self, person: str, day: date) -> int:
        """Classes and claims of one day, for whatever year they count."""
        return sum(
            line.amount
            for line in self.lines
            if line.person == person and line.starts == day and line.form in UNDER_DAY_LIMIT
        )

    def room(self, event: Earned, limits: Limits) -> int:
        """What the limit of the day and the cap of the year leave."""
        rooms = [event.earned]
        if event.form in UNDER_DAY_LIMIT:
            rooms.append(limits.of_day - self.on_day(event.person, event.day))
        cap = limits.cap(event.form, event.day, event.year)
        if cap is not None:
            rooms.append(cap - self.sum(event.person, event.year, event.form))
        return max(0, min(rooms))

    def _post(self, event: Earned, amount: int, source: str, at: datetime) -> None:
        event.got += amount
        line = Line(event.person, event.unit, event.year, event.day, event.form, amount, source, at)
        self.lines.append(line)
        event.lines.append(len(self.lines))

    def answer(self, person: str, unit: str, day: date, credit: int, limits: Limits, at: datetime) -> Earned:
        """The first answer to a day, with what fits under the cap; no line when nothing fits."""
        event = Earned(person, unit, "daily", day, day.year, at, credit, 0, [])
        self.answers[day, person] = event
        if fits := self.room(event, limits):
            self._post(event, fits, "daily", at)
        return event

    def bring(self, rows: Iterable[Past], limits: Limits, at: datetime) -> None:
        """In the order of their days; over a limit the event is recorded with what fits."""
        for row in sorted(rows, key=lambda row: (row.starts, row.person)):
            event = Earned(row.person, row.unit, row.form, row.starts, row.year, at, row.amount, 0, [])
            self._post(event, self.room(event, limits), "import", at)
            self.earned.append(event)
            self.imported.add(row.event)

    def reversible(self) -> list[int]:
        """Numbers of lines that stand and are no reversals."""
        gone = {line.reverses for line in self.lines}
        return [n for n, line in enumerate(self.lines, 1) if not line.reverses and n not in gone]

    def reverse(self, number: int, limits: Limits, at: datetime) -> None:
        """An event goes whole, a line that filled one up by itself; then the freed room is filled in order."""
        [event] = [one for one in (*self.earned, *self.answers.values()) if number in one.lines]
        standing = set(self.reversible())
        whole = self.lines[number - 1].source != "refill"
        gone = [n for n in event.lines if n in standing] if whole else [number]
        for one in gone:
            line = self.lines[one - 1]
            back = Line(
                line.person, line.unit, line.year, line.starts, line.form, -line.amount, "reversal", at, one
            )
            self.lines.append(back)
        freed = any(self.lines[one - 1].amount for one in gone)
        event.spoiled = True
        for other in list(self._waiting(event, freed)):
            more = min(other.earned - other.got, self.room(other, limits))
            if more:
                if other.form == "daily":  # at the unit of the line that made room
                    other.unit = self.lines[number - 1].unit
                self._post(other, more, "refill", at)

    def _waiting(self, gone: Earned, freed: bool) -> Iterator[Earned]:
        """Events that the freed room concerns, in the order of posting; answers in that of answering."""
        if gone.form == "daily":
            found = sorted(self.answers.values(), key=lambda one: (one.at, one.day))
        else:
            found = self.earned
        for event in found:
            same_cap = (event.form, event.year) == (gone.form, gone.year)
            both_limited = event.form in UNDER_DAY_LIMIT and gone.form in UNDER_DAY_LIMIT
            same_day = freed and both_limited and event.day == gone.day
            waits = event.person == gone.person and not event.spoiled and event.earned > event.got
            if waits and (same_cap or same_day):
                yield event
