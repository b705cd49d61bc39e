"""年终确认: the figures of a unit and year that its admin stands by, and when that has to be asked again.

A unit's figures are those of its people by personnel relation on 31 December, with all units below it. What was
said last holds, as long as the figures are still those of which it was said. Amounts are whole hundredths of an
hour.
Source: domain, Ledger (the year).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

import msgspec

from training.calendar import DAY, Calendar
from training.summaries import Figures
from training.years import YearRefusal

REMINDERS: Final = ((1, 5), (1, 12))  # of the next year; on a holiday the next working day


class UnitFigures(msgspec.Struct, frozen=True):
    """`assessed` of the `people` owe something, `met` of those owe nothing more."""

    people: int = 0
    assessed: int = 0
    met: int = 0
    owed: int = 0
    recorded: int = 0
    counted: int = 0

    @property
    def behind(self) -> int:
        return self.assessed - self.met


def figures_of(rows: Iterable[Figures]) -> UnitFigures:
    """Of several people, or of nobody."""
    return summed(
        UnitFigures(one.people, one.assessed, one.met, one.owed, one.recorded, one.counted) for one in rows
    )


def summed(several: Iterable[UnitFigures]) -> UnitFigures:
    listed = [msgspec.structs.astuple(one) for one in several]
    return UnitFigures(*(sum(column) for column in zip(*listed, strict=True)))


def encoded(figures: UnitFigures) -> str:
    return msgspec.json.encode(figures).decode()


def decoded(text: str) -> UnitFigures:
    return msgspec.json.decode(text, type=UnitFigures)


@dataclass(frozen=True, slots=True)
class YearSnapshot:
    """How the year stood at `taken_at`, which is its end: reports as known at that moment show it again.

    `units`: by 单位代码, each without those below it.
    """

    year: int
    taken_at: datetime
    head_seq: int
    head_hash: str
    units: Mapping[str, UnitFigures]

    @property
    def city(self) -> UnitFigures:
        return summed(self.units.values())


class Said(StrEnum):
    CONFIRMED = "confirmed"  # 无误
    OBJECTED = "objected"  # 有误
    WITHDRAWN = "withdrawn"  # 撤回


@dataclass(frozen=True, slots=True)
class Confirmation:
    """`by` said it of these figures, when the ledger ended with line `head_seq`."""

    year: int
    unit: str
    kind: Said
    by: str
    at: datetime
    head_seq: int
    figures: UnitFigures
    note: str = ""


class Standing(StrEnum):
    OPEN = "open"  # nothing was said, or it was withdrawn
    CONFIRMED = "confirmed"
    OBJECTED = "objected"
    STALE = "stale"  # was confirmed with other figures


def standing(last: Confirmation | None, figures: UnitFigures) -> Standing:
    """An objection stands whatever became of the figures, until its unit says something else."""
    if last is None or last.kind is Said.WITHDRAWN:
        return Standing.OPEN
    if last.kind is Said.OBJECTED:
        return Standing.OBJECTED
    return Standing.CONFIRMED if last.figures == figures else Standing.STALE


def below(code: str, parents: Mapping[str, str]) -> frozenset[str]:
    """The unit and all under it; `parents`: 单位代码 → the one above, empty for none."""
    reached = {code}
    while more := {unit for unit, parent in parents.items() if parent in reached} - reached:
        reached |= more
    return frozenset(reached)


def unconfirmed(
    units: Mapping[str, UnitFigures], parents: Mapping[str, str], last: Mapping[str, Confirmation]
) -> tuple[str, ...]:
    """The units with people that nobody stands by: neither their own admin nor that of a unit above.

    `units`: the figures as they are now, each without those below it.
    """
    stood_by: set[str] = set()
    for code, said in last.items():
        within = below(code, parents)
        if standing(said, summed(units[unit] for unit in within if unit in units)) is Standing.CONFIRMED:
            stood_by |= within
    return tuple(sorted(code for code, figures in units.items() if figures.people and code not in stood_by))


def is_reminder(day: date, calendar: Calendar) -> bool:
    """Whether those who have not confirmed the year before are reminded on that day."""
    return any(day == _working_from(date(day.year, *when), calendar) for when in REMINDERS)


def _working_from(day: date, calendar: Calendar) -> date:
    while not calendar.is_working(day):
        day += DAY
    return day


@dataclass(eq=False)
class YearEndRefusal(YearRefusal):
    """What a unit admin cannot say of a year; each kind below says why."""


@dataclass(eq=False)
class NotEndedYet(YearEndRefusal):
    """A year is confirmed from 1 January of the next one."""


@dataclass(eq=False)
class ClosedForUnits(YearEndRefusal):
    """It was closed on that day: what is wrong is mended by 补录, 冲销 or 异议."""

    day: date


@dataclass(eq=False)
class NothingSaid(YearEndRefusal):
    """There is nothing to withdraw."""


@dataclass(eq=False)
class NotYourUnit(YearEndRefusal):
    """The unit of this name is not below the 管辖单位 of who asks."""

    name: str


@dataclass(eq=False)
class NoUnitsGiven(YearEndRefusal):
    """A unit admin to whom no unit was given."""
