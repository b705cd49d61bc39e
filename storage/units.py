"""Units: dated facts, and what holds of them today."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Tx
from storage.sets import among, texts
from storage.tables import unit, unit_fact, unit_now
from training.people import Fact, UnitField, next_change, values_on


@dataclass(frozen=True, slots=True)
class Unit:
    """What holds of a unit today."""

    code: str
    name: str
    parent: str
    league: str


async def every(tx: Tx) -> dict[str, Unit]:
    """Code → unit. A city has a few hundred at most."""
    rows = await tx.execute(select(unit_now).order_by(unit_now.c.code))
    return {row.code: Unit(row.code, row.name, row.parent, row.league) for row in rows}


async def names(tx: Tx, codes: Iterable[str]) -> Mapping[str, str]:
    statement = select(unit_now.c.code, unit_now.c.name).where(among(unit_now.c.code, "codes"))
    return dict((await tx.execute(statement, {"codes": texts(codes)})).all())


async def below(tx: Tx, codes: Iterable[str]) -> frozenset[str]:
    """These units and everything under them."""
    units = await every(tx)
    reached = set(codes) & set(units)
    while more := {u.code for u in units.values() if u.parent in reached} - reached:
        reached |= more
    return frozenset(reached)


async def facts(tx: Tx) -> Mapping[str, list[Fact]]:
    """Code → facts in the order recorded."""
    found: dict[str, list[Fact]] = {}
    for row in await tx.execute(select(unit_fact).order_by(unit_fact.c.id)):
        found.setdefault(row.subject, []).append(
            Fact(row.subject, row.field, row.value, row.valid_from, row.recorded_at)
        )
    return found


async def add(tx: Tx, new: Sequence[Fact], *, by: str, now: datetime, today: date) -> None:
    """Record facts and bring today's view up to date."""
    touched = sorted({fact.subject for fact in new})
    statement = select(unit.c.code).where(among(unit.c.code, "codes"))
    known = set((await tx.execute(statement, {"codes": texts(touched)})).scalars())
    fresh = [code for code in touched if code not in known]
    if fresh:
        await tx.execute(insert(unit), [{"code": code, "created_at": now} for code in fresh])
    if new:
        await tx.execute(insert(unit_fact), [_row(fact, by) for fact in new])
    await refresh(tx, touched, today)


def _row(fact: Fact, by: str) -> dict[str, Any]:
    return {
        "subject": fact.subject,
        "field": str(fact.field),
        "value": fact.value,
        "valid_from": fact.valid_from,
        "recorded_at": fact.recorded_at,
        "recorded_by": by,
    }


async def due_for_refresh(tx: Tx, today: date) -> list[str]:
    return list((await tx.execute(select(unit_now.c.code).where(unit_now.c.next_change_on <= today))).scalars())


async def refresh(tx: Tx, codes: Iterable[str], today: date) -> None:
    """Make today's view of these units anew from their facts; other processes may do the same just now."""
    wanted = sorted(set(codes))
    # As with people: whoever comes second must read the facts that the first one wrote.
    turn = select(unit.c.code).where(among(unit.c.code, "codes")).order_by(unit.c.code)
    await tx.execute(turn.with_for_update(key_share=True), {"codes": texts(wanted)})
    known = await facts(tx)
    rows = [_now_row(code, known.get(code, []), today) for code in wanted]
    if not rows:
        return
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    statement = make(unit_now)
    changed = {column.name: statement.excluded[column.name] for column in unit_now.c if not column.primary_key}
    await tx.execute(statement.on_conflict_do_update(index_elements=["code"], set_=changed), rows)


def _now_row(code: str, known: Sequence[Fact], today: date) -> dict[str, Any]:
    held = values_on(known, today) or values_on(known, date.max)
    return {
        "code": code,
        "name": held.get(UnitField.NAME, code),
        "parent": held.get(UnitField.PARENT, ""),
        "league": held.get(UnitField.LEAGUE, ""),
        "next_change_on": next_change(known, (), today),
    }
