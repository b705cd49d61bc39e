"""[[duty]]: what a city changes in the duties, and duties of its own: like one of the notice, for other units.

Changed are amounts, last days, off and on, hard or soft; the notice's words stay. A duty of the city's own takes
everything but the 单位性质 from the one that it is `like`, and is owed beside or instead of it as rows of one quota
are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from training.duties import Duty, In, Measure, Origin
from training.duty_changes import DutyChange, changed
from training.duty_table import duties_of
from training.people import UnitField
from training.rule_errors import EndsBeforeStart, MissingKey, NoEffect, UnknownWord
from training.rule_rows import FROM, Row, by_name, in_order
from training.units import NATURE_NAMES

_ALWAYS: Final = ("key", FROM, "on", "until", "hard")
_CHANGE: Final = (*_ALWAYS, "amount")
_OWN: Final = ("like", "name", "nature")
KEYS: Final = (*_CHANGE, *_OWN)


def keys_for(duty: Duty) -> tuple[str, ...]:
    """A state that must hold has no amount."""
    return _CHANGE if duty.measure in (Measure.TIMES, Measure.HEADCOUNT) else _ALWAYS


def changeable() -> dict[str, Duty]:
    """By key. The 学时 are [[requirement]]s."""
    return {duty.key: duty for duty in duties_of() if duty.measure is not Measure.HOURS}


def read_duties(rows: Sequence[Row]) -> tuple[tuple[Duty, ...], tuple[DutyChange, ...]]:
    """The city's own duties, and the changes of all, by key and day. Raises: BadRules."""
    known = changeable()
    own: dict[str, Duty] = {}
    found: dict[str, list[DutyChange]] = {}
    for key, its in by_name(rows, "key").items():
        first, *others = in_order(its, key)
        if key not in known:
            own[key] = _own(key, first, known)
            first = Row(first.place, {name: said for name, said in first.values.items() if name not in _OWN})
        duty = known.get(key) or own[key]
        found[key] = _telling(duty, [_change(row, duty) for row in (first, *others)])
    ordered = (change for key in (*known, *sorted(own)) for change in found.get(key, ()))
    return tuple(own[key] for key in sorted(own)), tuple(ordered)


def _own(key: str, row: Row, known: dict[str, Duty]) -> Duty:
    """Raises: UnknownWord, MissingKey, WrongValue."""
    if not row.has("like") or key in {duty.key for duty in duties_of()}:
        raise UnknownWord(row.place, "key", key, tuple(known))
    models = {name: duty for name, duty in known.items() if any(_is_nature(test) for test in duty.who)}
    like = row.needed("like")
    if like not in models:
        raise UnknownWord(row.place, "like", like, tuple(models))
    natures = In(UnitField.NATURE, frozenset(_natures(row)))
    who = tuple(natures if _is_nature(test) else test for test in models[like].who)
    starts = max(row.starts, models[like].valid_from)
    return replace(models[like], key=key, name=row.needed("name"), who=who, origin=Origin.CITY, valid_from=starts)


def _natures(row: Row) -> Iterable[str]:
    """The words of a file of units. Raises: MissingKey, UnknownWord, WrongValue."""
    by_word = {word: nature for nature, word in NATURE_NAMES.items()}
    said = row.texts("nature")
    if not said:
        raise MissingKey(row.place, "nature")
    for word in said:
        if word not in by_word:
            raise UnknownWord(row.place, "nature", word, tuple(by_word))
        yield str(by_word[word])


def _is_nature(test: In) -> bool:
    return test.field == UnitField.NATURE


def _telling(duty: Duty, changes: Iterable[DutyChange]) -> list[DutyChange]:
    """Those that change anything: a file may spell out what holds anyway."""
    kept: list[DutyChange] = []
    for change in changes:
        if changed([duty], [*kept, change]) != changed([duty], kept):
            kept.append(change)
    return kept


def _change(row: Row, duty: Duty) -> DutyChange:
    on = row.flag("on", True) if row.has("on") else None
    useful = keys_for(duty) if on is not False else ("key", FROM, "on")
    for key in row.values:
        if key not in useful:
            raise NoEffect(row.place, key, duty.key, useful)
    until = row.day("until")
    if until is not None and until < row.starts:
        raise EndsBeforeStart(row.place, row.starts, until)
    hard = row.flag("hard", duty.hard) if row.has("hard") else None
    return DutyChange(duty.key, row.starts, on, row.times("amount"), until, hard)
