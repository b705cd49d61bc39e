"""Days on which nothing changes: a person's year, or a unit's, cut wherever something recorded begins or ends.

Cuts are the first days of months too, so that the days of a month can be counted. A unit that is not known, or
begins later, is taken as `training.units.units_on` takes it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from training.duty_words import Traits, traits
from training.joining import joining_days, on_roll
from training.people import Fact, Field, StatusPeriod, next_change, values_on
from training.roll import KnownPerson
from training.statuses import ExamRule, HoursRule, Status, standing_periods, status_on
from training.units import Unit, unit_from

StatusesOn = Callable[[date], Sequence[Status]]
COUNTING: Final = frozenset({HoursRule.FULL, HoursRule.HALVED})


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `starts` to `ends`, both in one month, in post.

    `counts`: on duty; `sits`: on the roll of an exam; `employed`: of the staff, on leave or not.
    """

    starts: date
    ends: date
    unit: str
    traits: Traits
    counts: bool = True
    sits: bool = True
    employed: bool = True

    @property
    def days(self) -> int:
        return (self.ends - self.starts).days + 1


class UnitsThen:
    """Units as they were on any day."""

    def __init__(self, known: Mapping[str, Iterable[Fact]]) -> None:
        self.facts = {code: tuple(facts) for code, facts in known.items()}
        self._seen: dict[tuple[str, date], Unit] = {}

    def on(self, code: str, day: date) -> Unit:
        key = (code, max(day, self.begins(code)))
        if key not in self._seen:
            self._seen[key] = unit_from(code, values_on(self.facts.get(code, ()), key[1]))
        return self._seen[key]

    def begins(self, code: str) -> date:
        """The first day on record; of an unknown unit the beginning of time."""
        return min((fact.valid_from for fact in self.facts.get(code, ())), default=date.min)


def recorded_by(person: KnownPerson, known_at: datetime | None) -> KnownPerson:
    """The person as far as recorded by `known_at`, with the status periods that stand."""
    facts = tuple(fact for fact in person.facts if known_at is None or fact.recorded_at <= known_at)
    return KnownPerson(person.number, facts, tuple(standing_periods(person.periods, known_at)))


def person_stretches(
    person: KnownPerson, units: UnitsThen, first: date, last: date, cuts: Sequence[date], rules: StatusesOn
) -> Iterator[Stretch]:
    """The days in post, from `first` to `last`; others are left out. `rules`: day → the rows of statuses.

    Raises: UnknownStatus.
    """
    codes = {fact.value for fact in person.facts if fact.field == Field.UNIT}
    of_units = [fact.valid_from for code in codes for fact in units.facts.get(code, ())]
    of_person = joining_days(person.facts)
    for starts, ends in _pieces(person.facts, person.periods, first, last, (*cuts, *of_units, *of_person)):
        held = values_on(person.facts, starts)
        status = status_on(person.periods, starts, rules(starts))
        if status.leaves or not on_roll(person.facts, held, starts):
            continue
        unit = units.on(held[Field.UNIT], starts)
        yield Stretch(
            *(starts, ends, unit.code, traits(held, unit)),
            counts=status.hours in COUNTING,
            sits=status.exam is not ExamRule.EXCUSED,
            employed=status.hours is not HoursRule.NONE,
        )


def unit_stretches(code: str, units: UnitsThen, first: date, last: date, cuts: Sequence[date]) -> Iterator[Stretch]:
    """The days from `first` to `last` on which the unit exists and is 纳入考核."""
    begins = max(first, units.begins(code))
    for starts, ends in _pieces(units.facts[code], (), begins, last, cuts):
        unit = units.on(code, starts)
        if unit.assessed:
            yield Stretch(starts, ends, code, traits({}, unit))


def _pieces(
    facts: Sequence[Fact], periods: Sequence[StatusPeriod], first: date, last: date, cuts: Iterable[date]
) -> Iterator[tuple[date, date]]:
    """First and last day of each piece, with a cut on the first day of every month."""
    known = sorted(set(cuts))
    day = first
    while day <= last:
        following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        change = next_change(facts, periods, day) or date.max
        cut = min((following, change, *(other for other in known if other > day)))
        ends = min(date.fromordinal(cut.toordinal() - 1), last)
        yield day, ends
        day = date.fromordinal(ends.toordinal() + 1)
