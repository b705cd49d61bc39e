"""每日一题: which question is asked, how long it may be answered, and what an answer is worth.

Source: domain, Daily question.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

import msgspec

from question_bank.questions import Kind, Question
from training.calendar import DAY, Calendar, closes_at, day_of
from training.errors import NoQuestions
from training.people import Group

ASKABLE: Final = (Kind.SINGLE, Kind.MULTIPLE, Kind.JUDGE)
FEWEST: Final = 10  # two weeks of working days without a repetition


class Window(StrEnum):
    FUTURE = "future"
    ON_TIME = "on_time"
    MAKE_UP = "make_up"
    CLOSED = "closed"


class DailyQuestion(msgspec.Struct, frozen=True, cache_hash=True):
    """What a group is asked on a day."""

    day: date
    group: Group
    question: Question
    version: int


class Answered(msgspec.Struct, frozen=True):
    """The first answer of a person to a day's question: the one that counts. Amounts in hundredths of an hour."""

    day: date
    person: str
    group: Group
    chosen: str
    correct: bool
    answered_at: datetime
    earned: int
    posted: int


def window(day: date, now: datetime) -> Window:
    """On time until the end of the day, 补做 within the week, then closed; never across 31 December."""
    today = day_of(now)
    if day > today:
        return Window.FUTURE
    if day == today:
        return Window.ON_TIME
    return Window.MAKE_UP if now < closes_at(day) else Window.CLOSED


def streak(answered: Collection[date], last: date, calendar: Calendar) -> int:
    """Working days in a row up to `last` whose question was answered; days off neither count nor break it."""
    length, day = 0, last
    while (free := not calendar.is_working(day)) or day in answered:
        length += not free
        day -= DAY
        if last - day > 400 * DAY:
            break
    return length


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that could be asked, with how often it was asked before.

    `secret`: it is in the pool of an exam whose answers are not released, and asking it would tell its key.
    """

    id: str
    version: int
    topic: str
    asked_here: int = 0  # times this group was asked it
    asked_elsewhere: int = 0  # times another group was asked it
    secret: bool = False

    @property
    def tells(self) -> bool:
        """Asking it would be the first time that its key is told."""
        return self.secret and not self.asked_here and not self.asked_elsewhere


def draw(pool: Sequence[Candidate], recent_topics: Sequence[str], day: date, group: Group) -> Candidate:
    """The question of the day: nothing twice until the pool is used up, topics rotating by their weight.

    Of the questions asked least often those of the topic that is furthest behind its share of the pool in
    `recent_topics` go first; the rest is a kept seed, the day and group. A question that another group was asked
    waits too, so that a person who changes group meets nothing twice. What exams keep secret waits as far as it can
    (`drawn_from`).

    Raises: NoQuestions.
    """
    if not pool:
        raise NoQuestions(group)
    pool = drawn_from(pool)
    fewest = min((c.asked_here, c.asked_elsewhere) for c in pool)
    fresh = [c for c in pool if (c.asked_here, c.asked_elsewhere) == fewest]
    behind = _lag(fresh, pool, recent_topics)
    return min(fresh, key=lambda c: (behind[c.topic], _seeded(c.id, day, group)))


def drawn_from(pool: Sequence[Candidate]) -> Sequence[Candidate]:
    """Without what exams keep secret; when that leaves too few, without those of them whose key nobody was told.

    When that leaves too few as well, all of it: there has to be a question, and not the same one every day.
    """
    for left in ([one for one in pool if not one.secret], [one for one in pool if not one.tells]):
        if len(left) >= FEWEST:
            return left
    return pool


def _lag(fresh: Iterable[Candidate], pool: Sequence[Candidate], recent: Sequence[str]) -> Mapping[str, float]:
    """Topic → times asked lately over its share of the pool; the smallest is furthest behind."""
    share: dict[str, int] = {}
    for candidate in pool:
        share[candidate.topic] = share.get(candidate.topic, 0) + 1
    return {c.topic: recent.count(c.topic) / share[c.topic] for c in fresh}


def _seeded(question: str, day: date, group: Group) -> bytes:
    return hashlib.sha256(f"{day.isoformat()}|{group}|{question}".encode()).digest()
