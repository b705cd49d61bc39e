"""Answers to a quiz, as people see them."""

import pytest
from sqlalchemy import update

from storage import tables
from storage.database import Database
from tests.handlers.city import JUDGE, SINGLE, populate
from tests.handlers.quiz_city import CLOSES, LONG, given, posted, sent, staged, text_only
from tests.handlers.stage import BREAK, MONDAY, Stage, at
from training.broadcasts import State

FIRST_CARD = """✓ 回答正确
群发答题 1 1/3 宪法宣传周
《行政处罚法》第十条
由法律设定。
罚款的设定权属于谁？
A. 办公室
B. 法律
C. 单位
D. 个人
您的答案：B
正确答案：B
本题学时：+0.10
计入学时：0.10 / 50.00
本次答题：已答 1/3 题，答对 1 题
[下一题（2/3）]"""
SECOND_CARD = """群发答题 1 2/3 宪法宣传周
判断题 · 11月25日 24:00 截止 · 每题 0.10 学时
行政处罚可以口头设定。
[对]
[错]"""
FIRST_TYPED = """【群发答题 1 第1题】✓ 回答正确
您的答案：B
本题学时：+0.10
计入学时：0.10 / 50.00
本次答题：已答 1/3 题，答对 1 题

正确答案：B
B. 法律
解析：由法律设定。
依据：《行政处罚法》第十条

【群发答题 1 2/3 宪法宣传周】
判断题 · 11月25日 24:00 截止 · 每题 0.10 学时

行政处罚可以口头设定。

请直接回复“对”或“错”作答。"""
NOT_SENT = "群发答题 1 没有发给您，或者没有这道题。回复“今日一题”可以查看您今天的题。"
NOTHING_OPEN = "现在没有等您作答的群发答题。回复“今日一题”做今天的题。"


@pytest.fixture
async def stage(database: Database) -> Stage:
    await populate(database)
    return staged(database)


async def test_one_card_leads_through_all_questions(stage: Stage, database: Database) -> None:
    await sent(database)
    wu = stage.phone("wu")
    await wu.key("quiz:1:0:B")
    zhou = stage.phone("zhou")
    assert await zhou.key("quiz:1:0:B") == FIRST_CARD
    assert await zhou.tap("下一题（2/3）") == SECOND_CARD
    said = await zhou.tap("对")
    assert said.startswith("✗ 回答错误\n群发答题 1 2/3 宪法宣传周\n须由法律、法规、规章设定。\n")
    assert said.endswith("\n计入学时：0.20 / 50.00\n本次答题：已答 2/3 题，答对 1 题\n[下一题（3/3）]")
    card, text = (await zhou.tap("下一题（3/3）")).split(BREAK)
    assert card.startswith("群发答题 1 3/3 宪法宣传周\n题目见下一条消息，可多选 · 11月25日 24:00 截止")
    assert text.endswith("A. 警告\nB. 罚款\nC. 行政拘留\nD. 记过")
    last = await zhou.tap("提交", "C", "A", "B")
    assert last.startswith("✓ 回答正确\n")
    assert last.endswith("\n本次答题：已答 3/3 题，答对 2 题\n[已作答]")
    assert [one for one in await given(database) if one[2] == "R1"] == [
        (1, 0, "R1", "B", True, 10, 10),
        (1, 1, "R1", "对", False, 10, 10),
        (1, 2, "R1", "ABC", True, 10, 10),
    ]


async def test_only_a_long_question_costs_a_call(stage: Stage, database: Database) -> None:
    await sent(database, questions=(SINGLE, JUDGE, LONG))
    zhou = stage.phone("zhou")
    await zhou.key("quiz:1:0:B")
    await zhou.tap("下一题（2/3）")
    await zhou.tap("错")
    assert not stage.wire.sent
    card, text = (await zhou.tap("下一题（3/3）")).split(BREAK)
    assert card.endswith("\n题目见下一条消息，请点选答案。\n[A]\n[B]")
    assert LONG.stem in text
    card, text = (await zhou.tap("A")).split(BREAK)
    assert "\n解析见下一条消息。\n" in card
    assert text.startswith("【群发答题 1 第3题 解析】\n正确答案：A\nA. 甲\n解析：因")


