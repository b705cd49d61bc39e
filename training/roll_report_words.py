"""What a 人员变动 says in one line.

Such as `张三 调往 财政局 11-20`, `张三 产假 11-01至2027-03-31` and `新进 李四 工作人员 11-01`.
Words are parted by blanks or commas; the day stands last. A day without a year is the one nearest to today; a last
day without one is the first that is not before the first day. Nothing is guessed.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from training.cell_words import folded, looks_like_id_card
from training.people import Category
from training.roll_report_errors import EndsTooEarly, IdentityNumber, NoSuchDay, NotUnderstood, OneDayOnly
from training.roll_reports import Kind, Said
from training.statuses import MERGED, STATUSES, Status, status_named

_DATE: Final = r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})[日号]?"
_DAYS: Final = re.compile(rf"{_DATE}起?(?:(?:至|到|~|—|–)+{_DATE})?")
_JOINED: Final = re.compile(r"\s*(至|到|~|—|–)+\s*(?=\d)")
_JOIN: Final = frozenset({"新进", "新增", "调入", "新入职", "入职"})
_TO: Final = frozenset({"调往", "调到", "调至", "转到", "转至"})
_POST: Final = frozenset({"职务", "任职", "改任"})
_PERSON_AND_WORD: Final = 2
_CATEGORIES: Final[Mapping[str, tuple[Category, bool]]] = {
    "领导干部": (Category.LEADER, False),
    "领导": (Category.LEADER, False),
    "工作人员": (Category.STAFF, False),
    "行政执法人员": (Category.STAFF, True),
    "执法人员": (Category.STAFF, True),
    "其他": (Category.OTHER, False),
    "其他人员": (Category.OTHER, False),
}


def read(text: str, today: date, statuses: Sequence[Status] = STATUSES) -> Said:
    """Raises: ReportRefusal."""
    if looks_like_id_card(text):
        raise IdentityNumber
    plain = _JOINED.sub(r"\1", unicodedata.normalize("NFKC", text).strip().rstrip("。."))
    words = [word for word in re.split(r"[\s,、;:]+", plain) if word]
    if len(words) <= _PERSON_AND_WORD:
        raise NotUnderstood(text.strip())
    starts, ends = _days(words[-1], today)
    said = _join(words[1:-1], starts) if words[0] in _JOIN else _known(words[:-1], starts, ends, statuses)
    if said is None:
        raise NotUnderstood(text.strip())
    if ends is not None and said.kind not in (Kind.STATUS, Kind.LEAVE):
        raise OneDayOnly(words[-1])
    return said


def _known(words: Sequence[str], starts: date, ends: date | None, statuses: Sequence[Status]) -> Said | None:
    person, what, *rest = words
    if what in _TO and len(rest) == 1:
        return Said(Kind.TRANSFER, person, starts, unit=rest[0])
    if what in _POST and rest:
        return Said(Kind.POST, person, starts, post=" ".join(rest))
    status = status_named(what, statuses)
    if status is None or status.name == MERGED.name or rest:
        return None
    kind = Kind.LEAVE if status.leaves else Kind.STATUS
    return Said(kind, person, starts, status=status.name, ends=ends)


def _join(words: Sequence[str], starts: date) -> Said | None:
    """The name, the category, and the unit where it is not the own one, in any order behind the name."""
    if not words:
        return None
    person, *rest = words
    named = [_CATEGORIES[folded(word)] for word in rest if folded(word) in _CATEGORIES]
    units = [word for word in rest if folded(word) not in _CATEGORIES]
    if len(units) > 1 or not named or not _is_one(named):
        return None
    category = next((category for category, mark in named if not mark), named[0][0])
    mark = any(mark for _, mark in named)
    return Said(Kind.JOIN, person, starts, unit="".join(units), category=category, mark=mark)


def _is_one(named: Sequence[tuple[Category, bool]]) -> bool:
    """At most one main category beside the mark."""
    return len({category for category, mark in named if not mark}) <= 1


def _days(word: str, today: date) -> tuple[date, date | None]:
    """Raises: NoSuchDay, EndsTooEarly."""
    found = _DAYS.fullmatch(word)
    if found is None:
        raise NoSuchDay(word)
    year, month, day, last_year, last_month, last_day = found.groups()
    starts = _valid(word, int(year), month, day) if year else _nearest(word, month, day, today)
    if last_month is None:
        return starts, None
    ends = _valid(word, int(last_year) if last_year else starts.year, last_month, last_day)
    if ends < starts and not last_year:
        ends = _valid(word, starts.year + 1, last_month, last_day)
    if ends < starts:
        raise EndsTooEarly(starts, ends)
    return starts, ends


def _nearest(word: str, month: str, day: str, today: date) -> date:
    """29 February is that of whichever near year has one."""
    found: list[date] = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            found.append(_valid(word, year, month, day))
        except NoSuchDay:
            continue
    if not found:
        raise NoSuchDay(word)
    return min(found, key=lambda one: abs((one - today).days))


def _valid(word: str, year: int, month: str, day: str) -> date:
    try:
        return date(year, int(month), int(day))
    except ValueError:
        raise NoSuchDay(word) from None
