"""Why an answer to a 答题活动 is refused, as facts; the sentences live in `handlers.texts.quiz_refusals`."""

from dataclasses import dataclass
from datetime import date

from training.errors import Refusal


@dataclass(eq=False)
class QuizRefusal(Refusal):
    """The common kind."""


@dataclass(eq=False)
class NotAsked(QuizRefusal):
    """The quiz went to other people, or does not have this question, or was never sent."""

    broadcast: int


@dataclass(eq=False)
class NoneOpen(QuizRefusal):
    """No quiz waits for an answer of this person."""


@dataclass(eq=False)
class QuizOrExam(QuizRefusal):
    """Both were shown within the last minute."""


@dataclass(eq=False)
class WhichOfBoth(QuizRefusal):
    """Two questions were shown within the last minute: `quizzes` as broadcast, item and how many it has.

    `daily`: the day of the daily question, when one of the two is one.
    """

    quizzes: tuple[tuple[int, int, int], ...]
    daily: date | None = None
