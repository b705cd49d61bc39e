"""An event of past hours as it will be posted, and the refs under which the same event is known.

A ref is the same for the same event, whoever imports it and how often. Of an event over New Year every year has a
line of its own, with the ref of the whole event and that year: a calendar that changes later moves hours between
the two, and the file still does not count twice. An event that was taken back and is imported again has the next
generation of its ref (`…#2`), because `source` and `source_ref` are unique in the ledger.
Source: domain, Ledger.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

import msgspec

from training.cell_words import folded

_GENERATION: Final = "#"


class Whole(msgspec.Struct, frozen=True):
    """The event of which a line is the part of one year; `hours` as stated."""

    starts: date
    ends: date
    hours: Decimal


class PastLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """One event, or its part in one year, as it will be posted; `hours` as stated, before any cap."""

    person: str
    name: str
    form: str
    classes: tuple[str, ...]
    title: str
    starts: date
    ends: date
    hours: Decimal
    organiser: str
    evidence: str
    year: int
    ref: str
    whole: Whole | None = None


class PastCut(msgspec.Struct, frozen=True):
    """A line of which less is posted than was stated: how much, and the note that says why."""

    ref: str
    posted: Decimal
    note: str


class PastDouble(msgspec.Struct, frozen=True):
    """疑似重复: a line that looks like another event of the same person, which stands at `place`."""

    ref: str
    place: str


@dataclass(frozen=True, slots=True)
class Again:
    """An event that was taken back may be posted again under `ref`; `seq` is its last line that was taken back."""

    ref: str
    seq: int


def first_ref(ref: str) -> str:
    """That of the event when it was imported for the first time."""
    return ref.partition(_GENERATION)[0]


def generation(ref: str) -> int:
    """1 for an event that was never taken back."""
    return int(ref.partition(_GENERATION)[2] or 1)


def in_generation(ref: str, number: int) -> str:
    return f"{first_ref(ref)}{_GENERATION}{number}"


def is_again(line: PastLine) -> bool:
    return generation(line.ref) > 1


def ref_of(line: PastLine, person: str | None = None) -> str:
    """`person`: another number, when it is not that of the line."""
    who = person or line.person
    if line.whole is None:
        return _digest(who, line.form, line.title, line.starts, line.ends, line.hours)
    whole = line.whole
    return _digest(who, line.form, line.title, whole.starts, whole.ends, whole.hours, str(line.year))


def refs_of(line: PastLine, numbers: Iterable[str]) -> list[str]:
    """Under which the same event may stand in the ledger, its own first.

    By the person's number, or one that became it; a part over New Year also as somebody who split the row by hand
    would have written it.
    """
    persons = (line.person, *numbers)
    found = [first_ref(line.ref), *(ref_of(line, number) for number in persons[1:])]
    if line.whole is not None:
        by_hand = (line.form, line.title, line.starts, line.ends, line.hours)
        found += [_digest(number, *by_hand) for number in persons]
    return found


def _digest(person: str, form: str, title: str, starts: date, ends: date, hours: Decimal, *more: str) -> str:
    said = "\x1f".join((person, form, folded(title), starts.isoformat(), ends.isoformat(), str(hours), *more))
    return hashlib.sha256(said.encode()).hexdigest()[:32]
