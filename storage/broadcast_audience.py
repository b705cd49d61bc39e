"""Whom a broadcast is meant for, and why somebody of them is not written to: read from today's view of the roll.

A page looks at a bounded part of the roll, however few of it are meant, so that no transaction is long.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, RootTransaction, Select, and_, case, exists, false, func, or_, select, true

from storage import bulk, people
from storage.database import Tx
from storage.scope import Scope, within
from storage.sets import among, texts
from storage.tables import account, person_now, person_wishes, push_week
from training.broadcasts import Left, Who
from training.people import Category, Person

LOOKED_THROUGH: Final = 20_000  # of the roll, for a page
_PUSHES: Final = ("person", "week", "pushes")
_ONE_MORE: Final = "ON CONFLICT (person, week) DO UPDATE SET pushes = push_week.pushes + 1"
_now: Final = person_now.c
_WHOSE: Final = (_now.number, _now.unit)


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom an audience holds. Empty `who` and `units` None let all in; `only`: nobody else than `named`.

    `gone`: the statuses of people who are not in post any more; they are meant only by number.
    """

    units: frozenset[str] | None = None
    who: frozenset[Who] = frozenset()
    named: frozenset[str] = frozenset()
    only: bool = False
    gone: frozenset[str] = frozenset()

    @property
    def is_narrow(self) -> bool:
        """A page of people may lie in a long part of the roll."""
        return not self.only and (self.units is not None or bool(self.who))


