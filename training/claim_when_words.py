"""Days, times and lengths as people write them in a 申报.

Days without a year are of this year; of the last one, when they would lie ahead and last year's hours may still be
claimed. `14:00-16:30`, `2小时`, `1小时30分`, `90分钟` are minutes; `半天`, `上午`, `全天` parts of a day.
"""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from training.claim_rules import last_day
from training.claim_word_errors import NoSuchDay, NoSuchTime
from training.crediting import DayPart

_YEAR: Final = r"(?:(?P<{0}year>\d{{4}})[-/.年])?"
_DAY: Final = _YEAR + r"(?P<{0}month>\d{{1,2}})[-/.月](?P<{0}day>\d{{1,2}})[日号]?"
_PART: Final = r"(?P<{0}part>上午|下午|半天|全天|半日|全日)?"
_TO: Final = r"(?:-|~|—|–|至|到)+"
_LAST: Final = rf"(?:{_DAY.format('last_')}|(?P<only>\d{{1,2}})[日号])"
_SINGLE: Final = re.compile(_DAY.format("first_"))
_SPAN: Final = re.compile(rf"{_DAY.format('first_')}{_PART.format('first_')}{_TO}{_LAST}{_PART.format('last_')}")
_SPAN_OF_MONTH: Final = re.compile(r"(?P<first_month>\d{1,2})月(?P<first_day>\d{1,2})-(?P<only>\d{1,2})[日号]")
_SOLID: Final = re.compile(r"(20\d{2})(\d{2})(\d{2})")
_NEAR: Final = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2}
_CLOCK: Final = (
    r"(?P<{0}half>上午|下午|晚上)?(?P<{0}hour>\d{{1,2}})"
    r"(?::(?P<{0}minute>\d{{2}})|[点时](?P<{0}spoken>半|\d{{1,2}}分?)?)"
)
_TIMES: Final = re.compile(rf"{_CLOCK.format('from_')}{_TO}{_CLOCK.format('to_')}")
_HOURS_MINUTES: Final = re.compile(r"(\d{1,3})个?小时(?:零)?(\d{1,2})分钟?")
_HOURS: Final = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)个?(?:小时|钟头|h)")
_AND_A_HALF: Final = re.compile(r"([一二两三四五六七八]|\d)个?半小时")
_MINUTES: Final = re.compile(r"(\d{1,5})分钟?")
_CERTIFIED: Final = re.compile(r"(\d{1,4}(?:\.\d{1,2})?)个?(?:学时|课时)")
_FIGURES: Final = {word: number for number, word in enumerate("一二三四五六七八", 1)} | {"两": 2}
PARTS: Final = {
    **dict.fromkeys(("半天", "半日", "上午", "下午"), DayPart.HALF),
    **dict.fromkeys(("全天", "全日", "一天", "一整天", "1天"), DayPart.WHOLE),
}
_NOON: Final = 12

Days = tuple[date, date, DayPart | None, DayPart | None]  # first, last, and how much of each when that is said


def days_from(word: str, today: date) -> Days | None:
    """One day, or from one to another; None when the word is none. Raises: NoSuchDay."""
    if word in _NEAR:
        day = today - timedelta(days=_NEAR[word])
        return day, day, None, None
    solid = _SOLID.fullmatch(word)
    if solid:
        day = _valid(word, *map(int, solid.groups()))
        return day, day, None, None
    found = _SINGLE.fullmatch(word)
    if found:
        day = _first(word, found, today)
        return day, day, None, None
    span = _SPAN.fullmatch(word) or _SPAN_OF_MONTH.fullmatch(word)
    return _span(word, span, today) if span else None


def _span(word: str, found: re.Match[str], today: date) -> Days:
    first = _first(word, found, today)
    said = found.groupdict()
    if said.get("only"):
        last = _valid(word, first.year, first.month, int(said["only"]))
    else:
        year = int(said["last_year"]) if said["last_year"] else first.year
        last = _valid(word, year, int(said["last_month"]), int(said["last_day"]))
        if last < first and not said["last_year"]:
            last = _valid(word, first.year + 1, last.month, last.day)
    parts = (PARTS.get(said.get("first_part") or ""), PARTS.get(said.get("last_part") or ""))
    return first, last, *parts


def _first(word: str, found: re.Match[str], today: date) -> date:
    said = found.groupdict()
    month, day = int(said["first_month"]), int(said["first_day"])
    if said.get("first_year"):
        return _valid(word, int(said["first_year"]), month, day)
    if (month, day) > (today.month, today.day) and today <= last_day(today.year - 1):
        return _valid(word, today.year - 1, month, day)
    return _valid(word, today.year, month, day)


def _valid(word: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise NoSuchDay(word) from None


def minutes_from(word: str) -> int | None:
    """A length, or from one time of day to another. Raises: NoSuchTime."""
    times = _TIMES.fullmatch(word)
    if times:
        return _between(word, times)
    both = _HOURS_MINUTES.fullmatch(word)
    if both:
        return int(both[1]) * 60 + int(both[2])
    hours = _HOURS.fullmatch(word)
    if hours:
        return int(Decimal(hours[1]) * 60)
    half = _AND_A_HALF.fullmatch(word)
    if half:
        return (_FIGURES.get(half[1]) or int(half[1])) * 60 + 30
    spoken = re.fullmatch(r"([一二两三四五六七八])个?小时", word)
    if spoken:
        return _FIGURES[spoken[1]] * 60
    minutes = _MINUTES.fullmatch(word)
    return int(minutes[1]) if minutes else None


def _between(word: str, found: re.Match[str]) -> int:
    starts = _of_day(word, found, "from_", "")
    ends = _of_day(word, found, "to_", found["from_half"] or "")
    if ends <= starts:
        raise NoSuchTime(word)
    return ends - starts


def _of_day(word: str, found: re.Match[str], which: str, half: str) -> int:
    """Minutes since midnight; `half` is what was said of the other time, when nothing is said of this one."""
    hour, spoken = int(found[f"{which}hour"]), found[f"{which}spoken"] or ""
    minute = 30 if spoken == "半" else int(found[f"{which}minute"] or spoken.removesuffix("分") or 0)
    if (found[f"{which}half"] or half) in ("下午", "晚上") and hour < _NOON:
        hour += _NOON
    if hour > 24 or minute > 59 or hour * 60 + minute > 24 * 60:
        raise NoSuchTime(word)
    return hour * 60 + minute


def certified_from(word: str) -> Decimal | None:
    """`3学时`, as a platform certifies it."""
    found = _CERTIFIED.fullmatch(word)
    return Decimal(found[1]) if found else None
