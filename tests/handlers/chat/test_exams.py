"""Sitting an exam, as people see it: question by question, tapped and typed."""

import pytest
from msgspec.structs import replace

from question_bank.questions import Kind
from storage.database import Database
from tests.handlers.sitting_city import CASE, JUDGE, TITLE, letters_of, multiple, opened, single
from tests.handlers.stage import BREAK, Phone, Stage
from training.exams import ScoreRelease, Section

FIRST = (
    "1/6 单选题\n20 分 · 剩余 60 分钟（11:00 止） · 未答 6 题\n单选第1题，选甲？\nA. 甲1\nB. 乙1\nC. 丙1\nD. 丁1\n"
    "可回复：答题卡、标记、交卷、第N题\n[A]\n[B]\n[C]\n[D]\n[下一题]\n[上一题]"
)
NO_SITTING = "您现在没有正在进行的考试。回复“考试”查看可以参加的考试。"
ENDED = f"《{TITLE}》您已交卷或已到时，不能再作答。回复“成绩”查看情况。"
BLANK_HOW = "请直接回复填空内容，多个空用“；”隔开。答案与命令同名时，前面加“答案：”。"
NOTHING_SHOWN = "现在没有等您作答的题目。回复“今日一题”做今天的题。"


async def begun(database: Database, **settings: object) -> Phone:
    """The phone of zhou, at the first question."""
    await opened(database, **settings)  # type: ignore[arg-type]
    zhou = Stage(database).phone("zhou")
    await zhou("开始")
    return zhou


async def test_the_rules_then_the_start(database: Database) -> None:
    await opened(database)
    zhou = Stage(database).phone("zhou")
    rules, card = (await zhou("考试")).split(BREAK)
    assert rules.startswith(f"【{TITLE}】\n考核年度：2026 年\n")
    assert "\n多选题：全部选对才得分，少选、多选、错选都不得分\n" in rules
    assert rules.endswith("\n\n回复“开始”开始作答，计时即开始。")
    assert card == (f"{TITLE}\n点“开始考试”立即计时，限时 60 分钟。中途离开可以回来继续，计时不停。\n[开始考试]")
    assert await zhou("开始") == FIRST


async def test_the_rules_count_as_the_screen_does(database: Database) -> None:
    """The parts of cases one by one, where it is the same for everybody."""
    await opened(database)
    zhou = Stage(database).phone("zhou")
    assert "共 5 道（案例按小题计，共 6 题），满分 100 分" in await zhou("考试")
    assert (await zhou("开始")).startswith("1/6 ")


@pytest.mark.parametrize(
    ("parts", "drawn", "counted"),
    [
        ((2, 2), 1, "案例按小题计，共 3 题"),
        ((2, 1), 1, "案例题按小题分别作答"),
        ((2, 1), 2, "案例按小题计，共 4 题"),
    ],
)
async def test_papers_whose_cases_differ(
    database: Database, parts: tuple[int, ...], drawn: int, counted: str
) -> None:
    cases = [replace(CASE, id=f"u{n}", parts=CASE.parts[:count]) for n, count in enumerate(parts)]
    sections = (Section(Kind.JUDGE, 1, 5000), Section(Kind.CASE, drawn, 5000))
    await opened(database, questions=[JUDGE, *cases], sections=sections)
    zhou = Stage(database).phone("zhou")
    assert f"共 {1 + drawn} 道（{counted}），" in await zhou("考试")


async def test_the_start_is_tapped_and_the_card_becomes_the_exam(database: Database) -> None:
    await opened(database)
    zhou = Stage(database).phone("zhou")
    await zhou("考试")
    assert await zhou.tap("开始考试") == FIRST
    assert (await zhou.tap("A")).startswith("2/6 多选题\n")
    again = await zhou.tap("开始考试")  # the same attempt
    assert again.startswith("2/6 多选题\n20 分 · 剩余 60 分钟（11:00 止） · 未答 5 题\n")


