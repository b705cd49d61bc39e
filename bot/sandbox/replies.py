"""Passive replies: opened, checked, and put into the chat of the member who acted.

Which kinds may answer what: a card event only by a card update, the ordinary events and messages by the ordinary
kinds, every other event by nothing. A text beyond 2048 bytes is cut, and counted.
Source: doc 90241, 90240.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from bot.sandbox.card_xml import CardXmlError, card_from_xml
from bot.sandbox.cards import check_card
from bot.sandbox.crypto import CallbackCipher, CryptoError, Envelope
from bot.sandbox.errors import ApiError
from bot.sandbox.json_types import JsonObject, JsonValue, text_at
from bot.sandbox.outcomes import Callback, Reply
from bot.sandbox.state import State
from bot.sandbox.updates import apply_change
from bot.sandbox.validation import TEXT_BYTES, check_media_id, cut_text
from bot.sandbox.xml_text import read, text_of

CARD_EVENT = "template_card_event"
CARD_MENU_EVENT = "template_card_menu_event"
MESSAGES = frozenset({"text", "image", "voice", "video", "location", "link"})
ANSWERABLE = MESSAGES | {
    "subscribe",
    "enter_agent",
    "LOCATION",
    "click",
    "view",
    "view_miniprogram",
    "scancode_waitmsg",
    CARD_MENU_EVENT,
}
ORDINARY = frozenset({"text", "image", "voice", "video", "news"})
UPDATES = frozenset({"update_button", "update_template_card"})
MEDIA_ELEMENTS = {"image": "Image", "voice": "Voice", "video": "Video"}


@dataclass(eq=False)
class BadReply(Exception):
    """A reply WeCom would throw away."""

    problem: str


def open_reply(state: State, callback: Callback, cipher: CallbackCipher, body: bytes) -> Reply | None:
    """The reply in an answer's body; None for an empty one.

    Raises: BadReply.
    """
    if not body:
        return None
    try:
        xml = cipher.open(_envelope(body))
    except CryptoError as wrong:
        raise BadReply(f"envelope: {wrong.reason}") from wrong
    root = read(xml)
    if root is None:
        raise BadReply("the inner XML is malformed")
    _check_addresses(state, callback, root)
    kind = text_of(root, "MsgType")
    _check_kind(callback, kind)
    return replace(_parsed(state, kind, root), xml=xml)


def _envelope(body: bytes) -> Envelope:
    root = read(body.decode("utf-8", "replace"))
    if root is None:
        raise BadReply("the body is no XML")
    parts = [text_of(root, name) for name in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")]
    if not all(parts):
        raise BadReply("the envelope is incomplete")
    return Envelope(*parts)


def _check_addresses(state: State, callback: Callback, root: Element) -> None:
    if text_of(root, "ToUserName").casefold() != callback.userid.casefold():
        raise BadReply("ToUserName is not the member")
    if text_of(root, "FromUserName") != state.corp.corp_id:
        raise BadReply("FromUserName is not the corp")
    if not text_of(root, "CreateTime").isdigit():
        raise BadReply("CreateTime")


def _check_kind(callback: Callback, kind: str) -> None:
    ordinary = kind in ORDINARY and callback.event in ANSWERABLE
    update = kind in UPDATES and callback.event == CARD_EVENT
    if not (ordinary or update):
        raise BadReply(f"{kind or 'nothing'} is no answer to {callback.event}")


def _parsed(state: State, kind: str, root: Element) -> Reply:
    if kind == "text":
        return _text(root)
    if kind == "news":
        return _news(root)
    if kind == "update_button":
        return _update_button(root)
    if kind == "update_template_card":
        return _update_card(root)
    return _media(state, kind, root)


def _text(root: Element) -> Reply:
    content = text_of(root, "Content")
    if not content:
        raise BadReply("the text is empty")
    return Reply("text", {"content": content})


def _media(state: State, kind: str, root: Element) -> Reply:
    element = root.find(MEDIA_ELEMENTS[kind])
    media_id = "" if element is None else text_of(element, "MediaId")
    try:
        check_media_id(media_id, kind, lambda wanted: state.media.kind_of(wanted, state.now()))
    except ApiError as wrong:
        raise BadReply(f"MediaId: {wrong.errcode}") from wrong
    content: JsonObject = {"media_id": media_id}
    if kind == "video" and element is not None:
        content |= {"title": text_of(element, "Title"), "description": text_of(element, "Description")}
    return Reply(kind, content)


def _news(root: Element) -> Reply:
    names = {"title": "Title", "description": "Description", "picurl": "PicUrl", "url": "Url"}
    articles: list[JsonValue] = [
        {name: text_of(item, tag) for name, tag in names.items()} for item in root.findall("Articles/item")
    ]
    if not 1 <= len(articles) <= 8 or text_of(root, "ArticleCount") != str(len(articles)):
        raise BadReply("ArticleCount")
    return Reply("news", {"articles": articles})


def _update_button(root: Element) -> Reply:
    name = root.findtext("Button/ReplaceName") or ""
    if not name:
        raise BadReply("ReplaceName")
    return Reply("update_button", {"replace_name": name})


def _update_card(root: Element) -> Reply:
    element = root.find("TemplateCard")
    if element is None:
        raise BadReply("TemplateCard")
    try:
        card = card_from_xml(element)
        check_card(card, update=True)
    except CardXmlError as wrong:
        raise BadReply(f"card element {wrong.element}") from wrong
    except ApiError as wrong:
        raise BadReply(f"card {wrong.errcode} {wrong.detail}") from wrong
    return Reply("update_template_card", {}, card)


def show_reply(state: State, callback: Callback, reply: Reply) -> None:
    """Puts a reply into the member's chat, or changes the member's copy of the card."""
    state.counters.replies += 1
    if reply.kind in UPDATES:
        _change_copy(state, callback, reply)
    else:
        content = reply.content
        if reply.kind == "text" and (cut := cut_text(reply.text, TEXT_BYTES)) != reply.text:
            state.counters.cut_texts += 1
            content = {"content": cut}
        state.chats.add(callback.agent_id, callback.userid, "bot", "reply", reply.kind, content, state.now())
    state.feed.publish(callback.userid)


def _change_copy(state: State, callback: Callback, reply: Reply) -> None:
    message = state.chats.find(callback.agent_id, callback.userid, callback.message_id)
    if message is None or message.card is None:
        return
    if reply.card:
        state.note_card(reply.card)
    apply_change(message.card, reply.card, text_at(reply.content, "replace_name"))
    state.counters.card_updates += 1
