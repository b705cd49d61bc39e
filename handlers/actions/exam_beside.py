"""An exam that stands open beside the daily question: who gets it back, and when it is unclear which one is meant.

Read only for those whose focus shows one, and for those who type an answer to what they have answered before.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from handlers.routing import Item
from storage import focus, sittings
from storage.database import Tx
from storage.scope import EVERYTHING
from training.exams import GRACE

LATELY: Final = timedelta(minutes=1)


class Beside(msgspec.Struct, frozen=True):
    """`shown_at`: when a screen of it was shown last, as far as it is known; None: what is in front is meant."""

    attempt: int
    shown_at: datetime | None


def stands_beside(item: Item) -> bool:
    """The daily question was shown after it, and is in front."""
    pointed = item.asker.focus
    return pointed is not None and pointed.kind != focus.EXAM and pointed.earlier_kind == focus.EXAM


async def open_beside(tx: Tx, items: Iterable[Item], now: datetime) -> Mapping[str, Beside]:
    """Person → the sitting that runs, of those who have one."""
    shown = {item.asker.person.number: _shown_at(item) for item in items}
    if not shown:
        return {}
    attempts = await sittings.open_attempts(tx, EVERYTHING, shown)
    found = await sittings.by_number(tx, attempts.values())
    paces = await sittings.paces(tx, found)
    running = {one.person: one for one in found.values() if now <= one.deadline_at + GRACE}
    latest = {person: _latest(shown[person], paces.get(one.attempt)) for person, one in running.items()}
    return {person: Beside(one.attempt, latest[person]) for person, one in running.items()}


def unclear(beside: Beside | None, item: Item, now: datetime) -> bool:
    """Both were shown within the last minute, and nothing says yet which one is meant."""
    pointed = item.asker.focus
    if beside is None or beside.shown_at is None or pointed is None:
        return False
    return now - beside.shown_at <= LATELY and now - pointed.shown_at <= LATELY


def _shown_at(item: Item) -> datetime | None:
    pointed = item.asker.focus
    return pointed.earlier_shown_at if pointed is not None and stands_beside(item) else None


def _latest(shown_at: datetime | None, pace: sittings.Pace | None) -> datetime | None:
    """An answer shows the next question."""
    return shown_at if shown_at is None or pace is None else max(shown_at, pace.last)
