"""Judging an answer: from what a person typed or tapped to letters, and whether they are right.

A choice is a tuple of letters in the order of the options, each once; the letters of a judge question are `对` and
`错`. The answer to a question with blanks is a tuple with one text for each blank.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from question_bank.folding import fold, fold_answer
from question_bank.questions import RIGHT, WRONG, Kind, Question, letters

BLANK = re.compile("[_＿]{2,}")  # one blank in a stem

_RIGHT_WORDS: Final = frozenset(("对", "对的", "正确", "是", "是的", "√", "✓", "✔", "☑", "t", "true", "y", "yes"))
_WRONG_WORDS: Final = frozenset(
    (
        "错",
        "错的",
        "错误",
        "不对",
        "不正确",
        "否",
        "不是",
        "×",
        "✗",
        "✘",
        "✕",
        "✖",
        "☒",
        "x",
        "f",
        "false",
        "n",
        "no",
    )
)
_LAST_PLAUSIBLE: Final = "H"  # beyond it letters are rather a word than a choice
_LEAD = re.compile(r"^(?:我?的?(?:答案|选择|回答)是?|我?应?选择?|答)[:,.]*")
_BLANK_LEAD = re.compile(r"\s*(?:答案?\s*[:：]|答案\s)")
_TAIL = re.compile(r"(?:选?项)?[.。!]*$")
_BETWEEN = re.compile(r"[,、;/.。|&+和与及]+")


@dataclass(eq=False)
class AnswerRefused(Exception):
    """The text cannot be taken as an answer to this question; `letters` are those that exist."""

    letters: tuple[str, ...]


@dataclass(eq=False)
class NotAnAnswer(AnswerRefused):
    """The text names no letters at all."""


@dataclass(eq=False)
class UnknownLetters(AnswerRefused):
    """Letters beyond the options."""

    unknown: tuple[str, ...]


@dataclass(eq=False)
class OnlyOneLetter(AnswerRefused):
    """More than one letter where one is asked for."""

    chosen: tuple[str, ...]


@dataclass(eq=False)
class WrongBlankCount(AnswerRefused):
    """Another number of texts than the stem has blanks."""

    blanks: int
    found: int


def parse_answer(question: Question, text: str) -> tuple[str, ...]:
    """What `text` chooses, canonical. Raises: AnswerRefused, and ValueError for a case, which has no answer."""
    match question.kind:
        case Kind.CASE:
            raise ValueError("a case is answered part by part")
        case Kind.BLANK:
            return _blanks(question, text)
        case Kind.JUDGE:
            return _truth(text)
    return _choice(question, text)


def judge_word(text: str) -> str | None:
    """`对` or `错` for the usual words and signs of either, else None."""
    word = _stripped(text)
    if word in _RIGHT_WORDS:
        return RIGHT
    return WRONG if word in _WRONG_WORDS else None


def looks_like_choice(text: str) -> bool:
    """True for what can be meant as an answer to some choice or judge question (`B`, `选acd`, `√`)."""
    return judge_word(text) is not None or "" < max(named_letters(text), default="") <= _LAST_PLAUSIBLE


def blank_count(stem: str) -> int:
    return len(BLANK.findall(stem))


def is_right(question: Question, chosen: Sequence[str]) -> bool:
    """Exactly the right letters, in any order; or in every blank one of its accepted texts.

    Raises: ValueError for a case, which is judged part by part.
    """
    if question.kind is Kind.CASE:
        raise ValueError("a case is judged part by part")
    if question.kind is not Kind.BLANK:
        return set(chosen) == set(question.answer)
    if len(chosen) != len(question.answer):
        return False
    return all(blank_is_right(text, texts) for text, texts in zip(chosen, question.answer, strict=True))


def blank_is_right(text: str, accepted: str | tuple[str, ...]) -> bool:
    """True when `text` is, after folding, one of the texts that this blank accepts."""
    texts = (accepted,) if isinstance(accepted, str) else accepted
    return _comparable(text) in {_comparable(one) for one in texts}


def _comparable(text: str) -> str:
    """An answer of nothing but punctuation (`《》`) is compared as it stands, or it would equal an empty one."""
    return fold_answer(text) or unicodedata.normalize("NFKC", text).strip()


def _stripped(text: str) -> str:
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text).casefold()).strip("\"'“”‘’()[]【】")
    return _TAIL.sub("", _LEAD.sub("", plain))


def named_letters(text: str) -> tuple[str, ...]:
    """The letters that the text names, sorted and each once; empty when it holds anything else."""
    bare = _BETWEEN.sub("", _stripped(text))
    return tuple(sorted(set(bare.upper()))) if re.fullmatch("[a-z]+", bare) else ()


def _choice(question: Question, text: str) -> tuple[str, ...]:
    exist = letters(question)
    if text in exist:  # a tap, and most of what is typed
        return (text,)
    chosen = named_letters(text) or quoted_option(question, text)
    if not chosen:
        raise NotAnAnswer(exist)
    if unknown := tuple(letter for letter in chosen if letter not in exist):
        raise UnknownLetters(exist, unknown)
    if question.kind is Kind.SINGLE and len(chosen) > 1:
        raise OnlyOneLetter(exist, chosen)
    return chosen


def quoted_option(question: Question, text: str) -> tuple[str, ...]:
    """The one option whose text, with or without its letter, was typed in full."""
    wanted = fold(text)
    lines = zip(letters(question), question.options, strict=False)
    found = [letter for letter, option in lines if wanted in (fold(option), fold(f"{letter}. {option}"))]
    return tuple(found) if wanted and len(found) == 1 else ()


def _truth(text: str) -> tuple[str, ...]:
    word = judge_word(text)
    if word is not None:
        return (word,)
    named = {judge_word(part) for part in re.split(r"[\s,，、;；/|和]+", text.strip())}
    if named == {RIGHT, WRONG}:
        raise OnlyOneLetter((RIGHT, WRONG), (RIGHT, WRONG))
    if unknown := named_letters(text):
        raise UnknownLetters((RIGHT, WRONG), unknown)
    raise NotAnAnswer((RIGHT, WRONG))


def _blanks(question: Question, text: str) -> tuple[str, ...]:
    """`答案：` before them is no part of them: so people answer with what is a command elsewhere."""
    wanted = len(question.answer)
    lead = _BLANK_LEAD.match(text)
    texts = split_blanks(text[lead.end() :] if lead else text, wanted)
    if not any(map(_comparable, texts)):
        raise NotAnAnswer(())
    if len(texts) != wanted:
        raise WrongBlankCount((), wanted, len(texts))
    return texts


def split_blanks(text: str, wanted: int) -> tuple[str, ...]:
    """The text cut into `wanted` pieces at the strongest separator that gives so many; else at the strongest."""
    if wanted == 1:
        return (text.strip(),)
    tries = [_pieces(text, separator) for separator in (r"[;；\n|｜]", r"[,，、]", r"\s+")]
    fitting = [pieces for pieces in tries if len(pieces) == wanted]
    return fitting[0] if fitting else max(tries, key=len)


def _pieces(text: str, separator: str) -> tuple[str, ...]:
    return tuple(piece.strip() for piece in re.split(separator, text.strip()))
