"""Two units become one: from a day on the people and sub-units of the first belong to the second.

Hours stay with the persons. The first unit stays on record, is assessed no longer and names the second, and
everything before the day is as it was. Source: domain, Who owes what (hours stay with the person).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from training.batches import PersonEdit, RollChanges, UnitEdit, Value
from training.people import Fact, Field, UnitField, values_on
from training.roll import KnownPerson


@dataclass(eq=False)
class CannotMerge(Exception):
    """`into` lies below `code`, or is the same."""

    code: str
    into: str


def merged(
    code: str, into: str, day: date, persons: Iterable[KnownPerson], units: Mapping[str, Sequence[Fact]]
) -> RollChanges:
    """What changes on `day`. Both units are known. Raises: CannotMerge."""
    held = {unit: values_on(facts, day) for unit, facts in units.items()}
    if code in _line(into, held):
        raise CannotMerge(code, into)
    children = [unit for unit, values in held.items() if values.get(UnitField.PARENT, "") == code]
    edits = [_moved(unit, held[unit], UnitField.PARENT, code, into, day) for unit in sorted(children)]
    ended = Value(UnitField.ASSESSED, "", day, held[code].get(UnitField.ASSESSED, "1"))
    after = Value(UnitField.MERGED_INTO, into, day, held[code].get(UnitField.MERGED_INTO, ""))
    edits.append(UnitEdit(code, held[code].get(UnitField.NAME, code), (ended, after)))
    return RollChanges(tuple(_people(code, into, day, persons)), unit_edits=tuple(edits))


def _line(code: str, held: Mapping[str, Mapping[str, str]]) -> set[str]:
    """The unit and everything above it."""
    found: set[str] = set()
    while code and code not in found:
        found.add(code)
        code = held.get(code, {}).get(UnitField.PARENT, "")
    return found


def _moved(unit: str, values: Mapping[str, str], field: str, before: str, after: str, day: date) -> UnitEdit:
    return UnitEdit(unit, values.get(UnitField.NAME, unit), (Value(field, after, day, before),))


def _people(code: str, into: str, day: date, persons: Iterable[KnownPerson]) -> Iterable[PersonEdit]:
    """Everybody there on the day or coming there later; whoever has left stays where the record says."""
    for person in persons:
        if person.status(day).leaves:
            continue
        held = values_on(person.facts, day)
        values = [Value(Field.UNIT, into, day, code)] if held.get(Field.UNIT) == code else []
        values += [Value(Field.UNIT, into, when, code) for when in _coming(person, code, day)]
        managed = held.get(Field.MANAGED_UNITS, "").split(",")
        if code in managed:
            kept = dict.fromkeys(into if unit == code else unit for unit in managed)
            values.append(Value(Field.MANAGED_UNITS, ",".join(kept), day, held[Field.MANAGED_UNITS]))
        if values:
            yield PersonEdit(person.number, person.values(day).get(Field.NAME, ""), tuple(values))


def _coming(person: KnownPerson, code: str, day: date) -> list[date]:
    """The days after `day` from which the record puts the person into the unit."""
    facts = [fact for fact in person.facts if fact.field == Field.UNIT and fact.valid_from > day]
    return sorted({fact.valid_from for fact in facts if values_on(facts, fact.valid_from)[Field.UNIT] == code})
