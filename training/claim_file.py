"""申报 from a file: each row as what somebody claims, or all that is wrong with it.

A row is somebody's by 人员编号, then account, then name and unit; nothing is guessed and nobody is created. Whether
it may be claimed at all, and once, is seen when it is handed in.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from question_bank.formats.table import Table
from question_bank.problems import Problem
from training.cell_words import day_from, folded, looks_like_id_card, no_day, number_from, yes_or_no
from training.claim_rules import alike
from training.claim_said import named_classes
from training.claim_when_words import PARTS, certified_from, minutes_from
from training.claim_word_errors import NoSuchTime
from training.claim_words import MOST_EVIDENCE, MOST_ORGANISER, MOST_TITLE, form_from
from training.claims import Stated
from training.content import ContentClass, UnknownContentClass, content_classes
from training.crediting import DayPart
from training.findings import Findings
from training.forms import Form
from training.past_cells import (
    ACCOUNT,
    CLASSES,
    ENDS,
    EVIDENCE,
    FORM,
    NAME,
    NUMBER,
    ORGANISER,
    STARTS,
    TITLE,
    UNIT,
    person_of,
)
from training.roll import Roll
from training.units import UnitTree

LENGTH, CERTIFIED, PRIZE = "length", "certified", "prize"
HEADERS: Final[Mapping[str, str]] = {
    **{"人员编号": NUMBER, "编号": NUMBER, "工号": NUMBER, "姓名": NAME, "单位": UNIT, "所在单位": UNIT},
    **{"账号": ACCOUNT, "帐号": ACCOUNT, "形式": FORM, "学习形式": FORM, "内容类别": CLASSES, "内容": TITLE},
    **{"培训内容": TITLE, "标题": TITLE, "起": STARTS, "开始日期": STARTS, "日期": STARTS, "止": ENDS},
    **{"结束日期": ENDS, "时长": LENGTH, "时长(分钟)": LENGTH, "分钟": LENGTH, "时间": LENGTH},
    **{"学时": CERTIFIED, "证明学时": CERTIFIED, "获奖": PRIZE, "主办单位": ORGANISER, "主办": ORGANISER},
    **{"佐证": EVIDENCE, "佐证编号": EVIDENCE, "存放位置": EVIDENCE},
}
REQUIRED: Final = (FORM, TITLE, STARTS)
_MOST: Final = {TITLE: MOST_TITLE, ORGANISER: MOST_ORGANISER, EVIDENCE: MOST_EVIDENCE}
_PART: Final = "全天|半天|上午|下午"
_BOTH: Final = re.compile(rf"首日({_PART})[,;，；、]?(?:末日|尾日)({_PART})")


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """`where` is the row as problems name it."""

    where: str
    person: str
    stated: Stated


@dataclass(frozen=True, slots=True)
class ClaimFilePlan:
    """Every row is taken or rejected."""

    read: int
    rows: tuple[ClaimRow, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Measured:
    first: DayPart = DayPart.WHOLE
    last: DayPart = DayPart.WHOLE
    minutes: int | None = None
    hours: Decimal | None = None
    prize: bool = False


def plan_claims(table: Table, roll: Roll, tree: UnitTree, within: Callable[[str], bool]) -> ClaimFilePlan:
    """`within`: whether people of a unit may be claimed for by whoever brings the file."""
    rows: list[ClaimRow] = []
    problems, known = list(table.problems), dict[tuple[str, str], int]()
    for row in table.rows:
        found = Findings(row.where)
        claimed = _claimed(row.cells, found, roll, tree)
        if claimed is not None and not within(roll.unit(claimed[0])):
            found.reject(UNIT, f"{roll.label(claimed[0])}不在您的管辖单位内，不能代为申报。")
        if claimed is not None and not found.rejected:
            person, stated = claimed
            earlier = known.setdefault((person, alike(stated)), row.number)
            if earlier != row.number:
                found.reject(TITLE, f"与第 {earlier} 行相同，没有重复提交。")
            else:
                rows.append(ClaimRow(row.where, person, stated))
        problems += found.problems
    return ClaimFilePlan(len(table.rows), tuple(rows), tuple(problems))


def _claimed(cells: Mapping[str, str], found: Findings, roll: Roll, tree: UnitTree) -> tuple[str, Stated] | None:
    """None when something is wrong with the row itself."""
    if any(map(looks_like_id_card, cells.values())):  # no sentence repeats such a number
        found.reject(NUMBER, "含有身份证号样式的号码；本系统不收集身份证号，请删除或改填人员编号。")
        return None
    person, form, span = person_of(cells, found, roll, tree), _form(cells, found), _span(cells, found)
    title, classes = " ".join(cells.get(TITLE, "").split()), _classes(cells, found)
    measured = _measured(cells, form, found)
    for column, most in _MOST.items():
        if len(cells.get(column, "")) > most:
            found.reject(column, f"有 {len(cells[column])} 个字，最多 {most} 个字，请精简。")
    if person is None or not form or span is None or measured is None or found.rejected:
        return None
    stated = Stated(
        *(form, title, *span, measured.first, measured.last, measured.minutes, measured.hours),
        classes=classes or named_classes(form, title),
        organiser=cells.get(ORGANISER, "").strip(),
        evidence=cells.get(EVIDENCE, "").strip(),
        prize=measured.prize,
    )
    return person, stated


def _form(cells: Mapping[str, str], found: Findings) -> str:
    said = cells.get(FORM, "")
    form = form_from(said)
    if not form:
        found.reject(FORM, f"形式“{said}”不认识，请填写专题讲座、业务培训、集体学法、脱产培训、网络课程等。")
    return str(form)


def _classes(cells: Mapping[str, str], found: Findings) -> tuple[str, ...]:
    try:
        return tuple(str(one) for one in content_classes(cells.get(CLASSES, "")))
    except UnknownContentClass as unknown:
        names = "、".join(ContentClass)
        found.reject(CLASSES, f"内容类别“{unknown.text}”无法识别，请填写：{names}。")
        return ()


def _span(cells: Mapping[str, str], found: Findings) -> tuple[date, date] | None:
    days = [(column, cells.get(column, "")) for column in (STARTS, ENDS) if column == STARTS or cells.get(ENDS)]
    read = [day_from(text) for _, text in days]
    for (column, text), day in zip(days, read, strict=True):
        if day is None:
            found.reject(column, no_day("日期", text))
    starts, ends = read[0], read[-1]
    return (starts, ends) if starts is not None and ends is not None else None


def _measured(cells: Mapping[str, str], form: str, found: Findings) -> _Measured | None:
    """By the one cell that says it; of a competition whether something was won."""
    length, certified = cells.get(LENGTH, "").strip(), cells.get(CERTIFIED, "").strip()
    if form == Form.COMPETITION:
        return _won(cells.get(PRIZE, "") or length, found)
    if bool(length) == bool(certified):
        said = "时长和学时只填一个" if length else "没有填写时长"
        found.reject(LENGTH, f"{said}：时长如 90、14:00-16:30、半天、全天，平台证明的填学时。")
        return None
    if certified:
        hours = number_from(certified)
        if hours is None:
            found.reject(CERTIFIED, f"学时“{certified}”不是数字，请写成 4 或 1.50 的样子。")
        return None if hours is None else _Measured(hours=hours)
    return _by_length(length, found)


def _won(said: str, found: Findings) -> _Measured | None:
    word = folded(said)
    won = True if "获奖" in word else False if word in ("", "参加", "未获奖") else yes_or_no(word)
    if won is None:
        found.reject(PRIZE, f"获奖“{said}”无法识别，请填写是或否。")
        return None
    return _Measured(prize=won)


def _by_length(said: str, found: Findings) -> _Measured | None:
    word = re.sub(r"\s", "", unicodedata.normalize("NFKC", said))
    both = _BOTH.fullmatch(word)
    if both:
        return _Measured(PARTS[both[1]], PARTS[both[2]])
    if word in PARTS:
        return _Measured(PARTS[word], PARTS[word])
    certified = certified_from(word)
    if certified is not None:
        return _Measured(hours=certified)
    try:
        minutes = int(word) if re.fullmatch(r"[0-9]{1,5}", word) else minutes_from(word)
    except NoSuchTime:
        minutes = None
    if minutes is None:
        found.reject(LENGTH, f"时长“{said}”无法识别，请写成 90、90分钟、14:00-16:30、半天或全天的样子。")
        return None
    return _Measured(minutes=minutes)
