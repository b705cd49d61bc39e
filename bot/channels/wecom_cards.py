"""A `Card` as WeCom's template card.

Everything is checked here, before a card leaves: hard sizes and the widths that the documentation merely advises
alike, because a client cuts what is too wide without a word. Widths count characters, keys and ids UTF-8 bytes.
A part that the card's kind cannot show is a problem too, never dropped.
Source: docs 90236 (sending), 94888 (changing a card already sent), 90241 (changing it in a reply).
"""

import re
from collections.abc import Iterable, Sequence, Sized
from dataclasses import dataclass
from typing import Final

from handlers.message import Button, Card, Choice, Select

Json = dict[str, object]

SOURCE_WIDTH: Final = 20
TITLE_WIDTH: Final = 36
DESC_WIDTH: Final = 44
BODY_WIDTH: Final = 160
ROWS: Final = 6
ROW_NAME_WIDTH: Final = 5
ROW_VALUE_WIDTH: Final = 30
BUTTONS: Final = 6
BUTTON_WIDTH: Final = 10
BUTTON_STYLES: Final = 4
CHOICES: Final = 20
CHOICE_WIDTH: Final = 17
SELECTS: Final = 3
SELECT_CHOICES: Final = 10
SELECT_CHOICE_WIDTH: Final = 16
KEY_BYTES: Final = 1024
ID_BYTES: Final = 128
TASK_ID_BYTES: Final = 128
_TASK_ID: Final = re.compile(r"[0-9A-Za-z_@-]*")
# What each kind cannot show, by the names of `Card`'s parts.
_UNSHOWN: Final = {
    "text_notice": ("submit", "closed", "question_key"),
    "news_notice": ("body", "submit", "closed", "question_key"),
    "button_interaction": ("submit", "image_url", "question_key"),
    "vote_interaction": ("body", "rows", "buttons", "image_url"),
    "multiple_interaction": ("body", "rows", "buttons", "choices", "image_url", "question_key"),
}


@dataclass(eq=False)
class CardProblem(Exception):
    """`field` holds `actual` where `limit` is allowed; a `limit` above `actual` says that something is missing."""

    field: str
    limit: int
    actual: int


def card_type(card: Card) -> str:
    """The kind that the card's parts make it, in the order that `Card` gives."""
    if card.selects:
        return "multiple_interaction"
    if card.choices:
        return "vote_interaction"
    if card.buttons:
        return "button_interaction"
    return "news_notice" if card.image_url else "text_notice"


def new_card(card: Card, task_id: str) -> Json:
    """The template card of message/send. A new card cannot be closed: only an update may grey out.

    Raises: CardProblem.
    """
    _at_most("closed", len(card.closed), 0)
    _at_most("task_id", len(task_id.encode()), TASK_ID_BYTES)
    _at_least("task_id", len(task_id))
    if not _TASK_ID.fullmatch(task_id):
        raise CardProblem("task_id characters", 0, len(_TASK_ID.sub("", task_id)))
    return {**changed_card(card), "task_id": task_id}


def changed_card(card: Card) -> Json:
    """The template card of an update: it keeps the task id under which it was sent, and may be closed.

    Raises: CardProblem.
    """
    kind = card_type(card)
    for part in _UNSHOWN[kind]:
        _at_most(part, _size(getattr(card, part)), 0)
    return {"card_type": kind, **_head(card), **_BODIES[kind](card)}


def _head(card: Card) -> Json:
    """What all kinds have in common."""
    _at_most("source", len(card.source), SOURCE_WIDTH)
    _at_most("title", len(card.title), TITLE_WIDTH)
    _at_most("desc", len(card.desc), DESC_WIDTH)
    _at_least("title", len(card.title) + len(card.body))
    head: Json = {"source": {"desc": card.source}} if card.source else {}
    head["main_title"] = _filled(title=card.title, desc=card.desc)
    if card.quote_title or card.quote:
        head["quote_area"] = {"type": 0, **_filled(title=card.quote_title, quote_text=card.quote)}
    if card.url:
        head["card_action"] = {"type": 1, "url": card.url}
    return head


def _text_notice(card: Card) -> Json:
    _at_least("url", len(card.url))
    return {**_sub_title(card), **_rows(card.rows)}


def _news_notice(card: Card) -> Json:
    _at_least("url", len(card.url))
    return {"card_image": {"url": card.image_url}, **_rows(card.rows)}


def _button_interaction(card: Card) -> Json:
    _at_most("buttons", len(card.buttons), BUTTONS)
    _unique("buttons.key", (button.key for button in card.buttons if not button.url))
    buttons = [_button(button) for button in card.buttons]
    return {**_sub_title(card), **_rows(card.rows), "button_list": buttons, **_replaced(card)}


