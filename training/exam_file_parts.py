"""[audience] and [[sections]] of an exam file, and what their words are looked up in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from question_bank.checks import DIFFICULTIES
from question_bank.formats.columns import AUDIENCE_WORDS, KIND_WORDS
from question_bank.questions import Kind
from training.exam_file_checks import MOST_ITEMS
from training.exam_file_errors import (
    EmptyAudience,
    MergedPerson,
    SeveralUnits,
    UnknownPerson,
    UnknownUnit,
    Wanted,
    WrongValue,
)
from training.exam_file_table import Block, each
from training.exams import DEFAULT_SECTIONS, Audience, Section
from training.numbers import known_as
from training.people import Group
from training.rule_errors import Place
from training.units import UnitTree

_WHOM: Final = ("units", "groups", "persons")
_GROUP_WORDS: Final = {word: Group(key) for word, key in AUDIENCE_WORDS.items()}


@dataclass(frozen=True, slots=True)
class Known:
    """What holds today, for looking up the words of a file.

    `persons`: 人员编号; `accounts`: those of WeCom, casefolded, and whose; `merged`: numbers that became another;
    `topics`: those of the questions in use.
    """

    units: UnitTree
    persons: Collection[str] = frozenset()
    accounts: Mapping[str, str] = field(default_factory=dict)
    merged: Mapping[str, str] = field(default_factory=dict)
    topics: frozenset[str] = frozenset()


def audience_of(top: Block, known: Known) -> Audience:
    block = audience_block(top)
    return Audience(
        units=units_of(block, known.units),
        below=block.flag("below", True),
        groups=block.words("groups", Group, _GROUP_WORDS),
        persons=persons_of(block, known),
    )


def audience_block(top: Block) -> Block:
    """[audience]; an empty one when there is none. One that is there must name somebody."""
    values = top.values.get("audience", {})
    if not isinstance(values, dict):
        top.found.append(WrongValue(top.place, "audience", Wanted.TABLE))
        values = {}
    block = top.under(Place("audience"), values)
    block.check_keys()
    strange = set(values) - set(block.keys)
    if "audience" in top.values and top.sound("audience") and not strange and _is_empty(values):
        top.found.append(EmptyAudience(block.place, ""))
    return block


def _is_empty(values: Mapping[str, object]) -> bool:
    """Of what is sound: what is no list has a problem of its own."""
    return all(values.get(key, []) == [] for key in _WHOM) and isinstance(values.get("below", True), bool)


def units_of(block: Block, units: UnitTree) -> tuple[str, ...]:
    """Codes, names or paths, as 单位代码."""
    return each(_unit(block, word, units) for word in block.texts("units"))


def _unit(block: Block, word: str, units: UnitTree) -> str | None:
    codes = units.find(word)
    if len(codes) == 1:
        return codes[0]
    several = SeveralUnits(block.place, "units", word, codes)
    block.found.append(several if codes else UnknownUnit(block.place, "units", word))
    return None


def persons_of(block: Block, known: Known, key: str = "persons") -> tuple[str, ...]:
    """人员编号, or accounts, as 人员编号."""
    return each(person_of(block, key, word, known) for word in block.texts(key))


def person_of(block: Block, key: str, word: str, known: Known) -> str | None:
    """Notes what is wrong with the word."""
    numbers = {*known.persons, *known.merged}
    spelled = known_as(word, numbers)
    number = spelled if spelled in numbers else known.accounts.get(word.casefold())
    if number is None:
        block.found.append(UnknownPerson(block.place, key, word))
    elif number in known.merged:
        block.found.append(MergedPerson(block.place, key, word, known.merged[number]))
    return number


def sections_of(top: Block) -> tuple[Section, ...]:
    """In the order of the file; without any, those of the usual exam."""
    values = top.values.get("sections", [])
    if not isinstance(values, list) or not all(isinstance(one, dict) for one in values):
        top.found.append(WrongValue(top.place, "sections", Wanted.TABLES))
        return DEFAULT_SECTIONS
    blocks = [top.under(Place("sections", number), one) for number, one in enumerate(values, 1)]
    return tuple(_section(block) for block in blocks) or DEFAULT_SECTIONS


def _section(block: Block) -> Section:
    block.check_keys()
    block.demand("kind", "count", "points")
    return Section(
        kind=block.choice("kind", Kind, KIND_WORDS) or Kind.SINGLE,
        count=block.whole("count", 1, 1, MOST_ITEMS),
        points=block.points("points", 100),
        topics=block.texts("topics"),
        difficulty=block.wholes("difficulty", min(DIFFICULTIES), max(DIFFICULTIES)),
        group=block.choice("group", Group, _GROUP_WORDS),
    )
