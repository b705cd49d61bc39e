"""A draft that nobody wants is withdrawn; what was published stays; an exam that never was has no make-up."""

import pytest

from handlers.actions import exam_setting
from handlers.actions.exam_releasing import tick
from handlers.texts import exam_refusals
from storage import exams, tables
from storage.database import Database
from storage.exams import Sitter
from tests.bot.desk import rows
from tests.handlers.exam_city import CLOSES, DAY, NOW, build, created, published, settings
from tests.handlers.exam_desk import BY, exam, last_acts
from training.errors import NoSuchNumber
from training.exam_errors import MakeupOfDraft, NotADraft
from training.exams import AnswerRelease, Audience, State
from training.people import Category, Group

LATER = {"opens_at": CLOSES + DAY, "closes_at": CLOSES + 9 * DAY}
ROLL = tables.exam_roll.c


@pytest.fixture
async def city(database: Database) -> Database:
    await build(database, 60)
    return database


async def drop(city: Database, number: int) -> None:
    async with city.write() as tx:
        await exam_setting.drop(tx, number, by=BY, now=NOW)


async def test_a_draft_is_gone_and_its_number_stays_used(city: Database) -> None:
    number = await created(city, settings())
    async with city.write() as tx:  # a publishing that broke off
        await exams.add_to_roll(tx, number, [Sitter("P1", "sfj", Category.STAFF, False, Group.STAFF)], NOW)
    await drop(city, number)
    assert (await last_acts(city, 1)) == [("exam.drop", str(number), "draft", "dropped")]
    assert await rows(city, ROLL.exam, ROLL.person) == []
    async with city.read() as tx:
        assert (await exams.one(tx, number), await exams.every(tx)) == (None, [])
    for act in (drop(city, number), published(city, number), created(city, settings(), makeup_of=number)):
        with pytest.raises(NoSuchNumber):
            await act
    assert await created(city, settings()) == number + 1


async def test_what_was_published_stays(city: Database) -> None:
    number = await created(city, settings())
    await published(city, number)
    with pytest.raises(NotADraft) as refused:
        await drop(city, number)
    assert exam_refusals.said(refused.value) == f"考试 {number} 现在是“已发布”，只有草稿可以撤销。"
    assert (await exam(city, number)).state is State.PUBLISHED


async def test_a_stray_make_up_delays_the_answers_until_it_is_withdrawn(city: Database) -> None:
    first = await created(
        city, settings(audience=Audience(persons=("P1",)), release_answers=AnswerRelease.AT_CLOSE)
    )
    await published(city, first)
    makeup = await created(city, settings(**LATER), makeup_of=first)
    async with city.write() as tx:
        await tick(tx, CLOSES)
    assert not (await exam(city, first)).answers_released
    await drop(city, makeup)
    async with city.write() as tx:
        await tick(tx, CLOSES)
    assert (await exam(city, first)).answers_released


async def test_a_draft_has_no_make_up(city: Database) -> None:
    number = await created(city, settings())
    with pytest.raises(MakeupOfDraft) as refused:
        await created(city, settings(**LATER), makeup_of=number)
    assert exam_refusals.said(refused.value) == (
        "考试 1 还没有发布，不能安排补考。请先用 xuefa exam publish 1 发布。"
    )


async def test_make_ups_of_a_draft_go_with_it(city: Database) -> None:
    """As they could once be made."""
    first = await created(city, settings())
    async with city.write() as tx:
        await exams.add(tx, settings(**LATER), makeup_of=first, by=BY, now=NOW)
    await drop(city, first)
    async with city.read() as tx:
        assert await exams.every(tx) == []
    assert [what for what, *_ in await last_acts(city, 2)] == ["exam.drop", "exam.drop"]
