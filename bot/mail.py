"""From replies to rows of the outbox: what a reply could not say itself, and what follows it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.channels.channel import Channel
from handlers import holding
from handlers.message import Content, Incoming, Push, Reply
from storage.database import Tx
from storage.outbox import row_of

Held = Mapping[str, Mapping[str, datetime]]  # channel → account → until when what may wait does


def safe(key: str) -> str:
    """A key as part of a task id: digits, letters, `_-@`."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "_-@") else "-" for c in key)


def lane_of(channel: str, account: str) -> str:
    """What goes to one account goes in order."""
    return f"{channel}:{account}"


async def held_for(tx: Tx, mail: Sequence[tuple[Incoming, Reply]], now: datetime) -> Held:
    """Who sits an exam, of those to whom something goes that may wait; without it the database is not asked."""
    wanted: dict[str, set[str]] = {}
    for incoming, reply in mail:
        for push in reply.then:
            if push.waits:
                wanted.setdefault(incoming.channel, set()).update(push.accounts)
    return {channel: await holding.held(tx, channel, accounts, now) for channel, accounts in wanted.items()}


def rows_of(
    channels: Mapping[str, Channel], mail: Sequence[tuple[Incoming, Reply]], now: datetime, held: Held
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
            rows += _rows(channel, incoming, own, now, held)
        for push in reply.then:
            if push.shared:
                shared.setdefault((incoming.channel, push.content), []).append(incoming)
    for number, ((name, content), receivers) in enumerate(shared.items()):
        accounts = tuple(incoming.account for incoming in receivers)
        rows += _rows(channels[name], receivers[0], [Push(accounts, content)], now, held, kind=f"all{number}")
    return rows


def _rows(
    channel: Channel, incoming: Incoming, pushes: Sequence[Push], now: datetime, held: Held, *, kind: str = "re"
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    lane = lane_of(channel.name, incoming.account)
    for number, push in enumerate(pushes):
        ref = f"{kind}-{safe(incoming.key)}-{number}"
        addressed = push.accounts or (incoming.account,)
        until_when = held.get(channel.name, {}) if push.waits else {}
        for until, accounts in holding.parted(addressed, until_when).items():
            here = f"{ref}-{until:%d%H%M}" if until else ref
            way = here if until else lane  # of its own: nothing else waits with it
            rows += [
                row_of(channel.name, here, n, draft, lane=way, mass=False, now=now, due_at=until)
                for n, draft in enumerate(channel.freeze(Push(accounts, push.content), here, mass=False))
            ]
    return rows
