"""The XML of what a member does: messages with a MsgId, events without one.

FromUserName is the userid as the roll spells it, CreateTime the sandbox's clock in whole seconds.
Source: doc 90239 (messages), 90240 (events).
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.sandbox.card_state import Selection
from bot.sandbox.corp import App, Member
from bot.sandbox.outcomes import Callback
from bot.sandbox.state import State
from bot.sandbox.xml_text import Pairs, write


def _head(state: State, member: Member, kind: str) -> list[tuple[str, str | int | Pairs]]:
    return [
        ("ToUserName", state.corp.corp_id),
        ("FromUserName", member.userid),
        ("CreateTime", int(state.now())),
        ("MsgType", kind),
    ]


def message(state: State, app: App, member: Member, kind: str, fields: Pairs) -> Callback:
    """A message the member wrote or sent."""
    tail: Pairs = [("MsgId", state.next_message_number()), ("AgentID", app.agent_id)]
    xml = write([*_head(state, member, kind), *fields, *tail])
    return Callback(app.agent_id, member.userid, kind, xml)


def event(state: State, app: App, member: Member, name: str, fields: Pairs = (), message_id: str = "") -> Callback:
    """Something that happened: the member entered, clicked, tapped."""
    xml = write([*_head(state, member, "event"), ("Event", name), *fields, ("AgentID", app.agent_id)])
    return Callback(app.agent_id, member.userid, name, xml, message_id)


def selected_items(selections: Sequence[Selection]) -> Pairs:
    """SelectedItems as pairs; nothing for a plain button."""
    if not selections:
        return ()
    items: Pairs = [
        (
            "SelectedItem",
            [("QuestionKey", question), ("OptionIds", [("OptionId", option) for option in options])],
        )
        for question, options in selections
    ]
    return [("SelectedItems", items)]
