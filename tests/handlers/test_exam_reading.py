"""An exam file is checked against the roll, the units and the bank as they are."""

from datetime import date

import pytest

from handlers.actions import exam_setting
from storage import people
from storage.database import Database
from tests.handlers.exam_city import NOW, RECORDED, TODAY, build
from training.exam_file_errors import (
    BadExamFile,
    EmptyTopic,
    MergedPerson,
    NotToml,
    Problem,
    UnknownPerson,
    UnknownUnit,
)
from training.exams import Audience
from training.people import Account, StatusPeriod

FILE = """
title = "年度考试"
year = 2026
opens_at = "2026-11-20 09:00"
closes_at = "2026-11-27 18:00"
"""
SECTION = """
[[sections]]
kind = "single"
count = 3
points = 1
topics = ["宪法", "宪 法学"]
"""


@pytest.fixture
async def city(database: Database) -> Database:
    """P9 was merged into P1, who is called zhou."""
    await build(database, 50)
    merged = StatusPeriod("P9", "并档", date(2026, 3, 1), None, RECORDED, "并入P1")
    async with database.write() as tx:
        await people.add(tx, [], [merged], [Account("zhou", "P1", TODAY)], by="test", now=RECORDED, today=TODAY)
    return database


async def read(city: Database, audience: str) -> exam_setting.Read:
    return await exam_setting.read(city, FILE + audience, NOW)


async def problems(city: Database, audience: str) -> list[Problem]:
    with pytest.raises(BadExamFile) as bad:
        await read(city, audience)
    return list(bad.value.problems)


async def test_units_and_people_are_looked_up(city: Database) -> None:
    found = await read(city, '[audience]\nunits = ["单位sfj", "zfk"]\npersons = ["P4", " ZHOU ", "P1"]\n')
    assert found.settings.audience == Audience(units=("sfj", "zfk"), persons=("P4", "P1"))
    assert found.doubts == ()
    assert (await read(city, '[audience]\npersons = "P4"\n')).settings.audience == Audience(persons=("P4",))


async def test_what_is_not_there_is_a_problem(city: Database) -> None:
    found = await problems(city, '[audience]\nunits = ["没有"]\npersons = ["P9", "P77", "nobody"]\n')
    assert [type(one) for one in found] == [UnknownUnit, MergedPerson, UnknownPerson, UnknownPerson]
    assert isinstance(found[1], MergedPerson)
    assert (found[1].word, found[1].became) == ("P9", "P1")


async def test_what_is_no_list_of_people_is_left_to_the_reader_of_the_file(city: Database) -> None:
    for audience in ('audience = "全体"', "[audience]\npersons = 5", "[audience]\npersons = [1]"):
        [found] = await problems(city, audience)
        assert found.key in ("audience", "persons")
    [broken] = await problems(city, "[audience")
    assert isinstance(broken, NotToml)


async def test_a_topic_without_questions_is_a_doubt(city: Database) -> None:
    found = (await read(city, SECTION)).doubts
    assert [one for one in found if isinstance(one, EmptyTopic)] == [EmptyTopic(1, "宪 法学", "宪法")]
