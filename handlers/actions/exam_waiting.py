"""Who has 缓考 and no make-up yet: as long as there is anybody, the answers of an exam and its make-ups are kept.

A make-up takes who stands on its roll, also when they are away again; one that is still a draft has no roll, and
takes whom its audience means.
"""

from collections.abc import Sequence
from datetime import datetime

from handlers.actions.exam_moves import exam_numbered
from handlers.actions.exam_rolls import meant_by
from storage import exams
from storage.database import Tx
from storage.exams import Sitter
from storage.scope import EVERYTHING
from training.calendar import day_of
from training.exams import Exam, State


async def family(tx: Tx, exam: Exam) -> list[Exam]:
    """The first exam, then its make-ups."""
    number = exam.makeup_of or exam.number
    first = exam if number == exam.number else await exam_numbered(tx, number)
    return [first, *await exams.makeups_of(tx, number)]


async def has_makeup(tx: Tx, exam: Exam) -> bool:
    """A draft is one too; and a make-up has no other than those of the first exam."""
    return len(await family(tx, exam)) > 1


async def without_makeup(tx: Tx, exam: Exam, now: datetime) -> list[Sitter]:
    """Of the first exam of the family, by 人员编号; whoever sat it all the same waits for nothing."""
    first, *makeups = await family(tx, exam)
    called = [one.number for one in makeups if one.state is not State.DRAFT]
    found = await exams.deferred(tx, EVERYTHING, first.number, called)
    drafts = [one for one in makeups if one.state is State.DRAFT]
    return await _not_meant(tx, drafts, found, now) if found and drafts else found


async def _not_meant(tx: Tx, drafts: Sequence[Exam], found: Sequence[Sitter], now: datetime) -> list[Sitter]:
    audiences = [await meant_by(tx, one.settings.audience, day_of(now), now) for one in drafts]
    return [
        sitter
        for sitter in found
        if all(meant.group(sitter.person, sitter.unit, sitter.group) is None for meant in audiences)
    ]
