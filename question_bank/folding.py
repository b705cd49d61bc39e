"""Text folded so that what a person takes for the same is the same.

`fold` drops width, case, blanks and punctuation, but nothing between two digits (3.5 is not 35) and no sign that
carries a meaning (%, <, ×). `fold_answer` also writes every numeral in Arabic digits.
"""

import re
import unicodedata
from decimal import Decimal
from typing import Final

from question_bank.numerals import NUMERAL_CHARACTERS, arabic

# A hyphen before a digit may be a minus; what stands between two digits belongs to the number.
_DROPPED = re.compile(r"(?!(?<=\d)[.,:/~-]\d)(?!-\d)[^\w%‰<>=+×÷√≥≤≠±°¥$€]|_")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_LIST_COMMA = re.compile(r"(?<=\d)、(?=\d)")
_NUMERAL = re.compile(f"[{NUMERAL_CHARACTERS}]+")
_SCALED = re.compile(r"(\d+(?:\.\d+)?)([十百千万亿]+)")
_FRACTION = re.compile(r"(\d+)分之(\d+(?:\.\d+)?)")
_SCALE: Final = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_PARTS: Final = {"100": "{}%", "1000": "{}‰"}


def fold(text: str) -> str:
    """`“Ａ”  类，乙。` → `a类乙`."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _DROPPED.sub("", _THOUSANDS.sub("", _LIST_COMMA.sub(",", plain)))


def fold_answer(text: str) -> str:
    """`fold` with numbers alike: `二十万元` = `20万元` = `200,000元`, `百分之五` = `5%`, `三分之一` = `1/3`."""
    numbered = _NUMERAL.sub(_digits, fold(text))
    return _FRACTION.sub(_part, _SCALED.sub(_scaled, numbered))


def _digits(match: re.Match[str]) -> str:
    before = match.string[match.start() - 1 : match.start()]
    if before.isdigit():  # 20万: scaled as a whole, below
        return match[0]
    number = arabic(match[0])
    return match[0] if number is None else str(number)


def _scaled(match: re.Match[str]) -> str:
    value = Decimal(match[1])
    for unit in match[2]:
        value *= _SCALE[unit]
    return f"{value.normalize():f}"


def _part(match: re.Match[str]) -> str:
    return _PARTS.get(match[1], "{}/" + match[1]).format(match[2])
