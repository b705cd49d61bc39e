"""From replies to rows of the outbox: what a reply could not say itself, and what follows it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.channels.channel import Channel
from handlers.message import Content, Incoming, Push, Reply
from storage.outbox import row_of


def safe(key: str) -> str:
    """A key as part of a task id: digits, letters, `_-@`."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "_-@") else "-" for c in key)


def lane_of(channel: str, account: str) -> str:
    """What goes to one account goes in order."""
    return f"{channel}:{account}"


def rows_of(
    channels: Mapping[str, Channel], mail: Sequence[tuple[Incoming, Reply]], now: datetime
) -> list[dict[str, Any]]:
    """The rows to queue; equal shared pushes of the whole batch become one request."""
    rows: list[dict[str, Any]] = []
    shared: dict[tuple[str, Content], list[Incoming]] = {}
    for incoming, reply in mail:
        if not reply.then and reply.now is None:
            continue
        channel = channels[incoming.channel]
        own = [*channel.overflow(incoming, reply), *(push for push in reply.then if not push.shared)]
        if own:
            rows += _rows(channel, incoming, own, now)
        for push in reply.then:
            if push.shared:
                shared.setdefault((incoming.channel, push.content), []).append(incoming)
    for number, ((name, content), receivers) in enumerate(shared.items()):
        accounts = tuple(incoming.account for incoming in receivers)
        rows += _rows(channels[name], receivers[0], [Push(accounts, content)], now, kind=f"all{number}")
    return rows


def _rows(
    channel: Channel, incoming: Incoming, pushes: Sequence[Push], now: datetime, *, kind: str = "re"
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    lane = lane_of(channel.name, incoming.account)
    for number, push in enumerate(pushes):
        ref = f"{kind}-{safe(incoming.key)}-{number}"
        addressed = push if push.accounts else Push((incoming.account,), push.content)
        drafts = channel.freeze(addressed, ref, mass=False)
        rows += [
            row_of(channel.name, ref, part, d, lane=lane, mass=False, now=now) for part, d in enumerate(drafts)
        ]
    return rows
