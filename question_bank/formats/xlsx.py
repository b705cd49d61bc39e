"""Questions from a table, xlsx or delimited text: 题型 题干 选项A … 选项F 答案 解析 难度 知识点 法条依据.

A case is a row of its own kind, without an answer; the rows below it whose 题型 begins with 小题 are its parts.
What a cell says is read generously (words, signs, separators), what it means is never guessed.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import msgspec

from question_bank.checks import DIFFICULTIES
from question_bank.citations import parse_citations
from question_bank.folding import fold
from question_bank.formats.answers import read_answer, read_blank_stem, told_kind
from question_bank.formats.columns import (
    AUDIENCE_WORDS,
    DIFFICULTY_WORDS,
    EVERYBODY,
    KIND_WORDS,
    PART,
    STATUS_WORDS,
    UNTOLD,
    column_aliases,
    kind_word,
)
from question_bank.formats.drafts import Draft, canonical
from question_bank.formats.options import read_options
from question_bank.formats.table import Row, Table, read_table
from question_bank.judging import judge_word
from question_bank.problems import Problem, Severity, rejected
from question_bank.questions import WRONG, Citation, Kind, Question

REQUIRED: Final = ("stem", "answer")

_LIST = re.compile(r"[;；、,，/|\n]+")


class Sheet(NamedTuple):
    """Problems of the table as a whole, and its questions."""

    problems: tuple[Problem, ...]
    drafts: Iterator[Draft]


class _Line(NamedTuple):
    """One row as read: a question, or the part of the case above."""

    draft: Draft
    kind: Kind | None
    is_part: bool


def read_sheet(name: str, content: bytes) -> Sheet:
    """The questions of the first table in the file. Raises: Unreadable (see `read_table`)."""
    table = read_table(name, content, column_aliases(), REQUIRED)
    return Sheet(table.problems, _drafts(table))


def _drafts(table: Table) -> Iterator[Draft]:
    """A case waits until its parts are read; a part without a case is rejected."""
    case: list[Draft] = []
    for row in table.rows:
        line = _line(row, table.delimited)
        if line.is_part and case:
            case.append(line.draft)
            continue
        yield from _closed(case)
        case = []
        if line.is_part:
            orphan = Problem(row.where, "kind", "小题的上方没有所属的案例分析题。")
            yield Draft(row.where, None, (*line.draft.problems, orphan))
        elif line.kind is Kind.CASE:
            case = [line.draft]
        else:
            yield _finished(line.draft)
    yield from _closed(case)


def _closed(case: list[Draft]) -> Iterator[Draft]:
    """The case with its parts; without one of them it is none."""
    if not case:
        return
    problems = tuple(problem for draft in case for problem in draft.problems)
    parts = tuple(draft.question for draft in case[1:] if draft.question is not None)
    question = case[0].question
    if question is not None:
        whole = len(parts) == len(case) - 1
        question = msgspec.structs.replace(question, parts=parts) if whole else None
    yield _finished(Draft(case[0].where, question, problems))


def _finished(draft: Draft) -> Draft:
    return draft._replace(question=canonical(draft.question)) if draft.question else draft


def _line(row: Row, delimited: bool) -> _Line:
    cells, problems = row.cells, list(_stray_cells(row, delimited))
    word = kind_word(cells.get("kind", ""))
    is_part = word.startswith(PART)
    kind = _kind(word.removeprefix(PART), cells, row.where, problems)
    question = None if kind is None else _question(kind, cells, row.where, problems)
    if rejected(problems):
        question = None
    return _Line(Draft(row.where, question, tuple(problems)), kind, is_part)


def _stray_cells(row: Row, delimited: bool) -> Iterator[Problem]:
    count = len(row.extra)
    if count and delimited:
        sentence = f"这一行比表头多 {count} 格，可能是文字里的分隔符没有用引号括起来。"
        yield Problem(row.where, "", sentence)
    elif count:
        yield Problem(row.where, "", f"表头以外的 {count} 格已忽略。", Severity.WARNING)


def _kind(word: str, cells: Mapping[str, str], where: str, problems: list[Problem]) -> Kind | None:
    if word in KIND_WORDS:
        return KIND_WORDS[word]
    told = told_kind(cells) if word in UNTOLD else None
    if told is None:
        said = f"没有“{cells['kind']}”这种题型" if cells.get("kind") else "题型是空的"
        problems.append(Problem(where, "kind", f"{said}，应为单选题、多选题、判断题、填空题或案例分析题。"))
    return told


def _question(kind: Kind, cells: Mapping[str, str], where: str, problems: list[Problem]) -> Question:
    options = read_options(cells)
    stem = cells.get("stem", "")
    if kind is Kind.BLANK:
        stem = read_blank_stem(stem)
    answer = read_answer(kind, stem, options, cells.get("answer", ""), where, problems)
    return Question(
        id=cells.get("id", ""),
        kind=kind,
        stem=stem,
        options=() if kind is Kind.JUDGE else options,
        answer=answer,
        explanation=cells.get("explanation", ""),
        difficulty=_difficulty(cells.get("difficulty", ""), where, problems),
        topics=_listed(cells.get("topics", "")),
        citations=_citations(cells.get("citations", ""), where, problems),
        audience=_audience(cells.get("audience", "")),
        more=cells.get("more", ""),
        shuffle=judge_word(cells.get("shuffle", "")) != WRONG,
        status=STATUS_WORDS.get(cells.get("status", ""), cells.get("status", "")),
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(piece.strip() for piece in _LIST.split(text) if piece.strip()))


def _audience(text: str) -> tuple[str, ...]:
    words = [word for word in _listed(text) if word not in EVERYBODY]
    return tuple(AUDIENCE_WORDS.get(word, word) for word in words)


def _difficulty(text: str, where: str, problems: list[Problem]) -> int:
    """1 to 5 as a figure, a word or stars; 3 where it is not said."""
    if not text:
        return 3
    stars = text.count("★") if set(text) <= set("★☆") else 0
    figure = int(float(text)) if re.fullmatch(r"\d(?:\.0+)?", text) else 0
    value = DIFFICULTY_WORDS.get(fold(text).removesuffix("难度"), stars or figure)
    if value in DIFFICULTIES:
        return value
    problems.append(Problem(where, "difficulty", f"难度“{text}”不是 1 至 5，已按 3 处理。", Severity.WARNING))
    return 3


def _citations(text: str, where: str, problems: list[Problem]) -> tuple[Citation, ...]:
    found, unread = parse_citations(text)
    if unread:
        sentence = f"法条依据里的“{'；'.join(unread)}”没有读懂，已忽略（例：《行政处罚法》第三十三条）。"
        problems.append(Problem(where, "citations", sentence, Severity.WARNING))
    return found
