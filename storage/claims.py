"""申报: what was asked for, its states, and who decides it now.

What is stated changes only in a draft, or when it was returned; a state changes only from the one that was read.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Select, and_, bindparam, func, insert, or_, select, update

from storage.database import Tx
from storage.scope import Scope
from storage.sets import among, among_numbers, texts
from storage.tables import claim
from training.claim_rules import alike
from training.claims import MOVES, Claim, State, Stated

_COLUMNS: Final = (
    *(claim.c.number, claim.c.person, claim.c.unit, claim.c.state, claim.c.stated, claim.c.written_at),
    *(claim.c.source, claim.c.level, claim.c.due_on, claim.c.doubles, claim.c.submitted_at),
    *(claim.c.decided_by, claim.c.decided_at, claim.c.reason),
)
_EDITABLE: Final = (str(State.DRAFT), str(State.RETURNED))
LIVE: Final = (State.SUBMITTED, State.RETURNED, State.APPROVED)  # has come to somebody and may bring hours


def _claim(row: Any) -> Claim:
    number, person, unit, state, stated, written_at, source, level, due, doubles, *rest = row
    return Claim(
        number,
        person,
        unit,
        State(state),
        msgspec.json.decode(stated, type=Stated),
        written_at,
        source,
        level,
        due,
        tuple(doubles.split("\n")) if doubles else (),
        *rest,
    )


def _said(stated: Stated) -> dict[str, Any]:
    return {
        "stated": msgspec.json.encode(stated).decode(),
        "alike": alike(stated),
        "starts_on": stated.starts,
        "ends_on": stated.ends,
    }


async def add(tx: Tx, person: str, unit: str, stated: Stated, now: datetime, *, source: str = "") -> int:
    """A draft; its number."""
    values = {
        **{"person": person, "unit": unit, "state": str(State.DRAFT), "source": source, "level": ""},
        **{"doubles": "", "written_at": now, "decided_by": "", "reason": ""},
        **_said(stated),
    }
    number: int = (await tx.execute(insert(claim).values(values).returning(claim.c.number))).scalar_one()
    return number


def _within(scope: Scope) -> Select[Any]:
    return select(*_COLUMNS).where(scope.allows(claim.c.person, claim.c.unit))


async def one(tx: Tx, scope: Scope, number: int, *, lock: bool = False) -> Claim | None:
    """`lock`: nobody else moves it until the commit."""
    statement = _within(scope).where(claim.c.number == number)
    row = (await tx.execute(statement.with_for_update() if lock else statement)).one_or_none()
    return None if row is None else _claim(row)


async def several(tx: Tx, scope: Scope, numbers: Iterable[int], *, lock: bool = False) -> list[Claim]:
    """In order of their numbers."""
    statement = _within(scope).where(among_numbers(claim.c.number, "numbers")).order_by(claim.c.number)
    rows = await tx.execute(statement.with_for_update() if lock else statement, {"numbers": sorted(set(numbers))})
    return [_claim(row) for row in rows]


async def of_person(tx: Tx, scope: Scope, person: str, *, at_most: int = 10) -> list[Claim]:
    """The latest first; drafts and what came of none are left out."""
    told = claim.c.submitted_at.is_not(None)
    statement = _within(scope).where(claim.c.person == person, told).order_by(claim.c.number.desc())
    return [_claim(row) for row in await tx.execute(statement.limit(at_most))]


async def latest(tx: Tx, scope: Scope, states: Iterable[State], *, at_most: int) -> list[Claim]:
    """In one of these states, the latest first."""
    statement = _within(scope).where(claim.c.state.in_([str(state) for state in states]))
    return [_claim(row) for row in await tx.execute(statement.order_by(claim.c.number.desc()).limit(at_most))]


async def draft_of(tx: Tx, scope: Scope, person: str) -> Claim | None:
    """The newest one that is being put together."""
    mine = and_(claim.c.person == person, claim.c.state == str(State.DRAFT))
    statement = _within(scope).where(mine).order_by(claim.c.number.desc()).limit(1)
    row = (await tx.execute(statement)).one_or_none()
    return None if row is None else _claim(row)


async def newest_since(tx: Tx, scope: Scope, person: str, since: datetime, *, at_most: int = 2) -> list[Claim]:
    """Of those that take evidence: drafts, returned and submitted ones of the time since then."""
    open_ = claim.c.state.in_([str(State.DRAFT), str(State.RETURNED), str(State.SUBMITTED)])
    touched = func.coalesce(claim.c.decided_at, claim.c.submitted_at, claim.c.written_at)
    statement = _within(scope).where(claim.c.person == person, open_, touched >= bindparam("since", since))
    rows = await tx.execute(statement.order_by(claim.c.number.desc()).limit(at_most))
    return [_claim(row) for row in rows]


async def from_source(tx: Tx, scope: Scope, person: str, source: str) -> Claim | None:
    """The live one that an activity left to be approved."""
    mine = and_(claim.c.person == person, claim.c.source == source, claim.c.state.in_([str(s) for s in LIVE]))
    row = (await tx.execute(_within(scope).where(mine).limit(1))).one_or_none()
    return None if row is None else _claim(row)


async def near(tx: Tx, scope: Scope, person: str, days: tuple[date, date]) -> list[Claim]:
    """Live ones of the person that touch these days, the first and the last."""
    statement = _within(scope).where(
        claim.c.person == person,
        claim.c.state.in_([str(state) for state in LIVE]),
        claim.c.ends_on >= days[0],
        claim.c.starts_on <= days[1],
    )
    return [_claim(row) for row in await tx.execute(statement.order_by(claim.c.number))]


async def change(tx: Tx, number: int, stated: Stated) -> bool:
    """False when it is neither a draft nor returned."""
    here = and_(claim.c.number == number, claim.c.state.in_(_EDITABLE))
    return (await tx.execute(update(claim).where(here).values(_said(stated)))).rowcount == 1


async def move(tx: Tx, before: Claim, after: State, **columns: Any) -> bool:
    """False: somebody was first, or the move is none."""
    if after not in MOVES[before.state]:
        return False
    here = and_(claim.c.number == before.number, claim.c.state == str(before.state))
    return (await tx.execute(update(claim).where(here).values(state=str(after), **columns))).rowcount == 1


def doubles_of(words: Sequence[str]) -> str:
    """As the column has them."""
    return "\n".join(word.replace("\n", " ") for word in words)


_WAITING: Final = claim.c.state == str(State.SUBMITTED)


async def waiting(tx: Tx, scope: Scope, levels: Iterable[str] | None, *, at_most: int) -> list[Claim]:
    """Those that wait at these levels, or at any; the earliest first."""
    statement, bound = _within(scope).where(_WAITING).order_by(claim.c.number).limit(at_most), {}
    if levels is not None:
        statement, bound = statement.where(among(claim.c.level, "levels")), {"levels": texts(levels)}
    return [_claim(row) for row in await tx.execute(statement, bound)]


async def count_waiting(tx: Tx, scope: Scope, levels: Iterable[str] | None) -> int:
    statement, bound = select(func.count()).where(_WAITING, scope.allows(claim.c.person, claim.c.unit)), {}
    if levels is not None:
        statement, bound = statement.where(among(claim.c.level, "levels")), {"levels": texts(levels)}
    return int((await tx.execute(statement, bound)).scalar_one())


async def waiting_of(tx: Tx, scope: Scope, person: str) -> int:
    """How many of one person wait."""
    mine = and_(claim.c.person == person, _WAITING, scope.allows(claim.c.person, claim.c.unit))
    return int((await tx.execute(select(func.count()).where(mine))).scalar_one())


def _over(today: date) -> ColumnElement[bool]:
    return and_(_WAITING, claim.c.level != "", or_(claim.c.due_on.is_(None), claim.c.due_on < today))


async def overdue(tx: Tx, scope: Scope, today: date, *, at_most: int) -> list[Claim]:
    """Whose last day has passed at a level that has one above it; locked, so that one process raises each."""
    statement = _within(scope).where(_over(today)).order_by(claim.c.number).limit(at_most)
    return [_claim(row) for row in await tx.execute(statement.with_for_update(skip_locked=True))]


async def is_overdue(tx: Tx, today: date) -> bool:
    return (await tx.execute(select(claim.c.number).where(_over(today)).limit(1))).first() is not None


async def raise_to(tx: Tx, number: int, level: str, due: date | None) -> None:
    here = and_(claim.c.number == number, _WAITING)
    await tx.execute(update(claim).where(here).values(level=level, due_on=due, shown_at=None))


async def mark_shown(tx: Tx, numbers: Iterable[int], now: datetime) -> None:
    """When somebody who may decide saw them first."""
    here = and_(among_numbers(claim.c.number, "numbers"), claim.c.shown_at.is_(None))
    await tx.execute(update(claim).where(here).values(shown_at=now), {"numbers": sorted(set(numbers))})


async def unseen(tx: Tx, scope: Scope, *, at_most: int = 500) -> Mapping[str, list[int]]:
    """Level → what waits there and nobody who may decide has seen."""
    statement = (
        select(claim.c.level, claim.c.number)
        .where(_WAITING, claim.c.shown_at.is_(None), scope.allows(claim.c.person, claim.c.unit))
        .order_by(claim.c.number)
        .limit(at_most)
    )
    found: dict[str, list[int]] = {}
    for level, number in await tx.execute(statement):
        found.setdefault(level, []).append(number)
    return found
