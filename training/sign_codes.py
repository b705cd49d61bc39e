"""签到码: six digits that change every `STEP` and are good for `LIFE` from when their step began, never longer.

A code follows from the secret of its activity and the moment; none is kept. What is scanned is the command that
could be typed. Source: issue 6, activities (sign-in by a rotating code).
"""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Final

STEP: Final = timedelta(seconds=5)
LIFE: Final = timedelta(seconds=60)
DIGITS: Final = 6
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def code_at(secret: bytes, activity: int, moment: datetime) -> str:
    """The code that is shown at this moment."""
    return _code(secret, activity, _step(moment))


def good_until(moment: datetime) -> datetime:
    """When the code that is shown at this moment is worth nothing any more."""
    return _EPOCH + _step(moment) * STEP + LIFE


def is_good(secret: bytes, activity: int, typed: str, now: datetime) -> bool:
    """Whether this code was shown less than `LIFE` ago, counted from the beginning of its step."""
    latest = _step(now)
    good = False
    for back in range(LIFE // STEP):  # all of them, so that the time taken tells nothing
        good |= hmac.compare_digest(_code(secret, activity, latest - back).encode(), typed.encode())
    return good


def scanned(activity: int, code: str) -> str:
    """What the QR code says."""
    return f"签到 {activity} {code}"


def _step(moment: datetime) -> int:
    return (moment - _EPOCH) // STEP


def _code(secret: bytes, activity: int, step: int) -> str:
    """Dynamic truncation as in HOTP. Source: RFC 4226, 5.3."""
    digest = hmac.new(secret, f"{activity}:{step}".encode(), hashlib.sha256).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"
