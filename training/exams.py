"""考试: what an exam is, as values, and the states it goes through.

Points are whole hundredths of a point; what one answer earns is an exact fraction of them and is rounded once, in
the sum. Source: domain, Exam; contract, Exam (toml) and `xuefa exam`.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from question_bank.questions import Kind
from training.people import Group

GRACE: Final = timedelta(seconds=20)  # for what is in flight at the end: three deliveries of 5 s
MAKEUP: Final = "makeup"


class State(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    OPEN = "open"
    CLOSED = "closed"
    RELEASED = "released"


class Move(StrEnum):
    """What takes an exam from one state to the next; the clock may `open` and `close`."""

    PUBLISH = "publish"
    OPEN = "open"
    CLOSE = "close"
    RELEASE = "release"


MOVES: Final[Mapping[tuple[State, Move], State]] = {
    (State.DRAFT, Move.PUBLISH): State.PUBLISHED,
    (State.PUBLISHED, Move.OPEN): State.OPEN,
    (State.OPEN, Move.CLOSE): State.CLOSED,
    (State.CLOSED, Move.RELEASE): State.RELEASED,
}


class Mode(StrEnum):
    """How a sitting is shown: one living card, words only, or a card a question where few sit."""

    CARD = "card"
    TEXT = "text"
    CARDS = "cards"


class Grading(StrEnum):
    """Of a multiple choice: all or nothing; half for some of the right ones and no wrong one; a share for each
    right one and no wrong one."""

    EXACT = "exact"
    PARTIAL = "partial"
    PER_OPTION = "per_option"


class Keep(StrEnum):
    """Which of several attempts counts."""

    HIGHEST = "highest"
    FIRST = "first"
    LAST = "last"


class ScoreRelease(StrEnum):
    AT_ONCE = "at_once"
    AT_CLOSE = "at_close"
    MANUAL = "manual"


class AnswerRelease(StrEnum):
    """Never before the window and its make-up have ended, whichever it is."""

    AT_CLOSE = "at_close"
    MANUAL = "manual"


class Excuse(StrEnum):
    """Why somebody on the roll need not sit now: 缓考 sits the make-up and stays in 应考, 免考 leaves it."""

    NONE = ""
    DEFERRED = "deferred"
    EXCUSED = "excused"


class Section(msgspec.Struct, frozen=True, omit_defaults=True):
    """`points` are for each question, for a case all its parts together. Empty filters let all in."""

    kind: Kind
    count: int
    points: int
    topics: tuple[str, ...] = ()
    difficulty: tuple[int, ...] = ()
    group: Group | None = None


class Audience(msgspec.Struct, frozen=True, omit_defaults=True):
    """Empty filters let all in; `persons` are 人员编号 who are added, or everybody meant when they stand alone."""

    units: tuple[str, ...] = ()
    below: bool = True
    groups: tuple[Group, ...] = ()
    persons: tuple[str, ...] = ()


class Bands(msgspec.Struct, frozen=True, omit_defaults=True):
    """The least scores of 合格, 良好 and 优秀, in hundredths of a point."""

    passed: int = 6000
    good: int = 8000
    excellent: int = 9000


class Settings(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is set before publishing and stands from then on; `opens_at` and `closes_at` are in UTC."""

    title: str
    year: int
    opens_at: datetime
    closes_at: datetime
    duration_minutes: int
    sections: tuple[Section, ...]
    bands: Bands = Bands()
    grading: Grading = Grading.EXACT
    attempts: int = 1
    keep: Keep = Keep.HIGHEST
    release_score: ScoreRelease = ScoreRelease.AT_CLOSE
    release_answers: AnswerRelease = AnswerRelease.MANUAL
    seed: str = ""
    audience: Audience = Audience()

    @property
    def duration(self) -> timedelta:
        return timedelta(minutes=self.duration_minutes)

    def of(self, group: Group) -> tuple[Section, ...]:
        """The sections of this group's paper, in order."""
        return tuple(section for section in self.sections if section.group in (None, group))

    def full_marks(self, group: Group) -> int:
        return sum(section.count * section.points for section in self.of(group))


class Exam(msgspec.Struct, frozen=True):
    """`opens_at` and `closes_at` are as they came to be: a window may be opened or closed by hand.

    `makeup_of` is the number of the exam that this one is the make-up of, 0 for none.
    """

    number: int
    state: State
    settings: Settings
    opens_at: datetime
    closes_at: datetime
    makeup_of: int = 0
    basis_day: date | None = None
    scores_released: bool = False
    answers_released: bool = False

    def state_at(self, now: datetime) -> State:
        """Also before the clock has come round to it."""
        if self.state is State.PUBLISHED and now >= self.opens_at:
            return State.OPEN if now < self.closes_at else State.CLOSED
        if self.state is State.OPEN and now >= self.closes_at:
            return State.CLOSED
        return self.state

    @property
    def scores_told(self) -> bool:
        """Whether scores may be known to those who sat: from their release on, or as soon as they hand in."""
        return self.scores_released or self.settings.release_score is ScoreRelease.AT_ONCE

    def deadline(self, started_at: datetime) -> datetime:
        """The earlier of start + duration and the end of the window."""
        return min(started_at + self.settings.duration, self.closes_at)


DEFAULT_SECTIONS: Final = (  # as a published municipal exam (济宁 2023)
    Section(Kind.SINGLE, 40, 100),
    Section(Kind.MULTIPLE, 20, 200),
    Section(Kind.JUDGE, 20, 100),
)
DEFAULT_MINUTES: Final = 60


def in_time(sent_at: datetime, now: datetime, until: datetime) -> bool:
    """Whether an answer counts: given before the end, and here soon enough after it."""
    return sent_at <= until and now <= until + GRACE