async def test_all_kinds_tapped(database: Database) -> None:
    zhou = await begun(database, release_score=ScoreRelease.AT_ONCE)
    assert await zhou.tap("A") == (
        "2/6 多选题\n20 分 · 剩余 60 分钟（11:00 止） · 未答 5 题\n多选第1题，选甲乙？\nA. 甲1\nB. 乙1\nC. 丙1\n"
        "D. 丁1\n"
        "已保存：第1题 A 10:00:00\n作答：逐个点选，选好点“下一题”，或回复字母\n"
        "可回复：答题卡、标记、交卷、第N题\n[A]\n[B]\n[C]\n[D]\n[下一题]\n[上一题]"
    )
    await zhou.tap("B")
    both = await zhou.tap("A")
    assert "\n已保存：第2题 AB 10:00:00\n" in both
    assert both.endswith("[A ✓]\n[B ✓]\n[C]\n[D]\n[下一题]\n[上一题]")
    assert await zhou.tap("下一题") == (
        "3/6 判断题\n20 分 · 剩余 60 分钟（11:00 止） · 未答 4 题\n判断题，是对的。\n"
        "[对]\n[错]\n[下一题]\n[上一题]\n[答题卡]\n[标记]"
    )
    blank = await zhou.tap("对")
    assert blank == (
        "4/6 填空题\n20 分 · 剩余 60 分钟（11:00 止） · 未答 3 题\n罚款由____设定，由____收缴。\n"
        "已保存：第3题 对 10:00:00\n作答：直接回复，多空用“；”隔开；与命令同名的前加“答案：”\n"
        "[下一题]\n[上一题]\n[答题卡]\n[标记]\n[交卷]"
    )
    case = await zhou.tap("下一题")
    assert case == (
        "5/6 单选题\n20 分（2 小题） · 剩余 60 分钟（11:00 止） · 未答 3 题\n某局对王某罚款二百元。\n"
        "应当出示什么？\n"
        "A. 证件\nB. 名片\n[A]\n[B]\n[下一题]\n[上一题]\n[答题卡]\n[标记]"
    )
    assert (await zhou.tap("A")).startswith(
        "6/6 判断题\n20 分（2 小题） · 剩余 60 分钟（11:00 止） · 未答 2 题\n某局对王某"
    )
    assert (await zhou.tap("对")).startswith("4/6 填空题\n20 分 · 剩余 60 分钟（11:00 止） · 未答 1 题\n")
    await zhou("法律；银行")
    await zhou("考试")
    assert await zhou.tap("确认交卷") == (
        f"{TITLE}\n“{TITLE}”已交卷：共 6 题，已答 6 题。\n成绩：100 分（满分 100），优秀\n"
        "学时已入账，回复“我的学时”查看。\n[已交卷]"
    )


async def test_all_kinds_typed(database: Database) -> None:
    zhou = await begun(database, release_score=ScoreRelease.AT_ONCE)
    assert await zhou("A") == (
        "✓ 已保存 第1题 A 10:00:00\n【2/6 多选题】20 分 · 剩余 60 分钟（11:00 止） · 未答 5 题\n"
        "多选第1题，选甲乙？\n"
        "A. 甲1\nB. 乙1\nC. 丙1\nD. 丁1\n可多选，请回复字母，如“ACD”。"
    )
    assert await zhou("b、a") == (
        "✓ 已保存 第2题 AB 10:00:00\n【3/6 判断题】20 分 · 剩余 60 分钟（11:00 止） · 未答 4 题\n判断题，是对的。\n"
        "请回复“对”或“错”。"
    )
    assert await zhou("√") == (
        "✓ 已保存 第3题 对 10:00:00\n【4/6 填空题】20 分 · 剩余 60 分钟（11:00 止） · 未答 3 题\n"
        "罚款由____设定，由____收缴。\n"
        "请直接回复填空内容，多个空用“；”隔开。答案与命令同名时，前面加“答案：”。"
    )
    assert await zhou("法律；指定的银行") == (
        "✓ 已保存 第4题 法律；指定的银行 10:00:00\n"
        "【5/6 单选题】20 分（2 小题） · 剩余 60 分钟（11:00 止） · 未答 2 题\n"
        "【案例】某局对王某罚款二百元。\n应当出示什么？\nA. 证件\nB. 名片\n请回复字母，如“B”。"
    )
    assert await zhou("A") == (
        "✓ 已保存 第5题 A 10:00:00\n【6/6 判断题】20 分（2 小题） · 剩余 60 分钟（11:00 止） · 未答 1 题\n"
        "王某可以申辩。\n"
        "请回复“对”或“错”。"
    )
    assert await zhou("对") == (
        f"✓ 已保存 第6题 对 10:00:00\n【{TITLE}】已答 6/6，剩余 60 分钟\n全部题目都已作答。\n"
        "回复“确认”交卷，交卷后不能再改；回复“第N题”继续作答。"
    )
    assert await zhou("确认") == (
        f"“{TITLE}”已交卷：共 6 题，已答 6 题。\n成绩：100 分（满分 100），优秀\n学时已入账，回复“我的学时”查看。"
    )


