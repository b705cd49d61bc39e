"""What another exam found wrong is asked by none until the bank was put right."""

import pytest
from msgspec.structs import replace

from handlers.actions import exam_setting
from handlers.actions.exam_bank import askable
from handlers.actions.exam_publishing import Published
from handlers.texts import exam_refusals
from handlers.texts import exam_setting as texts
from question_bank.questions import Kind, Question
from storage import questions, tables
from storage.database import Database
from tests.bot.desk import rows
from tests.handlers.exam_city import created, published
from tests.handlers.exam_sat import BLANK, CASE, EVERY, MULTIPLE, SINGLES, Hall, hall_of
from tests.handlers.stage import MONDAY, at
from training.exam_errors import Unfillable
from training.exams import Section, Settings
from training.people import Group

KINDS = {Kind.SINGLE: 1, Kind.MULTIPLE: 1, Kind.JUDGE: 1, Kind.BLANK: 1, Kind.CASE: 1}
POOL = tuple(tables.exam_pool.c[name] for name in ("exam", "place", "question", "version"))
LATER = {"opens_at": at(MONDAY.replace(day=30)), "closes_at": at(MONDAY.replace(day=30), "18:00")}


@pytest.fixture
async def hall(database: Database) -> Hall:
    return await hall_of(database, ["R1"], *EVERY)


def wanted(*kinds: Kind) -> Settings:
    sections = tuple(Section(kind, KINDS[kind], 1000) for kind in kinds or KINDS)
    return Settings("下一场", 2026, LATER["opens_at"], LATER["closes_at"], 60, sections, seed="s")


async def left_out(hall: Hall) -> tuple[str, ...]:
    return (await askable(hall.database, wanted().sections)).left_out


async def revised(hall: Hall, question: Question) -> None:
    async with hall.database.write() as tx:
        await questions.add(tx, [(f"fold-{question.id}", question)], now=hall.stage.clock(), by="test")


async def tried(hall: Hall, *kinds: Kind) -> Published:
    number = await created(hall.database, wanted(*kinds), now=hall.stage.clock())
    return await published(hall.database, number, now=hall.stage.clock())


async def test_what_was_voided_or_corrected_is_not_in_the_next_pool(hall: Hall) -> None:
    await hall.change("x1")
    await hall.change("x2", "B")
    await hall.change("c1-2", "错")
    assert await left_out(hall) == ("c1", "x1", "x2")
    done = await tried(hall, Kind.SINGLE, Kind.JUDGE)
    assert done.left_out == ("x1", "x2")  # no section asks for cases
    pool = await rows(hall.database, *POOL)
    assert [question for exam, _, question, _ in pool if exam == done.exam.number] == ["j1", "s1", "x3", "z1"]
    assert list(texts.published(done))[1] == (
        "2 道题在此前的考试中作废或改过答案、题库还没有改，没有列入：x1、x2。请改正题库（改后重新导入即为新版本）。"
    )


async def test_a_newer_version_is_asked_again_and_the_old_pool_stays(hall: Hall) -> None:
    await hall.change("x1", "B")
    await hall.change("c1-1")
    assert await left_out(hall) == ("c1", "x1")
    await revised(hall, replace(SINGLES[0], answer=("B",)))
    await revised(hall, replace(CASE, stem="某局对李某罚款二百元。"))
    assert await left_out(hall) == ()
    assert (await tried(hall)).left_out == ()
    pool = await rows(hall.database, *POOL)
    assert {(exam, version) for exam, _, question, version in pool if question == "x1"} == {(1, 1), (2, 2)}


async def test_what_was_found_right_after_all_is_asked(hall: Hall) -> None:
    await hall.change("y1", "ABC")
    await hall.change("t1", "规章；财政")
    assert await left_out(hall) == (BLANK.id, MULTIPLE.id)
    await hall.change("y1", "BA")
    await hall.change("t1", "法律；指定的银行|银行")
    assert await left_out(hall) == ()


async def test_a_bank_that_is_short_because_of_it_says_so(hall: Hall) -> None:
    await hall.change(BLANK.id)
    with pytest.raises(Unfillable) as refused:
        await tried(hall, Kind.SINGLE, Kind.BLANK)
    assert refused.value.left_out == ("t1",)
    said = exam_refusals.said(refused.value)
    assert said.startswith("题库的试题不够：第 2 部分要 1 道（")
    assert "只有 0 道，缺 1 道" in said
    assert "。1 道题在此前的考试中作废或改过答案、题库还没有改，没有列入：t1。请改正题库" in said


async def test_a_sample_of_a_draft_leaves_them_out(hall: Hall) -> None:
    await hall.change("x1")
    await hall.change("x2", "C")
    await hall.change("x3", "C")
    number = await created(hall.database, wanted(Kind.SINGLE), now=hall.stage.clock())
    found = await exam_setting.sample(hall.database, number, Group.STAFF)
    assert ({question.id for *_, question in found.items}, found.left_out) == ({"s1"}, ("x1", "x2", "x3"))
    assert list(texts.sample_paper(found))[-1].startswith("3 道题在此前的考试中作废或改过答案")
    assert (await exam_setting.sample(hall.database, 1, Group.STAFF)).left_out == ()  # its pool is frozen
