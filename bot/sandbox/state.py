"""Everything the local WeCom knows, in memory, and the counters tests look at.

`now` gives seconds since the epoch; a test moves time by giving its own. Nothing here speaks HTTP.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.cards import WidthViolation, unshown_fields, width_violations
from bot.sandbox.corp import App, Corp, Directory
from bot.sandbox.errors import ApiError
from bot.sandbox.faults import Faults
from bot.sandbox.feed import Feed
from bot.sandbox.json_types import JsonObject, number_at, text_at
from bot.sandbox.limits import CallLimit, Limits, MemberLimit
from bot.sandbox.media import MediaStore
from bot.sandbox.messages import Chats, Sent
from bot.sandbox.response_codes import ResponseCodes
from bot.sandbox.tokens import Tokens


@dataclass
class Counters:
    """What happened so far. `calls` by path, `errors` by code; the rest are numbers of times."""

    calls: Counter[str] = field(default_factory=Counter)
    errors: Counter[int] = field(default_factory=Counter)
    delivered: int = 0
    dropped: int = 0
    cut_texts: int = 0
    duplicates: int = 0
    card_updates: int = 0
    recalls: int = 0
    callbacks: int = 0
    callback_attempts: int = 0
    callback_failures: int = 0
    replies: int = 0
    bad_replies: int = 0

    def as_json(self) -> JsonObject:
        """The counters for the page."""
        numbers: JsonObject = {name: value for name, value in vars(self).items() if not isinstance(value, Counter)}
        calls: JsonObject = dict(self.calls)
        errors: JsonObject = {str(code): times for code, times in self.errors.items()}
        return numbers | {"calls": calls, "errors": errors}


class State:
    """The whole state; made once, shared by the API, the callbacks and the page."""

    def __init__(self, corp: Corp, now: Callable[[], float], limits: Limits, *, strict_widths: bool) -> None:
        self.corp = corp
        self.now = now
        self.strict_widths = strict_widths
        self.apps = {app.agent_id: app for app in corp.apps}
        self.directory = Directory(corp)
        self.tokens = Tokens()
        self.media = MediaStore()
        self.menus: dict[int, JsonObject] = {}
        self.chats = Chats()
        self.codes = ResponseCodes()
        self.sent: dict[str, Sent] = {}
        self.task_ids: set[tuple[int, str]] = set()
        self.duplicates: dict[tuple[int, str], tuple[float, JsonObject]] = {}
        self.member_limit = MemberLimit(limits)
        self.call_limit = CallLimit(limits)
        self.counters = Counters()
        self.faults = Faults()
        self.feed = Feed()
        self.width_violations: list[WidthViolation] = []
        self.unshown_fields: list[str] = []
        self._message_number = secrets.randbits(50)

    def app(self, agent_id: int | None) -> App:
        """The app of this id; None is the first one."""
        return self.corp.apps[0] if agent_id is None else self.apps[agent_id]

    def own_agent(self, app: App, body: JsonObject) -> None:
        """A body must name the app whose token calls.

        Raises: ApiError 41011 without agentid, 40056 for an unknown app, 301002 for another one.
        """
        if "agentid" not in body:
            raise ApiError(41011)
        agent_id = number_at(body, "agentid", -1)
        if agent_id not in self.apps:
            raise ApiError(40056)
        if agent_id != app.agent_id:
            raise ApiError(301002)

    def note_card(self, card: JsonObject) -> None:
        """Keeps what the client would cut or leave out; the card is shown all the same."""
        kind = text_at(card, "card_type")
        self.unshown_fields += [f"{kind}.{name}" for name in unshown_fields(card)]
        if self.strict_widths:
            self.width_violations += width_violations(card)

    def next_message_number(self) -> int:
        """A 64-bit MsgId that was not used before."""
        self._message_number += 1
        return self._message_number
