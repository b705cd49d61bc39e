"""Changing what was sent: update_template_card with a response code, and recall by msgid.

A response code is spent only by a call that is otherwise right. `invaliduser` of an update is a list.
Source: doc 94888 (update), 94867 (recall).
"""

from __future__ import annotations

from bot.sandbox.card_state import change_card, grey_card
from bot.sandbox.cards import check_card
from bot.sandbox.corp import App
from bot.sandbox.errors import ApiError
from bot.sandbox.json_types import JsonObject, JsonValue, number_at, object_at, text_at
from bot.sandbox.messages import Card, ChatMessage, Sent
from bot.sandbox.receivers import resolve
from bot.sandbox.sending import translated
from bot.sandbox.state import State

RECALL_SECONDS = 24 * 3600


def update_card(state: State, app: App, body: JsonObject) -> JsonObject:
    """One call of message/update_template_card.

    Raises: ApiError 42015, 42016 (response code), the codes of receivers and of cards, 40035 without a change.
    """
    state.own_agent(app, body)
    code = state.codes.check(text_at(body, "response_code"), app.agent_id, state.now())
    receivers = resolve(
        state.directory,
        app,
        body.get("userids"),
        body.get("partyids"),
        body.get("tagids"),
        everybody=number_at(body, "atall") == 1,
    )
    replace_name = text_at(object_at(body, "button"), "replace_name")
    card = _checked_card(state, body, replace_name)
    code.used = True
    got_it = [key for key in receivers.members if key in code.sent.receivers]
    for message in state.chats.copies(app.agent_id, code.sent.msgid, tuple(got_it)):
        _change(state, message, card, replace_name)
    named = {str(userid).lower() for userid in _names(body.get("userids"))}
    strangers = [key for key in receivers.members if key in named and key not in got_it]
    invalid: list[JsonValue] = [*receivers.invalid_users, *strangers]
    return {"errcode": 0, "errmsg": "ok", "invaliduser": invalid}


def _names(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _checked_card(state: State, body: JsonObject, replace_name: str) -> JsonObject:
    card = object_at(body, "template_card")
    if not card:
        if not replace_name:
            raise ApiError(40035, "button.replace_name or template_card")
        return {}
    check_card(card, update=True)
    state.note_card(card)
    if number_at(body, "enable_id_trans") == 1 and isinstance(named := translated(state.directory, card), dict):
        return named
    return card


def _change(state: State, message: ChatMessage, card: JsonObject, replace_name: str) -> None:
    if message.card is None:
        return
    apply_change(message.card, card, replace_name)
    state.counters.card_updates += 1
    state.feed.publish(message.userid)


def apply_change(copy: Card, card: JsonObject, replace_name: str) -> None:
    """Changes one copy: a whole new card, or only the grey text in place of its buttons."""
    if card:
        change_card(copy, card)
    else:
        grey_card(copy, replace_name)


def recall(state: State, app: App, body: JsonObject) -> JsonObject:
    """One call of message/recall.

    Raises: ApiError 40035 for an unknown msgid, another app's, or one older than 24 h.
    """
    sent = state.sent.get(text_at(body, "msgid"))
    if sent is None or sent.agent_id != app.agent_id:
        raise ApiError(40035, "msgid")
    if state.now() - sent.at > RECALL_SECONDS:
        raise ApiError(40035, "msgid is older than 24 hours")
    _take_back(state, sent)
    return {"errcode": 0, "errmsg": "ok"}


def _take_back(state: State, sent: Sent) -> None:
    state.counters.recalls += 1
    for message in state.chats.copies(sent.agent_id, sent.msgid, sent.receivers):
        message.recalled = True
        state.feed.publish(message.userid)
