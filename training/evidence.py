"""佐证: what a piece of evidence may be, known by its first bytes, and how long it is tried to fetch it.

Nothing is decoded: whoever looks at it opens it. WeCom keeps what was sent to the app for 3 days.
Source: doc 90254; issue 6.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

MOST_BYTES: Final = 10 * 1024 * 1024
LEAST_BYTES: Final = 6  # WeCom takes no smaller file back. Source: doc 90253
LIFE: Final = timedelta(days=3)  # of what waits to be fetched
LEASE: Final = timedelta(seconds=90)  # longer than one try can take
_FIRST_PAUSE: Final = timedelta(seconds=10)
_LONGEST_PAUSE: Final = timedelta(minutes=30)
_MOST_DOUBLINGS: Final = 10
_HEIF_BRANDS: Final = frozenset((b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"))


class State(StrEnum):
    WAITING = "waiting"  # is to be fetched
    KEPT = "kept"
    FAILED = "failed"
    REMOVED = "removed"


class Why(StrEnum):
    """Why a piece could not be kept."""

    GONE = "gone"  # the channel does not have it any more
    LARGE = "large"
    TYPE = "type"
    LATE = "late"  # it could not be had in time


@dataclass(frozen=True, slots=True)
class Piece:
    """佐证 E12, without its bytes. `subject` is `claim:12`, or empty while nobody said what it is for."""

    number: int
    subject: str
    person: str
    state: State
    type: str
    size_bytes: int
    received_at: datetime
    reason: str = ""

    @property
    def name(self) -> str:
        """As it is named in the ledger."""
        return f"E{self.number}"

    @property
    def file_name(self) -> str:
        return f"{self.name}.{EXTENSIONS.get(self.type, 'bin')}"


EXTENSIONS: Final[Mapping[str, str]] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/heic": "heic",
    "application/pdf": "pdf",
}
SHOWN: Final = frozenset({"image/jpeg", "image/png"})  # as a picture in chat; others are opened


def type_of(content: bytes) -> str | None:
    """By magic, whatever it was called; None for what is no evidence."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        return "image/heic"
    return "application/pdf" if content.startswith(b"%PDF-") else None


def fault(content: bytes) -> Why | None:
    """Why it is not kept."""
    if len(content) > MOST_BYTES:
        return Why.LARGE
    return None if type_of(content) and len(content) >= LEAST_BYTES else Why.TYPE


def pause_after(tries: int) -> timedelta:
    """Before the next try: 10 s, doubled up to half an hour."""
    doubled: timedelta = _FIRST_PAUSE * 2 ** min(tries, _MOST_DOUBLINGS)
    return min(doubled, _LONGEST_PAUSE)
