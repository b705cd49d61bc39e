"""Why something is refused, as facts; the sentences live in `handlers.texts`.

A refusal is an expected outcome, returned or raised; everything else that is raised is a bug.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(eq=False)
class Refusal(Exception):
    """The common kind: caught at the desk and on the command line, and nowhere else."""


@dataclass(eq=False)
class NotOnRoll(Refusal):
    """The account belongs to nobody on the roll."""


@dataclass(eq=False)
class QuestionClosed(Refusal):
    """The week of the question, or its year, has ended."""

    day: date


@dataclass(eq=False)
class NotYet(Refusal):
    day: date


@dataclass(eq=False)
class NoSuchQuestion(Refusal):
    """No question was asked on that day, or not of this person's group."""

    day: date


@dataclass(eq=False)
class NoSuchChoice(Refusal):
    """What was typed or tapped is not one of `letters`; `several` says whether more than one may be given."""

    letters: tuple[str, ...]
    several: bool


@dataclass(eq=False)
class NothingToAnswer(Refusal):
    """An answer was typed, but no question stands open."""


@dataclass(eq=False)
class WhichQuestion(Refusal):
    """Two questions were shown within the last minute; `places` are their days and groups, the last first."""

    places: tuple[tuple[date, str], ...]


@dataclass(eq=False)
class NoQuestions(Refusal):
    """The bank has nothing for this group."""

    group: str


@dataclass(eq=False)
class NotAllowed(Refusal):
    """The asking person's role does not include this."""


@dataclass(eq=False)
class NoSuchNumber(Refusal):
    """There is no `what` with this number."""

    what: str
    number: str


@dataclass(eq=False)
class Malformed(Refusal):
    """A command's words are off; `usage` is an example that works."""

    usage: str


@dataclass(eq=False)
class NoSuchAccount(Refusal):
    """`--as` names an account that belongs to nobody on the roll."""

    account: str


@dataclass(eq=False)
class OwnBatch(Refusal):
    """The second pair of eyes cannot be the first one's."""


@dataclass(eq=False)
class BatchDecided(Refusal):
    """Somebody confirmed or returned it before."""

    number: int


@dataclass(eq=False)
class BatchOvertaken(Refusal):
    """What it was about has changed since it was proposed; `about` names a person or a line."""

    number: int
    about: str


@dataclass(eq=False)
class EarnedOff(Refusal):
    """What was kept of a cut line is not what line `seq` itself says: somebody changed the database."""

    seq: int


@dataclass(eq=False)
class PostedMeanwhile(BatchOvertaken):
    """An event of the batch was posted since, as line `seq`; `taken_back`: and reversed again."""

    seq: int
    taken_back: bool


@dataclass(eq=False)
class ReversalWaits(Refusal):
    """Batch `number` would take back line `seq` and is not decided yet."""

    seq: int
    number: int


@dataclass(eq=False)
class CannotReverse(Refusal):
    """The line was reversed before (`by` is that line), or is a reversal itself (`by` is 0)."""

    seq: int
    by: int
