"""Two units become one from a day on; what was before stays."""

from datetime import UTC, date, datetime

import pytest

from training.batches import RollChanges
from training.people import Fact, Field, StatusPeriod, UnitField
from training.roll import KnownPerson
from training.unit_merge import CannotMerge, merged

NOW = datetime(2026, 1, 1, tzinfo=UTC)
YEAR, JULY, AUGUST = date(2026, 1, 1), date(2026, 7, 1), date(2026, 8, 1)


def unit(code: str, parent: str = "") -> list[Fact]:
    values = {UnitField.NAME: code.upper(), UnitField.PARENT: parent, UnitField.ASSESSED: "1"}
    return [Fact(code, field, value, YEAR, NOW) for field, value in values.items()]


UNITS = {"gov": unit("gov"), "a": unit("a", "gov"), "a1": unit("a1", "a"), "b": unit("b", "gov")}


def person(number: str, *stays: tuple[date, str], status: str = "", managed: str = "") -> KnownPerson:
    facts = [Fact(number, Field.UNIT, code, since, NOW) for since, code in stays]
    facts.append(Fact(number, Field.NAME, number.lower(), stays[0][0], NOW))
    if managed:
        facts.append(Fact(number, Field.MANAGED_UNITS, managed, YEAR, NOW))
    periods = (StatusPeriod(number, status, date(2026, 3, 1), None, NOW),) if status else ()
    return KnownPerson(number, tuple(facts), periods)


def changes(*persons: KnownPerson, code: str = "a", into: str = "b") -> RollChanges:
    return merged(code, into, JULY, persons, UNITS)


def said(made: RollChanges) -> list[tuple[str, str, str, date]]:
    return [(edit.person, v.field, v.value, v.valid_from) for edit in made.people for v in edit.values]


def test_people_there_and_coming_there_move_and_others_stay() -> None:
    made = changes(
        person("P1", (YEAR, "a")),
        person("P2", (YEAR, "b")),
        person("P3", (YEAR, "b"), (AUGUST, "a")),
        person("P4", (AUGUST, "a")),  # comes later: nothing holds of this person before
        person("P5", (YEAR, "a"), status="退休"),
        person("P6", (YEAR, "a"), (date(2026, 6, 1), "b")),
        person("P7", (YEAR, "gov"), managed="a,b"),
    )
    assert said(made) == [
        ("P1", "unit", "b", JULY),
        ("P3", "unit", "b", AUGUST),
        ("P4", "unit", "b", AUGUST),
        ("P7", "managed_units", "b", JULY),
    ]


def test_sub_units_follow_and_the_unit_is_assessed_no_longer() -> None:
    made = changes()
    assert [(edit.code, v.field, v.value, v.before) for edit in made.unit_edits for v in edit.values] == [
        ("a1", "parent", "b", "a"),
        ("a", "assessed", "", "1"),
        ("a", "merged_into", "b", ""),
    ]


@pytest.mark.parametrize(("code", "into"), [("a", "a"), ("a", "a1"), ("gov", "a1")])
def test_not_into_itself_or_what_is_below(code: str, into: str) -> None:
    with pytest.raises(CannotMerge):
        changes(code=code, into=into)
