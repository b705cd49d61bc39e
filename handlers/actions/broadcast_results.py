"""群发结果: what became of a broadcast so far, in figures; nobody is ever named.

Counted are people, each with the unit of the moment of sending.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from handlers.actions import unit_trees
from handlers.actions.broadcast_rights import may_read
from storage import broadcast_answers, broadcast_results, broadcasts
from storage.broadcast_answers import Answers, Item
from storage.broadcast_results import Fate
from storage.database import Tx
from storage.outbox import State as Sending
from storage.scope import EVERYTHING
from training.broadcast_errors import NoSuchBroadcast
from training.broadcasts import Broadcast, Kind, Left, State
from training.calendar import day_of
from training.exam_results import Rate
from training.people import Person

FEWEST_FOR_RATE: Final = 5  # persons who answered; source: domain, Boards
_NONE: Final = Answers(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """A unit, or several together. `persons` are written to; `right` is of answers, None where those who answered
    are few, and where the rates of few could be found by subtraction."""

    path: str
    persons: int
    delivered: int
    answered: int
    right: Rate | None


@dataclass(frozen=True, slots=True)
class Results:
    """`left` has reasons only. `sending` is by what became of the request; `not_reached` were in a sent one, but
    have no account that can be reached; of those `without_receipt` nobody knows it, and their message cannot be
    taken back. `maybe_twice` are at most so many. `answered` gave one answer at least, `complete` all of them.

    `right` is of all answers, None of few persons: whoever knows who they are would know what they know. For the
    same reason only those questions that are `told` have a rate. `recalls` are requests, of up to 1000 people each.
    """

    broadcast: Broadcast
    left: Mapping[Left, int]
    sending: Mapping[Fate, int]
    not_reached: int
    maybe_twice: int
    without_receipt: int
    items: tuple[Item, ...]
    answered: int
    complete: int
    right: Rate | None
    units: tuple[UnitFigures, ...]
    told: frozenset[int] = frozenset()
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


@dataclass(frozen=True, slots=True)
class Headline:
    """In people, as in `Results`."""

    persons: int
    delivered: int
    answered: int


async def results(tx: Tx, asker: Person | None, number: int) -> Results:
    """The figures of now. Raises: NoSuchBroadcast, also for one that the asker may not see."""
    broadcast = await broadcasts.one(tx, number)
    if broadcast is None or broadcast.state is State.DRAFT or not await may_read(tx, asker, broadcast):
        raise NoSuchBroadcast(number)
    return await of(tx, broadcast)


async def headline(tx: Tx, broadcast: Broadcast) -> Headline:
    """The three figures of a list, without a look at each receiver; whoever shows them asked `may_read`."""
    number = broadcast.number
    sending = _summed(await _queued(tx, broadcast))
    lost = await broadcast_results.not_reached(tx, EVERYTHING, number)
    answered = 0
    if broadcast.settings.kind is Kind.QUIZ:
        questions = len(await broadcasts.questions(tx, number))
        answered = await broadcast_answers.answerers(tx, EVERYTHING, number, questions)
    delivered = sending.get(Fate.SENT, 0) - sum(lost.values())
    return Headline(sum(sending.values()), delivered, answered)


async def of(tx: Tx, broadcast: Broadcast) -> Results:
    number = broadcast.number
    queued = await _queued(tx, broadcast)
    items = await broadcast_answers.items(tx, EVERYTHING, number)
    answers = await broadcast_answers.answers(tx, EVERYTHING, number, len(items))
    lost = await broadcast_results.not_reached(tx, EVERYTHING, number)
    answered = sum(unit.persons for unit in answers.values())
    many = answered >= FEWEST_FOR_RATE
    return Results(
        broadcast,
        await broadcast_results.left_out(tx, EVERYTHING, number),
        _summed(queued),
        sum(lost.values()),
        await broadcast_results.maybe_twice(tx, number),
        await broadcast_results.without_receipt(tx, number),
        tuple(items),
        answered,
        sum(unit.complete for unit in answers.values()),
        Rate(sum(one.right for one in items), sum(one.answered for one in items)) if many else None,
        await _units(tx, broadcast, queued, lost, answers),
        _told(items),
        await broadcast_results.recalls(tx, number) if broadcast.state is State.RECALLED else {},
    )


async def _queued(tx: Tx, broadcast: Broadcast) -> Mapping[str, Mapping[Fate, int]]:
    """By unit; whose request is not full yet waits too, or never will be sent to when it is not being sent."""
    found = {code: dict(fates) for code, fates in (await broadcast_results.queued(tx, broadcast.number)).items()}
    fate = Fate.QUEUED if broadcast.state is State.SENDING else Fate.WITHDRAWN
    for code, persons in (await broadcast_results.waiting(tx, broadcast.number)).items():
        fates = found.setdefault(code, {})
        fates[fate] = fates.get(fate, 0) + persons
    return found


def _summed(queued: Mapping[str, Mapping[Fate, int]]) -> Mapping[Fate, int]:
    found: dict[Fate, int] = {}
    for fates in queued.values():
        for fate, persons in fates.items():
            found[fate] = found.get(fate, 0) + persons
    return found


def _told(items: Sequence[Item]) -> frozenset[int]:
    """Questions that many answered. When those of the others are few, the total would tell on them by subtraction:
    then the one that the fewest of many answered is not told either."""
    many = [one for one in items if one.answered >= FEWEST_FOR_RATE]
    few = [one for one in items if 0 < one.answered < FEWEST_FOR_RATE]
    smallest = min(many, key=lambda one: (one.answered, one.item)) if many and few else None
    return frozenset(one.item for one in many if one is not smallest)


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
        rate = Rate(given.right, given.given) if given.persons >= FEWEST_FOR_RATE else None
        delivered = states.get(Fate.SENT, 0) - lost.get(code, 0)
        found.append(UnitFigures(_path(tree, code), persons, delivered, given.persons, rate))
    return tuple(sorted(_covered(found), key=lambda unit: unit.path))


def _covered(units: list[UnitFigures]) -> list[UnitFigures]:
    """When those who answered in units without a rate are few, the total would tell on them by subtraction: then
    the unit with a rate in which the fewest answered goes without."""
    few = sum(unit.answered for unit in units if unit.right is None)
    rated = [unit for unit in units if unit.right is not None]
    if not rated or not 0 < few < FEWEST_FOR_RATE:
        return units
    smallest = min(rated, key=lambda unit: (unit.answered, unit.path))
    return [replace(unit, right=None) if unit is smallest else unit for unit in units]


def _path(tree: unit_trees.UnitTree, code: str) -> str:
    """Names from the root, joined by `/`; a cycle in old records ends it."""
    names: dict[str, str] = {}
    while code not in names and (code in tree.names or not names):
        names[code] = tree.names.get(code, code)
        code = tree.parents.get(code, "")
    return "/".join(reversed(names.values()))
