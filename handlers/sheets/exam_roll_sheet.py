"""The 应考名单 as a file: one row a person, with what holds on the basis day; the total; the particulars."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from handlers.sheets.cells import Cell
from handlers.sheets.particulars import Particulars
from handlers.sheets.table_file import table_file
from storage.exams import Sitter
from training.exams import Excuse
from training.names import GROUPS
from training.roster_columns import CATEGORY_NAMES, MARK_NAME

NAME: Final = "应考名单"
# Header → width in characters of the sheet.
COLUMNS: Final[Mapping[str, float]] = {
    "序号": 8,
    "单位": 24,
    "姓名": 10,
    "人员编号": 14,
    "人员类别": 22,
    "考核组别": 14,
    "应考情况": 10,
    "文号": 24,
}
_EXCUSES: Final[Mapping[Excuse, str]] = {Excuse.NONE: "应考", Excuse.DEFERRED: "缓考", Excuse.EXCUSED: "免考"}


def write_roll(
    path: Path,
    particulars: Particulars,
    sitters: Sequence[Sitter],
    names: Mapping[str, str],
    units: Mapping[str, str],
) -> None:
    """By unit, then by 人员编号. Raises: UnknownSheetFormat, OSError."""
    with table_file(path, COLUMNS, tuple(COLUMNS), particulars, name=NAME) as table:
        for number, one in enumerate(sorted(sitters, key=lambda one: (one.unit, one.person)), 1):
            table.add((number, *_cells(one, names, units)))
        table.end(("合计", f"{len(sitters)} 人"), particulars)


def _cells(one: Sitter, names: Mapping[str, str], units: Mapping[str, str]) -> Iterator[Cell]:
    category = CATEGORY_NAMES[one.category]
    yield units.get(one.unit, one.unit)
    yield names.get(one.person, "")
    yield one.person
    yield f"{category}；{MARK_NAME}" if one.mark else category
    yield GROUPS[one.group]
    yield _EXCUSES[one.excuse]
    yield one.document
