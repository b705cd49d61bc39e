"""Some people with their whole history, and all units with theirs, as duties are asked of them."""

from collections.abc import Sequence

from storage import people, units
from storage.database import Tx
from storage.scope import EVERYTHING
from training.duty_owing import City, city_of
from training.roll import KnownPerson
from training.rules import Rules


async def city_with(tx: Tx, rules: Rules, numbers: Sequence[str]) -> City:
    """The histories are read whole, because one alone does not tell whose unit it is: whom they are of is up to
    the caller."""
    facts = await people.facts_of(tx, EVERYTHING, numbers)
    periods = await people.periods_of(tx, EVERYTHING, numbers)
    persons = [KnownPerson(n, tuple(facts.get(n, ())), tuple(periods.get(n, ()))) for n in numbers]
    return city_of(persons, await units.facts(tx), *rules.policies)
