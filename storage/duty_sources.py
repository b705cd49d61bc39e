"""What duties are asked of, and what fulfils them without being registered: sittings, people by name, leaders."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

import msgspec
from sqlalchemy import false, func, or_, select

from storage import people
from storage.database import Tx
from storage.people import PERSON_COLUMNS
from storage.scope import Scope
from storage.sets import among, among_numbers, texts
from storage.tables import (
    account,
    exam,
    exam_attempt,
    outbox,
    person_fact,
    person_now,
    person_wishes,
    push_week,
)
from training.calendar import day_of
from training.duty_facts import DutyFact, Source
from training.exams import Settings
from training.people import Field, Person

EXAM: Final = "exam"  # the quota
_MOST_CALLED: Final = 20


async def sat(tx: Tx, scope: Scope, persons: Iterable[str], year: int) -> list[DutyFact]:
    """The first sitting that ended of each exam of the year, whatever its score."""
    kept = await tx.execute(select(exam.c.number, exam.c.settings))
    settings = {number: msgspec.json.decode(text, type=Settings) for number, text in kept}
    titles = {number: one.title for number, one in settings.items() if one.year == year}
    statement = (
        select(exam_attempt.c.person, exam_attempt.c.ended_at, exam_attempt.c.exam)
        .where(
            among(exam_attempt.c.person, "persons"),
            among_numbers(exam_attempt.c.exam, "exams"),
            exam_attempt.c.number == 1,
            exam_attempt.c.ended_at.is_not(None),
            scope.allows(exam_attempt.c.person),
        )
        .order_by(exam_attempt.c.id)
    )
    rows = await tx.execute(statement, {"persons": texts(persons), "exams": list(titles)})
    return [_sitting(person, ended, number, titles[number]) for person, ended, number in rows]


def _sitting(person: str, ended: datetime, number: int, title: str) -> DutyFact:
    ref = f"{number}:{person}"
    return DutyFact(EXAM, person, "", day_of(ended), title, Source.EXAM, ref, person, ended, form=EXAM)


async def called(tx: Tx, scope: Scope, channel: str, word: str) -> list[Person]:
    """Whose 人员编号, name or account it is; more than a few are not needed to say that they are several."""
    accounts = select(account.c.person).where(account.c.channel == channel, account.c.account == word.casefold())
    statement = (
        select(*PERSON_COLUMNS)
        .where(
            or_(person_now.c.number == word, person_now.c.name == word, person_now.c.number.in_(accounts)),
            scope.allows(person_now.c.number, person_now.c.unit),
        )
        .order_by(person_now.c.number)
        .limit(_MOST_CALLED)
    )
    return [people.person_of(*row) for row in await tx.execute(statement)]


async def leaders(tx: Tx, scope: Scope) -> list[str]:
    """人员编号 of those in scope today of whom a 班子职务 was ever recorded: duties by count are theirs alone."""
    statement = (
        select(person_now.c.number)
        .where(
            person_now.c.number.in_(
                select(person_fact.c.subject).where(
                    person_fact.c.field == Field.LEADERSHIP, person_fact.c.value != ""
                )
            ),
            scope.allows(person_now.c.number, person_now.c.unit),
        )
        .order_by(person_now.c.number)
    )
    return list((await tx.execute(statement)).scalars())


async def with_certificate_until(tx: Tx, scope: Scope, first: date, last: date) -> list[str]:
    """人员编号 of those in scope today of whose certificate a last day between these was ever recorded."""
    until = person_fact.c.value.between(first.isoformat(), last.isoformat())
    ending = select(person_fact.c.subject).where(person_fact.c.field == Field.CERTIFICATE_UNTIL, until)
    statement = select(person_now.c.number).where(
        person_now.c.number.in_(ending), scope.allows(person_now.c.number, person_now.c.unit)
    )
    return list((await tx.execute(statement.order_by(person_now.c.number))).scalars())


async def queued(tx: Tx, channel: str, refs: Iterable[str]) -> set[str]:
    """Those of these refs under which something was ever queued."""
    statement = select(outbox.c.ref).where(outbox.c.channel == channel, among(outbox.c.ref, "refs")).distinct()
    return set((await tx.execute(statement, {"refs": texts(refs)})).scalars())


async def to_notify(
    tx: Tx, scope: Scope, channel: str, persons: Iterable[str], week: date, most: int
) -> dict[str, tuple[str, ...]]:
    """Person → accounts, of those whose status lets pushes through, who do not mute notices, and who got fewer than
    `most` pushes in the week."""
    statement = (
        select(person_now.c.number, account.c.account)
        .join(account, (account.c.person == person_now.c.number) & (account.c.channel == channel))
        .outerjoin(person_wishes, person_wishes.c.person == person_now.c.number)
        .outerjoin(push_week, (push_week.c.person == person_now.c.number) & (push_week.c.week == week))
        .where(
            among(person_now.c.number, "persons"),
            person_now.c.pushes,
            ~func.coalesce(person_wishes.c.mute_notices, false()),
            func.coalesce(push_week.c.pushes, 0) < most,
            scope.allows(person_now.c.number, person_now.c.unit),
        )
        .order_by(person_now.c.number, account.c.account)
    )
    found: dict[str, tuple[str, ...]] = {}
    for number, name in await tx.execute(statement, {"persons": texts(persons)}):
        found[number] = (*found.get(number, ()), name)
    return found
