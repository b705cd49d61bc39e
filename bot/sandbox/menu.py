"""The app's menu: at most three buttons, each a button or a drawer of at most five.

Limits are UTF-8 bytes. Codes for buttons of the second level are their own.
Source: doc 90231.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.sandbox.errors import ApiError
from bot.sandbox.json_types import JsonObject, JsonValue, list_at, objects_at, text_at

BUTTONS = range(1, 4)
SUB_BUTTONS = range(1, 6)
KEY_BYTES = 128
URL_BYTES = 1024
KEYED = frozenset(
    [
        "click",
        "scancode_push",
        "scancode_waitmsg",
        "pic_sysphoto",
        "pic_photo_or_album",
        "pic_weixin",
        "location_select",
    ]
)
SCANS = frozenset(["scancode_push", "scancode_waitmsg"])
LINKED = frozenset({"view"})
MINIPROGRAM = frozenset({"view_miniprogram"})


@dataclass(frozen=True)
class Level:
    """The name limit and the error codes of one level of the menu."""

    name_bytes: int
    bad_type: int
    bad_name: int
    bad_key: int
    bad_url: int


TOP = Level(16, 40017, 40018, 40019, 40020)
SUB = Level(40, 40024, 40025, 40026, 40027)


def check_menu(menu: JsonObject) -> None:
    """Checks a whole menu.

    Raises: ApiError 40016 or 40023 (how many), 40022 (a third level), and the codes of the level.
    """
    buttons = list_at(menu, "button")
    if len(buttons) not in BUTTONS:
        raise ApiError(40016)
    for button in buttons:
        if not isinstance(button, dict):
            raise ApiError(40035, "button")
        subs = button.get("sub_button")
        if subs:
            _check_name(button, TOP)
            _check_drawer(subs)
        else:
            _check_button(button, TOP)


def _check_drawer(subs: JsonValue) -> None:
    if not isinstance(subs, list) or len(subs) not in SUB_BUTTONS:
        raise ApiError(40023)
    for sub in subs:
        if not isinstance(sub, dict):
            raise ApiError(40035, "sub_button")
        if sub.get("sub_button"):
            raise ApiError(40022)
        _check_button(sub, SUB)


def _check_name(button: JsonObject, level: Level) -> None:
    if not 0 < len(text_at(button, "name").encode()) <= level.name_bytes:
        raise ApiError(level.bad_name)


def _check_button(button: JsonObject, level: Level) -> None:
    _check_name(button, level)
    kind = text_at(button, "type")
    if kind in KEYED:
        if not 0 < len(text_at(button, "key").encode()) <= KEY_BYTES:
            raise ApiError(level.bad_key)
    elif kind in LINKED:
        if not 0 < len(text_at(button, "url").encode()) <= URL_BYTES:
            raise ApiError(level.bad_url)
    elif kind not in MINIPROGRAM:
        raise ApiError(level.bad_type)


def leaves(menu: JsonObject) -> Iterator[JsonObject]:
    """The buttons that do something."""
    for button in objects_at(menu, "button"):
        subs = objects_at(button, "sub_button")
        yield from subs or [button]


def find_button(menu: JsonObject, key: str) -> JsonObject | None:
    """The button of this key (or, for links, this url)."""
    return next((b for b in leaves(menu) if key in (text_at(b, "key"), text_at(b, "url")) and key), None)
