"""What is said about the daily question: the question, the result, 补做.

A question that a card holds whole is shown on the card; a longer one goes out as a text before it. The result
names the right letters, the explanation and the article, on the card or, where they do not fit, in one text.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from handlers.actions.daily import Place, Receipt, ref_of
from handlers.message import Button, Card, Choice, Content, Push, Reply, Text
from handlers.texts.words import KINDS, day, day_and_weekday, hours
from question_bank.citations import printed
from question_bank.questions import (
    CARD_CHARACTERS,
    EXPLANATION_CHARACTERS,
    Kind,
    Question,
    letters,
    option_lines,
    shown,
)
from training.daily import DailyQuestion

TAP: Final = "daily"
OPTION_CHARACTERS: Final = 17  # of a vote card's option, doc 90236
MOST_BUTTONS: Final = 6  # of a button card; more options are a vote card
MOST_CHOICES: Final = 20  # of a vote card; more options can only be typed
_RIGHT_ANSWER: Final = "正确答案"


def _key(place: Place, letter: str = "") -> str:
    return f"{TAP}:{ref_of(place)}:{letter}"


def _title(asked: DailyQuestion, *, trial: bool) -> str:
    return f"每日一题 {day_and_weekday(asked.day)}" + ("（试运行·自愿使用）" if trial else "")


def _kind(question: Question) -> str:
    law = question.citations[0].law if question.citations else ""
    return KINDS[question.kind] + (f" · {law}" if 0 < len(law) <= 30 else "")


def question_messages(asked: DailyQuestion, *, trial: bool, text_only: bool = False) -> tuple[Content, ...]:
    """The messages that ask it, in order: one card, or the whole text and a card to tap, or text only."""
    question, place = asked.question, (asked.day, asked.group)
    title, kind = _title(asked, trial=trial), _kind(question)
    whole = f"【{title}】\n{kind}\n\n{shown(question)}"
    if text_only or len(question.options) > MOST_CHOICES:
        return (Text(f"{whole}\n\n{_how_to_type(question)}"),)
    # A vote card has no room for a question, and what clients show of its quote area is not certain.
    several = question.kind is Kind.MULTIPLE
    votes = several or len(question.options) > MOST_BUTTONS
    fits = len(shown(question)) <= CARD_CHARACTERS and not votes
    if votes:
        card = Card(
            title=title,
            desc="题目见上一条消息，" + ("可多选" if several else "请选一项"),
            choices=_choices(question),
            question_key=ref_of(place),
            multiple=several,
            submit=Button("提交", _key(place)),
        )
    else:
        card = Card(
            title=title,
            desc=kind,
            body=shown(question) if fits else "题目见上一条消息，请点选答案。",
            buttons=tuple(Button(letter, _key(place, letter)) for letter in letters(question)),
        )
    return (card,) if fits else (Text(whole), card)


def _choices(question: Question) -> tuple[Choice, ...]:
    """Every option in words where all fit, else the letters: half of each reads oddly."""
    lines = option_lines(question)
    worded = all(len(line) <= OPTION_CHARACTERS for line in lines)
    return tuple(
        Choice(letter, line if worded else letter) for letter, line in zip(letters(question), lines, strict=True)
    )


def _how_to_type(question: Question) -> str:
    example = {Kind.JUDGE: "“对”或“错”", Kind.MULTIPLE: "字母，如“ACD”"}.get(question.kind, "字母，如“B”")
    return f"请直接回复{example}作答。"


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
    facts = [f"{name}：{value}" for name, value in rows if name != _RIGHT_ANSWER]
    return Reply(Text("\n".join((_verdict(outcome), *facts, "", _why(receipt.asked.question)))))


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
    question, place = asked.question, (asked.day, asked.group)
    article = "、".join(printed(citation) for citation in question.citations[:2])
    whole = len(shown(question)) <= CARD_CHARACTERS and len(question.explanation) <= EXPLANATION_CHARACTERS
    card = Card(
        title=_verdict(outcome),
        desc=_title(asked, trial=False),
        body=shown(question) if len(shown(question)) <= CARD_CHARACTERS else "题目见前面的消息。",
        quote_title=article if whole else "",
        quote=question.explanation if whole else "解析见下一条消息。",
        rows=_rows(question, outcome),
        buttons=tuple(Button(letter, _key(place, letter)) for letter in letters(question)[:MOST_BUTTONS]),
        closed="已作答",
    )
    # The same for everybody, so that it can be joined; it names no person and no choice.
    follows = Push((), Text(f"【{day(asked.day)} 每日一题解析】\n{_why(question)}"), shared=True)
    return Reply(card, () if whole else (follows,))


def _verdict(outcome: _Outcome) -> str:
    verdict = "✓ 回答正确" if outcome.correct else "✗ 回答错误"
    if outcome.first:
        return verdict
    return f"此题您已作答（{verdict[2:]}），以首次为准"


def _hours_won(outcome: _Outcome) -> str:
    if outcome.posted == 0:
        return "+0.00（本项已达年度上限）"
    part = "（本项到年度上限，只计余量）" if outcome.posted < outcome.earned else ""
    made_up = "（补做）" if outcome.make_up else ""
    return f"+{hours(outcome.posted)}{made_up}{part}"


def _so_far(outcome: _Outcome) -> str:
    if outcome.owed == 0:
        return f"{hours(outcome.counted)}（不作考核要求）"
    return f"{hours(outcome.counted)} / {hours(outcome.owed)}"


def _rows(question: Question, outcome: _Outcome) -> tuple[tuple[str, str], ...]:
    rows = [
        ("您的答案", outcome.chosen),
        (_RIGHT_ANSWER, _right(question)),
        ("本题学时", _hours_won(outcome)),
        ("计入学时", _so_far(outcome)),
    ]
    if outcome.streak > 1:
        rows.append(("连续答题", f"{outcome.streak} 个工作日"))
    if outcome.exam:
        rows.append(("考试", "还在进行，回复“考试”继续"))
    return tuple(rows)


def _right(question: Question) -> str:
    return "".join(str(letter) for letter in question.answer)


def _why(question: Question) -> str:
    """The right answer with its words, the explanation, and the law and article."""
    lines = [f"正确答案：{_right(question)}"]
    lines += [
        line
        for letter, line in zip(letters(question), option_lines(question), strict=False)
        if letter in question.answer
    ]
    if question.explanation:
        lines.append(f"解析：{question.explanation}")
    if question.citations:
        lines.append("依据：" + "、".join(printed(citation) for citation in question.citations))
    if question.more:
        lines.append(question.more)
    return "\n".join(lines)


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
