"""Why a 申报, or a decision about one, is refused, as facts; `handlers.texts.claim_refusals` has the sentences."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from training.claims import State
from training.errors import Refusal


@dataclass(eq=False)
class ClaimRefusal(Refusal):
    """The common kind."""


@dataclass(eq=False)
class NoSuchClaim(ClaimRefusal):
    """There is none with this number that the asking person may see."""

    number: int


@dataclass(eq=False)
class NotInState(ClaimRefusal):
    """The claim is in a state in which this cannot be done."""

    number: int
    state: State


@dataclass(eq=False)
class HearingsAreListed(ClaimRefusal):
    """旁听庭审 comes from the organiser's list, and no pictures of it are taken. Source: domain, court_hearing."""


@dataclass(eq=False)
class NotClaimed(ClaimRefusal):
    """Hours of this form are posted by the machine."""

    form: str


@dataclass(eq=False)
class Untitled(ClaimRefusal):
    """Nothing says what it was."""


@dataclass(eq=False)
class EndsTooEarly(ClaimRefusal):
    """The last day is before the first."""

    starts: date
    ends: date


@dataclass(eq=False)
class TooLong(ClaimRefusal):
    """More days than anything takes."""

    days: int
    most: int


@dataclass(eq=False)
class NotHeldYet(ClaimRefusal):
    """It lies in the future."""

    day: date


@dataclass(eq=False)
class TooLate(ClaimRefusal):
    """Claims for the year were taken until `until`; later only the unit brings hours in."""

    year: int
    until: date


@dataclass(eq=False)
class WrongMeasure(ClaimRefusal):
    """This form is not measured so; `by` are the ways in which it is (`training.forms.Basis`)."""

    form: str
    by: tuple[str, ...]


@dataclass(eq=False)
class OutOfBounds(ClaimRefusal):
    """More minutes, or hours, than such days have; or none at all."""

    minutes: int = 0
    hours: Decimal | None = None


@dataclass(eq=False)
class NoWorkingDays(ClaimRefusal):
    """Whole and half days, all of them free."""

    starts: date
    ends: date


@dataclass(eq=False)
class OnTheList(ClaimRefusal):
    """The person is on the list of an activity of that day: it posts the hours, not a claim."""

    activity: int
    title: str


@dataclass(eq=False)
class ClaimedAlready(ClaimRefusal):
    """The same claim was made before and is not turned down."""

    number: int


@dataclass(eq=False)
class TooMany(ClaimRefusal):
    """So many wait for a decision already."""

    most: int


@dataclass(eq=False)
class OwnClaim(ClaimRefusal):
    """Nobody decides about oneself."""

    number: int


@dataclass(eq=False)
class DecidedBefore(ClaimRefusal):
    """An 异议 against one's own decision was upheld, so that somebody else decides now."""

    number: int


@dataclass(eq=False)
class NotYours(ClaimRefusal):
    """Somebody above has to decide about this one; `level` is whose admins do, empty for the city's."""

    number: int
    level: str


@dataclass(eq=False)
class ReasonNeeded(ClaimRefusal):
    """疑似重复 is approved by itself and with a reason; what is turned down says why."""

    number: int
    doubles: tuple[str, ...] = ()


@dataclass(eq=False)
class TooMuchEvidence(ClaimRefusal):
    """A claim has so many pieces already."""

    number: int
    most: int


@dataclass(eq=False)
class NoLooseEvidence(ClaimRefusal):
    """No picture waits to be put to a claim."""


@dataclass(eq=False)
class ClosedYear(ClaimRefusal):
    """Hours of the year would have to be 补录, and are not approved."""

    number: int
    year: int
    day: date
