"""What can be wrong with an activity file, as facts, beside those of any file (`exam_file_errors`).

The Chinese sentences are in `handlers/texts/activity_file.py`.
"""

from dataclasses import dataclass

from training.activity_errors import Flaw
from training.exam_file_errors import Problem


@dataclass(frozen=True, slots=True)
class NotTogether(Problem):
    """`other`: a key that says something else about the same."""

    other: str


@dataclass(frozen=True, slots=True)
class TooManySessions(Problem):
    found: int
    most: int


@dataclass(frozen=True, slots=True)
class UnknownPlan(Problem):
    """No line of the study plan of this year, or of the years beside it."""

    number: int


@dataclass(frozen=True, slots=True)
class IdentityNumber(Problem):
    """It holds an identity number, which is never kept."""


@dataclass(frozen=True, slots=True)
class Unsound(Problem):
    """Every value is good, and together they are no activity; `what`: the word or day in question."""

    flaw: Flaw
    what: str


@dataclass(eq=False)
class BadActivityFile(Exception):
    """At least one problem, in the order of the file as far as it goes."""

    problems: tuple[Problem, ...]
