"""The first look at a batch: what was seen before, who speaks, and which route each act takes."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.channels.channel import Answer, Pack
from handlers.message import Incoming
from handlers.routing import Hot, Item, Route, Router
from storage import askers, inbox
from storage.askers import Asker
from storage.database import Tx
from storage.scope import EVERYTHING
from training.calendar import day_of
from training.statuses import Status

_WAITS: Final = 0  # no route: what a person sends behind a waiting act waits behind it


@dataclass(slots=True, eq=False)
class Act:
    """One act on the desk; `waiters` are deliveries of it that still wait for the answer."""

    incoming: Incoming
    answer: asyncio.Future[Answer]
    pack: Pack | None = None
    waiters: int = 1
    tries: int = 0


@dataclass(slots=True)
class Sorted:
    """A batch after the first look."""

    repeats: list[tuple[Act, bytes]] = field(default_factory=list)
    strangers: list[Act] = field(default_factory=list)
    hot: dict[int, tuple[Hot, list[tuple[Act, Item]]]] = field(default_factory=dict)
    cold: list[tuple[Act, Item, Route]] = field(default_factory=list)
    waiting: list[Act] = field(default_factory=list)


async def sort(tx: Tx, router: Router, batch: Sequence[Act], now: datetime) -> Sorted:
    """A person's second message of another kind waits for the next batch."""
    found = Sorted()
    seen = await inbox.replies(tx, [act.incoming.key for act in batch])
    new = [act for act in batch if act.incoming.key not in seen]
    found.repeats = [(act, seen[act.incoming.key]) for act in batch if act.incoming.key in seen]
    known = await _known(tx, new, now, router.rules.statuses_on(day_of(now)))
    kinds: dict[str, int] = {}
    for act in new:
        asker = known.get((act.incoming.channel, act.incoming.account))
        if asker is None:
            found.strangers.append(act)
            continue
        route, item = router.find(act.incoming, asker)
        kind = id(route.target) if isinstance(route.target, Hot) else id(act)
        if kinds.setdefault(asker.person.number, kind) != kind:
            kinds[asker.person.number] = _WAITS
            found.waiting.append(act)
        elif isinstance(route.target, Hot):
            found.hot.setdefault(kind, (route.target, []))[1].append((act, item))
        else:
            found.cold.append((act, item, route))
    return found


async def asker_now(tx: Tx, router: Router, act: Act, now: datetime) -> Asker | None:
    """Who speaks when it is this act's turn: what came before it may have taken the role or the number away."""
    known = await _known(tx, [act], now, router.rules.statuses_on(day_of(now)))
    return known.get((act.incoming.channel, act.incoming.account))


async def _known(
    tx: Tx, acts: Sequence[Act], now: datetime, statuses: Sequence[Status]
) -> Mapping[tuple[str, str], Asker]:
    """(channel, account) → who it is."""
    known: dict[tuple[str, str], Asker] = {}
    for channel in sorted({act.incoming.channel for act in acts}):
        accounts = {act.incoming.account for act in acts if act.incoming.channel == channel}
        found = await askers.by_account(tx, EVERYTHING, channel, accounts, day_of(now), statuses, now)
        known |= {(channel, account): asker for account, asker in found.items()}
    return known
