"""What is wrong with one place of a file or bank, as a value.

`where` names the place in English as scripts read it ("row 19", "line 7", "CASE-1"); `problem` is the Chinese
sentence that a person reads. A rejected place is not imported; a warning is; an info only shows in a lint.
"""

from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    REJECTED = "rejected"
    WARNING = "warning"
    INFO = "info"


class Problem(NamedTuple):
    """One finding; `field` is the code name (`stem`, `options`, `answer` …), empty when it is about all of it."""

    where: str
    field: str
    problem: str
    severity: Severity = Severity.REJECTED


def rejected(problems: list[Problem]) -> bool:
    """True when one of the problems keeps its place out of the bank."""
    return any(problem.severity is Severity.REJECTED for problem in problems)
