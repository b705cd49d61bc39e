"""Chinese numerals and integers: `第三十三条` is 33 and the other way round."""

import re
from typing import Final

DIGITS: Final = "零一二三四五六七八九"
NUMERAL_CHARACTERS: Final = "零〇一二两三四五六七八九十百千万亿"

_VALUE: Final = {character: value for value, character in enumerate(DIGITS)} | {"〇": 0, "两": 2}
_D: Final = "[一二两三四五六七八九]"
_SECTION = re.compile(f"(?:({_D})?千)?零?(?:({_D})?百)?零?(?:({_D})?十)?零?({_D})?")
_WHOLE = re.compile(r"(?:(?P<yi>[^亿万]+)亿)?(?:(?P<wan>[^亿万]+)万)?(?P<ones>[^亿万]*)")


def chinese(number: int) -> str:
    """`12` → `十二`, `101` → `一百零一`, `1260` → `一千二百六十`; 0 to 99,999,999."""
    if not 0 <= number < 100_000_000:
        raise ValueError(f"no Chinese numeral for {number}")
    if number < 10_000:
        text = _section(number)
    else:
        above, below = divmod(number, 10_000)
        text = f"{_section(above)}万" + ("零" if 0 < below < 1000 else "") + (_section(below) if below else "")
    return text[1:] if text.startswith("一十") else text


def _section(number: int) -> str:
    """0 to 9999; zeros inside are said once, zeros at the end not at all."""
    if number == 0:
        return "零"
    padded = f"{number:04}"
    said = "".join(
        "零" if digit == "0" else DIGITS[int(digit)] + unit for digit, unit in zip(padded, "千百十 ", strict=True)
    )
    return re.sub("零+", "零", said.replace(" ", "")).strip("零")


def arabic(text: str) -> int | None:
    """The integer that a Chinese numeral says; None when the characters do not say one.

    Digits alone are a number when there is one of them, four of them (a year) or a 〇 or 零 among them: `二三` may
    as well mean two or three.
    """
    if re.fullmatch(f"[{DIGITS}〇两]+", text):
        said = len(text) in (1, 4) or re.search("[零〇]", text) is not None
        return int("".join(str(_VALUE[character]) for character in text)) if said else None
    whole = _WHOLE.fullmatch(text)
    if whole is None or not text:
        return None
    total = 0
    for name, unit in (("yi", 100_000_000), ("wan", 10_000), ("ones", 1)):
        if part := whole[name]:
            value = _section_value(part, after=total > 0)
            if value is None:
                return None
            total += value * unit
    return total


def _section_value(part: str, *, after: bool) -> int | None:
    """Up to 千; `after` a larger section a gap must be said with 零, or `一百二` would be 102."""
    match = _SECTION.fullmatch(part)
    if match is None:
        return None
    thousand, hundred, ten, one = match.groups()
    units = [unit for unit in "千百十" if unit in part]
    skips = ("十" not in units) if units else after
    if one and skips and part[-2:-1] != "零":
        return None
    values = ((thousand, "千", 1000), (hundred, "百", 100), (ten, "十", 10))
    total = sum(_VALUE[digit] * worth if digit else worth for digit, unit, worth in values if unit in units)
    return total + (_VALUE[one] if one else 0)
