"""[audience] and [[sections]] of an exam file, and what their words are looked up in."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from question_bank.checks import DIFFICULTIES
from question_bank.formats.columns import AUDIENCE_WORDS, KIND_WORDS
from question_bank.questions import Kind
from training.exam_file_checks import MOST_ITEMS
from training.exam_file_errors import MergedPerson, SeveralUnits, UnknownPerson, UnknownUnit, Wanted, WrongValue
from training.exam_file_table import TABLES, Block
from training.exams import DEFAULT_SECTIONS, Audience, Section
from training.numbers import known_as
from training.people import Group
from training.rule_errors import Place
from training.units import UnitTree

_Found = TypeVar("_Found")

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
    values = top.values.get("audience", {})
    if not isinstance(values, dict):
        top.found.append(WrongValue(top.place, "audience", Wanted.TABLE))
        return Audience()
    block = Block(Place("audience"), values, TABLES["audience"], top.found)
    block.check_keys()
    return Audience(
        units=_each(_unit(block, word, known.units) for word in block.texts("units")),
        below=block.flag("below", True),
        groups=_each(block.word("groups", word, Group, _GROUP_WORDS) for word in block.texts("groups")),
        persons=_each(_person(block, word, known) for word in block.texts("persons")),
    )


def _each(found: Iterable[_Found | None]) -> tuple[_Found, ...]:
    """Those that were found, each once."""
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _unit(block: Block, word: str, units: UnitTree) -> str | None:
    """A code, a name or a path, as 单位代码."""
    codes = units.find(word)
    if len(codes) == 1:
        return codes[0]
    several = SeveralUnits(block.place, "units", word, codes)
    block.found.append(several if codes else UnknownUnit(block.place, "units", word))
    return None


def _person(block: Block, word: str, known: Known) -> str | None:
    """A 人员编号, or an account, as 人员编号."""
    numbers = {*known.persons, *known.merged}
    spelled = known_as(word, numbers)
    number = spelled if spelled in numbers else known.accounts.get(word.casefold())
    if number is None:
        block.found.append(UnknownPerson(block.place, "persons", word))
    elif number in known.merged:
        block.found.append(MergedPerson(block.place, "persons", word, known.merged[number]))
    return number


def sections_of(top: Block) -> tuple[Section, ...]:
    """In the order of the file; without any, those of the usual exam."""
    values = top.values.get("sections", [])
    if not isinstance(values, list) or not all(isinstance(one, dict) for one in values):
        top.found.append(WrongValue(top.place, "sections", Wanted.TABLES))
        return DEFAULT_SECTIONS
    blocks = [
        Block(Place("sections", number), one, TABLES["sections"], top.found) for number, one in enumerate(values, 1)
    ]
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
