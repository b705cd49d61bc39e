"""The answer of a question out of its cell, and what it tells about the kind."""

import re
from collections.abc import Mapping

from question_bank.formats.options import read_options
from question_bank.judging import BLANK, blank_count, judge_word, named_letters, quoted_option, split_blanks
from question_bank.problems import Problem
from question_bank.questions import LETTERS, Kind, Question

Answer = tuple[str | tuple[str, ...], ...]

_BRACKET_BLANK = re.compile(r"（\s*）|\(\s*\)|【\s*】|\[\s*\]")
_BLANK_SIGN = "____"


def told_kind(cells: Mapping[str, str]) -> Kind | None:
    """The kind that options and answer tell: letters among options, a word of truth, or blanks in the stem."""
    options, answer = read_options(cells), cells.get("answer", "")
    if options:
        letters = named_letters(answer)
        return (Kind.MULTIPLE if len(letters) > 1 else Kind.SINGLE) if letters else None
    if judge_word(answer) is not None:
        return Kind.JUDGE
    return Kind.BLANK if answer and BLANK.search(cells.get("stem", "")) else None


def read_blank_stem(stem: str) -> str:
    """Blanks written as one sign; empty brackets are blanks where no line is drawn."""
    return (BLANK if BLANK.search(stem) else _BRACKET_BLANK).sub(_BLANK_SIGN, stem)


def read_answer(
    kind: Kind, stem: str, options: tuple[str, ...], text: str, where: str, problems: list[Problem]
) -> Answer:
    """As the question holds it; what cannot be read is a problem and an empty answer."""
    if not text:
        return ()
    match kind:
        case Kind.JUDGE:
            answer = _truth(options, text)
        case Kind.BLANK:
            answer = _texts(stem, text)
        case Kind.CASE:
            answer = (text,)
        case _:
            question = Question("", kind, stem, options)
            answer = named_letters(text) or quoted_option(question, text)
    if not answer:
        wanted = "“对”或“错”" if kind is Kind.JUDGE else "选项的字母，例如 A 或 ACD"
        problems.append(Problem(where, "answer", f"答案“{text[:20]}”看不懂，请写{wanted}。"))
    return answer


def _truth(options: tuple[str, ...], text: str) -> Answer:
    """`正确`, or the letter of an option that says so."""
    letters = named_letters(text)
    if options and len(letters) == 1 and letters[0] in LETTERS[: len(options)]:
        text = options[LETTERS.index(letters[0])]
    word = judge_word(text)
    return () if word is None else (word,)


def _texts(stem: str, text: str) -> Answer:
    """Blanks between ；, accepted texts of one blank between |."""
    count = blank_count(stem)
    pieces = re.split(r"[;；\n]", text) if count > 1 else [text]
    if len(pieces) != count:
        pieces = list(split_blanks(text, count))
    return tuple(tuple(one.strip() for one in re.split(r"[|｜]", piece) if one.strip()) for piece in pieces)
