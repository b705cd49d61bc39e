"""An activity from a file, beside the command line: the same file at once, and what it was planned for."""

import asyncio

import pytest

from handlers.actions import activity_filing
from handlers.actions.activity_filing import Order, digest_of
from storage import activities
from storage.database import Database
from tests.handlers.activity_city import person, populate
from tests.handlers.stage import MONDAY, at
from training.activities import Activity, HeldBy, State
from training.activity_errors import NotOrganiser, OnlyByCity
from training.errors import NotAllowed
from training.rules import Rules

TEXT = """
title = "行政处罚法培训"
form = "lecture"
content_class = ["专业法律"]
starts_at = "2026-11-24 14:00"
ends_at = "2026-11-24 16:30"
"""
NOW = at(MONDAY)


@pytest.fixture
async def city(database: Database) -> Database:
    await populate(database)
    return database


async def order(
    city: Database, by: str | None, text: str = TEXT, *, publish: bool = False, again: bool = False
) -> tuple[Activity, bool]:
    async with city.write() as tx:
        maker = await person(tx, by) if by else None
        wanted = Order(maker, "cli:test", "计划", digest_of(text, maker), publish, again)
        return await activity_filing.order(tx, Rules(), wanted, text, NOW)


async def test_the_same_file_at_once_makes_one(city: Database) -> None:
    done = await asyncio.gather(*(order(city, "R7") for _ in range(4)))
    assert {one.number for one, _ in done} == {1}
    assert sorted(stood for _, stood in done) == [False, True, True, True]
    async with city.read() as tx:
        assert len(await activities.latest(tx)) == 1


async def test_it_is_held_by_the_unit_of_a_unit_admin_and_by_the_city_of_a_city_admin(city: Database) -> None:
    by_unit, _ = await order(city, "R7")
    by_city, _ = await order(city, "R5")
    found = [(one.settings.held_by, one.settings.units, one.settings.organiser) for one in (by_unit, by_city)]
    assert found == [(HeldBy.UNIT, ("11",), "R7"), (HeldBy.CITY, ("gov",), "R5")]
    with pytest.raises(OnlyByCity):
        await order(city, "R7", TEXT + 'held_by = "city"')
    with pytest.raises(NotAllowed):
        await order(city, "R1")


async def test_the_file_of_two_admins_is_one_activity_when_it_says_who_organises_it(city: Database) -> None:
    text = TEXT + 'organiser = "R7"'
    one, stood = await order(city, "R7", text)
    assert not stood
    assert await order(city, "R5", text) == await order(city, None, text) == (one, True)


async def test_only_whoever_runs_it_publishes_what_the_file_made_before(city: Database) -> None:
    text = TEXT + 'organiser = "R7"'
    await order(city, "R7", text)
    with pytest.raises(NotOrganiser):
        await order(city, "R9", text, publish=True)
    one, stood = await order(city, "R7", text, publish=True)
    assert (one.state, stood) == (State.PUBLISHED, True)
    assert await order(city, "R7", text, publish=True) == (one, True)
