"""What to do about an error code, as data.

Codes that are not listed are REFUSED: WeCom advises to repeat nothing blindly but a system failure (-1).
Source: doc 90313 (global error codes) and the advice there.
"""

from typing import Final

from bot.channels.channel import Verdict

TOKEN: Final = frozenset({40014, 41001, 42001})  # refreshed and repeated once before anybody hears of them
RATE_LIMIT: Final = 45009
TASK_ID_USED: Final = 42014
MEDIA_GONE: Final = 40007
ALL_INVALID: Final = 81013
# The receiver is not to be reached; says so of all only when there is one.
RECEIVER: Final = frozenset({40003, 43004, 46004, 60111})

# code → (verdict, seconds to wait)
VERDICTS: Final[dict[int, tuple[Verdict, float]]] = {
    # Busy. -1 is the one failure that may be repeated on WeCom's own word.
    -1: (Verdict.RETRY, 5.0),
    6000: (Verdict.RETRY, 5.0),
    # Still refused with a fresh token: without effect, and over when WeCom's servers agree again.
    **dict.fromkeys(TOKEN, (Verdict.RETRY, 60.0)),
    # Frequency. Limits a minute block for 60 s; too many at once are over sooner.
    RATE_LIMIT: (Verdict.SLOW_DOWN, 60.0),
    45011: (Verdict.SLOW_DOWN, 60.0),
    45033: (Verdict.SLOW_DOWN, 5.0),
    # Credentials, network policy, permission: a person has to act.
    **dict.fromkeys((40001, 40013, 40056, 40091, 42009), (Verdict.STOP, 0.0)),
    60020: (Verdict.STOP, 0.0),
    **dict.fromkeys(
        (48002, 48005, 50002, 50003, 60011, 60021, 81011, 301002),
        (Verdict.STOP, 0.0),
    ),
    # Receivers.
    **dict.fromkeys((ALL_INVALID, 82001, 40032, 82002, 82003, *RECEIVER), (Verdict.REFUSED, 0.0)),
    # Content, media, cards.
    **dict.fromkeys(
        (40008, 40033, 40035, 40058, 41016, 44004, 45002, 45004, 45008, 45034, 82004, 85002),
        (Verdict.REFUSED, 0.0),
    ),
    **dict.fromkeys((40004, 40006, MEDIA_GONE, 41006, 45001), (Verdict.REFUSED, 0.0)),
    **dict.fromkeys(
        (TASK_ID_USED, 42015, 42016, 42017, 42018, 42019, 42020, 42045, 43012),
        (Verdict.REFUSED, 0.0),
    ),
}


def verdict(code: int) -> tuple[Verdict, float]:
    return VERDICTS.get(code, (Verdict.REFUSED, 0.0))
