"""The local WeCom as its users hold it: members act, chats are looked at, trouble is ordered.

Every act gives an `Outcome`. An act the chat does not offer raises `NotOffered` and makes no callback. Without
`agent_id` the first app is meant.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from bot.sandbox import events
from bot.sandbox.callbacks import CallbackSender
from bot.sandbox.card_state import Selection, menu_action, press, submit
from bot.sandbox.cards import WidthViolation
from bot.sandbox.corp import App, Corp, Member
from bot.sandbox.errors import NotOffered
from bot.sandbox.faults import Faults
from bot.sandbox.json_types import text_at
from bot.sandbox.limits import Limits
from bot.sandbox.menu import SCANS, find_button
from bot.sandbox.messages import Card, ChatMessage, Sent
from bot.sandbox.outcomes import Callback, Outcome, Verification
from bot.sandbox.replies import CARD_EVENT, CARD_MENU_EVENT
from bot.sandbox.state import Counters, State
from bot.sandbox.xml_text import Pairs


class Sandbox:
    """One enterprise with its members, apps and chats."""

    def __init__(
        self,
        corp: Corp,
        *,
        now: Callable[[], float] = time.time,
        strict_widths: bool = True,
        limits: Limits | None = None,
        callback_timeout_seconds: float = 5.0,
    ) -> None:
        self.state = State(corp, now, limits or Limits(), strict_widths=strict_widths)
        self.sender = CallbackSender(self.state, callback_timeout_seconds)

    @property
    def counters(self) -> Counters:
        """What happened so far."""
        return self.state.counters

    @property
    def faults(self) -> Faults:
        """The trouble still to come."""
        return self.state.faults

    @property
    def width_violations(self) -> list[WidthViolation]:
        """Card texts that clients would cut."""
        return self.state.width_violations

    @property
    def unshown_fields(self) -> list[str]:
        """Card fields that clients would not show, as `card_type.field`."""
        return self.state.unshown_fields

    @property
    def sent(self) -> list[Sent]:
        """Every accepted send, oldest first."""
        return list(self.state.sent.values())

    def chat(self, userid: str, agent_id: int | None = None) -> list[ChatMessage]:
        """A member's chat with an app, oldest first, cards as they stand now."""
        return self.state.chats.of(self.state.app(agent_id).agent_id, userid)

    def expire_token(self, agent_id: int | None = None) -> None:
        """The app's token runs out now: 42001."""
        self.state.tokens.expire(self.state.app(agent_id).agent_id, self.state.now())

    def rotate_token(self, agent_id: int | None = None) -> None:
        """The app's token is void: 40014."""
        self.state.tokens.rotate(self.state.app(agent_id).agent_id)

    async def close(self) -> None:
        """Ends the page's listeners and the HTTP client."""
        self.state.feed.close()
        await self.sender.close()

    async def verify_callback(self, agent_id: int | None = None) -> Verification:
        """Checks the callback URL as WeCom does when it is saved."""
        return await self.sender.verify(self.state.app(agent_id))

    async def replay(self, outcome: Outcome) -> Outcome:
        """Posts the very bytes of an earlier callback again."""
        return await self.sender.replay(outcome)

    async def repeat(self, outcome: Outcome) -> Outcome:
        """Posts an earlier callback again, newly encrypted, same message."""
        return await self.sender.repeat(outcome)

    async def type_text(self, userid: str, text: str, agent_id: int | None = None) -> Outcome:
        """The member writes a text."""
        app, member = self._actor(userid, agent_id)
        self.state.chats.add(
            app.agent_id, member.userid, "member", "typed", "text", {"content": text}, self.state.now()
        )
        self.state.feed.publish(userid)
        return await self._deliver(events.message(self.state, app, member, "text", [("Content", text)]))

    async def send_image(
        self, userid: str, content: bytes, filename: str = "photo.png", agent_id: int | None = None
    ) -> Outcome:
        """The member sends a picture; its media id serves for three days.

        Raises: ApiError as for an upload.
        """
        app, member = self._actor(userid, agent_id)
        media = self.state.media.put("image", filename, content, self.state.now())
        self.state.chats.add(
            app.agent_id, member.userid, "member", "typed", "image", {"media_id": media.media_id}, self.state.now()
        )
        self.state.feed.publish(userid)
        fields = [("PicUrl", ""), ("MediaId", media.media_id)]
        return await self._deliver(events.message(self.state, app, member, "image", fields))

    async def click_menu(self, userid: str, key: str, agent_id: int | None = None) -> Outcome:
        """The member taps the menu button of this key (for a link, of this url)."""
        app, member = self._actor(userid, agent_id)
        button = find_button(self.state.menus.get(app.agent_id, {}), key)
        if button is None:
            raise NotOffered("no such menu button")
        return await self._event(app, member, text_at(button, "type"), [("EventKey", key)])

    async def scan(self, userid: str, key: str, text: str, agent_id: int | None = None) -> Outcome:
        """The member taps the menu button of this key, and scans a code that says `text`."""
        app, member = self._actor(userid, agent_id)
        button = find_button(self.state.menus.get(app.agent_id, {}), key)
        if button is None or text_at(button, "type") not in SCANS:
            raise NotOffered("no such scan button")
        info: Pairs = [("ScanType", "qrcode"), ("ScanResult", text)]
        return await self._event(app, member, text_at(button, "type"), [("EventKey", key), ("ScanCodeInfo", info)])

    async def enter(self, userid: str, agent_id: int | None = None) -> Outcome:
        """The member opens the app; a callback only when the app reports it."""
        app, member = self._actor(userid, agent_id)
        callback = events.event(self.state, app, member, "enter_agent", [("EventKey", "")])
        return await self._deliver(callback) if app.report_enter else Outcome(callback)

    async def subscribe(self, userid: str, agent_id: int | None = None) -> Outcome:
        """The member came into the app's visible range."""
        app, member = self._actor(userid, agent_id)
        return await self._event(app, member, "subscribe", [("EventKey", "")])

    async def unsubscribe(self, userid: str, agent_id: int | None = None) -> Outcome:
        """The member left the app's visible range, or was disabled; also for one who is gone already."""
        app = self.state.app(agent_id)
        member = self.state.directory.member(userid) or Member(userid, userid)
        return await self._event(app, member, "unsubscribe", [("EventKey", "")])

    async def tap(
        self,
        userid: str,
        message_id: str,
        key: str,
        answers: Mapping[str, Sequence[str]] | None = None,
        agent_id: int | None = None,
    ) -> Outcome:
        """The member presses a button of a card; `answers` is for a selection beside the buttons."""
        app, member = self._actor(userid, agent_id)
        card = self._card(app, userid, message_id)
        selections = press(card, key, answers or {})
        return await self._card_event(app, member, CARD_EVENT, message_id, key, selections)

    async def submit(
        self,
        userid: str,
        message_id: str,
        answers: Mapping[str, Sequence[str]],
        agent_id: int | None = None,
    ) -> Outcome:
        """The member submits a vote or a multiple choice: option ids by question key."""
        app, member = self._actor(userid, agent_id)
        key, selections = submit(self._card(app, userid, message_id), answers)
        return await self._card_event(app, member, CARD_EVENT, message_id, key, selections)

    async def tap_menu(self, userid: str, message_id: str, key: str, agent_id: int | None = None) -> Outcome:
        """The member chooses from the menu at a card's top right."""
        app, member = self._actor(userid, agent_id)
        menu_action(self._card(app, userid, message_id), key)
        return await self._card_event(app, member, CARD_MENU_EVENT, message_id, key, [])

    def _actor(self, userid: str, agent_id: int | None) -> tuple[App, Member]:
        app = self.state.app(agent_id)
        member = self.state.directory.member(userid)
        if member is None or not self.state.directory.reachable(app, member):
            raise NotOffered("the member does not see the app")
        return app, member

    def _card(self, app: App, userid: str, message_id: str) -> Card:
        message = self.state.chats.find(app.agent_id, userid, message_id)
        if message is None or message.recalled or message.card is None:
            raise NotOffered("no such card in this chat")
        return message.card

    async def _card_event(
        self,
        app: App,
        member: Member,
        name: str,
        message_id: str,
        key: str,
        selections: Sequence[Selection],
    ) -> Outcome:
        card = self._card(app, member.userid, message_id)
        code = self.state.codes.issue(self.state.sent[card.msgid], self.state.now())
        fields = [("EventKey", key), ("TaskId", card.task_id), ("CardType", card.kind), ("ResponseCode", code)]
        callback = events.event(
            self.state, app, member, name, [*fields, *events.selected_items(selections)], message_id
        )
        return await self._deliver(callback)

    async def _event(self, app: App, member: Member, name: str, fields: Pairs) -> Outcome:
        return await self._deliver(events.event(self.state, app, member, name, fields))

    async def _deliver(self, callback: Callback) -> Outcome:
        return await self.sender.deliver(callback)