def _vote_interaction(card: Card) -> Json:
    _key("question_key", card.question_key)
    if not card.multiple:
        _at_most("choices.checked", sum(choice.checked for choice in card.choices), 1)
    checkbox: Json = {
        "question_key": card.question_key,
        "mode": int(card.multiple),
        "option_list": [
            {**option, "is_checked": choice.checked}
            for choice, option in zip(
                card.choices, _options("choices", card.choices, CHOICES, CHOICE_WIDTH), strict=True
            )
        ],
    }
    return {"checkbox": _disabled(checkbox, card), "submit_button": _submit(card), **_replaced(card)}


def _multiple_interaction(card: Card) -> Json:
    _at_most("selects", len(card.selects), SELECTS)
    _unique("selects.key", (select.key for select in card.selects))
    selects = [_disabled(_select(select), card) for select in card.selects]
    return {"select_list": selects, "submit_button": _submit(card), **_replaced(card)}


_BODIES: Final = {
    "text_notice": _text_notice,
    "news_notice": _news_notice,
    "button_interaction": _button_interaction,
    "vote_interaction": _vote_interaction,
    "multiple_interaction": _multiple_interaction,
}


def _sub_title(card: Card) -> Json:
    _at_most("body", len(card.body), BODY_WIDTH)
    return _filled(sub_title_text=card.body)


def _rows(rows: Sequence[tuple[str, str]]) -> Json:
    _at_most("rows", len(rows), ROWS)
    for name, value in rows:
        _at_most("rows.name", len(name), ROW_NAME_WIDTH)
        _at_least("rows.name", len(name))
        _at_most("rows.value", len(value), ROW_VALUE_WIDTH)
    return {"horizontal_content_list": [{"keyname": name, "value": value} for name, value in rows]} if rows else {}


def _button(button: Button) -> Json:
    _label("buttons.text", button.text, BUTTON_WIDTH)
    _at_most("buttons.style", button.style, BUTTON_STYLES)
    _at_least("buttons.style", button.style)
    shown: Json = {"text": button.text, "style": button.style}
    if button.url:
        return {"type": 1, **shown, "url": button.url}
    _key("buttons.key", button.key)
    return {"type": 0, **shown, "key": button.key}


def _submit(card: Card) -> Json:
    if card.submit is None:
        raise CardProblem("submit", 1, 0)
    _label("submit.text", card.submit.text, BUTTON_WIDTH)
    _key("submit.key", card.submit.key)
    return {"text": card.submit.text, "key": card.submit.key}


def _select(select: Select) -> Json:
    _key("selects.key", select.key)
    options = _options("selects.choices", select.choices, SELECT_CHOICES, SELECT_CHOICE_WIDTH)
    ids = [choice.id for choice in select.choices]
    _at_most("selects.selected", int(bool(select.selected) and select.selected not in ids), 0)
    named = _filled(title=select.title, selected_id=select.selected)
    return {"question_key": select.key, **named, "option_list": options}


def _options(field: str, choices: Sequence[Choice], most: int, width: int) -> list[Json]:
    _at_most(field, len(choices), most)
    _at_least(field, len(choices))
    _unique(f"{field}.id", (choice.id for choice in choices))
    for choice in choices:
        _label(f"{field}.text", choice.text, width)
        _key(f"{field}.id", choice.id, ID_BYTES)
    return [{"id": choice.id, "text": choice.text} for choice in choices]


def _disabled(choice_area: Json, card: Card) -> Json:
    return {**choice_area, "disable": True} if card.closed else choice_area


def _replaced(card: Card) -> Json:
    return _filled(replace_text=card.closed)


def _size(part: Sized | Button | None) -> int:
    return len(part) if isinstance(part, Sized) else int(part is not None)


def _filled(**texts: str) -> Json:
    return {name: text for name, text in texts.items() if text}


def _label(field: str, text: str, width: int) -> None:
    _at_most(field, len(text), width)
    _at_least(field, len(text))


def _key(field: str, key: str, most: int = KEY_BYTES) -> None:
    _at_most(field, len(key.encode()), most)
    _at_least(field, len(key))


def _at_most(field: str, actual: int, limit: int) -> None:
    if actual > limit:
        raise CardProblem(field, limit, actual)


def _at_least(field: str, actual: int) -> None:
    if actual < 1:
        raise CardProblem(field, 1, actual)


def _unique(field: str, keys: Iterable[str]) -> None:
    seen = list(keys)
    for key in seen:
        _at_most(f"{field} repeated", seen.count(key), 1)
