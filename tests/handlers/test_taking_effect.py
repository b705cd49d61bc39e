"""Other rules than at the last start: what was computed is made anew once, and the audit log says so."""

import tomllib
from datetime import date, timedelta

import pytest

from bot.config import BadConfig
from bot.rule_files import demand_statuses, take_up
from bot.scheduler import new_day
from handlers.actions.taking_effect import WHAT, take_effect
from storage import audit, ledger, people
from storage.database import Database
from storage.scope import EVERYTHING
from tests.storage.rows import FIRST, NOW, TODAY, add_person
from training.calendar import day_of
from training.people import StatusPeriod
from training.rule_file import read_rules
from training.rules import Rules

MORE = '[[requirement]]\nstaff = "56"\n'
NO_PUSHES = '[[status]]\nname = "借调"\npushes = false\n'
TOMORROW = TODAY + timedelta(days=1)


def rules(text: str = "") -> Rules:
    return read_rules(tomllib.loads(text))


@pytest.fixture
async def city(database: Database) -> Database:
    """`p1` and `p2` are staff, `p2` is lent to somebody else; what they owe has been computed."""
    async with database.write() as tx:
        for number in ("p1", "p2"):
            await add_person(tx, number, f"account-{number}")
        lent = StatusPeriod("p2", "借调", FIRST, None, NOW)
        await people.add(tx, [], [lent], [], by="test", now=NOW, today=TODAY)
    await new_day(Rules(), database, NOW)
    return database


async def owed(database: Database) -> dict[str, int | None]:
    async with database.read() as tx:
        found = await ledger.standings(tx, EVERYTHING, ["p1", "p2"], TODAY.year)
    return {number: standing.owed for number, standing in found.items()}


async def pushed(database: Database) -> list[str]:
    async with database.read() as tx:
        return [person.number for person in await people.every(tx, EVERYTHING) if person.pushes]


async def marks(database: Database) -> list[tuple[str, str]]:
    """(before, after) of every change of rules."""
    async with database.read() as tx:
        return [(line.act.before, line.act.after) for line in await audit.pages(tx) if line.act.what == WHAT]


async def test_the_built_in_rules_have_nothing_to_do(city: Database) -> None:
    assert await take_effect(city, Rules(), NOW) is False
    assert await marks(city) == []
    assert await owed(city) == {"p1": 5000, "p2": 5000}
    assert await pushed(city) == ["p1", "p2"]


async def test_other_amounts_reach_what_was_computed(city: Database) -> None:
    found = rules(MORE)
    await take_up(city, found, NOW)
    assert await owed(city) == {"p1": 5600, "p2": 5600}
    assert await take_effect(city, found, NOW) is False
    assert await take_effect(city, Rules(), NOW) is True  # and back again
    assert await owed(city) == {"p1": 5000, "p2": 5000}
    assert await marks(city) == [("2024-1", found.version), (found.version, "2024-1")]


async def test_other_statuses_reach_todays_view(city: Database) -> None:
    await take_up(city, rules(NO_PUSHES), NOW)
    assert await pushed(city) == ["p1"]


async def test_a_rule_that_begins_tomorrow_begins_tomorrow(city: Database) -> None:
    found = rules(f"{NO_PUSHES}from = {TOMORROW}\n")
    await take_up(city, found, NOW)
    assert await pushed(city) == ["p1", "p2"]
    await new_day(found, city, NOW + timedelta(days=1))
    assert day_of(NOW + timedelta(days=1)) == TOMORROW
    assert await pushed(city) == ["p1"]
    assert await marks(city) == [
        *(("2024-1", found.version), (found.version, f"{found.version} {TOMORROW.isoformat()}"))
    ]


async def test_a_status_of_the_city_holds_wherever_people_are_brought_up_to_date(city: Database) -> None:
    found = rules('[[status]]\nname = "育儿假"\nnew = true\nhours = "monthly"\nexam = "sits"\npushes = false\n')
    ends = date.fromordinal(TODAY.toordinal() - 1)
    async with city.write() as tx:
        coming = StatusPeriod("p1", "育儿假", TOMORROW, None, NOW)
        gone = StatusPeriod("p2", "育儿假", FIRST, ends, NOW)
        await people.add(
            tx, [], [coming, gone], [], by="test", now=NOW, today=TODAY, statuses=found.statuses_on(TODAY)
        )
    await demand_statuses(city, found, NOW)
    with pytest.raises(BadConfig, match="人员状态：育儿假。"):
        await demand_statuses(city, Rules(), NOW)
    await new_day(found, city, NOW + timedelta(days=1))
    assert await pushed(city) == ["p2"]


async def test_what_fails_beside_the_serving_stops_nothing(city: Database) -> None:
    """A status that the rules do not know."""
    async with city.write() as tx:
        known = rules('[[status]]\nname = "甲"\nnew = true\nhours = "full"\nexam = "sits"\n').statuses_on(TODAY)
        period = StatusPeriod("p1", "甲", FIRST, None, NOW)
        await people.add(tx, [], [period], [], by="test", now=NOW, today=TODAY, statuses=known)
    await take_up(city, rules(MORE), NOW)
    assert await marks(city) == []  # and the next start, or the next night, tries again