async def test_shuffled_options_are_marked_as_they_were_meant(database: Database) -> None:
    """The letters that people see are their own; what counts are the texts."""
    asked = [single(n, shuffle=True) for n in range(1, 5)] + [multiple(n, shuffle=True) for n in range(1, 5)]
    await opened(database, "R1", "R3", questions=asked, release_score=ScoreRelease.AT_ONCE)
    stage, typed = Stage(database), set()
    for account in ("zhou", "wu"):
        phone, other = stage.phone(account), []
        screen = await phone("开始")
        for _ in asked:
            number = screen.partition("题，")[0][-1]
            right = letters_of(screen, f"甲{number}", *([f"乙{number}"] if "多选" in screen else []))
            other.append(right)
            screen = await phone(right)
            assert f" {right} 10:00:00" in screen
        typed.add(tuple(other))
        assert "成绩：100 分（满分 100），优秀" in await phone("确认")
    assert len(typed) == 2


async def test_an_answer_is_changed(database: Database) -> None:
    zhou = await begun(database)
    await zhou("A")
    await zhou("AB")
    assert await zhou("第1题") == (
        "【1/6 单选题】20 分 · 剩余 60 分钟（11:00 止） · 未答 4 题\n单选第1题，选甲？\nA. 甲1\nB. 乙1\nC. 丙1\n"
        "D. 丁1\n"
        "已答：A\n请回复字母，如“B”。"
    )
    moved = await zhou("c")  # goes on to the next that has no answer
    assert moved.startswith(
        "✓ 已保存 第1题 C 10:00:00\n【3/6 判断题】20 分 · 剩余 60 分钟（11:00 止） · 未答 4 题\n"
    )
    assert "\n已答：C\n" in await zhou("第1题")
    assert "\n已答：AB\n" in await zhou("2题")


async def test_forward_back_and_a_number(database: Database) -> None:
    zhou = await begun(database)
    assert (await zhou("下一题")).startswith("【2/6 多选题】")
    assert (await zhou("跳过")).startswith("【3/6 判断题】")
    assert (await zhou("上一题")).startswith("【2/6 多选题】")
    assert (await zhou("上一题")).startswith("【1/6 单选题】")
    assert (await zhou("上一题")).startswith("【1/6 单选题】")
    for words in ("第4题", "4题", "第 4 题", "第４题", "第4"):
        assert (await zhou(words)).startswith("【4/6 填空题】"), words
        await zhou("第1题")
    for words in ("第7题", "17题", "第0题", "第9999题"):
        assert await zhou(words) == "这份试卷共 6 题，请回复“第1题”到“第6题”。", words
    assert (await zhou("第6题")).startswith("【6/6 判断题】")


async def test_forward_from_the_last_leads_to_the_overview(database: Database) -> None:
    zhou = await begun(database)
    await zhou("A")
    await zhou("第6题")
    assert await zhou("下一题") == (
        f"【{TITLE}】已答 1/6，剩余 60 分钟\n未答 5 题：2、3、4、5、6\n回复“第2题”继续作答，“交卷”结束考试。"
    )
    await zhou("考试")
    assert await zhou.tap("下一题") == (
        f"{TITLE}\n已答 1/6，剩余 60 分钟\n未答 5 题：2、3、4、5、6\n[返回作答]\n[去第2题]\n[标记本题]\n[交卷]"
    )
    assert (await zhou.tap("去第2题")).startswith("2/6 多选题\n")


