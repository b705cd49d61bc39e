"""A quiz in words: every question whole, before or on its card, and everything within what a card may hold."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from bot.channels.wecom_cards import changed_card, new_card
from handlers.message import Card, Grey, Reply, Text
from handlers.texts import quiz
from handlers.texts.quiz import Outcome
from question_bank.questions import LETTERS, Question, shown
from tests.handlers.city import JUDGE, MULTIPLE, SINGLE
from tests.handlers.quiz_city import CLOSES, LONG
from training.broadcasts import Asked
from training.quizzes import Standing, Worth

MANY = replace(SINGLE, options=tuple(f"选项{n}" for n in range(8)))
TWENTY_ONE = replace(MULTIPLE, options=tuple(f"选项{n}" for n in range(21)))
EVERY = (SINGLE, JUDGE, MULTIPLE, LONG, MANY, TWENTY_ONE)


def asked(question: Question = SINGLE, item: int = 0, of: int = 3, **changed: object) -> Asked:
    return replace(Asked(12, item, of, "宪法宣传周", CLOSES, question, 10), **changed)


def outcome(**changed: object) -> Outcome:
    usual = Outcome("B", True, True, Worth.CREDITED, 10, 10, 10, 5000, 1, 1, None, False)
    return usual._replace(**changed)


def card_of(reply: Reply) -> Card:
    assert isinstance(reply.now, Card)
    return reply.now


def test_a_question_that_fits_is_one_card() -> None:
    [card] = quiz.messages(asked(), trial=False)
    assert isinstance(card, Card)
    assert card.title == "群发答题 12 1/3 宪法宣传周"
    assert card.desc == "单选题 · 11月25日 24:00 截止 · 每题 0.10 学时"
    assert card.body == shown(SINGLE)
    assert [(button.text, button.key) for button in card.buttons] == [(x, f"quiz:12:0:{x}") for x in "ABCD"]


@pytest.mark.parametrize("question", EVERY)
@pytest.mark.parametrize("text_only", [False, True])
def test_every_question_is_shown_whole_with_its_options(question: Question, *, text_only: bool) -> None:
    contents = quiz.messages(asked(question), trial=True, text_only=text_only)
    read = "\n".join(one.text if isinstance(one, Text) else one.body for one in contents)
    assert question.stem in read
    lines = read.splitlines()
    assert all(f"{LETTERS[n]}. {option}" in lines for n, option in enumerate(question.options))
    tapped = [one for one in contents if isinstance(one, Card)]
    assert len(tapped) == (0 if text_only or question is TWENTY_ONE else 1)
    for card in tapped:
        new_card(card, "task")
        begin = [one.text[0] for one in card.buttons] or [one.text[0] for one in card.choices]
        assert begin == list(LETTERS[: len(question.options)] or "对错")


def test_of_one_question_no_place_is_said_and_on_trial_that_it_is_one() -> None:
    [card] = quiz.messages(asked(of=1, credit=0), trial=True)
    assert isinstance(card, Card)
    assert card.title == "群发答题 12 宪法宣传周（试运行·自愿使用）"
    assert card.desc.endswith("· 不计学时")


@pytest.mark.parametrize("trial", [False, True])
@pytest.mark.parametrize("number", [1, 999_999_999])
def test_the_longest_titles_fit(number: int, *, trial: bool) -> None:
    wide = asked(MULTIPLE, 9, 10, broadcast=number, title="宪" * 60, credit=10_000)
    for content in quiz.messages(wide, trial=trial):
        if isinstance(content, Card):
            new_card(content, "task")
            assert "…" in content.title
            assert content.title.endswith("（试运行·自愿使用）") is trial


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 25, 16, 0, tzinfo=UTC), "11月25日 24:00"),
        (datetime(2026, 11, 25, 15, 59, tzinfo=UTC), "11月25日 23:59"),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), "12月31日 24:00"),
        (datetime(2026, 11, 25, 16, 1, tzinfo=UTC), "11月26日 00:01"),
    ],
)
def test_midnight_is_the_end_of_a_day(moment: datetime, said: str) -> None:
    assert quiz.until(moment) == said


@pytest.mark.parametrize("question", EVERY)
@pytest.mark.parametrize("worth", list(Worth))
@pytest.mark.parametrize("following", [None, 9])
def test_every_result_fits_a_card(question: Question, worth: Worth, following: int | None) -> None:
    earned = 10 if worth is Worth.CREDITED else 0
    chosen = "".join(LETTERS[: len(question.options)]) or "对"
    told = outcome(
        worth=worth, earned=earned, posted=earned // 2, chosen=chosen, following=following, exam=True, first=False
    )
    reply = quiz.result_on_card(asked(question, 8, 10), told)
    card = card_of(reply)
    changed_card(card)
    if following is None:
        assert card.closed == "已作答"
    else:
        assert (card.closed, [(b.text, b.key) for b in card.buttons]) == (
            "",
            [("下一题（10/10）", "quiz:12:8:next")],
        )
    read = card.quote + "".join(push.content.text for push in reply.then if isinstance(push.content, Text))
    assert question.explanation in read
    assert all(push.shared for push in reply.then)


@pytest.mark.parametrize(
    ("worth", "posted", "said"),
    [
        (Worth.CREDITED, 10, "本题学时：+0.10\n"),
        (Worth.CREDITED, 4, "本题学时：+0.04（本项到年度上限，只计余量）\n"),
        (Worth.CREDITED, 0, "本题学时：+0.00（本项已达年度上限）\n"),
        (Worth.TWICE, 0, "本题学时：+0.00（此题本年度已计过学时）\n"),
        (Worth.NEXT_YEAR, 0, "本题学时：+0.00（已过发送年度，不计学时）\n"),
    ],
)
def test_why_an_answer_earned_what_it_did(worth: Worth, posted: int, said: str) -> None:
    reply = quiz.result_in_words(asked(), outcome(worth=worth, posted=posted), None, trial=False)
    assert isinstance(reply.now, Text)
    assert said in reply.now.text


def test_without_credit_hours_are_not_spoken_of() -> None:
    reply = quiz.result_in_words(asked(of=1), outcome(worth=Worth.NO_CREDIT), None, trial=False)
    why = "正确答案：B\nB. 法律\n解析：由法律设定。\n依据：《行政处罚法》第十条"
    assert reply.now == Text(f"【群发答题 12】✓ 回答正确\n您的答案：B\n\n{why}")


def test_the_next_question_on_the_card_in_hand() -> None:
    assert quiz.next_on_card(asked(), "zhou", trial=False).then == ()
    votes = quiz.next_on_card(asked(MULTIPLE), "zhou", trial=False)
    assert card_of(votes).desc.startswith("题目见下一条消息，可多选 · ")
    assert [push.accounts for push in votes.then] == [("zhou",)]
    text = votes.then[0].content
    assert isinstance(text, Text)
    assert text.text.endswith(shown(MULTIPLE))
    typed = quiz.next_on_card(asked(TWENTY_ONE), "zhou", trial=False)
    assert (typed.now, len(typed.then)) == (Grey("见下一条"), 1)


def test_what_is_over_says_how() -> None:
    assert quiz.over(12, Standing.CLOSED, tapped=True) == Reply(Grey("已截止"))
    assert quiz.over(12, Standing.RECALLED, tapped=True) == Reply(Grey("已撤回"))
    typed = quiz.over(12, Standing.RECALLED, tapped=False).now
    assert typed == Text("群发答题 12 已撤回，不能再作答。回复“今日一题”做今天的题。")
