"""What the two files leave open about duties, so that it is asked and not guessed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from training.duties import In
from training.duty_days import Stretch
from training.duty_owing import City, people_on, units_there
from training.duty_table import DEPARTMENT, GOVERNMENT, HEAD, TEAM, TOWNSHIP
from training.duty_words import unread
from training.people import Field, values_on
from training.units import Nature


class Why(StrEnum):
    UNREAD = "unread"  # 班子职务 is not understood
    NO_NATURE = "no_nature"  # somebody of a leadership team is in a unit of which 单位性质 says nothing
    NO_HEAD = "no_head"  # a unit of which the notice asks something has no 主要负责人


@dataclass(frozen=True, slots=True)
class Gap:
    """`subject` is a 人员编号, or a 单位代码 with NO_HEAD; `said` is what stands in 班子职务."""

    why: Why
    subject: str
    unit: str
    said: str = ""


_HEADED: Final[tuple[In, ...]] = (GOVERNMENT, DEPARTMENT, TOWNSHIP)


def gaps(city: City, day: date) -> list[Gap]:
    """Of the people in post and the units on `day`."""
    people = people_on(city, day)
    return [*_of_persons(city, people, day), *_of_units(city, people, day)]


def _of_persons(city: City, people: dict[str, Stretch], day: date) -> Iterator[Gap]:
    for person in city.persons:
        stretch = people.get(person.number)
        if stretch is None:
            continue
        held = values_on(person.facts, day)
        unit = city.units.on(stretch.unit, day)
        said = held.get(Field.LEADERSHIP, "")
        if unread(held, unit.name):
            yield Gap(Why.UNREAD, person.number, unit.code, said)
        elif TEAM.holds(stretch.traits) and unit.nature is Nature.OTHER:
            yield Gap(Why.NO_NATURE, person.number, unit.code, said)


def _of_units(city: City, people: dict[str, Stretch], day: date) -> Iterator[Gap]:
    headed = {stretch.unit for stretch in people.values() if HEAD.holds(stretch.traits)}
    for code, stretch in units_there(city, day).items():
        if code not in headed and any(nature.holds(stretch.traits) for nature in _HEADED):
            yield Gap(Why.NO_HEAD, code, code)
