"""When a certificate's end is told: once from `remind_days` before it, and once from `LAST_DAYS`.

Whoever was told a rung is not told it again; a certificate that is registered late is told the rung on which it is.
"""

from datetime import date
from typing import Final

LAST_DAYS: Final = 15


def rung(until: date, today: date, remind_days: int) -> int | None:
    """The days of the rung that `today` is on; None before the first one and after the end."""
    left = (until - today).days
    if not 0 <= left <= remind_days:
        return None
    return LAST_DAYS if left <= LAST_DAYS < remind_days else remind_days
