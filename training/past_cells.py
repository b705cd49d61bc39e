"""The cells of one row of past hours, each as a value, or the sentence that says what is wrong with it.

A row is somebody's by 人员编号, then account, then name and unit; nothing is guessed and nobody is created. What
the machine records itself (answers on the phone) is not taken from a file. Source: contract, Past hours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from training.cell_words import day_from, folded, looks_like_id_card, no_day, number_from
from training.content import ContentClass, UnknownContentClass, content_classes
from training.findings import Findings
from training.forms import FORM_RULES, Form, online_group
from training.names import FORMS
from training.people import Field
from training.roll import Roll
from training.units import UnitTree

NUMBER, NAME, UNIT, ACCOUNT, FORM, CLASSES, TITLE, STARTS, ENDS, HOURS, ORGANISER, EVIDENCE, PLACE, YEAR = (
    *("number", "name", "unit", "account", "form", "classes", "title", "starts", "ends", "hours", "organiser"),
    *("evidence", "place", "year"),
)
HEADERS: Final[Mapping[str, str]] = {
    **{"人员编号": NUMBER, "编号": NUMBER, "工号": NUMBER, "姓名": NAME, "单位": UNIT, "所在单位": UNIT},
    **{"账号": ACCOUNT, "帐号": ACCOUNT, "形式": FORM, "学习形式": FORM, "内容类别": CLASSES, "内容": TITLE},
    **{"培训内容": TITLE, "起": STARTS, "开始日期": STARTS, "日期": STARTS, "止": ENDS, "结束日期": ENDS},
    **{"学时": HOURS, "认定学时": HOURS, "主办单位": ORGANISER, "佐证编号": EVIDENCE, "存放位置": PLACE},
    **{"考核年度": YEAR, "年度": YEAR},
}
REQUIRED: Final = (FORM, TITLE, STARTS, HOURS)
MAX_TEXT_CHARACTERS: Final = 500
_MACHINE: Final = online_group(FORM_RULES)
_FORMS: Final[Mapping[str, str]] = {
    **{folded(name): key for key, name in FORMS.items() if key not in _MACHINE},
    **{folded(form): form.value for form in Form if form not in _MACHINE},
    folded("案例编写"): Form.CASE_REVIEW.value,
}
_FORM_NAMES: Final = "、".join(name for key, name in FORMS.items() if key not in _MACHINE)
_PLACES: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Stated:
    """A row as it was meant; `starts` is not after `ends`. `year_told` is the cell 考核年度 as written."""

    person: str
    form: str
    classes: tuple[str, ...]
    title: str
    starts: date
    ends: date
    hours: Decimal
    organiser: str
    evidence: str
    year_told: str

    @property
    def days(self) -> int:
        return (self.ends - self.starts).days + 1

    @property
    def over_new_year(self) -> bool:
        return self.starts.year != self.ends.year


def stated(cells: Mapping[str, str], found: Findings, roll: Roll, tree: UnitTree) -> Stated | None:
    """None when a value is missing; a row may have been rejected for what is wrong besides."""
    person = person_of(cells, found, roll, tree)
    form = _form(cells.get(FORM, ""), found)
    classes = _classes(cells.get(CLASSES, ""), found)
    span = _span(cells, found, roll.day)
    hours = _hours(cells.get(HOURS, ""), found)
    title = cells.get(TITLE, "").strip()
    if not title:
        found.reject(TITLE, "内容为空，请填写培训或活动名称。")
    _check_texts(cells, found)
    if person is not None and span is not None:
        _check_unit(cells.get(UNIT, ""), person, span, found, roll, tree)
    if person is None or form is None or classes is None or span is None or hours is None:
        return None
    evidence = " ".join(text for text in (cells.get(EVIDENCE, ""), cells.get(PLACE, "")) if text)
    organiser = cells.get(ORGANISER, "")
    return Stated(person, form, classes, title, *span, hours, organiser, evidence, cells.get(YEAR, "").strip())


def person_of(cells: Mapping[str, str], found: Findings, roll: Roll, tree: UnitTree) -> str | None:
    """Whose row it is; None when that cannot be said."""
    number, name = cells.get(NUMBER, ""), cells.get(NAME, "")
    if number:
        return _by_number(roll.number(number), name, found, roll)
    account = cells.get(ACCOUNT, "").strip().casefold()
    if account:
        if account not in roll.owners:
            found.reject(ACCOUNT, f"名册中没有账号 {account}，请核对。")
        return roll.owners.get(account)
    return _by_name(name, cells.get(UNIT, ""), found, roll, tree)


def _by_number(number: str, name: str, found: Findings, roll: Roll) -> str | None:
    if number not in roll.persons:
        shown = "" if looks_like_id_card(number) else f" {number}"  # one that stands in a cell is not repeated
        found.reject(NUMBER, f"名册中没有人员编号{shown}，请核对。")
        return None
    if number in roll.merged:
        found.reject(NUMBER, f"人员编号 {number} 已并入 {roll.merged[number]}，请改用后者。")
        return None
    if name and folded(name) != folded(roll.name(number)):
        found.reject(NUMBER, f"人员编号登记为{roll.label(number)}，与姓名{name}不符，请核对。")
        return None
    return number


def _by_name(name: str, unit: str, found: Findings, roll: Roll, tree: UnitTree) -> str | None:
    if not name or not unit:
        found.reject(NUMBER, "请填写人员编号，或姓名和单位。")
        return None
    codes = tree.find(unit)
    if len(codes) != 1:
        what = "没有这个单位" if not codes else f"有 {len(codes)} 个单位叫这个名字"
        found.reject(UNIT, f"单位“{unit}”：名册中{what}，请填写单位代码或完整路径。")
        return None
    here = [number for number in roll.named(name) if roll.unit(number) == codes[0]]
    if len(here) == 1:
        return here[0]
    labels = "、".join(roll.label(number) for number in here)
    said = f"本单位有同名人员{labels}" if here else f"{unit}没有名叫{name}的人员"
    found.reject(NAME, f"{said}，请填写人员编号。")
    return None


def _check_unit(
    text: str, person: str, span: tuple[date, date], found: Findings, roll: Roll, tree: UnitTree
) -> None:
    """A unit beside a number or account: nobody creates one here, and it should be where the person was then."""
    if not text:
        return
    codes = tree.find(text, span[1])
    if not codes:
        found.reject(UNIT, f"名册中没有单位“{text}”，请核对，或填写单位代码。")
        return
    held = [roll.persons[person].values(day).get(Field.UNIT, "") for day in span]
    if not set(held) & set(codes):
        known = f"{tree.path(held[1])}（{held[1]}）" if held[1] else "未登记单位"
        found.warn(UNIT, f"单位“{text}”与名册不一致（名册：{known}），按名册入账，请核对。")


def _form(text: str, found: Findings) -> str | None:
    form = _FORMS.get(folded(text))
    if form is None:
        found.reject(FORM, f"形式“{text}”无法导入，请填写：{_FORM_NAMES}。")
    return form


def _classes(text: str, found: Findings) -> tuple[str, ...] | None:
    try:
        return tuple(str(one) for one in content_classes(text))
    except UnknownContentClass as unknown:
        names = "、".join(ContentClass)
        found.reject(CLASSES, f"内容类别“{unknown.text}”无法识别，请填写：{names}。")
        return None


def _check_texts(cells: Mapping[str, str], found: Findings) -> None:
    """No identity numbers, and no more than people read in a line."""
    for column, text in cells.items():
        if column != NUMBER and looks_like_id_card(text):
            found.reject(column, "含有身份证号样式的号码；本系统不收集身份证号，请删除。")
        if len(text) > MAX_TEXT_CHARACTERS:
            found.reject(column, f"有 {len(text)} 个字，至多 {MAX_TEXT_CHARACTERS} 字，请精简。")


def _span(cells: Mapping[str, str], found: Findings, today: date) -> tuple[date, date] | None:
    """First and last day, in this order."""
    starts = _day(cells.get(STARTS, ""), STARTS, found)
    ends = _day(cells[ENDS], ENDS, found) if cells.get(ENDS) else starts
    if starts is None or ends is None:
        return None
    if ends < starts:
        found.reject(ENDS, f"止（{ends}）早于起（{starts}），请核对。")
        return None
    if ends > today:
        found.reject(ENDS, f"日期 {ends} 还没有到，不能记入台账。")
    return starts, ends


def _day(text: str, field: str, found: Findings) -> date | None:
    day = day_from(text)
    if day is None:
        found.reject(field, no_day("日期", text))
    return day


def _hours(text: str, found: Findings) -> Decimal | None:
    hours = number_from(text)
    if hours is None:
        found.reject(HOURS, f"学时“{text}”不是数字，请写成 4 或 1.50 的样子。")
        return None
    exact = hours.quantize(_PLACES)
    if exact <= 0 or exact != hours:
        found.reject(HOURS, f"学时“{text}”须大于 0，至多两位小数。")
        return None
    return exact
