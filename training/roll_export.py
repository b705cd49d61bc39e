"""The roll as rows of a roster, which an import reads back without a change.

生效日期 stays empty: a file of one day cannot say since when each of its cells holds.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from training.people import Category, Field, Role, values_on
from training.roll import KnownPerson
from training.roster_columns import (
    ACCOUNTS,
    CATEGORY_NAMES,
    COLUMNS,
    MARK_NAME,
    NUMBER,
    ROLE_NAMES,
    STATUS,
    STATUS_FROM,
    STATUS_TO,
)
from training.statuses import ON_DUTY, standing_periods
from training.units import UnitTree

EXPORT_HEADERS: Final = tuple(headers[0] for headers in COLUMNS.values())


def roster_rows(persons: Iterable[KnownPerson], tree: UnitTree, day: date) -> list[tuple[str, ...]]:
    """A row for everybody on the roll on `day` who has not left, by unit path and number, under EXPORT_HEADERS."""
    rows = []
    for person in persons:
        held = values_on(person.facts, day)
        if Field.UNIT in held and Field.CATEGORY in held and not person.status(day).leaves:
            cells = _cells(person, held, tree, day)
            rows.append((tree.path(held[Field.UNIT]), person.number, cells))
    return [
        tuple(cells.get(field, "") for field in COLUMNS) for _, _, cells in sorted(rows, key=lambda row: row[:2])
    ]


def _cells(person: KnownPerson, held: Mapping[str, str], tree: UnitTree, day: date) -> dict[str, str]:
    cells = dict(held)
    cells[Field.UNIT] = _unit_text(tree, held[Field.UNIT])
    cells[Field.CATEGORY] = CATEGORY_NAMES[Category(held[Field.CATEGORY])]
    if held.get(Field.MARK):
        cells[Field.CATEGORY] += f"、{MARK_NAME}"
    cells[Field.ROLE] = ROLE_NAMES[Role(held[Field.ROLE])] if held.get(Field.ROLE) else ""
    cells[Field.PUBLIC_LAWYER] = _yes_or_no(held.get(Field.PUBLIC_LAWYER))
    cells[Field.MANAGED_UNITS] = "；".join(
        _unit_text(tree, code) for code in held.get(Field.MANAGED_UNITS, "").split(",") if code
    )
    qualification = held.get(Field.QUALIFICATION)
    cells[Field.QUALIFICATION] = (
        qualification if qualification not in (None, "", "1") else _yes_or_no(qualification)
    )
    cells[NUMBER] = person.number
    cells[ACCOUNTS] = "；".join(person.wecom_accounts)
    return cells | _status_cells(person, day)


def _unit_text(tree: UnitTree, code: str) -> str:
    """The path, or the code where the path could mean another unit."""
    path = tree.path(code)
    return path if tree.find(path) == (code,) else code


def _yes_or_no(value: str | None) -> str:
    return "" if value is None else "是" if value else "否"


def _status_cells(person: KnownPerson, day: date) -> dict[str, str]:
    name = person.status(day).name
    covering = [
        period
        for period in standing_periods(person.periods)
        if period.status == name and period.starts <= day and (period.ends or date.max) >= day
    ]
    if name == ON_DUTY.name or not covering:
        return {STATUS: name}
    last = covering[-1]
    ends = last.ends.isoformat() if last.ends else ""
    return {STATUS: name, STATUS_FROM: last.starts.isoformat(), STATUS_TO: ends}
