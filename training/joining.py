"""Since when a person is on the roll: unit and category are known, and 入职日期, if anybody said one, has come."""

from collections.abc import Iterable, Mapping
from datetime import date

from training.people import Fact, Field


def joined_on(facts: Iterable[Fact], held: Mapping[str, str]) -> date:
    """入职日期 as held; on a day before the first such fact that one, because it says when the person came.

    Of several for that first day the one recorded last; `date.min` when nobody said.
    """
    text = held.get(Field.JOINED_ON)
    if text is None:
        said = [fact for fact in facts if fact.field == Field.JOINED_ON]
        text = min(said, key=lambda fact: (fact.valid_from, -fact.recorded_at.timestamp())).value if said else ""
    return date.fromisoformat(text) if text else date.min


def on_roll(facts: Iterable[Fact], held: Mapping[str, str], day: date) -> bool:
    """`held` is what holds on `day`."""
    return Field.UNIT in held and Field.CATEGORY in held and joined_on(facts, held) <= day


def joining_days(facts: Iterable[Fact]) -> list[date]:
    """Days on which 入职日期 may put somebody on the roll."""
    return [date.fromisoformat(fact.value) for fact in facts if fact.field == Field.JOINED_ON and fact.value]
