"""Whoever is put into a unit that was merged away by then, or is merged later, hears which unit comes after it.

A merged unit stays on record (see `training.unit_merge`). One that is assessed again has come back to life.
"""

from datetime import date

from training.findings import Findings
from training.people import Fact, Field, UnitField, values_on
from training.units import Unit, UnitTree


def check_unit_lives(code: str, day: date, today: date, tree: UnitTree, found: Findings) -> None:
    """Somebody comes into the unit on `day`: too late is rejected, what needs a second look gets a warning."""
    unit = tree.units[code]
    into = merged_into_on(unit, day)
    named = f"单位“{unit.name}”（{code}）"
    if into:
        since = _since(unit.past, UnitField.MERGED_INTO, day)
        found.reject(Field.UNIT, f"{named}自 {since} 起已并入 {_name(into, tree)}，请改填并入后的单位。")
        return
    into = merged_into_on(unit, today) if today > day else ""
    if into:
        since = _since(unit.past, UnitField.MERGED_INTO, today)
        sentence = f"{named}自 {since} 起已并入 {_name(into, tree)}，本行在 {day} 生效，{since} 起请另行变更单位。"
        found.warn(Field.UNIT, sentence)
    elif _left_assessment(unit, day):
        since = _since(unit.past, UnitField.ASSESSED, day)
        found.warn(Field.UNIT, f"{named}自 {since} 起不再纳入考核，可能已撤并，请核对。")


def merged_into_on(unit: Unit, day: date) -> str:
    """The code of the unit that came after this one, empty while it lives."""
    held = values_on(unit.past, day)
    return "" if held.get(UnitField.ASSESSED, "1") else held.get(UnitField.MERGED_INTO, "")


def _left_assessment(unit: Unit, day: date) -> bool:
    """It was assessed before, so this may be the mark of a merger that recorded nothing else."""
    if values_on(unit.past, day).get(UnitField.ASSESSED, "1"):
        return False
    return _since(unit.past, UnitField.ASSESSED, day) > min(fact.valid_from for fact in unit.past)


def _since(facts: tuple[Fact, ...], field: str, day: date) -> date:
    """The day from which the field has what it has on `day`."""
    return max(fact.valid_from for fact in facts if fact.field == field and fact.valid_from <= day)


def _name(code: str, tree: UnitTree) -> str:
    unit = tree.units.get(code)
    return f"“{unit.name}”（{code}）" if unit else code