async def test_typed_answers_go_on_by_themselves(stage: Stage, database: Database) -> None:
    await sent(database, shown=True)
    zhou = stage.phone("zhou")
    assert await zhou("b") == FIRST_TYPED
    said = await zhou("×")
    assert said.startswith("【群发答题 1 第2题】✓ 回答正确\n您的答案：错\n")
    assert said.endswith("\nD. 记过\n\n请直接回复字母，如“ACD”作答。")
    said = await zhou("ABC")
    assert "\n本次答题：已答 3/3 题，答对 3 题\n" in said
    assert said.endswith("\n解析：记过是处分。")
    assert (await zhou("A")).startswith("【群发答题 1 第3题】此题您已作答（回答正确），以首次为准\n您的答案：ABC\n")
    assert [(chosen, right) for *_, chosen, right, _, _ in await given(database)] == [
        ("B", True),
        ("错", True),
        ("ABC", True),
    ]


async def test_one_goes_on_without_answering(stage: Stage, database: Database) -> None:
    """`下一题` leads round to what is open, and says when nothing is."""
    await sent(database, shown=True)
    zhou = stage.phone("zhou")
    assert (await zhou("下一题")).startswith("【群发答题 1 2/3 宪法宣传周】\n判断题")
    assert (await zhou("下一题")).startswith("【群发答题 1 3/3 宪法宣传周】\n多选题")
    assert (await zhou("ABC")).endswith("\n\n请直接回复字母，如“B”作答。")
    await zhou("A")
    await zhou("错")
    assert await zhou("下一题") == "群发答题 1 您已全部作答：共 3 题，答对 2 题。"
    assert await zhou.key("quiz:1:2:next") == "已全部作答"


async def test_text_only_people_get_texts(stage: Stage, database: Database) -> None:
    await text_only(database, "R1")
    await sent(database)
    zhou = stage.phone("zhou")
    asked = await zhou("群发答题")
    assert asked.startswith("【群发答题 1 1/3 宪法宣传周】\n单选题 · ")
    assert asked.endswith("\nD. 个人\n\n请直接回复字母，如“B”作答。")
    assert await zhou("B") == FIRST_TYPED
    assert not zhou.cards


async def test_it_is_shown_again(stage: Stage, database: Database) -> None:
    """The one sent last, at its first question without an answer."""
    await sent(database, questions=(SINGLE,))
    await sent(database, questions=(JUDGE, SINGLE), sent_at=at(MONDAY, "09:30"))
    zhou = stage.phone("zhou")
    assert (await zhou("群发答题")).startswith("群发答题 2 1/2 宪法宣传周\n判断题")
    await zhou.tap("错")
    assert (await zhou("群发答题")).startswith("群发答题 2 2/2 ")
    await zhou("B")
    assert (await zhou("群发答题")).startswith("群发答题 1 宪法宣传周\n单选题")
    await zhou.tap("B")
    assert await zhou("群发答题") == NOTHING_OPEN
    assert await stage.phone("lin")("群发答题") == NOTHING_OPEN


# ---- the first answer, and the last moment --------------------------------------------------------------------


async def test_the_first_answer_counts(stage: Stage, database: Database) -> None:
    await sent(database, questions=(SINGLE,))
    zhou = stage.phone("zhou")
    assert (await zhou.key("quiz:1:0:D")).startswith("✗ 回答错误\n")
    again = await zhou.key("quiz:1:0:B")
    assert again.startswith("此题您已作答（回答错误），以首次为准\n群发答题 1 宪法宣传周\n")
    assert "\n您的答案：D\n正确答案：B\n" in again
    assert len(await posted(database)) == 1