async def test_a_mark_is_set_and_taken_back(database: Database) -> None:
    zhou = await begun(database)
    assert (await zhou("标记")).startswith("【1/6 单选题 ★】")
    assert (await zhou("标记")).startswith("【1/6 单选题 ★】")  # again is no taking back
    await zhou("第3题")
    await zhou("考试")
    marked = await zhou.tap("标记")
    assert marked.startswith("3/6 判断题 ★\n")
    assert marked.endswith("[取消标记]")
    assert await zhou("答题卡") == (
        f"【{TITLE}】已答 0/6，剩余 60 分钟\n未答 6 题：1、2、3、4、5、6\n已标记 2 题：1、3\n"
        "回复“第1题”继续作答，“交卷”结束考试。"
    )
    assert (await zhou.tap("取消标记")).startswith("3/6 判断题\n")
    await zhou("第1题")
    assert (await zhou("取消标记")).startswith("【1/6 单选题】")
    assert "已标记" not in await zhou("答题卡")


async def test_the_overview_on_the_card(database: Database) -> None:
    zhou = await begun(database)
    await zhou("第3题")
    await zhou("考试")
    assert await zhou.tap("答题卡") == (
        f"{TITLE}\n已答 0/6，剩余 60 分钟\n未答 6 题：1、2、3、4、5、6\n[返回作答]\n[去第1题]\n[标记本题]\n[交卷]"
    )
    asked = await zhou.tap("交卷")
    assert asked == (
        f"{TITLE}\n已答 0/6，剩余 60 分钟\n未答 6 题：1、2、3、4、5、6\n交卷后不能再改。\n[确认交卷]\n[返回作答]"
    )
    assert (await zhou.tap("返回作答")).startswith("1/6 单选题\n")


async def test_handing_in_asks_back_once(database: Database) -> None:
    zhou = await begun(database)
    await zhou("A")
    assert await zhou("确认") == "没有等您确认的交卷。如要交卷，请先回复“交卷”，再回复“确认”。"
    assert await zhou("交卷") == (
        f"【{TITLE}】已答 1/6，剩余 60 分钟\n未答 5 题：2、3、4、5、6\n"
        "回复“确认”交卷，交卷后不能再改；回复“第N题”继续作答。"
    )
    assert (await zhou("B")).startswith(f"【{TITLE}】已答 1/6")  # no question is shown: nothing is answered
    assert (await zhou("第2题")).startswith("【2/6 多选题】")
    assert (await zhou("确认")).startswith("没有等您确认的交卷。")
    await zhou("交卷")
    assert await zhou("确认交卷") == (
        f"“{TITLE}”已交卷：共 6 题，已答 1 题。\n成绩在 2026年11月23日 18:00 考试结束后公布，届时回复“成绩”查看。"
    )


async def test_after_the_end(database: Database) -> None:
    zhou = await begun(database)
    await zhou("交卷")
    await zhou("考试")
    await zhou.tap("确认交卷")
    assert await zhou.tap("A") == ENDED
    assert await zhou.tap("确认交卷") == ENDED
    assert await zhou("A") == NOTHING_SHOWN
    assert await zhou("下一题") == NO_SITTING
    assert await zhou("交卷") == NO_SITTING
    assert await zhou("开始") == f"《{TITLE}》最多可以考 1 次，您已经考满。回复“成绩”查看情况。"


async def test_a_stale_card_answers_its_own_question(database: Database) -> None:
    zhou = await begun(database)
    first = dict(zhou.cards[-1].keys)
    await zhou("第5题")
    assert (await zhou.key(first["B"])).startswith("2/6 多选题\n20 分 · 剩余 60 分钟（11:00 止） · 未答 5 题\n")
    await zhou("第5题")
    assert "\n已保存：第1题 C 10:00:00\n" in await zhou.key(first["C"])
    assert "\n已答：C\n" in await zhou("第1题")
    assert "已答" not in await zhou("第5题")


