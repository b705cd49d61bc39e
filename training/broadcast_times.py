"""When a broadcast goes out, closes and reminds, and the words in which people say so.

Rules are in Beijing time, moments in UTC. `awake`: whether a moment lies outside the quiet hours.
Source: domain, Burden rules.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from training.broadcasts import Every, Repeat, Until
from training.calendar import CITY, DAY, Calendar, day_of, start_of
from training.cell_words import day_from, folded
from training.exam_file_table import EARLIEST_YEAR, LATEST_YEAR, moment_from

DEFAULT_TIME: Final = (9, 7)  # off the congested minutes
BEFORE_CLOSING: Final = timedelta(hours=2)
AFTER_SENDING: Final = timedelta(hours=1)
REMIND_TIME: Final = time(16, 37)  # that of the daily reminder
LAST_DAY: Final = 31  # or the last one of a shorter month
END_OF_DAY: Final = (24, 0)
MOST_DAYS: Final = 90  # that a quiz stays open
_MINUTE: Final = timedelta(minutes=1)
_LOOKED_THROUGH_DAYS: Final = 800
_WAITS_DAYS: Final = 60  # no holidays are longer

_WEEKDAYS: Final = {  # no figures: 每周 19:10 would be Monday
    **dict(zip("一二三四五六日", range(1, 8), strict=True)),
    "天": 7,
}
_TIME: Final = r"(?P<hour>\d{1,2})[:点时](?:(?P<minute>\d{1,2})分?)?"
_LAST: Final = r"(?:直?到|至|截至)(?P<last>\d{4}\D\d{1,2}\D\d{1,2}日?)(?:为?止)?"
_DAYS: Final = {
    rf"每(?:周|星期|礼拜)(?P<day>[{''.join(_WEEKDAYS)}])": Every.WEEK,
    r"每个?月的?(?P<day>\d{1,2})[日号]": Every.MONTH,
    r"每个?月的?(?:最后一[天日]|末|底)": Every.MONTH,
    r"每个?月的?(?:第[一1]|首)个?工作日": Every.FIRST_WORKING_DAY,
    r"每个?月的?最[后末][一1]?个?工作日": Every.LAST_WORKING_DAY,
    r"每个?工作日": Every.WORKING_DAY,
}
_UNTIL_DAYS: Final = {"当天": 0, "当日": 0, "次日": 1, "第二天": 1, "一天": 1, "两天": 2, "三天": 3, "一周": 7}


def first_slot(repeat: Repeat, after: datetime, calendar: Calendar) -> datetime | None:
    """The next time of the rule, strictly after `after`; None when its last day is over.

    In a month that has no such day it is the last one. A rule by weekday or day of the month asks for no working
    day: what is due on a holiday waits as everything does.
    """
    first = day_of(after)
    for day in (first + number * DAY for number in range(_LOOKED_THROUGH_DAYS)):
        if repeat.last is not None and day > repeat.last:
            return None
        if _meant(repeat, day, calendar):
            slot = _at(day, repeat.hour, repeat.minute)
            if slot > after:
                return slot
    return None


def _meant(repeat: Repeat, day: date, calendar: Calendar) -> bool:
    match repeat.every:
        case Every.WEEK:
            return day.isoweekday() == repeat.day
        case Every.MONTH:
            return day.day == min(repeat.day, monthrange(day.year, day.month)[1])
        case Every.WORKING_DAY:
            return calendar.is_working(day)
    days = monthrange(day.year, day.month)[1]
    beyond = range(1, day.day) if repeat.every is Every.FIRST_WORKING_DAY else range(day.day + 1, days + 1)
    return calendar.is_working(day) and not any(calendar.is_working(day.replace(day=one)) for one in beyond)


def closing(until: Until, sent_at: datetime) -> datetime:
    """When a quiz that is sent then closes."""
    return until.at or _at(day_of(sent_at) + until.days * DAY, until.hour, until.minute)


def _at(day: date, hour: int, minute: int) -> datetime:
    """24:00 is the end of the day."""
    return (start_of(day) + timedelta(hours=hour, minutes=minute)).astimezone(UTC)


def sending_at(wanted: datetime, awake: Callable[[datetime], bool], calendar: Calendar) -> datetime:
    """The first moment from `wanted` on that lies on a working day outside the quiet hours.

    Quiet hours that never end hold nothing.
    """
    if calendar.is_working(day_of(wanted)) and awake(wanted):
        return wanted
    first = day_of(wanted)
    for day in (first + number * DAY for number in range(_WAITS_DAYS)):
        if calendar.is_working(day):
            found = _waking_minute(day, wanted, awake)
            if found is not None:
                return found
    return wanted


def _waking_minute(day: date, wanted: datetime, awake: Callable[[datetime], bool]) -> datetime | None:
    """The first full minute of the day, not before `wanted`."""
    minute, ends = start_of(day).astimezone(UTC), start_of(day + DAY)
    if minute < wanted:
        minute = wanted.replace(second=0, microsecond=0) + _MINUTE
    while minute < ends:
        if awake(minute):
            return minute
        minute += _MINUTE
    return None


def reminder_at(
    sent_at: datetime, closes_at: datetime, awake: Callable[[datetime], bool], calendar: Calendar
) -> datetime | None:
    """When those who wish it are reminded once, at least an hour after it was sent.

    Two hours before it closes, if that is a good moment; else at the latest good 16:37 before that; else half-way,
    if nobody sleeps then; else never.
    """
    earliest, latest = sent_at + AFTER_SENDING, closes_at - BEFORE_CLOSING

    def good(moment: datetime) -> bool:
        return moment >= earliest and awake(moment) and calendar.is_working(day_of(moment))

    day = day_of(latest)
    tries = [latest]
    while day >= day_of(sent_at):
        tries.append(datetime.combine(day, REMIND_TIME, CITY).astimezone(UTC))
        day -= DAY
    found = next((moment for moment in tries if moment <= latest and good(moment)), None)
    if found is not None:
        return found
    half = sent_at + (closes_at - sent_at) / 2
    return half if half >= earliest and awake(half) else None


def repeat_from(text: str) -> Repeat | None:
    """`每周一 9:07`, `每月1日`, `每月最后一天`, `每月第一个工作日 9:07`, `每个工作日` and the like; a last day may
    stand behind (`每周一 9:07 至 2026-12-31`). None when it says nothing of the kind, as `每天` does not.
    """
    plain = folded(text)
    for days, every in _DAYS.items():
        found = re.fullmatch(rf"{days}(?:的?{_TIME})?[,(]?(?:{_LAST})?\)?", plain)
        if found is not None:
            return _repeat(every, found.groupdict(""))
    return None


def _repeat(every: Every, said: Mapping[str, str]) -> Repeat | None:
    """What is not said is empty."""
    number = 0
    if every is Every.WEEK:
        number = _WEEKDAYS[said["day"]]
    elif every is Every.MONTH:
        number = int(said.get("day", LAST_DAY))
        if not 1 <= number <= LAST_DAY:
            return None
    at = _time(said, DEFAULT_TIME)
    last = day_from(said["last"]) if said["last"] else None
    if at is None or at == END_OF_DAY or (said["last"] and last is None):
        return None
    return Repeat(every, *at, day=number, last=last)


def _time(said: Mapping[str, str], default: tuple[int, int]) -> tuple[int, int] | None:
    """Hour and minute, 24:00 at most."""
    if not said["hour"]:
        return default
    at = int(said["hour"]), int(said["minute"] or 0)
    return at if at <= END_OF_DAY and at[1] < 60 else None


def until_from(text: str) -> Until | None:
    """`当天 18:00`, `3天`, `2天后 17:30`, `次日 12:00`, `2026-11-27 18:00`, or a day that is meant to its end.

    A moment without a zone is Beijing time. None when it says nothing of the kind.
    """
    moment = moment_from(text)
    if moment is not None:
        return until_moment(moment)
    plain = folded(text)
    day = day_from(plain) if re.match(r"\d{4}\D", plain) and ":" not in plain else None
    if day is not None:
        return Until(at=_at(day, *END_OF_DAY))
    days = rf"(?P<days>\d{{1,3}}[天日周]|{'|'.join(_UNTIL_DAYS)})"
    found = re.fullmatch(rf"{days}(?:之?后|内)?的?(?:{_TIME})?", plain)
    return _until(found.groupdict("")) if found is not None else None


def until_moment(moment: datetime) -> Until | None:
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        return None
    return Until(at=(moment if moment.tzinfo else moment.replace(tzinfo=CITY)).astimezone(UTC))


def _until(said: Mapping[str, str]) -> Until | None:
    days = _UNTIL_DAYS.get(said["days"])
    if days is None:
        days = int(said["days"][:-1]) * (7 if said["days"].endswith("周") else 1)
    at = _time(said, END_OF_DAY)
    if at is None or days > MOST_DAYS:
        return None
    return Until(days=days, hour=at[0], minute=at[1])
