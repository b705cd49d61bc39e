"""Units on one day: what holds for each, and the tree that they form.

A path is the names from the root, joined by `/` (`市政府/司法局`). Texts are compared folded. A parent that is not
known, and a cycle in old records, end the way up instead of breaking it. Names and parents are dated: what nothing
is called on the tree's day may be what a unit was called before.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from training.cell_words import folded
from training.people import Fact, UnitField, values_on


class Nature(StrEnum):
    """单位性质."""

    GOVERNMENT = "government"
    DEPARTMENT = "department"
    TOWNSHIP = "township"
    SUBDISTRICT = "subdistrict"
    AGENCY = "agency"
    INSTITUTION = "institution"
    VERTICAL = "vertical"
    OTHER = "other"


NATURE_NAMES: Final[Mapping[Nature, str]] = {
    Nature.GOVERNMENT: "市政府",
    Nature.DEPARTMENT: "政府部门",
    Nature.TOWNSHIP: "乡镇政府",
    Nature.SUBDISTRICT: "街道办事处",
    Nature.AGENCY: "派出机构",
    Nature.INSTITUTION: "直属事业单位",
    Nature.VERTICAL: "垂管单位",
    Nature.OTHER: "其他",
}

_LEAGUES: Final[Mapping[Nature, str]] = {
    Nature.DEPARTMENT: "政府部门组",
    Nature.TOWNSHIP: "乡镇街道组",
    Nature.SUBDISTRICT: "乡镇街道组",
    Nature.VERTICAL: "垂管单位组",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """What holds for a unit on one day; `parent` is empty for a root, `past` has all that is on record of it."""

    code: str
    name: str
    parent: str = ""
    league: str = ""
    nature: Nature = Nature.OTHER
    agency: bool = False
    enforces: bool = False
    assessed: bool = True
    past: tuple[Fact, ...] = field(default=(), compare=False, repr=False)


def unit_from(code: str, held: Mapping[str, str], past: tuple[Fact, ...] = ()) -> Unit:
    """The unit with the values `held`; 排名组 follows from 单位性质 when nobody gave it, 纳入考核 is yes."""
    nature = Nature(held.get(UnitField.NATURE) or Nature.OTHER)
    return Unit(
        code,
        held.get(UnitField.NAME, code),
        held.get(UnitField.PARENT, ""),
        held.get(UnitField.LEAGUE) or _LEAGUES.get(nature, ""),
        nature,
        bool(held.get(UnitField.AGENCY)),
        bool(held.get(UnitField.ENFORCES)),
        bool(held.get(UnitField.ASSESSED, "1")),
        past,
    )


@dataclass(frozen=True, slots=True)
class Meaning:
    """The codes that a text may mean; `by_other_name`: nothing is called so now or on the day that was given."""

    codes: tuple[str, ...]
    by_other_name: bool = False


class UnitTree:
    """Looks up units by code, name or path, upwards and downwards."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.units: dict[str, Unit] = {unit.code: unit for unit in units}
        self._children: defaultdict[str, list[str]] = defaultdict(list)
        self._codes: dict[str, str] = {}
        self._named: defaultdict[str, list[str]] = defaultdict(list)
        self._on_days: dict[date, UnitTree] = {}
        for unit in self.units.values():
            self._index(unit)

    def _index(self, unit: Unit) -> None:
        self._children[unit.parent].append(unit.code)
        self._codes[folded(unit.code)] = unit.code
        self._named[folded(unit.name)].append(unit.code)

    def add(self, unit: Unit) -> None:
        """A unit with a new code."""
        self._on_days.clear()
        self.units[unit.code] = unit
        self._index(unit)

    def line(self, code: str) -> tuple[Unit, ...]:
        """From the root down to the unit itself."""
        upwards: dict[str, Unit] = {}
        while code in self.units and code not in upwards:
            upwards[code] = self.units[code]
            code = self.units[code].parent
        return tuple(reversed(upwards.values()))

    def path(self, code: str) -> str:
        return "/".join(unit.name for unit in self.line(code))

    def descendants(self, code: str) -> frozenset[str]:
        """The unit and everything below it."""
        found = {code}
        waiting = [code]
        while waiting:
            fresh = [child for child in self._children.get(waiting.pop(), ()) if child not in found]
            found.update(fresh)
            waiting.extend(fresh)
        return frozenset(found)

    def find(self, text: str, day: date | None = None) -> tuple[str, ...]:
        """The codes of `meaning`."""
        return self.meaning(text, day).codes

    def meaning(self, text: str, day: date | None = None) -> Meaning:
        """What `text` means now, else on `day`, else what it meant at any time.

        It is one code, else all of that name, else the whole path, else its end; a path may begin with a code
        (`3001/稽查局`).
        """
        known = self._called(text) or (self._on(day)._called(text) if day else ())
        if known:
            return Meaning(known)
        names = path_names(text)
        return Meaning(tuple(code for code in self.units if names and self._was(code, names)), by_other_name=True)

    def _called(self, text: str) -> tuple[str, ...]:
        wanted = folded(text)
        if wanted in self._codes:
            return (self._codes[wanted],)
        if wanted in self._named:
            return tuple(self._named[wanted])
        names = path_names(text)
        if len(names) < 2:
            return ()
        lines = {code: self._folded_line(code) for code in self._named.get(names[-1], ())}
        whole = tuple(code for code, line in lines.items() if line == names)
        under = self._downwards(self._codes[names[0]], names[1:]) if names[0] in self._codes else ()
        return whole or under or tuple(code for code, line in lines.items() if line[-len(names) :] == names)

    def _on(self, day: date) -> "UnitTree":
        """The same units as they were on another day; those that began later are left out."""
        if day not in self._on_days:
            self._on_days[day] = UnitTree(_as_on(self.units.values(), day))
        return self._on_days[day]

    def _was(self, code: str, names: tuple[str, ...]) -> bool:
        """Was the unit ever called the last of `names`, below one that was ever called the name before it?"""
        unit, (*above, name) = self.units.get(code), names
        if unit is None or name not in {folded(code), *map(folded, _ever(unit, UnitField.NAME, unit.name))}:
            return False
        parents = _ever(unit, UnitField.PARENT, unit.parent)
        return not above or any(self._was(parent, tuple(above)) for parent in parents)

    def _downwards(self, code: str, names: tuple[str, ...]) -> tuple[str, ...]:
        """The units of these names, each below the one before, from `code` on."""
        reached = [code]
        for name in names:
            below = [child for one in reached for child in self._children.get(one, ())]
            reached = [child for child in below if folded(self.units[child].name) == name]
        return tuple(reached)

    def _folded_line(self, code: str) -> tuple[str, ...]:
        return tuple(folded(unit.name) for unit in self.line(code))


def _as_on(units: Iterable[Unit], day: date) -> Iterator[Unit]:
    for unit in units:
        held = values_on(unit.past, day)
        if held:
            yield unit_from(unit.code, held, unit.past)
        elif not unit.past:
            yield unit


def _ever(unit: Unit, field_name: str, now: str) -> set[str]:
    return {now, *(fact.value for fact in unit.past if fact.field == field_name)}


def path_names(text: str) -> tuple[str, ...]:
    """The folded names in a path."""
    return tuple(part for part in folded(text).split("/") if part)


def named_otherwise(text: str, unit: Unit) -> str:
    """The warning for a name of another time."""
    return f"“{text}”是 {unit.name}（{unit.code}）的曾用名，已按该单位处理。"


def units_on(known: Mapping[str, Iterable[Fact]], day: date) -> Iterator[Unit]:
    """Every unit on record as it is on `day`; one that begins later, as it begins."""
    for code, facts in known.items():
        history = tuple(facts)
        first = min((fact.valid_from for fact in history), default=day)
        yield unit_from(code, values_on(history, max(day, first)), history)
