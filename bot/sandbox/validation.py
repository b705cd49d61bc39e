"""The rules for what message/send carries, cards aside: kinds, byte limits, links.

WeCom cuts a text that is too long without an error; so does `checked_payload`, and says how often it had to.
Limits are UTF-8 bytes unless they say characters.
Source: doc 90236.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.cards import LINK
from bot.sandbox.errors import ApiError
from bot.sandbox.json_types import JsonObject, JsonValue, list_at, text_at

TEXT_BYTES = 2048
TITLE_BYTES = 128
DESCRIPTION_BYTES = 512
URL_BYTES = 2048
BUTTON_CHARACTERS = 4
ARTICLES = range(1, 9)
MEDIA_KINDS = ("image", "voice", "video", "file")


@dataclass(frozen=True)
class Checked:
    """The payload as members will see it, and how many of its texts were cut."""

    payload: JsonObject
    cuts: int = 0


def cut_text(text: str, limit: int) -> str:
    """The longest beginning of at most `limit` bytes that ends on a character."""
    encoded = text.encode("utf-8", "surrogatepass")
    return text if len(encoded) <= limit else encoded[:limit].decode("utf-8", "ignore")


def checked_payload(kind: str, body: JsonObject, media_kind: Callable[[str], str | None]) -> Checked:
    """Checks the payload of `kind`; `media_kind` tells what a live media id is.

    Raises: ApiError 40008 (kind), 44004, 45002, 41006, 40007, 40004, 41016, 41033, 41010, 45034, 45008, 40035.
    """
    if kind not in RULES:
        raise ApiError(40008, kind)
    payload = body.get(kind)
    if not isinstance(payload, dict):
        raise ApiError(44004 if kind in ("text", "markdown") else 40035, kind)
    if kind in MEDIA_KINDS:
        check_media_id(text_at(payload, "media_id"), kind, media_kind)
    return RULES[kind](payload)


def check_media_id(media_id: str, kind: str, media_kind: Callable[[str], str | None]) -> None:
    """A media id must be there, alive, and of the kind it is used as.

    Raises: ApiError 41006, 40007, 40004.
    """
    if not media_id:
        raise ApiError(41006)
    found = media_kind(media_id)
    if found is None:
        raise ApiError(40007)
    if found != kind:
        raise ApiError(40004, f"{found} used as {kind}")


def _cut(payload: JsonObject, limits: dict[str, int]) -> Checked:
    shown = dict(payload)
    cuts = 0
    for name, limit in limits.items():
        before = text_at(payload, name)
        if before:
            shown[name] = cut_text(before, limit)
            cuts += shown[name] != before
    return Checked(shown, cuts)


def _text(payload: JsonObject) -> Checked:
    if not text_at(payload, "content"):
        raise ApiError(44004)
    return _cut(payload, {"content": TEXT_BYTES})


def _markdown(payload: JsonObject) -> Checked:
    content = text_at(payload, "content")
    if not content:
        raise ApiError(44004)
    if len(content.encode()) > TEXT_BYTES:
        raise ApiError(45002)
    return Checked(payload)


def _media(payload: JsonObject) -> Checked:
    return _cut(payload, {"title": TITLE_BYTES, "description": DESCRIPTION_BYTES})


def _check_link(payload: JsonObject) -> None:
    url = text_at(payload, "url")
    if not url:
        raise ApiError(41010)
    if not LINK.match(url):
        raise ApiError(45034)
    if len(url.encode()) > URL_BYTES:
        raise ApiError(40035, "url too long")


def _textcard(payload: JsonObject) -> Checked:
    if not text_at(payload, "title"):
        raise ApiError(41016)
    if not text_at(payload, "description"):
        raise ApiError(41033)
    _check_link(payload)
    checked = _cut(payload, {"title": TITLE_BYTES, "description": DESCRIPTION_BYTES})
    button = text_at(payload, "btntxt")
    if len(button) <= BUTTON_CHARACTERS:
        return checked
    return Checked(checked.payload | {"btntxt": button[:BUTTON_CHARACTERS]}, checked.cuts + 1)


def _news(payload: JsonObject) -> Checked:
    articles = list_at(payload, "articles")
    if len(articles) not in ARTICLES:
        raise ApiError(45008)
    shown: list[JsonValue] = []
    cuts = 0
    for article in articles:
        if not isinstance(article, dict) or not text_at(article, "title"):
            raise ApiError(41016)
        if not text_at(article, "appid"):
            _check_link(article)
        checked = _cut(article, {"title": TITLE_BYTES, "description": DESCRIPTION_BYTES})
        shown.append(checked.payload)
        cuts += checked.cuts
    return Checked(payload | {"articles": shown}, cuts)


RULES: dict[str, Callable[[JsonObject], Checked]] = {
    "text": _text,
    "markdown": _markdown,
    "image": _media,
    "voice": _media,
    "video": _media,
    "file": _media,
    "textcard": _textcard,
    "news": _news,
}
