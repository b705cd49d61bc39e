"""The words in which reports and messages say the same of an exam: rates, scores, why somebody is away."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from training.exam_results import Band, Rate
from training.exams import Exam, Excuse, State
from training.hours import decimal
from training.rule_document import plain

ABSENT: Final = "缺考"
NOT_YET: Final = "尚未参加"
DEFERRED: Final = "缓考"
EXCUSED: Final = "免考"
NO_RATE: Final = "—"
BANDS: Final[Mapping[Band, str]] = {
    Band.FAILED: "不合格",
    Band.PASSED: "合格",
    Band.GOOD: "良好",
    Band.EXCELLENT: "优秀",
}


def rate_words(rate: Rate) -> str:
    """`83.33%（5/6）`; of nobody `—（0/0）`."""
    percent = rate.percent
    return f"{NO_RATE if percent is None else f'{percent}%'}（{rate.count}/{rate.of}）"


def points_words(hundredths: int) -> str:
    """`80`, `87.5`."""
    return plain(decimal(hundredths))


def full_words(full_marks: Iterable[int]) -> str:
    """`100`; of unlike papers `100、120`."""
    return "、".join(map(points_words, full_marks))


def is_over(exam: Exam, now: datetime) -> bool:
    """Whether the window has closed: until then nobody is absent."""
    return exam.state_at(now) in (State.CLOSED, State.RELEASED)


def away_words(excuse: Excuse, *, over: bool) -> str:
    match excuse:
        case Excuse.DEFERRED:
            return DEFERRED
        case Excuse.EXCUSED:
            return EXCUSED
    return ABSENT if over else NOT_YET
