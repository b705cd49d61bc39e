"""What a format makes of one place in a file, before it is checked."""

from typing import NamedTuple

import msgspec

from question_bank.duplicates import folded_id
from question_bank.problems import Problem
from question_bank.questions import Kind, Question


class Draft(NamedTuple):
    """A question as read, or None when nothing could be made of the place; the problems say why."""

    where: str
    question: Question | None
    problems: tuple[Problem, ...] = ()


def canonical(question: Question) -> Question:
    """Letters in the order of the options and each once; an absent id made; parts numbered CASE-1, CASE-2 …."""
    plain = _sorted_letters(question)
    own_id = plain.id or folded_id(plain)
    parts = tuple(
        canonical(msgspec.structs.replace(part, id=f"{own_id}-{number}"))
        for number, part in enumerate(plain.parts, start=1)
    )
    return msgspec.structs.replace(plain, id=own_id, parts=parts)


def _sorted_letters(question: Question) -> Question:
    letters = sorted({letter for letter in question.answer if isinstance(letter, str)})
    if question.kind not in (Kind.SINGLE, Kind.MULTIPLE) or not set(question.answer) <= set(letters):
        return question
    return msgspec.structs.replace(question, answer=tuple(letters))
