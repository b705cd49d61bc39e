"""The units as they were on a day and as recorded by a moment: names, and what lies below what.

A unit whose facts all begin later is shown as it will be, so that everything has a name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from storage import units
from storage.database import Tx
from training.people import UnitField, values_on


@dataclass(frozen=True, slots=True)
class UnitTree:
    """By 单位代码."""

    names: Mapping[str, str]
    parents: Mapping[str, str]

    def below(self, code: str) -> frozenset[str]:
        """The unit and everything under it; empty when there is no such unit."""
        reached = {code} & set(self.names)
        while more := {unit for unit, parent in self.parents.items() if parent in reached} - reached:
            reached |= more
        return frozenset(reached)


async def tree_on(tx: Tx, day: date, known_at: datetime | None = None) -> UnitTree:
    names, parents = {}, {}
    for code, facts in (await units.facts(tx)).items():
        held = values_on(facts, day, known_at) or values_on(facts, date.max, known_at)
        if held:
            names[code] = held.get(UnitField.NAME, code)
            parents[code] = held.get(UnitField.PARENT, "")
    return UnitTree(names, parents)
