"""The words of a 群发 conversation: what each means, and what none of them may be taken for."""

import pytest

from training.broadcast_file import TITLE_CHARACTERS
from training.broadcast_file_content import TEXT_CHARACTERS
from training.broadcast_word_errors import ByFile, LongText, LongTitle, NotUnderstood
from training.broadcast_words import (
    Command,
    Draw,
    Ids,
    Order,
    QuizWords,
    TakeOut,
    Written,
    command_from,
    kind_from,
    notice_from,
    quiz_from,
)
from training.broadcasts import Kind

PASTED = "罚款由谁设定？\nA. 单位\nB. 法律\n答案：B"


@pytest.mark.parametrize(
    ("rest", "command"),
    [
        ("", Command(Order.BEGIN)),
        ("。", Command(Order.BEGIN)),
        ("通知", Command(Order.BEGIN, kind=Kind.NOTICE)),
        ("列表", Command(Order.LIST)),
        ("列 表！", Command(Order.LIST)),
        ("12", Command(Order.SHOW, 12)),
        ("１２", Command(Order.SHOW, 12)),
        ("第12号", Command(Order.SHOW, 12)),
        ("结果 12", Command(Order.SHOW, 12)),
        ("撤回 12", Command(Order.RECALL, 12)),
        ("撤回12，内容有误。", Command(Order.RECALL, 12, note="内容有误。")),
        ("撤 回 １２ 日期 写错", Command(Order.RECALL, 12, note="日期 写错")),
        ("12 撤回 内容有误", Command(Order.RECALL, 12, note="内容有误")),
        ("取消 12", Command(Order.CANCEL, 12)),
        ("补发 12", Command(Order.RESEND, 12)),
        ("补发 12 确认", Command(Order.RESEND, 12, sure=True)),
        ("12 重发", Command(Order.RESEND, 12)),
        ("放弃12", Command(Order.GIVE_UP, 12)),
        ("12 不重发", Command(Order.GIVE_UP, 12)),
    ],
)
def test_a_command(rest: str, command: Command) -> None:
    assert command_from(rest) == command


@pytest.mark.parametrize(
    "rest",
    ["0", "撤回", "取消 12 13", "12 13", "补发 12 也许", "放弃 12 确认", "1234567890", "给财政局", "12a"],
)
def test_no_command(rest: str) -> None:
    assert command_from(rest) is None


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("通知", Kind.NOTICE),
        ("发通知。", Kind.NOTICE),
        (" 答 题 ", Kind.QUIZ),
        ("统计", Kind.STATISTICS),
        ("2", Kind.QUIZ),
    ],
)
def test_a_kind(words: str, kind: Kind) -> None:
    assert kind_from(words) is kind


def test_pictures_come_by_file_and_other_words_are_no_kind() -> None:
    with pytest.raises(ByFile) as caught:
        kind_from("图片")
    assert caught.value.kind is Kind.PICTURE
    for words in ("通知和答题", "司法局", "什么"):
        with pytest.raises(NotUnderstood):
            kind_from(words)


@pytest.mark.parametrize(
    ("text", "title", "said"),
    [
        ("各单位：请准备。", "", "各单位：请准备。"),
        ("标题：宣传周\n各单位：\n  请准备。\n", "宣传周", "各单位：\n  请准备。"),
        ("标题: 宣传周\r\n一\r\n二", "宣传周", "一\n二"),
        ("标题：宣传周", "宣传周", ""),
        ("本通知的标题：见附件", "", "本通知的标题：见附件"),
        ("ＡＢＣ１２３", "", "ＡＢＣ１２３"),
    ],
)
def test_a_notice_keeps_its_spelling(text: str, title: str, said: str) -> None:
    assert notice_from(text) == (title, said)


def test_the_longest_notice() -> None:
    assert notice_from(f"标题：{'题' * TITLE_CHARACTERS}\n{'字' * TEXT_CHARACTERS}")
    with pytest.raises(LongText) as text:
        notice_from("字" * (TEXT_CHARACTERS + 1))
    assert (text.value.found, text.value.most) == (TEXT_CHARACTERS + 1, TEXT_CHARACTERS)
    with pytest.raises(LongTitle) as title:
        notice_from(f"标题：{'题' * (TITLE_CHARACTERS + 1)}\n字")
    assert title.value.found == TITLE_CHARACTERS + 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("好了", QuizWords(None, done=True)),
        ("好 了。", QuizWords(None, done=True)),
        ("xzcf-0012 xzcf-0013", QuizWords(Ids(("xzcf-0012", "xzcf-0013"), surely=True), done=False)),
        ("xzcf-0012、xzcf-0013\nxf-1", QuizWords(Ids(("xzcf-0012", "xzcf-0013", "xf-1"), surely=True), done=False)),
        ("ｘｚｃｆ－００１２，好了", QuizWords(Ids(("xzcf-0012",), surely=True), done=True)),
        ("宪法题", QuizWords(Ids(("宪法题",), surely=False), done=False)),
        ("抽 3", QuizWords(Draw(3), done=False)),
        ("抽3道题。", QuizWords(Draw(3), done=False)),
        ("抽 3 行政处罚法 宪法", QuizWords(Draw(3, ("行政处罚法", "宪法")), done=False)),
        ("抽取三道 宪法，好了", QuizWords(Draw(3, ("宪法",)), done=True)),
        ("抽 ３ 道 好了", QuizWords(Draw(3), done=True)),
        ("删 2", QuizWords(TakeOut(2), done=False)),
        ("删除第2题", QuizWords(TakeOut(2), done=False)),
        (PASTED, QuizWords(Written(PASTED), done=False)),
        (f"{PASTED}\n好了", QuizWords(Written(PASTED), done=True)),
        ("抽取三份样品检验合法。答案：对", QuizWords(Written("抽取三份样品检验合法。答案：对"), done=False)),
    ],
)
def test_the_content_of_a_quiz(text: str, words: QuizWords) -> None:
    assert quiz_from(text) == words