@pytest.mark.parametrize(
    ("clock", "state", "said"),
    [
        ("23:59:59", State.OPEN, "✓ 回答正确"),
        ("23:59:59", State.SENDING, "✓ 回答正确"),
        ("23:59:59", State.CLOSED, "已截止"),
        ("23:59:59", State.RECALLED, "已撤回"),
        ("23:59:59", State.PLANNED, NOT_SENT),
        ("00:00:00", State.OPEN, "已截止"),
        ("00:00:00", State.SENDING, "已截止"),
        ("00:00:00", State.RECALLED, "已撤回"),
    ],
)
async def test_until_the_last_second(stage: Stage, database: Database, clock: str, state: State, said: str) -> None:
    await sent(database, questions=(SINGLE,), state=state)
    stage.clock.now = CLOSES if clock == "00:00:00" else at(MONDAY.replace(day=25), clock)
    answered = await stage.phone("zhou").key("quiz:1:0:B")
    assert answered.splitlines()[0] == said
    assert len(await given(database)) == (said == "✓ 回答正确")


async def test_typed_words_come_too_late_as_well(stage: Stage, database: Database) -> None:
    await sent(database, shown=True)
    zhou = stage.phone("zhou")
    await zhou("B")
    stage.clock.now = CLOSES
    assert await zhou("错") == "群发答题 1 已截止，不能再作答。回复“今日一题”做今天的题。"
    assert await zhou("下一题") == "群发答题 1 已截止，不能再作答。回复“今日一题”做今天的题。"
    assert await zhou("群发答题") == NOTHING_OPEN
    # What was answered may be looked at, but nothing leads on.
    assert (await zhou.key("quiz:1:0:C")).endswith("\n本次答题：已答 1/3 题，答对 1 题\n[已作答]")


async def test_a_recalled_one_shows_nothing_more(stage: Stage, database: Database) -> None:
    await sent(database, shown=True)
    zhou = stage.phone("zhou")
    await zhou("B")
    async with database.write() as tx:
        await tx.execute(update(tables.broadcast).values(state="recalled"))
    assert await zhou.key("quiz:1:0:B") == "已撤回"
    assert await zhou("对") == "群发答题 1 已撤回，不能再作答。回复“今日一题”做今天的题。"


async def test_who_was_not_asked(stage: Stage, database: Database) -> None:
    await sent(database, persons=("R1",))
    assert await stage.phone("chen").key("quiz:1:0:B") == NOT_SENT
    async with database.write() as tx:
        await tx.execute(update(tables.broadcast_receiver).values(left_out="muted"))
    assert await stage.phone("zhou").key("quiz:1:0:B") == NOT_SENT
    assert await given(database) == []


@pytest.mark.parametrize("key", ["quiz:1:3:B", "quiz:2:0:B", "quiz:999999999:99:B"])
async def test_keys_of_nothing(stage: Stage, database: Database, key: str) -> None:
    await sent(database)
    assert "没有发给您，或者没有这道题" in await stage.phone("zhou").key(key)


@pytest.mark.parametrize(
    "key", ["quiz:", "quiz:x:0:B", "quiz:1", "quiz:-1:0:B", "quiz:99999999999999999999:0:B", "quiz:١:0:B"]
)
async def test_keys_that_are_none(stage: Stage, database: Database, key: str) -> None:
    await sent(database)
    assert await stage.phone("zhou").key(key) == "现在没有等您作答的题目。回复“今日一题”做今天的题。"


async def test_letters_that_do_not_exist(stage: Stage, database: Database) -> None:
    await sent(database, shown=True)
    zhou = stage.phone("zhou")
    assert await zhou("E") == "这道题的选项是 A 到 D，只选一个，请回复一个字母，如“A”。"
    assert await zhou("AB") == "这道题的选项是 A 到 D，只选一个，请回复一个字母，如“A”。"
    assert await zhou.key("quiz:1:2:") == "这道题的选项是 A 到 D，可以多选，请回复字母，如“AB”。"
    assert await zhou.key("quiz:1:1:A") == "这道题请回复“对”或“错”。"
    assert await given(database) == []
