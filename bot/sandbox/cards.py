"""The rules of template cards, all five kinds, as tables of paths.

A path is dotted and goes through lists: `checkbox.option_list.text` is the text of every option. Hard rules refuse
(ApiError); advised display widths and fields the kind does not show only make a note, because WeCom shows the card
all the same, cut. Widths are characters, keys UTF-8 bytes.
Source: doc 90236 (template_card), 90240 (passive update), 94888.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.sandbox.errors import ApiError
from bot.sandbox.json_types import JsonObject, JsonValue, number_at, object_at, objects_at, text_at

NOTICES = frozenset({"text_notice", "news_notice"})
INTERACTIVE = frozenset({"button_interaction", "vote_interaction", "multiple_interaction"})
TASK_ID = re.compile(r"[0-9A-Za-z_@-]{1,128}", re.ASCII)
LINK = re.compile(r"https?://.", re.IGNORECASE)

COMMON = frozenset(
    [
        "card_type",
        "source",
        "main_title",
        "task_id",
        "quote_area",
        "action_menu",
        "horizontal_content_list",
        "jump_list",
        "card_action",
    ]
)
SHOWN = {
    "text_notice": COMMON | {"emphasis_content", "sub_title_text"},
    "news_notice": COMMON | {"card_image", "image_text_area", "vertical_content_list"},
    "button_interaction": COMMON | {"sub_title_text", "button_selection", "button_list", "replace_text"},
    "vote_interaction": (COMMON - {"horizontal_content_list"}) | {"checkbox", "submit_button", "replace_text"},
    "multiple_interaction": (COMMON - {"horizontal_content_list"})
    | {"select_list", "submit_button", "replace_text"},
}
OBJECTS = [
    "source",
    "main_title",
    "quote_area",
    "action_menu",
    "card_action",
    "emphasis_content",
    "card_image",
    "image_text_area",
    "button_selection",
    "checkbox",
    "submit_button",
]
LIST_SIZES = {
    "action_menu.action_list": (1, 3),
    "horizontal_content_list": (0, 6),
    "jump_list": (0, 3),
    "vertical_content_list": (0, 4),
    "button_list": (1, 6),
    "button_selection.option_list": (1, 10),
    "checkbox.option_list": (1, 20),
    "select_list": (1, 3),
    "select_list.option_list": (1, 10),
}
KEY_BYTES = {
    "action_menu.action_list.key": 1024,
    "button_list.key": 1024,
    "checkbox.question_key": 1024,
    "select_list.question_key": 1024,
    "button_selection.question_key": 1024,
    "submit_button.key": 1024,
    "checkbox.option_list.id": 128,
    "select_list.option_list.id": 128,
    "button_selection.option_list.id": 128,
}
WIDTHS = {
    "source.desc": 20,
    "main_title.title": 36,
    "main_title.desc": 44,
    "sub_title_text": 160,
    "horizontal_content_list.keyname": 5,
    "horizontal_content_list.value": 30,
    "jump_list.title": 18,
    "vertical_content_list.title": 38,
    "vertical_content_list.desc": 160,
    "button_list.text": 10,
    "button_selection.option_list.text": 16,
    "checkbox.option_list.text": 17,
    "select_list.option_list.text": 16,
    "submit_button.text": 10,
}


@dataclass(frozen=True)
class WidthViolation:
    """A text wider than the client shows: where, how many characters are shown, and the text."""

    where: str
    limit: int
    text: str


def values_at(card: JsonValue, path: str) -> Iterator[JsonValue]:
    """Every value at a dotted path; lists on the way are gone through, the value itself is not."""
    name, _, rest = path.partition(".")
    for entry in card if isinstance(card, list) else [card]:
        if isinstance(entry, dict) and name in entry:
            if rest:
                yield from values_at(entry[name], rest)
            else:
                yield entry[name]


def width_violations(card: JsonObject) -> list[WidthViolation]:
    """What the client would cut."""
    return [
        WidthViolation(path, limit, value)
        for path, limit in WIDTHS.items()
        for value in values_at(card, path)
        if isinstance(value, str) and len(value) > limit
    ]


def unshown_fields(card: JsonObject) -> list[str]:
    """Fields that this kind of card has no place for: WeCom swallows them without a word."""
    return sorted(set(card) - SHOWN.get(text_at(card, "card_type"), COMMON))


def check_card(card: JsonObject, *, update: bool = False) -> None:
    """The hard rules. An update needs no task_id: the card keeps the one it was sent with.

    Raises: ApiError 42014 (kind, shape, sizes, task_id), 42017–42019 (keys and texts of buttons),
    42045 (card_action), 45034 (a link without scheme). Which of the button codes WeCom uses for what is not public.
    """
    kind = text_at(card, "card_type")
    if kind not in SHOWN:
        raise ApiError(42014, "card_type")
    _check_shape(card)
    if not update:
        _check_task_id(card, kind)
    _check_card_action(card, kind)
    _check_keys(card)
    OWN_RULES[kind](card)


def _check_shape(card: JsonObject) -> None:
    for name in OBJECTS:
        if name in card and not isinstance(card[name], dict):
            raise ApiError(42014, f"{name} is no object")
    for path, (least, most) in LIST_SIZES.items():
        for value in values_at(card, path):
            if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
                raise ApiError(42014, f"{path} is no list of objects")
            if not least <= len(value) <= most:
                raise ApiError(42014, f"{path} has {len(value)} entries")
    for path in WIDTHS:
        if not all(isinstance(value, str) for value in values_at(card, path)):
            raise ApiError(42014, f"{path} is no text")


def _check_task_id(card: JsonObject, kind: str) -> None:
    needed = kind in INTERACTIVE or "action_menu" in card
    if (needed or "task_id" in card) and not TASK_ID.fullmatch(text_at(card, "task_id")):
        raise ApiError(42014, "task_id")


def _check_card_action(card: JsonObject, kind: str) -> None:
    action = object_at(card, "card_action")
    if kind in NOTICES and number_at(action, "type") not in (1, 2):
        raise ApiError(42045)
    for place in (action, *objects_at(card, "jump_list"), object_at(card, "quote_area")):
        if number_at(place, "type") == 1 and not LINK.match(text_at(place, "url")):
            raise ApiError(45034, "url")


def _check_keys(card: JsonObject) -> None:
    for path, limit in KEY_BYTES.items():
        for value in values_at(card, path):
            if not isinstance(value, str) or not 0 < len(value.encode()) <= limit:
                raise ApiError(42017, path)


def _check_text_notice(card: JsonObject) -> None:
    if not text_at(object_at(card, "main_title"), "title") and not text_at(card, "sub_title_text"):
        raise ApiError(42014, "main_title.title or sub_title_text")


def _check_news_notice(card: JsonObject) -> None:
    picture, area = object_at(card, "card_image"), object_at(card, "image_text_area")
    if not text_at(picture, "url") and not text_at(area, "image_url"):
        raise ApiError(42014, "card_image or image_text_area")
    ratio = picture.get("aspect_ratio", 1.3)
    if not isinstance(ratio, int | float) or not 1.3 <= ratio <= 2.25:
        raise ApiError(42014, "card_image.aspect_ratio")


def _check_buttons(card: JsonObject) -> None:
    buttons = objects_at(card, "button_list")
    if not buttons:
        raise ApiError(42014, "button_list")
    for button in buttons:
        if not text_at(button, "text"):
            raise ApiError(42019)
        if number_at(button, "type") == 1:
            if not LINK.match(text_at(button, "url")):
                raise ApiError(45034, "button url")
        elif not text_at(button, "key"):
            raise ApiError(42017, "button_list.key")
        if number_at(button, "style", 1) not in (1, 2, 3, 4):
            raise ApiError(42014, "button style")
    keys = [text_at(button, "key") for button in buttons if "key" in button]
    if len(keys) != len(set(keys)):
        raise ApiError(42018)
    if "button_selection" in card:
        _check_question(object_at(card, "button_selection"))


def _check_vote(card: JsonObject) -> None:
    checkbox = object_at(card, "checkbox")
    if number_at(checkbox, "mode", -1 if "mode" in checkbox else 0) not in (0, 1):
        raise ApiError(42014, "checkbox.mode")
    _check_question(checkbox)
    _check_submit(card)


def _check_selects(card: JsonObject) -> None:
    questions = objects_at(card, "select_list")
    if not questions:
        raise ApiError(42014, "select_list")
    for question in questions:
        _check_question(question)
    keys = [text_at(question, "question_key") for question in questions]
    if len(keys) != len(set(keys)):
        raise ApiError(42018)
    _check_submit(card)


def _check_question(question: JsonObject) -> None:
    options = objects_at(question, "option_list")
    ids = [text_at(option, "id") for option in options]
    if not text_at(question, "question_key") or not options or not all(ids):
        raise ApiError(42014, "question")
    if len(ids) != len(set(ids)):
        raise ApiError(42014, "option id repeated")
    if not all(text_at(option, "text") for option in options):
        raise ApiError(42014, "option text")


def _check_submit(card: JsonObject) -> None:
    if not text_at(object_at(card, "submit_button"), "key"):
        raise ApiError(42017, "submit_button.key")


OWN_RULES = {
    "text_notice": _check_text_notice,
    "news_notice": _check_news_notice,
    "button_interaction": _check_buttons,
    "vote_interaction": _check_vote,
    "multiple_interaction": _check_selects,
}
