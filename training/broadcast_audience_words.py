"""To whom: the words in which an admin says it, and what they mean. Pure; what there is comes in as `Known`.

Units are names, paths or codes; people are 人员编号 or accounts; groups are what somebody is. Nothing is guessed: a
word that may mean two things is asked back.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from question_bank.formats.columns import EVERYBODY
from training.broadcast_file import WHO_WORDS
from training.broadcast_word_errors import (
    AllAndUnits,
    Beyond,
    NotUnderstood,
    PersonsAndGroups,
    SeveralUnits,
    SomeWithoutBelow,
    UnitOrPerson,
    UnknownNames,
)
from training.broadcasts import Audience, Who
from training.cell_words import folded
from training.numbers import known_as
from training.units import UnitTree

GROUP_WORDS: Final[Mapping[str, Who]] = {**WHO_WORDS, "其他类别": Who.OTHER, "不纳入考核": Who.OTHER}
EVERYONE: Final = frozenset({*EVERYBODY, "全市", "全市人员", "所有人", "全体", "全部人员", "每个人"})
CITY: Final = frozenset({"全市", "全市人员"})
OWN_UNIT: Final = "本单位"
_MOST_NEAR: Final = 5
_SHORTEST_NAME: Final = 2
_GROUPS: Final = "|".join(sorted(GROUP_WORDS, key=len, reverse=True))
_OF: Final = re.compile(rf"\s*的\s*(?={_GROUPS})")
_LED_IN: Final = re.compile(r"\s*(?:(?:发送?|推送?)?给|发到|向)\s*")
_SEPARATORS: Final = r"[\s、,;。!]+"
_WITHOUT: Final = re.compile(r"(.*?)[(\[]?(?:不含|不包括|不包含|除)下[级属](?:单位)?[)\]]?")
_WITH: Final = re.compile(r"(.*?)[(\[]?(?:及|含|包括|包含)(?:其)?(?:所有)?下[级属](?:单位)?[)\]]?")
_AND: Final = re.compile("以及|[和及与]")
_MARKED: Final = re.compile("(单位|人员编号|人员|账号|帐号)[::]?(.+)")


@dataclass(frozen=True, slots=True)
class Name:
    """A word to look up. `below`: what was said of the units under it, None for nothing."""

    word: str
    below: bool | None = None


@dataclass(frozen=True, slots=True)
class AudienceWords:
    """`below` is what was said of all units together."""

    names: tuple[Name, ...] = ()
    groups: tuple[Who, ...] = ()
    everyone: bool = False
    city: bool = False
    below: bool | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What there is today. `persons`: 人员编号, `accounts`: account → 人员编号, each only of what was typed
    and of those whom the one who asks may reach. `own_unit`: of who asks. `reach`: None is the whole city, else the
    units that a unit admin reaches; `managed` are the 管辖单位 themselves.
    """

    units: UnitTree
    own_unit: str
    persons: frozenset[str] = frozenset()
    accounts: Mapping[str, str] = field(default_factory=dict)
    reach: frozenset[str] | None = None
    managed: tuple[str, ...] = ()


def audience_words(text: str) -> AudienceWords:
    """Raises: NotUnderstood, when there is nothing."""
    plain = unicodedata.normalize("NFKC", text)
    led_in = _LED_IN.match(plain)
    plain = _OF.sub(" ", plain[led_in.end() :] if led_in else plain)
    names, groups, everyone, city, below = list[Name](), list[Who](), False, False, None
    for part in _parts(plain):
        word = folded(part)
        if word in EVERYONE:
            everyone, city = True, city or word in CITY
            continue
        name = _name(part)
        if found := _groups(word) or _groups(folded(name.word)):
            groups += found
            below = below if name.below is None else name.below
        else:
            below = below if name.word else name.below
            names += [name] if name.word else []
    if not (names or groups or everyone):
        raise NotUnderstood(text)
    return AudienceWords(tuple(dict.fromkeys(names)), tuple(dict.fromkeys(groups)), everyone, city, below)


def _parts(plain: str) -> Iterator[str]:
    """A remark in brackets belongs to the word before it, whatever stands between."""
    joined = re.sub(r"\s+(?=[(\[])", "", plain)
    yield from (part for part in re.split(_SEPARATORS, joined) if part and part != "的")


def _groups(word: str) -> list[Who]:
    """`领导干部和工作人员` as well; nothing when it is not all groups."""
    found = [GROUP_WORDS.get(part) for part in _AND.split(word)]
    return [] if None in found else [one for one in found if one is not None]


def _name(said: str) -> Name:
    for pattern, below in ((_WITHOUT, False), (_WITH, True)):
        found = pattern.fullmatch(said)
        if found is not None:
            return Name(found[1].strip(), below)
    return Name(said.strip())


