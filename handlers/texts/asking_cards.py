"""A question put to somebody with buttons or boxes, and its result: what the daily question and a quiz share.

A question that a card holds whole is shown on the card; a longer one goes out as a text of its own. The result
names the right letters, the explanation and the article, on the card or, where they do not fit, in one text.
"""

from typing import Final, NamedTuple

from handlers.message import Button, Card, Choice, Content, Text
from handlers.texts.words import KINDS, hours
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

OPTION_CHARACTERS: Final = 17  # of a vote card's option, doc 90236
MOST_BUTTONS: Final = 6  # of a button card; more options are a vote card
MOST_CHOICES: Final = 20  # of a vote card; more options can only be typed
RIGHT_ANSWER: Final = "正确答案"


class Face(NamedTuple):
    """What stands around a question: its answers have the keys `tap:ref:letter`, `behind` ends a vote's line."""

    title: str
    line: str
    tap: str
    ref: str
    behind: str = ""

    def key(self, letter: str = "") -> str:
        return f"{self.tap}:{self.ref}:{letter}"


def messages(face: Face, question: Question, *, text_only: bool) -> tuple[Content, ...]:
    """The messages that ask it, in order: one card, or the whole text and a card to tap, or text only."""
    if text_only or not can_be_tapped(question):
        return (Text(in_words(face, question)),)
    card = asking_card(face, question)
    return (card,) if card_holds(question) else (Text(whole(face, question)), card)


def can_be_tapped(question: Question) -> bool:
    return len(question.options) <= MOST_CHOICES


def card_holds(question: Question) -> bool:
    """The card shows all of it, so that no text is needed beside it."""
    return _fits(question) and not _is_vote(question)


def _fits(question: Question) -> bool:
    return len(shown(question)) <= CARD_CHARACTERS


def _is_vote(question: Question) -> bool:
    """A vote card has no room for a question, and what clients show of its quote area is not certain."""
    return question.kind is Kind.MULTIPLE or len(question.options) > MOST_BUTTONS


def asking_card(face: Face, question: Question, text_at: str = "上") -> Card:
    """The card to tap; `text_at`: the text that it does not hold is the message before (上) or after it (下)."""
    text = f"题目见{text_at}一条消息，"
    if not _is_vote(question):
        return Card(
            title=face.title,
            desc=face.line,
            body=shown(question) if _fits(question) else f"{text}请点选答案。",
            buttons=tuple(Button(letter, face.key(letter)) for letter in letters(question)),
        )
    several = question.kind is Kind.MULTIPLE
    return Card(
        title=face.title,
        desc=f"{text}{'可多选' if several else '请选一项'}{face.behind}",
        choices=_choices(question),
        question_key=face.ref,
        multiple=several,
        submit=Button("提交", face.key()),
    )


def _choices(question: Question) -> tuple[Choice, ...]:
    """Every option in words where all fit, else the letters: half of each reads oddly."""
    lines = option_lines(question)
    worded = all(len(line) <= OPTION_CHARACTERS for line in lines)
    return tuple(
        Choice(letter, line if worded else letter) for letter, line in zip(letters(question), lines, strict=True)
    )


def whole(face: Face, question: Question) -> str:
    return f"【{face.title}】\n{face.line}\n\n{shown(question)}"


def in_words(face: Face, question: Question) -> str:
    """All of it, and how it is answered without a card."""
    example = {Kind.JUDGE: "“对”或“错”", Kind.MULTIPLE: "字母，如“ACD”"}.get(question.kind, "字母，如“B”")
    return f"{whole(face, question)}\n\n请直接回复{example}作答。"


def kind_words(question: Question) -> str:
    """`单选题 · 行政处罚法`, with the law that it cites first."""
    law = question.citations[0].law if question.citations else ""
    return KINDS[question.kind] + (f" · {law}" if 0 < len(law) <= 30 else "")


def verdict(*, correct: bool, first: bool) -> str:
    said = "回答正确" if correct else "回答错误"
    if first:
        return f"{'✓' if correct else '✗'} {said}"
    return f"此题您已作答（{said}），以首次为准"


def result_holds(question: Question) -> bool:
    """The answered card shows the question and why; else `why` follows as a text."""
    return _fits(question) and len(question.explanation) <= EXPLANATION_CHARACTERS


def result_card(
    face: Face, question: Question, title: str, rows: tuple[tuple[str, str], ...], going_on: Button | None = None
) -> Card:
    """The card in its answered state: greyed out, or with the one button that leads on."""
    article = "、".join(printed(citation) for citation in question.citations[:2])
    holds = result_holds(question)
    letters_of_it = tuple(Button(letter, face.key(letter)) for letter in letters(question)[:MOST_BUTTONS])
    return Card(
        title=title,
        desc=face.title,
        body=shown(question) if _fits(question) else "题目见前面的消息。",
        quote_title=article if holds else "",
        quote=question.explanation if holds else "解析见下一条消息。",
        rows=rows,
        buttons=(going_on,) if going_on else letters_of_it,
        closed="" if going_on else "已作答",
    )


def result_text(question: Question, said: str, rows: tuple[tuple[str, str], ...]) -> str:
    facts = [f"{name}：{value}" for name, value in rows if name != RIGHT_ANSWER]
    return "\n".join((said, *facts, "", why(question)))


def hours_won(posted: int, earned: int, made_up: str = "") -> str:
    """What was posted, in hundredths, of what was earned."""
    if posted == 0:
        return "+0.00（本项已达年度上限）"
    return f"+{hours(posted)}{made_up}" + ("（本项到年度上限，只计余量）" if posted < earned else "")


def so_far(counted: int, owed: int) -> str:
    if owed == 0:
        return f"{hours(counted)}（不作考核要求）"
    return f"{hours(counted)} / {hours(owed)}"


def right(question: Question) -> str:
    return "".join(str(letter) for letter in question.answer)


def why(question: Question) -> str:
    """The right answer with its words, the explanation, and the law and article."""
    lines = [f"正确答案：{right(question)}"]
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
