"""Who owes which duty in a year, or on a day, from the histories of people and units alone.

By months: a month counts for a duty when it fitted on at least 15 days on duty (本市), and a duty of a year or two
is waived, never prorated, under three such months; of rows that change in mid-year the one of most months is owed
(tie: the higher). The 学时 of 任务 1 are prorated by `training.requirements`. On one day: standing duties and the
exam, on the day asked for. A unit's people are those below it too.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from training.duties import Duty, Measure, Owes, Period, Subject, by_quota, row_of
from training.duty_days import Stretch, UnitsThen, person_stretches, recorded_by, unit_stretches
from training.duty_standing import counted_in, headcount, owes_on_day
from training.people import Fact, Field, values_on
from training.requirements import Policy, owed, policy_on
from training.roll import KnownPerson
from training.statuses import Status
from training.units import UnitTree, units_on

_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class City:
    """People and units with their histories, and the policies of the city: a month follows its first day's."""

    persons: Sequence[KnownPerson]
    units: UnitsThen
    policies: tuple[Policy, ...] = (Policy(),)

    def policy(self, day: date) -> Policy:
        return policy_on(self.policies, day)

    def statuses(self, day: date) -> tuple[Status, ...]:
        """Of the month in which the day lies, as hours are owed."""
        return self.policy(day.replace(day=1)).statuses


def city_of(
    persons: Iterable[KnownPerson],
    unit_facts: Mapping[str, Iterable[Fact]],
    *policies: Policy,
    known_at: datetime | None = None,
) -> City:
    """As far as recorded by `known_at` (None: all that is recorded)."""
    known = {
        code: [fact for fact in facts if known_at is None or fact.recorded_at <= known_at]
        for code, facts in unit_facts.items()
    }
    people = [recorded_by(person, known_at) for person in persons]
    units = UnitsThen({code: facts for code, facts in known.items() if facts})
    return City([person for person in people if person.facts], units, policies or (Policy(),))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of a city: the year, the day for what is owed on one day, and where rows begin and end."""

    city: City
    year: int
    day: date
    cuts: tuple[date, ...]

    @property
    def policy(self) -> Policy:
        """The one of the year's end."""
        return self.city.policy(date(self.year, 12, 31))


def owing_in(duties: Sequence[Duty], city: City, year: int, as_of: date | None = None) -> list[Owes]:
    """Every duty that somebody owes in `year`, waived ones with it, in the order of `duties` and then of subjects.

    What is owed on one day is taken on `as_of`, by default 31 December. Raises: UnknownStatus.
    """
    asked = _Asked(city, year, as_of or date(year, 12, 31), tuple(_cuts(duties)))
    found = [
        *_persons_owe(_quotas(duties, Subject.PERSON), asked),
        *_units_owe(_quotas(duties, Subject.UNIT), asked),
    ]
    place = {(duty.key, duty.valid_from): index for index, duty in enumerate(duties)}
    return sorted(found, key=lambda owes: (place[owes.duty.key, owes.duty.valid_from], owes.subject))


def owing_on(duties: Sequence[Duty], city: City, day: date) -> list[tuple[Duty, str]]:
    """The rows that fit on `day`, with the subject each: whether a year's count is owed is asked of the year."""
    on_day = {Subject.PERSON: people_on(city, day), Subject.UNIT: units_there(city, day)}
    return [
        (row, subject)
        for rows in by_quota(duties).values()
        for subject, stretch in on_day[rows[0].subject].items()
        if (row := row_of(rows, stretch)) is not None
    ]


def people_on(city: City, day: date) -> dict[str, Stretch]:
    """人员编号 → the day, of those in post. Raises: UnknownStatus."""
    rules = city.policy(day).statuses
    return {
        person.number: stretch
        for person in city.persons
        for stretch in person_stretches(person, city.units, day, day, (), lambda _day: rules)
    }


def units_there(city: City, day: date) -> dict[str, Stretch]:
    return {
        code: stretch for code in city.units.facts for stretch in unit_stretches(code, city.units, day, day, ())
    }


def _quotas(duties: Iterable[Duty], subject: Subject) -> list[list[Duty]]:
    return [rows for rows in by_quota(duties).values() if rows[0].subject is subject]


def _cuts(duties: Iterable[Duty]) -> Iterator[date]:
    """Days on which a row begins, or is no longer in force."""
    for row in duties:
        yield row.valid_from
        if row.valid_until is not None:
            yield row.valid_until + _ONE_DAY


