"""A quiz that is answered while an exam runs: the exam stays what it is."""

import pytest
from sqlalchemy import select

from storage import tables
from storage.database import Database
from tests.handlers.city import JUDGE, SINGLE
from tests.handlers.quiz_city import given, sent, staged
from tests.handlers.sitting_city import opened, single
from tests.handlers.stage import MONDAY, Phone, at

GOES_ON = "考试：还在进行，回复“考试”继续"
SEND_AGAIN = "考试：还在进行，这条没有计入，请再发一次"
WHICH = "刚才同时有考试和群发答题，这条没有计入。继续考试请回复“考试”；要答题，请再回复一次“群发答题”。"


@pytest.fixture
async def zhou(database: Database) -> Phone:
    """Sits an exam since 10:00, and was sent a quiz an hour before; it is 61 seconds later."""
    await opened(database, questions=tuple(single(n) for n in range(1, 6)))
    await sent(database, questions=(SINGLE, JUDGE), sent_at=at(MONDAY, "09:00"))
    phone = staged(database).phone("zhou")
    await phone("开始")
    phone.stage.clock.on(seconds=61)
    return phone


async def saved(database: Database) -> list[tuple[int, str]]:
    """Item and what stands for it in the only sitting."""
    answer = tables.exam_answer.c
    async with database.read() as tx:
        rows = await tx.execute(select(answer.item, answer.chosen).order_by(answer.item))
        return [(item, chosen) for item, chosen in rows]


async def test_a_typed_letter_is_the_exams(zhou: Phone, database: Database) -> None:
    assert (await zhou("B")).startswith("✓ 已保存 第1题 B ")
    assert await given(database) == []


async def test_the_exam_is_in_front_after_an_answer(zhou: Phone, database: Database) -> None:
    await zhou("群发答题")
    said = await zhou("B")
    assert said.startswith("【群发答题 1 第1题】✓ 回答正确\n")
    assert f"\n{GOES_ON}\n" in said
    assert said.endswith("\n\n还有 1 题没有作答，回复“群发答题”继续。")
    assert (await zhou("C")).startswith("✓ 已保存 第1题 C ")
    assert await saved(database) == [(0, "C")]
    assert (await zhou("群发答题")).startswith("群发答题 1 2/2 宪法宣传周\n判断题")


async def test_so_it_is_after_a_tap(zhou: Phone, database: Database) -> None:
    await zhou("群发答题")
    said = await zhou.tap("B")
    assert f"\n{GOES_ON}\n[下一题（2/2）]" in said
    assert (await zhou("下一题")).startswith("【2/5 单选题】")
    zhou.stage.clock.on(seconds=61)
    assert (await zhou.key("quiz:1:0:next")).startswith("群发答题 1 2/2 宪法宣传周\n判断题")
    assert (await zhou("错")).startswith("【群发答题 1 第2题】✓ 回答正确\n")
    assert (await zhou("D")).startswith("✓ 已保存 第2题 D ")


async def test_it_is_unclear_within_a_minute(zhou: Phone, database: Database) -> None:
    zhou.stage.clock.on(seconds=-61)
    await zhou("群发答题")
    assert await zhou("B") == WHICH
    assert await given(database) == []
    await zhou("群发答题")  # so the quiz is meant
    assert (await zhou("B")).startswith("【群发答题 1 第1题】✓ 回答正确\n")


async def test_a_letter_too_many_gives_the_exam_back(zhou: Phone, database: Database) -> None:
    """Two questions of the quiz were shown since, and the focus has no room for the exam beside them."""
    await zhou("群发答题")
    await zhou("下一题")
    assert (await zhou("错")).startswith("【群发答题 1 第2题】✓ 回答正确\n")
    assert "\n本次答题：已答 2/2 题，答对 2 题\n" in await zhou("B")
    assert SEND_AGAIN in await zhou("C")
    assert (await zhou("C")).startswith("✓ 已保存 第1题 C ")


async def test_two_letters_at_once(zhou: Phone, database: Database) -> None:
    """Both are read before the first is written: the second is not the exam's, and says so."""
    await zhou("群发答题")
    stage = zhou.stage
    _, second = await stage.answers(stage.act("zhou", "B"), stage.act("zhou", "C"))
    assert SEND_AGAIN in second.wire.decode()
    assert (await zhou("C")).startswith("✓ 已保存 第1题 C ")
