"""A database ready for a rush: people on the roll, today's question drawn, nobody has answered."""

from datetime import UTC, date, datetime

from benchmarks.acts import Tap
from handlers.actions import asking
from handlers.actions.standings import fill_owed
from question_bank import content
from question_bank.duplicates import fold_key
from storage import migrating, people, questions, units, wishes
from storage.database import open_database
from training.calendar import day_of
from training.people import Account, Fact, Field, Group, UnitField
from training.rules import Rules


async def prepared(url: str, persons: int) -> list[Tap]:
    """Fill the database; returns one tap for each person, on a button of the right group's question."""
    now = datetime.now(UTC)
    today, first = day_of(now), date(day_of(now).year, 1, 1)
    database = open_database(url)
    await migrating.upgrade(database)
    async with database.write() as tx:
        await questions.add(tx, [(fold_key(q), q) for q in content.shipped()], now=now, by="benchmark")
        await units.add(
            tx, [Fact("U1", UnitField.NAME, "司法局", first, now)], by="benchmark", now=now, today=today
        )
        await asking.question_of(tx, today, Group.STAFF, now)
    numbers = [f"P{n:06d}" for n in range(persons)]
    for begin in range(0, persons, 1000):
        part = numbers[begin : begin + 1000]
        facts = [Fact(n, f, v, first, now) for n in part for f, v in _values(n)]
        accounts = [Account(n.lower(), n, first) for n in part]
        async with database.write() as tx:
            await people.add(tx, facts, [], accounts, by="benchmark", now=now, today=today)
            await wishes.mark_privacy_shown(tx, part, now)
    await fill_owed(database, Rules(), today.year)
    await database.close()
    return [Tap(n.lower(), f"daily:{today}:staff:A", k) for k, n in enumerate(numbers)]


def _values(number: str) -> tuple[tuple[Field, str], ...]:
    return ((Field.NAME, f"人员{number}"), (Field.UNIT, "U1"), (Field.CATEGORY, "staff"))
