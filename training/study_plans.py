"""学习计划 of a year, the 应知应会清单 of laws that leaders must know, and how far both are carried out.

Nobody is named: of answers to questions only counts are kept here. Source: domain, Who owes what; Boards.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from training.cell_words import folded

LEADERS: Final = ""  # the group of a law that says nothing of whom it is expected
_COUNTRY: Final = "中华人民共和国"


@dataclass(frozen=True, slots=True)
class PlanLine:
    """`unit` is 单位代码 of whose plan it is, empty for the city's; `month` 0 is any time of the year; an empty
    `form` is any. `number` is 0 until it is kept."""

    year: int
    title: str
    unit: str = ""
    month: int = 0
    form: str = ""
    laws: tuple[str, ...] = ()
    responsible: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class KnownLaw:
    """One law of the list; `group` is a `training.people.Group`, empty for leaders."""

    year: int
    law: str
    group: str = LEADERS
    note: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class LineDone:
    """`by`: how it was carried out, in words such as 活动 12; empty when it was not."""

    line: PlanLine
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LawReach:
    """`reached` of `persons` answered one of the questions or were at one of the activities."""

    law: KnownLaw
    activities: int
    questions: int
    reached: int
    persons: int


@dataclass(frozen=True, slots=True)
class Event:
    """What was carried out: a posted activity, or a registered fact. `plan` 0: it names no line."""

    said: str
    title: str
    unit: str
    plan: int = 0
    laws: tuple[str, ...] = ()
    persons: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the bank, and who answered it this year."""

    laws: frozenset[str]  # as `law_key` has them
    persons: frozenset[str] = field(default_factory=frozenset)


def law_key(name: str) -> str:
    """A law by any of its names: with 《》 and the country's name or without."""
    plain = folded(unicodedata.normalize("NFKC", name)).strip("《》<>〈〉")
    return plain.removeprefix(_COUNTRY) or plain


def line_key(line: PlanLine) -> tuple[int, str, int, str]:
    """Lines with the same are one."""
    return line.year, line.unit, line.month, folded(line.title)


def carried_out(lines: Iterable[PlanLine], events: Sequence[Event]) -> list[LineDone]:
    """By what names the line, or is called as it is and held by its unit; the city's line by anybody."""
    return [LineDone(line, tuple(event.said for event in events if _is_of(event, line))) for line in lines]


def _is_of(event: Event, line: PlanLine) -> bool:
    if event.plan:
        return event.plan == line.number
    return folded(event.title) == folded(line.title) and line.unit in ("", event.unit)


def reaches(
    laws: Iterable[KnownLaw],
    events: Sequence[Event],
    asked: Sequence[Asked],
    of_group: Mapping[str, frozenset[str]],
) -> list[LawReach]:
    """`of_group`: group → who is in it today, the leaders under an empty one."""
    return [_reach(law, events, asked, of_group.get(law.group, frozenset())) for law in laws]


def _reach(law: KnownLaw, events: Sequence[Event], asked: Sequence[Asked], group: frozenset[str]) -> LawReach:
    key = law_key(law.law)
    held = [event for event in events if key in map(law_key, event.laws)]
    questions = [one for one in asked if key in one.laws]
    met = frozenset[str]().union(*(event.persons for event in held), *(one.persons for one in questions))
    return LawReach(law, len(held), len(questions), len(met & group), len(group))
