"""异常线索 of a year, for who reads everything: what was seen, with names, and no judgement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from storage import activities, people, units
from storage import clues as rows
from storage.database import Tx
from storage.scope import EVERYTHING
from training import clues
from training.activities import HeldBy
from training.batches import demand_reader
from training.clues import Clue, Kind
from training.people import Person

OF_PERSONS = (Kind.QUICK, Kind.BULK)


@dataclass(frozen=True, slots=True)
class Clues:
    """`names` of the persons and units that the clues are about."""

    year: int
    found: Sequence[Clue]
    names: Mapping[str, str]

    def name(self, clue: Clue) -> str:
        return self.names.get(clue.about, clue.about)


async def of_year(tx: Tx, person: Person | None, year: int) -> Clues:
    """`person` None is the command line. Raises: NotAllowed."""
    if person is not None:
        demand_reader(person)
    found = [
        *clues.quick(await rows.decisions(tx, EVERYTHING, year)),
        *clues.together(await rows.moments(tx, EVERYTHING, year)),
        *clues.december(await rows.december(tx, EVERYTHING, year)),
        *clues.bulk(await rows.recognised(tx, EVERYTHING, year)),
        *await _full(tx, year),
    ]
    persons = {one.about for one in found if one.kind in OF_PERSONS}
    codes = {one.about for one in found if one.kind not in OF_PERSONS}
    names = {**await units.names(tx, codes), **await people.names(tx, EVERYTHING, persons)}
    return Clues(year, found, names)


async def _full(tx: Tx, year: int) -> list[Clue]:
    numbers = sorted(await rows.full_activities(tx, EVERYTHING, year))
    known = await activities.of_numbers(tx, numbers)
    own = {n: one.settings.units[0] for n, one in known.items() if one.settings.held_by is HeldBy.UNIT}
    return clues.full(own, numbers)
