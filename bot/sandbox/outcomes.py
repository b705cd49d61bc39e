"""What came of a callback: the request, every attempt, and the reply that WeCom would show.

Latencies are real seconds. A problem is a reply WeCom would not accept, in a few words; the callback itself still
counts as taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.sandbox.json_types import JsonObject, text_at


@dataclass(frozen=True)
class Callback:
    """One thing that happened, before encryption: its XML, and for card events the message it happened on."""

    agent_id: int
    userid: str
    event: str
    xml: str
    message_id: str = ""


@dataclass(frozen=True)
class WireRequest:
    """The bytes of one attempt, so that it can be replayed as it was."""

    query: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """A decrypted passive reply. `content` is its payload; for a card update, `card` is the new card."""

    kind: str
    content: JsonObject = field(default_factory=dict)
    card: JsonObject = field(default_factory=dict)
    xml: str = ""

    @property
    def text(self) -> str:
        """The text of a text reply, or ""."""
        return text_at(self.content, "content")

    @property
    def replace_name(self) -> str:
        """The grey text of an update_button reply, or ""."""
        return text_at(self.content, "replace_name")


@dataclass(frozen=True)
class Attempt:
    """One POST: its status, or the error that came instead of one."""

    request: WireRequest
    status: int | None
    error: str | None
    latency: float
    reply: Reply | None = None
    problem: str | None = None
    body: bytes = b""


@dataclass(frozen=True)
class Outcome:
    """What came of a member's act. Without attempts the act makes no callback."""

    callback: Callback
    attempts: tuple[Attempt, ...] = ()

    @property
    def statuses(self) -> list[int | None]:
        """The HTTP status of each attempt; None where no answer came."""
        return [attempt.status for attempt in self.attempts]

    @property
    def accepted(self) -> bool:
        """Whether the callback was taken, or there was none to take."""
        return not self.attempts or 200 in self.statuses

    @property
    def latency(self) -> float:
        """Seconds from the first attempt to the last answer."""
        return sum(attempt.latency for attempt in self.attempts)

    @property
    def reply(self) -> Reply | None:
        """The reply WeCom shows: the first good one."""
        return next((attempt.reply for attempt in self.attempts if attempt.reply is not None), None)

    @property
    def problems(self) -> list[str]:
        """What was wrong with replies."""
        return [attempt.problem for attempt in self.attempts if attempt.problem is not None]


@dataclass(frozen=True)
class Verification:
    """What came of checking a callback URL."""

    accepted: bool
    status: int | None
    body: bytes
    latency: float
