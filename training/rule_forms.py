"""[[form]]: what a city says about 学习形式, on top of the built-in rows.

A row amends the one in force before it; a row without `from` amends what has always held. A key that says nothing
about a form measured as this one is, is refused: it would be believed to do something.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Final

from training.forms import Achievement, Basis, Form, FormRule, Table
from training.hours import HoursRules, form_rules
from training.rule_errors import Kind, LeastOverMost, NoEffect, UnknownWord, WrongValue
from training.rule_rows import FROM, Row, by_name, in_order

_BY: Final[Mapping[Basis, tuple[str, ...]]] = {
    Basis.ITEMS: ("amount", "items", "least_right_percent", "items_a_day"),
    Basis.LENGTH: ("minutes_an_hour", "factor", "least", "most"),
    Basis.DAY_PARTS: ("whole_day", "half_day", "factor", "least", "most", "most_absence"),
    Basis.CERTIFIED: ("least", "most"),
    Basis.ACHIEVEMENT: (),
}
_ALWAYS: Final = ("form", FROM, "yearly_cap")
_DAILY: Final = (*_ALWAYS, "amount")
_CLAIMED: Final = (Basis.LENGTH, Basis.DAY_PARTS, Basis.CERTIFIED)  # what a city may choose between
_POINTS: Final = tuple(str(achievement) for achievement in Achievement)
KEYS: Final = tuple(
    dict.fromkeys((*_ALWAYS, "by", "day_limited", *(key for keys in _BY.values() for key in keys), *_POINTS))
)


def keys_for(rule: FormRule) -> tuple[str, ...]:
    """The keys that say something about a form that is measured so. One question a day is a fixed thing."""
    if rule.form is Form.DAILY:
        return _DAILY
    by = ("by",) if set(rule.by) <= set(_CLAIMED) else ()
    measured = (key for basis in rule.by for key in _BY[basis])
    points = (str(achievement) for achievement in rule.points)
    return tuple(dict.fromkeys((*_ALWAYS, *by, "day_limited", *measured, *points)))


def read_forms(rows: Sequence[Row], hours: HoursRules) -> Table:
    """The whole table, built-in rows (the daily question's as in `hours`) and the city's. Raises: BadRules."""
    named = by_name(rows, "form")
    known = tuple(str(form) for form in Form)
    for form, its in named.items():
        if form not in known:
            raise UnknownWord(its[0].place, "form", form, known)
    return tuple(row for base in form_rules(hours) for row in _rows_of(base, named.get(str(base.form), ())))


def _rows_of(base: FormRule, rows: Iterable[Row]) -> Iterator[FormRule]:
    last = base
    found = {base.valid_from: base}
    for row in in_order(rows, str(base.form)):
        amended = _amended(last, row)
        if amended.valid_from == date.min or replace(amended, valid_from=last.valid_from) != last:
            found[amended.valid_from] = last = amended
    yield from found.values()


def _amended(last: FormRule, row: Row) -> FormRule:
    measured = replace(last, by=_bases(row, last.by), valid_from=row.starts)
    useful = keys_for(measured)
    for key in row.values:
        if key not in useful:
            raise NoEffect(row.place, key, str(last.form), useful)
    items = row.whole("items_a_day", last.items_a_day or 0, 1, 1000) if row.bounded("items_a_day") else None
    absence = row.factor("most_absence", last.most_absence or Fraction()) if row.bounded("most_absence") else None
    found = replace(
        measured,
        amount=row.amount("amount", last.amount),
        items=row.whole("items", last.items, 1, 1000),
        least_right_percent=row.whole("least_right_percent", last.least_right_percent, 0, 100),
        items_a_day=items if row.has("items_a_day") else last.items_a_day,
        points={one: row.amount(str(one), amount) for one, amount in last.points.items()},
        minutes_an_hour=row.whole("minutes_an_hour", last.minutes_an_hour, 1, 240),
        whole_day=row.amount("whole_day", last.whole_day),
        half_day=row.amount("half_day", last.half_day),
        factor=row.factor("factor", last.factor),
        least=row.amount("least", last.least),
        most=row.limit("most", last.most),
        yearly_cap=row.limit("yearly_cap", last.yearly_cap),
        most_absence=absence if row.has("most_absence") else last.most_absence,
        day_limited=row.flag("day_limited", last.day_limited),
    )
    if found.most is not None and found.least > found.most:
        raise LeastOverMost(row.place, found.least, found.most)
    return found


def _bases(row: Row, default: tuple[Basis, ...]) -> tuple[Basis, ...]:
    said = row.texts("by", tuple(str(basis) for basis in default))
    known = tuple(str(basis) for basis in _CLAIMED)
    for word in said if row.has("by") else ():
        if word not in known:
            raise UnknownWord(row.place, "by", word, known)
    if not said:
        raise WrongValue(row.place, "by", Kind.TEXTS)
    return tuple(Basis(word) for word in said)
