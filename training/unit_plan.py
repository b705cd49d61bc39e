"""A units file compared with the units on record: new ones, changed ones, and what is wrong with its rows.

A new unit holds from 生效日期, else from 1 January of the current year; a change from 生效日期, else from today.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime

from question_bank.formats.table import Table
from question_bank.problems import Problem
from training.calendar import day_of
from training.cell_words import folded
from training.findings import Findings
from training.people import Fact, UnitField, values_on
from training.unit_files import CODE, UnitRow, unit_row
from training.units import UnitTree, named_otherwise, units_on


@dataclass(frozen=True, slots=True)
class UnitChange:
    """What a row adds to the record of one unit; `before` has what held so far of the fields that change."""

    code: str
    name: str
    where: str
    facts: tuple[Fact, ...]
    before: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """`read` is the sum of new, changed, same and rejected rows."""

    read: int
    new: tuple[UnitChange, ...]
    changed: tuple[UnitChange, ...]
    same: int
    rejected: int
    problems: tuple[Problem, ...]


def plan_units(table: Table, known: Mapping[str, Sequence[Fact]], now: datetime) -> UnitPlan:
    """Compares the file with `known`, the facts of every unit on record by its code; records are made at `now`."""
    findings = [Findings(row.where) for row in table.rows]
    codes = {folded(code): code for code in known}
    rows = [unit_row(row, found) for row, found in zip(table.rows, findings, strict=True)]
    rows = [replace(row, code=codes.get(folded(row.code), row.code)) for row in rows]
    kept = dict(pair for pair in enumerate(rows) if not findings[pair[0]].rejected)
    today = day_of(now)
    _reject_doubles(kept, findings)
    _resolve_bygone_parents(kept, findings, known, today)
    _resolve_parents(kept, findings, {code: values_on(facts, today) for code, facts in known.items()})
    changes = [_change(row, known.get(row.code), now) for row in kept.values()]
    new = tuple(change for change in changes if change.code not in known)
    changed = tuple(change for change in changes if change.code in known and change.facts)
    same = len(changes) - len(new) - len(changed)
    problems = [*table.problems, *(problem for found in findings for problem in found.problems)]
    return UnitPlan(len(rows), new, changed, same, len(rows) - len(kept), tuple(problems))


def _reject_doubles(kept: dict[int, UnitRow], findings: Sequence[Findings]) -> None:
    """Of equal rows the first stays; of rows that contradict each other none does."""
    by_code: defaultdict[str, list[int]] = defaultdict(list)
    for place, row in kept.items():
        by_code[folded(row.code)].append(place)
    for places in by_code.values():
        first = kept[places[0]]
        differs = any(replace(kept[place], where=first.where) != first for place in places)
        others = "、".join(kept[place].where.removeprefix("row ") for place in places)
        for place in places if differs else places[1:]:
            sentence = "且内容不一致，请只保留正确的一行。" if differs else "已采用第一行。"
            findings[place].reject(CODE, f"单位代码“{kept[place].code}”在第 {others} 行重复，{sentence}")
            del kept[place]


def _resolve_bygone_parents(
    kept: dict[int, UnitRow], findings: Sequence[Findings], known: Mapping[str, Sequence[Fact]], today: date
) -> None:
    """Parents by what a unit is called no longer, and nothing is called now, become codes."""
    meanings = _meanings(kept.values(), {code: values_on(facts, today) for code, facts in known.items()})
    tree = UnitTree(units_on(known, today))
    for place, row in list(kept.items()):
        parent = row.values.get(UnitField.PARENT, "")
        meaning = tree.meaning(parent, row.valid_from)
        if not parent or folded(parent) in meanings or len(meaning.codes) != 1:
            continue
        if meaning.by_other_name:
            findings[place].warn(UnitField.PARENT, named_otherwise(parent, tree.units[meaning.codes[0]]))
        kept[place] = replace(row, values={**row.values, UnitField.PARENT: meaning.codes[0]})


def _resolve_parents(
    kept: dict[int, UnitRow], findings: Sequence[Findings], known: Mapping[str, Mapping[str, str]]
) -> None:
    """Parents become codes; rows whose parent is unknown or is below themselves go, and then those below them."""
    meanings = _meanings(kept.values(), known)
    for place, row in list(kept.items()):
        meant = meanings.get(folded(row.values.get(UnitField.PARENT, "")), frozenset())
        if len(meant) == 1:
            kept[place] = replace(row, values={**row.values, UnitField.PARENT: next(iter(meant))})
    while bad := _lost(kept, known) or _circling(kept, known):
        for place, sentence in bad.items():
            findings[place].reject(UnitField.PARENT, sentence)
            del kept[place]


def _meanings(rows: Iterable[UnitRow], known: Mapping[str, Mapping[str, str]]) -> Mapping[str, Set[str]]:
    """Folded code or name → the codes that it may mean; a code means itself only."""
    names = {code: values.get(UnitField.NAME, "") for code, values in known.items()}
    names |= {row.code: row.values[UnitField.NAME] for row in rows}
    meanings: defaultdict[str, set[str]] = defaultdict(set)
    for code, name in names.items():
        meanings[folded(name)].add(code)
    return {**meanings, **{folded(code): {code} for code in names}}


def _lost(kept: Mapping[int, UnitRow], known: Mapping[str, Mapping[str, str]]) -> dict[int, str]:
    codes = known.keys() | {row.code for row in kept.values()}
    parents = {place: row.values.get(UnitField.PARENT, "") for place, row in kept.items()}
    return {
        place: f"上级单位“{parent}”不存在、不唯一或所在行有误，请填写正确的单位代码，或把该单位补入文件。"
        for place, parent in parents.items()
        if parent and parent not in codes
    }


def _circling(kept: Mapping[int, UnitRow], known: Mapping[str, Mapping[str, str]]) -> dict[int, str]:
    parents = {code: values.get(UnitField.PARENT, "") for code, values in known.items()}
    parents |= {row.code: row.values[UnitField.PARENT] for row in kept.values() if UnitField.PARENT in row.values}
    moved = {place: row.code for place, row in kept.items() if UnitField.PARENT in row.values}
    ways = {place: " → ".join(_way_back(code, parents)) for place, code in moved.items()}
    return {place: f"上级单位形成循环：{way}，请改正上级单位代码。" for place, way in ways.items() if way}


def _way_back(code: str, parents: Mapping[str, str]) -> tuple[str, ...]:
    """The codes from `code` upwards to itself, empty when the way up ends or circles elsewhere."""
    way = [code]
    while parent := parents.get(way[-1], ""):
        if parent in way:
            return (*way, parent) if parent == code else ()
        way.append(parent)
    return ()


def _change(row: UnitRow, known: Sequence[Fact] | None, now: datetime) -> UnitChange:
    """Only what differs from what holds on the row's day becomes a fact; nobody needs to say 纳入考核."""
    today = day_of(now)
    valid_from = row.valid_from or (date(today.year, 1, 1) if known is None else today)
    held = {} if known is None else {UnitField.ASSESSED.value: "1", **values_on(known, valid_from)}
    said = {field: value for field, value in row.values.items() if field not in held or held[field] != value}
    facts = tuple(Fact(row.code, field, value, valid_from, now) for field, value in said.items())
    before = {field: held[field] for field in said if field in held}
    return UnitChange(row.code, row.values[UnitField.NAME], row.where, facts, before)
