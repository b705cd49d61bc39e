"""The question and its parts, as values.

Letters are `A` … in the order of `options`; a judge question has the letters `对` and `错` and no options.
A blank's answer is a tuple of accepted texts for each blank; a case has parts and no answer of its own.
"""

from enum import StrEnum
from typing import Final

import msgspec

LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
RIGHT: Final = "对"
WRONG: Final = "错"
CARD_CHARACTERS: Final = 160  # sub_title_text of a card, doc 90236
EXPLANATION_CHARACTERS: Final = 150  # what the quote area of an answered card holds beside the article


class Kind(StrEnum):
    SINGLE = "single"
    MULTIPLE = "multiple"
    JUDGE = "judge"
    BLANK = "blank"
    CASE = "case"


class Citation(msgspec.Struct, frozen=True, omit_defaults=True):
    """The law that a question tests; `sub` is the n of 第X条之n, `version` the date of the text meant."""

    law: str
    article: int
    sub: int = 0
    version: str = ""
    quote: str = ""
    numbers: tuple[str, ...] = ()


class Question(msgspec.Struct, frozen=True, omit_defaults=True):
    """One question as people bring it; `id` is stable over its versions. Empty `audience` means everybody."""

    id: str
    kind: Kind
    stem: str
    options: tuple[str, ...] = ()
    answer: tuple[str | tuple[str, ...], ...] = ()
    explanation: str = ""
    difficulty: int = 3
    topics: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    audience: tuple[str, ...] = ()
    more: str = ""
    shuffle: bool = True
    status: str = "active"
    parts: tuple["Question", ...] = ()


def letters(question: Question) -> tuple[str, ...]:
    """What can be tapped or typed as one choice."""
    if question.kind is Kind.JUDGE:
        return (RIGHT, WRONG)
    return tuple(LETTERS[: len(question.options)])


def option_lines(question: Question) -> tuple[str, ...]:
    """Each option as `A. 文本`; a judge question has none."""
    return tuple(f"{letter}. {text}" for letter, text in zip(LETTERS, question.options, strict=False))


def shown(question: Question) -> str:
    """The whole question as text, the stem and an option a line."""
    return "\n".join((question.stem, *option_lines(question)))


def fits_one_card(question: Question) -> bool:
    """True when a card shows the question whole and its answered state holds the explanation."""
    return (
        question.kind in (Kind.SINGLE, Kind.MULTIPLE, Kind.JUDGE)
        and len(shown(question)) <= CARD_CHARACTERS
        and len(question.explanation) <= EXPLANATION_CHARACTERS
    )
