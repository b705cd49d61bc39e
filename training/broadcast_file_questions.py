"""The questions of a broadcast file: ids of the bank, questions that stand in it in the canonical form, or a number
that is drawn when it is sent."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import msgspec

from question_bank.checks import validate
from question_bank.duplicates import fold_key
from question_bank.formats.jsonl import read_jsonl
from question_bank.problems import Problem as BankProblem
from question_bank.problems import Severity, rejected
from question_bank.questions import Kind, Question
from training import exam_file_parts
from training.broadcast_file_errors import (
    BadList,
    BadQuestion,
    NotAskable,
    NothingAsked,
    NotWithout,
    QuestionDoubt,
    TooManyQuestions,
    TwiceAsked,
    UnknownQuestion,
    UnknownTopic,
)
from training.exam_file_errors import Problem
from training.exam_file_table import Block, likeliest
from training.rule_errors import Place

MOST_QUESTIONS: Final = 10
ASKABLE: Final = (Kind.SINGLE, Kind.MULTIPLE, Kind.JUDGE)
_STEM_SHOWN: Final = 20  # characters
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True, slots=True)
class Known(exam_file_parts.Known):
    """Also `kinds`: those of the questions of the bank that the file names, by id."""

    kinds: Mapping[str, Kind] = field(default_factory=dict)


class Asked(NamedTuple):
    ids: tuple[str, ...] = ()
    written: tuple[Question, ...] = ()
    draw: int = 0
    topics: tuple[str, ...] = ()


def asked_of(top: Block, known: Known, *, demanded: bool) -> Asked:
    """Every problem is noted; `demanded`: it is one as well when nothing is asked."""
    entries = entries_of(top.values.get("questions", []))
    if entries is None:
        top.found.append(BadList(top.place, "questions", 0))
        return Asked()
    ids, written = _ids(top, entries, known.kinds), _written(top, entries)
    asked = Asked(ids, written, top.whole("draw", 0, 0, MOST_QUESTIONS), _topics(top, known.topics))
    total = len(entries) + asked.draw
    if top.sound("draw") and total > MOST_QUESTIONS:
        top.found.append(TooManyQuestions(top.place, "questions", total, MOST_QUESTIONS))
    if demanded and not total and top.sound("draw"):
        top.found.append(NothingAsked(top.place, "questions"))
    if asked.topics and not asked.draw and top.sound("draw"):
        top.found.append(NotWithout(top.place, "topics", "draw"))
    return asked


def entries_of(value: object) -> list[object] | None:
    """One alone will do; a table with nothing but an id is that id. None: it is no list at all."""
    entries = [value] if isinstance(value, str | dict) else value
    if not isinstance(entries, list):
        return None
    return [entry["id"] if isinstance(entry, dict) and set(entry) == {"id"} else entry for entry in entries]


def _ids(top: Block, entries: list[object], kinds: Mapping[str, Kind]) -> tuple[str, ...]:
    ids = [entry.strip() for entry in entries if isinstance(entry, str)]
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict) and not (isinstance(entry, str) and entry.strip()):
            top.found.append(BadList(top.place, "questions", number))
    for id_ in dict.fromkeys(filter(None, ids)):
        if id_ not in kinds:
            top.found.append(UnknownQuestion(top.place, "questions", id_))
        elif kinds[id_] not in ASKABLE:
            top.found.append(NotAskable(top.place, "questions", id_, kinds[id_]))
        if ids.count(id_) > 1:
            top.found.append(TwiceAsked(top.place, "questions", id_))
    return tuple(ids)


def _topics(top: Block, known: frozenset[str]) -> tuple[str, ...]:
    topics = top.texts("topics")
    for topic in topics:
        if topic not in known:
            top.found.append(UnknownTopic(top.place, "topics", topic, likeliest(topic, known)))
    return topics


def _written(top: Block, entries: list[object]) -> tuple[Question, ...]:
    """Those that can be asked; the others are noted."""
    found: dict[str, Question] = {}
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict):
            continue
        block = top.under(Place("questions", number), entry)
        question = _question(block)
        if question is None:
            continue
        if question.kind not in ASKABLE:
            block.found.append(NotAskable(block.place, "kind", "", question.kind))
        elif fold_key(question) in found:
            block.found.append(TwiceAsked(block.place, "stem", question.stem[:_STEM_SHOWN]))
        found.setdefault(fold_key(question), question)
    return tuple(found.values())


def _question(block: Block) -> Question | None:
    """Read and checked as at an import; only keys that mean nothing are problems here."""
    block.check_keys()
    try:
        line = _ENCODER.encode(dict(block.values))
        msgspec.json.decode(line)  # what a number without end is written as is no JSON
        (draft,) = read_jsonl(line)
    except (msgspec.MsgspecError, TypeError, ValueError, OverflowError):
        block.found.append(BadQuestion(block.place, "", "有看不懂的值。"))
        return None
    problems = [*draft.problems, *(validate(draft.question, draft.where) if draft.question else ())]
    block.found.extend(_refusals(block.place, problems))
    return None if rejected(problems) else draft.question


def _refusals(place: Place, problems: Iterable[BankProblem]) -> Iterator[Problem]:
    for problem in problems:
        if problem.severity is Severity.REJECTED:
            yield BadQuestion(place, problem.field, problem.problem)


def question_doubts(written: Iterable[Question]) -> Iterator[QuestionDoubt]:
    """What an import would warn of."""
    for number, question in enumerate(written, 1):
        for problem in validate(question, ""):
            if problem.severity is Severity.WARNING:
                yield QuestionDoubt(number, problem.problem)
