"""Who speaks: the person behind an account, with wishes and focus, read for a whole batch at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import msgspec
from sqlalchemy import bindparam, select

from storage import people
from storage.database import Tx
from storage.focus import AHEAD, EXAM
from storage.scope import Scope, within
from storage.sets import among, texts
from storage.tables import account, focus, person_now, person_wishes
from training.people import Person
from training.statuses import STATUSES, Status
from training.wishes import Wishes


class Focus(msgspec.Struct, frozen=True):
    """What a typed word goes to: the question or step shown last, and the one before it."""

    kind: str
    ref: str
    shown_at: datetime
    earlier_kind: str = ""
    earlier_ref: str = ""
    earlier_shown_at: datetime | None = None


class Asker(msgspec.Struct, frozen=True):
    """Who speaks, as far as the desk needs it."""

    account: str
    person: Person
    wishes: Wishes
    focus: Focus | None


# Rows are taken apart by position: in a rush their names would cost ten times as much.
_WISHES: Final = (
    person_wishes.c.mute_daily,
    person_wishes.c.mute_reminders,
    person_wishes.c.mute_notices,
    person_wishes.c.streak,
    person_wishes.c.text_only,
    person_wishes.c.privacy_shown_at,
)
_FOCUS: Final = (
    focus.c.kind,
    focus.c.ref,
    focus.c.shown_at,
    focus.c.earlier_kind,
    focus.c.earlier_ref,
    focus.c.earlier_shown_at,
)
_AFTER_PERSON: Final = 2 + len(people.PERSON_COLUMNS)
_AFTER_WISHES: Final = _AFTER_PERSON + len(_WISHES)
_ASKERS: Final = (
    select(account.c.account, person_now.c.next_change_on, *people.PERSON_COLUMNS, *_WISHES, *_FOCUS)
    .select_from(account)
    .join(person_now, person_now.c.number == account.c.person)
    .outerjoin(person_wishes, person_wishes.c.person == person_now.c.number)
    .outerjoin(focus, focus.c.person == person_now.c.number)
    .where(among(account.c.account, "accounts"), account.c.channel == bindparam("channel"))
)


async def by_account(
    tx: Tx,
    scope: Scope,
    channel: str,
    accounts: Iterable[str],
    today: date,
    statuses: Sequence[Status] = STATUSES,
    now: datetime | None = None,
) -> Mapping[str, Asker]:
    """Account → who it is, for those on the roll. Brings up to date whose facts change today, by these statuses.

    `now`: a focus that is held until later is not there yet; without it, it is as it is kept.
    """
    statement = within(_ASKERS, scope, person_now.c.number, person_now.c.unit)
    wanted = {"accounts": texts(accounts), "channel": channel}
    rows = (await tx.execute(statement, wanted)).all()
    due = [row[2] for row in rows if row[1] is not None and row[1] <= today]
    if due:
        await people.refresh(tx, due, today, statuses)
        rows = (await tx.execute(statement, wanted)).all()
    seen_until = None if now is None else now + AHEAD
    return {row[0]: _asker(row, seen_until) for row in rows}


def _asker(row: Sequence[Any], seen_until: datetime | None) -> Asker:
    wishes, pointed = row[_AFTER_PERSON:_AFTER_WISHES], row[_AFTER_WISHES:]
    return Asker(
        row[0],
        people.person_of(*row[2:_AFTER_PERSON]),
        Wishes() if wishes[0] is None else _wishes(*wishes),
        None if pointed[0] is None else _focus(Focus(*pointed), seen_until),
    )


def _focus(kept: Focus, seen_until: datetime | None) -> Focus | None:
    if seen_until is None or kept.shown_at <= seen_until:
        return kept
    earlier_at = kept.earlier_shown_at
    if earlier_at is None:
        return None
    # What is held is held by an exam, for which there was no more room: it stands beside what was shown since.
    holds = EXAM if kept.earlier_kind != EXAM else ""
    return Focus(kept.earlier_kind, kept.earlier_ref, earlier_at, holds)


def _wishes(
    mute_daily: bool,
    mute_reminders: bool,
    mute_notices: bool,
    streak: bool,
    text_only: bool,
    shown_at: datetime | None,
) -> Wishes:
    return Wishes(mute_daily, mute_reminders, mute_notices, streak, text_only, shown_at is not None)
