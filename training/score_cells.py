"""The cells of one row of scores (成绩) of an exam that was sat on paper or elsewhere, each as a value.

A row is somebody's by 人员编号 only; a name beside it must be the same person's. Source: contract, Scores.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from training.cell_words import day_from, folded, looks_like_id_card, looks_like_serial, no_day
from training.findings import Findings
from training.roll import Roll

NUMBER, NAME, SCORE, WAY, DAY, EVIDENCE = "number", "name", "score", "way", "day", "evidence"
HEADERS: Final[Mapping[str, str]] = {
    **{"人员编号": NUMBER, "编号": NUMBER, "工号": NUMBER, "姓名": NAME, "成绩": SCORE, "分数": SCORE},
    **{"得分": SCORE, "考试成绩": SCORE, "考试方式": WAY, "方式": WAY, "日期": DAY, "考试日期": DAY},
    **{"考试时间": DAY, "佐证编号": EVIDENCE, "佐证": EVIDENCE},
}
REQUIRED: Final = (NUMBER, SCORE, DAY)
ON_PAPER: Final = "纸质"
MOST_WAY_CHARACTERS: Final = 20
MOST_EVIDENCE_CHARACTERS: Final = 200
_SCORE: Final = re.compile(r"([0-9]{1,6}(?:\.[0-9]+)?)分?")
_AWAY: Final = frozenset({"缺考", "缓考", "免考", "未参加"})


@dataclass(frozen=True, slots=True)
class Stated:
    """A row as it was meant; `score` in whole hundredths of a point."""

    person: str
    score: int
    way: str
    day: date
    evidence: str


def stated(cells: Mapping[str, str], found: Findings, roll: Roll) -> Stated | None:
    """None when a value is missing; a row may have been rejected for what is wrong besides."""
    _check_texts(cells, found)
    if any(map(looks_like_id_card, cells.values())):  # no sentence repeats such a number
        return None
    person = _person(roll.number(cells.get(NUMBER, "")), cells.get(NAME, ""), found, roll)
    score = _score(cells.get(SCORE, ""), found)
    day = _day(cells.get(DAY, ""), found)
    if person is None or score is None or day is None:
        return None
    way, evidence = (" ".join(cells.get(column, "").split()) for column in (WAY, EVIDENCE))
    return Stated(person, score, way or ON_PAPER, day, evidence)


def _check_texts(cells: Mapping[str, str], found: Findings) -> None:
    """No identity numbers, and no more than people read in a line."""
    for column, text in cells.items():
        if looks_like_id_card(text):
            found.reject(column, "含有身份证号样式的号码；本系统不收集身份证号，请删除或改填人员编号。")
    for column, most, name in (
        (WAY, MOST_WAY_CHARACTERS, "考试方式"),
        (EVIDENCE, MOST_EVIDENCE_CHARACTERS, "佐证编号"),
    ):
        if len(cells.get(column, "").strip()) > most:
            found.reject(column, f"{name}至多 {most} 字，请精简。")


def _person(number: str, name: str, found: Findings, roll: Roll) -> str | None:
    if not number:
        found.reject(NUMBER, "没有人员编号，请填写。")
        return None
    if number not in roll.persons:
        found.reject(NUMBER, f"名册中没有人员编号 {number}，请核对。")
        return None
    if number in roll.merged:
        found.reject(NUMBER, f"人员编号 {number} 已并入 {roll.merged[number]}，请改用后者。")
        return None
    if name and folded(name) != folded(roll.name(number)):
        found.reject(NAME, f"人员编号登记为{roll.label(number)}，与姓名{name}不符，请核对。")
        return None
    return number


def _score(text: str, found: Findings) -> int | None:
    plain = folded(text)
    if plain in _AWAY:
        found.reject(SCORE, f"“{plain}”不是成绩；没有参加的不用导入，请删去这一行。")
        return None
    shaped = _SCORE.fullmatch(plain)
    if shaped is None:
        found.reject(SCORE, f"成绩“{text}”不是分数，请写成 85 或 85.5 的样子。")
        return None
    hundredths = Decimal(shaped[1]) * 100
    if hundredths != hundredths.to_integral_value():
        found.reject(SCORE, f"成绩 {shaped[1]} 的小数多于两位，请核对。")
        return None
    return int(hundredths)


def _day(text: str, found: Findings) -> date | None:
    day = day_from(unicodedata.normalize("NFKC", text))
    if day is None:
        said = (
            no_day("日期", text) if looks_like_serial(text) else f"日期“{text}”无法识别，请写成 2026-11-23 的样子。"
        )
        found.reject(DAY, said)
    return day
