"""An exam that is sat beside other things: the daily question, `取消`, and words that name its questions."""

from collections.abc import Mapping
from typing import Any

import pytest

from storage import daily, focus, sittings
from storage.database import Database
from storage.scope import EVERYTHING
from tests.databases import on_postgresql
from tests.handlers.pushing import push
from tests.handlers.sitting_city import BLANK, TITLE, multiple, opened, single
from tests.handlers.stage import BREAK, MONDAY, Phone, Stage, at
from tests.handlers.test_exam_sitting import counted
from training.calendar import DAY

TUESDAY_EVENING = at(MONDAY + DAY, "18:00")
FIVE = tuple(single(n) for n in range(1, 6))
WHICH = "刚才同时有考试和每日一题，这条没有计入。继续考试请回复“考试”；答每日一题请再发一次“{again}”后作答。"
CANCELLED = "好的，已取消。考试还在进行，回复“考试”继续。"
GOES_ON = "考试：还在进行，回复“考试”继续"
SEND_AGAIN = "考试：还在进行，这条没有计入，请再发一次"
NOTHING_SHOWN = "现在没有等您作答的题目。回复“今日一题”做今天的题。"


async def begun(database: Database, *, later: float = 61, **settings: Any) -> Phone:
    """The phone of zhou, some seconds after the start."""
    await opened(database, **{"questions": FIVE, **settings})
    zhou = Stage(database).phone("zhou")
    await zhou("开始")
    zhou.stage.clock.on(seconds=later)
    return zhou


async def saved(phone: Phone) -> Mapping[int, str]:
    """Item → what stands for it in the only sitting."""
    async with phone.stage.database.read() as tx:
        return (await sittings.answers(tx, [1]))[1]


async def answered(phone: Phone) -> list[str]:
    """What stands for the daily questions of zhou."""
    async with phone.stage.database.read() as tx:
        found = await daily.answers(tx, EVERYTHING, ["R1"], MONDAY, MONDAY + DAY)
    return [one.chosen for _, one in sorted(found.items())]


# ---- the daily question ---------------------------------------------------------------------------------------


async def test_the_exam_is_in_front_after_the_daily_answer(database: Database) -> None:
    zhou = await begun(database)
    await zhou("今日一题")
    assert GOES_ON in await zhou("A")
    assert (await zhou("B")).startswith("✓ 已保存 第1题 B ")
    assert (await zhou("第3题")).startswith("【3/5 单选题】")
    assert (await saved(zhou), await answered(zhou)) == ({0: "B"}, ["A"])


async def test_so_it_is_after_a_tap(database: Database) -> None:
    zhou = await begun(database)
    await zhou("今日一题")
    assert GOES_ON in await zhou.tap("A")
    assert (await zhou("B")).startswith("✓ 已保存 第1题 B ")
    assert (await saved(zhou), await answered(zhou)) == ({0: "B"}, ["A"])


async def test_texts_of_blanks_go_to_the_exam_again(database: Database) -> None:
    zhou = await begun(database, questions=(BLANK, *FIVE))
    await zhou("今日一题")
    await zhou("A")
    assert (await zhou("法律；银行")).startswith("✓ 已保存 第1题 法律；银行 ")


async def test_two_letters_at_once(database: Database) -> None:
    """Both are read before the first is written: the second is not the exam's, and says so."""
    zhou = await begun(database)
    await zhou("今日一题")
    stage = zhou.stage
    one, other = await stage.answers(stage.act("zhou", "A"), stage.act("zhou", "B"))
    assert GOES_ON in one.wire.decode()
    assert SEND_AGAIN in other.wire.decode()
    assert await saved(zhou) == {}
    assert (await zhou("B")).startswith("✓ 已保存 第1题 B ")


async def test_a_question_that_was_answered_gives_the_exam_back(database: Database) -> None:
    """However it came to stand in front."""
    zhou = await begun(database)
    await zhou("今日一题")
    daily_card = zhou.cards[-1].keys
    await zhou("A")
    async with database.write() as tx:
        await focus.show(tx, ["R1"], "daily", f"{MONDAY.isoformat()}:staff", zhou.stage.clock())
    assert "此题您已作答" in await zhou.key(daily_card["B"])
    assert (await zhou("B")).startswith("✓ 已保存 第1题 B ")
    async with database.write() as tx:
        await focus.leave(tx, ["R1"])
        await focus.show(tx, ["R1"], "daily", f"{MONDAY.isoformat()}:staff", zhou.stage.clock())
    said = await zhou("C")
    assert "此题您已作答" in said
    assert SEND_AGAIN in said
    assert (await zhou("C")).startswith("✓ 已保存 第2题 C ")
    assert await answered(zhou) == ["A"]