@dataclass(frozen=True, slots=True)
class Limits:
    """`week`: the Monday of the week in which pushes are counted; `urgent` ones go beyond mutes and budget.

    `channels` None: an account anywhere will do.
    """

    week: date
    budget: int
    urgent: bool
    channels: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who is meant. `left`: why he or she is not written to."""

    number: str
    unit: str
    left: Left
    text_only: bool


@dataclass(frozen=True, slots=True)
class Page:
    """`through`: up to which number the roll was looked through; `last`: to its end."""

    members: tuple[Member, ...]
    through: str
    last: bool


_Counts = dict[tuple[Scope, Meant, Limits], Mapping[Left, int]]
_counted: Final = WeakKeyDictionary[RootTransaction, _Counts]()  # forgotten with the transaction

_LEFT: Final = {str(left): left for left in Left}
_WHO: Final[Mapping[Who, ColumnElement[bool]]] = {
    Who.LEADER: _now.category == str(Category.LEADER),
    Who.STAFF: _now.category == str(Category.STAFF),
    Who.ENFORCEMENT: _now.mark,
    Who.OTHER: _now.category == str(Category.OTHER),
}


def _is_meant(meant: Meant) -> ColumnElement[bool]:
    """With the parameters of `_values`."""
    named = among(_now.number, "named")
    if meant.only:
        return named
    here: ColumnElement[bool] = _now.status.not_in(sorted(meant.gone)) if meant.gone else true()
    if meant.units is not None:
        here &= among(_now.unit, "units")
    if meant.who:
        here &= or_(false(), *(_WHO[one] for one in sorted(meant.who)))
    return or_(here, named) if meant.named else here


def _values(meant: Meant) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if meant.only or meant.named:
        values["named"] = texts(sorted(meant.named))
    if meant.units is not None and not meant.only:
        values["units"] = texts(sorted(meant.units))
    return values


def _left(limits: Limits) -> ColumnElement[str]:
    """The first reason that matches."""
    account_here = account.c.person == _now.number
    if limits.channels is not None:
        account_here &= account.c.channel.in_(limits.channels)
    reasons = [
        (~_now.pushes, str(Left.STATUS)),
        (~exists().where(account_here), str(Left.NO_ACCOUNT)),
    ]
    if not limits.urgent:
        over = func.coalesce(push_week.c.pushes, 0) >= limits.budget
        reasons += [(person_wishes.c.mute_notices, str(Left.MUTED)), (over, str(Left.BUDGET))]
    return case(*reasons, else_=str(Left.NOT))


def _of_roll(columns: Sequence[ColumnElement[Any]], limits: Limits) -> Select[Any]:
    this_week = (push_week.c.person == _now.number) & (push_week.c.week == limits.week)
    return (
        select(*columns)
        .select_from(person_now)
        .outerjoin(person_wishes, person_wishes.c.person == _now.number)
        .outerjoin(push_week, this_week)
    )


async def counts(tx: Tx, scope: Scope, meant: Meant, limits: Limits) -> Mapping[Left, int]:
    """How many are meant, by why they are not written to.

    The whole roll may be looked through for it, so that a transaction counts once: what is decided in it and what
    is shown is the same figure.
    """
    aim = (scope, meant, limits)
    counted = _counted.setdefault(_transaction(tx), {})
    if aim not in counted:
        counted[aim] = await _count(tx, scope, meant, limits)
    return counted[aim]


def _transaction(tx: Tx) -> RootTransaction:
    transaction = tx.sync_connection.get_transaction() if tx.sync_connection is not None else None
    if transaction is None:
        raise RuntimeError("no transaction has begun")
    return transaction


async def _count(tx: Tx, scope: Scope, meant: Meant, limits: Limits) -> Mapping[Left, int]:
    whom = within(
        _of_roll((_left(limits).label("why"),), limits).where(_is_meant(meant)), scope, _now.number, _now.unit
    )
    every = whom.subquery()
    rows = await tx.execute(select(every.c.why, func.count()).group_by(every.c.why), _values(meant))
    return {_LEFT[why]: count for why, count in rows}


async def page(tx: Tx, scope: Scope, meant: Meant, limits: Limits, *, after: str, at_most: int) -> Page:
    """The next of those meant, by 人员编号."""
    here = and_(_now.number > after, _is_meant(meant))
    bound = await _bound(tx, after) if meant.is_narrow else None
    if bound is not None:
        here &= _now.number <= bound
    columns = (_now.number, _now.unit, _left(limits), func.coalesce(person_wishes.c.text_only, false()))
    statement = within(_of_roll(columns, limits).where(here), scope, *_WHOSE)
    rows = (await tx.execute(statement.order_by(_now.number).limit(at_most), _values(meant))).all()
    members = tuple(Member(number, unit, _LEFT[left], bool(plain)) for number, unit, left, plain in rows)
    if len(members) == at_most:
        return Page(members, members[-1].number, False)
    through = bound or (members[-1].number if members else after)
    return Page(members, through, bound is None)


async def _bound(tx: Tx, after: str) -> str | None:
    """None: the rest of the roll is no longer than what a page looks through."""
    statement = (
        select(_now.number).where(_now.number > after).order_by(_now.number).offset(LOOKED_THROUGH - 1).limit(1)
    )
    return (await tx.execute(statement)).scalar_one_or_none()


async def accounts(
    tx: Tx, scope: Scope, channels: Iterable[str], persons: Iterable[str]
) -> dict[str, list[tuple[str, str]]]:
    """Person → (channel, account) of every one in these channels, in the order of the channels."""
    order = {channel: place for place, channel in enumerate(channels)}
    statement = within(
        select(account.c.person, account.c.channel, account.c.account).where(among(account.c.person, "persons")),
        scope,
        account.c.person,
    )
    rows = (await tx.execute(statement, {"persons": texts(persons)})).all()
    found: dict[str, list[tuple[str, str]]] = {}
    for person, channel, name in rows:
        if channel in order:
            found.setdefault(person, []).append((channel, name))
    for names in found.values():
        if len(names) > 1:
            names.sort(key=lambda one: (order[one[0]], one[1]))
    return found


async def count_pushes(tx: Tx, persons: Iterable[str], week: date) -> None:
    """One more of the week, of each."""
    monday = bulk.day(week)
    await bulk.insert(tx, push_week, _PUSHES, [(number, monday, 1) for number in sorted(persons)], _ONE_MORE)


async def unknown(tx: Tx, scope: Scope, persons: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Of these 人员编号: those that are nobody's, and those of people outside of the scope."""
    wanted = frozenset(persons)
    known = select(_now.number).where(among(_now.number, "persons"))
    values = {"persons": texts(sorted(wanted))}
    there = frozenset((await tx.execute(known, values)).scalars())
    inside = frozenset((await tx.execute(within(known, scope, *_WHOSE), values)).scalars())
    return wanted - there, there - inside


async def person(tx: Tx, scope: Scope, number: str) -> Person | None:
    """Somebody as of today."""
    statement = select(*people.PERSON_COLUMNS).where(_now.number == number)
    row = (await tx.execute(within(statement, scope, *_WHOSE))).one_or_none()
    return people.person_of(*row) if row is not None else None
