"""A change of some cells says nothing of the others, whenever it holds, nor of people who are still to come."""

from datetime import date

import pytest

from tests.training.rolls import BEFORE, NOW, TODAY, UNITS, person
from training.people import Fact, Field
from training.roll import KnownPerson
from training.roll_edit import edit_table
from training.roll_plan import plan_roll

OCTOBER = date(2026, 10, 1)
COMING = {Field.NAME: "周敏", Field.UNIT: "11", Field.CATEGORY: "staff"}


def test_somebody_who_is_still_to_come_keeps_name_and_unit() -> None:
    facts = tuple(Fact("R1", field, value, OCTOBER, BEFORE) for field, value in COMING.items())
    known = KnownPerson("R1", facts)
    plan = plan_roll(edit_table(known, {"category": "领导干部"}, TODAY, None), [known], UNITS, NOW)
    after = KnownPerson("R1", (*facts, *plan.changed[0].facts)).values(TODAY)
    assert (after.get(Field.NAME), after.get(Field.UNIT)) == ("周敏", "11")
    again = KnownPerson("R1", (*facts, *plan.changed[0].facts))
    assert plan_roll(edit_table(again, {"post": "科长"}, TODAY, None), [again], UNITS, NOW).rejected == 0


MARCH, NEXT_WEEK = date(2026, 3, 1), date(2026, 9, 8)


@pytest.mark.parametrize(
    ("other", "cells", "since", "wanted"),
    [
        (Fact("R1", Field.CATEGORY, "leader", MARCH, BEFORE), {"unit": "12"}, date(2026, 2, 1), {"unit": "12"}),
        (
            Fact("R1", Field.UNIT, "12", NEXT_WEEK, BEFORE),
            {"post": "科长"},
            date(2026, 10, 1),
            {"post": "科长"},
        ),
        (Fact("R1", Field.MARK, "1", MARCH, BEFORE), {"post": "科长"}, date(2026, 2, 1), {"post": "科长"}),
    ],
)
def test_a_change_says_nothing_of_other_cells(
    other: Fact, cells: dict[str, str], since: date, wanted: dict[str, str]
) -> None:
    known = person("R1", "周敏", "11")
    known = KnownPerson("R1", (*known.facts, other))
    plan = plan_roll(edit_table(known, cells, TODAY, since), [known], UNITS, NOW)
    [change] = plan.changed
    assert {fact.field: fact.value for fact in change.facts} == wanted