async def test_another_card_leaves_the_question_in_front(database: Database) -> None:
    """A tap on yesterday's card is no answer to the question that was shown last."""
    await opened(database, questions=FIVE, closes_at=TUESDAY_EVENING)
    stage = Stage(database)
    zhou = stage.phone("zhou")
    await zhou("今日一题")
    yesterday = zhou.cards[-1].keys
    stage.clock.to(MONDAY + DAY)
    await zhou("开始")
    stage.clock.on(seconds=61)
    await zhou("今日一题")
    assert "考试：" not in await zhou.key(yesterday["A"])
    assert GOES_ON in await zhou("B")
    assert await answered(zhou) == ["A", "B"]
    assert (await zhou("C")).startswith("✓ 已保存 第1题 C ")


async def test_a_question_is_held_meanwhile(database: Database) -> None:
    """There is no room for the exam in the focus; it is found all the same."""
    zhou = await begun(database)
    await push(zhou.stage)
    await zhou("今日一题")
    assert GOES_ON in await zhou("A")
    assert (await zhou("B")).startswith("✓ 已保存 第1题 B ")
    assert (await saved(zhou), await answered(zhou)) == ({0: "B"}, ["A"])


async def test_nothing_of_it_after_the_exam(database: Database) -> None:
    zhou = await begun(database)
    await zhou("今日一题")
    zhou.stage.clock.on(minutes=62)  # the clock has not come round
    assert "考试：" not in await zhou("A")
    assert "考试：" not in await zhou("B")


@on_postgresql  # elsewhere the desk's statements do not pass the engine
async def test_nobody_else_is_asked_about_an_exam(database: Database) -> None:
    """An answer to the daily question with no exam beside it reads nothing of exams."""
    zhou = await begun(database)
    chen = zhou.stage.phone("chen")
    await chen("今日一题")
    await zhou("今日一题")
    used = []
    for phone, typed in ((chen, "A"), (zhou, "A")):
        with counted(database) as seen:
            await phone(typed)
        used.append(sum("exam_attempt" in one for one in seen))
    assert used[0] == 0 < used[1]


# ---- both within the last minute ------------------------------------------------------------------------------


async def test_asks_back_and_goes_on_with_the_daily_question(database: Database) -> None:
    zhou = await begun(database, later=59)
    await zhou("今日一题")
    assert await zhou("B") == WHICH.format(again="今日一题")
    assert await zhou("B") == WHICH.format(again="今日一题")
    assert (await saved(zhou), await answered(zhou)) == ({}, [])
    await zhou("今日一题")
    assert GOES_ON in await zhou("B")
    assert (await zhou("C")).startswith("✓ 已保存 第1题 C ")
    assert (await saved(zhou), await answered(zhou)) == ({0: "C"}, ["B"])


async def test_asks_back_and_goes_on_with_the_exam(database: Database) -> None:
    zhou = await begun(database, later=0)
    await zhou("今日一题")
    assert await zhou("B") == WHICH.format(again="今日一题")
    assert "1/5" in await zhou("考试")
    assert (await zhou("B")).startswith("✓ 已保存 第1题 B ")
    assert (await saved(zhou), await answered(zhou)) == ({0: "B"}, [])


async def test_an_answer_shows_the_next_question(database: Database) -> None:
    zhou = await begun(database)
    await zhou("A")
    zhou.stage.clock.on(seconds=30)
    await zhou("今日一题")
    zhou.stage.clock.on(seconds=30)
    assert await zhou("B") == WHICH.format(again="今日一题")
    zhou.stage.clock.on(seconds=1)
    assert GOES_ON in await zhou("B")


async def test_a_tap_is_clear(database: Database) -> None:
    zhou = await begun(database, later=0)
    await zhou("今日一题")
    assert GOES_ON in await zhou.tap("B")
    assert await answered(zhou) == ["B"]


async def test_asks_back_about_a_make_up(database: Database) -> None:
    await opened(database, questions=FIVE, closes_at=TUESDAY_EVENING)
    stage = Stage(database)
    zhou = stage.phone("zhou")
    await zhou("今日一题")
    stage.clock.to(MONDAY + DAY)
    await zhou("开始")
    await zhou("补做")
    assert await zhou("B") == WHICH.format(again="补做")
    await zhou("补做")
    assert GOES_ON in await zhou("B")
    assert await answered(zhou) == ["B"]


# ---- 取消 ------------------------------------------------------------------------------------------------------


async def test_cancelling_leaves_the_exam_in_front(database: Database) -> None:
    zhou = await begun(database)
    assert await zhou("取消") == CANCELLED
    assert (await zhou("B")).startswith("✓ 已保存 第1题 B ")
    await zhou("今日一题")
    assert await zhou("取消") == CANCELLED
    assert (await zhou("C")).startswith("✓ 已保存 第2题 C ")
    assert await answered(zhou) == []


async def test_cancelling_takes_the_handing_in_back(database: Database) -> None:
    zhou = await begun(database)
    await zhou("A")
    await zhou("交卷")
    said = await zhou("取消")
    assert said.startswith(f"{CANCELLED}\n\n【2/5 单选题】")
    assert (await zhou("确认")).startswith("没有等您确认的交卷。")
    assert (await zhou("B")).startswith("✓ 已保存 第2题 B ")
    assert (await zhou("第5题")).startswith("【5/5 单选题】")
    assert await saved(zhou) == {0: "A", 1: "B"}