async def test_blanks_want_all_their_texts(database: Database) -> None:
    zhou = await begun(database)
    await zhou("第4题")
    assert await zhou("法律") == "这道填空题有 2 个空，您填了 1 个。请一次填完，用“；”隔开。"
    assert await zhou("法律；银行；市") == "这道填空题有 2 个空，您填了 3 个。请一次填完，用“；”隔开。"
    assert await zhou("；") == "这道填空题有 2 个空，请一次填完，用“；”隔开。"
    assert (await zhou("确认违法；退回")).startswith("✓ 已保存 第4题 确认违法；退回 10:00:00\n")  # no commands
    assert (await zhou("第4题")).endswith(f"\n已答：确认违法；退回\n{BLANK_HOW}")
    await zhou("考试")
    assert "\n已答：确认违法；退回\n" in await zhou("考试")


async def test_a_long_text_is_cut_with_a_sign(database: Database) -> None:
    """In words there is room for it, on a card there is not."""
    zhou = await begun(database)
    await zhou("第4题")
    both = "由全国人民代表大会及其常务委员会制定的法律；作出处罚决定的机关指定的银行"
    assert (await zhou(both)).startswith(f"✓ 已保存 第4题 {both} 10:00:00\n")
    await zhou("第4题")
    assert "\n已答：由全国人民代表大会及其常务委员会制定的法律；作出处罚决定的…\n" in await zhou("考试")
    assert (await zhou("甲" * 200 + "；乙")).startswith(f"✓ 已保存 第4题 {'甲' * 86}… 10:00:00\n")


async def test_the_receipt_of_a_long_text_on_a_card(database: Database) -> None:
    zhou = await begun(database)
    exam_card = zhou.cards[-1].keys
    await zhou("第4题")
    await zhou("由全国人民代表大会及其常务委员会制定的法律；指定的银行")
    forged = exam_card["A"].replace(":0:A", ":3:由全国人民代表大会及其常务委员会制定的法律；银行")
    assert "\n已保存：第4题 由全国人民代表大会及其常务委员会… 10:00:00\n" in await zhou.key(forged)


@pytest.mark.parametrize(
    ("asked", "words", "said"),
    [
        (single(1), "AB", "这道题的选项是 A 到 D，只选一个，请回复一个字母，如“A”。"),
        (single(1), "E", "这道题的选项是 A 到 D，只选一个，请回复一个字母，如“A”。"),
        (single(1), "不知道", "这道题的选项是 A 到 D，只选一个，请回复一个字母，如“A”。"),
        (multiple(1), "AE", "这道题的选项是 A 到 D，可以多选，请回复字母，如“AB”。"),
        (JUDGE, "A", "这道题请回复“对”或“错”。"),
    ],
)
async def test_what_cannot_be_an_answer(database: Database, asked: object, words: str, said: str) -> None:
    zhou = await begun(database, questions=[asked])
    assert await zhou(words) == said
    assert (await zhou("答题卡")).startswith(f"【{TITLE}】已答 0/1，剩余 60 分钟\n未答 1 题：1\n")


@pytest.mark.parametrize(
    ("options", "buttons"),
    [
        (5, "[A]\n[B]\n[C]\n[D]\n[E]\n[下一题]"),
        (6, "[A]\n[B]\n[C]\n[D]\n[E]\n[F]"),
        (7, "[下一题]\n[上一题]\n[答题卡]\n[标记]\n[交卷]"),
    ],
)
async def test_many_options(database: Database, options: int, buttons: str) -> None:
    zhou = await begun(database, questions=[multiple(n, options=options) for n in (1, 2)])
    shown = (await zhou("考试")).partition("\n作答：")
    assert shown[0].count("\n") == 2 + options  # every option on its own line
    assert shown[2].endswith(f"\n{buttons}")
    last = "ABCDEFG"[options - 1]
    assert (await zhou("A" + last)).startswith(f"✓ 已保存 第1题 A{last} 10:00:00\n【2/2 多选题】")


async def test_how_many_options_are_answered_is_said(database: Database) -> None:
    zhou = await begun(database, questions=[multiple(1, options=6)])
    shown = await zhou("考试")
    assert (
        "\n作答：逐个点选，选好回复“下一题”，或回复字母\n可回复：下一题、上一题、答题卡、标记、交卷、第N题\n"
        in shown
    )
    assert "\n已保存：第1题 F 10:00:00\n" in await zhou.tap("F")
    stage = zhou.stage
    await opened(stage.database, "R2", questions=[single(9, options=7)], city=False)
    assert "\n作答：请直接回复字母，如“B”\n" in await stage.phone("chen")("开始")


