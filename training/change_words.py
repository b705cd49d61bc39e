"""Fields of persons and units, and what stands in them, as people read them in the log of what was changed."""

from collections.abc import Mapping
from typing import Final

from training.people import Category, Field, UnitField
from training.roster_columns import CATEGORY_NAMES, COLUMNS, MARK_NAME, ROLE_NAMES
from training.unit_files import HEADERS
from training.units import NATURE_NAMES

PERSON_FIELDS: Final[Mapping[str, str]] = {
    Field.MARK.value: MARK_NAME,
    **{str(field): headers[0] for field, headers in COLUMNS.items()},
}
# The first header of each.
UNIT_FIELDS: Final[Mapping[str, str]] = {
    UnitField.MERGED_INTO.value: "并入单位",
    **{str(field): header for header, field in list(HEADERS.items())[::-1]},
}
_CODES: Final = frozenset({Field.UNIT, Field.MANAGED_UNITS, UnitField.PARENT, UnitField.MERGED_INTO})
_YES_OR_NO: Final = (Field.MARK, Field.PUBLIC_LAWYER, UnitField.AGENCY, UnitField.ENFORCES, UnitField.ASSESSED)
_WORDS: Final[Mapping[tuple[str, str], str]] = {
    **{(Field.CATEGORY, str(key)): word for key, word in CATEGORY_NAMES.items()},
    **{(Field.CATEGORY, Category.OTHER): "其他（不纳入考核）"},
    **{(Field.ROLE, str(key)): word for key, word in ROLE_NAMES.items()},
    **{(UnitField.NATURE, str(key)): word for key, word in NATURE_NAMES.items()},
    **{(field, value): word for field in _YES_OR_NO for value, word in (("1", "是"), ("", "否"))},
}


def value_word(field: str, text: str, units: Mapping[str, str]) -> str:
    """`units`: 单位代码 → name. What is empty says so."""
    if field in _CODES:
        text = "、".join(f"{units[code]}（{code}）" if code in units else code for code in text.split(","))
    return _WORDS.get((field, text), text) or "空"
