"""When, and how: one line such as `明天 9:07 截止 11-27 18:00 计学时 提醒`. Pure.

Moments are said in Beijing time. What is not said is as it usually is: until the end of the third day, no hours, no
reminder; when it is sent must be said. Rules of repetition and spans of days are read by `broadcast_times`.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from msgspec.structs import replace

from training.broadcast_file import MOST_CREDIT, USUAL_CREDIT
from training.broadcast_times import repeat_from, until_from
from training.broadcast_word_errors import BadCredit, FixedEnd, NoHour, NoMoment, OnlyForQuizzes, Past
from training.broadcasts import Kind, Repeat, Settings, Until
from training.calendar import DAY, day_of, monday_of, start_of
from training.cell_words import folded, number_from
from training.hours import hundredths

_NOW: Final = frozenset({"现在", "立即", "立刻", "马上", "现在发", "现在发送", "立即发送", "now"})
_NEXT_YEAR: Final = timedelta(days=180)  # a day of the year that is over means the next year when that is as near
_WEEKDAYS: Final = {**dict(zip("一二三四五六日", range(7), strict=True)), "天": 6}
_DAYS: Final = {"今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2, "大后天": 3}
_HALVES: Final = {  # the hours that may be meant
    "凌晨": range(7),
    "早上": range(4, 12),
    "上午": range(13),
    "中午": range(11, 15),
    "下午": range(12, 19),
    "晚上": range(17, 25),
}
_DAY: Final = (
    rf"(?P<word>{'|'.join(sorted(_DAYS, key=len, reverse=True))})"
    rf"|(?P<week>[本这下]?)(?:周|星期|礼拜)(?P<weekday>[{''.join(_WEEKDAYS)}])"
    r"|(?:(?P<year>20\d\d)[-/.年])?(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})[日号]?"
)
_TIME: Final = (
    rf"(?P<half>{'|'.join(_HALVES)}|)\s*"
    r"(?P<hour>\d{1,2})\s*[:点时]\s*(?P<minute>\d{1,2}|半|整)?\s*分?"
)
_MOMENT: Final = re.compile(rf"(?:{_DAY})?\s*(?:{_TIME})?")
_CREDIT: Final = re.compile(
    r"(?P<none>不计(?:入)?(?:学时)?)"
    r"|(?:每[题道])?[计记]入?\s*(?P<amount>[\d.]*)\s*个?学时"
    r"|(?:每[题道]|学时)\s*:?\s*(?P<each>[\d.]+)\s*(?:个?学时)?"
)
_REMIND: Final = re.compile(r"(?P<none>(?:不(?:用|要|需要?)?|无需)提醒)|提醒(?:一次)?")
_TELL_ALL: Final = re.compile(r"(?P<none>不公布(?:结果)?)|公布(?:结果)?")
_UNTIL: Final = re.compile(r"(?:截止到?|截至|答到)(?:时间)?\s*:?\s*(?P<until>.*)$")
_USUAL: Final = "默认"


@dataclass(frozen=True, slots=True)
class When:
    """None is what was not said. `at_once` is said by neither a moment nor a rule."""

    at: datetime | None
    repeat: Repeat | None
    until: Until | None
    credit: int | None
    remind: bool | None
    tell_all: bool | None


def when_from(text: str, kind: Kind, now: datetime) -> When:
    """Raises: NoMoment, NoHour, Past, BadCredit, OnlyForQuizzes, FixedEnd."""
    line = re.sub(r"[\s,;。!]+", " ", unicodedata.normalize("NFKC", text)).strip()
    line, tell_all = _flag(line, _TELL_ALL)
    line, remind = _flag(line, _REMIND)
    line, credit = _credit(line)
    line, said_until = _until_words(line)
    if kind is not Kind.QUIZ:
        _demand_quiz({"截止": said_until, "计学时": credit, "提醒": remind, "公布": tell_all})
    until = None if said_until is None else _until(said_until, now)
    at, repeat = _sending(line.replace(_USUAL, "").strip(), now)
    if repeat is not None and until is not None and until.at is not None:
        raise FixedEnd
    return When(at, repeat, until, credit, remind, tell_all)


def applied(settings: Settings, when: When) -> Settings:
    """What is not said now is as it usually is."""
    changed = {"at": when.at, "repeat": when.repeat, "until": when.until or Until(), "credit": when.credit or 0}
    return replace(settings, **changed, remind=bool(when.remind), tell_all=bool(when.tell_all))


def _demand_quiz(said: dict[str, object]) -> None:
    for word, value in said.items():
        if value is not None:
            raise OnlyForQuizzes(word)


def _flag(line: str, pattern: re.Pattern[str]) -> tuple[str, bool | None]:
    """The line without it, and yes or no."""
    found = pattern.search(line)
    if found is None:
        return line, None
    return _without(line, found), found["none"] is None


def _without(line: str, found: re.Match[str]) -> str:
    return f"{line[: found.start()]} {line[found.end() :]}".strip()


def _credit(line: str) -> tuple[str, int | None]:
    """Hundredths. Raises: BadCredit."""
    found = _CREDIT.search(line)
    if found is None:
        return line, None
    if found["none"]:
        return _without(line, found), 0
    said = found["amount"] or found["each"] or ""
    number = number_from(said) if said else None
    amount = USUAL_CREDIT if not said else hundredths(number) if number is not None else 0
    exact = number is None or amount == number * 100
    if not (exact and 0 < amount <= MOST_CREDIT):
        raise BadCredit(found[0])
    return _without(line, found), amount


def _until_words(line: str) -> tuple[str, str | None]:
    """`默认` behind it, or nothing, is the usual end."""
    found = _UNTIL.search(line)
    if found is None:
        return line, None
    said = found["until"].replace(_USUAL, "").strip()
    return line[: found.start()].strip(), said or None


def _until(said: str, now: datetime) -> Until:
    """Raises: NoMoment, Past."""
    span = until_from(said)
    if span is not None and span.at is None:
        return span
    at = span.at if span is not None else _moment(said, now, hour_else=24)
    if at is None:
        raise NoMoment(said, until=True)
    if at <= now:
        raise Past(at)
    return Until(at=at)


def _sending(said: str, now: datetime) -> tuple[datetime | None, Repeat | None]:
    """Neither is at once. Raises: NoMoment, NoHour, Past."""
    if folded(said) in _NOW:
        return None, None
    repeat = repeat_from(said)
    if repeat is not None:
        return None, repeat
    at = _moment(said, now, hour_else=None)
    if at is None:
        raise NoMoment(said)
    if at <= now:
        raise Past(at)
    return at, None


def _moment(said: str, now: datetime, *, hour_else: int | None) -> datetime | None:
    """`明天 9:07`, `周五下午3点`, `11-27 14:10`, `14:10`; a day alone ends or begins at `hour_else`.

    Raises: NoHour, when there is none and the day alone says too little.
    """
    found = _MOMENT.fullmatch(said.removesuffix("发送").removesuffix("发").strip())
    if found is None or not found[0]:
        return None
    day = _day(found, now)
    minutes = _minutes(found)
    if day is None or minutes is None:
        return None
    if minutes < 0:
        if hour_else is None:
            raise NoHour(said)
        minutes = hour_else * 60
    return (start_of(day) + timedelta(minutes=minutes)).astimezone(UTC)


def _minutes(found: re.Match[str]) -> int | None:
    """Since midnight; -1 when no time is said, None when there is no such time."""
    if found["hour"] is None:
        return -1
    said, meant = found["minute"] or "0", _HALVES.get(found["half"], range(25))
    minute = {"半": 30, "整": 0}[said] if said in "半整" else int(said)
    hour = next((hour for hour in (int(found["hour"]), int(found["hour"]) + 12) if hour in meant), None)
    return hour * 60 + minute if hour is not None and (hour, minute) <= (24, 0) and minute < 60 else None


def _day(found: re.Match[str], now: datetime) -> date | None:
    """None when there is no such day."""
    today = day_of(now)
    if found["word"]:
        return today + _DAYS[found["word"]] * DAY
    if found["weekday"]:
        return _of_week(found["week"], _WEEKDAYS[found["weekday"]], today)
    if found["month"]:
        return _of_year(found["year"], int(found["month"]), int(found["day"]), today)
    return today


def _of_week(which: str, weekday: int, today: date) -> date:
    """`周五` is the next one, today included; `下周五` is of the week after this one."""
    monday = monday_of(today) + (7 * DAY if which == "下" else 0 * DAY)
    day = monday + weekday * DAY
    return day + 7 * DAY if not which and day < today else day


def _of_year(year: str | None, month: int, day: int, today: date) -> date | None:
    try:
        said = date(int(year or today.year), month, day)
        if year or said >= today:
            return said
        later = said.replace(year=today.year + 1)
    except ValueError:
        return None
    return later if later - today <= _NEXT_YEAR else said