LONG = "某执法机关在检查中发现当事人存在多项违法行为，" * 8 + "应当怎样处理？"


async def test_a_long_stem_is_sent_whole(database: Database) -> None:
    await opened(database, questions=[single(1, stem="甲" + LONG), multiple(2, stem="乙" + LONG)])
    zhou = Stage(database).phone("zhou")
    text, card = (await zhou("开始")).split(BREAK)
    assert text == f"【1/2 单选题】\n甲{LONG}\nA. 甲1\nB. 乙1\nC. 丙1\nD. 丁1"
    assert card.startswith(
        "1/2 单选题\n50 分 · 剩余 60 分钟（11:00 止） · 未答 2 题\n题目较长，全文已另发一条消息，看完在这里作答。\n"
    )
    card, text = (await zhou.tap("A")).split(BREAK)
    assert "\n题目较长，全文已另发一条消息，看完在这里作答。\n已保存：第1题 A " in card
    assert text == f"【2/2 多选题】\n乙{LONG}\nA. 甲2\nB. 乙2\nC. 丙2\nD. 丁2"
    assert BREAK not in await zhou.tap("A")  # it is not sent again for every letter
    assert f"\n乙{LONG}\nA. 甲2\n" in await zhou("第2题")


async def test_a_long_case_is_sent_on_entering_it_and_on_coming_back(database: Database) -> None:
    long = CASE.__class__(CASE.id, CASE.kind, LONG, parts=CASE.parts)
    zhou = await begun(database, questions=[JUDGE, long])
    card, text = (await zhou.tap("对")).split(BREAK)
    assert "\n应当出示什么？\nA. 证件\nB. 名片\n" in card
    assert "\n案例：案例材料已另发一条消息\n" in card
    assert text == f"【案例】{LONG}"
    assert BREAK not in await zhou.tap("A")  # within the case
    back, _, _ = (await zhou("考试")).partition(BREAK)
    assert back == f"【案例】{LONG}"
    assert (await zhou("第3题")).count(LONG) == 1
    await zhou("第1题")
    assert (await zhou("上一题")).count(LONG) == 0
    assert (await zhou("第2题")).count(LONG) == 1


async def test_words_only(database: Database) -> None:
    await opened(database)
    zhou = Stage(database).phone("zhou")
    await zhou("文字版")
    assert BREAK not in await zhou("考试")
    assert await zhou("开始") == (
        "【1/6 单选题】20 分 · 剩余 60 分钟（11:00 止） · 未答 6 题\n单选第1题，选甲？\nA. 甲1\nB. 乙1\nC. 丙1\n"
        "D. 丁1\n"
        "请回复字母，如“B”。"
    )
    assert (await zhou("B")).startswith("✓ 已保存 第1题 B 10:00:00\n【2/6 多选题】")
    assert (await zhou("考试")).startswith("【2/6 多选题】")


async def test_the_second_account_of_a_person_goes_on(database: Database) -> None:
    await opened(database, "R3")
    stage = Stage(database)
    one, other = stage.phone("wu"), stage.phone("wu2")
    await one("开始")
    await one.tap("A")
    assert (await other("考试")).startswith("2/6 多选题\n20 分 · 剩余 60 分钟（11:00 止） · 未答 5 题\n")
    assert (await other("AB")).startswith("✓ 已保存 第2题 AB 10:00:00\n")
    assert "已保存：第2题 B 10:00:00" in await one.tap("A")  # its stale card takes A out of AB
    assert (await other("开始")).startswith("2/6 多选题\n20 分 · 剩余 60 分钟（11:00 止） · 未答 4 题\n")


async def test_a_key_of_somebody_else_does_nothing(database: Database) -> None:
    await opened(database, "R1", "R2")
    stage = Stage(database)
    zhou, chen = stage.phone("zhou"), stage.phone("chen")
    await zhou("开始")
    assert await chen.key(zhou.cards[-1].keys["A"]) == "没有找到答卷“1”，请核对编号。"
    assert await chen.key("exam_end:1") == NO_SITTING
    await chen("开始")
    assert await chen.key(zhou.cards[-1].keys["A"]) == "没有找到答卷“1”，请核对编号。"
    assert (await zhou("考试")).startswith("1/6 单选题\n20 分 · 剩余 60 分钟（11:00 止） · 未答 6 题\n")


