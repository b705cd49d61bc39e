"""签到名单 from a file: each row as somebody who was there on a day, or all that keeps it from being taken.

A row is somebody's by 人员编号, then account, then name and unit; who could be several people is doubtful and
named, never guessed. A row that names nobody (a total, a line to sign on) is none. Times are Beijing time.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from question_bank.formats.table import Row, Table
from question_bank.problems import Problem
from training.activities import Settings
from training.activity_rules import day_of_session, opens_at, session_on
from training.calendar import start_of
from training.cell_words import day_from, folded, looks_like_id_card, no_day, yes_or_no
from training.findings import Findings
from training.roll import Roll
from training.units import UnitTree

NUMBER, ACCOUNT, NAME, UNIT, CAME, LEFT, DAY = "number", "account", "name", "unit", "came", "left", "day"
STANDING: Final = "standing"  # 迟到、早退、缺席, as our own sheet says it
HEADERS: Final[Mapping[str, str]] = {
    **{"人员编号": NUMBER, "编号": NUMBER, "工号": NUMBER, "账号": ACCOUNT, "帐号": ACCOUNT, "姓名": NAME},
    **{"单位": UNIT, "所在单位": UNIT, "单位代码": UNIT, "单位名称": UNIT, "签到时间": CAME, "签到": CAME},
    **{"到场时间": CAME, "签退时间": LEFT, "签退": LEFT, "离场时间": LEFT, "日期": DAY, "签到日期": DAY},
    **{"迟到/早退/缺席": STANDING, "出勤情况": STANDING, "到场情况": STANDING, "序号": "place", "学时": "hours"},
    **{"备注": "remark"},
}
WHO: Final = (NAME, NUMBER, ACCOUNT)  # one of them every list has
_AWAY: Final = ("缺席", "未到", "未签到", "未参加", "请假", "缺勤", "旷")
_DOUBTFUL: Final = "待核对"  # as our own sheet says it
_HALF: Final = {"上午": 0, "下午": 12, "晚上": 12}
_TIME: Final = re.compile(
    r"(?P<half>上午|下午|晚上)?(?P<hour>\d{1,2})[:点时](?P<minute>\d{1,2})分?(?::\d{1,2}(?:\.\d+)?)?"
)
_BEHIND: Final = re.compile(
    r"(?P<day>.*?(?:\d日?))(?:[T ]+|(?<=日))(?P<time>(?:上午|下午|晚上)?\s*\d{1,2}[:点时].*)"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a list says of somebody on a day. `came` and `left` are None where it says nothing."""

    person: str
    day: date
    came: datetime | None = None
    left: datetime | None = None


@dataclass(frozen=True, slots=True)
class SignPlan:
    """Every row is taken, doubtful or rejected."""

    read: int
    seen: tuple[Seen, ...]
    doubtful: int
    problems: tuple[Problem, ...]

    @property
    def rejected(self) -> int:
        return self.read - len(self.seen) - self.doubtful


@dataclass(frozen=True, slots=True)
class Room:
    """What rows are held against: the roll and tree of today and the activity. `listable`: who may be on its list,
    None for anybody; `struck`: who is on it as absent, by day."""

    roll: Roll
    tree: UnitTree
    settings: Settings
    now: datetime
    listable: Collection[str] | None = None
    struck: Collection[tuple[str, date]] = frozenset()


@dataclass(slots=True)
class _Reading:
    """`doubt`: the row could be taken in several ways."""

    cells: Mapping[str, str]
    found: Findings
    room: Room
    doubt: bool = field(default=False)

    def reject(self, column: str, sentence: str) -> None:
        self.found.reject(column, sentence)

    def waver(self, column: str, sentence: str) -> None:
        self.doubt = True
        self.found.reject(column, sentence)


