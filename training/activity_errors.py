"""Why something about a 培训活动 is refused, as facts; the sentences: `handlers.texts.activity_refusals`."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from training.activities import State
from training.errors import Refusal


@dataclass(eq=False)
class ActivityRefusal(Refusal):
    """The common kind."""


@dataclass(eq=False)
class NoSuchActivity(ActivityRefusal):
    """There is none with this number, or none that the asking person may see."""

    number: int


@dataclass(eq=False)
class WrongState(ActivityRefusal):
    """What was asked for is not possible in this state."""

    number: int
    state: State


@dataclass(eq=False)
class NotOrganiser(ActivityRefusal):
    """Only its organiser, or an admin of the unit that holds it, may do this."""

    number: int


class Flaw(StrEnum):
    """What is wrong with what was planned."""

    NO_TITLE = "no_title"
    FORM = "form"  # one that is not held as an activity
    NO_CLASS = "no_class"
    CLASS = "class"  # no such 内容类别
    NO_SESSION = "no_session"
    ENDS_FIRST = "ends_first"
    OVER_MIDNIGHT = "over_midnight"  # a session is of one day
    SAME_DAY = "same_day"  # two sessions on one day
    ORDER = "order"
    TOO_LONG = "too_long"
    NO_UNIT = "no_unit"
    NO_HEARING = "no_hearing"  # 旁听庭审 without its court and case
    NO_HEARING_MEANT = "no_hearing_meant"  # court and case of something else
    SIGN_OUT = "sign_out"  # a hearing has no codes


@dataclass(eq=False)
class Flawed(ActivityRefusal):
    """`what`: the word or day in question, if there is one."""

    flaw: Flaw
    what: str = ""


@dataclass(eq=False)
class UnknownUnits(ActivityRefusal):
    units: tuple[str, ...]


@dataclass(eq=False)
class UnknownPersons(ActivityRefusal):
    """人员编号 that are nobody's."""

    persons: tuple[str, ...]


@dataclass(eq=False)
class BeyondScope(ActivityRefusal):
    """Beyond what a unit admin, or the organiser of this activity, may reach; units and persons by their codes."""

    units: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()


@dataclass(eq=False)
class OnlyByCity(ActivityRefusal):
    """A unit admin wanted it held by the city."""


@dataclass(eq=False)
class HearingByList(ActivityRefusal):
    """旁听庭审 has no codes: the organiser lists who was there."""

    number: int


@dataclass(eq=False)
class NoSessionToday(ActivityRefusal):
    """`following`: the day of the next session, None when there is none to come."""

    number: int
    following: date | None


@dataclass(eq=False)
class WrongCode(ActivityRefusal):
    """Returned, not raised, because it is counted. With none `left`, none is looked at until `until`."""

    left: int
    until: datetime


@dataclass(eq=False)
class TooManyCodes(ActivityRefusal):
    until: datetime


@dataclass(eq=False)
class WhichActivity(ActivityRefusal):
    """The code is that of several; number and title of each."""

    found: tuple[tuple[int, str], ...]


@dataclass(eq=False)
class SignInOver(ActivityRefusal):
    """The session had ended."""

    number: int
    ended: datetime


@dataclass(eq=False)
class StruckOff(ActivityRefusal):
    """The organiser said that this person was not there."""

    number: int


@dataclass(eq=False)
class NoSignOut(ActivityRefusal):
    """It has no sign-out."""

    number: int


@dataclass(eq=False)
class NotSignedIn(ActivityRefusal):
    number: int


@dataclass(eq=False)
class NoSuchSession(ActivityRefusal):
    number: int
    day: date


@dataclass(eq=False)
class SessionToCome(ActivityRefusal):
    """Nobody can have been there yet."""

    number: int
    starts: datetime


@dataclass(eq=False)
class BadTimes(ActivityRefusal):
    """A list says of this person that he or she left before coming, or was there on another day."""

    person: str


@dataclass(eq=False)
class NotOver(ActivityRefusal):
    """It can be concluded when its last session has ended."""

    number: int
    ends: datetime


@dataclass(eq=False)
class BadMinutes(ActivityRefusal):
    """Of each of the `sessions` its real length, whole minutes from 1 to `most`."""

    number: int
    sessions: int
    most: int


@dataclass(eq=False)
class NobodyPresent(ActivityRefusal):
    """There is nobody on the list."""

    number: int
