"""What a member can be made to do from the page: a name, and the fields it needs.

`{"act": "type", "person": "li", "text": "帮助"}` and so on; `agent` is optional everywhere.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.sandbox.errors import NotOffered
from bot.sandbox.json_types import JsonObject, JsonValue, number_at, object_at, text_at
from bot.sandbox.outcomes import Outcome
from bot.sandbox.sandbox import Sandbox

Act = Callable[[Sandbox, JsonObject, str, int | None], Awaitable[Outcome]]


def _answers(order: JsonObject) -> dict[str, list[str]]:
    return {question: _texts(options) for question, options in object_at(order, "answers").items()}


def _texts(value: JsonValue) -> list[str]:
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


ACTS: dict[str, Act] = {
    "type": lambda box, order, person, agent: box.type_text(person, text_at(order, "text"), agent),
    "menu": lambda box, order, person, agent: box.click_menu(person, text_at(order, "key"), agent),
    "scan": lambda box, order, person, agent: box.scan(
        person, text_at(order, "key"), text_at(order, "text"), agent
    ),
    "enter": lambda box, order, person, agent: box.enter(person, agent),
    "subscribe": lambda box, order, person, agent: box.subscribe(person, agent),
    "unsubscribe": lambda box, order, person, agent: box.unsubscribe(person, agent),
    "tap": lambda box, order, person, agent: box.tap(
        person, text_at(order, "message"), text_at(order, "key"), _answers(order), agent
    ),
    "submit": lambda box, order, person, agent: box.submit(
        person, text_at(order, "message"), _answers(order), agent
    ),
    "card_menu": lambda box, order, person, agent: box.tap_menu(
        person, text_at(order, "message"), text_at(order, "key"), agent
    ),
}


async def act(sandbox: Sandbox, order: JsonObject) -> Outcome:
    """Does what the order says.

    Raises: NotOffered, also for an unknown act or app and an empty text.
    """
    name, agent_id = text_at(order, "act"), number_at(order, "agent") or None
    if name not in ACTS:
        raise NotOffered("no such act")
    if agent_id is not None and agent_id not in sandbox.state.apps:
        raise NotOffered("no such app")
    if name == "type" and not text_at(order, "text").strip():
        raise NotOffered("nothing was typed")
    return await ACTS[name](sandbox, order, text_at(order, "person"), agent_id)
