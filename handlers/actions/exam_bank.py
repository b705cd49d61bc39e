"""What of the bank an exam may ask: active questions that fit a section and whose key no exam found wrong.

A question that was voided or corrected in an exam is left out as long as the bank has the very version that was on
the papers there; a newer version, or a correction back to what the bank says, brings it back.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from question_bank.questions import Question
from storage import exam_marks, exams
from storage.database import Database
from training.exam_keys import agrees
from training.exams import Section
from training.marking import KeyChange
from training.paper_pool import fits

PAGE_QUESTIONS: Final = 200

Numbered = tuple[str, int, Question]  # id, version


class Askable(msgspec.Struct, frozen=True):
    """`questions` by id; `left_out`: ids of those that would be among them but for their key."""

    questions: Sequence[Numbered]
    left_out: tuple[str, ...] = ()


async def askable(database: Database, sections: Sequence[Section]) -> Askable:
    """No others than what any section may ask, for what is in a pool is kept secret."""
    found: list[Numbered] = []
    last = ""
    while True:
        async with database.read() as tx:
            page = await exams.bank(tx, after=last, at_most=PAGE_QUESTIONS)
        if not page:
            break
        found += [one for one in page if _asked_by_any(sections, one[2])]
        last = page[-1][0]
    wrong = await _wrong(database, found)
    return Askable([one for one in found if one[0] not in wrong], tuple(id_ for id_, *_ in found if id_ in wrong))


def _asked_by_any(sections: Sequence[Section], question: Question) -> bool:
    meant = question.audience
    return any(
        fits(section, question.kind, question.topics, question.difficulty)
        and (not meant or section.group is None or section.group in meant)
        for section in sections
    )


async def _wrong(database: Database, questions: Sequence[Numbered]) -> frozenset[str]:
    """Ids of those with a key that an exam had to change in this version."""
    async with database.read() as tx:
        changes = await exam_marks.all_changes(tx)
        suspects = {
            (exam, id_, version)
            for exam, changed in changes.items()
            for id_, version, question in questions
            if _differs(question, changed)
        }
        pooled = await exam_marks.pooled(tx, {exam for exam, *_ in suspects}, {id_ for _, id_, _ in suspects})
    return frozenset(id_ for _, id_, _ in suspects & pooled)


def _differs(question: Question, changed: Mapping[str, KeyChange]) -> bool:
    """Itself, or a part of it."""
    found = [(one, changed[one.id]) for one in (question, *question.parts) if one.id in changed]
    return any(not agrees(one, change) for one, change in found)
