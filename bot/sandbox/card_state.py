"""What a member's copy of a card offers, and how it changes.

Grey is dead: a card with a replaced text, or a question that is disabled, takes no taps. `replace_text` and
`disable` mean something only in an update; in a first send WeCom does not look at them.
Source: doc 94888.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy

from bot.sandbox.errors import NotOffered
from bot.sandbox.json_types import JsonObject, number_at, object_at, objects_at, text_at
from bot.sandbox.messages import Card

Selection = tuple[str, tuple[str, ...]]
QUESTIONS = ("checkbox", "button_selection")


def questions(payload: JsonObject) -> list[JsonObject]:
    """The questions of a card: its checkbox, its selection beside buttons, its select lists."""
    single = [object_at(payload, name) for name in QUESTIONS if name in payload]
    return single + objects_at(payload, "select_list")


def as_sent(payload: JsonObject) -> JsonObject:
    """The card as a first send shows it."""
    shown = deepcopy(payload)
    shown.pop("replace_text", None)
    for question in questions(shown):
        question.pop("disable", None)
    return shown


def change_card(card: Card, payload: JsonObject) -> None:
    """Puts a whole new card in place of the old one."""
    card.payload = deepcopy(payload)
    card.replaced = text_at(payload, "replace_text") or None
    card.version += 1


def grey_card(card: Card, text: str) -> None:
    """Puts a grey text in place of the buttons."""
    card.replaced = text
    card.version += 1


def press(card: Card, key: str, answers: Mapping[str, Sequence[str]]) -> list[Selection]:
    """Presses a button of a button card; the selection beside the buttons goes with it.

    Raises: NotOffered.
    """
    _check_alive(card, "button_interaction")
    button = next((b for b in objects_at(card.payload, "button_list") if text_at(b, "key") == key), None)
    if button is None:
        raise NotOffered("no such button")
    if number_at(button, "type") == 1:
        raise NotOffered("the button is a link")
    return [_one_choice(question, answers) for question in questions(card.payload)]


def submit(card: Card, answers: Mapping[str, Sequence[str]]) -> tuple[str, list[Selection]]:
    """Submits a vote or a multiple choice: the submit key and what was selected.

    Raises: NotOffered.
    """
    _check_alive(card, "vote_interaction", "multiple_interaction")
    asked = questions(card.payload)
    known = {text_at(question, "question_key") for question in asked}
    if not set(answers) <= known:
        raise NotOffered("no such question")
    choose = _vote if card.kind == "vote_interaction" else _one_choice
    key = text_at(object_at(card.payload, "submit_button"), "key")
    return key, [choose(question, answers) for question in asked]


def menu_action(card: Card, key: str) -> None:
    """Chooses an entry of the menu at the card's top right.

    Raises: NotOffered.
    """
    actions = objects_at(object_at(card.payload, "action_menu"), "action_list")
    if key not in {text_at(action, "key") for action in actions}:
        raise NotOffered("no such menu entry")


def _check_alive(card: Card, *kinds: str) -> None:
    if card.kind not in kinds:
        raise NotOffered(f"a {card.kind} card has none")
    if card.replaced is not None:
        raise NotOffered("the card is grey")


def _vote(question: JsonObject, answers: Mapping[str, Sequence[str]]) -> Selection:
    checked = [text_at(o, "id") for o in objects_at(question, "option_list") if o.get("is_checked") is True]
    key = text_at(question, "question_key")
    chosen = tuple(answers.get(key, checked))
    _check_options(question, chosen)
    if number_at(question, "mode") == 0 and len(chosen) > 1:
        raise NotOffered("one option only")
    return key, chosen


def _one_choice(question: JsonObject, answers: Mapping[str, Sequence[str]]) -> Selection:
    key = text_at(question, "question_key")
    ids = [text_at(option, "id") for option in objects_at(question, "option_list")]
    preset = text_at(question, "selected_id")
    default = preset if preset in ids else ids[0]
    chosen = tuple(answers.get(key, (default,)))
    if question.get("disable") is not True or chosen != (default,):
        _check_options(question, chosen)
    if len(chosen) != 1:
        raise NotOffered("exactly one option")
    return key, chosen


def _check_options(question: JsonObject, chosen: tuple[str, ...]) -> None:
    if question.get("disable") is True:
        raise NotOffered("the question is disabled")
    ids = {text_at(option, "id") for option in objects_at(question, "option_list")}
    if not chosen:
        raise NotOffered("nothing is selected")
    if not ids.issuperset(chosen) or len(set(chosen)) != len(chosen):
        raise NotOffered("no such option")
