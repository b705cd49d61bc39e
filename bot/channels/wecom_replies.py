"""Passive replies as plain XML in UTF-8, before encryption.

Built by hand: wechatpy's templates do not escape `]]>` and know no card updates. Element names are the JSON
names in PascalCase with the documentation's irregular ones; a list repeats its own element, without a wrapper.
Source: doc 90241.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from bot.channels.wecom_cards import changed_card
from handlers.message import Card

# What XML 1.0 cannot carry even as a reference; a rare control character in a name must not cost the reply.
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class _Names(dict[str, str]):
    """JSON names to those of elements: our own, a few dozen, each made once."""

    def __missing__(self, name: str) -> str:
        made = self[name] = "".join(word.capitalize() for word in name.split("_"))
        return made


_NAMES: Final = _Names(keyname="KeyName", checkbox="CheckBox", userid="UserId", appid="AppId", pagepath="PagePath")
_QUOTE_AREA_NAMES: Final = _Names({**_NAMES, "appid": "Appid"})


def text_reply(account: str, corp_id: str, created: int, text: str) -> bytes:
    """`created` in seconds since the epoch; the text has to fit into 2048 bytes already."""
    return _reply(account, corp_id, created, "text", f"<Content>{_cdata(text)}</Content>".encode())


def button_reply(account: str, corp_id: str, created: int, word: str) -> bytes:
    """Greys the tapped card's buttons out and writes `word` there."""
    button = f"<Button><ReplaceName>{_cdata(word)}</ReplaceName></Button>"
    return _reply(account, corp_id, created, "update_button", button.encode())


def card_reply(account: str, corp_id: str, created: int, card: Card) -> bytes:
    """Puts another card in the place of the tapped one. Raises: CardProblem."""
    return _reply(account, corp_id, created, "update_template_card", _card_element(card))


@lru_cache(maxsize=2048)  # in a rush many people get the same card; pure, so it cannot be stale
def _card_element(card: Card) -> bytes:
    return element("TemplateCard", changed_card(card)).encode()


def _reply(account: str, corp_id: str, created: int, kind: str, inner: bytes) -> bytes:
    head = (
        f"<xml><ToUserName>{_cdata(account)}</ToUserName><FromUserName>{_cdata(corp_id)}</FromUserName>"
        f"<CreateTime>{created}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>"
    )
    return b"".join((head.encode(), inner, b"</xml>"))


def element(name: str, value: object) -> str:
    """A card's JSON as XML, under its names there."""
    if isinstance(value, dict):
        return f"<{name}>{_inner(value, _QUOTE_AREA_NAMES if name == 'QuoteArea' else _NAMES)}</{name}>"
    if isinstance(value, list):
        return "".join([element(name, item) for item in value])
    if isinstance(value, str):
        return f"<{name}>{_cdata(value)}</{name}>"
    return f"<{name}>{str(value).lower()}</{name}>"  # numbers, and true or false


def _inner(value: Mapping[str, object], names: _Names) -> str:
    """Nearly all of a card are plain texts and numbers, for which a call each would be half of the work."""
    parts = []
    for key, item in value.items():
        name = names[key]
        if type(item) is str and item.isprintable() and "]]>" not in item:
            parts.append(f"<{name}><![CDATA[{item}]]></{name}>")
        else:
            parts.append(element(name, item))
    return "".join(parts)


def _cdata(text: str) -> str:
    clean = _NOT_XML.sub("\ufffd", text)
    return f"<![CDATA[{clean.replace(']]>', ']]]]><![CDATA[>')}]]>"
