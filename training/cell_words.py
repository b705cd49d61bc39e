"""What people write into a cell, as values: folded words, lists, days, numbers, yes and no.

Nothing here guesses: what cannot be read is None, and the caller says so.
"""

import re
import unicodedata
from calendar import monthrange
from datetime import date
from decimal import Decimal
from typing import Final

EARLIEST_YEAR: Final = 1940
LATEST_YEAR: Final = 2100

_YES: Final = frozenset({"是", "有", "1", "y", "yes", "true", "√", "✓", "✔", "对", "已取得"})
_NO: Final = frozenset({"否", "无", "0", "n", "no", "false", "×", "✗", "x", "-", "—", "没有", "不是", "未取得"})
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,9}(?:\.[0-9]{0,9})?|[+-]?\.[0-9]{1,9}")
_TIME: Final = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?"
_DAY = re.compile(rf"(\d{{4}})(?:[-/.]|年)(\d{{1,2}})(?:[-/.]|月)(\d{{1,2}})日?(?:(?:T|\s+|(?<=日)){_TIME})?")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_FIRST_SERIAL: Final = 14_611  # 1940-01-01
_LAST_SERIAL: Final = 73_415  # 2100-12-31
_SOLID_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(r"(\d{4})(?:[-/.]|年)(\d{1,2})月?")
_ID_CARD = re.compile(r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]", re.IGNORECASE)


def folded(text: str) -> str:
    """For comparing: half width, lower case, without any blank."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).casefold()


def name_text(text: str) -> str:
    """A person's name as it is kept: blanks that pad two characters go, dots between parts become `·`."""
    solid = re.sub(r"[•・．‧∙]", "·", re.sub(r"\s+", " ", text.strip()))
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", solid)


def listed(text: str, separators: str = r"[；;、,，]") -> tuple[str, ...]:
    """The entries of one cell in their order, each once, trimmed."""
    return tuple(dict.fromkeys(part.strip() for part in re.split(separators, text) if part.strip()))


def number_from(text: str) -> Decimal | None:
    """Digits with at most one decimal point and a sign, full width or half; never `1e2` or `1_0`."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return Decimal(plain) if _NUMBER.fullmatch(plain) else None


def yes_or_no(text: str) -> bool | None:
    word = folded(text)
    if word in _YES:
        return True
    return False if word in _NO else None


def day_from(text: str) -> date | None:
    """`2026-03-10`, `2026/3/10`, `2026.3.10`, `2026年3月10日` or `20260310`, within the years of living people.

    A time of day behind it is passed over.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _DAY.fullmatch(re.sub(r"\s*([-/.年月日])\s*", r"\1", plain)) or _SOLID_DAY.fullmatch(plain)
    return _day(*(int(group) for group in found.groups())) if found else None


def looks_like_serial(text: str) -> bool:
    """A spreadsheet's count of days for a date of these years, of which the cell does not say that it is a date."""
    found = _SERIAL.fullmatch(text)
    return found is not None and _FIRST_SERIAL <= int(found[1]) <= _LAST_SERIAL


def no_day(header: str, text: str) -> str:
    """The sentence for a cell that `day_from` cannot read."""
    if looks_like_serial(text):
        return f"{header}“{text}”是数字，可能是单元格格式不对，请把单元格格式改为日期。"
    return f"{header}“{text}”不是有效日期，请按 2026-03-10 的样式填写。"


def month_from(text: str, *, end: bool) -> date | None:
    """`2026年3月`, `2026-03` or `2026.3`: its first day, or its last with `end`."""
    found = _MONTH.fullmatch(folded(text))
    if found is None:
        return None
    first = _day(int(found[1]), int(found[2]), 1)
    return first.replace(day=monthrange(first.year, first.month)[1]) if first and end else first


def _day(year: int, month: int, day: int) -> date | None:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def looks_like_id_card(text: str) -> bool:
    """True when an 18-digit identity number stands somewhere in the text; such a number is never kept.

    Full-width digits and blanks between them do not hide it.
    """
    plain = unicodedata.normalize("NFKC", text)
    return any(_has_id_card(shown) for shown in (plain, re.sub(r"\s", "", plain)))


def _has_id_card(text: str) -> bool:
    return any(not _within_digits(text, found) for found in _ID_CARD.finditer(text))


def _within_digits(text: str, found: re.Match[str]) -> bool:
    before, after = text[: found.start()][-1:], text[found.end() :][:1]
    return before.isdigit() or after.isdigit()
