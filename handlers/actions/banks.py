"""The bank as a whole: what is known of it, and new questions put in slice by slice."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Final

from question_bank.duplicates import near_text
from question_bank.importing import Accepted
from question_bank.questions import Question
from storage import audit, questions
from storage.audit import Act
from storage.database import Database

SLICE_QUESTIONS: Final = 200


async def all_questions(database: Database) -> AsyncIterator[Question]:
    """The current versions by id."""
    after = ""
    while True:
        async with database.read() as tx:
            page = await questions.bank(tx, after=after)
        for question in page:
            yield question
        if not page:
            return
        after = page[-1].id


async def known_stems(database: Database) -> dict[str, str]:
    """Id → near text, for finding near duplicates."""
    return {question.id: near_text(question) async for question in all_questions(database)}


async def add(database: Database, accepted: Sequence[Accepted], *, by: str, now: datetime, source: str) -> None:
    """Put the questions in; an interrupted import goes on when run again, because what is in is a duplicate."""
    for first in range(0, len(accepted), SLICE_QUESTIONS):
        part = accepted[first : first + SLICE_QUESTIONS]
        async with database.write() as tx:
            await questions.add(tx, [(one.fold, one.question) for one in part], now=now, by=by)
    if accepted:
        async with database.write() as tx:
            await audit.record(tx, Act(by, "cli", "bank.import", source, after=str(len(accepted))), now)
