"""What can be wrong with a rule file, as facts: where it stands, and what was found there.

The Chinese sentences are in `handlers/texts/rule_file.py`.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What a value should be."""

    TABLE = "table"  # [[name]]
    TEXT = "text"
    TEXTS = "texts"
    FLAG = "flag"
    WHOLE = "whole"
    DAY = "day"
    AMOUNT = "amount"  # a quoted number of hours
    LIMIT = "limit"  # an amount or 不限
    TIMES = "times"  # a quoted whole number
    FACTOR = "factor"  # a quoted number or fraction


@dataclass(frozen=True, slots=True)
class Place:
    """The `number`th [[table]] of the file, counted from 1; the top of the file has no table."""

    table: str = ""
    number: int = 0


@dataclass(eq=False)
class BadRules(Exception):
    """A rule file that cannot be used; each kind below says why."""

    place: Place


@dataclass(eq=False)
class UnknownKey(BadRules):
    key: str
    known: tuple[str, ...]


@dataclass(eq=False)
class MissingKey(BadRules):
    key: str


@dataclass(eq=False)
class WrongValue(BadRules):
    """The value is not of the kind that the key takes."""

    key: str
    wanted: Kind


@dataclass(eq=False)
class Negative(BadRules):
    key: str


@dataclass(eq=False)
class OutOfRange(BadRules):
    key: str
    lowest: int
    highest: int


@dataclass(eq=False)
class NotPositive(BadRules):
    key: str


@dataclass(eq=False)
class UnknownWord(BadRules):
    """`word` names nothing: a form, a duty, a rule. `known` is all there is."""

    key: str
    word: str
    known: tuple[str, ...]


@dataclass(eq=False)
class UnknownStatusName(BadRules):
    """Neither a known status nor declared as a new one."""

    name: str
    known: tuple[str, ...]


@dataclass(eq=False)
class Reserved(BadRules):
    """A status that the program itself relies on."""

    name: str


@dataclass(eq=False)
class SameDay(BadRules):
    """Two rows of one thing begin on one day (None: since ever); `earlier` is the other row's number."""

    what: str
    day: date | None
    earlier: int


@dataclass(eq=False)
class LeastOverMost(BadRules):
    """In hundredths of an hour."""

    least: int
    most: int


@dataclass(eq=False)
class NoEffect(BadRules):
    """The key says nothing about this form or duty; `known` are those that do."""

    key: str
    what: str
    known: tuple[str, ...]


@dataclass(eq=False)
class EndsBeforeStart(BadRules):
    starts: date
    ends: date


@dataclass(eq=False)
class WordTaken(BadRules):
    """A name or alias of a status already means another one."""

    word: str
    by: str
