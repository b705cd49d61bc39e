"""What one person owes besides hours, from the own record alone."""

from datetime import datetime

from storage import people, units
from storage.database import Tx
from storage.scope import own
from training.calendar import day_of
from training.duties import Measure, Owes, Subject
from training.duty_owing import city_of, owing_in
from training.people import Person
from training.roll import KnownPerson
from training.rules import Rules


async def mine(tx: Tx, rules: Rules, person: Person, now: datetime) -> list[Owes]:
    """This year's duties of the person, waived ones too, in the order of the table."""
    today, scope = day_of(now), own(person.number)
    facts = (await people.facts_of(tx, scope, [person.number])).get(person.number, [])
    periods = (await people.periods_of(tx, scope, [person.number])).get(person.number, [])
    city = city_of(
        [KnownPerson(person.number, tuple(facts), tuple(periods))], await units.facts(tx), *rules.policies
    )
    found = owing_in(rules.duties, city, today.year, today)
    return [
        owes for owes in found if owes.duty.subject is Subject.PERSON and owes.duty.measure is not Measure.HOURS
    ]
