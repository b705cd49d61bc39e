"""A quiz beside the daily question and other quizzes: which one a typed letter is meant for."""

import pytest

from storage.database import Database
from tests.handlers.city import JUDGE, SINGLE, populate
from tests.handlers.quiz_city import Sent, given, sent, staged
from tests.handlers.stage import MONDAY, Stage, at

DAILY_OR_QUIZ = (
    "您刚才打开了两道题（11月23日的每日一题、群发答题 1 第1题），"
    "不知道您答的是哪一道，这条没有计入。请在对应的卡片上点选；没有卡片的，"
    "请过一分钟再回复“今日一题”或“群发答题”作答。"
)


@pytest.fixture
async def stage(database: Database) -> Stage:
    await populate(database)
    return staged(database)


async def test_a_letter_after_a_quiz_and_a_daily_question_is_unclear(stage: Stage, database: Database) -> None:
    await sent(database, questions=(SINGLE, JUDGE), sent_at=at(MONDAY, "10:00"), shown=True)
    zhou = stage.phone("zhou")
    stage.clock.on(seconds=59)
    await zhou("今日一题")
    assert await zhou("B") == DAILY_OR_QUIZ
    stage.clock.on(seconds=1)
    assert await zhou("B") == DAILY_OR_QUIZ
    stage.clock.on(seconds=1)
    assert (await zhou("B")).startswith("✓ 回答正确\n您的答案：B\n")  # the daily question, which is in front
    assert await given(database) == []


async def test_the_other_way_round_as_well(stage: Stage, database: Database) -> None:
    zhou = stage.phone("zhou")
    await zhou("今日一题")
    stage.clock.on(seconds=60)
    await sent(database, questions=(SINGLE, JUDGE), sent_at=stage.clock(), shown=True)
    assert await zhou("B") == DAILY_OR_QUIZ
    stage.clock.on(seconds=1)
    assert (await zhou("B")).startswith("【群发答题 1 第1题】✓ 回答正确\n")


@pytest.mark.parametrize("first", ["daily", "quiz"])
async def test_it_is_clear_when_one_of_both_is_answered(stage: Stage, database: Database, first: str) -> None:
    zhou = stage.phone("zhou")
    await zhou("今日一题")
    await sent(database, questions=(SINGLE, JUDGE), sent_at=stage.clock(), shown=True)
    await zhou.key(f"daily:{MONDAY}:staff:B" if first == "daily" else "quiz:1:0:B")
    said = await zhou("B")
    assert said.startswith("【群发答题 1 第1题】" + ("✓ 回答正确" if first == "daily" else "此题您已作答"))


async def test_so_it_is_when_the_other_is_closed(stage: Stage, database: Database) -> None:
    await sent(database, sent_at=at(MONDAY, "10:00"), closes_at=at(MONDAY, "10:00:30"), shown=True)
    stage.clock.on(seconds=30)
    zhou = stage.phone("zhou")
    await zhou("今日一题")
    assert (await zhou("B")).startswith("✓ 回答正确\n您的答案：B\n")


async def test_two_quizzes_within_a_minute(stage: Stage, database: Database) -> None:
    order = Sent((SINGLE,), shown=True, sent_at=at(MONDAY))
    await sent(database, order)
    await sent(
        database,
        order,
    )
    zhou = stage.phone("zhou")
    assert "（群发答题 2、群发答题 1）" in await zhou("B")
    stage.clock.on(seconds=61)
    assert (await zhou("B")).startswith("【群发答题 2】✓ 回答正确\n")


async def test_going_on_within_one_quiz_is_clear(stage: Stage, database: Database) -> None:
    await sent(database, shown=True, sent_at=at(MONDAY))
    zhou = stage.phone("zhou")
    await zhou("下一题")
    assert (await zhou("错")).startswith("【群发答题 1 第2题】✓ 回答正确\n")
