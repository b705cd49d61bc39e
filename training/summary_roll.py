"""Where a person stands on the roll for a 学时汇总: counted, left within the year, or neither.

`day` is the 统计截止日, or 31 December when that is later. Days of `spans` are both included.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from training.joining import joining_days, on_roll
from training.people import Category, Fact, Field, StatusPeriod, next_change, values_on
from training.roster_columns import CATEGORY_NAMES, MARK_NAME
from training.statuses import CountedAt, Status, standing_periods, status_on

_CATEGORIES: Final[Mapping[str, str]] = {str(category): name for category, name in CATEGORY_NAMES.items()}


class Part(StrEnum):
    COUNTED = "counted"  # at the unit of personnel relation
    LEFT = "left"  # 年内减员表
    ABSENT = "absent"  # not yet or no longer there, or counted nowhere


@dataclass(frozen=True, slots=True)
class Place:
    """`spans`: in post in the year, from–to; `moves`: (day, 单位代码) from 1 January up to `day`, oldest first."""

    number: str
    name: str
    unit: str
    category: str
    mark: bool
    status: str
    part: Part
    spans: tuple[tuple[date, date], ...]
    moves: tuple[tuple[date, str], ...]

    def was_in(self, units: frozenset[str]) -> bool:
        """At some time of the year, or now."""
        return any(code in units for _, code in self.moves)


def place_on(
    number: str,
    facts: Iterable[Fact],
    periods: Iterable[StatusPeriod],
    day: date,
    year: int,
    rules: Sequence[Status],
    known_at: datetime | None = None,
) -> Place:
    """As recorded by `known_at` (None: all). Raises: UnknownStatus."""
    known = [fact for fact in facts if known_at is None or fact.recorded_at <= known_at]
    standing = standing_periods(periods, known_at)
    held = values_on(known, day)
    status = status_on(standing, day, rules)
    spans = tuple(_spans(known, standing, year, rules))
    return Place(
        number,
        held.get(Field.NAME) or values_on(known, date.max).get(Field.NAME, ""),
        held.get(Field.UNIT, ""),
        held.get(Field.CATEGORY, Category.OTHER),
        held.get(Field.MARK) == "1",
        status.name,
        _part(on_roll(known, held, day), status, left_this_year=bool(spans)),
        spans,
        tuple(_moves(known, day, year)),
    )


def _part(on_roll: bool, status: Status, *, left_this_year: bool) -> Part:
    if not on_roll or status.counted_at is CountedAt.NOWHERE:
        return Part.ABSENT
    if status.counted_at is CountedAt.LEAVERS:
        return Part.LEFT if left_this_year else Part.ABSENT
    return Part.COUNTED


def _spans(
    facts: Sequence[Fact], periods: Sequence[StatusPeriod], year: int, rules: Sequence[Status]
) -> Iterator[tuple[date, date]]:
    begun: date | None = None
    for day in _cuts(facts, periods, year):
        in_post = on_roll(facts, values_on(facts, day), day) and not status_on(periods, day, rules).leaves
        if in_post and begun is None:
            begun = day
        if not in_post and begun is not None:
            yield begun, day - timedelta(days=1)
            begun = None
    if begun is not None:
        yield begun, date(year, 12, 31)


def _cuts(facts: Sequence[Fact], periods: Sequence[StatusPeriod], year: int) -> list[date]:
    """Days of the year on which something may change, 1 January first."""
    cuts = {date(year, 1, 1)}
    cuts |= set(joining_days(facts))
    day: date | None = date(year, 1, 1)
    while day is not None and day.year == year:
        cuts.add(day)
        day = next_change(facts, periods, day)
    return sorted(cut for cut in cuts if cut.year == year)


def _moves(facts: Sequence[Fact], day: date, year: int) -> Iterator[tuple[date, str]]:
    last = ""
    first = date(year, 1, 1)
    days = {first} | {f.valid_from for f in facts if f.field == Field.UNIT and first < f.valid_from <= day}
    for cut in sorted(days):
        unit = values_on(facts, min(cut, day)).get(Field.UNIT, "")
        if unit and unit != last:
            yield cut, unit
            last = unit


def category_words(place: Place) -> str:
    """As a roster spells it: `工作人员；行政执法人员`."""
    category = _CATEGORIES.get(place.category, place.category)
    return f"{category}；{MARK_NAME}" if place.mark else category


def span_words(spans: Iterable[tuple[date, date]]) -> str:
    """`03-10至12-31`"""
    return "、".join(f"{first:%m-%d}至{last:%m-%d}" for first, last in spans)
