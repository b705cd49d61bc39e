"""All exams of a city as they ought to be, without asking the program: moves, sittings, scores, hours.

An own reading of the domain (Exam). States and rules are spelled as the database has them.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from tests.model.exam_sat import Change, Sat

GRACE: Final = timedelta(seconds=20)


@dataclass
class Held:
    """One exam, as it stands in the database; `via`: move → who made it last, the clock or a hand."""

    number: int
    opens_at: datetime
    closes_at: datetime
    duration: timedelta
    attempts: int
    keep: str
    grading: str
    score_rule: str
    answer_rule: str
    makeup_of: int = 0
    state: str = "draft"
    scores: bool = False
    answers: bool = False
    credited: bool = False
    via: dict[str, str] = field(default_factory=dict)
    roll: dict[str, str] = field(default_factory=dict)
    changes: dict[str, Change] = field(default_factory=dict)

    def state_at(self, now: datetime) -> str:
        if self.state in ("published", "open") and now >= self.closes_at:
            return "closed"
        return "open" if self.state == "published" and now >= self.opens_at else self.state

    @property
    def told(self) -> bool:
        return self.scores or self.score_rule == "at_once"


class Refused(Exception):
    """By the name of the refusal that the program has to raise."""


@dataclass
class City:
    """All exams and sittings. `lines`: exams and persons with a line of hours that stands.

    `keys`: question or part → its right answer in the bank; `wanted`: the questions of each kind, and how many of
    them a paper has.
    """

    people: tuple[str, ...]
    keys: Mapping[str, Change] = field(default_factory=dict)
    wanted: Sequence[tuple[frozenset[str], int]] = ()
    exams: dict[int, Held] = field(default_factory=dict)
    sat: list[Sat] = field(default_factory=list)
    lines: set[tuple[int, str]] = field(default_factory=set)

    # ---- moves --------------------------------------------------------------------------------------------------

    def family(self, exam: Held) -> list[Held]:
        first = exam.makeup_of or exam.number
        return [one for one in self.exams.values() if first in (one.number, one.makeup_of)]

    def _answers_due(self, exam: Held, now: datetime) -> bool:
        over = now >= max(one.closes_at for one in self.family(exam))
        return not exam.answers and over and not self.waiting(exam)

    def waiting(self, exam: Held) -> set[str]:
        """With 缓考 and without a make-up: a draft, here, is for everybody."""
        first, *makeups = sorted(self.family(exam), key=lambda one: one.number)
        if any(one.state == "draft" for one in makeups):
            return set()
        taken = {person for one in makeups for person in one.roll}
        sat = {one.person for one in self.sat if one.exam is first}
        return {person for person, why in first.roll.items() if why == "deferred"} - taken - sat

    def settle(self, exam: Held, now: datetime) -> bool:
        """What the clock has to do; whether there was anything."""
        before = copy(exam)
        if exam.state == "published" and now >= exam.opens_at:
            self._into(exam, "open", "clock")
        if exam.state == "open" and now >= exam.closes_at:
            self._into(exam, "closed", "clock")
        over = exam.state in ("closed", "released") and exam.answer_rule == "at_close"
        if over and self._answers_due(exam, now):
            exam.answers = True
            self._into(exam, "released", "clock")
        return exam != before

    def _into(self, exam: Held, state: str, via: str) -> None:
        exam.state, exam.via = state, {**exam.via, state: via}
        if state == "closed":
            exam.scores = exam.scores or exam.score_rule != "manual"

    def move(self, exam: Held, what: str, now: datetime) -> None:
        """By hand. Raises: Refused; nothing has changed then."""
        before = copy(exam)
        try:
            {"publish": self._publish, "open": self._open, "close": self._close, "release": self._release}[what](
                exam, now
            )
        except Refused:
            exam.__dict__.update(before.__dict__)
            raise

    def _publish(self, exam: Held, now: datetime) -> None:
        if exam.state != "draft":
            raise Refused("IllegalMove")
        meant = dict.fromkeys(self.people, "")
        if exam.makeup_of:
            earlier = [one for one in self.family(exam) if one.state != "draft" or not one.makeup_of]
            for one in earlier:
                waiting = [sat for sat in self.sat if sat.exam is one and not sat.ended]
                if waiting or one.state_at(now) not in ("closed", "released"):
                    raise Refused("MakeupTooEarly")
            first = self.exams[exam.makeup_of]
            failed = (p for p in first.roll if not any(self.passed(one, p) for one in earlier))
            meant = {person: "" for person in failed if first.roll[person] != "excused"}
        if not meant:
            raise Refused("EmptyRoll")
        if any(len(known - self._wrong()) < count for known, count in self.wanted):
            raise Refused("Unfillable")
        exam.roll = meant
        self._into(exam, "published", "hand")

    def _wrong(self) -> set[str]:
        """Questions of which some exam had to change a key, so that the bank has it wrong still."""
        changes = (change for exam in self.exams.values() for change in exam.changes.items())
        return {name.partition("-")[0] for name, key in changes if key != self.keys[name]}

    def _open(self, exam: Held, now: datetime) -> None:
        if exam.state_at(now) not in ("published", "open"):
            raise Refused("IllegalMove")
        if exam.state == "open":
            return self._clocks(exam, "open")
        exam.opens_at = min(exam.opens_at, now)
        self._into(exam, "open", "hand")
        return None

    def _clocks(self, exam: Held, *states: str) -> None:
        """No fault of the person when the clock came first."""
        if any(exam.via[state] != "clock" for state in states):
            raise Refused("IllegalMove")

    def _close(self, exam: Held, now: datetime) -> None:
        if exam.state_at(now) in ("draft", "published"):
            raise Refused("IllegalMove")
        self.settle(exam, now)
        if exam.state != "open":
            return self._clocks(exam, *(("closed",) if exam.state == "closed" else ("closed", "released")))
        exam.closes_at = min(exam.closes_at, now)
        self._into(exam, "closed", "hand")
        for sat in self.sat:
            if sat.exam is exam and not sat.ended:
                sat.deadline = min(sat.deadline, exam.closes_at)
        return None

    def _release(self, exam: Held, now: datetime) -> None:
        settled = self.settle(exam, now)
        if exam.state == "open":
            raise Refused("TooEarly")
        if exam.state not in ("closed", "released"):
            raise Refused("IllegalMove")
        answers = self._answers_due(exam, now)
        waiting = not exam.answers and self.waiting(exam)
        if (exam.state == "closed" and not waiting) or not exam.scores or answers:
            exam.scores, exam.answers = True, exam.answers or answers
            self._into(exam, "released", "hand")
        elif not settled:
            if waiting:
                raise Refused("MakeupOwed")
            if not exam.answers:
                raise Refused("TooEarly")
            self._clocks(exam, "released")

    def excuse(self, exam: Held, person: str, why: str) -> None:
        """Raises: Refused."""
        late = exam.makeup_of or exam.answers or why != "excused" or person not in self.waiting(exam)
        for wrong, name in (
            (exam.state == "draft", "NoRollYet"),
            (exam.state == "released" and late, "RollSettled"),
            (person not in exam.roll, "NotOnExamRoll"),
            (any(sat.exam is exam and sat.person == person for sat in self.sat), "AlreadySat"),
            (why == exam.roll.get(person) == "", "NothingExcused"),
        ):
            if wrong:
                raise Refused(name)
        exam.roll[person] = why

    def tick(self, now: datetime) -> None:
        """Hours are the next tick's when the scores come out in this one."""
        crediting = [exam for exam in self.exams.values() if exam.scores and not exam.credited]
        for exam in self.exams.values():
            self.settle(exam, now)
        for sat in self.sat:
            if not sat.ended and now > sat.deadline + GRACE:
                self.end(sat, now)
        for exam in crediting:
            exam.credited = True
            for person in sorted({sat.person for sat in self.sat if sat.exam is exam and sat.ended}):
                self.credit(exam, person)

    # ---- sitting ------------------------------------------------------------------------------------------------

    def open_of(self, person: str) -> Sat | None:
        found = [sat for sat in self.sat if sat.person == person and not sat.ended]
        assert len(found) <= 1
        return found[0] if found else None

    def to_begin(self, person: str, now: datetime) -> Held | None:
        """The one that closes first."""
        fitting = [
            exam
            for exam in self.exams.values()
            if exam.state_at(now) == "open"
            and exam.roll.get(person) == ""
            and sum(sat.exam is exam and sat.person == person for sat in self.sat) < exam.attempts
        ]
        return min(fitting, key=lambda exam: (exam.closes_at, exam.number), default=None)

    def end(self, sat: Sat, now: datetime) -> None:
        sat.ended = min(now, sat.deadline), "clock" if now > sat.deadline + GRACE else "person"
        sat.scores.append(sat.marked())
        exam = self.exams[sat.exam.number]
        if exam.told:
            self.credit(exam, sat.person)

    # ---- scores and hours ---------------------------------------------------------------------------------------

    def counts(self, exam: Held, person: str) -> int | None:
        """The score that counts; None for who has not sat it."""
        scores = [sat.scores[-1] for sat in self.sat if sat.exam is exam and sat.person == person and sat.ended]
        if not scores:
            return None
        return {"highest": max(scores), "first": scores[0], "last": scores[-1]}[exam.keep]

    def passed(self, exam: Held, person: str) -> bool:
        return (self.counts(exam, person) or 0) >= 6000

    def settled(self, exam: Held, person: str) -> bool:
        mine = [sat for sat in self.sat if sat.exam is exam and sat.person == person]
        final = exam.scores or exam.keep != "last" or len(mine) >= exam.attempts
        return final and all(sat.ended for sat in mine)

    def credit(self, exam: Held, person: str) -> None:
        """Once a year; all exams here are of one year. Not while a sitting that may count is to come."""
        if (
            self.settled(exam, person)
            and self.passed(exam, person)
            and not any(who == person for _, who in self.lines)
        ):
            self.lines.add((exam.number, person))

    def change(self, exam: Held, question: str, key: Change) -> None:
        """Everybody who had it on the paper and has ended is marked anew, and the hours follow."""
        exam.changes[question] = key
        persons = set()
        for sat in self.sat:
            if sat.exam is exam and sat.ended and any(question in (i.question.id, i.case) for i in sat.items):
                sat.scores.append(sat.marked())
                persons.add(sat.person)
        if exam.told:
            self._follow(exam, sorted(persons))

    def _follow(self, exam: Held, persons: Sequence[str]) -> None:
        gone = [p for p in persons if not self.passed(exam, p) and (exam.number, p) in self.lines]
        self.lines -= {(exam.number, person) for person in gone}
        for person in persons:
            self.credit(exam, person)
        for other in self._told_ones(exam):
            for person in gone:
                self.credit(other, person)

    def _told_ones(self, exam: Held) -> Iterator[Held]:
        """Of which a line may take the place of one that is gone."""
        begun = (one for one in self.exams.values() if one.state in ("open", "closed", "released"))
        yield from sorted((one for one in begun if one is not exam and one.told), key=lambda one: one.number)
