"""A broadcast that has not gone out yet, with the names of whom it is for: what its results cannot show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from storage import broadcast_audience, people, units
from storage.database import Tx
from storage.scope import EVERYTHING
from training.broadcasts import Broadcast, State
from training.people import Role

WAITING: Final = (State.PLANNED, State.REPEATING)


@dataclass(frozen=True, slots=True)
class Outline:
    """`names`: of its units by code and its people by number; `managed`: those of a unit admin who sends it."""

    broadcast: Broadcast
    names: Mapping[str, str]
    managed: tuple[str, ...] | None


async def outline(tx: Tx, broadcast: Broadcast) -> Outline:
    """For whoever may read its results."""
    audience = broadcast.settings.audience
    sender = await broadcast_audience.person(tx, EVERYTHING, broadcast.sender) if broadcast.sender else None
    codes = sender.managed_units if sender is not None and sender.role is not Role.CITY_ADMIN else None
    known = await units.names(tx, {*audience.units, *(codes or ())})
    names = {**known, **await people.names(tx, EVERYTHING, audience.persons)}
    return Outline(broadcast, names, None if codes is None else tuple(known.get(code, code) for code in codes))
