"""What the free words of the files mean for duties: 班子职务, 职务 and 岗位, as closed sets.

班子职务 may say 主要负责人, 副职, 班子成员, or titles such as `党组书记、局长`; a bare yes there is 班子成员. 职务
only refines somebody who is on the team: a file that says 班子成员 of everybody still tells 局长 from 副局长.
Titles count bare or behind the unit's own name: `公安局局长` on the city government's team is no head of it.
What is not listed here is not guessed; `unread` finds it, so that it can be asked.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from training.cell_words import folded, listed
from training.people import Field, UnitField
from training.units import Unit


class Place(StrEnum):
    """A place on the leadership team (班子职务)."""

    HEAD = "head"  # 主要负责人
    DEPUTY = "deputy"  # 副职; also 负责人 without 主要
    MEMBER = "member"  # 班子成员 who is neither


class Job(StrEnum):
    """岗位 for which a law asks for something."""

    LEGAL_REVIEW = "legal_review"  # 行政处罚决定法制审核
    RECONSIDERATION = "reconsideration"  # 行政复议


_PLACES: Final[Mapping[str, Place]] = {
    **dict.fromkeys(("主要负责人", "主要负责同志", "主要领导", "行政主要负责人", "一把手", "正职"), Place.HEAD),
    **dict.fromkeys(("副职", "负责人", "班子副职", "分管负责人", "分管领导", "副职领导"), Place.DEPUTY),
    **dict.fromkeys(("班子成员", "领导班子成员", "其他班子成员", "领导成员", "成员"), Place.MEMBER),
    **dict.fromkeys(("党组成员", "党委委员", "党委成员", "党工委委员"), Place.MEMBER),
}
_VAGUE: Final = frozenset({"负责人", *(word for word, place in _PLACES.items() if place is Place.MEMBER)})
_SEPARATORS: Final = r"[；;、,，/|+＋兼\s]"
_TITLES: Final = "市长|县长|区长|镇长|乡长|局长|主任"
_LOWER_TITLES: Final = "分局长|所长|站长|队长|大队长|支队长|院长|校长|馆长"  # of a unit of its own, or of a part
_HEAD_IN_POST = re.compile(rf"(?:代理?)?(?:{_TITLES})")
_HEAD = re.compile(rf"(?:代理?)?(?:{_TITLES}|{_LOWER_TITLES})")
_DEPUTY = re.compile(rf"(?:常务|第一|专职)?副(?:{_TITLES}|{_LOWER_TITLES})")
_ACTING = re.compile(r"主持(?:全面|行政|日常)?工作")
_JOBS: Final[Mapping[Job, re.Pattern[str]]] = {
    Job.LEGAL_REVIEW: re.compile("法制审核"),
    Job.RECONSIDERATION: re.compile("复议"),
}


@dataclass(frozen=True, slots=True)
class Traits:
    """What duties ask of a person and the person's unit: field → words, at least one; a missing value is ``."""

    person: Mapping[str, frozenset[str]]
    unit: Mapping[str, frozenset[str]]


def traits(held: Mapping[str, str], unit: Unit) -> Traits:
    """`held` is empty when the unit itself is meant."""
    person = {field: frozenset({value}) for field, value in held.items()}
    person[Field.LEADERSHIP.value] = places(held, unit.name)
    person[Field.JOB.value] = jobs(held.get(Field.JOB, ""))
    for field in (Field.QUALIFICATION, Field.CERTIFICATE):  # a kind or a number is a yes
        person[field.value] = frozenset({"1" if held.get(field) else ""})
    return Traits(person, _unit_traits(unit))


def _unit_traits(unit: Unit) -> Mapping[str, frozenset[str]]:
    return {
        UnitField.NATURE.value: frozenset({unit.nature.value}),
        UnitField.AGENCY.value: frozenset({"1" if unit.agency else ""}),
        UnitField.ENFORCES.value: frozenset({"1" if unit.enforces else ""}),
        UnitField.ASSESSED.value: frozenset({"1" if unit.assessed else ""}),
    }


def places(held: Mapping[str, str], unit_name: str = "") -> frozenset[str]:
    """The highest place that 班子职务 gives; where it is vague, 职务 tells heads and deputies."""
    parts = _parts(held.get(Field.LEADERSHIP, ""), unit_name)
    said = {place for part in parts if (place := _place(part))}
    if said and all(part in _VAGUE for part in parts):
        said |= {place for part in _parts(held.get(Field.POST, ""), unit_name) if (place := _title(part))}
    return frozenset({next((place.value for place in Place if place in said), "")})


def jobs(text: str) -> frozenset[str]:
    word = folded(text)
    return frozenset({job.value for job, pattern in _JOBS.items() if pattern.search(word)} or {""})


def unread(held: Mapping[str, str], unit_name: str = "") -> bool:
    """True when 班子职务 says something that is understood in no part."""
    return bool(held.get(Field.LEADERSHIP)) and places(held, unit_name) == {""}


def _parts(text: str, unit_name: str) -> tuple[str, ...]:
    """The titles in one cell, folded, without the name of the unit in front, with or without 市."""
    own = folded(unit_name)
    names = (own, f"市{own}", own.removeprefix("市"))
    return tuple(_without(folded(part), names) for part in listed(text, _SEPARATORS))


def _without(title: str, names: Iterable[str]) -> str:
    return next((title[len(name) :] for name in names if name and title.startswith(name)), title)


def _place(part: str) -> Place | None:
    if _ACTING.search(part) or _HEAD.fullmatch(part):
        return Place.HEAD
    return Place.DEPUTY if _DEPUTY.fullmatch(part) else _PLACES.get(part)


def _title(part: str) -> Place | None:
    """A place from 职务, where `大队长` of a member is a part of the unit and not the unit."""
    if _ACTING.search(part) or _HEAD_IN_POST.fullmatch(part):
        return Place.HEAD
    return Place.DEPUTY if _DEPUTY.fullmatch(part) else None
