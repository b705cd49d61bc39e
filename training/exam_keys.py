"""试题更正: a question of a published exam whose key was found wrong, by its id, and the answer it should have had.

A part of a case goes by its own id; a whole case has no answer and can only be voided. Answers are as the bank
keeps them; the blanks of one question are divided by `；`, what one blank accepts by `|`.
Source: domain, Exam (a question voided or corrected afterwards); contract, `exam void`, `exam correct`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from question_bank.folding import fold_answer
from question_bank.judging import AnswerRefused, parse_answer
from question_bank.questions import Kind, Question, letters
from training.exam_errors import ExamRefusal
from training.marking import Answer, KeyChange


@dataclass(eq=False)
class KeyRefusal(ExamRefusal):
    """The key of this question cannot be changed so."""

    exam: int
    question: str


@dataclass(eq=False)
class NotPublished(KeyRefusal):
    """A draft has no questions yet: they are frozen at publishing."""


@dataclass(eq=False)
class NotInPool(KeyRefusal):
    """Papers of this exam are not drawn from it, or the bank does not know it."""


@dataclass(eq=False)
class CaseHasNoKey(KeyRefusal):
    """It is corrected part by part."""

    parts: tuple[str, ...]


@dataclass(eq=False)
class CaseIsVoid(KeyRefusal):
    """Nothing that happens to a part changes anything."""

    case: str


@dataclass(eq=False)
class AsItStands(KeyRefusal):
    """The question is voided already, or has this answer."""

    voided: bool


@dataclass(eq=False)
class UnfitAnswer(KeyRefusal):
    """`letters` are those that exist, none for blanks; `several`: more than one may be right."""

    letters: tuple[str, ...]
    several: bool
    blanks: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in its place of the pool; `part` is -1 for a whole one, `case` then empty."""

    place: int
    part: int
    question: Question
    case: str = ""

    @property
    def on_paper(self) -> str:
        """What stands in every encoded paper that has it, and in no other."""
        return f"[{self.place}," if self.part < 0 else f"[{self.place},{self.part},"


def asked(pool: Iterable[Question], question: str) -> Asked | None:
    for place, whole in enumerate(pool):
        if whole.id == question:
            return Asked(place, -1, whole)
        for part, small in enumerate(whole.parts):
            if small.id == question:
                return Asked(place, part, small, whole.id)
    return None


def related(one: Asked, question: str) -> bool:
    """Whether a change of `question` is one of this question too: itself, its case, or one of its parts."""
    return question in (one.question.id, one.case) or any(part.id == question for part in one.question.parts)


def corrected(exam: int, one: Asked, text: str) -> KeyChange:
    """Raises: CaseHasNoKey, UnfitAnswer."""
    question = one.question
    if question.kind is Kind.CASE:
        raise CaseHasNoKey(exam, question.id, tuple(part.id for part in question.parts))
    try:
        answer: Answer = _blanks(question, text) if question.kind is Kind.BLANK else parse_answer(question, text)
    except AnswerRefused:
        answer = ()
    if not answer:
        exist = () if question.kind is Kind.BLANK else letters(question)
        several = question.kind is Kind.MULTIPLE
        raise UnfitAnswer(exam, question.id, exist, several, len(question.answer) if not exist else 0)
    return KeyChange(question.id, answer=answer)


def _blanks(question: Question, text: str) -> tuple[tuple[str, ...], ...]:
    """Empty when a blank has no text, or their number is another."""
    pieces = [re.split("[|｜]", blank) for blank in re.split("[;；]", text)]
    texts = tuple(tuple(one.strip() for one in several) for several in pieces)
    fits = len(texts) == len(question.answer) and all(one for several in texts for one in several)
    return texts if fits else ()


def demand_change(exam: int, one: Asked, wanted: KeyChange, changes: Mapping[str, KeyChange]) -> None:
    """`changes`: what became of keys so far. Raises: CaseIsVoid, AsItStands."""
    case = changes.get(one.case) if one.case else None
    if case is not None and case.voided:
        raise CaseIsVoid(exam, wanted.question, one.case)
    standing = changes.get(wanted.question)
    voided = standing is not None and standing.voided
    held = () if voided else key_of(one.question, standing)
    same = voided if wanted.voided else _plain(one.question, held) == _plain(one.question, wanted.answer)
    if same:
        raise AsItStands(exam, wanted.question, voided)


def key_of(question: Question, standing: KeyChange | None) -> Answer:
    """What is right now; empty for a voided question and a case."""
    if standing is None:
        return question.answer
    return standing.answer


def agrees(question: Question, change: KeyChange) -> bool:
    """Whether the question says itself what became of its key."""
    return not change.voided and _plain(question, question.answer) == _plain(question, change.answer)


def _plain(question: Question, answer: Answer) -> list[frozenset[str]]:
    """Letters in any order, and of each blank the texts that it accepts, folded."""
    if question.kind is not Kind.BLANK:
        return [frozenset(map(str, answer))]
    texts = [(one,) if isinstance(one, str) else one for one in answer]
    return [frozenset(fold_answer(text) or text for text in several) for several in texts]
