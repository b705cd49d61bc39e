"""What is said about a 答题活动: each question, the result of an answer, and how to go on.

A person's results are that person's own: nothing here names or counts anybody else.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from handlers.message import Button, Content, Grey, Push, Reply, Text
from handlers.texts.asking_cards import (
    RIGHT_ANSWER,
    Face,
    asking_card,
    can_be_tapped,
    card_holds,
    hours_won,
    in_words,
    result_card,
    result_holds,
    result_text,
    right,
    so_far,
    verdict,
    whole,
    why,
)
from handlers.texts.asking_cards import messages as asking_messages
from handlers.texts.words import KINDS, day, hours
from training.broadcasts import Asked
from training.calendar import CITY
from training.quizzes import NEXT, Standing, Worth, ref_of

TAP: Final = "quiz"
TITLE_CHARACTERS: Final = 36  # of a card, doc 90236
_TRIAL: Final = "（试运行·自愿使用）"
AGAIN: Final = "群发答题"
_OVER: Final = {Standing.CLOSED: "已截止", Standing.RECALLED: "已撤回"}


def messages(asked: Asked, *, trial: bool, text_only: bool = False) -> tuple[Content, ...]:
    """The messages that ask it, in order: one card, or the whole text and a card to tap, or text only."""
    return asking_messages(_face(asked, trial=trial), asked.question, text_only=text_only)


def _face(asked: Asked, *, trial: bool = False) -> Face:
    closes, worth = f"{until(asked.closes_at)} 截止", _credit(asked)
    line = f"{KINDS[asked.question.kind]} · {closes} · {'每题 ' if asked.credit else ''}{worth}"
    behind = f" · {closes} · {worth}"
    return Face(_title(asked, trial=trial), line, TAP, ref_of(asked.broadcast, asked.item), behind)


def _title(asked: Asked, *, trial: bool) -> str:
    """`群发答题 12 1/3 宪法宣传周（试运行·自愿使用）`, the broadcast's own title cut to what a card shows."""
    head, tail = named(asked.broadcast, asked.item, asked.of, "/"), _TRIAL if trial else ""
    room = TITLE_CHARACTERS - len(head) - len(tail) - 1
    own = asked.title if len(asked.title) <= room else f"{asked.title[: room - 1]}…"
    return f"{head} {own}".rstrip() + tail


def named(broadcast: int, item: int, of: int, style: str = "") -> str:
    """`群发答题 12`, and where it has several questions which one: `1/3`, or in a sentence `第1题`."""
    which = f"{item + 1}/{of}" if style else f"第{item + 1}题"
    return f"群发答题 {broadcast}" + (f" {which}" if of > 1 else "")


def until(moment: datetime) -> str:
    """`11月25日 24:00`: midnight is the end of the day before."""
    local = moment.astimezone(CITY)
    if (local.hour, local.minute) == (0, 0):
        return f"{day((local - timedelta(days=1)).date())} 24:00"
    return f"{day(local.date())} {local:%H:%M}"


def _credit(asked: Asked) -> str:
    return f"{hours(asked.credit)} 学时" if asked.credit else "不计学时"


class Outcome(NamedTuple):
    """What a result says apart from the question; it names no person and no moment.

    `counted` and `owed` are hundredths of an hour. `given` and `right` count this person's answers to the quiz.
    `following` is the item that can be answered next; `exam`: one that runs is in front again.
    """

    chosen: str
    correct: bool
    first: bool
    worth: Worth
    earned: int
    posted: int
    counted: int
    owed: int
    given: int
    right: int
    following: int | None
    exam: bool


