"""The JSON the chat page draws: people, one chat, what came of an act."""

from __future__ import annotations

from bot.sandbox.corp import Directory, Member
from bot.sandbox.json_types import JsonObject, JsonValue
from bot.sandbox.messages import Card, ChatMessage
from bot.sandbox.outcomes import Outcome
from bot.sandbox.state import State


def people_view(state: State) -> JsonObject:
    """The members an app can reach, with the ids of those apps, and the apps."""
    people: list[JsonValue] = []
    for member in state.directory.members:
        apps: list[JsonValue] = [
            app.agent_id for app in state.apps.values() if state.directory.reachable(app, member)
        ]
        if apps:
            people.append(_person(state.directory, member) | {"apps": apps})
    return {
        "people": people,
        "apps": [{"agent": app.agent_id, "name": app.name} for app in state.apps.values()],
    }


def _person(directory: Directory, member: Member) -> JsonObject:
    names = [directory.departments[d].name for d in member.departments if d in directory.departments]
    return {
        "person": member.key,
        "userid": member.userid,
        "name": member.name,
        "unit": "、".join(names),
        "position": member.position,
        "role": member.role,
    }


def chat_view(state: State, userid: str, agent_id: int | None) -> JsonObject:
    """One chat: its messages, cards as they stand, and the app's menu."""
    app = state.app(agent_id)
    messages: list[JsonValue] = [message_view(state, m) for m in state.chats.of(app.agent_id, userid)]
    menu = state.menus.get(app.agent_id, {})
    return {
        "person": userid.casefold(),
        "agent": app.agent_id,
        "app": app.name,
        "messages": messages,
        "menu": menu.get("button", []),
    }


def message_view(state: State, message: ChatMessage) -> JsonObject:
    """One bubble."""
    view: JsonObject = {
        "id": message.message_id,
        "sender": message.sender,
        "kind": message.kind,
        "content": message.content,
        "at": message.at,
        "recalled": message.recalled,
    }
    if message.card is not None:
        view["card"] = _card(message.card)
    if message.kind in ("file", "image", "voice", "video"):
        view["filename"] = _filename(state, message)
    return view


def _filename(state: State, message: ChatMessage) -> str:
    return state.media.name_of(str(message.content.get("media_id", "")))


def _card(card: Card) -> JsonObject:
    return {"payload": card.payload, "replaced": card.replaced, "version": card.version}


def outcome_view(outcome: Outcome) -> JsonObject:
    """What came of an act, for the page's toast."""
    reply = outcome.reply
    return {
        "accepted": outcome.accepted,
        "called_back": bool(outcome.attempts),
        "statuses": [*outcome.statuses],
        "errors": [attempt.error for attempt in outcome.attempts if attempt.error],
        "problems": [*outcome.problems],
        "latency": outcome.latency,
        "reply": None if reply is None else {"kind": reply.kind, "text": reply.text},
    }
