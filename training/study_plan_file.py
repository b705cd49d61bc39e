"""Files of the yearly study plan and of the 应知应会清单, row by row."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from question_bank.formats.table import Row, Table
from question_bank.problems import Problem
from training.cell_words import folded, listed
from training.findings import Findings
from training.names import FORMS, GROUPS
from training.study_plans import LEADERS, KnownLaw, PlanLine, law_key, line_key
from training.units import UnitTree

TITLE, MONTH, FORM, LAWS, RESPONSIBLE, UNIT = "title", "month", "form", "laws", "responsible", "unit"
PLAN_HEADERS: Final[Mapping[str, str]] = {
    **{"学习内容": TITLE, "内容": TITLE, "主题": TITLE, "标题": TITLE, "学习专题": TITLE, "月份": MONTH},
    **{"时间": MONTH, "学习时间": MONTH, "月": MONTH, "学习形式": FORM, "形式": FORM, "方式": FORM},
    **{"法律法规": LAWS, "法律": LAWS, "涉及法律": LAWS, "责任单位": RESPONSIBLE, "负责单位": RESPONSIBLE},
    **{"责任人": RESPONSIBLE, "牵头单位": RESPONSIBLE, "单位": UNIT, "单位代码": UNIT},
}
PLAN_REQUIRED: Final = (TITLE,)
LAW, GROUP, NOTE = "law", "group", "note"
LAW_HEADERS: Final[Mapping[str, str]] = {
    **{"法律名称": LAW, "法律法规": LAW, "法律": LAW, "名称": LAW, "法规名称": LAW, "适用对象": GROUP},
    **{"对象": GROUP, "人员类别": GROUP, "备注": NOTE, "说明": NOTE, "重点": NOTE, "重点条款": NOTE},
}
LAW_REQUIRED: Final = (LAW,)
MOST_CHARACTERS: Final = 200
_MONTH: Final = re.compile(r"(?:\d{4}[年\-/.])?0?(\d{1,2})(?:月份?)?")
_ANY_TIME: Final = frozenset({"", "全年", "每月", "不限"})
_FORMS: Final = {folded(word): key for key, name in FORMS.items() for word in (name, key)}
_GROUPS: Final = {
    **{folded(word): str(group) for group, name in GROUPS.items() for word in (name, group)},
    **dict.fromkeys(("", folded("领导"), folded("领导干部")), LEADERS),
}
Line = TypeVar("Line", PlanLine, KnownLaw)


@dataclass(frozen=True, slots=True)
class FileRead(Generic[Line]):
    """Every row is taken or rejected."""

    read: int
    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]

    @property
    def rejected(self) -> int:
        return self.read - len(self.lines)


def plan_lines(table: Table, year: int, tree: UnitTree) -> FileRead[PlanLine]:
    lines: dict[tuple[int, str, int, str], PlanLine] = {}
    problems = list(table.problems)
    for row in table.rows:
        found = Findings(row.where)
        line = _plan_line(row, year, tree, found)
        if not found.rejected and line_key(line) in lines:
            found.reject(TITLE, f"与前面的行重复：{line.title}，请只留一行。")
        if not found.rejected:
            lines[line_key(line)] = line
        problems += found.problems
    return FileRead(len(table.rows), tuple(lines.values()), tuple(problems))


def _plan_line(row: Row, year: int, tree: UnitTree, found: Findings) -> PlanLine:
    cells = {field: " ".join(text.split()) for field, text in row.cells.items()}
    _check_lengths(cells, found)
    title, said = cells.get(TITLE, ""), cells.get(FORM, "")
    if not title:
        found.reject(TITLE, "学习内容为空，请填写。")
    form = _FORMS.get(folded(said), "") if said else ""
    if said and not form:
        found.reject(FORM, f"没有学习形式“{said}”，可填：{'、'.join(FORMS.values())}，或留空。")
    laws = tuple(one.strip("《》") for one in listed(cells.get(LAWS, "")))
    month, unit = _month(cells.get(MONTH, ""), found), _unit(cells.get(UNIT, ""), tree, found)
    return PlanLine(year, title, unit, month, form, laws, cells.get(RESPONSIBLE, ""))


def _month(text: str, found: Findings) -> int:
    if folded(text) in _ANY_TIME:
        return 0
    said = _MONTH.fullmatch(folded(text))
    month = int(said[1]) if said else 0
    if not 1 <= month <= 12:
        found.reject(MONTH, f"月份“{text}”请写成 3 或 3月，不限月份请留空。")
    return month


def _unit(text: str, tree: UnitTree, found: Findings) -> str:
    """Empty for the city's own plan."""
    codes = tree.find(text) if text else ("",)
    if len(codes) != 1:
        what = "没有这个单位" if not codes else f"有 {len(codes)} 个单位叫这个名字"
        found.reject(UNIT, f"单位“{text}”：{what}，请填写单位代码或完整路径；全市计划请留空。")
        return ""
    return codes[0]


def law_lines(table: Table, year: int) -> FileRead[KnownLaw]:
    lines: dict[tuple[str, str], KnownLaw] = {}
    problems = list(table.problems)
    for row in table.rows:
        found = Findings(row.where)
        cells = {field: " ".join(text.split()) for field, text in row.cells.items()}
        _check_lengths(cells, found)
        law, said = cells.get(LAW, "").strip("《》"), cells.get(GROUP, "")
        group = _GROUPS.get(folded(said))
        key = (law_key(law), group or LEADERS)
        if not law:
            found.reject(LAW, "法律名称为空，请填写。")
        if group is None:
            found.reject(GROUP, f"没有适用对象“{said}”，可填：{'、'.join(GROUPS.values())}；留空为领导干部。")
        if key in lines:
            found.reject(LAW, f"{law}重复，请只留一行。")
        if not found.rejected:
            lines[key] = KnownLaw(year, law, group or LEADERS, cells.get(NOTE, ""))
        problems += found.problems
    return FileRead(len(table.rows), tuple(lines.values()), tuple(problems))


def _check_lengths(cells: Mapping[str, str], found: Findings) -> None:
    for column, text in cells.items():
        if len(text) > MOST_CHARACTERS:
            found.reject(column, f"至多 {MOST_CHARACTERS} 字，请精简。")
