"""What becomes of the rows of a number that turns out to be somebody else's: read before, handed over after.

Only rows that may change are handed over. Histories (facts, statuses, the ledger) stay under the number they were
written for.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, select, union, update

from storage.askers import Focus
from storage.database import Tx
from storage.ledger import line_of
from storage.scope import Scope
from storage.sets import among, texts
from storage.tables import (
    account,
    batch,
    broadcast,
    broadcast_receiver,
    daily_answer,
    feedback,
    focus,
    ledger_entry,
    person_status,
    person_wishes,
    person_year,
    quiz_answer,
)
from training import broadcasts
from training.batches import State
from training.daily import Answered
from training.hours import Entry
from training.statuses import MERGED, MERGED_INTO
from training.wishes import Wishes

_ANSWER: Final = (
    update(daily_answer)
    .where(daily_answer.c.person == bindparam("goes"), daily_answer.c.day == bindparam("on"))
    .values(
        person=bindparam("stays"),
        earned_hundredths=bindparam("earned"),
        posted_hundredths=bindparam("now_posted"),
    )
)


_QUIZ_ANSWER: Final = (
    update(quiz_answer)
    .where(
        quiz_answer.c.person == bindparam("goes"),
        quiz_answer.c.broadcast == bindparam("of"),
        quiz_answer.c.item == bindparam("at"),
    )
    .values(
        person=bindparam("stays"),
        earned_hundredths=bindparam("earned"),
        posted_hundredths=bindparam("now_posted"),
    )
)


async def numbers_that_became(tx: Tx, scope: Scope, persons: Iterable[str]) -> Mapping[str, list[str]]:
    """Number → those that were merged into it."""
    documents = {f"{MERGED_INTO} {number}": number for number in persons}
    statement = select(person_status.c.person, person_status.c.document).where(
        person_status.c.status == MERGED.name,
        among(person_status.c.document, "documents"),
        scope.allows(person_status.c.person),
    )
    found: dict[str, list[str]] = {}
    for number, document in await tx.execute(statement.distinct(), {"documents": texts(documents)}):
        found.setdefault(documents[document], []).append(number)
    return found


async def years_of(tx: Tx, scope: Scope, person: str) -> set[int]:
    """The years of which there is a line or a year row."""
    lines = select(ledger_entry.c.year).where(
        ledger_entry.c.person == person, scope.allows(ledger_entry.c.person, ledger_entry.c.unit)
    )
    rows = select(person_year.c.year).where(person_year.c.person == person, scope.allows(person_year.c.person))
    return set((await tx.execute(union(lines, rows))).scalars())


async def lines_of(tx: Tx, scope: Scope, person: str) -> Mapping[int, Entry]:
    """Number → line, of all years, in the order of posting."""
    statement = (
        select(ledger_entry)
        .where(ledger_entry.c.person == person, scope.allows(ledger_entry.c.person, ledger_entry.c.unit))
        .order_by(ledger_entry.c.seq)
    )
    lines = [line_of(row) for row in await tx.execute(statement)]
    return {line.seq: line.entry for line in lines}


async def wishes_of(tx: Tx, scope: Scope, persons: Iterable[str]) -> Mapping[str, tuple[Wishes, datetime | None]]:
    """Person → wishes, and when the privacy notice was shown, for those who have a row."""
    statement = select(person_wishes).where(
        among(person_wishes.c.person, "persons"), scope.allows(person_wishes.c.person)
    )
    return {
        row.person: (
            Wishes(
                row.mute_daily,
                row.mute_reminders,
                row.mute_notices,
                row.streak,
                row.text_only,
                row.privacy_shown_at is not None,
            ),
            row.privacy_shown_at,
        )
        for row in await tx.execute(statement, {"persons": texts(persons)})
    }


async def focus_of(tx: Tx, scope: Scope, persons: Iterable[str]) -> Mapping[str, Focus]:
    statement = select(focus).where(among(focus.c.person, "persons"), scope.allows(focus.c.person))
    return {
        row.person: Focus(row.kind, row.ref, row.shown_at)
        for row in await tx.execute(statement, {"persons": texts(persons)})
    }


async def hand_over(tx: Tx, person: str, into: str) -> None:
    """Accounts keep their day; complaints keep their number, and their answers find who complained.

    Open batches go too: who proposed them is the one who stays, and must not be the second pair of eyes.
    """
    await tx.execute(update(account).where(account.c.person == person).values(person=into))
    await tx.execute(update(feedback).where(feedback.c.person == person).values(person=into))
    still_open = (batch.c.proposed_by == person) & (batch.c.state == State.OPEN)
    await tx.execute(update(batch).where(still_open).values(proposed_by=into))


async def hand_over_answers(tx: Tx, person: str, answers: Sequence[Answered]) -> None:
    """Each has the person who stays, and what that one got for it."""
    rows = [
        {"goes": person, "on": a.day, "stays": a.person, "earned": a.earned, "now_posted": a.posted}
        for a in answers
    ]
    if rows:
        await tx.execute(_ANSWER, rows)


async def hand_over_quizzes(tx: Tx, person: str, into: str, answers: Sequence[broadcasts.Answered]) -> None:
    """Answers as in `hand_over_answers`, the broadcasts that were sent, and the places among receivers.

    Where both were of the audience, the one who stays has been written to if either was. Of one that is being sent
    and has not come to the one who stays, that one's own turn decides.
    """
    rows = [
        {"goes": person, "of": a.broadcast, "at": a.item, "stays": a.person}
        | {"earned": a.earned, "now_posted": a.posted}
        for a in answers
    ]
    if rows:
        await tx.execute(_QUIZ_ANSWER, rows)
    await tx.execute(update(broadcast).where(broadcast.c.sender == person).values(sender=into))
    whose, number, left_out = (
        broadcast_receiver.c.person,
        broadcast_receiver.c.broadcast,
        broadcast_receiver.c.left_out,
    )
    comes = (broadcast.c.state == str(broadcasts.State.SENDING)) & (broadcast.c.resolved_through < into)
    ahead = select(broadcast.c.number).where(comes)
    await tx.execute(delete(broadcast_receiver).where(whose == person, left_out != "", number.in_(ahead)))
    written_to = select(number).where(whose == person, left_out == "")
    await tx.execute(delete(broadcast_receiver).where(whose == into, left_out != "", number.in_(written_to)))
    there = select(number).where(whose == into)
    await tx.execute(update(broadcast_receiver).where(whose == person, number.not_in(there)).values(person=into))
