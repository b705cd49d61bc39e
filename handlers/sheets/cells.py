"""What stands in a cell: a text, a whole number, hours with two places, or nothing.

A text never becomes a formula. In xlsx it is stored as a string, which is enough. In csv there are no types, so a
text that a spreadsheet would calculate gets a leading apostrophe: Excel, WPS and LibreOffice then show a text, the
apostrophe included. A leading tab or blank is trimmed by some of them and the formula alive again; `="…"` is itself
a formula. Numbers are ours and keep their sign.
Source: OWASP, CSV Injection.
"""

from decimal import Decimal
from typing import Final

from training.hours import HUNDREDTH

Cell = str | int | Decimal | None
_CALCULATED: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # some locales take the full-width ones too


def csv_text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return str(cell.quantize(HUNDREDTH))
    if isinstance(cell, int):
        return str(cell)
    return f"'{cell}" if _looks_calculated(cell) else cell


def _looks_calculated(text: str) -> bool:
    return text.startswith(("\t", "\r", "\n")) or text.lstrip().startswith(_CALCULATED)
