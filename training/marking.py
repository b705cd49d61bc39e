"""Marking: what an answer earns, exactly, and what a whole paper comes to.

Points are whole hundredths of a point, for the parts of a case a fraction of them. What an answer earns is a
`Fraction` of hundredths and is never rounded; the sum of a paper is, once, half up. Answers are canonical: letters
as the bank has them, for blanks one text each; an empty tuple is no answer and earns nothing.
Source: domain, Exam.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import msgspec

from question_bank.judging import blank_is_right, is_right
from question_bank.questions import Kind, Question
from training.exams import Grading

Answer = tuple[str | tuple[str, ...], ...]


class KeyChange(msgspec.Struct, frozen=True):
    """A key found wrong after publishing: the question is voided, or has another answer; one of the two.

    `question` may be a part of a case; a whole case can only be voided. Raises: ValueError for both or neither.
    """

    question: str
    voided: bool = False
    answer: Answer = ()

    def __post_init__(self) -> None:
        if self.voided == bool(self.answer):
            raise ValueError("a key is either voided or has another answer")


class Item(msgspec.Struct, frozen=True):
    """One thing to answer on a paper; `case` is the id of the case that it is a part of, else empty."""

    question: Question
    points: Fraction
    case: str = ""


class Marks(msgspec.Struct, frozen=True):
    """What each item earned, exact, and the sum in whole hundredths of a point."""

    earned: tuple[Fraction, ...]
    score: int


def items_of(question: Question, points: int) -> tuple[Item, ...]:
    """The question as one item, or the parts of a case with equal shares of its points."""
    if question.kind is not Kind.CASE:
        return (Item(question, Fraction(points)),)
    share = Fraction(points, len(question.parts))
    return tuple(Item(part, share, question.id) for part in question.parts)


def mark(question: Question, chosen: Sequence[str], points: int | Fraction, grading: Grading) -> Fraction:
    """What `chosen` earns of `points`.

    A single choice and a judge question are right or wrong. Each blank that is right earns its equal share,
    whatever the grading; another number of texts than of blanks earns nothing.

    Raises: ValueError for a case, which is marked part by part.
    """
    if question.kind is Kind.CASE:
        raise ValueError("a case is marked part by part")
    return Fraction(points) * _share(question, chosen, grading) if chosen else Fraction()


def mark_item(
    question: Question, chosen: Sequence[str], points: int | Fraction, grading: Grading, change: KeyChange | None
) -> Fraction:
    """As `mark`, after `change`: a voided question earns everybody all points, also those who left it out."""
    if change is None:
        return mark(question, chosen, points, grading)
    if change.voided:
        return Fraction(points)
    return mark(msgspec.structs.replace(question, answer=change.answer), chosen, points, grading)


def mark_paper(
    items: Iterable[Item],
    answers: Mapping[int, Sequence[str]],
    grading: Grading,
    changes: Mapping[str, KeyChange],
) -> Marks:
    """Marks of a whole paper: `answers` by the number of the item, from 0; `changes` by the id of the question.

    A case that is voided is voided in all its parts, also in those with a change of their own.
    """
    earned = tuple(
        mark_item(item.question, answers.get(number, ()), item.points, grading, _change(item, changes))
        for number, item in enumerate(items)
    )
    return Marks(earned, half_up(sum(earned, Fraction())))


def half_up(exact: Fraction) -> int:
    """The nearest whole number, of two that are equally near the greater one."""
    return math.floor(exact + Fraction(1, 2))


def encode_earned(earned: Iterable[Fraction]) -> str:
    """As JSON for storage: `["150","100/3"]`."""
    return msgspec.json.encode([str(one) for one in earned]).decode()


def decode_earned(text: str) -> tuple[Fraction, ...]:
    return tuple(map(Fraction, msgspec.json.decode(text, type=tuple[str, ...])))


def _share(question: Question, chosen: Sequence[str], grading: Grading) -> Fraction:
    match question.kind:
        case Kind.MULTIPLE:
            return _multiple_share(frozenset(chosen), frozenset(map(str, question.answer)), grading)
        case Kind.BLANK:
            return _blank_share(question, chosen)
    return Fraction(is_right(question, chosen))


def _multiple_share(chosen: frozenset[str], right: frozenset[str], grading: Grading) -> Fraction:
    """Anything wrong earns nothing, everything right all; between them 漏选, for which there are three rules."""
    if not chosen <= right:
        return Fraction()
    if chosen == right:
        return Fraction(1)
    match grading:
        case Grading.EXACT:
            return Fraction()
        case Grading.PARTIAL:
            return Fraction(1, 2)
        case Grading.PER_OPTION:
            return Fraction(len(chosen), len(right))


def _blank_share(question: Question, chosen: Sequence[str]) -> Fraction:
    if len(chosen) != len(question.answer):
        return Fraction()
    rights = [blank_is_right(text, accepted) for text, accepted in zip(chosen, question.answer, strict=True)]
    return Fraction(sum(rights), len(rights))


def _change(item: Item, changes: Mapping[str, KeyChange]) -> KeyChange | None:
    whole = changes.get(item.case) if item.case else None
    if whole is None:
        return changes.get(item.question.id)
    if not whole.voided:
        raise ValueError("a case is corrected part by part")
    return whole