def lookups(words: AudienceWords) -> tuple[str, ...]:
    """What may be 人员编号 or accounts."""
    return tuple(_unmarked(name.word)[1] for name in words.names)


def audience_from(words: AudienceWords, known: Known) -> Audience:
    """Whom the words mean.

    Raises: AllAndUnits, UnknownNames, SeveralUnits, UnitOrPerson, SomeWithoutBelow, PersonsAndGroups, Beyond.
    """
    if words.everyone and words.names:
        raise AllAndUnits
    if words.city and known.reach is not None:
        raise Beyond(("全市",), _names(known.managed, known.units))
    words = _parted(words, known)
    found = [(name, *_meant(name, known)) for name in words.names]
    if unknown := tuple(name.word for name, unit, person in found if not (unit or person)):
        raise UnknownNames(unknown, _near(unknown, known))
    units = tuple(dict.fromkeys(unit for _, unit, _ in found if unit))
    persons = tuple(dict.fromkeys(person for _, _, person in found if person))
    if persons and words.groups and not units:
        raise PersonsAndGroups
    below = _below(words, [(name, unit) for name, unit, _ in found if unit])
    _demand_reached(units, known)
    return Audience(units=units, below=below, groups=words.groups, persons=persons)


def _parted(words: AudienceWords, known: Known) -> AudienceWords:
    """`司法局工作人员`, where there is no such name, and every name ends so."""
    ends = [_ending(name, known) for name in words.names]
    groups = {end[1] for end in ends if end is not None}
    if len(groups) != 1 or None in ends:
        return words
    names = tuple(dict.fromkeys(end[0] for end in ends if end is not None))
    return replace(words, names=names, groups=tuple(dict.fromkeys((*words.groups, *groups))))


def _ending(name: Name, known: Known) -> tuple[Name, Who] | None:
    """A unit's name, and what follows it."""
    if any(_meant(name, known)):
        return None
    for word, who in GROUP_WORDS.items():
        unit = name.word.removesuffix(word)
        if unit not in ("", name.word) and _unit(unit, known):
            return Name(unit, name.below), who
    return None


def _meant(name: Name, known: Known) -> tuple[str, str]:
    """单位代码 and 人员编号, one of them empty, or both. Raises: SeveralUnits, UnitOrPerson."""
    marked, word = _unmarked(name.word)
    unit = _unit(word, known) if marked in ("", "单位") else ""
    person = _person(word, known) if marked != "单位" and name.below is None else ""
    if not (unit or person) and marked:
        unit = _unit(name.word, known)  # a unit whose own name begins so
    if unit and person:
        raise UnitOrPerson(word)
    return unit, person


def _unmarked(word: str) -> tuple[str, str]:
    found = _MARKED.fullmatch(word)
    return (found[1], found[2].strip()) if found else ("", word)


def _unit(word: str, known: Known) -> str:
    """Among several of a name the one that a unit admin reaches is meant. Raises: SeveralUnits."""
    if folded(word) == OWN_UNIT:
        return known.own_unit
    codes = known.units.find(word)
    near = tuple(code for code in codes if known.reach is None or code in known.reach) or codes
    if len(near) > 1:
        raise SeveralUnits(word, tuple((code, known.units.path(code)) for code in near))
    return near[0] if near else ""


def _person(word: str, known: Known) -> str:
    number = known_as(word, known.persons)
    return number if number in known.persons else known.accounts.get(word.casefold(), "")


def _near(unknown: Sequence[str], known: Known) -> tuple[tuple[str, str], ...]:
    """Units with a name like one of these, of those that may be reached."""
    words = [folded(word) for word in unknown]
    reached = (unit for unit in known.units.units.values() if known.reach is None or unit.code in known.reach)
    alike = (unit for unit in reached if any(_alike(word, folded(unit.name)) for word in words))
    return tuple((unit.code, known.units.path(unit.code)) for unit in islice(alike, _MOST_NEAR))


def _alike(word: str, name: str) -> bool:
    return min(len(word), len(name)) >= _SHORTEST_NAME and (word in name or name in word)


def _below(words: AudienceWords, units: Sequence[tuple[Name, str]]) -> bool:
    """Raises: SomeWithoutBelow."""
    said = {name.below if name.below is not None else words.below is not False for name, _ in units}
    if len(said) > 1:
        raise SomeWithoutBelow(tuple(name.word for name, _ in units if name.below is False))
    return said.pop() if said else True


def _demand_reached(units: Sequence[str], known: Known) -> None:
    """Raises: Beyond."""
    outside = tuple(code for code in units if known.reach is not None and code not in known.reach)
    if outside:
        raise Beyond(_names(outside, known.units), _names(known.managed, known.units))


def _names(codes: Sequence[str], units: UnitTree) -> tuple[str, ...]:
    return tuple(units.units[code].name if code in units.units else code for code in codes)
