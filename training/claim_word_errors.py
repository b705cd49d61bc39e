"""Why the words of a 申报 are not understood, as facts; `handlers.texts.claim_words` has the sentences."""

from dataclasses import dataclass
from datetime import date

from training.claim_errors import ClaimRefusal


@dataclass(eq=False)
class WordRefusal(ClaimRefusal):
    """The common kind."""


@dataclass(eq=False)
class NoSuchDay(WordRefusal):
    """It looks like a day and is none."""

    words: str


@dataclass(eq=False)
class NoSuchTime(WordRefusal):
    """It looks like a time of day and is none, or ends before it begins."""

    words: str


@dataclass(eq=False)
class SaidTwice(WordRefusal):
    """Two words for one thing, such as two days that are not joined by 至."""

    what: str
    words: str


@dataclass(eq=False)
class HalfOfSeveral(WordRefusal):
    """半天 of more than two days: which of them is not said."""

    starts: date
    ends: date


@dataclass(eq=False)
class DaysByDates(WordRefusal):
    """So many days, but not which."""

    words: str


@dataclass(eq=False)
class UnknownClass(WordRefusal):
    """No such 内容类别."""

    words: str


@dataclass(eq=False)
class TooLongWords(WordRefusal):
    """`what` has at most so many characters."""

    what: str
    most: int


@dataclass(eq=False)
class IdentityNumber(WordRefusal):
    """An identity number stands in the words; it is never kept."""


@dataclass(eq=False)
class NotUnderstood(WordRefusal):
    """These words are no answer to what was asked."""

    words: str
