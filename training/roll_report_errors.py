"""Why the words of a 人员变动申报 are not understood, as facts."""

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
