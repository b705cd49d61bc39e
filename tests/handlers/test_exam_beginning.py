"""Beginning to sit while another process is doing the same, or excuses the person: one of them waits."""

import asyncio

import pytest
from sqlalchemy import func, select

from handlers.actions import exam_setting
from handlers.actions.exam_books import Shelf
from handlers.actions.exam_ending import Ending
from handlers.actions.exam_starting import Starting
from storage import tables
from storage.database import Database
from tests.databases import on_postgresql
from tests.handlers.sitting_city import opened
from tests.handlers.stage import MONDAY, at
from training.exam_errors import AlreadySat, NotForYou
from training.exams import Excuse
from training.people import Category, Person, Role
from training.rules import Rules

NOW = at(MONDAY)
ZHOU = Person("R1", "周敏", "11", Category.STAFF, False, Role.LEARNER, "在岗", True)
WAITS = 0.3  # seconds in which whoever does not wait would be done


@pytest.fixture
async def starting(database: Database) -> Starting:
    await opened(database, "R1")
    shelf = Shelf()
    return Starting(shelf, Ending(shelf, Rules()))


async def excuse(database: Database) -> None:
    async with database.write() as tx:
        await exam_setting.excuse(tx, 1, "R1", Excuse.DEFERRED, "宁司〔2026〕8号", by="cli", now=NOW)


async def start(database: Database, starting: Starting) -> int:
    async with database.write() as tx:
        return (await starting.start(tx, ZHOU, NOW)).sitting.attempt


async def attempts(database: Database) -> int:
    async with database.read() as tx:
        return (await tx.execute(select(func.count()).select_from(tables.exam_attempt))).scalar_one()


@on_postgresql
async def test_a_second_start_waits_and_goes_on_with_the_first(database: Database, starting: Starting) -> None:
    """It is not told that all attempts are used up."""
    async with database.write() as tx:
        first = (await starting.start(tx, ZHOU, NOW)).sitting.attempt
        second = asyncio.create_task(start(database, starting))
        await asyncio.sleep(WAITS)
        assert not second.done()
    assert (await second, await attempts(database)) == (first, 1)


@on_postgresql
async def test_an_excuse_waits_for_who_is_beginning(database: Database, starting: Starting) -> None:
    async with database.write() as tx:
        await starting.start(tx, ZHOU, NOW)
        excused = asyncio.create_task(excuse(database))
        await asyncio.sleep(WAITS)
        assert not excused.done()
    with pytest.raises(AlreadySat):
        await excused


@on_postgresql
async def test_who_is_being_excused_does_not_begin(database: Database, starting: Starting) -> None:
    async with database.write() as tx:
        await exam_setting.excuse(tx, 1, "R1", Excuse.DEFERRED, "宁司〔2026〕8号", by="cli", now=NOW)
        begun = asyncio.create_task(start(database, starting))
        await asyncio.sleep(WAITS)
        assert not begun.done()
    with pytest.raises(NotForYou):
        await begun
    assert await attempts(database) == 0
