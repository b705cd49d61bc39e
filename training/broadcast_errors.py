"""Why something about a broadcast is refused, as facts; the sentences: `handlers.texts.broadcast_refusals`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from training.broadcasts import Kind, Left, State
from training.errors import Refusal


@dataclass(eq=False)
class BroadcastRefusal(Refusal):
    """The common kind."""


@dataclass(eq=False)
class NoSuchBroadcast(BroadcastRefusal):
    """There is none with this number, or none that the asking person may see."""

    number: int


@dataclass(eq=False)
class NotInState(BroadcastRefusal):
    """What was asked for is not possible in this state."""

    number: int
    state: State


@dataclass(eq=False)
class NoSuchUnits(BroadcastRefusal):
    units: tuple[str, ...]


@dataclass(eq=False)
class NoSuchPersons(BroadcastRefusal):
    """人员编号 that are nobody's."""

    persons: tuple[str, ...]


@dataclass(eq=False)
class OutsideScope(BroadcastRefusal):
    """Beyond what a unit admin may reach; units by name, persons by 人员编号."""

    units: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()


@dataclass(eq=False)
class NoUnitsManaged(BroadcastRefusal):
    """A unit admin without any 管辖单位."""


@dataclass(eq=False)
class UrgentOnlyByCity(BroadcastRefusal):
    """A unit admin marked it as urgent."""


@dataclass(eq=False)
class NeverUrgent(BroadcastRefusal):
    """Nothing of this kind can be urgent."""

    kind: Kind


@dataclass(eq=False)
class NobodyReached(BroadcastRefusal):
    """Of those who are meant nobody may be written to; `left` says why. Empty: nobody is meant at all."""

    left: Mapping[Left, int]


class Lacking(StrEnum):
    """What there has to be, by kind."""

    TEXT = "text"
    FILE = "file"
    QUESTIONS = "questions"


@dataclass(eq=False)
class NothingToSend(BroadcastRefusal):
    lacks: Lacking


@dataclass(eq=False)
class BadFile(BroadcastRefusal):
    """`why`: `picture` (neither PNG nor JPG), `large` (more than `most` bytes) or `small` (nothing in it)."""

    why: Literal["picture", "large", "small"]
    most: int = 0


@dataclass(eq=False)
class TooManyQuestions(BroadcastRefusal):
    found: int
    most: int


class Unfit(StrEnum):
    """Why a question of the bank may not be asked."""

    UNKNOWN = "unknown"
    RETIRED = "retired"
    SECRET = "secret"  # noqa: S105 - in the pool of an exam whose answers are not released
    KIND = "kind"  # a blank or a case
    TWICE = "twice"


@dataclass(eq=False)
class UnfitQuestions(BroadcastRefusal):
    """Id, or for one that was written its place (`1` …) → why."""

    questions: Mapping[str, Unfit]


@dataclass(eq=False)
class TooFewToDraw(BroadcastRefusal):
    """`secret`: how many more would fit, but an exam keeps them until its answers are released."""

    wanted: int
    found: int
    secret: int = 0


@dataclass(eq=False)
class CreditForWritten(BroadcastRefusal):
    """A unit admin's quiz gives credit only for questions of the bank."""


@dataclass(eq=False)
class InThePast(BroadcastRefusal):
    """It was to be sent at a moment that is over."""

    at: datetime


@dataclass(eq=False)
class ClosesTooEarly(BroadcastRefusal):
    """It would close before it is sent, or at once."""

    closes_at: datetime
    send_at: datetime


@dataclass(eq=False)
class NeverComes(BroadcastRefusal):
    """The rule by which it repeats has no day any more."""


@dataclass(eq=False)
class OneEndForMany(BroadcastRefusal):
    """One that repeats has a fixed time to go out at, or to close; it needs a number of days."""
