"""The columns of the 成绩汇总表 in the order that officials expect, a line by unit and one for any other division.

参考率 has its two ways as two columns. Every rate stands with its numerator and denominator. Points are numbers, or
a text where papers of several full marks meet. Source: domain, Export headers that officials expect.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from handlers.actions.exam_reports import Statement
from handlers.sheets.cells import Cell
from handlers.sheets.exam_cells import points_cell
from training.exam_results import HUNDRED, Figures, Sitter, figures, figures_by
from training.exam_words import full_words, rate_words
from training.exams import Bands
from training.names import GROUPS
from training.people import Group
from training.roster_columns import CATEGORY_NAMES

SUMMARY: Final = "成绩汇总表"
DIVIDED: Final = "分类汇总"
TOTAL: Final = "合计"
NO_LEAGUE: Final = "未分组"
_COUNTS: Final[Mapping[str, float]] = {
    **{"应考": 6, "实考": 6, "缓考": 6, "免考": 6, "缺考": 6, "参考率(不含免考)": 16, "参考率(含免考)": 16},
    **{"满分": 7, "合格线": 7, "合格人数": 6, "合格率": 16, "良好": 6, "优秀人数": 6, "优秀率": 16},
    **{"最高分": 7, "最低分": 7, "平均分": 7, "补考": 6, "补考后合格率": 16, "备注": 24},
}
COLUMNS: Final[Mapping[str, float]] = {"序号": 6, "单位": 20, **_COUNTS}
DIVIDED_COLUMNS: Final[Mapping[str, float]] = {"序号": 6, "分类": 12, "名称": 18, **_COUNTS}
UNLIKE: Final = "试卷满分不同，最高、最低、平均分不宜直接比较"
NOBODY: Final = "无人参加"


def unit_rows(stated: Statement) -> Iterator[tuple[Cell, ...]]:
    """By 单位代码, of the people whose unit it is itself."""
    bands = stated.exam.settings.bands
    lines = figures_by(stated.sitters(), lambda sitter: sitter.unit, bands)
    for number, (code, line) in enumerate(sorted(lines.items()), 1):
        yield (number, stated.unit_name(code), *_cells(line, bands))


def total_row(stated: Statement, remark: str) -> tuple[Cell, ...]:
    """Of all persons anew, never of the rows."""
    bands = stated.exam.settings.bands
    *cells, said = _cells(figures(stated.sitters(), bands), bands)
    return (TOTAL, None, *cells, "；".join(filter(None, (str(said or ""), remark))))


def divided_rows(stated: Statement) -> Iterator[tuple[Cell, ...]]:
    """The same by 人员类别, 考核组别 and 排名组."""
    bands, sitters = stated.exam.settings.bands, stated.sitters()
    number = 0
    for division, key, names in _divisions(stated):
        lines = figures_by(sitters, key, bands)
        for name in sorted(lines, key=_place(names)):
            number += 1
            yield (number, division, names.get(name, name) or NO_LEAGUE, *_cells(lines[name], bands))


def divided_total(stated: Statement) -> tuple[Cell, ...]:
    (label, _, *cells) = total_row(stated, "")
    return (label, None, None, *cells)


def _divisions(stated: Statement) -> Iterator[tuple[str, Callable[[Sitter], str], Mapping[str, str]]]:
    """What is told apart, by what, and the names in the order in which they stand."""
    categories = {str(category): name for category, name in CATEGORY_NAMES.items()}
    groups = {str(group): GROUPS[group] for group in Group}
    yield "人员类别", lambda sitter: str(sitter.category), categories
    yield "考核组别", lambda sitter: str(sitter.group), groups
    yield "排名组", lambda sitter: stated.league(sitter.unit), {}


def _place(names: Mapping[str, str]) -> Callable[[str], tuple[int, bool, str]]:
    order = list(names)
    return lambda name: (order.index(name) if name in names else len(order), not name, name)


def _cells(line: Figures, bands: Bands) -> tuple[Cell, ...]:
    return (
        *(line.due, line.sat, line.deferred, line.excused, line.absent),
        *(rate_words(line.attendance), rate_words(line.attendance_with_excused)),
        *(_several(line.full_marks), _several(tuple(pass_mark(full, bands) for full in line.full_marks))),
        *(line.passed, rate_words(line.pass_rate), line.good, line.excellent, rate_words(line.excellent_rate)),
        *(points_cell(line.highest), points_cell(line.lowest), points_cell(line.mean)),
        *(line.made_up, rate_words(line.pass_rate_after_makeup), _remark(line)),
    )


def pass_mark(full: int, bands: Bands) -> int:
    """The least score in whole hundredths that passes of these full marks."""
    return -(-bands.passed * full // HUNDRED)


def _several(points: tuple[int, ...]) -> Cell:
    return points_cell(points[0]) if len(points) == 1 else full_words(points)


def _remark(line: Figures) -> str:
    said = [NOBODY] if line.due and not line.sat else []
    if len(line.full_marks) > 1:
        said.append(UNLIKE)
    return "；".join(said)
