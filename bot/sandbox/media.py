"""Temporary media: uploaded files with an id that lives three days and serves every app of the corp.

Sizes are bytes; the form of a file is told by its first bytes, not by its name.
Source: doc 90253 (upload), 90254 (download).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from bot.sandbox.errors import ApiError

LIFE_SECONDS = 3 * 24 * 3600
SMALLEST_BYTES = 6
MEBIBYTE = 1024 * 1024
LARGEST_BYTES = {
    "image": 10 * MEBIBYTE,
    "voice": 2 * MEBIBYTE,
    "video": 10 * MEBIBYTE,
    "file": 20 * MEBIBYTE,
}


@dataclass(frozen=True)
class Media:
    """One uploaded file."""

    media_id: str
    kind: str
    filename: str
    content: bytes
    created_at: int

    @property
    def content_type(self) -> str:
        """The MIME type the content shows."""
        if self.kind == "image":
            return "image/png" if self.content.startswith(b"\x89PNG") else "image/jpeg"
        return {"voice": "voice/amr", "video": "video/mp4"}.get(self.kind, "application/octet-stream")


def _has_form(kind: str, content: bytes) -> bool:
    if kind == "image":
        return content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
    if kind == "voice":
        return content.startswith(b"#!AMR")
    return kind != "video" or content[4:8] == b"ftyp"


@dataclass
class MediaStore:
    """Every file, also those that expired."""

    _media: dict[str, Media] = field(default_factory=dict)

    def put(self, kind: str, filename: str, content: bytes, now: float) -> Media:
        """Keeps a file.

        Raises: ApiError 40005 (type), 40006 (5 bytes or less), 45001 (too large), 40004 (not of the type's form).
        """
        if kind not in LARGEST_BYTES:
            raise ApiError(40005, kind)
        if len(content) < SMALLEST_BYTES:
            raise ApiError(40006)
        if len(content) > LARGEST_BYTES[kind]:
            raise ApiError(45001)
        if not _has_form(kind, content):
            raise ApiError(40004, kind)
        media = Media(secrets.token_urlsafe(32), kind, filename, content, int(now))
        self._media[media.media_id] = media
        return media

    def live(self, media_id: str, now: float) -> Media:
        """The file of a live id.

        Raises: ApiError 41006 without an id, 40007 for an unknown or expired one.
        """
        if not media_id:
            raise ApiError(41006)
        media = self._media.get(media_id)
        if media is None or now - media.created_at > LIFE_SECONDS:
            raise ApiError(40007)
        return media

    def kind_of(self, media_id: str, now: float) -> str | None:
        """What a media id is, or None when it is unknown or expired."""
        media = self._media.get(media_id)
        return media.kind if media is not None and now - media.created_at <= LIFE_SECONDS else None

    def name_of(self, media_id: str) -> str:
        """The file's name, also after it expired; "" for an unknown one."""
        media = self._media.get(media_id)
        return media.filename if media is not None else ""