def _persons_owe(quotas: Sequence[Sequence[Duty]], asked: _Asked) -> Iterator[Owes]:
    today = people_on(asked.city, asked.day)
    for person in asked.city.persons:
        stretches = _year_of(person, asked)
        for rows in quotas:
            if rows[0].on_one_day:
                stretch = today.get(person.number)
                owes = owes_on_day(rows, person, stretch, asked.day) if stretch else None
            else:
                owes = _person_owes(rows, person, stretches, asked)
            if owes is not None:
                yield owes


def _year_of(person: KnownPerson, asked: _Asked) -> list[Stretch]:
    first, last = date(asked.year, 1, 1), date(asked.year, 12, 31)
    return list(person_stretches(person, asked.city.units, first, last, asked.cuts, asked.city.statuses))


def _person_owes(
    rows: Sequence[Duty], person: KnownPerson, stretches: Iterable[Stretch], asked: _Asked
) -> Owes | None:
    owes = _owes_by_months(rows, person.number, stretches, asked)
    if owes is None:
        return None
    if owes.duty.measure is Measure.HOURS:
        return _prorated(owes, person, asked)
    return _term(owes, person) if owes.duty.period is Period.TERM else owes


def _prorated(owes: Owes, person: KnownPerson, asked: _Asked) -> Owes | None:
    """The row of most months, with the sum of all months: 学时 are prorated and never waived."""
    hours = owed(person.facts, person.periods, asked.year, *asked.city.policies).hours
    return replace(owes, amount=hours, waived=False) if hours else None


def _term(owes: Owes, person: KnownPerson) -> Owes:
    """From 任现职日期 as held on the last day of it, else the first day on record; open while it lasts."""
    last = owes.last or owes.starts
    said = values_on(person.facts, last).get(Field.APPOINTED_ON)
    since = date.fromisoformat(said) if said else min(fact.valid_from for fact in person.facts)
    return replace(owes, starts=since, ends=None if last == owes.ends else last, since=since)


def _units_owe(quotas: Sequence[Sequence[Duty]], asked: _Asked) -> Iterator[Owes]:
    today = units_there(asked.city, asked.day)
    people = list(people_on(asked.city, asked.day).values())
    tree = UnitTree(units_on(asked.city.units.facts, asked.day))
    for rows in quotas:
        have = counted_in(rows[0].shown, people, tree) if rows[0].on_one_day else Counter[str]()
        for code in asked.city.units.facts:
            if rows[0].on_one_day:
                row = row_of(rows, today[code]) if code in today else None
                owes = headcount(row, code, have[code], asked.day) if row else None
            else:
                first, last = _window(rows[0], asked.year)
                stretches = unit_stretches(code, asked.city.units, first, last, asked.cuts)
                owes = _owes_by_months(rows, code, stretches, asked)
            if owes is not None:
                yield owes


def _window(duty: Duty, year: int) -> tuple[date, date]:
    """First and last day of the year, or of the two years in which it lies."""
    if duty.period is not Period.TWO_YEARS:
        return date(year, 1, 1), date(year, 12, 31)
    first = year - (year - duty.valid_from.year) % 2
    return date(first, 1, 1), date(first + 1, 12, 31)


def _owes_by_months(rows: Sequence[Duty], subject: str, stretches: Iterable[Stretch], asked: _Asked) -> Owes | None:
    """None when no row of the quota fitted on any day on duty."""
    days: defaultdict[date, Counter[int]] = defaultdict(Counter)  # month → place in `rows` → days
    latest = None
    for stretch in stretches:
        if (row := row_of(rows, stretch)) is not None:
            days[stretch.starts.replace(day=1)][rows.index(row)] += stretch.days
            latest = stretch
    if latest is None:
        return None
    counted = [of for month, of in days.items() if of.total() >= asked.city.policy(month).month_days]
    months = Counter(_most(of_month, rows) for of_month in counted) or sum(days.values(), Counter[int]())
    duty = rows[_most(months, rows)]
    return Owes(
        *(duty, subject, latest.unit, duty.amount, *_window(rows[0], asked.year)),
        counted_months=len(counted),
        waived=duty.period is not Period.TERM and len(counted) < asked.policy.count_months,
        last=latest.ends,
    )


def _most(found: Counter[int], rows: Sequence[Duty]) -> int:
    """The row of most days or months; of equal ones the one that asks for more."""
    return max(found, key=lambda place: (found[place], rows[place].amount))
