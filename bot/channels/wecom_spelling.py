"""Which reply can be said in the answer to which act, and what becomes of the rest.

A tapped card takes card changes and no words; everything else that a person does takes words and no cards. What
cannot be said there, or does not fit, is pushed: `spell` + `overflow` is always the whole reply.
Source: doc 90241 (passive replies).
"""

from typing import Final

from bot.channels import wecom_replies as replies
from bot.channels.wecom_texts import split
from handlers.message import Card, Grey, Incoming, Kind, Push, Reply, Text

_NOBODY_WAITS: Final = frozenset({Kind.SILENT, Kind.UNSUBSCRIBE})


def spell(incoming: Incoming, reply: Reply, corp_id: str) -> bytes:
    """The plain XML of the answer, the same every time (CreateTime is the act's own); empty: nothing to say.

    Raises: CardProblem.
    """
    said = _said(incoming, reply)
    created = int(incoming.sent_at.timestamp())
    match said:
        case Text(text) if text:
            return replies.text_reply(incoming.account, corp_id, created, split(text)[0])
        case Card():
            return replies.card_reply(incoming.account, corp_id, created, said)
        case Grey(word):
            return replies.button_reply(incoming.account, corp_id, created, word)
    return b""


def overflow(incoming: Incoming, reply: Reply) -> tuple[Push, ...]:
    """What `spell` could not say of `reply.now`, to be sent right after it; no part needs splitting again."""
    if reply.now is None or incoming.kind in _NOBODY_WAITS:
        return ()
    said = _said(incoming, reply)
    if isinstance(said, Text):
        return tuple(Push((incoming.account,), Text(part)) for part in split(said.text)[1:])
    if said is not None or isinstance(reply.now, Grey):
        return ()
    return (Push((incoming.account,), reply.now),)


def late(incoming: Incoming, reply: Reply) -> tuple[Push, ...]:
    """What `spell` said, as a push: for an answer that did not leave in time, beside `overflow`.

    Card changes are not among it: they go through an update with the act's response code.
    """
    said = _said(incoming, reply)
    return (Push((incoming.account,), Text(split(said.text)[0])),) if isinstance(said, Text) and said.text else ()


def _said(incoming: Incoming, reply: Reply) -> Text | Card | Grey | None:
    if incoming.kind in _NOBODY_WAITS:
        return None
    if incoming.kind is Kind.TAP:
        return None if isinstance(reply.now, Text) else reply.now
    return reply.now if isinstance(reply.now, Text) else None
