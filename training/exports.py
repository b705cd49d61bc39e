"""Reports by chat: which there are, and of which units somebody may have one. Pure.

A scope is a tuple of 单位代码, each with the units below it; the empty one is the whole city.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from training.errors import NoSuchNumber, NotAllowed, Refusal
from training.people import Person, Role

UNIT: Final = "单位"
YEARS_FROM: Final = 2000
_SHORTEST_NAME: Final = 2  # characters of a name that may stand inside of what was typed
_WHOLE_CITY: Final = (Role.CITY_ADMIN, Role.AUDITOR)


class Kind(StrEnum):
    """学时台账, 学时汇总, the reports of an exam, and the 年终确认单."""

    LINES = "lines"
    SUMMARY = "summary"
    EXAM = "exam"
    CONFIRMATION = "confirmation"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody typed. `unit` is a name or a 单位代码; empty: everything that one may see.

    `year` is the 考核年度; of an exam its number, 0 for the latest.
    """

    kind: Kind
    year: int
    unit: str = ""


@dataclass(eq=False)
class ExportRefusal(Refusal):
    """The common kind of this module."""


@dataclass(eq=False)
class OutsideUnits(ExportRefusal):
    """The unit is not below the 管辖单位 of who asks."""

    name: str


@dataclass(eq=False)
class NoManagedUnits(ExportRefusal):
    """A unit admin to whom no unit was given."""


@dataclass(eq=False)
class WhichUnit(ExportRefusal):
    """Several units may be meant; `found` are their codes and names."""

    words: str
    found: tuple[tuple[str, str], ...]


@dataclass(eq=False)
class ScoresKept(ExportRefusal):
    """Before its scores are released the reports of an exam are for the city alone."""

    title: str


@dataclass(eq=False)
class TooManyReports(ExportRefusal):
    """`most` reports of the same person are under way already."""

    most: int


def roots(person: Person, unit: str, reach: frozenset[str]) -> tuple[str, ...]:
    """The scope of a report of `unit`, a known 单位代码 (empty: everything that `person` may see).

    City admins and auditors: the whole city or any unit. Unit admins: the 管辖单位 or one below; `reach` are the
    管辖单位 with everything below. Everybody else: nothing.
    Raises: NotAllowed, NoManagedUnits, OutsideUnits (naming the code). Source: domain, Roles.
    """
    if person.role in _WHOLE_CITY:
        return (unit,) if unit else ()
    if person.role is not Role.UNIT_ADMIN:
        raise NotAllowed
    if not reach:
        raise NoManagedUnits
    if not unit:
        return tuple(code for code in person.managed_units if code in reach)
    if unit not in reach:
        raise OutsideUnits(unit)
    return (unit,)


def unit_meant(words: str, names: Mapping[str, str], reach: frozenset[str]) -> str:
    """The 单位代码 of a unit typed as code, name, or part of a name; among several the one within `reach`.

    Raises: NoSuchNumber, WhichUnit.
    """
    typed = _folded(words)
    by_code = [code for code in names if _folded(code) == typed]
    if by_code:
        return by_code[0]
    exact = [code for code, name in names.items() if _folded(name) == typed]
    found = exact or [code for code, name in names.items() if _alike(typed, _folded(name))]
    if not found:
        raise NoSuchNumber(UNIT, words)
    near = [code for code in found if code in reach] or found
    if len(near) > 1:
        raise WhichUnit(words, tuple((code, names[code]) for code in near))
    return near[0]


def _alike(typed: str, name: str) -> bool:
    """`市司法局` is meant for `司法局`, and `司法` as well."""
    return typed in name or (len(name) >= _SHORTEST_NAME and typed.endswith(name))


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def said(kind: Kind, year: int, units: Iterable[str]) -> str:
    """For the audit log: `summary 2026 1101,1102`; `all` is the whole city."""
    return f"{kind} {year} {','.join(units) or 'all'}"
