"""今日一题 and its answers, as people see them."""

from storage.database import Database
from tests.handlers.chat.saying import (
    ASKED,
    NO_QUESTION,
    NOTHING,
    ONLY_ONE,
    RIGHT_CARD,
    RIGHT_TEXT,
    STAFF_KEY,
    SUNDAY,
    lines,
)
from tests.handlers.city import populate
from tests.handlers.stage import BREAK, MONDAY, Stage
from training.calendar import DAY
from training.rules import Compliance, Rules


async def test_a_tap_answers(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    assert await zhou("今日一题") == ASKED
    assert await zhou.tap("B") == RIGHT_CARD
    assert await lines(stage) == [(MONDAY, "0.10", 2026)]


async def test_a_wrong_answer_counts_as_well(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    await zhou("今日一题")
    said = await zhou.tap("D")
    assert said.startswith("✗ 回答错误\n")
    assert "\n您的答案：D\n正确答案：B\n本题学时：+0.10\n计入学时：0.10 / 50.00\n" in said
    assert await lines(stage) == [(MONDAY, "0.10", 2026)]


async def test_a_typed_answer_is_answered_in_words(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    await zhou("今日一题")
    assert await zhou("B") == RIGHT_TEXT
    for n, typed in enumerate(("b", "Ｂ", "ｂ", " B ", "选B", "选 b。", "B选项", "答案是B"), 1):
        stage.clock.to(MONDAY + n * DAY)
        await zhou("今日一题")
        assert (await zhou(typed)).startswith("✓ 回答正确\n您的答案：B\n"), typed


async def test_right_and_wrong_are_words_and_signs(stage: Stage) -> None:
    chen = stage.phone("chen")
    for n, (typed, verdict) in enumerate((("错", "✓ 回答正确"), ("×", "✓ 回答正确"), ("对", "✗ 回答错误"))):
        stage.clock.to(MONDAY + n * DAY)
        assert "\n[对]\n[错]" in await chen("今日一题")
        said = await chen(typed)
        assert said.splitlines()[0] == verdict
        assert "\n正确答案：错\n" in said


async def test_several_letters(stage: Stage) -> None:
    wu = stage.phone("wu")
    asked, card = (await wu("今日一题")).split(BREAK)
    assert asked.endswith("A. 警告\nB. 罚款\nC. 行政拘留\nD. 记过")
    assert card.endswith("[A. 警告]\n[B. 罚款]\n[C. 行政拘留]\n[D. 记过]\n[提交]")
    assert (await wu.tap("提交")).startswith("这道题的选项是 A 到 D，可以多选，请回复字母，如“AB”。")
    said = await wu.tap("提交", "C", "A", "B")
    assert said.startswith("✓ 回答正确\n")
    assert "\n您的答案：ABC\n" in said


async def test_several_letters_typed(stage: Stage) -> None:
    wu = stage.phone("wu")
    for n, typed in enumerate(("acd", "A C D", "a、c，d", "ＡＣＤ")):
        stage.clock.to(MONDAY + n * DAY)
        await wu("今日一题")
        said = await wu(typed)
        assert said.startswith("✗ 回答错误\n您的答案：ACD\n本题学时：")
        assert "\n\n正确答案：ABC\nA. 警告\nB. 罚款\nC. 行政拘留\n解析" in said


async def test_a_second_tap_changes_nothing_and_is_told_so(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    await zhou("今日一题")
    await zhou.tap("B")
    said = await zhou.tap("A")
    assert said == RIGHT_CARD.replace("✓ 回答正确", "此题您已作答（回答正确），以首次为准", 1)
    assert len(await lines(stage)) == 1


async def test_typed_then_tapped_and_tapped_then_typed(stage: Stage) -> None:
    zhou, chen = stage.phone("zhou"), stage.phone("chen")
    await zhou("今日一题")
    await zhou("A")
    assert (await zhou.tap("B")).startswith("此题您已作答（回答错误），以首次为准\n")
    await chen("今日一题")
    await chen.tap("错")
    assert (await chen("对")).startswith("此题您已作答（回答正确），以首次为准\n您的答案：错\n")
    assert len(await lines(stage)) == len(await lines(stage, "R2")) == 1


async def test_asking_again_shows_the_result(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    await zhou("今日一题")
    await zhou("B")
    assert await zhou("每日一题") == RIGHT_TEXT.replace("✓ 回答正确", "此题您已作答（回答正确），以首次为准", 1)


async def test_another_groups_card_is_not_ones_own(stage: Stage) -> None:
    await stage.phone("chen")("今日一题")
    zhou = stage.phone("zhou")
    assert await zhou.key(f"daily:{MONDAY}:leader:错") == NO_QUESTION
    assert await lines(stage) == []


async def test_a_card_of_last_week_is_closed(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    await zhou("今日一题")
    stage.clock.to(SUNDAY, "23:59:59")
    assert (await zhou.tap("B")).startswith("✓ 回答正确\n")
    chen = stage.phone("chen")
    stage.clock.to(MONDAY)
    await chen("今日一题")
    stage.clock.to(SUNDAY + DAY, "0:00")
    closed = "11月23日的题目已截止（当周周日 24:00 前可补做）。回复“今日一题”做今天的题。"
    assert await chen.tap("错") == closed
    assert await chen("错") == closed
    assert await lines(stage, "R2") == []


async def test_a_day_to_come_is_not_open(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    assert await zhou.key(f"daily:{MONDAY + DAY}:staff:B") == "11月24日的题目还没有开放，请当天再来。"
    assert await zhou.key("daily:9999-12-31:staff:B") == "12月31日的题目还没有开放，请当天再来。"


FORGED = (
    (STAFF_KEY + "Z", ONLY_ONE),
    (STAFF_KEY + "AB", ONLY_ONE),
    (STAFF_KEY, ONLY_ONE),
    (STAFF_KEY + "对", ONLY_ONE),
    (STAFF_KEY.rstrip(":"), ONLY_ONE),
    ("daily:garbage", NOTHING),
    ("daily:", NOTHING),
    ("daily", NOTHING),
    (f"daily:{MONDAY}", NOTHING),
    (f"daily:{MONDAY}:nobody:B", NOTHING),
    ("daily:2026-13-45:staff:B", NOTHING),
    ("daily:0001-01-01:staff:B", "1月1日的题目已截止（当周周日 24:00 前可补做）。回复“今日一题”做今天的题。"),
    ("daily:" + "9" * 1000, NOTHING),
    ("", "没有看懂这句话。"),
    (":", "没有看懂这句话。"),
    ("x" * 1024, "没有看懂这句话。"),
    ("hours:" + "y" * 1000, "没有找到按钮"),
    ("wishes", "免打扰设置已保存"),
)


async def test_forged_keys_do_no_harm(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    await zhou("今日一题")
    for key, said in FORGED:
        assert (await zhou.key(key)).startswith(said), key
    assert await lines(stage) == []
    assert (await zhou.key(STAFF_KEY + "B" * 2000)).startswith("✓ 回答正确")  # one letter, however often


async def test_forged_choices_do_no_harm(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    await zhou("今日一题")
    for choices in (("B", "A"), ("Z",), ("",), ("daily-off",), ("B" * 500, "C" * 500)):
        assert await zhou.key(STAFF_KEY, *choices) == ONLY_ONE
    assert await lines(stage) == []


async def test_a_letter_without_a_question(stage: Stage) -> None:
    assert await stage.phone("zhou")("B") == NOTHING


async def test_two_questions_within_a_minute_are_asked_about(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    await zhou("今日一题")
    stage.clock.to(MONDAY + DAY)
    await zhou("今日一题")
    stage.clock.on(seconds=59)
    await zhou("补做")
    stage.clock.on(seconds=1)
    which = await zhou("B")
    assert which == (
        "您刚才打开了两道题（11月23日、11月24日），不知道您答的是哪一道。"
        "请在对应的卡片上点选，或稍后重发“今日一题”再答。"
    )
    assert await lines(stage) == []
    stage.clock.on(seconds=1)  # a minute and a second after the first of them
    assert (await zhou("B")).startswith("✓ 回答正确\n")
    assert [day for day, _, _ in await lines(stage)] == [MONDAY]


async def test_an_answered_question_is_not_asked_about(stage: Stage) -> None:
    """One after the other, quickly: only one of the two is open."""
    zhou = stage.phone("zhou")
    await zhou("今日一题")
    stage.clock.to(MONDAY + DAY)
    await zhou("今日一题")
    await zhou.tap("B")
    await zhou("补做")
    assert (await zhou("A")).startswith("✗ 回答错误\n")
    assert sorted(day for day, _, _ in await lines(stage)) == [MONDAY, MONDAY + DAY]


async def test_others_answer_the_staff_question_without_owing(stage: Stage) -> None:
    lin = stage.phone("lin")
    assert await lin("今日一题") == ASKED
    assert "\n本题学时：+0.10\n计入学时：0.10（不作考核要求）\n" in await lin.tap("B")
    assert await lines(stage, "R4") == [(MONDAY, "0.10", 2026)]


async def test_two_accounts_of_one_person_answer_once(stage: Stage) -> None:
    one, other = stage.phone("wu"), stage.phone("wu2")
    await one("今日一题")
    await other("今日一题")
    await one.tap("提交", "A", "B", "C")
    assert (await other.tap("提交", "D")).startswith("此题您已作答（回答正确），以首次为准\n")
    assert (await other("D")).startswith("此题您已作答")
    assert len(await lines(stage, "R3")) == 1


async def test_the_streak_only_for_those_who_want_it(stage: Stage) -> None:
    zhou, chen = stage.phone("zhou"), stage.phone("chen")
    assert await zhou("连续 开") == "已打开连续答题显示，只有您自己看得到。"
    friday = MONDAY - 3 * DAY
    for day in (friday, MONDAY):
        stage.clock.to(day)
        for phone in (zhou, chen):
            await phone("今日一题")
        said = await zhou("B")
        assert "连续答题" not in await chen("错")
    assert "\n连续答题：2 个工作日\n" in said
    assert await zhou("连续关") == "已关闭连续答题显示。"
    stage.clock.to(MONDAY + DAY)
    await zhou("今日一题")
    assert "连续答题" not in await zhou("B")
    assert await zhou("连续") == "没有看懂，请按这个样子发送：连续 开"


async def test_words_only(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    assert (await zhou("文字版")).startswith("已切换为文字版")
    assert await zhou("今日一题") == (
        "【每日一题 11月23日 周一（试运行·自愿使用）】\n单选题 · 行政处罚法\n\n罚款的设定权属于谁？\n"
        "A. 办公室\nB. 法律\nC. 单位\nD. 个人\n\n请直接回复字母，如“B”作答。"
    )
    assert await zhou("B") == RIGHT_TEXT
    assert (await zhou("我的学时")).startswith("【我的学时 · 2026年度】\n计入学时：0.10 / 50.00\n")
    assert (await zhou("免打扰")).startswith("每日一题：接收；提醒：不接收；通知：接收。")
    assert await zhou("文字版") == "已切换回卡片版。"
    assert (await zhou("我的学时")).startswith("我的学时 · 2026年度\n周敏 ")
    assert await zhou("卡片版") == "已切换回卡片版。"


async def test_a_filed_app_says_nothing_of_a_trial(database: Database) -> None:
    await populate(database)
    stage = Stage(database, rules=Rules(compliance=Compliance(filing_no="宁ICP备1号")))
    assert await stage.phone("zhou")("今日一题") == ASKED.replace("（试运行·自愿使用）", "")
