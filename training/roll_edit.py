"""A change of one known person, said cell by cell, as the row of a roster that says nothing else."""

from collections.abc import Mapping
from datetime import date

from question_bank.formats.table import Row, Table, fold_header
from training.people import Category, Field
from training.roll import KnownPerson
from training.roster_columns import CATEGORY_NAMES, HEADERS, MARK_NAME, NUMBER, VALID_FROM

_FIELDS = {fold_header(header): field for header, field in HEADERS.items()}


def field_named(header: str) -> str | None:
    """The field of a roster's column, by any of its headers; 人员编号 is who it is and cannot be changed."""
    field = _FIELDS.get(fold_header(header))
    return None if field == NUMBER else field


def edit_table(person: KnownPerson, cells: Mapping[str, str], day: date, valid_from: date | None) -> Table:
    """What a roster needs (name, unit, category) as it is on the day of the change, and the cells that change."""
    held = person.values(valid_from or day)
    category = CATEGORY_NAMES[Category(held.get(Field.CATEGORY, Category.OTHER))]
    mark = f"、{MARK_NAME}" if held.get(Field.MARK) else ""
    said = {
        Field.NAME.value: held.get(Field.NAME, ""),
        Field.UNIT.value: held.get(Field.UNIT, ""),
        Field.CATEGORY.value: category + mark,
        NUMBER: person.number,
        **cells,
    }
    if valid_from is not None:
        said[VALID_FROM] = valid_from.isoformat()
    return Table(tuple(said), (Row(1, said),))