def plan_signing(table: Table, room: Room) -> SignPlan:
    rows = [row for row in table.rows if any(row.cells.get(column, "").strip() for column in (*WHO, CAME, LEFT))]
    taken: dict[tuple[str, date], tuple[Row, Seen]] = {}
    problems, doubtful = list(table.problems), 0
    for row in rows:
        reading = _Reading(row.cells, Findings(row.where), room)
        seen = _seen(reading)
        if seen is not None and not reading.found.rejected:
            _demand_new(reading, seen, taken)
        if seen is not None and not reading.found.rejected:
            taken[seen.person, seen.day] = (row, seen)
        doubtful += reading.doubt
        problems += reading.found.problems
    return SignPlan(len(rows), tuple(seen for _, seen in taken.values()), doubtful, tuple(problems))


def _demand_new(reading: _Reading, seen: Seen, taken: Mapping[tuple[str, date], tuple[Row, Seen]]) -> None:
    before = taken.get((seen.person, seen.day))
    if before is None:
        return
    row, other = before
    label = reading.room.roll.label(seen.person)
    if other == seen:
        reading.reject(NAME, f"与第 {row.number} 行相同（{label}），没有重复登记。")
    else:
        reading.waver(CAME, f"{label}在第 {row.number} 行已有，时间不同，按第 {row.number} 行登记，请核对。")


def _seen(reading: _Reading) -> Seen | None:
    """None when a value is missing; a row may have been rejected for what is wrong besides."""
    if any(map(looks_like_id_card, reading.cells.values())):  # no sentence repeats such a number
        reading.reject(NUMBER, "含有身份证号样式的号码；本系统不收集身份证号，请删除或改填人员编号。")
        return None
    said = folded("".join(reading.cells.get(column, "") for column in (STANDING, CAME)))
    if any(word in said for word in _AWAY) or yes_or_no(reading.cells.get(CAME, "")) is False:
        reading.reject(STANDING, "没有到场，没有登记。")
        return None
    person, day = _person(reading), _day(reading)
    if person is None or day is None:
        return None
    if _DOUBTFUL in said:
        reading.waver(STANDING, "与另一活动时间重叠，核对后请删去“待核对”再登记。")
    _demand_listable(reading, person)
    came, left = (_time(reading, column, day, person) for column in (CAME, LEFT))
    if came is not None and left is not None and left < came:
        reading.reject(LEFT, "签退时间早于签到时间，请核对。")
    if (person, day) in reading.room.struck:
        reading.found.warn(NAME, f"{reading.room.roll.label(person)}原登记为缺席，改为到场，请核对。")
    return Seen(person, day, came, left)


def _person(reading: _Reading) -> str | None:
    number, account = (reading.cells.get(column, "").strip() for column in (NUMBER, ACCOUNT))
    if number:
        return _by_number(reading, reading.room.roll.number(number))
    if account:
        owner = reading.room.roll.owners.get(account.casefold())
        if owner is None:
            reading.reject(ACCOUNT, f"名册中没有账号 {account}，请核对。")
            return None
        return _of_this_name(reading, owner, f"账号 {account}")
    return _by_name(reading)


def _by_number(reading: _Reading, number: str) -> str | None:
    roll = reading.room.roll
    if number not in roll.persons:
        reading.reject(NUMBER, f"名册中没有人员编号 {number}，请核对。")
        return None
    if number in roll.merged:
        reading.reject(NUMBER, f"人员编号 {number} 已并入 {roll.merged[number]}，请改用后者。")
        return None
    return _of_this_name(reading, number, "人员编号")


def _of_this_name(reading: _Reading, number: str, key: str) -> str | None:
    roll, name = reading.room.roll, reading.cells.get(NAME, "").strip()
    if name and folded(name) != folded(roll.name(number)):
        reading.reject(NAME, f"{key}登记为{roll.label(number)}，与姓名{name}不符，请核对。")
        return None
    return number


