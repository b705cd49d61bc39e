"""Which duties an activity fulfils, and for whom, once it is posted.

A class by whoever taught it and is a head; a hearing by each who was there and has to go; an off-job training by
whoever completed it. Of units: an organised hearing by each that holds it and had somebody of its own there; a
lecture by the host, and by another that holds it with one of its 班子成员 there, because the notice speaks of the
leadership team; drills and the competition by the host, and by the government above when the city holds them.
Being away takes days from what must be done and not from what was done. Source: domain, Ledger (Joint activities).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from training.activities import PRESENT, Activity, Attendance, HeldBy, Settings
from training.activity_rules import TAUGHT, Earning, Presence, earning, planned_minutes, presences
from training.calendar import day_of
from training.cell_words import folded
from training.content import Knowledge, knowledge
from training.duties import Duty, Subject, by_quota, row_for
from training.duty_days import Stretch
from training.duty_facts import registered
from training.duty_owing import City, people_on, units_there
from training.duty_table import TEAM
from training.forms import FORM_RULES, Form, Table
from training.units import UnitTree, units_on

APPEARED: Final = "出庭应诉"  # 任务 30: who appears for a unit has not come to listen
DRILL: Final = "drill"
_TAUGHT: Final = frozenset({*TAUGHT, Form.OFF_JOB})
_SPOKEN: Final[Mapping[str, tuple[str, ...]]] = {"行政执法": ("执法",), "行政应诉": ("应诉",)}
_KINDS: Final = frozenset({"行政", "行政案件", "行政公益诉讼"})  # also 行政诉讼
_ADMINISTRATIVE: Final = "行政诉讼"


@dataclass(frozen=True, slots=True)
class Done:
    """`unit` is that of the day, and the subject itself when a unit has done it."""

    quota: str
    subject: str
    unit: str
    day: date
    form: str
    content: tuple[str, ...]


class Seen:
    """An activity with those who were there, and the city of its days."""

    def __init__(
        self, activity: Activity, present: Iterable[Attendance], city: City, forms: Table = FORM_RULES
    ) -> None:
        self.settings: Settings = activity.settings
        self.minutes = activity.minutes or planned_minutes(activity.settings)
        self.forms = forms
        self.city = city
        self.first = day_of(self.settings.sessions[0].starts)
        self.present = [one for one in present if one.mark in PRESENT]
        self._people: dict[date, Mapping[str, Stretch]] = {}

    @cached_property
    def tree(self) -> UnitTree:
        return UnitTree(units_on(self.city.units.facts, self.first))

    @cached_property
    def units(self) -> Mapping[str, Stretch]:
        return units_there(self.city, self.first)

    def person(self, number: str, day: date) -> Stretch | None:
        if day not in self._people:
            self._people[day] = people_on(self.city, day)
        return self._people[day].get(number)

    @cached_property
    def presences(self) -> Mapping[str, tuple[Presence, ...]]:
        return presences(self.settings, self.minutes, self.present)

    @cached_property
    def appeared(self) -> frozenset[str]:
        return frozenset(one.person for one in self.present if APPEARED in one.note)

    def from_unit(self, code: str) -> list[Attendance]:
        """Of the unit or below it."""
        below = self.tree.descendants(code)
        return [one for one in self.present if one.unit in below]


def done_in(seen: Seen, duties: Sequence[Duty]) -> list[Done]:
    """Everything that the activity fulfils, in the order of the table."""
    found: list[Done] = []
    for rows in by_quota(duty for duty in duties if registered(duty)).values():
        by_person = rows[0].subject is Subject.PERSON
        found += _by_persons(rows, seen) if by_person else _by_units(rows, seen)
    return found


def contents(settings: Settings) -> tuple[str, ...]:
    """What duties ask the content of an activity for, by its title and the kind of the case."""
    title = folded(settings.title)
    kind = folded(settings.hearing.kind) if settings.hearing else ""
    found = [word for word, spoken in _SPOKEN.items() if any(one in title for one in spoken)]
    # The title of a hearing may name what the case is not; its kind, where it is written, decides.
    administrative = kind in _KINDS or _ADMINISTRATIVE in (kind or title)
    return (*found, *((_ADMINISTRATIVE,) if administrative else ()))


def _by_persons(rows: Sequence[Duty], seen: Seen) -> Iterator[Done]:
    for number, day in _persons(rows, seen):
        stretch = seen.person(number, day)
        row = row_for(rows, stretch.traits, day) if stretch else None
        if stretch and row and _is_it(row, seen.settings):
            form = Form.TEACHING if Form.TEACHING in row.forms else seen.settings.form
            yield Done(row.quota, number, stretch.unit, day, str(form), contents(seen.settings))


def _persons(rows: Sequence[Duty], seen: Seen) -> Iterator[tuple[str, date]]:
    """Who may have done it, and when: of those who were there, the ones who taught, or else who came to listen.

    An off-job training is done on its last day. Whoever came after the end, or missed too much, has done nothing.
    """
    if not any(_is_it(row, seen.settings) for row in rows):
        return
    if any(Form.TEACHING in row.forms for row in rows):
        yield from ((one, there[0].day) for one, there in seen.presences.items() if one in seen.settings.speakers)
        return
    for number, there in seen.presences.items():
        came = number not in seen.appeared and isinstance(earning(seen.settings, there, seen.forms), Earning)
        if came:
            yield number, there[-1 if seen.settings.form == Form.OFF_JOB else 0].day


def _by_units(rows: Sequence[Duty], seen: Seen) -> Iterator[Done]:
    for code in _holders(seen.settings, seen.tree):
        stretch = seen.units.get(code)
        row = row_for(rows, stretch.traits, seen.first) if stretch else None
        if row and _is_it(row, seen.settings) and _had_a_part(code, seen):
            yield Done(row.quota, code, code, seen.first, seen.settings.form, contents(seen.settings))


def _is_it(duty: Duty, settings: Settings) -> bool:
    """The form and the content are those that the duty asks for. A class is one of law."""
    if Form.TEACHING in duty.forms:
        return settings.form in _TAUGHT and knowledge(settings.classes) is Knowledge.LAW
    if settings.form not in duty.forms:
        return False
    return not duty.content or not set(duty.content).isdisjoint(contents(settings))


def _holders(settings: Settings, tree: UnitTree) -> tuple[str, ...]:
    above: tuple[str, ...] = ()
    if settings.held_by is HeldBy.CITY and settings.form in (DRILL, Form.COMPETITION):
        above = tuple(unit.code for unit in tree.line(settings.units[0]))
    return tuple(dict.fromkeys((*settings.units, *above)))


def _had_a_part(code: str, seen: Seen) -> bool:
    if seen.settings.form == Form.COURT_HEARING:
        return bool(seen.from_unit(code))
    if code == seen.settings.units[0] or code not in seen.settings.units:
        return True
    own = seen.from_unit(code)
    if seen.settings.form != Form.LECTURE:
        return bool(own)
    return any((found := seen.person(one.person, one.day)) and TEAM.holds(found.traits) for one in own)
