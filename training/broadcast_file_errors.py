"""What can be wrong with a broadcast file, as facts, beside those of any file (`exam_file_errors`), and doubts.

The Chinese sentences are in `handlers/texts/broadcast_file.py`. Moments are in UTC, sizes in bytes.
"""

from dataclasses import dataclass
from datetime import date, datetime

from question_bank.questions import Kind as QuestionKind
from training.broadcasts import Kind
from training.exam_file_errors import Doubt, Problem


@dataclass(frozen=True, slots=True)
class NotWithKind(Problem):
    """The key goes with these kinds only."""

    kind: Kind
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class NotWithout(Problem):
    """The key means nothing without the other."""

    other: str


@dataclass(frozen=True, slots=True)
class NotTogether(Problem):
    """`other`: a key that says something else about the same."""

    other: str


@dataclass(frozen=True, slots=True)
class NothingAsked(Problem):
    """A quiz has neither questions nor any to be drawn."""


@dataclass(frozen=True, slots=True)
class TooManyQuestions(Problem):
    found: int
    most: int


@dataclass(frozen=True, slots=True)
class BadList(Problem):
    """The entry of this place, from 1, is neither an id nor a table; 0: it is no list at all."""

    entry: int


@dataclass(frozen=True, slots=True)
class UnknownQuestion(Problem):
    id: str


@dataclass(frozen=True, slots=True)
class TwiceAsked(Problem):
    """By its id, or by the beginning of its stem."""

    said: str


@dataclass(frozen=True, slots=True)
class NotAskable(Problem):
    """`id` is empty for a question that stands in the file."""

    id: str
    kind: QuestionKind


@dataclass(frozen=True, slots=True)
class BadQuestion(Problem):
    """`said`: what an import would say of it; `key` is the field."""

    said: str


@dataclass(frozen=True, slots=True)
class UnknownTopic(Problem):
    """No question in use has it."""

    topic: str
    likely: str


@dataclass(frozen=True, slots=True)
class ControlSign(Problem):
    """A sign that nobody can see, such as U+0000."""


@dataclass(frozen=True, slots=True)
class TooManyBytes(Problem):
    """Of a text, although it has few enough characters."""

    size: int
    most: int


@dataclass(frozen=True, slots=True)
class NoFile(Problem):
    """The file that is to be sent is not where it is said to be."""

    name: str


@dataclass(frozen=True, slots=True)
class BigFile(Problem):
    name: str
    most: int


@dataclass(frozen=True, slots=True)
class SmallFile(Problem):
    """Nothing in it, or as good as nothing."""

    name: str
    least: int


@dataclass(frozen=True, slots=True)
class NoPicture(Problem):
    """Neither PNG nor JPG by its content."""

    name: str


@dataclass(frozen=True, slots=True)
class BrokenPicture(Problem):
    """It begins as a picture does, but has no good header."""

    name: str


@dataclass(frozen=True, slots=True)
class Program(Problem):
    """Something that runs on Windows or Linux."""

    name: str


@dataclass(frozen=True, slots=True)
class BadCredit(Problem):
    """Neither an amount of hours nor true or false."""


@dataclass(frozen=True, slots=True)
class NoTime(Problem):
    """The key is there, and empty: rather a slip than the wish to send at once."""


@dataclass(frozen=True, slots=True)
class BadRepeat(Problem):
    word: str


@dataclass(frozen=True, slots=True)
class RuleOver(Problem):
    """The last day of the rule is over, or it has none."""

    last: date


@dataclass(frozen=True, slots=True)
class BadUntil(Problem):
    word: str


@dataclass(frozen=True, slots=True)
class FixedEnd(Problem):
    """What repeats closes a number of days after each sending, not once for all."""


@dataclass(frozen=True, slots=True)
class Past(Problem):
    at: datetime


@dataclass(frozen=True, slots=True)
class ClosesFirst(Problem):
    """It would close before it is sent."""

    closes_at: datetime
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class QuestionDoubt(Doubt):
    """What an import would warn of; `number` is the place among the questions that stand in the file, from 1."""

    number: int
    said: str


@dataclass(frozen=True, slots=True)
class SameEachTime(Doubt):
    """A quiz that repeats asks the very same questions again and again."""


@dataclass(frozen=True, slots=True)
class CreditEnds(Doubt):
    """It gives credit and closes after the year of its sending, which is over before."""

    year: int


@dataclass(eq=False)
class BadBroadcastFile(Exception):
    """At least one problem, in the order of the file as far as it goes."""

    problems: tuple[Problem, ...]
