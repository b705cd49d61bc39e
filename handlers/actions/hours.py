"""What a person has, owes and misses in a year, what it consists of, and how it was computed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from handlers.actions.standings import load_standings
from storage import ledger, ledger_sums, people, units
from storage.database import Tx
from storage.ledger import Line
from storage.scope import own
from training.calendar import day_of
from training.composition import Composition, OnlineGroup, composition, online_part
from training.hours import Standing, counted, forecast, missing, weekly
from training.people import Person
from training.requirements import Owed, owed
from training.rules import Rules
from training.summaries import Cut, recorded

LINES: Final = 200


@dataclass(frozen=True, slots=True)
class MyHours:
    """Amounts in hundredths of an hour. `forecast` and `weekly` are None when nothing is owed."""

    person: Person
    unit: str
    year: int
    day: date
    standing: Standing
    counted: int
    missing: int
    forecast: int | None
    weekly: int | None
    online: OnlineGroup

    @property
    def owed(self) -> int:
        return self.standing.owed or 0


async def my_hours(tx: Tx, rules: Rules, person: Person, now: datetime) -> MyHours:
    day = day_of(now)
    standing = (await load_standings(tx, rules, [person.number], day.year))[person.number]
    so_far, short = counted(standing, rules.hours), missing(standing, rules.hours)
    owes = bool(standing.owed)
    return MyHours(
        person,
        (await units.names(tx, [person.unit])).get(person.unit, person.unit),
        day.year,
        day,
        standing,
        so_far,
        short,
        forecast(so_far, day) if owes else None,
        weekly(short, day) if owes else None,
        online_part(standing, rules.hours),
    )


async def my_lines(tx: Tx, person: Person, now: datetime) -> list[Line]:
    """The lines of this year, the latest first."""
    return await ledger.lines_of(tx, own(person.number), person.number, day_of(now).year, at_most=LINES)


async def my_composition(tx: Tx, rules: Rules, mine: MyHours) -> Composition:
    """All of this year's lines, however many: the database adds them up."""
    number = mine.person.number
    sums = await ledger_sums.of_people(tx, own(number), [number], mine.year, Cut())
    return composition(mine.owed, recorded(sums.get(number, ())), rules, mine.day)


async def what_i_owe(tx: Tx, rules: Rules, person: Person, now: datetime) -> Owed:
    """What is owed this year, month by month."""
    scope = own(person.number)
    facts = await people.facts_of(tx, scope, [person.number])
    periods = await people.periods_of(tx, scope, [person.number])
    return owed(facts.get(person.number, []), periods.get(person.number, []), day_of(now).year, *rules.policies)
