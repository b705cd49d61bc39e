"""When an activity is: `11-25 14:00-16:30；11-26 9:00-11:30`, `11-25至11-27 9:00-17:00`, `周三下午2点-4点半`. Pure.

Several days take the times that follow them. A day without a year is the nearest one; moments are Beijing time.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from training.activities import Session
from training.activity_word_errors import BadWhen
from training.calendar import DAY, day_of, monday_of, start_of

MOST_DAYS: Final = 31
_NEAR: Final = {"今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2, "大后天": 3, "昨天": -1}
_WEEKDAYS: Final = {**dict(zip("一二三四五六日", range(7), strict=True)), "天": 6}
_LINK: Final = r"\s*(?:-|~|—|–|至|到)+\s*"
_DATE: Final = r"(?:(?P<{0}year>20\d\d)[-/.年])?(?P<{0}month>\d{{1,2}})[-/.月](?P<{0}day>\d{{1,2}})[日号]?"
_REMARK: Final = r"(?:\s*\(?(?:周|星期)[一二三四五六日天]\)?)?"
_NOT_TIME: Final = r"(?![\d:点时])"
_DAYS: Final = re.compile(
    rf"(?:(?P<near>大后天|{'|'.join(_NEAR)})"
    r"|(?P<week>[本这下]?)(?:周|星期)(?P<weekday>[一二三四五六日天])"
    rf"|{_DATE.format('')}{_REMARK}"
    rf"(?:{_LINK}(?:{_DATE.format('last_')}{_REMARK}|(?P<only>\d{{1,2}})[日号]){_NOT_TIME})?)"
)
_HALF: Final = "凌晨|早上|上午|中午|下午|晚上"
_CLOCK: Final = (
    rf"(?P<{{0}}half>{_HALF})?\s*(?P<{{0}}hour>\d{{{{1,2}}}})"
    r"(?::(?P<{0}minute>\d{{2}})|[点时](?P<{0}spoken>半|\d{{1,2}}分?)?)"
)
_TIMES: Final = re.compile(f"{_CLOCK.format('from_')}{_LINK}{_CLOCK.format('to_')}")
_BETWEEN: Final = re.compile(r"[\s,;、。和及]*")
_NOON: Final = 12


def looks_like_when(word: str) -> bool:
    """A word that is all days and times."""
    plain, end = _plain(word), 0
    while end < len(plain):
        found = _TIMES.match(plain, end) or _DAYS.match(plain, end)
        if found is None:
            return False
        end = _behind(plain, found.end())
    return bool(plain)


def sessions_from(text: str, now: datetime) -> tuple[Session, ...]:
    """One a day and span of time, in the order said. Raises: BadWhen."""
    plain, end = _plain(text), 0
    days, fresh, sessions = list[date](), True, list[Session]()
    while end < len(plain):
        times, said = _TIMES.match(plain, end), _DAYS.match(plain, end)
        found = times or said
        if found is None or (times and not days):
            raise BadWhen(text.strip())
        if times:
            sessions += [_session(day, times, text) for day in days]
        else:
            days = [*([] if fresh else days), *_days(found, day_of(now), text)]
        fresh, end = bool(times), _behind(plain, found.end())
    if not sessions or not fresh or len(sessions) > MOST_DAYS:
        raise BadWhen(text.strip())
    return tuple(sessions)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _behind(text: str, end: int) -> int:
    found = _BETWEEN.match(text, end)
    return found.end() if found else end


def _days(found: re.Match[str], today: date, text: str) -> Sequence[date]:
    """Raises: BadWhen."""
    if found["near"]:
        return [today + _NEAR[found["near"]] * DAY]
    if found["weekday"]:
        return [_of_week(found["week"], _WEEKDAYS[found["weekday"]], today)]
    try:
        first = _dated(found["year"], int(found["month"]), int(found["day"]), today)
        if found["only"]:
            last = first.replace(day=int(found["only"]))
        elif found["last_month"]:
            last = _dated(found["last_year"], int(found["last_month"]), int(found["last_day"]), first)
        else:
            return [first]
    except ValueError:
        raise BadWhen(text.strip()) from None
    if not first <= last < first + MOST_DAYS * DAY:
        raise BadWhen(text.strip())
    return [first + number * DAY for number in range((last - first).days + 1)]


def _of_week(which: str, weekday: int, today: date) -> date:
    """`周五` is the next one, today included; `下周五` is of the week after this one."""
    monday = monday_of(today) + (7 * DAY if which == "下" else 0 * DAY)
    day = monday + weekday * DAY
    return day + 7 * DAY if not which and day < today else day


def _dated(year: str | None, month: int, day: int, near: date) -> date:
    """Raises: ValueError."""
    if year:
        return date(int(year), month, day)
    found = list[date]()
    for candidate in (near.year, near.year + 1, near.year - 1):
        try:
            found.append(date(candidate, month, day))
        except ValueError:
            continue
    return min(found, key=lambda one: abs(one - near))  # none at all is a ValueError too


def _session(day: date, times: re.Match[str], text: str) -> Session:
    starts = _minutes(times, "from_", times["from_half"] or "", text)
    ends = _minutes(times, "to_", times["to_half"] or times["from_half"] or "", text)
    midnight = start_of(day)
    starting, ending = (midnight + timedelta(minutes=minutes) for minutes in (starts, ends))
    return Session(starting.astimezone(UTC), ending.astimezone(UTC))


def _minutes(found: re.Match[str], which: str, half: str, text: str) -> int:
    """Since midnight. Raises: BadWhen."""
    hour, spoken = int(found[f"{which}hour"]), found[f"{which}spoken"] or ""
    minute = 30 if spoken == "半" else int(found[f"{which}minute"] or spoken.removesuffix("分") or 0)
    if half in ("下午", "晚上") and hour < _NOON:
        hour += _NOON
    if minute > 59 or (hour, minute) > (24, 0):
        raise BadWhen(text.strip())
    return hour * 60 + minute


def single_day(text: str, now: datetime) -> date:
    """Raises: BadWhen."""
    found = _DAYS.fullmatch(_plain(text))
    days = _days(found, day_of(now), text) if found else ()
    if len(days) != 1:
        raise BadWhen(text.strip())
    return days[0]
