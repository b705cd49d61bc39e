"""Why a 人员变动申报 is refused, as facts: its words, or what they ask for."""

from dataclasses import dataclass
from datetime import date

from training.errors import Refusal


@dataclass(eq=False)
class ReportRefusal(Refusal):
    """The common kind."""


@dataclass(eq=False)
class NotUnderstood(ReportRefusal):
    """These words are no change of a person."""

    words: str


@dataclass(eq=False)
class NoSuchDay(ReportRefusal):
    """No day stands at the end, or one that there is not."""

    words: str


@dataclass(eq=False)
class EndsTooEarly(ReportRefusal):
    """The last day is before the first."""

    starts: date
    ends: date


@dataclass(eq=False)
class OneDayOnly(ReportRefusal):
    """Only a status has a last day."""

    words: str


@dataclass(eq=False)
class IdentityNumber(ReportRefusal):
    """An identity number stands in the words; it is never kept."""


@dataclass(eq=False)
class TooFarOff(ReportRefusal):
    """More than a year away from today."""

    day: date


@dataclass(eq=False)
class NoSuchPerson(ReportRefusal):
    """Nobody in the units of the one who reports is called so."""

    word: str


@dataclass(eq=False)
class WhichPerson(ReportRefusal):
    """Several are; `found` has 人员编号 and the name of the unit of each."""

    word: str
    found: tuple[tuple[str, str], ...]


@dataclass(eq=False)
class NameTaken(ReportRefusal):
    """Somebody of this name is in these units already, under this 人员编号."""

    name: str
    number: str


@dataclass(eq=False)
class NoSuchUnit(ReportRefusal):
    """Nothing is called so; `yours`: nothing that the one who reports administers."""

    word: str
    yours: bool = False


@dataclass(eq=False)
class WhichUnit(ReportRefusal):
    """Several are called so (`word` is empty: none was named); `found` are their codes and paths."""

    word: str
    found: tuple[tuple[str, str], ...]


@dataclass(eq=False)
class NothingChanges(ReportRefusal):
    """That is on record already."""

    name: str


@dataclass(eq=False)
class WaitsAlready(ReportRefusal):
    """Report `number` says the like and is not decided yet."""

    number: int


@dataclass(eq=False)
class NoSuchReport(ReportRefusal):
    """None of this number that the asking person may see."""

    number: int


@dataclass(eq=False)
class NotInState(ReportRefusal):
    """The report is in another state by now; `batch` is what waits for the city, 0 for none."""

    number: int
    state: str
    batch: int


@dataclass(eq=False)
class NotYours(ReportRefusal):
    """Somebody else has to confirm that the person comes, or to withdraw it."""

    number: int


@dataclass(eq=False)
class ReasonNeeded(ReportRefusal):
    """Nothing is turned away without a reason."""

    number: int


@dataclass(eq=False)
class ChangedSince(ReportRefusal):
    """Something was recorded of the person since it was reported."""

    number: int


@dataclass(eq=False)
class UnitsReport(ReportRefusal):
    """The city's admins report nothing here; they have the roster."""


@dataclass(eq=False)
class CardTooOld(ReportRefusal):
    """The card asks about a month of which nothing is taken any more."""

    month: date