def _by_name(reading: _Reading) -> str | None:
    """In the unit that is named, or below it; without a unit of those who may be on the list."""
    room, name, unit = reading.room, reading.cells.get(NAME, "").strip(), reading.cells.get(UNIT, "").strip()
    if not name:
        reading.reject(NAME, "没有写明是谁，请填写人员编号、账号或姓名。")
        return None
    called = room.roll.named(name)
    if unit:
        codes = room.tree.find(unit)
        if len(codes) != 1:
            what = "名册中没有这个单位" if not codes else f"有 {len(codes)} 个单位叫这个名字"
            reading.reject(UNIT, f"单位“{unit}”：{what}，请填写单位代码或完整路径。")
            return None
        below = room.tree.descendants(codes[0])
        exactly = [number for number in called if room.roll.unit(number) == codes[0]]
        here = exactly or [number for number in called if room.roll.unit(number) in below]
    elif room.listable is None:
        reading.reject(UNIT, f"只有姓名{name}，请填写人员编号、账号或单位。")
        return None
    else:
        here = [number for number in called if number in room.listable]
    if len(here) == 1:
        return here[0]
    if here:
        labels = "、".join(room.roll.label(number) for number in here)
        reading.waver(NAME, f"同名人员有{labels}，请填写人员编号。")
        return None
    reading.reject(NAME, f"{unit or '主办单位和受邀人员中'}没有名叫{name}的人员，请核对，或填写人员编号。")
    return None


def _demand_listable(reading: _Reading, person: str) -> None:
    listable = reading.room.listable
    if listable is not None and person not in listable:
        label = reading.room.roll.label(person)
        reading.reject(NAME, f"{label}不在本次活动的主办单位和受邀范围内；确需参加，请由市级管理员办理。")


def _day(reading: _Reading) -> date | None:
    """Of the row, or of its times, or of the only session."""
    settings, said = reading.room.settings, reading.cells.get(DAY, "").strip()
    day = day_from(said) if said else _day_of_times(reading)
    if said and day is None:
        reading.reject(DAY, no_day("日期", said))
        return None
    if day is None:
        if len(settings.sessions) > 1:
            reading.reject(DAY, "活动不止一天，请填写日期。")
            return None
        day = day_of_session(settings.sessions[0])
    session = session_on(settings, day)
    if session is None:
        days = "、".join(str(day_of_session(one)) for one in settings.sessions)
        reading.reject(DAY, f"活动在 {day} 没有安排，只有 {days}，请核对。")
        return None
    if reading.room.now < opens_at(session):
        reading.reject(DAY, f"{day} 的活动还没有开始，不能登记到场。")
        return None
    return day


def _day_of_times(reading: _Reading) -> date | None:
    for column in (CAME, LEFT):
        found = _BEHIND.fullmatch(_plain(reading.cells.get(column, "")))
        day = day_from(found["day"]) if found else None
        if day is not None:
            return day
    return None


def _time(reading: _Reading, column: str, day: date, person: str) -> datetime | None:
    """None for a mark, or a name that stands there as a signature."""
    said = _plain(reading.cells.get(column, ""))
    name = reading.room.roll.name(person)
    if not said or yes_or_no(said) is not None or folded(said) in (folded(name), "已签到", "已签退", "签到", "到"):
        return None
    behind = _BEHIND.fullmatch(said)
    if behind and day_from(behind["day"]) != day:
        reading.reject(column, f"时间“{said}”不在 {day} 这一天，请核对。")
        return None
    found = _TIME.fullmatch((behind["time"] if behind else said).replace(" ", ""))
    hour, minute = (int(found["hour"]), int(found["minute"])) if found else (24, 0)
    hour += _HALF.get(found["half"] or "", 0) if found and hour < 12 else 0
    if hour > 23 or minute > 59:
        reading.reject(column, f"时间“{said}”无法识别，请写成 14:05 的样子。")
        return None
    return start_of(day) + timedelta(hours=hour, minutes=minute)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
