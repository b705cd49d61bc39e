"""The rows of a units file, each read by itself; a blank optional cell says nothing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from question_bank.formats.table import Row
from training.cell_words import day_from, folded, no_day, yes_or_no
from training.findings import Findings
from training.people import UnitField
from training.units import NATURE_NAMES, Nature

CODE: Final = "code"
VALID_FROM: Final = "valid_from"
REQUIRED: Final = (CODE, UnitField.NAME.value)
MAX_CODE_CHARACTERS: Final = 64

HEADERS: Final[Mapping[str, str]] = {
    "单位代码": CODE,
    "代码": CODE,
    "单位编码": CODE,
    "机构代码": CODE,
    "code": CODE,
    "单位名称": UnitField.NAME,
    "单位": UnitField.NAME,
    "名称": UnitField.NAME,
    "机构名称": UnitField.NAME,
    "name": UnitField.NAME,
    "上级单位代码": UnitField.PARENT,
    "上级代码": UnitField.PARENT,
    "上级单位编码": UnitField.PARENT,
    "上级单位": UnitField.PARENT,
    "parent": UnitField.PARENT,
    "排名组": UnitField.LEAGUE,
    "排名组别": UnitField.LEAGUE,
    "考核组": UnitField.LEAGUE,
    "league": UnitField.LEAGUE,
    "单位性质": UnitField.NATURE,
    "性质": UnitField.NATURE,
    "单位类型": UnitField.NATURE,
    "nature": UnitField.NATURE,
    "行政机关": UnitField.AGENCY,
    "是否行政机关": UnitField.AGENCY,
    "agency": UnitField.AGENCY,
    "承担行政执法职能": UnitField.ENFORCES,
    "是否承担行政执法职能": UnitField.ENFORCES,
    "行政执法职能": UnitField.ENFORCES,
    "执法职能": UnitField.ENFORCES,
    "enforces": UnitField.ENFORCES,
    "纳入考核": UnitField.ASSESSED,
    "是否纳入考核": UnitField.ASSESSED,
    "assessed": UnitField.ASSESSED,
    "生效日期": VALID_FROM,
    "生效时间": VALID_FROM,
    "valid_from": VALID_FROM,
}

_NATURES: Final[Mapping[str, Nature]] = {
    **{name: nature for nature, name in NATURE_NAMES.items()},
    **{nature.value: nature for nature in Nature},
    "政府": Nature.GOVERNMENT,
    "人民政府": Nature.GOVERNMENT,
    "市人民政府": Nature.GOVERNMENT,
    "部门": Nature.DEPARTMENT,
    "市政府部门": Nature.DEPARTMENT,
    "工作部门": Nature.DEPARTMENT,
    "政府工作部门": Nature.DEPARTMENT,
    "乡镇": Nature.TOWNSHIP,
    "乡镇人民政府": Nature.TOWNSHIP,
    "街道": Nature.SUBDISTRICT,
    "街道办": Nature.SUBDISTRICT,
    "派出机关": Nature.AGENCY,
    "事业单位": Nature.INSTITUTION,
    "直属单位": Nature.INSTITUTION,
    "垂直管理单位": Nature.VERTICAL,
    "垂管": Nature.VERTICAL,
}
_YES_OR_NO: Final[Mapping[UnitField, str]] = {
    UnitField.AGENCY: "行政机关",
    UnitField.ENFORCES: "承担行政执法职能",
    UnitField.ASSESSED: "纳入考核",
}


@dataclass(frozen=True, slots=True)
class UnitRow:
    """`values` holds what the row says, by `UnitField`; a parent stands there as written."""

    where: str
    code: str
    values: Mapping[str, str]
    valid_from: date | None


def unit_row(row: Row, found: Findings) -> UnitRow:
    """Reads one row; what is wrong goes to `found`, and a rejected row may lack parts."""
    if row.extra:
        found.reject("", "单元格比表头多，可能是内容中的逗号未加引号；请检查后重新导入。")
    code = row.cells.get(CODE, "")
    _check_code(code, found)
    values = {UnitField.NAME.value: row.cells.get(UnitField.NAME, "")}
    if not values[UnitField.NAME]:
        found.reject(UnitField.NAME, "单位名称为空，请填写。")
    for field in (UnitField.PARENT, UnitField.LEAGUE):
        if row.cells.get(field):
            values[field] = row.cells[field]
    values |= _nature(row, found) | _yes_or_no_values(row, found)
    return UnitRow(row.where, code, values, _valid_from(row, found))


def _check_code(code: str, found: Findings) -> None:
    if not code:
        found.reject(CODE, "单位代码为空，请填写。")
    elif len(code) > MAX_CODE_CHARACTERS or re.search(r"[\s/／；;、,，]", code):
        found.reject(CODE, f"单位代码“{code}”须在 {MAX_CODE_CHARACTERS} 字以内，且不含空格、斜线或分隔符。")


def _nature(row: Row, found: Findings) -> dict[str, str]:
    text = row.cells.get(UnitField.NATURE, "")
    if not text:
        return {}
    nature = _NATURES.get(folded(text))
    if nature is None:
        found.reject(UnitField.NATURE, f"单位性质“{text}”无法识别，请填写：{'、'.join(NATURE_NAMES.values())}。")
        return {}
    return {UnitField.NATURE.value: nature.value}


def _yes_or_no_values(row: Row, found: Findings) -> dict[str, str]:
    values = {}
    for field, header in _YES_OR_NO.items():
        text = row.cells.get(field, "")
        said = yes_or_no(text)
        if said is not None:
            values[field.value] = "1" if said else ""
        elif text:
            found.reject(field, f"“{header}”只能填“是”或“否”，现为“{text}”。")
    return values


def _valid_from(row: Row, found: Findings) -> date | None:
    text = row.cells.get(VALID_FROM, "")
    day = day_from(text)
    if text and day is None:
        found.reject(VALID_FROM, no_day("生效日期", text))
    return day
