"""群发结果: what became of a broadcast so far, in figures; nobody is ever named.

Counted are people, each with the unit of the moment of sending.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from handlers.actions import unit_trees
from storage import broadcast_results, broadcasts
from storage.broadcast_results import Answers, Fate, Item
from storage.database import Tx
from storage.outbox import State as Sending
from storage.scope import EVERYTHING
from training.broadcast_errors import NoSuchBroadcast
from training.broadcasts import Broadcast, Left, State
from training.calendar import day_of
from training.exam_results import Rate
from training.people import Person, Role

FEWEST_FOR_RATE: Final = 5  # persons of a unit; source: domain, Boards
_NONE: Final = Answers(0, 0, 0, 0)
_READERS: Final = (Role.CITY_ADMIN, Role.AUDITOR)
_SENDERS: Final = (Role.CITY_ADMIN, Role.UNIT_ADMIN)


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """A unit, or several together. `persons` are written to; `right` is of answers, None where they are few."""

    path: str
    persons: int
    delivered: int
    answered: int
    right: Rate | None


@dataclass(frozen=True, slots=True)
class Results:
    """`left` has reasons only. `sending` is by what became of the request; `not_reached` were in a sent one, but
    have no account that can be reached. `answered` gave one answer at least, `complete` all of them.

    `right` is of all answers, None of few persons: whoever knows who they are would know what they know. `recalls`
    are requests, of up to 1000 people each.
    """

    broadcast: Broadcast
    left: Mapping[Left, int]
    sending: Mapping[Fate, int]
    not_reached: int
    maybe_twice: int
    items: tuple[Item, ...]
    answered: int
    complete: int
    right: Rate | None
    units: tuple[UnitFigures, ...]
    recalls: Mapping[Sending, int] = field(default_factory=dict)

    @property
    def persons(self) -> int:
        """Those who are written to."""
        return sum(self.sending.values())

    @property
    def audience(self) -> int:
        return self.persons + sum(self.left.values())

    @property
    def delivered(self) -> int:
        return self.sending.get(Fate.SENT, 0) - self.not_reached


def may_read(asker: Person | None, broadcast: Broadcast) -> bool:
    """The sender, as long as he or she is an admin; every city admin and auditor; None is the command line."""
    if asker is None or asker.role in _READERS:
        return True
    return may_command(asker, broadcast)


def may_command(asker: Person | None, broadcast: Broadcast) -> bool:
    """Take it back, or decide what becomes of it: the sender, and every city admin."""
    if asker is None or asker.role is Role.CITY_ADMIN:
        return True
    return asker.role in _SENDERS and asker.number == broadcast.sender


async def results(tx: Tx, asker: Person | None, number: int) -> Results:
    """The figures of now. Raises: NoSuchBroadcast, also for one that the asker may not see."""
    broadcast = await broadcasts.one(tx, number)
    if broadcast is None or broadcast.state is State.DRAFT or not may_read(asker, broadcast):
        raise NoSuchBroadcast(number)
    return await of(tx, broadcast)


async def of(tx: Tx, broadcast: Broadcast) -> Results:
    number = broadcast.number
    left = dict(await broadcast_results.audience(tx, EVERYTHING, number))
    written = left.pop(Left.NOT, 0)
    queued = await broadcast_results.queued(tx, number)
    items = await broadcast_results.items(tx, EVERYTHING, number)
    answers = await broadcast_results.answers(tx, EVERYTHING, number, len(items))
    lost = await broadcast_results.not_reached(tx, EVERYTHING, number)
    many = written >= FEWEST_FOR_RATE
    return Results(
        broadcast,
        left,
        _sending(queued, written),
        sum(lost.values()),
        await broadcast_results.maybe_twice(tx, number),
        tuple(items),
        sum(unit.persons for unit in answers.values()),
        sum(unit.complete for unit in answers.values()),
        Rate(sum(one.right for one in items), sum(one.answered for one in items)) if many else None,
        await _units(tx, broadcast, queued, lost, answers),
        await broadcast_results.recalls(tx, number) if broadcast.state is State.RECALLED else {},
    )


def _sending(queued: Mapping[str, Mapping[Fate, int]], written: int) -> Mapping[Fate, int]:
    """Whose request is not full yet waits too."""
    found: dict[Fate, int] = {}
    for states in queued.values():
        for state, persons in states.items():
            found[state] = found.get(state, 0) + persons
    rest = written - sum(found.values())
    if rest > 0:
        found[Fate.QUEUED] = found.get(Fate.QUEUED, 0) + rest
    return found


async def _units(
    tx: Tx,
    broadcast: Broadcast,
    queued: Mapping[str, Mapping[Fate, int]],
    lost: Mapping[str, int],
    answers: Mapping[str, Answers],
) -> tuple[UnitFigures, ...]:
    """By path, as the units are called on the day of sending."""
    tree = await unit_trees.tree_on(tx, day_of(broadcast.send_at or broadcast.created_at))
    found = []
    for code in queued.keys() | answers.keys():
        states, given = queued.get(code, {}), answers.get(code, _NONE)
        persons = sum(states.values())
        rate = Rate(given.right, given.given) if persons >= FEWEST_FOR_RATE and given.given else None
        delivered = states.get(Fate.SENT, 0) - lost.get(code, 0)
        found.append(UnitFigures(_path(tree, code), persons, delivered, given.persons, rate))
    return tuple(sorted(_covered(found), key=lambda unit: unit.path))


def _covered(units: list[UnitFigures]) -> list[UnitFigures]:
    """Few people without a rate could be told by subtraction: then the smallest unit that has one goes without."""
    few = sum(unit.persons for unit in units if unit.right is None)
    rated = [unit for unit in units if unit.right is not None]
    if not rated or not 0 < few < FEWEST_FOR_RATE:
        return units
    smallest = min(rated, key=lambda unit: (unit.persons, unit.path))
    return [replace(unit, right=None) if unit is smallest else unit for unit in units]


def _path(tree: unit_trees.UnitTree, code: str) -> str:
    """Names from the root, joined by `/`; a cycle in old records ends it."""
    names: dict[str, str] = {}
    while code not in names and (code in tree.names or not names):
        names[code] = tree.names.get(code, code)
        code = tree.parents.get(code, "")
    return "/".join(reversed(names.values()))
