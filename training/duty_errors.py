"""Why something about 履职登记 is refused, as facts; the sentences are in `handlers.texts.duty_refusals`."""

from dataclasses import dataclass
from datetime import date

from training.errors import Refusal


@dataclass(eq=False)
class DutyRefusal(Refusal):
    """The common kind."""


@dataclass(eq=False)
class UnknownDuty(DutyRefusal):
    """No duty is called so; `known` are the names of those that are registered."""

    said: str
    known: tuple[str, ...]


@dataclass(eq=False)
class FollowsElsewhere(DutyRefusal):
    """Nobody registers it: it follows from the roll, the exam or the ledger."""

    said: str


@dataclass(eq=False)
class SubjectNeeded(DutyRefusal):
    """Whose it is was not said; `persons`: a person's, else a unit's, of which these come into question."""

    name: str
    persons: bool
    units: tuple[str, ...] = ()


@dataclass(eq=False)
class NobodyCalled(DutyRefusal):
    """Nobody, or no unit, that the asking person reaches is called so."""

    said: str
    persons: bool


@dataclass(eq=False)
class SeveralCalled(DutyRefusal):
    """`found`: 人员编号 or 单位代码 with the unit or path of each."""

    said: str
    found: tuple[tuple[str, str], ...]


@dataclass(eq=False)
class NotOwed(DutyRefusal):
    """On that day the duty was not one of this person or unit."""

    name: str
    whose: str
    day: date


@dataclass(eq=False)
class DayToCome(DutyRefusal):
    day: date


@dataclass(eq=False)
class OwnDuty(DutyRefusal):
    """Nobody registers, or takes back, what is his or her own."""


@dataclass(eq=False)
class HasAppeared(DutyRefusal):
    """Who appears for a unit has not come to listen."""


@dataclass(eq=False)
class Registered(DutyRefusal):
    """It stands already, as fact `number`."""

    number: int
    whose: str
    day: date


@dataclass(eq=False)
class NoSuchFact(DutyRefusal):
    """None that stands, within what the asking person reaches, has this number."""

    number: int


@dataclass(eq=False)
class ReasonNeeded(DutyRefusal):
    number: int


@dataclass(eq=False)
class TakenBackByCity(DutyRefusal):
    """It came from an activity, or from a file that two persons confirmed; only a city admin takes that back."""

    number: int


@dataclass(eq=False)
class IdentityNumber(DutyRefusal):
    """Such a number is never kept."""
