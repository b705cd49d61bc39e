"""What one person owes besides hours, from the own record alone, and what of it is done."""

from datetime import datetime

from handlers.actions.duty_progress import done_by, progress_of
from storage import people, units
from storage.database import Tx
from storage.scope import own
from training.calendar import day_of
from training.duties import Duty, Measure, Owes, Subject
from training.duty_facts import Progress
from training.duty_owing import city_of, owing_in
from training.people import Person
from training.roll import KnownPerson
from training.rules import Rules


async def mine(tx: Tx, rules: Rules, person: Person, now: datetime) -> list[tuple[Owes, Progress]]:
    """This year's duties of the person, waived ones too, in the order of the table."""
    today, scope = day_of(now), own(person.number)
    facts = (await people.facts_of(tx, scope, [person.number])).get(person.number, [])
    periods = (await people.periods_of(tx, scope, [person.number])).get(person.number, [])
    city = city_of(
        [KnownPerson(person.number, tuple(facts), tuple(periods))], await units.facts(tx), *rules.policies
    )
    found = [owes for owes in owing_in(rules.duties, city, today.year, today) if _shown(owes.duty)]
    done = await done_by(tx, found, today.year)
    return [(owes, progress_of(owes, done)) for owes in found]


def _shown(duty: Duty) -> bool:
    return duty.subject is Subject.PERSON and duty.measure is not Measure.HOURS