ONLY_ONE = "这道题的选项是 A 到 D，只选一个，请回复一个字母，如“A”。"
FORGED = (
    ("exam", NO_SITTING),
    ("exam:", NO_SITTING),
    ("exam:abc", NO_SITTING),
    ("exam:abc:0:A", NO_SITTING),
    ("exam:99:0:A", NO_SITTING),
    ("exam:" + "9" * 1000 + ":0:A", NO_SITTING),
    ("exam:999999999999999:0:A", NO_SITTING),
    ("exam:-1:0:A", NO_SITTING),
    ("exam:1", ONLY_ONE),
    ("exam:1:0", ONLY_ONE),
    ("exam:1:0:Z", ONLY_ONE),
    ("exam:1:0:+", ONLY_ONE),
    ("exam:1:0:+A", ONLY_ONE),
    ("exam:1:0:AB", ONLY_ONE),
    ("exam:1:0:" + "B" * 900 + "Z", ONLY_ONE),
    ("exam:1:1:+", "这道题的选项是 A 到 D，可以多选，请回复字母，如“AB”。"),
    ("exam:1:1:+Z", "这道题的选项是 A 到 D，可以多选，请回复字母，如“AB”。"),
    ("exam:1:3:+A", "这道填空题有 2 个空，请一次填完，用“；”隔开。"),
    ("exam:1:99:A", "这份试卷共 6 题，请回复“第1题”到“第6题”。"),
    ("exam:1:99:=", "这份试卷共 6 题，请回复“第1题”到“第6题”。"),
    ("exam:1:999999999999999:A", "这份试卷共 6 题，请回复“第1题”到“第6题”。"),
    ("exam_end", NO_SITTING),
    ("exam_end:abc", NO_SITTING),
    ("exam_end:99", NO_SITTING),
    ("exam_end:" + "9" * 1000, NO_SITTING),
)


async def test_forged_keys_do_no_harm(database: Database) -> None:
    zhou = await begun(database)
    for key, said in FORGED:
        assert await zhou.key(key) == said, key
    assert await zhou.key("exam:1:0:", "Z", "Y") == ONLY_ONE
    assert await zhou("答题卡") == (
        f"【{TITLE}】已答 0/6，剩余 60 分钟\n未答 6 题：1、2、3、4、5、6\n回复“第1题”继续作答，“交卷”结束考试。"
    )


async def test_the_daily_question_in_between(database: Database) -> None:
    zhou = await begun(database)
    await zhou("A")
    zhou.stage.clock.on(seconds=61)
    await zhou("今日一题")
    assert "您的答案：B" in await zhou("B")
    assert (await zhou("考试")).startswith("2/6 多选题\n20 分 · 剩余 59 分钟（11:00 止） · 未答 5 题\n")
    assert (await zhou("AB")).startswith("✓ 已保存 第2题 AB 10:01:01\n")


async def test_a_tap_on_the_exam_takes_the_typed_words_back(database: Database) -> None:
    zhou = await begun(database)
    exam_card = zhou.cards[-1].keys
    await zhou("今日一题")
    assert (await zhou.key(exam_card["A"])).startswith("2/6 多选题\n")
    assert (await zhou("AB")).startswith("✓ 已保存 第2题 AB 10:00:00\n")


async def test_ordinary_words_in_the_middle(database: Database) -> None:
    zhou = await begun(database)
    assert "计入学时：0.00 / 50.00" in await zhou("我的学时")
    assert (await zhou("帮助")).startswith("【学法】可以这样用：\n")
    assert await zhou("投诉建议：题目太多") != ""
    assert (await zhou("A")).startswith("✓ 已保存 第1题 A 10:00:00\n")
    assert (await zhou("下一题")).startswith("【3/6 判断题】")


async def test_words_of_a_sitting_without_one(database: Database) -> None:
    await opened(database)
    zhou = Stage(database).phone("zhou")
    for words in ("下一题", "上一题", "标记", "取消标记", "答题卡", "交卷", "第1题"):
        assert await zhou(words) == NO_SITTING, words
    assert await zhou("A") == NOTHING_SHOWN
