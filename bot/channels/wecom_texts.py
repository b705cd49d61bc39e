"""Long texts as numbered parts.

WeCom cuts a text after 2048 bytes of UTF-8 without a word, so that nothing longer may be handed to it. Parts end
at a paragraph where one ends in the second half of the room, else at a sentence, else at any character; each
begins with a mark like `（1/3）`. Without the marks the parts join to the very same text.
Source: docs 90236 and 90241 (2048 bytes for text and markdown).
"""

import re
from typing import Final

MAX_TEXT_BYTES: Final = 2048
_PARAGRAPH: Final = re.compile(r"\n+")
# Latin marks end a sentence only before a blank: a link must not be broken at its question mark.
_SENTENCE: Final = re.compile(r"[。！？；…]+[”’）》」』]*|[.!?;]+(?=\s)")


def split(text: str, limit: int = MAX_TEXT_BYTES) -> tuple[str, ...]:
    """The text itself when it fits, else its numbered parts of at most `limit` bytes each.

    Raises: ValueError when `limit` leaves no room beside the marks.
    """
    if len(text.encode()) <= limit:
        return (text,)
    for digits in range(1, 6):
        room = limit - len(mark(10**digits - 1, 10**digits - 1).encode())
        if room < 4:
            break
        parts = _parts(text, room)
        if len(parts) < 10**digits:
            return tuple(mark(number, len(parts)) + part for number, part in enumerate(parts, 1))
    raise ValueError(f"no room for marks within {limit} bytes")


def mark(number: int, total: int) -> str:
    return f"（{number}/{total}）"


def _parts(text: str, room: int) -> list[str]:
    parts = []
    start = 0
    while start < len(text):
        end = _border(text, start, _fitting(text, start, room))
        parts.append(text[start:end])
        start = end
    return parts


def _fitting(text: str, start: int, room: int) -> int:
    """The end of the longest run of whole characters from `start` within `room` bytes."""
    head = text[start : start + room].encode()[:room]
    return start + len(head.decode(errors="ignore"))


def _border(text: str, start: int, end: int) -> int:
    """The best place to stop at or before `end`; a part is never emptier than half of what fits."""
    if end == len(text):
        return end
    middle = (start + end) // 2
    for pattern in (_PARAGRAPH, _SENTENCE):
        borders = [match.end() for match in pattern.finditer(text, middle, end)]
        if borders and borders[-1] > start:
            return borders[-1]
    return end
