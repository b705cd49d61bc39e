"""The text of an exam file as plain values, or where it stops being TOML and what was probably slipped there.

Numbers with a point are read as exact decimals.
"""

import re
import tomllib
from decimal import Decimal, InvalidOperation
from typing import Final

from training.exam_file_errors import BadExamFile, NotToml, Slip
from training.rule_errors import Place

_PLACE: Final = re.compile(r"\(at line (\d+), column (\d+)\)")
_SHORT_MOMENT: Final = re.compile(r"=\s*\d{4}-\d{2}-\d{2}[T ]\s*\d{1,2}:\d{2}(?!\d)")


def parsed(text: str) -> dict[str, object]:
    """Raises: BadExamFile."""
    plain = text.removeprefix("\ufeff")
    try:
        return tomllib.loads(plain, parse_float=_exact)
    except (ValueError, RecursionError) as error:  # also of numbers of thousands of digits, and of brackets
        raise BadExamFile((_slip(plain, str(error)),)) from None


def _exact(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent beyond all bounds; refused where it stands, as no number
        return Decimal("NaN")


def _slip(text: str, said: str) -> NotToml:
    """What the parser says, and what people most often do wrong there."""
    at = _PLACE.search(said)
    line, column = (int(at[1]), int(at[2])) if at else (0, 0)
    written = text.replace("\r\n", "\n").split("\n")[line - 1] if line else ""
    sign = written[column - 1 : column]
    if sign and not sign.isascii() and not sign.isalpha():
        return NotToml(Place(), "", line, column, Slip.SIGN, sign)
    if _SHORT_MOMENT.search(written):
        return NotToml(Place(), "", line, column, Slip.MOMENT)
    if said.startswith(("Unescaped", "Invalid hex")):
        return NotToml(Place(), "", line, column, Slip.ESCAPE)
    return NotToml(Place(), "", line, column, Slip.TWICE if said.startswith("Cannot") else Slip.OTHER)
