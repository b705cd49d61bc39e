"""What a member of staff does in the WeCom client, as the XML that WeCom would post (before encryption)."""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.outside.cards import Card, Tap


def _cdata(name: str, value: str) -> str:
    return f"<{name}><![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]></{name}>"


@dataclass(frozen=True)
class Client:
    """One app of one corp, as seen from a member's phone."""

    corp: str
    agent: int

    def _message(self, user: str, kind: str, created: int | None, *parts: str) -> str:
        when = int(time.time()) if created is None else created
        head = _cdata("ToUserName", self.corp) + _cdata("FromUserName", user)
        tail = f"<AgentID>{self.agent}</AgentID>"
        return f"<xml>{head}<CreateTime>{when}</CreateTime>{_cdata('MsgType', kind)}{''.join(parts)}{tail}</xml>"

    def text(self, user: str, content: str, *, number: int | None = None, created: int | None = None) -> str:
        msg_id = secrets.randbits(62) if number is None else number
        return self._message(user, "text", created, _cdata("Content", content), f"<MsgId>{msg_id}</MsgId>")

    def event(self, user: str, event: str, *parts: str, created: int | None = None) -> str:
        return self._message(user, "event", created, _cdata("Event", event), *parts)

    def click(self, user: str, key: str) -> str:
        return self.event(user, "click", _cdata("EventKey", key))

    def tap(self, user: str, card: Card, tap: Tap, *, created: int | None = None, code: str = "") -> str:
        parts = [
            _cdata("EventKey", tap.event_key),
            _cdata("TaskId", card.task_id),
            _cdata("CardType", card.kind),
            _cdata("ResponseCode", code or secrets.token_urlsafe(16)),
            _selected(tap),
        ]
        return self.event(user, "template_card_event", *parts, created=created)


def _selected(tap: Tap) -> str:
    if tap.question_key is None:
        return ""
    return f"<SelectedItems>{_item(tap.question_key, tap.option_ids)}</SelectedItems>"


def _item(question_key: str, option_ids: Sequence[str]) -> str:
    options = "".join(_cdata("OptionId", option) for option in option_ids)
    return f"<SelectedItem>{_cdata('QuestionKey', question_key)}<OptionIds>{options}</OptionIds></SelectedItem>"
