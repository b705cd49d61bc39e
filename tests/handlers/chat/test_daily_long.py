"""Questions of every length, and which one comes on which day."""

import pytest

from question_bank.questions import Question
from storage import daily, wishes
from storage.database import Database
from tests.handlers.chat.saying import (
    ASKED,
    RIGHT_CARD,
    lines,
)
from tests.handlers.city import JUDGE, MULTIPLE, SINGLE, populate
from tests.handlers.stage import BREAK, MONDAY, Stage
from tests.storage.rows import add_questions
from training.calendar import DAY
from training.people import Group
from training.wishes import Wishes

# ---- longer than a card ---------------------------------------------------------------------------------------

LONG_STEM = Question(
    **{
        **{name: getattr(SINGLE, name) for name in ("kind", "answer", "citations", "topics", "audience")},
        "id": "long",
        "stem": "题" * 150,
        "options": ("甲" * 40, "乙" * 40, "丙", "丁"),
        "explanation": "析" * 400,
        "more": "附" * 900,
    }
)


async def test_a_question_longer_than_a_card_goes_out_whole_before_it(database: Database) -> None:
    await populate(database, LONG_STEM)
    zhou = Stage(database).phone("zhou")
    text, card = (await zhou("今日一题")).split(BREAK)
    whole = f"{'题' * 150}\nA. {'甲' * 40}\nB. {'乙' * 40}\nC. 丙\nD. 丁"
    assert text == f"【每日一题 11月23日 周一（试运行·自愿使用）】\n单选题 · 行政处罚法\n\n{whole}"
    assert card.endswith("题目见上一条消息，请点选答案。\n[A]\n[B]\n[C]\n[D]")


async def test_an_explanation_longer_than_a_card_follows_whole(database: Database) -> None:
    await populate(database, LONG_STEM)
    zhou = Stage(database).phone("zhou")
    await zhou("今日一题")
    card, *texts = (await zhou.tap("B")).split(BREAK)
    assert card.startswith("✓ 回答正确\n每日一题 11月23日 周一\n解析见下一条消息。\n题目见前面的消息。\n")
    why = f"正确答案：B\nB. {'乙' * 40}\n解析：{'析' * 400}\n依据：《行政处罚法》第十条\n{'附' * 900}"
    marks = [f"（{n}/{len(texts)}）" for n in range(1, len(texts) + 1)]
    parts = [text.removeprefix(mark) for text, mark in zip(texts, marks, strict=True)]
    assert "".join(parts) == f"【11月23日 每日一题解析】\n{why}"


async def test_a_typed_answer_is_as_long_as_it_takes(database: Database) -> None:
    await populate(database, LONG_STEM)
    zhou = Stage(database).phone("zhou")
    await zhou("今日一题")
    said = (await zhou("B")).split(BREAK)
    assert len(said) > 1
    assert "附" * 900 in "".join(text.removeprefix(f"（{n}/{len(said)}）") for n, text in enumerate(said, 1))


@pytest.mark.parametrize(
    ("base", "count"), [(SINGLE, 6), (SINGLE, 7), (SINGLE, 21), (MULTIPLE, 20), (MULTIPLE, 26)]
)
async def test_a_question_with_many_options_can_be_asked_and_answered(
    database: Database, base: Question, count: int
) -> None:
    many = Question(
        id="many", kind=base.kind, stem="？", options=tuple(f"选{n}" for n in range(count)), answer=base.answer
    )
    await populate(database, many)
    stage = Stage(database)
    zhou, chen = stage.phone("zhou"), stage.phone("chen")
    asked = await zhou("今日一题")
    assert f"\n{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[count - 1]}. 选{count - 1}" in asked
    answer = "".join(map(str, base.answer))
    assert (await zhou(answer)).startswith("✓ 回答正确\n")
    await chen("今日一题")
    assert f"正确答案：{answer}" in await chen.key(f"daily:{MONDAY}:leader:{answer}")
    assert len(await lines(stage)) == len(await lines(stage, "R2")) == 1


async def test_a_bank_without_a_question_says_so(database: Database) -> None:
    await populate(database, JUDGE)
    assert await Stage(database).phone("zhou")("今日一题") == "题库中还没有适合您的题目，请联系学法管理员。"


async def test_the_next_days_bring_other_questions(database: Database) -> None:
    more = [
        Question(id=f"q{n}", kind=SINGLE.kind, stem=f"第{n}题？", options=("甲", "乙"), answer=("A",))
        for n in range(4)
    ]
    await populate(database, *more)
    stage = Stage(database)
    zhou, asked = stage.phone("zhou"), set()
    for n in range(4):
        stage.clock.to(MONDAY + n * DAY)
        asked.add((await zhou("今日一题")).splitlines()[2])
    assert asked == {f"第{n}题？" for n in range(4)}


async def test_a_day_has_one_question_for_everybody_of_a_group(stage: Stage) -> None:
    async with stage.database.write() as tx:
        await add_questions(
            tx, *(Question(id=f"q{n}", kind=JUDGE.kind, stem=f"{n}", answer=("对",)) for n in range(9))
        )
    zhou, lin = stage.phone("zhou"), stage.phone("lin")
    first = await zhou("今日一题")
    stage.clock.on(hours=5)
    assert await lin("今日一题") == first
    async with stage.database.read() as tx:
        assert set(await daily.between(tx, MONDAY, MONDAY)) == {(MONDAY, Group.STAFF)}


async def test_the_wishes_of_a_person_outlive_the_answers(stage: Stage) -> None:
    async with stage.database.write() as tx:
        await wishes.keep(tx, "R1", Wishes(mute_daily=True))
    zhou = stage.phone("zhou")
    assert await zhou("今日一题") == ASKED  # whoever asks gets it any time
    assert await zhou.tap("B") == RIGHT_CARD
    assert (await zhou("免打扰 提醒")).startswith("每日一题：不接收；提醒：接收；通知：接收。")