async def test_cancelling_when_all_is_answered(database: Database) -> None:
    zhou = await begun(database, questions=FIVE[:2])
    for words in ("A", "B"):
        await zhou(words)
    assert (await zhou("取消")).startswith(f"{CANCELLED}\n\n【2/2 单选题】")
    assert (await zhou("C")).startswith("✓ 已保存 第2题 C ")


async def test_cancelling_after_the_end_or_without_one(database: Database) -> None:
    zhou = await begun(database)
    zhou.stage.clock.on(hours=1)
    assert await zhou("取消") == "好的，已取消。"
    assert await zhou("B") == NOTHING_SHOWN
    assert await zhou.stage.phone("chen")("取消") == "好的，已取消。"


# ---- words, whatever was shown last ---------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["第3题", "第3道题", "第三题", "第3题。", "3题"])
async def test_a_number_is_found_beside_the_daily_question(database: Database, words: str) -> None:
    zhou = await begun(database)
    await zhou("今日一题")
    assert (await zhou(words)).startswith("【3/5 单选题】")
    assert (await zhou("B")).startswith("✓ 已保存 第3题 B ")


@pytest.mark.parametrize("words", ["下一题！", "第2题"])
async def test_without_a_focus_the_exam_is_found(database: Database, words: str) -> None:
    zhou = await begun(database)
    async with database.write() as tx:
        await focus.leave(tx, ["R1"])
    assert (await zhou("B")).startswith("✓ 已保存 第1题 B ")
    async with database.write() as tx:
        await focus.leave(tx, ["R1"])
    assert (await zhou(words)).startswith(("【2/5", "【3/5"))


async def test_a_blank_takes_signs_but_no_commands(database: Database) -> None:
    one = BLANK.__class__("t009", BLANK.kind, "罚款____元以下。", (), (("200",),))
    zhou = await begun(database, questions=(one, multiple(1)))
    assert (await zhou("200.")).startswith("✓ 已保存 第1题 200. ")
    await zhou("第1题")
    for words, shown in (
        *(("答题卡！", f"【{TITLE}】已答 1/2"), ("第二题", "【2/2 多选题】"), ("第一题。", "【1/2 填空题】")),
        *(("第2道题", "【2/2 多选题】"), ("第 1 题？", "【1/2 填空题】"), ("交卷。", f"【{TITLE}】已答 1/2")),
    ):
        assert (await zhou(words)).startswith(shown), words
    assert await saved(zhou) == {0: '["200."]'}
    await zhou("第1题")
    for typed in ("答案：交卷", "答：第二题", "答案 审核", "答案:取消"):
        stands = typed[2:].lstrip("：: ")
        assert (await zhou(typed)).startswith(f"✓ 已保存 第1题 {stands} "), typed
        await zhou("第1题")
    assert await saved(zhou) == {0: '["取消"]'}


async def test_words_after_the_end_are_no_answers(database: Database) -> None:
    zhou = await begun(database)
    zhou.stage.clock.on(minutes=59)
    told = f"《{TITLE}》的时间已到，到时前保存的答案自动交卷。回复“成绩”查看情况。"
    for words in ("第4题", "答题卡", "下一题"):
        assert (await zhou(words)).partition(BREAK)[0] == told
    assert "这次作答没有计入" in await zhou("B")
    zhou.stage.clock.on(minutes=5)
    assert (await zhou("第4题")).partition(BREAK)[0] == told
    assert await zhou("第4题") == "您现在没有正在进行的考试。回复“考试”查看可以参加的考试。"


async def test_a_second_confirmation_is_no_command_of_admins(database: Database) -> None:
    await opened(database, "R1", "R5", questions=FIVE)
    stage = Stage(database)
    zhou, admin = stage.phone("zhou"), stage.phone("admin")
    for words in ("开始", "交卷", "确认"):
        await zhou(words)
    for words in ("确认", "确认。", "确认交卷"):
        assert await zhou(words) == "没有等您确认的事项。考试已交卷的，回复“考试”查看。", words
    assert await zhou("确认 3") == "这项操作需要管理员权限。如需开通，请联系市司法局。"
    assert (await admin("确认")) == "没有看懂，请按这个样子发送：确认 3"


async def test_a_confirmation_beside_the_daily_question_hands_nothing_in(database: Database) -> None:
    zhou = await begun(database)
    await zhou("交卷")
    await zhou("今日一题")
    assert (await zhou("确认")).startswith("没有等您确认的交卷。")
    assert "剩余 " in await zhou("考试")


async def test_looking_back_in_the_middle(database: Database) -> None:
    zhou = await begun(database)
    told = f"《{TITLE}》正在进行，答案要等公布以后才能查看。回复“考试”继续作答。"
    assert await zhou("答卷") == told
    assert (await zhou("B")).startswith("✓ 已保存 第1题 B ")
