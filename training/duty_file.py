"""A file of 履职登记: each row as a fact that waits for confirmation, or all that is wrong with it.

A person is known by 人员编号, or by name and unit; nothing is guessed. A row of a unit's duty names the unit and
nobody else. Source: domain, Who owes what; contract, files.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from question_bank.formats.table import Table
from question_bank.problems import Problem
from training.cell_words import day_from, folded, looks_like_id_card, no_day
from training.duties import Duty, Subject, row_for
from training.duty_activities import APPEARED
from training.duty_days import Stretch
from training.duty_errors import FollowsElsewhere, UnknownDuty
from training.duty_fact_words import MOST_CHARACTERS, NAMES, quota_of
from training.duty_facts import DutyFact, rows_of
from training.duty_import import DutyLine
from training.duty_owing import City, people_on, units_there
from training.findings import Findings
from training.forms import Form
from training.roll import Roll
from training.units import UnitTree

WHAT, NUMBER, NAME, UNIT, DAY, TITLE, EVIDENCE = "what", "number", "name", "unit", "day", "title", "evidence"
HEADERS: Final[Mapping[str, str]] = {
    **{"履职事项": WHAT, "要求": WHAT, "事项": WHAT, "履职要求": WHAT, "人员编号": NUMBER, "编号": NUMBER},
    **{"工号": NUMBER, "姓名": NAME, "单位": UNIT, "单位代码": UNIT, "所在单位": UNIT, "日期": DAY, "时间": DAY},
    **{"完成日期": DAY, "内容": TITLE, "标题": TITLE, "主题": TITLE, "佐证": EVIDENCE, "佐证编号": EVIDENCE},
    **{"存放位置": EVIDENCE, "备注": EVIDENCE},
}
REQUIRED: Final = (WHAT, DAY)


@dataclass(frozen=True, slots=True)
class DutyFilePlan:
    """Every row is taken or rejected."""

    read: int
    lines: tuple[DutyLine, ...]
    problems: tuple[Problem, ...]

    @property
    def rejected(self) -> int:
        return self.read - len(self.lines)


class Place:
    """What rows are held against: the roll of today, the city with its histories, and what stands already."""

    def __init__(self, roll: Roll, tree: UnitTree, city: City, duties: Sequence[Duty]) -> None:
        self.roll, self.tree, self.city, self.duties = roll, tree, city, duties
        self._people: dict[date, Mapping[str, Stretch]] = {}
        self._units: dict[date, Mapping[str, Stretch]] = {}

    def stretch(self, subject: str, day: date, kind: Subject) -> Stretch | None:
        if kind is Subject.UNIT:
            if day not in self._units:
                self._units[day] = units_there(self.city, day)
            return self._units[day].get(subject)
        if day not in self._people:
            self._people[day] = people_on(self.city, day)
        return self._people[day].get(subject)


def plan_duties(table: Table, place: Place, standing: Iterable[DutyFact]) -> DutyFilePlan:
    """`place.roll.day` is today."""
    known = {(fact.quota, fact.subject, fact.day): f"已登记（编号 {fact.number}）" for fact in standing}
    lines: list[DutyLine] = []
    problems = list(table.problems)
    for row in table.rows:
        found = Findings(row.where)
        line = _line(row.cells, found, place)
        if line is not None and (said := known.get(_key(line))):
            found.reject(DAY, f"{line.label} {line.day} 的“{line.name}”{said}，没有重复登记。")
        if line is not None and not found.rejected:
            known[_key(line)] = f"与第 {row.number} 行重复"
            lines.append(line)
        problems += found.problems
    return DutyFilePlan(len(table.rows), tuple(lines), tuple(problems))


def _key(line: DutyLine) -> tuple[str, str, date]:
    return line.quota, line.subject, line.day


def _line(cells: Mapping[str, str], found: Findings, place: Place) -> DutyLine | None:
    """None when something is wrong with the row itself."""
    if any(map(looks_like_id_card, cells.values())):  # no sentence repeats such a number
        found.reject(NUMBER, "含有身份证号样式的号码；本系统不收集身份证号，请删除或改填人员编号。")
        return None
    rows = _rows(cells.get(WHAT, ""), found, place)
    day = _day(cells.get(DAY, ""), found, place.roll.day)
    for column in (TITLE, EVIDENCE):
        if len(cells.get(column, "")) > MOST_CHARACTERS:
            found.reject(column, f"至多 {MOST_CHARACTERS} 字，请精简。")
    if not rows or day is None:
        return None
    kind = rows[0].subject
    subject = _person(cells, found, place) if kind is Subject.PERSON else _unit(cells, found, place.tree)
    return None if subject is None else _fitting(cells, found, rows, subject, day, place)


def _fitting(
    cells: Mapping[str, str], found: Findings, rows: Sequence[Duty], subject: str, day: date, place: Place
) -> DutyLine | None:
    person = rows[0].subject is Subject.PERSON
    label = place.roll.label(subject) if person else place.tree.units[subject].name
    stretch = place.stretch(subject, day, rows[0].subject)
    row = row_for(rows, stretch.traits, day) if stretch else None
    if stretch is None or row is None:
        found.reject(WHAT, f"按名册和单位表，{label}在 {day} 没有“{rows[0].name}”这项要求，请核对。")
        return None
    title = cells.get(TITLE, "").strip()
    if Form.COURT_HEARING in row.forms and APPEARED in title:
        found.reject(TITLE, "出庭应诉不算旁听庭审，请删去这一行。")
        return None
    form = row.forms[0] if row.forms else ""
    evidence = cells.get(EVIDENCE, "").strip()
    return DutyLine(row.quota, row.name, subject, label, stretch.unit, day, title or row.name, form, evidence)


def _rows(said: str, found: Findings, place: Place) -> list[Duty]:
    """Of the quota; nothing when it is unknown. The name of a row of the table is understood too."""
    named = [duty.quota for duty in place.duties if folded(duty.name) == folded(said)]
    try:
        rows = rows_of(place.duties, named[0] if named else quota_of(said))
    except FollowsElsewhere:
        rows = []
    except UnknownDuty:
        found.reject(WHAT, f"没有“{said}”这项履职事项，可填：{'、'.join(NAMES)}。")
        return []
    if not rows:
        found.reject(WHAT, f"“{said}”不用登记，以名册、考试或学时台账为准，请删去这一行。")
    return rows


def _day(text: str, found: Findings, today: date) -> date | None:
    day = day_from(text)
    if day is None:
        found.reject(DAY, no_day("日期", text))
    elif day > today:
        found.reject(DAY, f"日期 {day} 还没有到，不能登记。")
    return day


def _person(cells: Mapping[str, str], found: Findings, place: Place) -> str | None:
    roll, name = place.roll, cells.get(NAME, "").strip()
    number = roll.number(cells.get(NUMBER, "")) if cells.get(NUMBER, "") else ""
    if not number:
        return _by_name(name, cells, found, place)
    if number not in roll.persons or number in roll.merged:
        said = f"已并入 {roll.merged[number]}，请改用后者" if number in roll.merged else "名册中没有，请核对"
        found.reject(NUMBER, f"人员编号 {number}：{said}。")
        return None
    if name and folded(name) != folded(roll.name(number)):
        found.reject(NAME, f"人员编号登记为{roll.label(number)}，与姓名{name}不符，请核对。")
        return None
    return number


def _by_name(name: str, cells: Mapping[str, str], found: Findings, place: Place) -> str | None:
    if not name:
        found.reject(NUMBER, "这项要求是个人的，请填写人员编号，或姓名和单位。")
        return None
    unit = _unit(cells, found, place.tree)
    if unit is None:
        return None
    here = [number for number in place.roll.named(name) if place.roll.unit(number) == unit]
    if len(here) != 1:
        said = f"本单位有同名人员{'、'.join(place.roll.label(one) for one in here)}" if here else f"没有{name}"
        found.reject(NAME, f"{cells.get(UNIT, '')}：{said}，请填写人员编号。")
        return None
    return here[0]


def _unit(cells: Mapping[str, str], found: Findings, tree: UnitTree) -> str | None:
    text = cells.get(UNIT, "").strip()
    codes = tree.find(text) if text else ()
    if len(codes) != 1:
        what = "没有填写" if not text else "没有这个单位" if not codes else f"有 {len(codes)} 个单位叫这个名字"
        found.reject(UNIT, f"单位“{text}”：{what}，请填写单位代码或完整路径。")
        return None
    return codes[0]
