"""What members see: chats of messages, each member with an own copy of every card.

`Sent` is one call of message/send; a `ChatMessage` is one bubble in one member's chat with one app. A card copy
knows the task id it was sent with, whatever it is changed into later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Literal

from bot.sandbox.json_types import JsonObject

Sender = Literal["bot", "member"]
Origin = Literal["send", "reply", "typed"]


@dataclass
class Card:
    """A member's copy of a card. `replaced` is the grey text that stands where the buttons were."""

    payload: JsonObject
    task_id: str
    msgid: str
    replaced: str | None = None
    version: int = 1

    @property
    def kind(self) -> str:
        """Its card_type now."""
        return str(self.payload.get("card_type", ""))


@dataclass
class ChatMessage:
    """One bubble. `content` is the payload of its kind; a card's is in `card`."""

    message_id: str
    userid: str
    sender: Sender
    origin: Origin
    kind: str
    content: JsonObject
    at: float
    msgid: str = ""
    card: Card | None = None
    recalled: bool = False

    @property
    def text(self) -> str:
        """The text of a text or markdown bubble, or ""."""
        return str(self.content.get("content", ""))


@dataclass(frozen=True)
class Sent:
    """One accepted message/send: what was asked for and who really got it."""

    msgid: str
    agent_id: int
    kind: str
    payload: JsonObject
    receivers: tuple[str, ...]
    at: float
    task_id: str = ""


@dataclass
class Chats:
    """Every chat, by app and member key, oldest message first."""

    _chats: dict[tuple[int, str], list[ChatMessage]] = field(default_factory=lambda: defaultdict(list))
    _by_id: dict[tuple[int, str, str], ChatMessage] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def add(
        self,
        agent_id: int,
        userid: str,
        sender: Sender,
        origin: Origin,
        kind: str,
        content: JsonObject,
        at: float,
        *,
        msgid: str = "",
        card: Card | None = None,
    ) -> ChatMessage:
        """Puts a bubble at the end of a chat."""
        message_id = f"m{next(self._numbers)}"
        message = ChatMessage(message_id, userid, sender, origin, kind, content, at, msgid, card)
        self._chats[agent_id, userid.casefold()].append(message)
        self._by_id[agent_id, userid.casefold(), message_id] = message
        return message

    def of(self, agent_id: int, userid: str) -> list[ChatMessage]:
        """A member's chat with an app; changing the list changes nothing."""
        return list(self._chats.get((agent_id, userid.casefold()), ()))

    def copies(self, agent_id: int, msgid: str, userids: Iterable[str]) -> list[ChatMessage]:
        """The copies of one send in these members' chats."""
        return [
            message
            for userid in userids
            for message in self._chats.get((agent_id, userid.casefold()), ())
            if message.msgid == msgid
        ]

    def find(self, agent_id: int, userid: str, message_id: str) -> ChatMessage | None:
        """The message of this id, if it is in this member's chat with this app."""
        return self._by_id.get((agent_id, userid.casefold(), message_id))
