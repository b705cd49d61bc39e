"""群发: what an admin sends to whom and when, and the states that a broadcast goes through.

A broadcast that repeats is never sent itself: at each of its times it makes one of its own, with its own number,
audience and results. Amounts are whole hundredths of an hour. Source: domain, Burden rules and Numbers; contract,
Broadcast (toml).
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Final

import msgspec

from question_bank.questions import Question


class Kind(StrEnum):
    QUIZ = "quiz"
    NOTICE = "notice"
    PICTURE = "picture"
    FILE = "file"
    STATISTICS = "statistics"  # figures of the moment at which it is sent


class State(StrEnum):
    DRAFT = "draft"  # is being put together in chat
    PLANNED = "planned"  # confirmed; waits for its time
    REPEATING = "repeating"  # makes broadcasts at its times
    SENDING = "sending"  # its audience is being resolved and queued
    OPEN = "open"  # queued to the last receiver; a quiz may be answered
    CLOSED = "closed"
    RECALLED = "recalled"  # was taken back after it began to go out
    CANCELLED = "cancelled"  # was given up before it went out
    STOPPED = "stopped"  # could not go out: whoever sent it may not any more


MOVES: Final[Mapping[State, tuple[State, ...]]] = {
    State.DRAFT: (State.PLANNED, State.REPEATING, State.CANCELLED),
    State.PLANNED: (State.SENDING, State.CANCELLED, State.STOPPED),
    State.REPEATING: (State.CLOSED, State.CANCELLED, State.STOPPED),
    State.SENDING: (State.OPEN, State.RECALLED),
    State.OPEN: (State.CLOSED, State.RECALLED),
    State.CLOSED: (State.RECALLED,),
    State.RECALLED: (),
    State.CANCELLED: (),
    State.STOPPED: (),
}


class Who(StrEnum):
    """Who somebody *is*, whatever group is assessed: a leader with the mark is both `leader` and `enforcement`."""

    LEADER = "leader"
    STAFF = "staff"
    ENFORCEMENT = "enforcement"
    OTHER = "other"


class Audience(msgspec.Struct, frozen=True, omit_defaults=True):
    """Empty filters let all in; `persons` are 人员编号 who are added, or everybody meant when they stand alone."""

    units: tuple[str, ...] = ()
    below: bool = True
    groups: tuple[Who, ...] = ()
    persons: tuple[str, ...] = ()


class Every(StrEnum):
    """The days of a rule."""

    WORKING_DAY = "working_day"
    WEEK = "week"  # on the weekday `day`, 1 is Monday
    MONTH = "month"  # on the day `day` of the month, or its last
    FIRST_WORKING_DAY = "first_working_day"  # of a month
    LAST_WORKING_DAY = "last_working_day"


class Repeat(msgspec.Struct, frozen=True, omit_defaults=True):
    """A rule in Beijing time: at `hour`:`minute` of its days, through `last` when there is one."""

    every: Every
    hour: int
    minute: int
    day: int = 0
    last: date | None = None


class Until(msgspec.Struct, frozen=True, omit_defaults=True):
    """When a quiz closes: at the moment `at`, or `days` after the day of sending at `hour`:`minute` (24:00 is
    the end of that day)."""

    at: datetime | None = None
    days: int = 2
    hour: int = 24
    minute: int = 0


class Settings(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is sent. `questions` are ids of the bank, in order; `written` stand behind them; `draw` are drawn at
    sending, of `topics` if there are any. `media` is the digest of a stored file (`storage.media`).

    `at`: None is at once. `credit` is for each question answered. `tell_all`: the closing summary goes to all.
    """

    kind: Kind
    title: str = ""
    text: str = ""
    questions: tuple[str, ...] = ()
    written: tuple[Question, ...] = ()
    draw: int = 0
    topics: tuple[str, ...] = ()
    media: str = ""
    file_name: str = ""
    audience: Audience = Audience()
    at: datetime | None = None
    repeat: Repeat | None = None
    until: Until = Until()
    credit: int = 0
    remind: bool = False
    urgent: bool = False
    tell_all: bool = False


class Broadcast(msgspec.Struct, frozen=True):
    """One as it stands. `series`: the number of the repeating one that made it, 0 for none. `sender` is a
    人员编号, or empty for the command line, which sends for the city.

    `send_at`, `closes_at` and `remind_at` are set when it is confirmed or made; a repeating one has none.
    """

    number: int
    state: State
    settings: Settings
    series: int
    sender: str
    created_at: datetime
    send_at: datetime | None = None
    closes_at: datetime | None = None
    remind_at: datetime | None = None

    @property
    def worth_until(self) -> datetime | None:
        """From when on nobody should get it any more: a quiz that is closed."""
        return self.closes_at if self.settings.kind is Kind.QUIZ else None


class Left(StrEnum):
    """Why somebody of the audience was not written to; empty: was."""

    NOT = ""
    MUTED = "muted"
    BUDGET = "budget"
    NO_ACCOUNT = "no_account"
    STATUS = "status"  # one without pushes, such as 产假


class Asked(msgspec.Struct, frozen=True, cache_hash=True):
    """One question of a broadcast, as it is put to people; `item` counts from 0, `of` how many there are."""

    broadcast: int
    item: int
    of: int
    title: str
    closes_at: datetime
    question: Question
    credit: int = 0


class Answered(msgspec.Struct, frozen=True):
    """The first answer of a person to a question of a broadcast: the one that counts."""

    broadcast: int
    item: int
    person: str
    unit: str  # to whose results it counts: that of the moment of sending
    chosen: str
    correct: bool
    answered_at: datetime
    earned: int
    posted: int