@lru_cache(maxsize=1024)  # in a rush many people get the same result; pure, so it cannot be stale
def result_on_card(asked: Asked, outcome: Outcome) -> Reply:
    """The tapped card: greyed out, or with the one button that leads to the next question."""
    question, face = asked.question, _face(asked)
    said, rows = verdict(correct=outcome.correct, first=outcome.first), _rows(asked, outcome)
    button = None
    if outcome.following is not None:
        button = Button(f"下一题（{outcome.following + 1}/{asked.of}）", face.key(NEXT))
    head = named(asked.broadcast, asked.item, asked.of)
    # The same for everybody, so that it can be joined; it names no person and no choice.
    follows = Push((), Text(f"【{head} 解析】\n{why(question)}"), shared=True)
    return Reply(result_card(face, question, said, rows, button), () if result_holds(question) else (follows,))


def result_in_words(asked: Asked, outcome: Outcome, following: Asked | None, *, trial: bool) -> Reply:
    """The result, and the next question behind it."""
    said = (
        f"【{named(asked.broadcast, asked.item, asked.of)}】{verdict(correct=outcome.correct, first=outcome.first)}"
    )
    rows = _rows(asked, outcome)
    if outcome.exam and not outcome.first:
        rows = (*rows[:-1], ("考试", "还在进行，这条没有计入，请再发一次"))
    parts = [result_text(asked.question, said, rows)]
    if following is not None:
        parts.append(in_words(_face(following, trial=trial), following.question))
    elif outcome.following is not None:
        parts.append(f"还有 {asked.of - outcome.given} 题没有作答，回复“{AGAIN}”继续。")
    return Reply(Text("\n\n".join(parts)))


def _rows(asked: Asked, outcome: Outcome) -> tuple[tuple[str, str], ...]:
    rows = [("您的答案", outcome.chosen), (RIGHT_ANSWER, right(asked.question))]
    if outcome.worth is not Worth.NO_CREDIT:
        rows += [("本题学时", _hours_won(outcome)), ("计入学时", so_far(outcome.counted, outcome.owed))]
    if asked.of > 1:
        rows.append(("本次答题", f"已答 {outcome.given}/{asked.of} 题，答对 {outcome.right} 题"))
    if outcome.exam:
        rows.append(("考试", "还在进行，回复“考试”继续"))
    return tuple(rows)


def _hours_won(outcome: Outcome) -> str:
    match outcome.worth:
        case Worth.TWICE:
            return "+0.00（此题本年度已计过学时）"
        case Worth.NEXT_YEAR:
            return "+0.00（已过发送年度，不计学时）"
    return hours_won(outcome.posted, outcome.earned)


def next_on_card(asked: Asked, account: str, *, trial: bool) -> Reply:
    """The tapped card becomes the next question; what it cannot hold follows as a text."""
    face, question = _face(asked, trial=trial), asked.question
    if not can_be_tapped(question):
        return Reply(Grey("见下一条"), (Push((account,), Text(in_words(face, question))),))
    text = () if card_holds(question) else (Push((account,), Text(whole(face, question))),)
    return Reply(asking_card(face, question, text_at="下"), text)


def next_in_words(asked: Asked, *, trial: bool) -> Reply:
    return Reply(Text(in_words(_face(asked, trial=trial), asked.question)))


def over(broadcast: int, standing: Standing, *, tapped: bool) -> Reply:
    """It cannot be answered any more."""
    if tapped:
        return Reply(Grey(_OVER[standing]))
    return Reply(Text(f"群发答题 {broadcast} {_OVER[standing]}，不能再作答。回复“今日一题”做今天的题。"))


def twice(chosen: str, answered: int, left: int) -> Reply:
    """The same letter again at once: items, the one that it answered and the one that it did not."""
    return Reply(
        Text(
            f"连续收到两个“{chosen}”，只算作第{answered + 1}题的答案，第{left + 1}题还没有作答。"
            f"第{left + 1}题也选“{chosen}”的，请再发一次。"
        )
    )


def finished(broadcast: int, of: int, correct: int, *, tapped: bool) -> Reply:
    """There is no next question."""
    said = f"群发答题 {broadcast} 您已全部作答：共 {of} 题，答对 {correct} 题。"
    return Reply(Grey("已全部作答")) if tapped else Reply(Text(said))
