"""What is said about the daily question: the question, the result, 补做."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from handlers.actions.daily import Place, Receipt, ref_of
from handlers.message import Content, Push, Reply, Text
from handlers.texts.asking_cards import (
    RIGHT_ANSWER,
    Face,
    hours_won,
    kind_words,
    messages,
    result_card,
    result_holds,
    result_text,
    right,
    so_far,
    verdict,
    why,
)
from handlers.texts.words import day, day_and_weekday
from question_bank.questions import Question
from training.daily import DailyQuestion

TAP: Final = "daily"


def _face(asked: DailyQuestion, *, trial: bool) -> Face:
    place: Place = (asked.day, asked.group)
    title = f"每日一题 {day_and_weekday(asked.day)}" + ("（试运行·自愿使用）" if trial else "")
    return Face(title, kind_words(asked.question), TAP, ref_of(place))


def question_messages(asked: DailyQuestion, *, trial: bool, text_only: bool = False) -> tuple[Content, ...]:
    """The messages that ask it, in order: one card, or the whole text and a card to tap, or text only."""
    return messages(_face(asked, trial=trial), asked.question, text_only=text_only)


def result(receipt: Receipt, *, tapped: bool) -> Reply:
    """A tap is answered by the card in its answered state, typed words by a text."""
    answered = receipt.answered
    outcome = _Outcome(
        answered.chosen,
        answered.correct,
        answered.posted,
        answered.earned,
        receipt.first,
        receipt.make_up,
        receipt.counted,
        receipt.owed,
        receipt.streak,
        receipt.exam,
    )
    if tapped:
        return _result_card(receipt.asked, outcome)
    rows = _rows(receipt.asked.question, outcome)
    if receipt.exam and not receipt.first:
        rows = (*rows[:-1], ("考试", "还在进行，这条没有计入，请再发一次"))
    return Reply(Text(result_text(receipt.asked.question, _verdict(outcome), rows)))


class _Outcome(NamedTuple):
    """What a result says apart from the question; it names no person and no moment."""

    chosen: str
    correct: bool
    posted: int
    earned: int
    first: bool
    make_up: bool
    counted: int
    owed: int
    streak: int
    exam: bool


@lru_cache(maxsize=1024)  # in a rush many people get the same result; pure, so it cannot be stale
def _result_card(asked: DailyQuestion, outcome: _Outcome) -> Reply:
    question, face = asked.question, _face(asked, trial=False)
    card = result_card(face, question, _verdict(outcome), _rows(question, outcome))
    # The same for everybody, so that it can be joined; it names no person and no choice.
    follows = Push((), Text(f"【{day(asked.day)} 每日一题解析】\n{why(question)}"), shared=True)
    return Reply(card, () if result_holds(question) else (follows,))


def _verdict(outcome: _Outcome) -> str:
    return verdict(correct=outcome.correct, first=outcome.first)


def _rows(question: Question, outcome: _Outcome) -> tuple[tuple[str, str], ...]:
    rows = [
        ("您的答案", outcome.chosen),
        (RIGHT_ANSWER, right(question)),
        ("本题学时", hours_won(outcome.posted, outcome.earned, "（补做）" if outcome.make_up else "")),
        ("计入学时", so_far(outcome.counted, outcome.owed)),
    ]
    if outcome.streak > 1:
        rows.append(("连续答题", f"{outcome.streak} 个工作日"))
    if outcome.exam:
        rows.append(("考试", "还在进行，回复“考试”继续"))
    return tuple(rows)


def which(places: Sequence[tuple[date, str]]) -> str:
    days = "、".join(day(when) for when, _ in places)
    return f"您刚才打开了两道题（{days}），不知道您答的是哪一道。请在对应的卡片上点选，或稍后重发“今日一题”再答。"


def reminder(asked: DailyQuestion) -> Text:
    return Text(
        f"【提醒】{day(asked.day)}的每日一题您还没有作答。回复“今日一题”即可作答；不想再收到提醒，请回复“免打扰”。"
    )


def backlog(days: Sequence[date]) -> str:
    """本周可补做的题"""
    listed = "、".join(day_and_weekday(one) for one in days)
    return f"本周还可补做：{listed}。回复“补做”继续，周日 24:00 截止。"
