"""The number of an exam, as its commands take it, and an exam as a JSON document."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

from training.exams import Exam, State

F = TypeVar("F", bound=Callable[..., Any])
_LAST: Final = 2**31 - 1  # a database takes more, but nobody means that


def of_exam(command: F) -> F:
    """Adds `number: int`."""
    return click.argument("number", type=click.IntRange(1, _LAST), metavar="考试编号")(command)


def document(exam: Exam, state: State) -> dict[str, Any]:
    """`state` as it is at the moment."""
    return {
        **{"id": exam.number, "title": exam.settings.title, "year": exam.settings.year, "state": str(state)},
        **{"opens_at": exam.opens_at.isoformat(), "closes_at": exam.closes_at.isoformat()},
        "makeup_of": exam.makeup_of or None,
        "basis_day": exam.basis_day.isoformat() if exam.basis_day else None,
        **{"scores_released": exam.scores_released, "answers_released": exam.answers_released},
    }
