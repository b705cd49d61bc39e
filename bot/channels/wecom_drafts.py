"""Pushes and card updates as frozen requests.

The bytes are the idempotency key of a mass send: within four hours WeCom drops an identical request. Cards differ
by their task id; a mass *text* must differ by itself (a date and a number in it), or tomorrow's equal text is
swallowed: that is the caller's duty. Nobody is ever addressed as `@all`.
Source: docs 90236 (message/send), 94888 (message/update_template_card), 90253 (file sizes).
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from bot.channels.wecom_cards import CardProblem, Json, changed_card, new_card
from bot.channels.wecom_texts import split
from handlers.message import Card, Content, File, Grey, Markdown, Push, Reply, Text
from storage.media import Kept, kept
from storage.outbox import MEDIA_ID, Draft

SEND: Final = "message/send"
UPDATE: Final = "message/update_template_card"
RECALL: Final = "message/recall"
RECEIVERS: Final = 1000
_DUPLICATE_SECONDS: Final = 14_400  # the longest that WeCom remembers a request
_MIN_FILE_BYTES: Final = 6
_MAX_FILE_BYTES: Final = 20 * 1024 * 1024
_MAX_PICTURE_BYTES: Final = 10 * 1024 * 1024
_PICTURES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


def freeze(push: Push, ref: str, agent_id: int, *, mass: bool) -> tuple[Draft, ...]:
    """The requests that send `push`, 1000 receivers each; the parts of a long text follow each other.

    `ref` must never have been used for another send of this app: task ids are `ref@slice`.
    Raises: CardProblem for content that WeCom would refuse or cut, ValueError for an impossible account.
    """
    accounts = _addressable(push.accounts)
    slices = [accounts[first : first + RECEIVERS] for first in range(0, len(accounts), RECEIVERS)]
    return tuple(
        _draft(receivers, payload, push.content, agent_id, mass=mass)
        for number, receivers in enumerate(slices, 1)
        for payload in _payloads(push.content, f"{ref}@{number}")
    )


def freeze_update(response_code: str, accounts: Sequence[str], reply: Reply, agent_id: int) -> Draft | None:
    """The request that changes a card already sent, once; None when the reply is no change of a card.

    Raises: CardProblem; ValueError for more than 1000 accounts, since a response code works only once.
    """
    if not response_code or not isinstance(reply.now, Card | Grey):
        return None
    receivers = _addressable(accounts)
    if not 1 <= len(receivers) <= RECEIVERS:
        raise ValueError(f"an update reaches 1 to {RECEIVERS} accounts, not {len(receivers)}")
    change: Json = (
        {"button": {"replace_name": reply.now.word}}
        if isinstance(reply.now, Grey)
        else {"template_card": changed_card(reply.now)}
    )
    body = {"userids": receivers, "agentid": agent_id, "response_code": response_code, **change}
    return Draft(UPDATE, msgspec.json.encode(body), receivers)


def freeze_recall(msgid: str) -> Draft:
    """The request that takes a message back, within 24 hours of its sending. Source: doc 94867."""
    return Draft(RECALL, msgspec.json.encode({"msgid": msgid}), ())


def _addressable(accounts: Sequence[str]) -> tuple[str, ...]:
    """Each account once. `|` would make two of one, and `@all` everybody of one."""
    for account in accounts:
        if not account or "|" in account or account.startswith("@"):
            raise ValueError("an account that cannot be addressed")
    return tuple(dict.fromkeys(account.casefold() for account in accounts))


def _payloads(content: Content, task_id: str) -> list[Json]:
    match content:
        case Text(text):
            return [{"msgtype": "text", "text": {"content": part}} for part in _parts(text)]
        case Markdown(text):
            return [{"msgtype": "markdown", "markdown": {"content": part}} for part in _parts(text)]
        case Card():
            return [{"msgtype": "template_card", "template_card": new_card(content, task_id)}]
        case File():
            _check_file(content)
            kind = _file_type(content)
            return [{"msgtype": kind, kind: {"media_id": MEDIA_ID}}]


def _draft(receivers: tuple[str, ...], payload: Json, content: Content, agent_id: int, *, mass: bool) -> Draft:
    check = {"enable_duplicate_check": 1, "duplicate_check_interval": _DUPLICATE_SECONDS} if mass else {}
    body = msgspec.json.encode({"touser": "|".join(receivers), "agentid": agent_id, **payload, **check})
    if isinstance(content, File):
        return Draft(SEND, body, receivers, _kept(content))
    return Draft(SEND, body, receivers)


def _kept(file: File) -> Kept:
    if file.digest:
        return Kept(file.digest, file.name, _file_type(file), file.content)
    return kept(file.name, _file_type(file), file.content)


def _parts(text: str) -> tuple[str, ...]:
    if not text:
        raise CardProblem("text", 1, 0)
    return split(text)


def _file_type(file: File) -> str:
    return "image" if file.picture else "file"


def _check_file(file: File) -> None:
    most = _MAX_PICTURE_BYTES if file.picture else _MAX_FILE_BYTES
    size = len(file.content)
    if size > most:
        raise CardProblem("file bytes", most, size)
    if size < _MIN_FILE_BYTES:
        raise CardProblem("file bytes", _MIN_FILE_BYTES, size)
    if file.picture and not file.content.startswith(_PICTURES):
        raise CardProblem("picture format", 1, 0)
