"""What can be wrong with an exam file, as facts: where it stands, and what was found there.

A `Problem` keeps the exam from being made, a `Doubt` only asks to look again. The Chinese sentences are in
`handlers/texts/exam_file.py`. Moments are in UTC, scores and points in hundredths of a point.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from training.people import Group
from training.rule_errors import Place


class Wanted(StrEnum):
    """What a value should be."""

    TABLE = "table"  # [name]
    TABLES = "tables"  # [[name]]
    TEXT = "text"
    TEXTS = "texts"
    SEED = "seed"  # a text or a whole number
    FLAG = "flag"
    WHOLE = "whole"
    WHOLES = "wholes"  # one whole number or several
    NUMBER = "number"
    MOMENT = "moment"


class Slip(StrEnum):
    """The likeliest reason why a file is no TOML."""

    SIGN = "sign"  # a full-width sign where a plain one belongs
    MOMENT = "moment"  # a moment without quotes and without seconds
    TWICE = "twice"  # a key or a table stands there a second time
    ESCAPE = "escape"  # a backslash in a text, as in a path of Windows
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Problem:
    """`key` is empty when it is about the whole table."""

    place: Place
    key: str


@dataclass(frozen=True, slots=True)
class NotToml(Problem):
    """Counted from 1; `line` is 0 when only the end of the file shows it. `sign` stands at the place."""

    line: int
    column: int
    slip: Slip
    sign: str = ""


@dataclass(frozen=True, slots=True)
class UnknownKey(Problem):
    """`likely`: the key that was probably meant; `table`: the one (empty: the top) that takes this very key."""

    likely: str
    table: str | None
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MissingKey(Problem):
    pass


@dataclass(frozen=True, slots=True)
class WrongValue(Problem):
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class OutOfRange(Problem):
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class NotPositive(Problem):
    pass


@dataclass(frozen=True, slots=True)
class TooFine(Problem):
    """More than two places behind the point."""


@dataclass(frozen=True, slots=True)
class NotOneLine(Problem):
    pass


@dataclass(frozen=True, slots=True)
class TooLong(Problem):
    """In characters."""

    length: int
    most: int


@dataclass(frozen=True, slots=True)
class UnknownWord(Problem):
    word: str
    likely: str
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswersEarly(Problem):
    """`release_answers` before the window and its make-up have ended."""


@dataclass(frozen=True, slots=True)
class UnknownUnit(Problem):
    word: str


@dataclass(frozen=True, slots=True)
class SeveralUnits(Problem):
    """The name means several; `codes` are theirs."""

    word: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnknownPerson(Problem):
    """Neither a 人员编号 nor an account."""

    word: str


@dataclass(frozen=True, slots=True)
class MergedPerson(Problem):
    word: str
    became: str


@dataclass(frozen=True, slots=True)
class EmptyAudience(Problem):
    """The table is there and names nobody: rather a slip than everybody."""


@dataclass(frozen=True, slots=True)
class ClosesFirst(Problem):
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class WindowShort(Problem):
    """Nobody would have the whole duration; `window` is in whole minutes."""

    window: int
    duration: int


@dataclass(frozen=True, slots=True)
class YearOff(Problem):
    """The window does not lie between 1 January of the year and 31 January of the next."""

    year: int
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class BandsFall(Problem):
    """`key` is less than the band `below` it."""

    score: int
    below: str
    lower: int


@dataclass(frozen=True, slots=True)
class ScoreTooHigh(Problem):
    """Beyond `total`, which is the full marks of every paper or 100, whichever is more."""

    score: int
    total: int


@dataclass(frozen=True, slots=True)
class NoPaper(Problem):
    """The groups have no section at all."""

    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class TooManyItems(Problem):
    """`groups` is empty when everybody has this paper."""

    groups: tuple[Group, ...]
    items: int
    most: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that may be meant, but rather is not."""


@dataclass(frozen=True, slots=True)
class WindowOver(Doubt):
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class BandsUnfit(Doubt):
    """The bands were left as they are for 100 points, or the score to pass cannot be reached."""

    groups: tuple[Group, ...]
    passed: int
    total: int


@dataclass(frozen=True, slots=True)
class EmptyTopic(Doubt):
    """No question has this topic; `number` is the section's, from 1."""

    number: int
    topic: str
    likely: str


@dataclass(frozen=True, slots=True)
class UnusedSection(Doubt):
    """The section's group is not among the groups that are to sit."""

    number: int
    group: Group


@dataclass(eq=False)
class BadExamFile(Exception):
    """At least one problem, in the order of the file as far as it goes."""

    problems: tuple[Problem, ...]
