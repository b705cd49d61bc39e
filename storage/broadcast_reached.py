"""Those whom a broadcast was sent to, a page at a time, as its rounds go through them afterwards."""

from collections.abc import Iterable
from datetime import date, datetime

import msgspec
from msgspec.structs import replace
from sqlalchemy import ColumnElement, String, Subquery, case, cast, exists, func, or_, select, true

from storage.database import Tx
from storage.outbox import State
from storage.outbox_claims import UNLICENSED
from storage.scope import Scope
from storage.sets import among, texts
from storage.sittings import SITTERS
from storage.tables import (
    account,
    broadcast_part,
    broadcast_receiver,
    outbox,
    person_now,
    person_wishes,
    push_week,
    quiz_answer,
)
from training.broadcasts import Left


class Reached(msgspec.Struct, frozen=True):
    """Somebody whom a round looks at; `accounts` are (channel, account), none where there is nothing to be told;
    `sits_until` as in `daily.Receiver`."""

    person: str
    accounts: tuple[tuple[str, str], ...]
    sits_until: datetime | None


async def to_remind(
    tx: Tx, scope: Scope, number: int, *, week: date, budget: int, after: str, at_most: int
) -> list[Reached]:
    """The next of those who asked for reminders, by 人员编号: few of a city, so that they are looked at first.

    Only those have accounts who were sent it, answered no question of it, and may be written to; of their accounts
    those that it did not reach are left out.
    """
    whose, week_of = broadcast_receiver.c.person, push_week.c
    asked = (
        select(person_wishes.c.person)
        .where(person_wishes.c.mute_reminders.is_(False), person_wishes.c.person > after)
        .order_by(person_wishes.c.person)
        .limit(at_most)
        .subquery()
    )
    to_be_reminded = (
        select(whose)
        .join(person_now, person_now.c.number == whose)
        .outerjoin(push_week, (week_of.person == whose) & (week_of.week == week))
        .where(
            broadcast_receiver.c.broadcast == number,
            broadcast_receiver.c.left_out == str(Left.NOT),
            whose == asked.c.person,
            person_now.c.pushes,
            func.coalesce(week_of.pushes, 0) < budget,
            ~exists().where(quiz_answer.c.broadcast == number, quiz_answer.c.person == whose),
            scope.allows(whose, broadcast_receiver.c.unit),
        )
        .exists()
    )
    found = await _with_accounts(tx, asked, to_be_reminded)
    if not any(one.accounts for one in found):
        return found
    missed = await _missed(tx, number)
    return [replace(one, accounts=tuple(door for door in one.accounts if door not in missed)) for one in found]


async def _missed(tx: Tx, number: int) -> set[tuple[str, str]]:
    """(channel, account) of everybody whom a message of it is not known to have reached."""
    lanes = select(f"broadcast-{number}-" + cast(broadcast_part.c.part, String)).where(
        broadcast_part.c.broadcast == number
    )
    names = case((outbox.c.state == State.SENT, outbox.c.invalid), else_=outbox.c.receivers)
    rows = await tx.execute(
        select(outbox.c.channel, names).where(
            outbox.c.lane.in_(lanes), or_(outbox.c.state != State.SENT, outbox.c.invalid != "")
        )
    )
    return {(channel, name.removeprefix(UNLICENSED)) for channel, text in rows for name in text.split("|")}


async def to_tell(
    tx: Tx, scope: Scope, number: int, *, week: date, budget: int, after: str, at_most: int
) -> list[Reached]:
    """The next of those who did not mute notices, by 人员编号."""
    wants = func.coalesce(person_wishes.c.mute_notices, False).is_(False)
    return await _reached(tx, scope, number, wants, week=week, budget=budget, after=after, at_most=at_most)


async def _reached(
    tx: Tx,
    scope: Scope,
    number: int,
    wants: ColumnElement[bool],
    *,
    week: date,
    budget: int,
    after: str,
    at_most: int,
) -> list[Reached]:
    """Of those who were written to, whom another message may reach now, also without an account."""
    persons = (
        select(broadcast_receiver.c.person)
        .join(person_now, person_now.c.number == broadcast_receiver.c.person)
        .outerjoin(person_wishes, person_wishes.c.person == person_now.c.number)
        .outerjoin(push_week, (push_week.c.person == person_now.c.number) & (push_week.c.week == week))
        .where(
            broadcast_receiver.c.broadcast == number,
            broadcast_receiver.c.left_out == str(Left.NOT),
            broadcast_receiver.c.person > after,
            person_now.c.pushes,
            func.coalesce(push_week.c.pushes, 0) < budget,
            wants,
            scope.allows(broadcast_receiver.c.person, broadcast_receiver.c.unit),
        )
        .order_by(broadcast_receiver.c.person)
        .limit(at_most)
        .subquery()
    )
    return await _with_accounts(tx, persons, true())


async def _with_accounts(tx: Tx, persons: Subquery, written_to: ColumnElement[bool]) -> list[Reached]:
    statement = (
        select(persons.c.person, account.c.channel, account.c.account, SITTERS.c.until)
        .select_from(persons)
        .outerjoin(account, (account.c.person == persons.c.person) & written_to)
        .outerjoin(SITTERS, SITTERS.c.person == persons.c.person)
        .order_by(persons.c.person, account.c.channel, account.c.account)
    )
    found: dict[str, Reached] = {}
    for person, channel, name, until in await tx.execute(statement):
        so_far = found.get(person)
        names = (*(so_far.accounts if so_far else ()), *(((channel, name),) if name else ()))
        found[person] = Reached(person, names, until)
    return list(found.values())


async def complete(tx: Tx, scope: Scope, number: int, persons: Iterable[str], questions: int) -> frozenset[str]:
    """Those of them who answered all so many questions."""
    columns = quiz_answer.c
    statement = (
        select(columns.person)
        .where(
            among(columns.person, "persons"),
            columns.broadcast == number,
            scope.allows(columns.person, columns.unit),
        )
        .group_by(columns.person)
        .having(func.count() >= questions)
    )
    return frozenset((await tx.execute(statement, {"persons": texts(persons)})).scalars())
