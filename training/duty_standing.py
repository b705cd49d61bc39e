"""What is owed on one day: a state that must hold, a place on the exam's roll, people whom a unit must have."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from training.duties import Duty, In, Measure, Owes, State, row_of
from training.duty_days import Stretch
from training.duty_words import jobs
from training.people import Field, values_on
from training.roll import KnownPerson
from training.units import UnitTree


def owes_on_day(rows: Sequence[Duty], person: KnownPerson, stretch: Stretch, day: date) -> Owes | None:
    """The row of one quota that the person owes on `day`, of which `stretch` is the record."""
    row = row_of(rows, stretch)
    if row is None:
        return None
    starts, ends = date(day.year, 1, 1), date(day.year, 12, 31)
    owes = Owes(row, person.number, stretch.unit, row.amount, starts, ends)
    if row.measure is not Measure.STANDING:
        return owes
    since = entered_on(person, day) if row.entrants_since else None
    if row.entrants_since and (since is None or since < row.entrants_since):
        return None
    state, until = _state(row, stretch, values_on(person.facts, day), day)
    return replace(owes, starts=since or day, ends=None, since=since, state=state, until=until)


def _state(row: Duty, stretch: Stretch, held: Mapping[str, str], day: date) -> tuple[State, date | None]:
    """With `remind_days`, the last day of the certificate decides too; one that was made empty is 长期."""
    if not all(test.holds(stretch.traits) for test in row.shown):
        return State.LACKING, None
    said = held.get(Field.CERTIFICATE_UNTIL)
    if not row.remind_days or said == "":
        return State.MET, None
    if said is None:
        return State.UNDATED, None
    until = date.fromisoformat(said)
    if until < day:
        return State.EXPIRED, until
    return (State.EXPIRING if until <= day + timedelta(days=row.remind_days) else State.MET), until


def entered_on(person: KnownPerson, day: date) -> date | None:
    """Since when the person has held the 岗位 of `day`: the day on which the record changed to it.

    A first record only says since when there are records; then 任现职日期, else 入职日期 goes before it.
    """
    now = jobs(values_on(person.facts, day).get(Field.JOB, ""))
    begins = sorted({fact.valid_from for fact in person.facts if fact.valid_from <= day})
    since = None
    for starts in begins:
        same = jobs(values_on(person.facts, starts).get(Field.JOB, "")) == now
        since = (since or starts) if same else None
    if since is None or since != begins[0]:
        return since
    held = values_on(person.facts, day)
    said = held.get(Field.APPOINTED_ON) or held.get(Field.JOINED_ON)
    return date.fromisoformat(said) if said else since


def counted_in(shown: Sequence[In], people: Iterable[Stretch], tree: UnitTree) -> Counter[str]:
    """单位代码 → people of the staff of whom `shown` holds, in the unit and below."""
    found: Counter[str] = Counter()
    for stretch in people:
        if stretch.employed and all(test.holds(stretch.traits) for test in shown):
            found.update(unit.code for unit in tree.line(stretch.unit))
    return found


def headcount(row: Duty, code: str, have: int, day: date) -> Owes:
    state = State.MET if have >= row.amount else State.LACKING
    return Owes(row, code, code, row.amount, day, None, state=state, have=have)
