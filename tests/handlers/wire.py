"""A `Channel` without a network: the real spelling, and boxes that keep what was delivered, as people see it.

A card is shown as its texts, a line each, its buttons as `[A]`; where it was closed its word stands instead.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from xml.etree.ElementTree import Element

import msgspec
from defusedxml.ElementTree import fromstring

from bot.channels import wecom_drafts, wecom_spelling
from bot.channels.channel import Outcome, Verdict
from handlers.message import Incoming, Push, Reply
from storage.outbox import Draft

CORP = "wwcity"
AGENT = 1000002


@dataclass(frozen=True)
class Message:
    """What one account was sent: its texts, and the keys under its buttons."""

    text: str
    keys: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    updates: str = ""  # the response code of the card that it changes


@dataclass
class Wire:
    """A `Channel` with the real spelling, which keeps what is delivered; `script` makes sends fail."""

    name: str = "wecom"
    boxes: dict[str, list[Message]] = field(default_factory=dict)
    sent: list[tuple[Draft, bool]] = field(default_factory=list)
    script: list[Outcome | Exception] = field(default_factory=list)
    _codes: Iterator[int] = field(default_factory=lambda: count(1))

    def spell(self, incoming: Incoming, reply: Reply) -> bytes:
        return wecom_spelling.spell(incoming, reply, CORP)

    def overflow(self, incoming: Incoming, reply: Reply) -> Sequence[Push]:
        return wecom_spelling.overflow(incoming, reply)

    def late(self, incoming: Incoming, reply: Reply) -> Sequence[Push]:
        return wecom_spelling.late(incoming, reply)

    def freeze(self, push: Push, ref: str, *, mass: bool) -> Sequence[Draft]:
        return wecom_drafts.freeze(push, ref, AGENT, mass=mass)

    def freeze_update(self, response_code: str, accounts: Sequence[str], reply: Reply) -> Draft | None:
        return wecom_drafts.freeze_update(response_code, accounts, reply, AGENT)

    async def deliver(self, draft: Draft, *, repeated: bool) -> Outcome:
        self.sent.append((draft, repeated))
        outcome = self.script.pop(0) if self.script else None
        if isinstance(outcome, Exception):
            raise outcome
        if outcome is not None and outcome.verdict is not Verdict.SENT:
            return outcome
        # Only cards that can be changed have a code. Source: doc 90236.
        code = f"code-{next(self._codes)}" if b'"template_card"' in draft.body else ""
        for account in draft.receivers:
            self.boxes.setdefault(account, []).append(_message(draft, code))
        return outcome or Outcome(Verdict.SENT, msgid="msg", response_code=code)


def _message(draft: Draft, code: str) -> Message:
    body: dict[str, Any] = msgspec.json.decode(draft.body)
    if "response_code" in body:
        change = body.get("template_card") or {"replace_name": body["button"]["replace_name"]}
        return Message(*_card(_json_leaves(change)), updates=body["response_code"])
    match body["msgtype"]:
        case "text":
            return Message(body["text"]["content"])
        case "template_card":
            return Message(*_card(_json_leaves(body["template_card"])), code=code)
    return Message(f"<{body['msgtype']} {draft.file.name if draft.file else ''}>")


def _json_leaves(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key != "source":
                yield from _json_leaves(inner, key.replace("_", ""))
    elif isinstance(value, list):
        for inner in value:
            yield from _json_leaves(inner, name)
    else:
        yield name, str(value)


def _xml_leaves(element: Element) -> Iterator[tuple[str, str]]:
    if len(element) == 0:
        yield element.tag.lower(), element.text or ""
    for inner in element:
        if inner.tag != "Source":
            yield from _xml_leaves(inner)


_SHOWN = ("title", "desc", "subtitletext", "quotetext", "replacename")


def _card(leaves: Iterable[tuple[str, str]]) -> tuple[str, dict[str, str]]:
    """The texts of a card a line each, and button → key. Choices are buttons of a list without keys."""
    lines, keys, label, closed = list[str](), dict[str, str](), "", ""
    for name, value in leaves:
        if name in _SHOWN:
            lines.append(value)
        elif name == "keyname":
            label = value
        elif name == "value":
            lines.append(f"{label}：{value}")
        elif name == "text":
            lines.append(f"[{value}]")
        elif name == "key":
            keys[lines[-1].strip("[]")] = value
        elif name == "replacetext":
            closed = value
    if closed:
        lines = [line for line in lines if not line.startswith("[")] + [f"[{closed}]"]
    return "\n".join(lines), keys


def heard(wire: bytes) -> list[Message]:
    """The passive reply as the person sees it."""
    if not wire:
        return []
    root = fromstring(wire)
    kind = root.findtext("MsgType")
    if kind == "text":
        return [Message(root.findtext("Content") or "")]
    inner = root.find("TemplateCard" if kind == "update_template_card" else "Button")
    assert inner is not None, wire
    return [Message(*_card(_xml_leaves(inner)))]
